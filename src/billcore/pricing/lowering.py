"""What a price document means: the only place that decides it, by turning each into integer segments.

A new price model is one more function here; `kernel` and `rating` never learn of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from billcore.core.errors import DocumentError, excerpt
from billcore.core.exact import fraction_digits, scaled
from billcore.pricing.documents import Flat, Graduated, Overage, PerUnit, Price, Volume
from billcore.pricing.rate_table import OPEN, RateTable, Segment

if TYPE_CHECKING:
    from decimal import Decimal

_KINDS = "Flat, PerUnit, Graduated, Volume, Overage"


def lower(price: Price) -> RateTable:
    """Turn a price document into the rate table that it means.

    Args:
        price: A price document.

    Returns: the table at the smallest scales that are exact: prices and flat parts at ``price_scale``, bounds at
        ``quantity_scale``. Equal prices in other spellings (0.5, 0.50) give one table.
    Rounding: none.
    Raises: DocumentError ``kind-unknown`` for what is no price document.
    Source: rules 3.

    >>> from billcore.pricing.documents import Overage
    >>> table = lower(Overage(included="10000", unit_price="0.05"))
    >>> [(s.lower, s.unit_price) for s in table.segments], table.price_scale
    ([(0, 0), (10000, 5)], 2)
    """
    if isinstance(price, Flat | PerUnit | Graduated | Volume | Overage):
        return _lower(price)
    raise DocumentError(
        "kind-unknown",
        found=excerpt(type(price).__name__),
        expected=f"a price document: {_KINDS}",
        path="price",
        hint="Read plain data by the document's read first.",
    )


@lru_cache(maxsize=1024)
def _lower(price: Price) -> RateTable:
    if isinstance(price, Flat):
        return _flat(price)
    if isinstance(price, PerUnit):
        return _per_unit(price)
    if isinstance(price, Graduated):
        return _tiered(price, "each")
    if isinstance(price, Volume):
        return _tiered(price, "whole")
    return _overage(price)


def _flat(price: Flat) -> RateTable:
    """One amount whatever the quantity, zero included."""
    scale = fraction_digits(price.amount)
    segment = Segment(lower=0, flat_amount=scaled(price.amount, scale), applies_to="whole", includes_lower=True)
    return RateTable(kind=price.kind, price_scale=scale, quantity_scale=0, segments=(segment,))


def _per_unit(price: PerUnit) -> RateTable:
    """One open segment."""
    scale = fraction_digits(price.unit_price)
    segment = Segment(lower=0, unit_price=scaled(price.unit_price, scale), includes_lower=True)
    return RateTable(kind=price.kind, price_scale=scale, quantity_scale=0, segments=(segment,))


def _tiered(price: Graduated | Volume, applies_to: Literal["each", "whole"]) -> RateTable:
    """A segment for each tier, from the bound of the tier before; the first holds zero where its flat part is due."""
    price_scale = _most_digits(number for tier in price.tiers for number in (tier.unit_price, tier.flat_amount))
    quantity_scale = _most_digits(tier.up_to for tier in price.tiers if tier.up_to is not None)
    segments = []
    start = 0
    for index, tier in enumerate(price.tiers):
        end = OPEN if tier.up_to is None else scaled(tier.up_to, quantity_scale)
        segments.append(
            Segment(
                lower=start,
                upper=end,
                unit_price=scaled(tier.unit_price, price_scale),
                flat_amount=scaled(tier.flat_amount, price_scale),
                applies_to=applies_to,
                includes_lower=index == 0 and price.charge_flat_at_zero,
            )
        )
        start = end
    return RateTable(kind=price.kind, price_scale=price_scale, quantity_scale=quantity_scale, segments=tuple(segments))


def _overage(price: Overage) -> RateTable:
    """The included units at nothing, each unit beyond them at the price."""
    price_scale, quantity_scale = fraction_digits(price.unit_price), fraction_digits(price.included)
    end = scaled(price.included, quantity_scale)
    included = Segment(lower=0, upper=end, includes_lower=True)
    beyond = Segment(lower=end, unit_price=scaled(price.unit_price, price_scale))
    return RateTable(
        kind=price.kind, price_scale=price_scale, quantity_scale=quantity_scale, segments=(included, beyond)
    )


def _most_digits(numbers: Iterable[Decimal]) -> int:
    return max((fraction_digits(number) for number in numbers), default=0)
