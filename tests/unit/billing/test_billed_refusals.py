"""What stands billed, and usage, that cannot be counted with: refused by name instead of billed twice or lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import billcore as bc
from billcore.billing.billed import Billed
from billcore.core.value import replaced


def contract(every: str = "month", **line: Any) -> bc.Contract:
    written = {"id": "seats", "sku": "A", "billed": "in_advance", "price": {"kind": "flat", "amount": "10.00"}}
    return bc.Contract.read(
        {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": every}
        | {"term": {"start": "2026-01-01", "end": "2027-01-01"}, "lines": [written | line]}
    )


@pytest.fixture(scope="module")
def stood() -> Billed:
    """Three months that stand billed."""
    return bc.bill(contract(), through=date(2026, 3, 31)).next_billed


@pytest.mark.parametrize("kept", [slice(0, 2), slice(1, 3), slice(None, None, -1), slice(0, 0)], ids=str)
def test_billed_lines_that_are_not_all_of_them_are_refused(stood: Billed, kept: slice) -> None:
    """The tail cut, the head cut, another order, nothing at all: the store's count and hash betray it."""
    with pytest.raises(bc.MissingInput) as caught:
        Billed.of(stood.lines[kept], sequence=stood.sequence, chain=stood.chain)
    error = caught.value
    assert "billed-incomplete" == error.code
    assert error.found.startswith(f"{len(stood.lines[kept])} lines with running hash ")
    assert error.expected.startswith(f"3 lines with running hash {stood.chain[:12]}")
    assert stood == Billed.of(stood.lines, sequence=stood.sequence, chain=stood.chain)


def test_days_that_stand_billed_twice_are_refused(stood: Billed) -> None:
    """Two lines of one recurring component hold the same days: neither is guessed, and the days are named."""
    days = bc.Period(start=date(2026, 2, 26), end=date(2026, 3, 5))
    twice = replaced(stood.lines[1], id="il_again", document="inv_again", service=days)
    with pytest.raises(bc.NotApplicable) as caught:
        bc.bill(contract(), through=date(2026, 3, 31), billed=stood.plus([twice]))
    error = caught.value
    assert "overlapping-billed-periods" == error.code
    assert "[2026-02-26, 2026-03-01) of line seats stands billed twice" == error.found


def test_a_period_named_twice_in_usage_is_refused() -> None:
    """A month as a text and its first day as a date are one service period."""
    metered = contract(billed="in_arrears", price={"kind": "per_unit", "unit_price": "1"})
    usage: Any = {"seats": {"2026-01": "5", date(2026, 1, 1): "7"}}
    with pytest.raises(bc.DocumentError) as caught:
        bc.bill(metered, usage=usage, through=date(2026, 2, 1))
    error = caught.value
    assert ("usage-repeated", "2026-01-01 twice", "usage.seats") == (error.code, error.found, error.path)
