"""Where more costs less: what a stretch says in words, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from billcore.core.errors import DocumentError
from billcore.pricing.documents import (
    Capacity,
    Flat,
    Graduated,
    GraduatedPercentage,
    Grouped,
    Overage,
    Package,
    PercentTier,
    PerUnit,
    Tier,
    Volume,
)
from billcore.pricing.readings import cheaper_with_more
from hostile import HUGE, show

LAGO = Volume(tiers=[Tier(up_to=10, unit_price=5, flat_amount=100), Tier(unit_price=2, flat_amount=50)])


def test_a_stretch_has_exact_numbers() -> None:
    """Where it starts, where it is back, by how much it falls, and who pays more than for more: Lago's volume table."""
    [stretch] = cheaper_with_more(LAGO)
    assert ((10, 1), False, (50, 1), False) == (
        stretch.starts,
        stretch.includes_start,
        stretch.ends,
        stretch.includes_end,
    )
    assert ((150, 1), (70, 1), (80, 1)) == (stretch.highest, stretch.lowest, stretch.falls_by)
    assert ((0, 1), True) == (stretch.overpaid_from, stretch.includes_overpaid)


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (LAGO, "behind 10 units the total of 150 falls to 70 and is back at 50 units"),
        (PerUnit(unit_price="-2"), "behind 0 units the total of 0 falls without end and never is back"),
        (LAGO.revised(reading="lower_inclusive"), "from 10 units the total of 150 falls to 70 and is back at 50 units"),
    ],
)
def test_a_stretch_reads_as_a_sentence(price: Any, text: str) -> None:
    """The sentence of a finding and of a print is the same."""
    assert [text] == [str(stretch) for stretch in cheaper_with_more(price)]


def test_a_fall_without_end_has_no_depth() -> None:
    """Where a total falls for ever, nothing says by how much."""
    [stretch] = cheaper_with_more(PerUnit(unit_price="-2"))
    assert stretch.falls_by is None


@pytest.mark.parametrize(
    "price",
    [
        Flat(amount="-5"),
        PerUnit(unit_price="0"),
        Overage(included=10, unit_price="2"),
        Package(package_size=10, package_price="2"),
        Package(package_size=10, package_price="2", package_rounding="at_least_one"),
        Graduated(tiers=[Tier(up_to=5, unit_price="9", package_size=2, maximum=20), Tier(unit_price="1", minimum=4)]),
        GraduatedPercentage(tiers=[PercentTier(up_to=100, percent="5"), PercentTier(percent="1", flat_amount="3")]),
    ],
)
def test_prices_that_only_rise_have_none(price: Any) -> None:
    """A price that adds with each unit never falls, whatever its steps and limits."""
    assert () == cheaper_with_more(price)


def test_a_limit_of_nothing_looks_at_nothing() -> None:
    """Up to no units there is no larger quantity; up to the bound the fall is still to come."""
    assert () == cheaper_with_more(LAGO, 0)
    assert () == cheaper_with_more(LAGO, 10)
    [stretch] = cheaper_with_more(LAGO, "10.000000000001")
    assert stretch.ends is None
    assert stretch.lowest == (70, 1)


@pytest.mark.parametrize(
    ("up_to", "code"),
    [
        (1.5, "float-amount"),
        (True, "number-malformed"),
        ("", "number-malformed"),
        (Decimal("NaN"), "number-malformed"),
        (HUGE, "number-too-large"),
        ("-0.1", "number-negative"),
    ],
    ids=show,
)
def test_a_bad_limit_is_refused(up_to: Any, code: str) -> None:
    """The limit is an exact number of units, 0 or more."""
    with pytest.raises(DocumentError) as refusal:
        cheaper_with_more(LAGO, up_to)
    assert (code, "up_to") == (refusal.value.code, refusal.value.path)


@pytest.mark.parametrize(
    "price",
    [None, 5, {}, "volume", Grouped(by=["region"], price=PerUnit(unit_price="1")), Capacity(tiers=[{"amount": "1"}])],
)
def test_a_price_without_one_table_is_refused(price: Any) -> None:
    """What several tables make has no quantity to walk along."""
    with pytest.raises(DocumentError) as refusal:
        cheaper_with_more(price)
    assert refusal.value.code == "kind-unknown"
