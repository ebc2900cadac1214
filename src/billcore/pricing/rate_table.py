"""What every price becomes: integer segments at stated scales, so that the arithmetic has one form."""

from __future__ import annotations

from typing import Literal

from billcore.core.value import Value

# An open upper bound, and larger than any quantity: quantities have at most 18 + 12 digits.
OPEN = 10**36


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
    """

    lower: int
    upper: int = OPEN
    unit_price: int = 0
    flat_amount: int = 0
    package_size: int = 0
    applies_to: Literal["each", "whole"] = "each"
    includes_lower: bool = False


class RateTable(Value, frozen=True, kw_only=True):
    """All segments of one price.

    Attributes:
        kind: The price document's kind, for the workings.
        price_scale: Digits after the point that ``unit_price`` and ``flat_amount`` carry.
        quantity_scale: Digits after the point that bounds and quantities carry.
        segments: In order of ``lower``; together they cover every quantity from zero.
    """

    kind: str
    price_scale: int
    quantity_scale: int
    segments: tuple[Segment, ...]
