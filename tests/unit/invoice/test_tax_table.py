"""Unit tests of the tax table: no zero without a reason, no day with two rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import billcore as bc

ROW = {
    "id": "DE-19",
    "jurisdiction": "DE",
    "tax_class": "saas",
    "name": "VAT",
    "rate": "19",
    "valid_from": "2021-01-01",
}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([{"rate": "0"}], "reason-missing"),
        ([{"valid_to": "2021-01-01"}], "period-ends-before-start"),
        ([{}, {}], "id-repeated"),
        ([{}, {"id": "DE-7", "rate": "7", "valid_from": "2025-01-01"}], "tax-rows-overlap"),
        ([{"id": "DE-7", "rate": "7", "valid_from": "2025-01-01"}, {"valid_to": "2025-01-02"}], "tax-rows-overlap"),
    ],
)
def test_a_table_that_does_not_decide_is_refused(rows: list[dict[str, Any]], code: str) -> None:
    """A zero rate without a reason, a row that ends before it starts, and two rows for one day are refused."""
    with pytest.raises(bc.DocumentError) as caught:
        bc.TaxTable.read({"rows": [ROW | row for row in rows]})
    assert code == caught.value.code


def test_rows_that_meet_or_differ_in_place_or_class_stand_together() -> None:
    """Rows are apart where one ends on the first day of the next, or where their cells differ."""
    rows = [
        ROW | {"id": "a", "valid_to": "2025-01-01"},
        ROW | {"id": "b", "valid_from": "2025-01-01"},
        ROW | {"id": "c", "jurisdiction": "FR"},
        ROW | {"id": "d", "tax_class": "books"},
        ROW | {"id": "e", "tax_class": "export", "rate": "0", "reason": "export"},
    ]
    table = bc.TaxTable.read({"rows": rows})
    assert ["a", "b"] == [table.find("DE", "saas", day).id for day in (date(2024, 12, 31), date(2025, 1, 1))]
