"""What an error about an unknown field says beside it: the fields that are known there, and the one that was meant."""

from __future__ import annotations

from typing import Any

import pytest

import billcore as bc
from billcore.core.errors import DocumentError

LINE = {"id": "l", "sku": "L", "price": {"kind": "flat", "amount": "1"}}
CONTRACT = {
    "id": "C-1",
    "customer": "acme",
    "entity": "US01",
    "currency": "USD",
    "billed_every": "month",
    "term": {"start": "2026-01-01", "end": "2026-02-01"},
    "lines": [LINE],
}
GROUPED = {"kind": "grouped", "by": ["region"], "price": {"kind": "per_unit", "unit_price": "1", "unitprice": "2"}}


@pytest.mark.parametrize(
    ("document", "given", "path", "expected", "hint"),
    [
        (
            bc.Graduated,
            {"kind": "graduated", "tiers": [{"upto": 1, "unit_price": "1"}, {"unit_price": "1"}]},
            "tiers[0].upto",
            "one of up_to, unit_price, flat_amount, package_size, minimum, maximum",
            "Did you mean up_to?",
        ),
        # A value inside a document: its fields alone, not what its class keeps beside them.
        (
            bc.Contract,
            {**CONTRACT, "term": {"start": "2026-01-01", "end": "2026-02-01", "days": 31}},
            "term.days",
            "one of start, end",
            "",
        ),
        # The kind that was chosen decides, at every depth.
        (
            bc.Contract,
            {**CONTRACT, "lines": [{**LINE, "price": GROUPED}]},
            "lines[0].price.price.unitprice",
            "one of per, kind, unit_price",
            "Did you mean unit_price?",
        ),
    ],
)
def test_an_unknown_field_names_the_known(document: Any, given: Any, path: str, expected: str, hint: str) -> None:
    """Where the field stands, which fields there are at that place, and which was meant if one is like it."""
    with pytest.raises(DocumentError) as refusal:
        document.read(given)
    found = [one for one in refusal.value.findings if one.code == "field-unknown"]
    assert [(path, expected, hint)] == [(one.path, one.expected, one.hint) for one in found]
