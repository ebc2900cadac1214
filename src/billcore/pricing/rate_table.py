"""What every price becomes: integer segments at stated scales, so that the arithmetic has one form."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from billcore.core.errors import InvariantBroken
from billcore.core.value import Value, replaced

# An open upper bound, and larger than any quantity: quantities have at most 18 + 12 digits.
OPEN = 10**36
# No least and no most money: more than any price of 30 digits gives for any quantity of 30 digits.
UNLIMITED = 10**80


class Segment(Value, frozen=True, kw_only=True):
    """A tier in resolved form.

    Attributes:
        lower: Quantity at which it starts, exclusive unless ``includes_lower``; units of ``quantity_scale``.
        upper: Quantity up to which it reaches, inclusive; `OPEN` for the last.
        unit_price: Money per unit; units of ``price_scale``.
        flat_amount: Money due once when it is reached; units of ``price_scale``.
        package_size: Units per package, 0 where units are not packaged; units of ``quantity_scale``.
        applies_to: ``each`` unit in the segment (graduated), or the ``whole`` quantity when the total ends in it.
        includes_lower: Whether a quantity equal to ``lower`` is in it (a first tier at zero usage).
        includes_upper: Whether a quantity equal to ``upper`` still is.
        gap: Units behind ``lower`` at which it begins, where rows hold whole numbers only; units of
            ``quantity_scale``.
        is_package_down: Whether only full packages count; else a started one counts whole.
        least_packages: Packages that are due at least once the segment has a say.
        minimum, maximum: Least and most money once it has a say; units of ``price_scale``.
    """

    LATER = ("includes_upper", "gap", "is_package_down", "least_packages", "minimum", "maximum")

    lower: int
    upper: int = OPEN
    unit_price: int = 0
    flat_amount: int = 0
    package_size: int = 0
    applies_to: Literal["each", "whole"] = "each"
    includes_lower: bool = False
    includes_upper: bool = True
    gap: int = 0
    is_package_down: bool = False
    least_packages: int = 0
    minimum: int = -UNLIMITED
    maximum: int = UNLIMITED


# The hash is kept, because rating finds what it prepared for a table by the table.
class RateTable(Value, frozen=True, kw_only=True, cache_hash=True):
    """All segments of one price.

    Attributes:
        kind: The price document's kind, for the workings.
        price_scale: Digits after the point that ``unit_price`` and ``flat_amount`` carry.
        quantity_scale: Digits after the point that bounds and quantities carry.
        segments: In order of ``lower``; together they cover every quantity above zero, each quantity once.
        step: The quantity is first rounded up to a multiple of this, or 0; units of ``quantity_scale``.

    Raises: InvariantBroken ``rate-table-malformed``.
    """

    LATER = ("step",)

    kind: str
    price_scale: int
    quantity_scale: int
    segments: tuple[Segment, ...]
    step: int = 0

    def __post_init__(self) -> None:
        if self.price_scale < 0 or self.quantity_scale < 0:
            _refuse(f"the scales {self.price_scale} and {self.quantity_scale}", "scales of 0 or more")
        before = 0
        for index, segment in enumerate(self.segments):
            if segment.lower != before:
                _refuse(f"segment {index} from {segment.lower}", f"from {before}, where the one before ends")
            if segment.upper < segment.lower or segment.package_size < 0:
                _refuse(f"segment {index} to {segment.upper} by {segment.package_size}", "a width and a package size")
            is_taken = index > 0 and self.segments[index - 1].includes_upper and not segment.gap
            if segment.includes_lower and is_taken:
                _refuse(f"segment {index} with its lower bound", "the bound in the segment before alone")
            before = segment.upper
        if before != OPEN:
            _refuse(f"a table that ends at {before}", "an open last segment")


def _refuse(found: str, expected: str) -> None:
    raise InvariantBroken("rate-table-malformed", found=found, expected=expected)


# Kept for the tables used last, as what is prepared for rating is kept by the table.
@lru_cache(maxsize=256)
def units_alone(table: RateTable) -> RateTable:
    """Leave out of a table what is due whatever the units: flat parts, least amounts, packages due at least.

    >>> table = RateTable(kind="x", price_scale=2, quantity_scale=0, segments=(Segment(lower=0, flat_amount=500),))
    >>> units_alone(table).segments[0].flat_amount
    0
    """
    segments = tuple(
        replaced(segment, flat_amount=0, minimum=-UNLIMITED, least_packages=0) for segment in table.segments
    )
    alone: RateTable = replaced(table, segments=segments)
    return alone


def at_quantity_scale(table: RateTable, scale: int) -> RateTable:
    """Write the same table with bounds and package sizes at a finer quantity scale; what it means stays the same.

    Args:
        scale: Digits after the point, at least the table's own.

    Rounding: none.
    Raises: InvariantBroken ``scale-too-coarse``.
    Source: rules 1 ("integers at a declared scale").

    >>> table = RateTable(kind="x", price_scale=2, quantity_scale=0, segments=(
    ...     Segment(lower=0, upper=10, unit_price=500), Segment(lower=10, unit_price=300)))
    >>> [segment.lower for segment in at_quantity_scale(table, 3).segments]
    [0, 10000]
    """
    if scale < table.quantity_scale:
        raise InvariantBroken(
            "scale-too-coarse", found=f"a quantity scale of {scale}", expected=f"at least {table.quantity_scale}"
        )
    if scale == table.quantity_scale:
        return table
    factor = 10 ** (scale - table.quantity_scale)
    segments = tuple(
        replaced(
            segment,
            lower=segment.lower * factor,
            upper=OPEN if segment.upper == OPEN else segment.upper * factor,
            package_size=segment.package_size * factor,
            gap=segment.gap * factor,
        )
        for segment in table.segments
    )
    finer: RateTable = replaced(table, quantity_scale=scale, segments=segments, step=table.step * factor)
    return finer
