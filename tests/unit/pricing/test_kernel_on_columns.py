"""The kernel on numbers that are whole columns: what a dataframe library will pass in, in forty lines of plain Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from billcore.pricing.documents import Flat, Graduated, Overage, Tier, Volume
from billcore.pricing.kernel import KernelSegment, Operations, segment_amount
from billcore.pricing.lowering import lower
from billcore.pricing.rate_table import RateTable, Segment
from billcore.pricing.totals import amount_of, kernel_segment

ROWS = 7


class Column:
    """A column that has no truth of its own, and works with columns alone: a bare literal is a mistake."""

    def __init__(self, cells: list[Any]) -> None:
        self.cells = cells

    def __bool__(self) -> bool:
        raise TypeError("a column holds both answers at once")

    def _with(self, other: Column, operation: Callable[[Any, Any], Any]) -> Column:
        if not isinstance(other, Column):
            raise TypeError(f"the literal {other!r} did not go through constant")
        return Column([operation(a, b) for a, b in zip(self.cells, other.cells, strict=True)])

    def __add__(self, other: Column) -> Column:
        return self._with(other, lambda a, b: a + b)

    def __sub__(self, other: Column) -> Column:
        return self._with(other, lambda a, b: a - b)

    def __mul__(self, other: Column) -> Column:
        return self._with(other, lambda a, b: a * b)

    def __lt__(self, other: Column) -> Column:
        return self._with(other, lambda a, b: a < b)

    def __and__(self, other: Column) -> Column:
        return self._with(other, lambda a, b: a & b)

    def __or__(self, other: Column) -> Column:
        return self._with(other, lambda a, b: a | b)


def choose(truth: Column, yes: Column, no: Column) -> Column:
    return Column([a if t else b for t, a, b in zip(truth.cells, yes.cells, no.cells, strict=True)])


COLUMNS = Operations(
    minimum=lambda a, b: a._with(b, min),
    maximum=lambda a, b: a._with(b, max),
    where=choose,
    floor_div=lambda a, b: a._with(b, lambda n, d: n // d),
    constant=lambda n: Column([n] * ROWS),
)


def columns_of(table: RateTable, segment: Segment) -> KernelSegment:
    cells = kernel_segment(segment, 10**table.quantity_scale)
    names = KernelSegment.__struct_fields__
    return KernelSegment(**{name: Column([getattr(cells, name)] * ROWS) for name in names})


def test_columns_and_integers_agree() -> None:
    """The formulas, unchanged, give for a column of quantities what rating gives for each of them."""
    tiers = [Tier(up_to=10, unit_price="2", flat_amount="1"), Tier(up_to=20, unit_price="1.5"), Tier(flat_amount="9")]
    packages = Segment(lower=0, unit_price=5, package_size=4)
    prices = [
        lower(Flat(amount="12.50")),
        lower(Graduated(tiers=tiers)),
        lower(Graduated(tiers=tiers, charge_flat_at_zero=False)),
        lower(Volume(tiers=tiers)),
        lower(Overage(included=10, unit_price="0.05")),
        RateTable(kind="package", price_scale=0, quantity_scale=0, segments=(packages,)),
    ]
    quantities = [0, 1, 10, 11, 20, 21, 1_000]
    assert len(quantities) == ROWS
    for table in prices:
        total = COLUMNS.constant(0)
        for segment in table.segments:
            total = total + segment_amount(COLUMNS, Column(quantities), columns_of(table, segment))
        expected = [amount_of(table, quantity, 0)[0] for quantity in quantities]
        assert expected == total.cells
