"""Where the total of a price moves in one direction only: between two bounds, with what it is at either end.

The total is taken from the kernel; this file only knows how it runs between two bounds: along a line, or in steps of
packages or whole units, cut to a tier's least and most money.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import gcd

from billcore.core.ratio import Ratio
from billcore.core.value import Value
from billcore.pricing.kernel import INTEGERS, KernelSegment, is_due, segment_amount
from billcore.pricing.rate_table import OPEN, UNLIMITED, RateTable, at_quantity_scale
from billcore.pricing.totals import kernel_segment


class Position(Value, frozen=True, kw_only=True):
    """A place among the quantities.

    Attributes:
        quantity: Units of the table's quantity scale, as an exact ratio.
        is_behind: Whether just behind the quantity is meant, and not the quantity itself.
    """

    quantity: Ratio
    is_behind: bool


class Region(Value, frozen=True, kw_only=True):
    """Quantities over which the total only rises, only falls or stays.

    Attributes:
        starts: Where it begins.
        ends: Quantity before which it ends, None where it has no end; read only where the total moves.
        first: Total at its beginning, or the one that it tends to there.
        last: Total at its end, or the one that it tends to there; None where it rises or falls for ever.
        rising: 1, -1 or 0.
        segment: The tier whose units vary in it, or None where the total stays.
        constant: What all other tiers add.
        step: The quantity is rounded up to a multiple of this, or 0.
    """

    starts: Position
    ends: int | None = None
    first: int
    last: int | None
    rising: int
    segment: KernelSegment | None = None
    constant: int = 0
    step: int = 0


def scaled_table(table: RateTable, digits: int) -> RateTable:
    """Write a table so finely that there is a quantity between any two of its bounds, and between those and a limit.

    Args:
        digits: Digits after the point of the limit.
    """
    return at_quantity_scale(table, max(table.quantity_scale, digits) + 1)


def regions_of(table: RateTable, limit: int | None) -> tuple[Region, ...]:
    """Cut the quantities from 0 to a limit at every bound; each bound is a region of its own.

    Args:
        table: As `scaled_table` gives it.
        limit: Last quantity that is looked at, units of the table's quantity scale; None for no end.
    """
    one = 10**table.quantity_scale
    segments = [kernel_segment(segment, one) for segment in table.segments]
    if limit is not None and table.step:
        limit = -(-limit // table.step) * table.step
    marks = {0} | {edge for segment in segments for edge in (segment.lower, segment.start, segment.upper)}
    marks = {mark for mark in marks if mark < OPEN and (limit is None or mark < limit)}
    ordered = [*sorted(marks), OPEN if limit is None else limit]
    walk = _Walk(segments)
    regions: list[Region] = []
    for lower, upper in pairwise(ordered):
        regions += _at(lower, walk, table.step)
        regions += _between(lower, upper, walk, table.step)
    if limit is not None:
        regions += _at(limit, walk, table.step)
    return tuple(regions)


class _Walk:
    """A walk to ever larger quantities, which looks at the tiers around a quantity and keeps the sum of those behind.

    A tier that is passed adds the same whatever comes, and one that is not begun adds nothing; without this a table of
    a thousand tiers would take a million looks at the kernel.
    """

    def __init__(self, segments: list[KernelSegment]) -> None:
        self._segments = segments
        self._first, self._passed = 0, 0

    def to(self, quantity: int) -> tuple[list[KernelSegment], int]:
        """Give the tiers that a quantity is in or on the edge of, and what the tiers behind it add."""
        segments = self._segments
        while segments[self._first].upper < quantity:
            passed = segments[self._first]
            self._passed += segment_amount(INTEGERS, passed.upper + 1, passed)
            self._first += 1
        end = self._first
        while end < len(segments) and segments[end].lower <= quantity:
            end += 1
        return segments[self._first : end], self._passed


def _total(segments: list[KernelSegment], quantity: int) -> int:
    return sum(segment_amount(INTEGERS, quantity, segment) for segment in segments)


def _at(mark: int, walk: _Walk, step: int) -> Iterator[Region]:
    """The bound itself; where quantities are rounded up, all that are rounded up to it."""
    if step and mark % step:
        return
    near, passed = walk.to(mark)
    total = passed + _total(near, mark)
    behind = bool(step) and mark > 0
    starts = Position(quantity=(mark - step if behind else mark, 1), is_behind=behind)
    yield Region(starts=starts, first=total, last=total, rising=0)


def _between(lower: int, upper: int, walk: _Walk, step: int) -> Iterator[Region]:
    """What lies between two bounds, without them."""
    inside = lower + 1
    last_step = 0
    if step:
        inside, last_step = (lower // step + 1) * step, (upper - 1) // step * step
        if inside > last_step:
            return
    near, passed = walk.to(inside)
    varying = next((one for one in near if _varies(one, inside)), None)
    total = passed + _total(near, inside)
    starts = Position(quantity=(inside - step if step else lower, 1), is_behind=True)
    if varying is None or varying.unit_price == 0:
        yield Region(starts=starts, first=total, last=total, rising=0)
        return
    constant = total - segment_amount(INTEGERS, inside, varying)
    if step:
        first, end = total, segment_amount(INTEGERS, last_step, varying)
    else:
        first = constant + _money(_units_behind(lower, varying), varying)
        end = _money(_units_before(upper, varying), varying)
    last = _far(constant, varying) if upper == OPEN else constant + end
    yield Region(
        starts=starts,
        ends=None if upper == OPEN else upper,
        first=first,
        last=last,
        rising=1 if varying.unit_price > 0 else -1,
        segment=varying,
        constant=constant,
        step=step,
    )


def _varies(segment: KernelSegment, quantity: int) -> bool:
    """Whether the units that the segment prices grow with the quantity there."""
    return bool(is_due(INTEGERS, quantity, segment)) and (segment.is_whole or quantity <= segment.upper)


def _offset(segment: KernelSegment) -> int:
    return 0 if segment.is_whole else int(segment.lower)


def _units_behind(quantity: int, segment: KernelSegment) -> int:
    """Units, or packages as whole units, that are priced just behind a quantity."""
    units = quantity - _offset(segment)
    if not segment.package_size:
        return units
    packages = units // segment.package_size + (0 if segment.is_package_down else 1)
    return int(packages * segment.one)


def _units_before(quantity: int, segment: KernelSegment) -> int:
    """Units, or packages as whole units, that are priced just before a quantity."""
    units = quantity - _offset(segment)
    if not segment.package_size:
        return units
    started = -(-units // segment.package_size)
    return int((started - 1 if segment.is_package_down else started) * segment.one)


def _money(units: int, segment: KernelSegment) -> int:
    money = units * segment.unit_price + segment.flat_amount * segment.one
    if not segment.is_limited:
        return int(money)
    return int(min(max(money, segment.minimum * segment.one), segment.maximum * segment.one))


def _far(constant: int, segment: KernelSegment) -> int | None:
    """The total in the end: at the tier's most money, at its least, or None where it has none."""
    limit = segment.maximum if segment.unit_price > 0 else segment.minimum
    return None if abs(limit) >= UNLIMITED else int(constant + limit * segment.one)


def first_at_least(region: Region, total: int) -> Position | None:
    """Find where in a region the total first is at least so much; None where nowhere."""
    if region.first >= total:
        return region.starts
    if region.rising <= 0 or region.segment is None:
        return None
    return _crossing(region, region.segment, total, is_beyond=False)


def first_above(region: Region, total: int) -> Position | None:
    """Find where in a region the total first is more than so much; None where nowhere."""
    if region.first > total:
        return region.starts
    if region.rising <= 0 or region.segment is None:
        return None
    return _crossing(region, region.segment, total, is_beyond=True)


def first_below(region: Region, total: int) -> Position | None:
    """Find where in a region the total first is less than so much; None where nowhere."""
    if region.first < total:
        return region.starts
    if region.rising >= 0 or region.segment is None:
        return None
    return _crossing(region, region.segment, total, is_beyond=True)


def _crossing(region: Region, segment: KernelSegment, total: int, *, is_beyond: bool) -> Position | None:
    """Find where the tier's money comes to what is missing to a total, or goes beyond it in the region's direction."""
    missing = total - region.constant
    limit = (segment.maximum if region.rising > 0 else segment.minimum) * segment.one
    if segment.is_limited and (missing - limit) * region.rising >= (0 if is_beyond else 1):
        return None
    # The units for it are top / bottom, with a positive bottom.
    top = (missing - segment.flat_amount * segment.one) * region.rising
    bottom = segment.unit_price * region.rising
    place = _place(segment, top, bottom, is_beyond=is_beyond)
    if region.step:
        steps = place.quantity[0] // (place.quantity[1] * region.step)
        is_on_step = place.quantity[0] == steps * region.step * place.quantity[1] and not place.is_behind
        place = Position(quantity=((steps - 1 if is_on_step else steps) * region.step, 1), is_behind=True)
        reached = place.quantity[0] + region.step
        return place if region.ends is None or reached < region.ends else None
    return place if region.ends is None or place.quantity[0] < region.ends * place.quantity[1] else None


def _place(segment: KernelSegment, top: int, bottom: int, *, is_beyond: bool) -> Position:
    """Find where so many units are priced, or more than so many; packages are whole."""
    offset = _offset(segment)
    if not segment.package_size:
        return Position(quantity=(offset * bottom + top, bottom), is_behind=is_beyond)
    per_package = bottom * segment.one
    packages = top // per_package + 1 if is_beyond else -(-top // per_package)
    if segment.is_package_down:
        return Position(quantity=(offset + packages * segment.package_size, 1), is_behind=False)
    return Position(quantity=(offset + (packages - 1) * segment.package_size, 1), is_behind=True)


def reduced(ratio: Ratio) -> Ratio:
    """Give a ratio in lowest terms.

    >>> reduced((50, 10))
    (5, 1)
    """
    divisor = gcd(*ratio) or 1
    return ratio[0] // divisor, ratio[1] // divisor
