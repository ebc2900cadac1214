"""Laws of every price model: each gives what naive counting gives, and what is only written otherwise costs the same."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billcore.core.errors import NotApplicable
from billcore.core.value import replaced
from billcore.pricing.composition import method_of
from billcore.pricing.methods import CumulativeMethod
from billcore.pricing.needs import needed_by
from billcore.pricing.rated import Rated
from billcore.pricing.rating import exact_amount, rate
from billcore.testing.price_cases import Given
from oracle import pricing_members as oracle
from support import price_strategies as prices
from support.laws import law

Plain = dict[str, Any]


def rated(case: Plain) -> Rated:
    given_case = Given.read(case)
    return rate(given_case.price, given_case.measured())


def amount(case: Plain) -> Fraction:
    found = rated(case)
    return Fraction(found.numerator, found.denominator)


@law(120)
@given(prices.cases())
def test_every_model_gives_what_counting_gives(case: Plain) -> None:
    """Unit by unit, event by event, part by part: the oracle comes to the same amount."""
    assert oracle.amount(case["price"], case) == amount(case)


def is_the_oracles_around_bounds(price: Plain) -> None:
    for quantity in ("0", *prices.around_bounds(price)):
        case = {"price": price, "quantity": quantity}
        assert oracle.amount(price, case) == amount(case), quantity


@pytest.mark.parametrize("reading", prices.READINGS)
@pytest.mark.parametrize("kind", prices.TIERED)
def test_bounds_and_zero_are_hit_exactly(kind: str, reading: str) -> None:
    """At zero, and on, before and behind every bound the amount is the oracle's, in every reading."""

    @law(12)
    @given(prices.tiered(kind, reading=reading))
    def holds(price: Plain) -> None:
        is_the_oracles_around_bounds(price)

    holds()


@law(40)
@given(prices.percent_tables() | prices.packages())
def test_bounds_of_money_and_packages_are_hit_exactly(price: Plain) -> None:
    """The same for tables of percentages and for packages."""
    is_the_oracles_around_bounds(price)


@law(80)
@given(prices.tiered("graduated", with_parts=False), prices.changes())
def test_time_is_weighed_as_steps_are(table: Plain, use: Plain) -> None:
    """A level that changes costs what the oracle finds by walking each change in small steps."""
    case = {"price": {**table, "kind": "graduated_time_weighted"}, **use}
    assert oracle.amount(case["price"], case) == amount(case)


@law(50)
@given(prices.cases())
def test_parts_and_steps_add_up(case: Plain) -> None:
    """The last step states the amount, the parts sum to it, and the amount alone is the same as with its workings."""
    found = rated(case)
    total = Fraction(found.numerator, found.denominator)
    assert total == Fraction(found.steps[-1].numerator, found.steps[-1].denominator)
    if found.parts:
        assert total == sum(Fraction(part.numerator, part.denominator) for part in found.parts)
    given_case = Given.read(case)
    assert total == Fraction(*exact_amount(method_of(given_case.price), given_case.measured()))


@law(40)
@given(prices.tiered("graduated", low=0), prices.QUANTITIES, prices.QUANTITIES)
def test_graduated_never_falls(price: Plain, one: str, other: str) -> None:
    """With no negative price, more units never cost less: in any reading, with packages and limits."""
    less, more = sorted([one, other], key=Fraction)
    assert amount({"price": price, "quantity": less}) <= amount({"price": price, "quantity": more})


@law(40)
@given(prices.tables(), st.lists(prices.QUANTITIES, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_events_split_as_they_like(price: Plain, values: list[str], random: Any) -> None:
    """A price of one quantity depends on the sum alone: not on how many events it came in, nor on their order."""
    total = f"{sum((Decimal(value) for value in values), Decimal(0)):f}"
    shuffled = list(values)
    random.shuffle(shuffled)
    expected = amount({"price": price, "quantity": total})
    assert expected == amount({"price": price, "values": values}) == amount({"price": price, "values": shuffled})


MONEY = {
    *("amount", "unit_price", "flat_amount", "package_price", "fixed_fee", "minimum", "maximum", "percent"),
    "multiplier",
}


def tenfold(price: object) -> Any:
    """The same price with each sum of money and each percentage ten times as large."""
    if isinstance(price, list):
        return [tenfold(item) for item in price]
    if isinstance(price, dict):
        return {
            key: f"{Decimal(str(item)) * 10:f}" if key in MONEY and not isinstance(item, dict) else tenfold(item)
            for key, item in price.items()
        }
    return price


@law(50)
@given(prices.cases())
def test_ten_times_the_price_is_ten_times_the_amount(case: Plain) -> None:
    """Scaling all money of a price by ten scales the amount by ten exactly."""
    assert 10 * amount(case) == amount({**case, "price": tenfold(case["price"])})


@law(50)
@given(prices.cases(), st.randoms(use_true_random=False))
def test_order_changes_nothing(case: Plain, random: Any) -> None:
    """Groups, windows, cells, meters and fields may come in any order."""
    other = json.loads(json.dumps(case))
    for parts in (other.get("groups"), other.get("windows"), other["price"].get("cells")):
        if parts:
            random.shuffle(parts)
    if "meters" in other:
        other["meters"] = dict(random.sample(sorted(other["meters"].items()), len(other["meters"])))
    assert amount(case) == amount(other)


@law(40)
@given(prices.counted(), st.lists(prices.QUANTITIES, min_size=1, max_size=5))
def test_periods_of_a_term_add_up(price: Plain, quantities: list[str]) -> None:
    """A price over a term costs the same in however many periods the term is billed."""
    total, before = Fraction(0), Decimal(0)
    for quantity in quantities:
        case = {"price": {"kind": "cumulative", "price": price}, "quantity": quantity, "before": f"{before:f}"}
        total += amount(case)
        before += Decimal(quantity)
    # What is due at zero is due before the first unit of the term.
    at_zero = amount({"price": price, "quantity": "0"})
    assert amount({"price": price, "quantity": f"{before:f}"}) == total + at_zero


@law(40)
@given(prices.tables(), prices.QUANTITIES)
def test_one_part_is_the_whole(price: Plain, quantity: str) -> None:
    """One window, one group and one cell cost what the price costs."""
    measure = {"amount" if price["kind"] == "dynamic" else "quantity": quantity}
    expected = amount({"price": price, **measure})
    assert expected == amount({"price": {"kind": "windowed", "price": price}, "windows": [quantity]})
    group = {"groups": [{"key": ["eu"], **measure}]}
    assert expected == amount({"price": {"kind": "grouped", "by": ["region"], "price": price}, **group})
    cells = {"unmatched": "free", "cells": [{"values": ["eu"], "price": price}]}
    assert expected == amount({"price": {"kind": "matrix", "dimensions": ["region"], **cells}, **group})


@law(40)
@given(prices.percentages(), st.lists(prices.QUANTITIES, max_size=5))
def test_free_is_never_dearer(price: Plain, values: list[str]) -> None:
    """Taking a free amount or free events away never makes a percentage cheaper, where no least is due."""
    without_least = {name: item for name, item in price.items() if name != "minimum"}
    bare = {name: item for name, item in without_least.items() if name not in ("free_events", "free_amount")}
    assert amount({"price": without_least, "values": values}) <= amount({"price": bare, "values": values})


@law(40)
@given(prices.metered())
def test_capacity_is_one_of_its_amounts(case: Plain) -> None:
    """A capacity charge is the amount of one tier, or nothing where nothing moved."""
    assert amount(case) in {Fraction(tier["amount"]) for tier in case["price"]["tiers"]} | {Fraction(0)}


@law(40)
@given(prices.cases(), prices.QUANTITIES)
def test_a_negative_quantity_is_refused(case: Plain, quantity: str) -> None:
    """Units below zero have no price, whatever the model that looks at them."""
    below = f"-{quantity}" if Fraction(quantity) else "-1"
    if "quantity" in case and case["price"]["kind"] != "cumulative":
        case["quantity"] = below
    elif case.get("windows"):
        case["windows"][0] = below
    else:
        return
    with pytest.raises(NotApplicable) as refusal:
        amount(case)
    assert refusal.value.code == "quantity-negative"


@law(100)
@given(prices.cases())
def test_what_a_price_needs_is_all_it_looks_at(case: Plain) -> None:
    """What is left out of a measured period for a price changes nothing of its amount and its workings."""
    given_case = Given.read(case)
    method, measured = method_of(given_case.price), given_case.measured()
    if isinstance(method, CumulativeMethod):
        measured = replaced(measured, before="")  # counted by the caller, period by period
    assert rate(method, measured) == rate(method, needed_by(method, measured))
