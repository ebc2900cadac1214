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
from billcore.periods.boundaries import PeriodPart, TiledPeriod, boundary, tile
from billcore.periods.frequency import Frequency
from billcore.periods.period import Period


class ScheduleRow(Value, frozen=True, kw_only=True):
    """One row to be billed.

    Attributes:
        line, component: What it bills.
        service: The days it covers.
        parts: Its parts, each with the full untruncated billing period that is its denominator.
        price_period: The price period it lies in, or None where the price is per billing period.
        price_group: Number of that price period, counted from the line's billing anchor.
        ordinal: Number of the row in its line, from 0.
        invoice_date: When it is due to be billed, or None for a milestone not yet reached.
    """

    line: str
    component: str
    service: Period
    parts: tuple[PeriodPart, ...]
    price_period: Period | None
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
            price_group=number,
            ordinal=number,
            invoice_date=reached.get(milestone),
        )
        for number, (milestone, _) in enumerate(line.milestones)
    ]


def _period_rows(contract: Contract, line: ResolvedLine) -> list[ScheduleRow]:
    every = Frequency(unit="once") if line.component == "one_time" else line.every
    tiled = tile(line.period, every, anchor=contract.anchor, stub=contract.stub)
    first = next((n for n, row in enumerate(tiled) if _is_regular(row)), 0)
    anchor = tiled[first].parts[0].full.start
    rows_per_price = _rows_per_price(line, every, len(tiled))
    rows = []
    for number, row in enumerate(tiled):
        group = (number - first) // rows_per_price
        rows.append(
            ScheduleRow(
                line=line.id,
                component=line.component,
                service=row.service,
                parts=row.parts,
                price_period=_price_period(line, anchor, group),
                price_group=group,
                ordinal=number,
                invoice_date=row.service.start if line.billed in ("in_advance", "once") else row.service.end,
            )
        )
    return rows


def _is_regular(row: TiledPeriod) -> bool:
    return len(row.parts) == 1 and row.parts[0].service == row.parts[0].full


def _rows_per_price(line: ResolvedLine, every: Frequency, rows: int) -> int:
    """How many billing periods one price period holds; 1 where it is the same or shorter."""
    numerator, denominator = price_periods_per_row(line, every)
    if line.per is not None and line.per.unit == "term":
        return max(rows, 1)
    return denominator if numerator == 1 else 1


def price_periods_per_row(line: ResolvedLine, every: Frequency) -> tuple[int, int]:
    """How many price periods one full billing period holds, as an exact ratio.

    A year's price billed monthly is 1 / 12; a month's price billed quarterly 3 / 1.
    Raises: NotApplicable ``cadence-does-not-divide`` where neither divides the other.
    """
    per = line.per
    if per is None or per == every or per.unit in ("term", "once") or not every.recurs:
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


def _price_period(line: ResolvedLine, anchor: date, group: int) -> Period | None:
    if line.per is None:
        return None
    if not line.per.recurs:
        return line.period
    return Period(start=boundary(anchor, line.per, group), end=boundary(anchor, line.per, group + 1))
