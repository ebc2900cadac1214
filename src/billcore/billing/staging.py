"""What the contract stage makes of a contract's charges: what it takes off each of them, and what it adds beside them.

A billing period is the contract's own; a charge is of the period in which its service begins. Discounts and a maximum
are taken in the order of invoice dates: an earlier invoice takes what it can, and no later one changes it. A minimum, a
true-up and an overage are known when everything of the period is: they are dated at its end, or at its last invoice
date where that is later. Source: rules 3 (contract stage) and 5.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from billcore.billing.billed import BilledLine
from billcore.billing.charge import Charge
from billcore.billing.contract_stage import apply_stage
from billcore.billing.row_amounts import part_shares, sum_of
from billcore.billing.scheduling import BillingSchedule, ScheduleRow
from billcore.billing.stage_lines import StageAmount, StageLine
from billcore.billing.stage_state import StageState
from billcore.billing.stage_window import Ends, StageWindow
from billcore.contract.contract import Contract
from billcore.contract.scopes import Scope
from billcore.contract.stage_terms import StageTerms
from billcore.core.steps import Step
from billcore.core.value import Value, replaced
from billcore.money.allocation import split_by_weight
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits
from billcore.periods.boundaries import TiledPeriod, tile
from billcore.periods.period import Period

_Key: TypeAlias = tuple[str, str, date, date]


class StagedCharges(Value, frozen=True, kw_only=True):
    """A contract's charges after its stage.

    Attributes:
        charges: As they came in, with what the stage takes off; then what it adds.
        windows: Every billing period of the contract.
        settled: (period, day on which what it adds is due) of each that is known whole.
    """

    charges: tuple[Charge, ...]
    windows: tuple[Period, ...] = ()
    settled: tuple[tuple[Period, date], ...] = ()


def staged_charges(
    contract: Contract,
    schedule: BillingSchedule,
    charges: Sequence[Charge],
    standing: Sequence[BilledLine] = (),
) -> StagedCharges:
    """Take a contract's charges through its stage, billing period by billing period.

    Args:
        contract: With its stage; without one the charges stay as they are.
        schedule: Every row of the contract; a period is known whole when each of its rows has been rated.
        charges: Rated and rounded. A charge below zero is left alone.
        standing: The contract's issued lines, for commitments that count what was invoiced.

    Rounding: as `apply_stage`; what a discount takes of the charges of one invoice date by largest remainder.
    Raises: as `apply_stage`.
    Source: rules 3.
    """
    terms = contract.stage
    if terms is None:
        return StagedCharges(charges=tuple(charges))
    tiled = tile(contract.term, contract.billed_every, anchor=contract.anchor, stub=contract.stub)
    starts = [window.service.start for window in tiled]
    by_window: dict[int, list[Charge]] = {}
    for charge in charges:
        if charge.invoice_date is not None and charge.net_minor >= 0:
            by_window.setdefault(_index(starts, charge.service.start), []).append(charge)
    rated = {(charge.line_id, charge.row.ordinal) for charge in charges}
    unknown = {_index(starts, row.service.start) for row in schedule.rows if not _is_known(row, rated)}
    invoiced = _invoiced(standing)
    state, after, added = StageState(), dict[str, Charge](), list[Charge]()
    settled: list[tuple[Period, date]] = []
    for number in sorted(by_window):
        mine = sorted(by_window[number], key=lambda charge: charge.invoice_date or date.max)
        is_last = number == len(tiled) - 1
        window = _window(contract, tiled[number], "term" if is_last else "period")
        reduced = _reduced(mine, terms, window, state)
        after.update({_name(charge): charge for charge in reduced})
        nets = [_stage_line(charge, invoiced) for charge in mine]
        moved = apply_stage(nets, _only_discounts(terms), window, state).state
        if number not in unknown:
            due = max(tiled[number].service.end, *(charge.invoice_date or date.min for charge in mine))
            topped = apply_stage(
                [_stage_line(charge, invoiced) for charge in reduced], _only_additions(terms), window, state
            )
            added.extend(_added(topped.amounts, reduced, tiled[number].service, due))
            settled.append((tiled[number].service, due))
            moved = moved.with_counters((), topped.state.commitments)
        state = moved
    return StagedCharges(
        charges=(*(after.get(_name(charge), charge) for charge in charges), *added),
        windows=tuple(window.service for window in tiled),
        settled=tuple(settled),
    )


def _index(starts: Sequence[date], day: date) -> int:
    return max(bisect_right(starts, day) - 1, 0)


def _is_known(row: ScheduleRow, rated: set[tuple[str, int]]) -> bool:
    return row.component.startswith("milestone") or (row.line, row.ordinal) in rated


def _window(contract: Contract, tiled: TiledPeriod, ends: Ends) -> StageWindow:
    even = contract.proration.revised(denominator="full_period")
    return StageWindow(
        period=tiled.service,
        currency=contract.currency,
        rounding=contract.rounding,
        ends=ends,
        share=sum_of(part_shares(tiled.parts, even)) if tiled.is_stub else (1, 1),
    )


def _only_discounts(terms: StageTerms) -> StageTerms:
    return terms.revised(minimum=None, commitments=())


def _only_additions(terms: StageTerms) -> StageTerms:
    return terms.revised(discounts=(), maximum=None)


def _name(charge: Charge) -> str:
    return f"{charge.line_id}/{charge.component}/{charge.service.start}"


def _stage_line(charge: Charge, invoiced: Mapping[_Key, int]) -> StageLine:
    return StageLine(
        id=_name(charge),
        line=charge.line_id,
        sku=charge.line.sku,
        meter=charge.line.meter,
        gross_minor=charge.gross_minor,
        net_minor=charge.net_minor,
        invoiced_minor=invoiced.get((charge.line_id, charge.component, charge.service.start, charge.service.end)),
    )


def _invoiced(standing: Iterable[BilledLine]) -> dict[_Key, int]:
    """What was invoiced for each piece, before its credits."""
    found: dict[_Key, int] = {}
    for line in standing:
        if line.kind == "invoice":
            found[line.key] = found.get(line.key, 0) + line.net_minor
    return found


def _reduced(charges: Sequence[Charge], terms: StageTerms, window: StageWindow, state: StageState) -> list[Charge]:
    """Take discounts and maximum off, invoice date by invoice date; what an earlier one took stays taken."""
    inside = replaced(window, ends="nothing")
    scopes = {one.id: one.scope for one in terms.discounts}
    if terms.maximum is not None:
        scopes[terms.maximum.id] = terms.maximum.scope
    given: dict[str, int] = {}
    done: list[Charge] = []
    seen: list[Charge] = []
    for day in sorted({charge.invoice_date for charge in charges if charge.invoice_date}):
        batch = [charge for charge in charges if charge.invoice_date == day]
        seen.extend(batch)
        staged = apply_stage([_stage_line(one, {}) for one in seen], _only_discounts(terms), inside, state)
        for amount in staged.amounts:
            more = -amount.minor - given.get(amount.id, 0)
            scope = scopes[amount.id]
            chosen = [number for number, one in enumerate(batch) if _is_covered(scope, one)]
            taken = min(more, sum(batch[n].net_minor for n in chosen))
            if taken <= 0:
                continue
            given[amount.id] = given.get(amount.id, 0) + taken
            for n, part in zip(chosen, split_by_weight(taken, [batch[n].net_minor for n in chosen]), strict=True):
                batch[n] = _less(batch[n], part, amount, window)
        done.extend(batch)
    return done


def _is_covered(scope: Scope, charge: Charge) -> bool:
    return scope.covers(line=charge.line_id, sku=charge.line.sku, meter=charge.line.meter)


def _less(charge: Charge, part: int, amount: StageAmount, window: StageWindow) -> Charge:
    text = f"{amount.id}: {window.shown(-part)} of {window.shown(amount.minor)} in this billing period"
    step = Step(rule="stage-part", text=text, numerator=-part, denominator=10**window.digits)
    net = charge.net_minor - part
    told = Step(
        rule="stage",
        text=f"{window.shown(charge.net_minor)} less {window.shown(part)} = {window.shown(net)}",
        numerator=net,
        denominator=10**window.digits,
    )
    lower: Charge = replaced(
        charge,
        net_minor=net,
        staged_minor=charge.staged_minor + part,
        # The last step of an amount tells a spread over all charges so far; what this one bears comes next.
        stage=(*charge.stage, *amount.steps[:-1], step, told),
    )
    return lower


def _added(amounts: Iterable[StageAmount], charges: Sequence[Charge], service: Period, due: date) -> list[Charge]:
    """A charge for each line's part of what the stage adds."""
    by_name = {_name(charge): charge for charge in charges}
    found: dict[tuple[str, str], Charge] = {}
    for amount in amounts:
        for part in amount.parts:
            if not part.minor:
                continue
            beside = by_name[part.line]
            unit = 10 ** minor_digits(beside.line.currency)
            component = f"{amount.component}:{amount.id}"
            before = found.get((beside.line_id, component))
            minor = part.minor + (before.net_minor if before is not None else 0)
            shown = Amount(minor=minor, currency=beside.line.currency)
            last = Step(rule="stage", text=f"{component} = {shown}", numerator=minor, denominator=unit)
            steps = (*(before.stage[:-1] if before is not None else ()), *amount.steps_of(part.line), last)
            found[beside.line_id, component] = Charge(
                contract=beside.contract,
                line=beside.line,
                row=beside.row,
                component=component,
                service=service,
                invoice_date=due,
                quantity="",
                shares=(),
                discounts=(),
                exact_gross=(minor, unit),
                exact_net=(minor, unit),
                gross_minor=minor,
                net_minor=minor,
                stage=steps,
            )
    return list(found.values())
