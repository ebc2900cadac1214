"""What the contract stage makes of a contract's charges: what it takes off each of them, and what it adds beside them.

A billing period is the contract's own; a charge is of the period in which its service begins. Discounts and a maximum
are taken in the order of invoice dates: an earlier invoice takes what it can, and no later one changes it. A minimum, a
true-up and an overage are known when everything of the period is: they are dated at its end, or at its last invoice
date where that is later. Source: rules 3 (contract stage) and 5.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date

from billcore.billing.billed import BilledLine
from billcore.billing.charge import Charge
from billcore.billing.contract_stage import apply_stage
from billcore.billing.row_amounts import part_shares, sum_of
from billcore.billing.schedule_row import ScheduleRow
from billcore.billing.scheduling import BillingSchedule
from billcore.billing.stage_additions import added_charges, bearers
from billcore.billing.stage_reductions import reduced_charges
from billcore.billing.stage_state import StageState
from billcore.billing.stage_window import ALL_SCALED, Ends, StageWindow
from billcore.billing.staged_lines import idle_lines, most_invoiced, name_of, seen_by_stage
from billcore.contract.contract import Contract
from billcore.contract.resolved import ResolvedContract
from billcore.contract.stage_discounts import ScopedAmountOff
from billcore.contract.stage_terms import StageTerms
from billcore.core.value import Value, replaced
from billcore.periods.boundaries import TiledPeriod, tile, tile_on
from billcore.periods.grid import grid_for
from billcore.periods.period import Period


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
    tiled = _billing_periods(contract, resolved.term)
    by_window, unknown = _by_window(tiled, schedule, charges)
    invoiced = most_invoiced(standing)
    taking, adding = terms.revised(minimum=None, commitments=()), terms.revised(discounts=(), maximum=None)
    state, after, added = StageState(), dict[str, Charge](), list[Charge]()
    settled: list[tuple[Period, date]] = []
    for number, period in enumerate(tiled):
        mine = by_window.get(number, [])
        window = _window(contract, period, "term" if number == len(tiled) - 1 else "period")
        reduced, given = reduced_charges(mine, terms, window, state)
        after.update({name_of(charge): charge for charge in reduced})
        idle = idle_lines(resolved, mine)
        moved = _as_given(apply_stage([*seen_by_stage(mine), *idle], taking, window, state).state, terms, state, given)
        if number < unknown:
            due = max([period.service.end, *(charge.invoice_date or date.min for charge in mine)])
            lines = [*seen_by_stage(reduced, invoiced), *idle]
            topped = apply_stage(lines, adding, window, state)
            added.extend(added_charges(topped.amounts, bearers(resolved, schedule, reduced), period.service, due))
            settled.append((period.service, due))
            moved = moved.with_counters((), topped.state.commitments)
        state = moved
    return StagedCharges(
        charges=(*(after.get(name_of(charge), charge) for charge in charges), *added),
        windows=tuple(window.service for window in tiled),
        settled=tuple(settled),
    )


def _billing_periods(contract: Contract, term: Period) -> tuple[TiledPeriod, ...]:
    """The contract's own billing periods; a term that grew or shrank is cut where it was before."""
    if not contract.billed_every.recurs or term == contract.term:
        return tile(term, contract.billed_every, anchor=contract.anchor, stub=contract.stub)
    grid = grid_for(contract.term, contract.billed_every, contract.anchor, contract.stub)
    return tile_on(term, grid, stub=contract.stub)


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


def _as_given(moved: StageState, terms: StageTerms, before: StageState, given: Mapping[str, int]) -> StageState:
    """Count what each discount took invoice date by invoice date, which may be less than all charges at once allow."""
    counters = []
    for discount in terms.discounts:
        counter, used = moved.discount(discount.id), before.discount(discount.id).used_minor
        taken = given.get(discount.id, 0)
        if counter.used_minor == used + taken:
            continue
        carries = isinstance(discount, ScopedAmountOff) and discount.unused == "carry"
        left = max(counter.carried_minor + counter.used_minor - used - taken, 0) if carries else 0
        counters.append(replaced(counter, used_minor=used + taken, carried_minor=left))
    return moved.with_counters(tuple(counters), ())


def _index(starts: Sequence[date], day: date) -> int:
    return max(bisect_right(starts, day) - 1, 0)


def _is_known(row: ScheduleRow, rated: set[tuple[str, int]]) -> bool:
    # A milestone that is not reached has no billing period yet.
    return row.component.startswith("milestone") or (row.line, row.ordinal) in rated


def _window(contract: Contract, tiled: TiledPeriod, ends: Ends) -> StageWindow:
    even = contract.proration.of_length
    return StageWindow(
        period=tiled.service,
        currency=contract.currency,
        rounding=contract.rounding,
        ends=ends,
        share=sum_of(part_shares(tiled.parts, even)) if tiled.is_stub else (1, 1),
        scaled=tuple(name for name in ALL_SCALED if name in contract.proration.scaled),
    )
