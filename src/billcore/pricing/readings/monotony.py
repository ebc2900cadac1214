"""Where buying more of something costs less: every stretch of quantities over which a total lies below an earlier one.

Source: peers 2.1 ("a customer can pay less for one unit more"), rules 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from billcore.core.errors import DocumentError
from billcore.core.exact import exact, fraction_digits, scaled
from billcore.core.ratio import Ratio, minus
from billcore.core.steps import exact_text
from billcore.core.value import Value, replaced
from billcore.pricing.lowering import lower
from billcore.pricing.readings.regions import (
    Position,
    Region,
    first_above,
    first_at_least,
    first_below,
    reduced,
    regions_of,
    scaled_table,
)

if TYPE_CHECKING:
    from billcore.pricing.documents import GraduatedTimeWeighted, TablePrice


class Stretch(Value, frozen=True, kw_only=True):
    """Quantities that cost less than a smaller quantity does.

    Attributes:
        starts: Quantity at which the total falls, or just behind which it does.
        includes_start: Whether ``starts`` itself costs less already.
        ends: Quantity at which the total has caught up, or just behind which it has; None where it never does.
        includes_end: Whether ``ends`` itself still costs less.
        highest: Total before it falls, in major units.
        lowest: Least total of the stretch, or what it tends to; None where it falls for ever.
        overpaid_from: Every quantity behind this one, up to ``starts``, costs more than the least total of the stretch.
        includes_overpaid: Whether ``overpaid_from`` itself does.

    All quantities and totals are exact ratios in lowest terms.
    """

    starts: Ratio
    includes_start: bool
    ends: Ratio | None
    includes_end: bool
    highest: Ratio
    lowest: Ratio | None
    overpaid_from: Ratio
    includes_overpaid: bool

    @property
    def falls_by(self) -> Ratio | None:
        """By how much the total falls, in major units; None where it falls for ever."""
        return None if self.lowest is None else reduced(minus(self.highest, self.lowest))

    def __str__(self) -> str:
        where = f"{'from' if self.includes_start else 'behind'} {exact_text(*self.starts)} units"
        fall = "falls without end" if self.lowest is None else f"falls to {exact_text(*self.lowest)}"
        back = "never is back" if self.ends is None else f"is back at {exact_text(*self.ends)} units"
        return f"{where} the total of {exact_text(*self.highest)} {fall} and {back}"


def cheaper_with_more(
    price: TablePrice | GraduatedTimeWeighted, up_to: Decimal | int | str | None = None
) -> tuple[Stretch, ...]:
    """Find the quantities that cost less than a smaller quantity.

    Args:
        price: A price that one rate table says whole: tiers under any reading, packages, percentages.
        up_to: Last quantity that is looked at, 0 or more; None for all.

    Returns: the stretches in order, apart from each other. Between them the total never falls.
    Rounding: none: where a total catches up is an exact ratio.
    Raises: DocumentError ``kind-unknown`` for another price, ``float-amount``, ``number-malformed``,
        ``number-too-large``, ``number-negative`` for the limit.
    Source: peers 2.1.

    >>> from billcore.pricing.documents import Tier, Volume
    >>> price = Volume(tiers=[Tier(up_to=10, unit_price=5, flat_amount=100), Tier(unit_price=2, flat_amount=50)])
    >>> [str(stretch) for stretch in cheaper_with_more(price)]
    ['behind 10 units the total of 150 falls to 70 and is back at 50 units']
    """
    table = lower(price)
    end = None if up_to is None else exact(up_to, path="up_to")
    if end is not None and end < 0:
        raise DocumentError("number-negative", found=str(end), expected="0 or more", path="up_to")
    table = scaled_table(table, 0 if end is None else fraction_digits(end))
    units = 10**table.quantity_scale
    money = units * 10**table.price_scale
    regions = regions_of(table, None if end is None else scaled(end, table.quantity_scale))
    return tuple(_stretch(fall, regions, units, money) for fall in _falls(regions))


class _Fall(Value, frozen=True, kw_only=True):
    """A stretch in the table's own units: where it starts, in which region, where it ends, its highest and lowest."""

    starts: Position
    region: int
    ends: Position | None = None
    highest: int
    lowest: int | None


def _falls(regions: Sequence[Region]) -> list[_Fall]:
    """Walk the regions, keeping the highest total so far: a fall lasts until the total is there again."""
    falls: list[_Fall] = []
    fall: _Fall | None = None
    peak = regions[0].first
    for index, region in enumerate(regions):
        if fall is not None:
            caught_up = first_at_least(region, peak)
            if caught_up is None:
                fall = replaced(fall, lowest=_least(fall.lowest, region))
                continue
            # The part of the region before it has caught up belongs to the fall.
            is_later = caught_up is not region.starts
            lowest = _least(fall.lowest, region) if is_later else fall.lowest
            falls.append(replaced(fall, ends=caught_up, lowest=lowest))
            fall = None
            if is_later:
                peak = max(peak, peak if region.last is None else region.last)
                continue
        peak = max(peak, region.first)
        below = first_below(region, peak)
        if below is not None:
            fall = _Fall(starts=below, region=index, highest=peak, lowest=_least(peak, region))
            caught_up = first_at_least(region, peak)
            if caught_up is not None and region.rising > 0:
                falls.append(replaced(fall, ends=caught_up))
                fall = None
        if fall is None:
            peak = max(peak, peak if region.last is None else region.last)
    return falls if fall is None else [*falls, fall]


def _least(lowest: int | None, region: Region) -> int | None:
    """The least of a total and the totals of a region; None where it falls for ever."""
    if lowest is None or (region.rising < 0 and region.last is None):
        return None
    return min(lowest, region.first, region.first if region.last is None else region.last)


def _overpaid(fall: _Fall, regions: Sequence[Region]) -> Position:
    """Find behind which quantity everything before the fall costs more than the least of the fall."""
    start = Position(quantity=(0, 1), is_behind=False)
    if fall.lowest is None:
        return start
    for index in range(fall.region - 1, -1, -1):
        region = regions[index]
        if region.last is not None and region.last <= fall.lowest:
            return regions[index + 1].starts
        if region.first <= fall.lowest:
            return first_above(region, fall.lowest) or start
    return start


def _stretch(fall: _Fall, regions: Sequence[Region], units: int, money: int) -> Stretch:
    overpaid = _overpaid(fall, regions)
    return Stretch(
        starts=_quantity(fall.starts, units),
        includes_start=not fall.starts.is_behind,
        ends=None if fall.ends is None else _quantity(fall.ends, units),
        includes_end=fall.ends is not None and fall.ends.is_behind,
        highest=reduced((fall.highest, money)),
        lowest=None if fall.lowest is None else reduced((fall.lowest, money)),
        overpaid_from=_quantity(overpaid, units),
        includes_overpaid=not overpaid.is_behind,
    )


def _quantity(position: Position, units: int) -> Ratio:
    return reduced((position.quantity[0], position.quantity[1] * units))
