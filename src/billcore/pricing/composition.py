"""What a price document comes to, whatever its model: one rate table, or tables and which part of a period meets which.

Source: rules 3. The tables themselves are made in `lowering`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from billcore.core.errors import DocumentError, excerpt
from billcore.core.exact import fraction_digits, scaled
from billcore.core.ratio import ratio_of
from billcore.pricing.documents import (
    Capacity,
    Cumulative,
    Formula,
    GraduatedTimeWeighted,
    Grouped,
    Matrix,
    Percentage,
    Price,
    Windowed,
)
from billcore.pricing.formula.spelling import text_of
from billcore.pricing.lowering import lower
from billcore.pricing.methods import (
    CapacityMethod,
    CumulativeMethod,
    EventMethod,
    FormulaMethod,
    GroupMethod,
    MatrixMethod,
    Method,
    WeightedMethod,
    WindowMethod,
)
from billcore.pricing.rate_table import UNLIMITED, RateTable, Segment
from billcore.pricing.tiers import PriceDocument


def method_of(price: Price) -> Method:
    """Turn a price document into what rating works on.

    Args:
        price: A price document of any model.

    Returns: a `RateTable` where one says it whole, else one of the methods that hold tables.
    Rounding: none.
    Raises: DocumentError ``kind-unknown`` for what is no price document.
    Source: rules 3.

    >>> from billcore.pricing.documents import PerUnit
    >>> method_of(Grouped(by=["region"], price=PerUnit(unit_price="0.05"))).by
    ('region',)
    """
    if isinstance(price, PriceDocument | Formula):
        return _method(price)
    raise DocumentError(
        "kind-unknown",
        found=excerpt(type(price).__name__),
        expected="a price document, such as PerUnit or Graduated",
        path="price",
        hint="Read plain data by the document's read first.",
    )


@lru_cache(maxsize=1024)
def _method(price: Price) -> Method:
    if isinstance(price, Percentage):
        return _percentage(price)
    if isinstance(price, Matrix):
        return _matrix(price)
    if isinstance(price, Capacity):
        return _capacity(price)
    if isinstance(price, Grouped):
        # The document allows no price whose method is another one.
        inner = cast("RateTable | EventMethod | MatrixMethod", _method(price.price))
        return GroupMethod(kind=price.kind, by=price.by, method=inner)
    if isinstance(price, Cumulative):
        return CumulativeMethod(kind=price.kind, table=lower(price.price))
    if isinstance(price, Windowed):
        return WindowMethod(kind=price.kind, table=lower(price.price))
    if isinstance(price, Formula):
        return FormulaMethod(kind=price.kind, text=text_of(price.tree.root), tree=price.tree)
    if isinstance(price, GraduatedTimeWeighted):
        return WeightedMethod(kind=price.kind, table=lower(price))
    return lower(price)


def _percentage(price: Percentage) -> EventMethod:
    """What one event costs is a table of one segment: percentage per unit of money, fee as its flat part."""
    numbers = [price.percent, price.fixed_fee, price.minimum, price.maximum]
    scale = 2 + max(fraction_digits(number) for number in numbers if number is not None)
    segment = Segment(
        lower=0,
        unit_price=scaled(price.percent, scale - 2),
        flat_amount=scaled(price.fixed_fee, scale),
        includes_lower=True,
        minimum=-UNLIMITED if price.minimum is None else scaled(price.minimum, scale),
        maximum=UNLIMITED if price.maximum is None else scaled(price.maximum, scale),
    )
    looks_at_events = price.fixed_fee or price.free_events or price.minimum or price.maximum is not None
    return EventMethod(
        kind=price.kind,
        table=RateTable(kind=price.kind, price_scale=scale, quantity_scale=0, segments=(segment,)),
        free_events=-1 if price.free_events is None else price.free_events,
        free_amount=None if price.free_amount is None else ratio_of(price.free_amount),
        needs_events=bool(looks_at_events),
    )


def _matrix(price: Matrix) -> MatrixMethod:
    return MatrixMethod(
        kind=price.kind,
        dimensions=price.dimensions,
        cells=tuple((cell.values, lower(cell.price)) for cell in price.cells),
        default=None if price.default is None else lower(price.default),
        is_free=price.unmatched == "free",
    )


def _capacity(price: Capacity) -> CapacityMethod:
    return CapacityMethod(
        kind=price.kind,
        tiers=tuple(
            (ratio_of(tier.amount), tuple((limit.meter, ratio_of(limit.up_to)) for limit in tier.limits))
            for tier in price.tiers
        ),
        charge_at_zero=price.charge_at_zero,
    )
