"""The kernel on numbers that are whole columns: what a dataframe library will pass in, in forty lines of plain Python."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billcore.pricing.documents import (
    Dynamic,
    Flat,
    Graduated,
    GraduatedPercentage,
    Overage,
    Package,
    PercentTier,
    Reading,
    Stairstep,
    Tier,
    Volume,
)
from billcore.pricing.kernel import KernelSegment, rounded_up, segment_amount
from billcore.pricing.lowering import lower
from billcore.pricing.rate_table import RateTable, Segment
from billcore.pricing.totals import amount_of, kernel_segment
from billcore.testing.price_cases import Given
from support import price_strategies
from support.columns import Column, columns_of
from support.laws import law

ROWS = 7


COLUMNS = columns_of(ROWS)


def segment_columns(table: RateTable, segment: Segment) -> KernelSegment:
    cells = kernel_segment(segment, 10**table.quantity_scale)
    names = KernelSegment.__struct_fields__
    return KernelSegment(**{name: Column([getattr(cells, name)] * ROWS) for name in names})


def by_columns(table: RateTable, quantities: list[int]) -> list[int]:
    """The amounts of whole quantities, at the scale of the table, by the formulas on columns."""
    one = 10**table.quantity_scale
    column = rounded_up(COLUMNS, Column([quantity * one for quantity in quantities]), COLUMNS.constant(table.step))
    total = COLUMNS.constant(0)
    for segment in table.segments:
        total = total + segment_amount(COLUMNS, column, segment_columns(table, segment))
    return total.cells


TIERS = [Tier(up_to=10, unit_price="2", flat_amount="1"), Tier(up_to=20, unit_price="1.5"), Tier(flat_amount="9")]
PACKED = [
    Tier(up_to="10.5", unit_price="2", package_size=4, maximum="5"),
    Tier(up_to=20, unit_price="1.5", flat_amount="1", minimum="12"),
    Tier(unit_price="-1", package_size="2.5", minimum="-3", maximum="40"),
]
READINGS: list[Reading] = ["upper_inclusive", "lower_inclusive", "blocks"]
WHOLE_ROWS = [Tier(up_to=10, unit_price="2", minimum="3"), Tier(up_to=20, unit_price="1"), Tier(package_size=3)]
PRICES = [
    Flat(amount="12.50"),
    Graduated(tiers=TIERS),
    Graduated(tiers=TIERS, charge_flat_at_zero=False),
    Volume(tiers=TIERS),
    Overage(included=10, unit_price="0.05"),
    Stairstep(tiers=[Tier(up_to=10, flat_amount="5"), Tier(flat_amount="9", maximum="8")]),
    Dynamic(multiplier="1.33"),
    GraduatedPercentage(tiers=[PercentTier(up_to=10, percent="2", flat_amount="1"), PercentTier(percent="0.5")]),
    *(Package(package_size=4, package_price="5", package_rounding=way) for way in ("up", "down", "at_least_one")),
    Package(package_size="2.5", package_price="5", included="3", package_rounding="down"),
    *(Graduated(tiers=PACKED, reading=reading) for reading in READINGS),
    *(Volume(tiers=PACKED, reading=reading, charge_flat_at_zero=False) for reading in READINGS),
    Graduated(tiers=WHOLE_ROWS, reading="integer_rows"),
    Volume(tiers=WHOLE_ROWS, reading="integer_rows"),
]


@pytest.mark.parametrize("price", PRICES, ids=lambda price: price.kind)
def test_columns_and_integers_agree(price: Any) -> None:
    """The formulas, unchanged, give for a column of quantities what rating gives for each of them."""
    quantities = [0, 1, 10, 11, 20, 21, 1_000]
    assert len(quantities) == ROWS
    table = lower(price)
    assert [amount_of(table, quantity, 0)[0] for quantity in quantities] == by_columns(table, quantities)


@law(60)
@given(price_strategies.tables(), st.lists(st.integers(0, 60), min_size=ROWS, max_size=ROWS))
def test_columns_and_integers_agree_for_any_table(price: dict[str, Any], quantities: list[int]) -> None:
    """The same for tables drawn at large: packages, limits and readings in any mixture."""
    table = lower(Given.read({"price": price, "quantity": "0"}).price)
    assert [amount_of(table, quantity, 0)[0] for quantity in quantities] == by_columns(table, quantities)
