"""What versions, what-ifs and list prices refuse: what is of another kind than they take, by its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

import billcore as bc


def contract() -> bc.Contract:
    line = bc.ContractLine(id="seats", sku="SEATS", billed="in_advance", price=bc.Flat(amount="10"))
    return bc.Contract(
        id="C-1", customer="acme", entity="US01", currency="USD", billed_every="month",
        term=bc.Period(start=date(2026, 1, 1), end=date(2027, 1, 1)), lines=[line],
    )  # fmt: skip


WRONG: list[tuple[Callable[[Any], object], str, str]] = [
    (lambda one: one.versions("x"), "instant-malformed", "as_known_at"),
    (lambda one: one.versions(None, "x"), "date-malformed", "horizon"),
    (lambda one: one.what_if("x"), "argument-wrong", "changes[0]"),
    (
        lambda one: bc.bill(one, through=date(2026, 1, 1), list_prices={"seats": 5}),  # type: ignore[dict-item]
        "argument-wrong",
        "list_prices.seats",
    ),
]


@pytest.mark.parametrize(("ask", "code", "path"), WRONG)
def test_what_is_of_another_kind_is_refused_by_name(ask: Callable[[Any], object], code: str, path: str) -> None:
    """Our own error, at once, with the argument's name."""
    with pytest.raises(bc.BillcoreError) as caught:
        ask(contract())
    assert (code, path) == (caught.value.code, caught.value.path)
