"""The kernel on numbers that are whole columns: what a dataframe library will pass in, in forty lines of plain Python."""

from __future__ import annotations

from billcore.pricing.documents import Flat, Graduated, Overage, Tier, Volume
from billcore.pricing.kernel import KernelSegment, segment_amount
from billcore.pricing.lowering import lower
from billcore.pricing.rate_table import RateTable, Segment
from billcore.pricing.totals import amount_of, kernel_segment
from support.columns import Column, columns_of

ROWS = 7


COLUMNS = columns_of(ROWS)


def segment_columns(table: RateTable, segment: Segment) -> KernelSegment:
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
            total = total + segment_amount(COLUMNS, Column(quantities), segment_columns(table, segment))
        expected = [amount_of(table, quantity, 0)[0] for quantity in quantities]
        assert expected == total.cells
