"""Unit tests of charges that are refused: no price says what they would be."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import billcore as bc
from billcore.usage.measured import Group, Measured

METERED = {"billed": "in_arrears", "quantity": None}
CASES = [
    ("negative flat price", {"price": {"kind": "flat", "amount": "-5"}}, "charge-negative"),
    (
        "negative milestone price",
        {
            "billed": "on_milestone",
            "milestones": [{"id": "a", "percent": "100"}],
            "price": {"kind": "flat", "amount": "-5"},
        },
        "charge-negative",
    ),
    (
        "a price per year billed once",
        {"billed": "once", "price": {"kind": "flat", "amount": "5", "per": "year"}},
        "cadence-does-not-divide",
    ),
    (
        "a price per year on milestones",
        {
            "billed": "on_milestone",
            "milestones": [{"id": "a", "percent": "100"}],
            "price": {"kind": "flat", "amount": "5", "per": "year"},
        },
        "billed-does-not-fit",
    ),
    (
        "usage priced per year, billed monthly",
        METERED | {"price": {"kind": "per_unit", "unit_price": "1", "per": "year"}},
        "billed-does-not-fit",
    ),
    (
        "a price per month billed for the term",
        {"billed_every": "term", "price": {"kind": "flat", "amount": "5", "per": "month"}},
        "cadence-does-not-divide",
    ),
]


def contract(line: dict[str, Any], **more: Any) -> bc.Contract:
    written = {"id": "a", "sku": "A", "billed": "in_advance", "quantity": "1"} | line
    return bc.Contract.read(
        {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": "month"}
        | {"term": {"start": "2026-01-01", "end": "2027-01-01"}, "lines": [written]}
        | more
    )


@pytest.mark.parametrize(("line", "code"), [pytest.param(line, code, id=name) for name, line, code in CASES])
def test_a_charge_that_no_rule_gives_is_refused(line: dict[str, Any], code: str) -> None:
    """A charge below zero, and a recurring price where no such periods are counted, are refused with the place."""
    made = contract(line)
    usage = {"a": {"2026-01": "20"}} if made.lines[0].is_metered else {}
    with pytest.raises(bc.NotApplicable) as caught:
        bc.bill(made, usage=usage, through=date(2026, 2, 1))
    assert code == caught.value.code
    assert caught.value.path


REGIONS = {
    "kind": "matrix",
    "dimensions": ["region"],
    "cells": [{"values": ["eu"], "price": {"kind": "flat", "amount": "1"}}],
    "unmatched": "refuse",
}
ELSEWHERE = Measured(quantity="3", groups=(Group(key=("us",), measured=Measured(quantity="3")),))


@pytest.mark.parametrize(
    ("price", "used", "code"),
    [
        ({"kind": "per_unit", "unit_price": "-1"}, "20", "charge-negative"),
        ({"kind": "per_unit", "unit_price": "1"}, "-20", "quantity-negative"),
        (REGIONS, ELSEWHERE, "matrix-unmatched"),
        ({"kind": "formula", "expression": "div(1, quantity - 20, 2, half_up)"}, "20", "division-by-zero"),
    ],
)
def test_usage_without_a_price_holds_its_line(price: dict[str, Any], used: Any, code: str) -> None:
    """What the contract has no price for waits with a finding; the line beside it is billed, and nothing is earned."""
    made = contract(METERED | {"price": price})
    beside = {"id": "b", "sku": "B", "billed": "in_advance", "price": {"kind": "flat", "amount": "5"}}
    made = made.revised(lines=[*made.lines, beside])
    run = bc.bill(made, usage={"a": {"2026-01": used}}, through=date(2026, 2, 1))
    assert [code] == [finding.code for finding in run.findings]
    assert run.findings[0].path
    assert {"b"} == {line.line for one in run.invoices for line in one.lines}
    assert (
        () == bc.bill(made, usage={"a": {"2026-01": used}}, through=date(2026, 2, 1), billed=run.next_billed).documents
    )


def test_usage_priced_per_its_own_billing_period_is_charged() -> None:
    """A price per month on usage billed monthly says nothing new and is taken."""
    made = contract(METERED | {"price": {"kind": "per_unit", "unit_price": "1", "per": "month"}})
    run = bc.bill(made, usage={"a": {"2026-01": "20"}}, through=date(2026, 2, 1))
    assert ["20.00"] == [one.net.text for one in run.invoices]


def test_a_term_price_over_days_that_count_nothing_is_refused() -> None:
    """The 30th before a 31st counts nothing in months of 30 days: no share of a term's price can be taken of it."""
    made = contract(
        {
            "price": {"kind": "flat", "amount": "5", "per": "term"},
            "period": {"start": "2026-03-30", "end": "2026-03-31"},
        },
        proration={"unit": "month30e"},
        anchor={"kind": "day_of_month", "day": 1},
    )
    with pytest.raises(bc.NotApplicable) as caught:
        bc.bill(made, through=date(2026, 12, 31))
    assert "period-counts-nothing" == caught.value.code


@pytest.mark.parametrize("denominator", ["30", "360", "365"])
def test_a_price_per_week_has_no_year_of_360_days(denominator: str) -> None:
    """A denominator that counts months or years needs a price per month, quarter or year."""
    made = contract(
        {"billed_every": "2 weeks", "price": {"kind": "flat", "amount": "5", "per": "week"}},
        proration={"denominator": denominator},
    )
    with pytest.raises(bc.NotApplicable) as caught:
        bc.bill(made, through=date(2026, 12, 31))
    error = caught.value
    assert ("denominator-does-not-fit", "contract C-1, line a") == (error.code, error.path)
    assert f"denominator {denominator} on a price per week" == error.found


def test_the_last_day_of_the_calendar_is_a_day() -> None:
    """A run through the last day there is needs no day after it."""
    made = contract(METERED | {"price": {"kind": "per_unit", "unit_price": "1"}})
    assert 12 == len(bc.bill(made, usage={}, through=date.max).findings)
