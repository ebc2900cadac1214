"""Which part of the term a row of a price for the whole term is, and what lies before it.

Source: rules 2 (`per` term): the price is for the days that were agreed; a line that ends early is charged the part of
it that was served.
"""

from __future__ import annotations

from collections.abc import Sequence

from billcore.billing.row_amounts import part_shares, row_shares, sum_of
from billcore.billing.schedule_row import ScheduleRow
from billcore.contract.resolved import ResolvedLine
from billcore.core.ratio import ZERO, Ratio, plus
from billcore.core.value import Value
from billcore.periods.boundaries import PeriodPart, TiledPeriod, tile_on
from billcore.periods.period import Period
from billcore.proration.convention import ProrationConvention


class TermShare(Value, frozen=True, kw_only=True):
    """A row within its term, in full billing periods.

    Attributes:
        shares: Of each part of the row.
        before: Of everything agreed before the row.
    """

    shares: tuple[Ratio, ...]
    before: Ratio


def term_shares(
    line: ResolvedLine, rows: Sequence[ScheduleRow], convention: ProrationConvention
) -> tuple[Ratio, list[TermShare]]:
    """Measure the rows of a line and the whole term that was agreed.

    Args:
        rows: In order of service.
        convention: With the full period as denominator.

    Returns: the whole, and each row within it.
    """
    periods = _agreed(line, rows)
    found: list[TermShare] = []
    number, before = 0, ZERO
    for row in rows:
        while number + 1 < len(periods) and periods[number].service.end <= row.service.start:
            before = plus(before, _sum(periods[number].parts, convention))
            number += 1
        inside = _earlier(periods[number], row.service)
        found.append(TermShare(shares=row_shares(row, convention), before=plus(before, _sum(inside, convention))))
    whole = sum_of(_sum(period.parts, convention) for period in periods)
    return whole, found


def _agreed(line: ResolvedLine, rows: Sequence[ScheduleRow]) -> tuple[TiledPeriod, ...]:
    """The billing periods of all days that were agreed, or added later."""
    end = max([line.agreed.end, *(row.service.end for row in rows)])
    span = Period(start=line.agreed.start, end=end)
    if line.cut is None:
        return (TiledPeriod(service=span, parts=(PeriodPart(service=span, full=span),)),)
    return tile_on(span, line.cut.grid, stub=line.cut.stub, leading=line.cut.leading)


def _earlier(period: TiledPeriod, service: Period) -> list[PeriodPart]:
    found = []
    for part in period.parts:
        end = min(part.service.end, service.start)
        if part.service.start < end:
            found.append(PeriodPart(service=Period(start=part.service.start, end=end), full=part.full))
    return found


def _sum(parts: Sequence[PeriodPart], convention: ProrationConvention) -> Ratio:
    return sum_of((1, 1) if part.is_whole else part_shares((part,), convention)[0] for part in parts)
