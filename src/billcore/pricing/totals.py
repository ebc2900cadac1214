"""What a quantity costs at one rate table: the exact total, and what each segment adds to it.

Nothing is rounded here: the caller rounds once, at the charge.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import TypeAlias

from billcore.core.errors import NotApplicable
from billcore.core.exact import plain
from billcore.pricing.kernel import (
    INTEGERS,
    KernelSegment,
    amount_for,
    flat_due,
    is_due,
    limited,
    rounded_up,
    segment_amount,
    units_billed,
)
from billcore.pricing.rate_table import UNLIMITED, RateTable, Segment, at_quantity_scale
from billcore.pricing.rated import RatedPart
from billcore.pricing.tier_steps import short

# Bounds; for each line the total where it meets quantity zero, and its slope; denominator.
_Lines: TypeAlias = tuple[tuple[int, ...], tuple[tuple[int, int], ...], int]


def amount_of(table: RateTable, quantity: int, scale: int) -> tuple[int, int]:
    """Price a quantity that is already an integer at a scale: the amount alone, for runs over many lines.

    Args:
        table: A price's rate table.
        quantity: Units times ``10**scale``, 0 or more.
        scale: Digits after the point that the quantity carries.

    Returns: numerator and positive denominator of the exact amount in major units; not in lowest terms.
    Rounding: none.
    Raises: NotApplicable ``quantity-negative``.
    Source: rules 3.

    >>> from billcore.pricing.documents import PerUnit
    >>> from billcore.pricing.lowering import lower
    >>> amount_of(lower(PerUnit(unit_price="0.004")), 125, 1)
    (500, 10000)
    """
    if quantity < 0:
        refuse_negative(quantity, scale)
    lines = _lines(table, scale)
    if lines is None:
        return _by_segments(table, quantity, scale)
    bounds, by_index, denominator = lines
    at_zero, slope = by_index[bisect_left(bounds, quantity)]
    return at_zero + slope * quantity, denominator


def _by_segments(table: RateTable, quantity: int, scale: int) -> tuple[int, int]:
    """Sum what the kernel gives for every segment: what the amount is by definition."""
    segments, factor, denominator, step = _prepared(table, scale)
    units = rounded_up(INTEGERS, quantity * factor, step)
    return sum(segment_amount(INTEGERS, units, segment) for segment in segments), denominator


# Kept for the tables used last: a run comes back to a contract's table period by period.
@lru_cache(maxsize=1024)
def _prepared(table: RateTable, scale: int) -> tuple[tuple[KernelSegment, ...], int, int, int]:
    """Give the kernel's segments at the finer of two quantity scales, the quantity's factor, denominator and step."""
    table = at_quantity_scale(table, max(scale, table.quantity_scale))
    one = 10**table.quantity_scale
    segments = tuple(kernel_segment(segment, one) for segment in table.segments)
    factor = 10 ** (table.quantity_scale - scale)
    return segments, factor, 10 ** (table.price_scale + table.quantity_scale), table.step


def kernel_segment(segment: Segment, one: int) -> KernelSegment:
    """Write a segment as the kernel reads it.

    Args:
        one: One whole unit at the segment's quantity scale.
    """
    return KernelSegment(
        one=one,
        lower=segment.lower,
        start=segment.lower + segment.gap,
        upper=segment.upper,
        unit_price=segment.unit_price,
        flat_amount=segment.flat_amount,
        package_size=segment.package_size,
        is_package_down=segment.is_package_down,
        least_packages=segment.least_packages,
        is_whole=segment.applies_to == "whole",
        includes_lower=segment.includes_lower,
        includes_upper=segment.includes_upper,
        is_limited=segment.minimum != -UNLIMITED or segment.maximum != UNLIMITED,
        minimum=segment.minimum,
        maximum=segment.maximum,
    )


@lru_cache(maxsize=1024)
def _lines(table: RateTable, scale: int) -> _Lines | None:
    """Write the total over the quantity as straight lines, one for each segment; None where it is none.

    Within a segment the total rises by the unit price for each unit, so one point of it, taken from the kernel, gives
    the line. Zero has a line of its own, because a first segment may leave it out. So a quantity costs one search and
    one multiplication, however many tiers there are.
    """
    segments, factor, denominator, step = _prepared(table, scale)
    if step or not all(_is_straight(segment) for segment in segments):
        return None
    bounds = [0]
    at_zero = [sum(segment_amount(INTEGERS, 0, segment) for segment in segments)]
    slopes = [0]
    passed = 0  # what the segments below add once the quantity is beyond them
    for segment in segments:
        point = segment.lower + 1
        bounds.append(segment.upper)
        slopes.append(segment.unit_price)
        at_zero.append(passed + segment_amount(INTEGERS, point, segment) - segment.unit_price * point)
        passed += segment_amount(INTEGERS, segment.upper + 1, segment)
    bounds.pop()  # the last segment is open: whatever lies above the other bounds is in it
    # At the quantity's own scale: a whole quantity is beyond a bound exactly where it is beyond the bound rounded down.
    by_index = tuple(zip(at_zero, (slope * factor for slope in slopes), strict=True))
    return tuple(INTEGERS.floor_div(bound, factor) for bound in bounds), by_index, denominator


def _is_straight(segment: KernelSegment) -> bool:
    """Tell whether the total rises by the unit price from the lower bound to the upper one, the upper included."""
    is_plain = not segment.package_size and not segment.is_limited and segment.start == segment.lower
    return is_plain and segment.includes_upper and (segment.lower == 0 or not segment.includes_lower)


def parts_of(table: RateTable, quantity: int, scale: int) -> tuple[RatedPart, ...]:
    """Give what each segment adds that has a say in the total."""
    segments, factor, denominator, step = _prepared(table, scale)
    quantity = rounded_up(INTEGERS, quantity * factor, step)
    quantity_scale = max(scale, table.quantity_scale)
    parts = []
    for index, segment in enumerate(segments):
        if not is_due(INTEGERS, quantity, segment):
            continue
        units, flat = units_billed(INTEGERS, quantity, segment), flat_due(INTEGERS, quantity, segment)
        unlimited = amount_for(units, flat, segment)
        numerator = limited(INTEGERS, unlimited, quantity, segment)
        parts.append(
            RatedPart(
                index=index,
                units=short(units, quantity_scale),
                unit_price=short(segment.unit_price, table.price_scale),
                flat=short(flat, table.price_scale),
                limit="" if numerator == unlimited else "minimum" if numerator > unlimited else "maximum",
                numerator=numerator,
                denominator=denominator,
            )
        )
    return tuple(parts)


_LOWER = "Correct usage by a record that lowers the total, or say what a negative charge does: negative=."


def refuse_negative(quantity: int, scale: int, *, path: str = "quantity", hint: str = _LOWER) -> None:
    """Refuse a quantity below zero: what it costs needs a policy.

    Raises: NotApplicable ``quantity-negative``.
    """
    if quantity < 0:
        raise NotApplicable(
            "quantity-negative",
            found=plain(quantity, scale),
            expected="0 or more units",
            path=path,
            hint=hint,
        )
