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
from billcore.billing.stage_window import Ends, StageWindow, parameter
from billcore.contract.contract import Contract
from billcore.contract.resolution import ResolvedContract, ResolvedLine
from billcore.contract.scopes import Scope
from billcore.contract.stage_terms import MaximumCharge, StageTerms
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
    resolved: ResolvedContract,
    schedule: BillingSchedule,
    charges: Sequence[Charge],
    standing: Sequence[BilledLine] = (),
) -> StagedCharges:
    """Take a contract's charges through its stage, billing period by billing period.

    Args:
        contract: With its stage; without one the charges stay as they are.
        resolved: Its lines: one that charges nothing in a period still bears a minimum.
        schedule: Every row of the contract; a period is known whole when each of its rows, and of those before, has
            been rated. A milestone is of the period in which it is invoiced.
        charges: Rated and rounded. A charge below zero is left alone and counts as nothing.
        standing: The contract's issued lines, for commitments that count what was invoiced.

    Rounding: as `apply_stage`; what a discount takes of the charges of one invoice date by largest remainder.
    Raises: as `apply_stage`.
    Source: rules 3.
    """
    terms = contract.stage
    if terms is None:
        return StagedCharges(charges=tuple(charges))
    tiled = tile(contract.term, contract.billed_every, anchor=contract.anchor, stub=contract.stub)
    by_window, unknown = _by_window(tiled, schedule, charges)
    invoiced = _invoiced(standing)
    state, after, added = StageState(), dict[str, Charge](), list[Charge]()
    settled: list[tuple[Period, date]] = []
    for number, period in enumerate(tiled):
        mine = by_window.get(number, [])
        window = _window(contract, period, "term" if number == len(tiled) - 1 else "period")
        reduced = _reduced(mine, terms, window, state)
        after.update({_name(charge): charge for charge in reduced})
        idle = _idle_lines(resolved, mine)
        moved = apply_stage([*_stage_lines(mine, {}), *idle], _only_discounts(terms), window, state).state
        if number < unknown:
            due = max([period.service.end, *(charge.invoice_date or date.min for charge in mine)])
            lines = [*_stage_lines(reduced, invoiced), *idle]
            topped = apply_stage(lines, _only_additions(terms), window, state)
            added.extend(_added(topped.amounts, _bearers(resolved, schedule, reduced), period.service, due))
            settled.append((period.service, due))
            moved = moved.with_counters((), topped.state.commitments)
        state = moved
    return StagedCharges(
        charges=(*(after.get(_name(charge), charge) for charge in charges), *added),
        windows=tuple(window.service for window in tiled),
        settled=tuple(settled),
    )


def _by_window(
    tiled: Sequence[TiledPeriod], schedule: BillingSchedule, charges: Sequence[Charge]
) -> tuple[dict[int, list[Charge]], int]:
    """Put each charge into its billing period, by invoice date; and tell the first period that is not known whole."""
    starts = [window.service.start for window in tiled]
    found: dict[int, list[Charge]] = {}
    for charge in charges:
        if charge.invoice_date is not None and charge.net_minor >= 0:
            day = charge.invoice_date if charge.kind == "milestone" else charge.service.start
            found.setdefault(_index(starts, day), []).append(charge)
    for mine in found.values():
        mine.sort(key=lambda charge: charge.invoice_date or date.max)
    rated = {(charge.line_id, charge.row.ordinal) for charge in charges}
    unknown = [_index(starts, row.service.start) for row in schedule.rows if not _is_known(row, rated)]
    return found, min(unknown, default=len(tiled))


def _idle_lines(resolved: ResolvedContract, charges: Sequence[Charge]) -> list[StageLine]:
    """The lines that charge nothing in a period: they bear a minimum where nothing else does."""
    busy = {charge.line_id for charge in charges}
    return [
        StageLine(id=line.id, line=line.id, sku=line.sku, meter=line.meter, gross_minor=0, net_minor=0)
        for line in resolved.lines
        if line.id not in busy
    ]


def _stage_lines(charges: Sequence[Charge], invoiced: Mapping[_Key, int]) -> list[StageLine]:
    return [_stage_line(charge, invoiced) for charge in charges]


def _bearers(
    resolved: ResolvedContract, schedule: BillingSchedule, charges: Sequence[Charge]
) -> dict[str, tuple[ResolvedLine, ScheduleRow]]:
    """The line and row behind each name that the stage knows: a charge's, or an idle line's with its first row."""
    rows: dict[str, ScheduleRow] = {}
    for row in schedule.rows:
        rows.setdefault(row.line, row)
    found = {line.id: (line, rows[line.id]) for line in resolved.lines if line.id in rows}
    return found | {_name(charge): (charge.line, charge.row) for charge in charges}


def _index(starts: Sequence[date], day: date) -> int:
    return max(bisect_right(starts, day) - 1, 0)


def _is_known(row: ScheduleRow, rated: set[tuple[str, int]]) -> bool:
    # A milestone that is not reached has no billing period yet.
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
    stood = invoiced.get((charge.line_id, charge.component, charge.service.start, charge.service.end))
    return StageLine(
        id=_name(charge),
        line=charge.line_id,
        sku=charge.line.sku,
        meter=charge.line.meter,
        gross_minor=charge.gross_minor,
        net_minor=charge.net_minor,
        invoiced_minor=None if stood is None else max(stood, charge.net_minor),
    )


def _invoiced(standing: Iterable[BilledLine]) -> dict[_Key, int]:
    """What was invoiced for each piece before its credits: the most that ever stood of it."""
    stands: dict[_Key, int] = {}
    most: dict[_Key, int] = {}
    for line in standing:
        stands[line.key] = stands.get(line.key, 0) + line.signed
        most[line.key] = max(most.get(line.key, 0), stands[line.key])
    return most


def _reduced(charges: Sequence[Charge], terms: StageTerms, window: StageWindow, state: StageState) -> list[Charge]:
    """Take discounts and maximum off, invoice date by invoice date; what an earlier one took stays taken."""
    inside = replaced(window, ends="nothing")
    scopes = {one.id: one.scope for one in terms.discounts}
    given: dict[str, int] = {}
    done: list[Charge] = []
    seen: list[Charge] = []
    for day in sorted({charge.invoice_date for charge in charges if charge.invoice_date}):
        batch = [charge for charge in charges if charge.invoice_date == day]
        seen.extend(batch)
        staged = apply_stage(_stage_lines(seen, {}), _only_discounts(terms).revised(maximum=None), inside, state)
        for amount in staged.amounts:
            more = -amount.minor - given.get(amount.id, 0)
            # The last step of an amount tells a spread over all charges so far; what these bear comes with each.
            batch, taken = _taken_off(batch, scopes[amount.id], more, amount.id, amount.steps[:-1], window)
            given[amount.id] = given.get(amount.id, 0) + taken
        if terms.maximum is not None:
            batch = _held_down(done, batch, terms.maximum, window)
        done.extend(batch)
    return done


def _held_down(
    done: Sequence[Charge], batch: list[Charge], maximum: MaximumCharge, window: StageWindow
) -> list[Charge]:
    """Take off what the charges in scope come to above the maximum, earlier invoices counted."""
    most, step = parameter(maximum.amount, "maximum", window)
    had = sum(one.net_minor for one in (*done, *batch) if _is_covered(maximum.scope, one))
    told = Step(
        rule="maximum",
        text=f"the charges come to {window.shown(had)}, {window.shown(had - most)} above the maximum",
        inputs=(("charges", window.shown(had)), ("maximum", window.shown(most))),
        numerator=most,
        denominator=10**window.digits,
    )
    return _taken_off(batch, maximum.scope, had - most, maximum.id, (step, told), window)[0]


def _taken_off(
    batch: list[Charge], scope: Scope, minor: int, name: str, steps: tuple[Step, ...], window: StageWindow
) -> tuple[list[Charge], int]:
    """Take an amount off the charges of one invoice date that are in scope, by what each comes to."""
    chosen = [number for number, one in enumerate(batch) if _is_covered(scope, one)]
    taken = min(minor, sum(batch[number].net_minor for number in chosen))
    if taken <= 0:
        return batch, 0
    lower = list(batch)
    parts = split_by_weight(taken, [batch[number].net_minor for number in chosen])
    for number, part in zip(chosen, parts, strict=True):
        if part:
            lower[number] = _less(batch[number], part, f"{name}: {window.shown(taken)}", steps, window)
    return lower, taken


def _is_covered(scope: Scope, charge: Charge) -> bool:
    return scope.covers(line=charge.line_id, sku=charge.line.sku, meter=charge.line.meter)


def _less(charge: Charge, part: int, what: str, steps: tuple[Step, ...], window: StageWindow) -> Charge:
    net = charge.net_minor - part
    told = Step(
        rule="stage",
        text=f"{what} off this invoice, of it {window.shown(part)} here: "
        f"{window.shown(charge.net_minor)} - {window.shown(part)} = {window.shown(net)}",
        inputs=(("before", window.shown(charge.net_minor)), ("off", window.shown(part))),
        numerator=net,
        denominator=10**window.digits,
    )
    lower: Charge = replaced(
        charge,
        net_minor=net,
        staged_minor=charge.staged_minor + part,
        stage=(*charge.stage, *steps, told),
    )
    return lower


def _added(
    amounts: Iterable[StageAmount], bearers: Mapping[str, tuple[ResolvedLine, ScheduleRow]], service: Period, due: date
) -> list[Charge]:
    """A charge for each line's part of what the stage adds."""
    found: dict[tuple[str, str], Charge] = {}
    for amount in amounts:
        for part in amount.parts:
            if not part.minor:
                continue
            line, row = bearers[part.line]
            unit = 10 ** minor_digits(line.currency)
            component = f"{amount.component}:{amount.id}"
            before = found.get((line.id, component))
            minor = part.minor + (before.net_minor if before is not None else 0)
            shown = Amount(minor=minor, currency=line.currency)
            last = Step(rule="stage", text=f"{component} = {shown}", numerator=minor, denominator=unit)
            steps = (*(before.stage[:-1] if before is not None else ()), *amount.steps_of(part.line), last)
            found[line.id, component] = Charge(
                contract=line.contract,
                line=line,
                row=row,
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
