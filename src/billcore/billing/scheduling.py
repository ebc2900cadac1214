"""What a contract will bill when: rows of dates, before any amount.

Source: rules 2. In advance: the invoice date is the start of the service period. In arrears: its exclusive end, also
when that lies after the term. A milestone row has no date until the milestone is reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from billcore.contract.contract import Contract
from billcore.contract.resolution import ResolvedContract, ResolvedLine
from billcore.core.errors import NotApplicable
from billcore.core.value import Value
from billcore.periods.boundaries import PeriodPart, TiledPeriod, tile
from billcore.periods.frequency import Frequency
from billcore.periods.grid import Grid, grid_for
from billcore.periods.months import month_index
from billcore.periods.period import Period


class ScheduleRow(Value, frozen=True, kw_only=True):
    """One row to be billed.

    Attributes:
        line, component: What it bills.
        service: The days it covers.
        parts: Its parts, each with the full untruncated billing period that is its denominator.
        price_period: The price period that it starts in, or None where the price is per billing period.
        price_periods: Every price period that a stub touches, in order; empty for a whole row.
        price_group: Which rows share a price period: its number, counted from the line's billing anchor.
        ordinal: Number of the row in its line, from 0.
        invoice_date: When it is due to be billed, or None for a milestone not yet reached.
    """

    line: str
    component: str
    service: Period
    parts: tuple[PeriodPart, ...]
    price_period: Period | None
    price_periods: tuple[Period, ...]
    price_group: int
    ordinal: int
    invoice_date: date | None


class BillingSchedule(Value, frozen=True, kw_only=True):
    """All rows of a contract, by invoice date; rows without a date come last."""

    contract: str
    rows: tuple[ScheduleRow, ...]

    def of_line(self, line_id: str) -> tuple[ScheduleRow, ...]:
        """The rows of a line, by service period."""
        return tuple(row for row in self.rows if row.line == line_id)


def schedule(
    contract: Contract, resolved: ResolvedContract, delivered: Mapping[str, Mapping[str, date]] | None = None
) -> BillingSchedule:
    """Lay out every row that the contract bills over its term.

    Args:
        contract: For the anchor and the stub convention.
        resolved: The same contract, resolved.
        delivered: Line -> milestone id -> day reached.

    Raises: LimitExceeded ``limit-exceeded``; NotApplicable ``cadence-does-not-divide``.
    Source: rules 2.
    """
    rows: list[ScheduleRow] = []
    for line in resolved.lines:
        if line.component == "milestone":
            rows.extend(_milestone_rows(line, (delivered or {}).get(line.id) or {}))
        else:
            rows.extend(_period_rows(contract, line))
    rows.sort(key=lambda row: (row.invoice_date is None, row.invoice_date or row.service.start))
    return BillingSchedule(contract=resolved.id, rows=tuple(rows))


def _milestone_rows(line: ResolvedLine, reached: Mapping[str, date]) -> list[ScheduleRow]:
    whole = (PeriodPart(service=line.period, full=line.period),)
    return [
        ScheduleRow(
            line=line.id,
            component=f"milestone:{milestone}",
            service=line.period,
            parts=whole,
            price_period=None,
            price_periods=(),
            price_group=number,
            ordinal=number,
            invoice_date=reached.get(milestone),
        )
        for number, (milestone, _) in enumerate(line.milestones)
    ]


def cadence(line: ResolvedLine) -> Frequency:
    """How often a line is billed: once, or at its billing frequency."""
    return Frequency(unit="once") if line.component == "one_time" else line.every


def _period_rows(contract: Contract, line: ResolvedLine) -> list[ScheduleRow]:
    every = cadence(line)
    tiled = tile(line.period, every, anchor=contract.anchor, stub=contract.stub)
    first = next((n for n, row in enumerate(tiled) if _is_regular(row)), 0)
    rows_per_price = _rows_per_price(line, every)
    grid = _price_grid(contract, line, every, tiled[first].parts[0].full.start)
    rows = []
    for number, row in enumerate(tiled):
        touched = _price_periods(line, grid, row)
        rows.append(
            ScheduleRow(
                line=line.id,
                component=line.component,
                service=row.service,
                parts=row.parts,
                price_period=touched[0] if touched else None,
                price_periods=() if _is_regular(row) else touched,
                price_group=(number - first) // rows_per_price if rows_per_price else 0,
                ordinal=number,
                invoice_date=row.service.start if line.billed in ("in_advance", "once") else row.service.end,
            )
        )
    return rows


def _is_regular(row: TiledPeriod) -> bool:
    return len(row.parts) == 1 and row.parts[0].service == row.parts[0].full


def _rows_per_price(line: ResolvedLine, every: Frequency) -> int:
    """How many billing periods one price period holds; 1 where it is the same or shorter, 0 where it is the term."""
    numerator, denominator = price_periods_per_row(line, every)
    if line.per is not None and line.per.unit == "term":
        return 0
    return denominator if numerator == 1 else 1


def price_periods_per_row(line: ResolvedLine, every: Frequency) -> tuple[int, int]:
    """How many price periods one full billing period holds, as an exact ratio.

    A year's price billed monthly is 1 / 12; a month's price billed quarterly 3 / 1.
    Raises: NotApplicable ``cadence-does-not-divide`` where neither divides the other, and where a price per month or
        year is billed once: how many of them the whole span holds is nobody's guess.
    """
    per = line.per
    if per is None or per == every or per.unit in ("term", "once"):
        return 1, 1
    if per.months and every.months:
        mine, theirs = every.months, per.months
    elif per.days and every.days:
        mine, theirs = every.days, per.days
    else:
        raise _does_not_divide(line, every, per)
    if mine % theirs == 0:
        return mine // theirs, 1
    if theirs % mine == 0:
        return 1, theirs // mine
    raise _does_not_divide(line, every, per)


def _does_not_divide(line: ResolvedLine, every: Frequency, per: Frequency) -> NotApplicable:
    return NotApplicable(
        "cadence-does-not-divide",
        found=f"a price per {per} billed every {every}",
        expected="a billing frequency that divides the price period, or is a multiple of it",
        path=f"contract {line.contract}, line {line.id}",
    )


def _price_grid(contract: Contract, line: ResolvedLine, every: Frequency, anchor: date) -> Grid | None:
    """Boundaries of the price periods: counted from the first whole billing period, on the days that billing wants.

    The wanted day is kept beside the date: rows wanted on the 31st that begin in February belong to price periods that
    spring back to the 31st as the rows do.
    """
    if line.per is None or not line.per.recurs:
        return None
    if line.per.days:
        return Grid.counted_from(anchor, line.per)
    billing = grid_for(line.period, every, contract.anchor, contract.stub)
    return Grid(frequency=line.per, month=month_index(anchor), day=billing.day)


def _price_periods(line: ResolvedLine, grid: Grid | None, row: TiledPeriod) -> tuple[Period, ...]:
    if line.per is None:
        return ()
    if grid is None:
        return (line.period,)
    last = grid.index(row.service.start) if _is_regular(row) else grid.index(row.service.last_day)
    return tuple(grid.period(n) for n in range(grid.index(row.service.start), last + 1))
