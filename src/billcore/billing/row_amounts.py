"""What part of a period a row is, and what that part of a price comes to, exactly.

Source: rules 2 (price periods, stubs) and 4 (denominators).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from billcore.billing.price_grid import cadence, price_periods_per_row
from billcore.billing.schedule_row import ScheduleRow
from billcore.contract.resolved import ResolvedLine
from billcore.core.errors import NotApplicable
from billcore.core.ratio import ZERO, Ratio, plus, times
from billcore.periods.boundaries import PeriodPart
from billcore.periods.period import Period
from billcore.proration.convention import ProrationConvention
from billcore.proration.shares import exact_share, ratio_at_digits, share


def part_shares(parts: Iterable[PeriodPart], convention: ProrationConvention) -> tuple[Ratio, ...]:
    """The share that each part takes of its full period, whatever the denominator of prices is."""
    found = (share(part.service, part.full, convention, price_period=part.full) for part in parts)
    return tuple((one.numerator, one.denominator) for one in found)


def row_shares(row: ScheduleRow, convention: ProrationConvention) -> tuple[Ratio, ...]:
    is_whole = "recurring" not in convention.scaled
    return tuple((1, 1) if is_whole or part.is_whole else _share(part, row, convention) for part in row.parts)


def _share(part: PeriodPart, row: ScheduleRow, convention: ProrationConvention) -> Ratio:
    """The share that a part takes, of its full period or, price period by price period, of those that it touches."""
    if convention.denominator != "price_period" or convention.unit == "none" or not row.price_periods:
        found = share(part.service, part.full, convention, price_period=part.full)
        return found.numerator, found.denominator
    total = ZERO
    for whole in row.price_periods:
        start, end = max(part.service.start, whole.start), min(part.service.end, whole.end)
        if start < end:
            found = exact_share(Period(start=start, end=end), whole, convention, price_period=whole)
            total = plus(total, (found.numerator, found.denominator))
    return ratio_at_digits(total, convention)


def row_amount(
    line: ResolvedLine, row: ScheduleRow, shares: Sequence[Ratio], price: Ratio, convention: ProrationConvention
) -> Ratio:
    """The exact amount of a row: whole periods at the price of one, parts at what the denominator goes with."""
    per_period = times(price, price_periods_per_row(line, cadence(line)))
    total = ZERO
    for part, taken in zip(row.parts, shares, strict=True):
        amount = per_period if part.is_whole else _prorated_amount(line, row, price, per_period, convention)
        total = plus(total, times(amount, taken))
    return total


def position_in_price(line: ResolvedLine, row: ScheduleRow, price: Ratio, convention: ProrationConvention) -> Ratio:
    """What all days before a row come to, from the start of its price period: the point from which it is rounded.

    A row is the difference of two rounded cumulatives of time, whatever was or was not billed before it; so rows that a
    change cut apart, or that stand alone, add up to the price. Source: rules 1 and 2.
    """
    per_period = times(price, price_periods_per_row(line, cadence(line)))
    even = sum_of(part_shares(row.before, convention)) if row.before else ZERO
    return times(per_period, plus((row.place, 1), even))


def is_by_position(convention: ProrationConvention) -> bool:
    """Whether parts of a period are differences of cumulatives: then adjacent ones add up to the whole."""
    return (
        convention.parts == "cumulative"
        and convention.denominator == "full_period"
        and convention.unit != "none"
        and convention.fraction_digits is None
        and "recurring" in convention.scaled
    )


def _prorated_amount(
    line: ResolvedLine, row: ScheduleRow, price: Ratio, per_period: Ratio, convention: ProrationConvention
) -> Ratio:
    """The amount that a share is taken of.

    Source: rules 2 and 4 (12,000 a year monthly, 10 of 31 days: 1,000 x 10/31, or 12,000 x 10/365 by price period).
    """
    if convention.denominator == "full_period" or convention.unit == "none" or "recurring" not in convention.scaled:
        return per_period
    if convention.denominator == "price_period":
        return price if row.price_period is not None else per_period
    months = (line.per or line.every).months
    if not months:
        raise NotApplicable(
            "denominator-does-not-fit",
            found=f"denominator {convention.denominator} on a price per {line.per or line.every}",
            expected="a price per month, quarter or year",
            path=f"contract {line.contract}, line {line.id}",
        )
    return times(price, (1 if convention.denominator == "30" else 12, months))


def sum_of(parts: Iterable[Ratio]) -> Ratio:
    total = ZERO
    for part in parts:
        total = plus(total, part)
    return total
