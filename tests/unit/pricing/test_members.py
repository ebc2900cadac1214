"""Prices that one rate table does not say whole: each member alone, then added up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from billcore.core.errors import DocumentError, MissingInput, NotApplicable
from billcore.pricing.composition import method_of
from billcore.pricing.documents import (
    Capacity,
    CapacityLimit,
    CapacityTier,
    Cumulative,
    Dynamic,
    Flat,
    Formula,
    FormulaParameter,
    Graduated,
    GraduatedTimeWeighted,
    Grouped,
    Matrix,
    MatrixCell,
    Package,
    Percentage,
    PerUnit,
    Stairstep,
    Tier,
    Volume,
    Windowed,
)
from billcore.pricing.line_stage import price_line
from billcore.pricing.modifiers import Modifiers
from billcore.pricing.rating import exact_amount, rate
from billcore.usage.measured import Group, LevelChange, Measured

TIERS = [Tier(up_to=10, unit_price="0.10"), Tier(up_to=20, unit_price="0.05"), Tier(unit_price="0.02")]
REGIONS = Matrix(
    dimensions=["region"],
    cells=[
        MatrixCell(values=["eu"], price=PerUnit(unit_price="2")),
        MatrixCell(values=["us"], price=Package(package_size=10, package_price="15")),
    ],
    unmatched="refuse",
)


def groups(**quantities: str) -> Measured:
    return Measured(
        quantity=str(sum(map(Decimal, quantities.values()))),
        groups=tuple(Group(key=(key,), measured=Measured(quantity=quantity)) for key, quantity in quantities.items()),
    )


def changes(*pairs: tuple[str, int, int]) -> Measured:
    return Measured(changes=tuple(LevelChange(delta=d, numerator=n, denominator=m) for d, n, m in pairs))


@pytest.mark.parametrize(
    ("price", "measured", "amount"),
    [
        (Percentage(percent="2.99", minimum="1.75", maximum="12"), Measured(values=("10", "80", "10000")), "16.142"),
        (
            Percentage(percent="2.99", free_amount="30", minimum="1.75", maximum="12"),
            Measured(values=("10", "80", "10000")),
            "13.794",
        ),
        (
            Percentage(percent="1", fixed_fee="5", free_amount="15"),
            Measured(values=("4", "4", "4", "4", "10")),
            "10.11",
        ),
        (Percentage(percent="5", fixed_fee="1", free_events=2), Measured(values=("8", "5", "3")), "1.15"),
        (Percentage(percent="5", free_events=3, free_amount="10"), Measured(values=("8", "5", "3")), "0.3"),
        (Percentage(percent="5"), Measured(quantity="16"), "0.8"),
        (REGIONS, groups(eu="3", us="11"), "36"),
        (REGIONS.revised(unmatched="free"), groups(eu="3", ap="9"), "6"),
        (REGIONS.revised(unmatched="default", default=PerUnit(unit_price="1")), groups(eu="3", ap="9"), "15"),
        (Grouped(by=["region"], price=Graduated(tiers=TIERS)), groups(eu="9", us="15"), "2.15"),
        (Windowed(price=Graduated(tiers=TIERS)), Measured(quantity="24", windows=("9", "15")), "2.15"),
        (Dynamic(), Measured(quantity="20", amount="0.402"), "0.402"),
        (Dynamic(multiplier="1.5"), Measured(quantity="20"), "30"),
        (Cumulative(price=Graduated(tiers=TIERS)), Measured(quantity="8"), "0.8"),
        (Cumulative(price=Graduated(tiers=TIERS)), Measured(quantity="8", before="8"), "0.5"),
        (Cumulative(price=Volume(tiers=TIERS)), Measured(quantity="8", before="8"), "0"),
        (
            GraduatedTimeWeighted(
                tiers=[Tier(up_to=5, unit_price="10", flat_amount="100"), Tier(unit_price="5", flat_amount="50")]
            ),
            changes(("4", 28, 10), ("2", 1, 1), ("-3", -6, 10)),
            "180.5",
        ),
        (
            GraduatedTimeWeighted(tiers=[Tier(up_to=5, unit_price="10", flat_amount="100"), Tier(unit_price="5")]),
            changes(("5", 2, 1), ("-100", -3333, 100)),
            "0",
        ),
    ],
)
def test_a_period_has_its_exact_amount(price: Any, measured: Measured, amount: str) -> None:
    """The published or hand-worked amount, by workings and without; parts and last step give it too."""
    rated = rate(price, measured)
    assert amount == rated.amount
    assert exact_amount(method_of(price), measured) == (rated.numerator, rated.denominator)
    assert rated.steps[-1].result == amount


CAPACITY = Capacity(
    tiers=[
        CapacityTier(amount="10", limits=[CapacityLimit(meter="a", up_to=100), CapacityLimit(meter="b", up_to=50)]),
        CapacityTier(amount="20", limits=[CapacityLimit(meter="a", up_to=200)]),
        CapacityTier(amount="30"),
    ]
)


@pytest.mark.parametrize(
    ("meters", "amount"),
    [((("a", "100"), ("b", "50")), "10"), ((("a", "101"),), "20"), ((("b", "50.5"),), "20"), ((("a", "201"),), "30")],
)
def test_the_first_tier_that_holds_is_due(meters: tuple[tuple[str, str], ...], amount: str) -> None:
    """Every limit of a tier must hold, bounds included; a meter without a limit may be as large as it likes."""
    assert amount == rate(CAPACITY, Measured(meters=meters)).amount


def test_no_use_of_a_capacity_may_be_free() -> None:
    """Whether the first tier is due where no meter moved is a field of the price."""
    idle = Measured(meters=(("a", "0"),))
    assert "10" == rate(CAPACITY, idle).amount
    assert "0" == rate(CAPACITY.revised(charge_at_zero=False), idle).amount


@pytest.mark.parametrize(
    "price",
    [
        Percentage(percent="5", fixed_fee="1"),
        Percentage(percent="5", maximum="0"),
        REGIONS,
        Grouped(by=["region"], price=PerUnit(unit_price="1")),
        Windowed(price=PerUnit(unit_price="1")),
    ],
)
def test_what_a_price_looks_at_is_not_guessed(price: Any) -> None:
    """A bare quantity is not enough where events, cells, groups or windows count; zero is zero of each."""
    with pytest.raises(MissingInput) as refusal:
        rate(price, 5)
    assert "measure-missing" == refusal.value.code
    assert "0" == rate(price, 0).amount


def test_units_without_a_cell_are_refused() -> None:
    """A matrix that says nothing of a combination does not guess its price."""
    with pytest.raises(NotApplicable) as refusal:
        rate(REGIONS, groups(ap="9"))
    assert "matrix-unmatched" == refusal.value.code
    assert "region=ap" in refusal.value.found


def test_an_event_below_zero_is_refused() -> None:
    """A percentage of a negative event needs a decision that nobody made."""
    with pytest.raises(NotApplicable) as refusal:
        rate(Percentage(percent="5"), Measured(values=("5", "-1")))
    assert ("quantity-negative", "values[1]") == (refusal.value.code, refusal.value.path)


@pytest.mark.parametrize(
    ("price", "measured"),
    [
        (PerUnit(unit_price="1"), Measured()),
        (PerUnit(unit_price="1"), Measured(values=("3",))),
        (Percentage(percent="5"), Measured(amount="3")),
        (REGIONS, Measured()),
        (Grouped(by=["region"], price=PerUnit(unit_price="1")), Measured(values=("3",))),
        (Windowed(price=PerUnit(unit_price="1")), Measured()),
        (Cumulative(price=PerUnit(unit_price="1")), Measured(before="3")),
        (GraduatedTimeWeighted(tiers=[Tier(unit_price="1")]), Measured()),
        (GraduatedTimeWeighted(tiers=[Tier(unit_price="1")]), Measured(quantity="6")),
        (Windowed(price=Stairstep(tiers=[Tier(flat_amount="1")])), Measured(quantity="0")),
        (CAPACITY, Measured()),
        (CAPACITY, Measured(meters=(("c", "3"),))),
    ],
)
def test_what_nobody_said_is_not_zero(price: Any, measured: Measured) -> None:
    """No quantity, or another measure than the price looks at, is no price of nothing."""
    for ask in (rate, lambda one, use: exact_amount(method_of(one), use)):
        with pytest.raises(MissingInput) as refusal:
            ask(price, measured)
        assert "measure-missing" == refusal.value.code


@pytest.mark.parametrize("price", [REGIONS, Grouped(by=["region"], price=PerUnit(unit_price="1"))])
def test_a_group_names_a_value_for_each_property(price: Any) -> None:
    """Two values for one property are of another price; unmatched units would be free in silence."""
    two = Group(key=("eu", "pro"), measured=Measured(quantity="1"))
    with pytest.raises(DocumentError) as refusal:
        rate(price, Measured(quantity="1", groups=(two,)))
    assert ("argument-wrong", "groups[0].key") == (refusal.value.code, refusal.value.path)


def test_a_meter_below_zero_is_refused() -> None:
    """A limit would hold for less than nothing."""
    with pytest.raises(NotApplicable) as refusal:
        rate(CAPACITY, Measured(meters=(("a", "-100"), ("b", "0"))))
    assert "quantity-negative" == refusal.value.code


def test_units_taken_from_a_level_are_told_with_their_sign() -> None:
    """5 of 20 units are taken away for half of the period: -5, at half their weight."""
    price = GraduatedTimeWeighted(tiers=[Tier(unit_price="2")])
    rated = rate(price, changes(("20", 20, 1), ("-5", -5, 2)))
    assert "35" == rated.amount
    assert "tier 1: -5 of -5 units, -2.5 by time x 2 = -5" in [step.text for step in rated.steps]


def test_events_that_are_not_all_there_are_refused() -> None:
    """500 beside events of 1 and 2: the other 497 would be charged nowhere. Without the sum the events say it."""
    price = Percentage(percent="10", fixed_fee="1")
    with pytest.raises(DocumentError) as refusal:
        rate(price, Measured(quantity="500", values=("1", "2")))
    assert ("measure-parts-differ", "measured.values") == (refusal.value.code, refusal.value.path)
    assert (
        "2.3"
        == rate(price, Measured(values=("1", "2"))).amount
        == rate(price, Measured(quantity="3", values=("1", "2"))).amount
    )


def test_a_sum_below_zero_is_named_as_it_is() -> None:
    """The error tells -4 and not 4; a meter of a capacity price below zero is told not to ask for a policy."""
    for price in (Percentage(percent="10", fixed_fee="1"), Windowed(price=PerUnit(unit_price="1"))):
        with pytest.raises(MissingInput, match="of -4"):
            price_line(price, -4, currency="USD", modifiers=Modifiers(negative="credit"))
    with pytest.raises(MissingInput, match="a sum of nothing without"):
        rate(Percentage(percent="10", fixed_fee="1"), Measured())
    capacity = Capacity(
        tiers=[CapacityTier(amount="1", limits=[CapacityLimit(meter="m", up_to=3)]), CapacityTier(amount="2")]
    )
    with pytest.raises(NotApplicable) as refusal:
        rate(capacity, Measured(meters=(("m", "-1"),)))
    assert ("quantity-negative", "meters.m") == (refusal.value.code, refusal.value.path)
    assert "negative=" not in refusal.value.hint


def test_nothing_said_and_nothing_asked() -> None:
    """A formula that does not look at the quantity and a flat price beside included units need none."""
    formula = Formula(expression="fee * 2", parameters=[FormulaParameter(name="fee", value="4.50")])
    assert "9" == rate(formula, Measured()).amount
    priced = price_line(Flat(amount="5"), Measured(), currency="USD", modifiers=Modifiers(included="3"))
    assert "5.00" == priced.net.text


def test_a_capacity_without_use_says_so() -> None:
    """No meter moved: the first tier holds no use."""
    capacity = Capacity(
        tiers=[CapacityTier(amount="10", limits=[CapacityLimit(meter="m", up_to=3)]), CapacityTier(amount="20")]
    )
    rated = rate(capacity, Measured(quantity="0"))
    assert ("10", "tier 1 holds no use: 10") == (rated.amount, rated.steps[0].text)
    moved = rate(capacity, Measured(meters=(("m", "2"), ("n", "5"))))
    assert "tier 1 holds m 2, n 5: 10" == moved.steps[0].text


def test_time_is_weighed_at_the_price_to_its_last_digit() -> None:
    """6 units for half of the period at 2.50 a unit: 7.50; a price of two digits is not one of none."""
    price = GraduatedTimeWeighted(tiers=[Tier(unit_price="2.50")])
    assert "7.5" == rate(price, changes(("6", 3, 1))).amount


def test_inputs_of_one_name_are_all_told() -> None:
    """Two cells whose names read alike keep both amounts in the data of the explanation."""
    cells = [MatrixCell(values=["q", "q"], price=PerUnit(unit_price="1"))]
    price = Matrix(dimensions=["a", "b"], cells=cells, unmatched="default", default=PerUnit(unit_price="1"))
    used = Measured(
        groups=(
            Group(key=("x, b=y", "z"), measured=Measured(quantity="1")),
            Group(key=("x", "y, b=z"), measured=Measured(quantity="2")),
        )
    )
    assert ["1", "2"] == list(rate(price, used).reason.to_dict()["because"][-1]["inputs"].values())


@pytest.mark.parametrize("field", [{"fixed_fee": "1"}, {"free_events": 1}, {"minimum": "1"}, {"maximum": "1"}])
def test_what_looks_at_events_needs_them(field: dict[str, Any]) -> None:
    """Each of fee, free events, least and most alone: a sum says too little."""
    with pytest.raises(MissingInput) as refusal:
        rate(Percentage.read({"kind": "percentage", "percent": "5", **field}), "16")
    assert "measure-missing" == refusal.value.code


def test_a_percentage_of_a_sum_below_zero_is_given_back() -> None:
    """5 % of -16 are -0.80 under credit."""
    priced = price_line(Percentage(percent="5"), -16, currency="USD", modifiers=Modifiers(negative="credit"))
    assert "-0.80" == priced.net.text
