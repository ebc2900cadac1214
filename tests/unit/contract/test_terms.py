"""What a contract and its clauses refuse: a discount that ends twice, a line that is not there."""

from __future__ import annotations

from typing import Any

import pytest

import billcore as bc


def contract(*discounts: dict[str, Any]) -> bc.Contract:
    line = {"id": "seats", "sku": "A", "billed": "in_advance", "price": {"kind": "flat", "amount": "10.00"}}
    return bc.Contract.read(
        {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": "month"}
        | {"term": {"start": "2026-01-01", "end": "2027-01-01"}, "lines": [line | {"discounts": discounts}]}
    )


@pytest.mark.parametrize(
    "discount",
    [{"kind": "percent_off", "percent": "10"}, {"kind": "amount_off", "amount": "1"}],
    ids=lambda d: d["kind"],
)
def test_a_discount_ends_once(discount: dict[str, Any]) -> None:
    """A last day and a number of periods may contradict each other: one of them, or neither; the place is named."""
    for end in ({}, {"until": "2026-07-01"}, {"periods": 6}):
        assert 2 == len(contract(discount, discount | end).lines[0].discounts)
    with pytest.raises(bc.DocumentError) as caught:
        contract(discount, discount | {"until": "2026-07-01", "periods": 6})
    error = caught.value
    assert ("discount-ends-twice", "until and periods") == (error.code, error.found)
    assert error.path.startswith("lines[0].discounts[1]")
    with pytest.raises(bc.DocumentError) as caught:
        contract(discount, discount | {"at": "split"})
    assert "discount-split-without-end" == caught.value.code


@pytest.mark.parametrize("ask", ["line", "with_line", "with_price"])
def test_a_line_that_a_contract_does_not_have_is_named_with_those_it_has(ask: str) -> None:
    """The error shows what was asked for, the contract, and its lines."""
    asked = {"with_price": (bc.Flat(amount="1"),)}.get(ask, ())
    with pytest.raises(bc.DocumentError) as caught:
        getattr(contract(), ask)("chairs", *asked)
    error = caught.value
    assert ("line-unknown", "chairs", "one of seats", "contract C-1") == (
        error.code,
        error.found,
        error.expected,
        error.path,
    )
