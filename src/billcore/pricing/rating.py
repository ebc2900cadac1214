"""What a quantity costs: the exact amount of a price, unrounded, and how it was reached.

Nothing is rounded here: the caller rounds once, at the charge.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from billcore.core.errors import NotApplicable
from billcore.core.exact import exact, fraction_digits, plain, scaled
from billcore.pricing.documents import Price
from billcore.pricing.kernel import INTEGERS, KernelSegment, amount_for, flat_due, is_due, segment_amount, units_billed
from billcore.pricing.lowering import lower
from billcore.pricing.rate_table import RateTable, at_quantity_scale
from billcore.pricing.rated import Rated, RatedPart
from billcore.pricing.tier_steps import short, steps_of

if TYPE_CHECKING:
    from decimal import Decimal

    from billcore.core.steps import Step

# Bounds; totals on the straight lines at quantity zero; slopes; factor to the common quantity scale; denominator.
_Lines: TypeAlias = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], int, int]


def rate(price: Price | RateTable, quantity: Decimal | int | str = 1) -> Rated:
    """Price a quantity, exactly, with its workings.

    Args:
        price: A price document, or the rate table it was lowered to. A recurring price is taken for one price period.
        quantity: Units, 0 or more; ``str``, ``int`` or ``Decimal``. A flat price ignores it.

    Returns: the exact amount in major units of the currency as numerator and denominator, with parts and steps.
    Rounding: none.
    Raises: NotApplicable ``quantity-negative``; DocumentError ``float-amount``, ``number-malformed``,
        ``number-too-large``, ``kind-unknown``.
    Source: rules 3.

    >>> from billcore.pricing.documents import Graduated, Tier
    >>> tiers = [Tier(up_to=10_000), Tier(up_to=50_000, unit_price="0.004"), Tier(unit_price="0.0025")]
    >>> rated = rate(Graduated(tiers=tiers), 61_234)
    >>> rated.amount
    '188.085'
    >>> rated.steps[1].text
    'tier 2 (10000 < units <= 50000): 40000 x 0.004 = 160'
    """
    table = price if isinstance(price, RateTable) else lower(price)
    unscaled, scale = _read(quantity)
    numerator, denominator = amount_of(table, unscaled, scale)
    parts = _parts(table, unscaled, scale)
    return Rated(
        numerator=numerator,
        denominator=denominator,
        quantity=short(unscaled, scale),
        kind=table.kind,
        parts=parts,
        steps=_steps(table, parts, unscaled, scale),
    )


def workings(table: RateTable, quantity: Decimal | int | str) -> tuple[Step, ...]:
    """Tell how the amount of a quantity is reached: the steps of `rate`, for a caller that has the amount already.

    Rounding: none.
    Raises: as `rate`.

    >>> from billcore.pricing.documents import Overage
    >>> [step.text for step in workings(lower(Overage(included=10_000, unit_price="0.05")), 12_345)][1:]
    ['tier 2 (10000 < units): 2345 x 0.05 = 117.25', 'sum of 2 tiers = 117.25']
    """
    unscaled, scale = _read(quantity)
    _refuse_negative(unscaled, scale)
    return _steps(table, _parts(table, unscaled, scale), unscaled, scale)


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
    >>> amount_of(lower(PerUnit(unit_price="0.004")), 125, 1)
    (500, 10000)
    """
    if quantity < 0:
        _refuse_negative(quantity, scale)
    lines = _lines(table, scale)
    if lines is None:
        return _by_segments(table, quantity, scale)
    bounds, at_zero, slopes, factor, denominator = lines
    quantity *= factor
    index = bisect_left(bounds, quantity)
    return at_zero[index] + slopes[index] * quantity, denominator


def _by_segments(table: RateTable, quantity: int, scale: int) -> tuple[int, int]:
    """Sum what the kernel gives for every segment: what the amount is by definition."""
    segments, factor, denominator = _prepared(table, scale)
    return sum(segment_amount(INTEGERS, quantity * factor, segment) for segment in segments), denominator


# Kept for the tables used last: a run comes back to a contract's table period by period.
@lru_cache(maxsize=1024)
def _prepared(table: RateTable, scale: int) -> tuple[tuple[KernelSegment, ...], int, int]:
    """Give the kernel's segments at the finer of two quantity scales, the quantity's factor, and the denominator."""
    table = at_quantity_scale(table, max(scale, table.quantity_scale))
    one = 10**table.quantity_scale
    segments = tuple(
        KernelSegment(
            one=one,
            lower=segment.lower,
            upper=segment.upper,
            unit_price=segment.unit_price,
            flat_amount=segment.flat_amount,
            package_size=segment.package_size,
            is_whole=segment.applies_to == "whole",
            includes_lower=segment.includes_lower,
        )
        for segment in table.segments
    )
    return segments, 10 ** (table.quantity_scale - scale), 10 ** (table.price_scale + table.quantity_scale)


@lru_cache(maxsize=1024)
def _lines(table: RateTable, scale: int) -> _Lines | None:
    """Write the total over the quantity as straight lines, one for each segment; None where units are packaged.

    Within a segment the total rises by the unit price for each unit, so one point of it, taken from the kernel, gives
    the line. Zero has a line of its own, because a first segment may leave it out. So a quantity costs one search and
    one multiplication, however many tiers there are.
    """
    segments, factor, denominator = _prepared(table, scale)
    if any(segment.package_size for segment in segments):
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
    return tuple(bounds), tuple(at_zero), tuple(slopes), factor, denominator


def _parts(table: RateTable, quantity: int, scale: int) -> tuple[RatedPart, ...]:
    """Give what each segment adds that has a say in the total."""
    segments, factor, denominator = _prepared(table, scale)
    quantity *= factor
    quantity_scale = max(scale, table.quantity_scale)
    parts = []
    for index, segment in enumerate(segments):
        if not is_due(INTEGERS, quantity, segment):
            continue
        units, flat = units_billed(INTEGERS, quantity, segment), flat_due(INTEGERS, quantity, segment)
        parts.append(
            RatedPart(
                index=index,
                units=short(units, quantity_scale),
                unit_price=short(segment.unit_price, table.price_scale),
                flat=short(flat, table.price_scale),
                numerator=amount_for(units, flat, segment),
                denominator=denominator,
            )
        )
    return tuple(parts)


def _steps(table: RateTable, parts: tuple[RatedPart, ...], quantity: int, scale: int) -> tuple[Step, ...]:
    amount_scale = table.price_scale + max(scale, table.quantity_scale)
    return steps_of(table, parts, short(quantity, scale), amount_scale)


def _read(quantity: Decimal | int | str) -> tuple[int, int]:
    """Read a quantity as an integer at the smallest scale that is exact."""
    number = exact(quantity, path="quantity")
    scale = fraction_digits(number)
    return scaled(number, scale), scale


def _refuse_negative(quantity: int, scale: int) -> None:
    if quantity < 0:
        raise NotApplicable(
            "quantity-negative",
            found=plain(quantity, scale),
            expected="0 or more units",
            path="quantity",
            hint="Correct usage by a record that lowers the total, or credit it by an adjustment.",
        )
