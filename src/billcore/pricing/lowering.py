"""What a price document means: the only place that decides it, by turning each into integer segments.

A new price model is one more function here and one more kind in `documents`; `kernel` never learns of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from billcore.core.errors import DocumentError, excerpt
from billcore.core.exact import fraction_digits, scaled
from billcore.pricing import documents
from billcore.pricing.documents import GraduatedTimeWeighted, TablePrice, Tier, Tiered
from billcore.pricing.rate_table import OPEN, UNLIMITED, RateTable, Segment

if TYPE_CHECKING:
    from decimal import Decimal


def lower(price: TablePrice | GraduatedTimeWeighted) -> RateTable:
    """Turn a price document that one rate table says whole into that table.

    Args:
        price: A price document without parts of its own: no grouped, matrix, per event or per meter price.

    Returns: the table at the smallest scales that are exact: prices and flat parts at ``price_scale``, bounds at
        ``quantity_scale``. Equal prices in other spellings (0.5, 0.50) give one table.
    Rounding: none.
    Raises: DocumentError ``kind-unknown`` for what is no such price document.
    Source: rules 3.

    >>> from billcore.pricing.documents import Overage
    >>> table = lower(Overage(included="10000", unit_price="0.05"))
    >>> [(s.lower, s.unit_price) for s in table.segments], table.price_scale
    ([(0, 0), (10000, 5)], 2)
    """
    if type(price) in _LOWERINGS:
        return _lower(price)
    raise DocumentError(
        "kind-unknown",
        found=excerpt(type(price).__name__),
        expected=f"a price document: {', '.join(kind.__name__ for kind in _LOWERINGS)}",
        path="price",
        hint="Read plain data by the document's read first.",
    )


@lru_cache(maxsize=1024)
def _lower(price: TablePrice | GraduatedTimeWeighted) -> RateTable:
    return _LOWERINGS[type(price)](price)


def _flat(price: documents.Flat) -> RateTable:
    """One amount whatever the quantity, zero included."""
    scale = fraction_digits(price.amount)
    segment = Segment(lower=0, flat_amount=scaled(price.amount, scale), applies_to="whole", includes_lower=True)
    return RateTable(kind=price.kind, price_scale=scale, quantity_scale=0, segments=(segment,))


def _per_unit(price: documents.PerUnit) -> RateTable:
    """One open segment."""
    return _one_rate(price.kind, price.unit_price)


def _dynamic(price: documents.Dynamic) -> RateTable:
    """Money in, money out: the factor is the price of one unit of money."""
    return _one_rate(price.kind, price.multiplier)


def _one_rate(kind: str, unit_price: Decimal) -> RateTable:
    scale = fraction_digits(unit_price)
    segment = Segment(lower=0, unit_price=scaled(unit_price, scale), includes_lower=True)
    return RateTable(kind=kind, price_scale=scale, quantity_scale=0, segments=(segment,))


def _graduated(price: documents.Graduated | GraduatedTimeWeighted) -> RateTable:
    return _tiered(price, price.kind, "each")


def _volume(price: documents.Volume | documents.Stairstep) -> RateTable:
    return _tiered(price, price.kind, "whole")


def _tiered(price: Tiered, kind: str, applies_to: Literal["each", "whole"]) -> RateTable:
    """A segment for each tier, from the bound of the tier before; the first holds zero where its flat part is due."""
    price_scale = _most_digits(number for tier in price.tiers for number in _money_of(tier))
    quantity_scale = _most_digits(number for tier in price.tiers for number in (tier.up_to, tier.package_size))
    segments = []
    start = 0
    for index, tier in enumerate(price.tiers):
        end = OPEN if tier.up_to is None else scaled(tier.up_to, quantity_scale)
        reading = _reading(price, index, is_last=end == OPEN, one=10**quantity_scale)
        segments.append(
            Segment(
                lower=start,
                upper=end,
                unit_price=scaled(tier.unit_price, price_scale),
                flat_amount=scaled(tier.flat_amount, price_scale),
                package_size=0 if tier.package_size is None else scaled(tier.package_size, quantity_scale),
                applies_to=applies_to,
                minimum=-UNLIMITED if tier.minimum is None else scaled(tier.minimum, price_scale),
                maximum=UNLIMITED if tier.maximum is None else scaled(tier.maximum, price_scale),
                **reading,
            )
        )
        start = end
    return RateTable(
        kind=kind,
        price_scale=price_scale,
        quantity_scale=quantity_scale,
        segments=tuple(segments),
        step=10**quantity_scale if price.reading == "blocks" else 0,
    )


def _money_of(tier: Tier) -> tuple[Decimal | None, ...]:
    return tier.unit_price, tier.flat_amount, tier.minimum, tier.maximum


def _reading(price: Tiered, index: int, *, is_last: bool, one: int) -> dict[str, Any]:
    """How quantities on a bound and between whole numbers fall into the tier. Source: rules 3; `Tiered.reading`."""
    at_zero = index == 0 and price.charge_flat_at_zero
    if price.reading == "lower_inclusive":
        return {"includes_lower": at_zero or index > 0, "includes_upper": is_last}
    if price.reading == "integer_rows" and index > 0:
        return {"includes_lower": True, "gap": one}
    return {"includes_lower": at_zero}


def _graduated_percentage(price: documents.GraduatedPercentage) -> RateTable:
    """A percentage is a price for each unit of money: 2 % is 0.02."""
    price_scale = 2 + _most_digits(number for tier in price.tiers for number in (tier.percent, tier.flat_amount))
    quantity_scale = _most_digits(tier.up_to for tier in price.tiers)
    segments = []
    start = 0
    for index, tier in enumerate(price.tiers):
        end = OPEN if tier.up_to is None else scaled(tier.up_to, quantity_scale)
        segments.append(
            Segment(
                lower=start,
                upper=end,
                unit_price=scaled(tier.percent, price_scale - 2),
                flat_amount=scaled(tier.flat_amount, price_scale),
                includes_lower=index == 0 and price.charge_flat_at_zero,
            )
        )
        start = end
    return RateTable(kind=price.kind, price_scale=price_scale, quantity_scale=quantity_scale, segments=tuple(segments))


def _package(price: documents.Package) -> RateTable:
    """The included units at nothing, packages on what goes beyond them."""
    price_scale = fraction_digits(price.package_price)
    quantity_scale = _most_digits((price.package_size, price.included))
    end = scaled(price.included, quantity_scale)
    packages = Segment(
        lower=end,
        unit_price=scaled(price.package_price, price_scale),
        package_size=scaled(price.package_size, quantity_scale),
        includes_lower=end == 0,
        is_package_down=price.package_rounding == "down",
        least_packages=1 if price.package_rounding == "at_least_one" else 0,
    )
    segments = (Segment(lower=0, upper=end, includes_lower=True), packages) if end else (packages,)
    return RateTable(kind=price.kind, price_scale=price_scale, quantity_scale=quantity_scale, segments=segments)


def _overage(price: documents.Overage) -> RateTable:
    """The included units at nothing, each unit beyond them at the price."""
    price_scale, quantity_scale = fraction_digits(price.unit_price), fraction_digits(price.included)
    end = scaled(price.included, quantity_scale)
    included = Segment(lower=0, upper=end, includes_lower=True)
    beyond = Segment(lower=end, unit_price=scaled(price.unit_price, price_scale))
    return RateTable(
        kind=price.kind, price_scale=price_scale, quantity_scale=quantity_scale, segments=(included, beyond)
    )


def _most_digits(numbers: Iterable[Decimal | None]) -> int:
    return max((fraction_digits(number) for number in numbers if number is not None), default=0)


# The prices that one table says whole; `composition` says what the others are made of.
_LOWERINGS: dict[type, Callable[[Any], RateTable]] = {
    documents.Flat: _flat,
    documents.PerUnit: _per_unit,
    documents.Graduated: _graduated,
    documents.Volume: _volume,
    documents.Stairstep: _volume,
    documents.Package: _package,
    documents.Overage: _overage,
    documents.GraduatedPercentage: _graduated_percentage,
    documents.Dynamic: _dynamic,
    GraduatedTimeWeighted: _graduated,
}
