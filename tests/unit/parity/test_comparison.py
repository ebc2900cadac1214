"""How what came out is compared: numbers by value, lines in any order, entries in theirs, named amounts whole."""

from __future__ import annotations

from typing import Any

import pytest

from parity.comparison import compared, same


def told(expect: dict[str, Any], got: dict[str, Any]) -> tuple[list[str], list[str]]:
    verdict = compared(expect, got)
    return verdict.different, verdict.missing


@pytest.mark.parametrize(
    ("wanted", "found", "equal"),
    [
        ("1.50", "1.5", True),
        ("-0", "0", True),
        ("1/3", "1/3", True),
        ("0.33", "1/3", False),
        ("2012-01-01", "2012-01-01", True),
        ("2012-01-01", "2012-01-02", False),
        (1, "1.0", True),
        (True, True, True),
        (True, 1, False),
        (None, None, True),
        (None, "0", False),
        ("", "0", False),
        ("9" * 30, "9" * 29 + "8", False),
    ],
)
def test_numbers_are_the_same_by_their_value(wanted: Any, found: Any, equal: bool) -> None:
    """The spelling of a number does not count, every digit of it does."""
    assert same(wanted, found) is equal


def test_entries_are_compared_in_their_order() -> None:
    """Events, runs and documents are in order; one more or fewer is told as such."""
    assert told({"events": ["1", "2"]}, {"events": ["1", "2"]}) == ([], [])
    assert told({"events": ["1", "2"]}, {"events": ["2", "1"]})[0]
    assert told({"events": ["1"]}, {"events": ["1", "2"]}) == (["expect.events: expected 1 entries, got [1, 2]"], [])


def test_a_name_that_nobody_expects_in_a_list_of_amounts_differs() -> None:
    """Groups, shares and what wallets pay are whole: one too many is a difference."""
    for name in ("groups", "used", "shares"):
        assert told({name: {"a": "1"}}, {name: {"a": "1", "b": "1"}})[0] == [
            f"expect.{name}.b: expected nothing, got 1"
        ]
    assert told({"totals": {"a": "1"}}, {"totals": {"a": "1", "b": "1"}}) == ([], [])


def test_a_line_is_empty_only_where_an_amount_says_so() -> None:
    """A line of amount zero with a discount is kept, and so is one of which no amount is asserted."""
    nothing = {"amount": "0.00", "total": "0.00"}
    assert told({"lines": []}, {"lines": [nothing]}) == ([], [])
    for line in ({"amount": "0", "discount": "1"}, {"amount": "0", "discounts": [{"amount": "1"}]}, {"tier": 1}):
        assert told({"lines": []}, {"lines": [line]})[0]
        assert told({"lines": [line]}, {"lines": []})[0]


def test_a_field_of_a_line_that_nobody_produces_is_told_apart() -> None:
    """A field that no line has is missing, not different; the others are compared."""
    assert told({"lines": [{"a": "1", "z": "1"}]}, {"lines": [{"a": "1"}]}) == ([], ["expect.lines.z"])
    different, missing = told({"lines": [{"a": "2", "z": "1"}]}, {"lines": [{"a": "1"}]})
    assert different
    assert missing == ["expect.lines.z"]


def test_an_invoice_of_nothing_is_none() -> None:
    """Invoices without money in any line are left out on both sides."""
    empty = {"on": "2026-01-01", "lines": [{"amount": "0"}], "total": "0"}
    assert told({"invoices": []}, {"invoices": [empty]}) == ([], [])
    assert told({"invoices": [empty]}, {"invoices": []}) == ([], [])
