"""The line stage: quantity steps, price, discounts, limits and one rounding."""

from __future__ import annotations

from typing import Any

import pytest

from billcore.core.errors import BillcoreError, DocumentError, LimitExceeded, NotApplicable
from billcore.pricing.discounts import AmountOff, PercentOff
from billcore.pricing.documents import Dynamic, Flat, Graduated, Grouped, Percentage, PerUnit, Tier
from billcore.pricing.line_stage import price_line
from billcore.pricing.modifiers import Modifiers, UnitConversion
from billcore.usage.measured import Group, Measured

CENT = PerUnit(unit_price="0.10")
TEN = PerUnit(unit_price="10")
OFF = [AmountOff(amount="10.00"), PercentOff(percent="10")]


@pytest.mark.parametrize(
    ("price", "quantity", "modifiers", "discounts", "net"),
    [
        # Rules 3: 100.00 less 10.00, then 10 %: 81.00 as listed, 80.00 percent first, 80.00 additive.
        (TEN, 10, {}, OFF, "81.00"),
        (TEN, 10, {"stacking": "percent_first"}, OFF, "80.00"),
        (TEN, 10, {"stacking": "additive"}, OFF, "80.00"),
        # OpenMeter: 1400 units / 1000, rounded up = 2; half a unit given away leaves 1.5.
        (TEN, 1400, {"convert": UnitConversion(divide_by=1000, rounding="up")}, [], "20.00"),
        (TEN, 1400, {"convert": UnitConversion(divide_by=1000, rounding="up"), "usage_discount": "0.5"}, [], "15.00"),
        (TEN, 15, {"included": "10"}, [], "50.00"),
        (TEN, 5, {"included": "10"}, [], "0.00"),
        # Discounts, then maximum, then minimum; or the limits first.
        (TEN, 20, {"maximum": "150"}, [PercentOff(percent="10")], "150.00"),
        (TEN, 20, {"maximum": "150", "order": "limits_first"}, [PercentOff(percent="10")], "135.00"),
        (TEN, 1, {"minimum": "50"}, [PercentOff(percent="10")], "50.00"),
        (TEN, 1, {"minimum": "50", "order": "limits_first"}, [PercentOff(percent="10")], "45.00"),
        (TEN, 0, {"minimum": "50"}, [], "50.00"),
        (TEN, -2, {"negative": "credit"}, [], "-20.00"),
        (TEN, -2, {"negative": "carry"}, [], "0.00"),
        (
            Graduated(tiers=[Tier(up_to=1, unit_price="0.125"), Tier(unit_price="0.125")]),
            2,
            {"grain": "segment"},
            [],
            "0.26",
        ),
        (Graduated(tiers=[Tier(up_to=1, unit_price="0.125"), Tier(unit_price="0.125")]), 2, {}, [], "0.25"),
    ],
)
def test_a_line_has_its_amount(price: Any, quantity: int, modifiers: Any, discounts: Any, net: str) -> None:
    """Each step in its order gives the amount worked by hand, and the last step says it."""
    priced = price_line(price, quantity, currency="USD", modifiers=Modifiers(**modifiers), discounts=discounts)
    assert net == priced.net.text
    assert priced.steps[-1].text.endswith(f" = USD {net}")
    assert priced.net.minor * priced.steps[-1].denominator == priced.steps[-1].numerator * 100


def test_a_minimum_takes_its_share_of_a_period() -> None:
    """Rules 3: usage 8.00, monthly minimum 10.00, 15 of 31 days: max(8.00, 4.84) = 8.00; and 4.84 where less was used."""
    least = Modifiers(minimum="10.00")
    assert "8.00" == price_line(CENT, 80, currency="USD", modifiers=least, share=(15, 31)).net.text
    assert "4.84" == price_line(CENT, 2, currency="USD", modifiers=least, share=(15, 31)).net.text


def test_an_amount_off_takes_its_share_of_a_period() -> None:
    """10.00 off a full month is 5.00 off half of one."""
    priced = price_line(TEN, 2, currency="USD", discounts=[AmountOff(amount="10")], share=(1, 2))
    assert ("20.00", "5.00", "15.00") == (priced.gross.text, priced.discount.text, priced.net.text)


def test_a_discount_is_shown_as_rounded_gross_less_rounded_net() -> None:
    """Rules 3: 33.335 less 10 %: 33.34, 3.34, 30.00."""
    priced = price_line(Flat(amount="33.335"), 1, currency="USD", discounts=[PercentOff(percent="10")])
    assert ("33.34", "3.34", "30.00") == (priced.gross.text, priced.discount.text, priced.net.text)


def test_a_top_up_is_no_negative_discount() -> None:
    """Where the minimum raises a charge, the gross beside it is the raised one."""
    priced = price_line(CENT, 2, currency="USD", modifiers=Modifiers(minimum="10"))
    assert ("10.00", "0.00") == (priced.gross.text, priced.discount.text)


def test_what_is_carried_is_taken_from_the_next_charge() -> None:
    """Two units given back, five used later: three are charged."""
    carry = Modifiers(negative="carry")
    first = price_line(TEN, -2, currency="USD", modifiers=carry)
    assert (-20, 1) == first.carried
    assert "30.00" == price_line(TEN, 5, currency="USD", modifiers=carry, carried=first.carried).net.text


def test_the_rounding_tells_what_was_left() -> None:
    """The last step holds the unrounded value, the mode and the remainder."""
    inputs = dict(price_line(PerUnit(unit_price="0.333"), 5, currency="USD").steps[-1].inputs)
    assert {"mode": "half_up", "currency": "USD", "unrounded": "1.665", "remainder": "-0.005"} == inputs


@pytest.mark.parametrize(
    ("price", "quantity", "modifiers", "code"),
    [
        (TEN, -2, {}, "quantity-negative"),
        (PerUnit(unit_price="-1"), 2, {}, "charge-negative"),
        (Dynamic(), 5, {"included": "2"}, "modifier-does-not-fit"),
        (Percentage(percent="5"), Measured(quantity="5"), {"usage_discount": "2"}, "modifier-does-not-fit"),
        (Percentage(percent="5"), Measured(quantity="5"), {"grain": "segment"}, "modifier-does-not-fit"),
    ],
)
def test_what_nobody_decided_is_refused(price: Any, quantity: Any, modifiers: Any, code: str) -> None:
    """A charge below zero without a policy, and steps that a price has no use for, are refused by name."""
    with pytest.raises(NotApplicable) as refusal:
        price_line(price, quantity, currency="USD", modifiers=Modifiers(**modifiers))
    assert code == refusal.value.code


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"convert": {}}, "conversion-malformed"),
        ({"convert": {"multiply_by": "2", "divide_by": "2"}}, "conversion-malformed"),
        ({"convert": {"divide_by": "3"}}, "conversion-malformed"),
        ({"convert": {"divide_by": "0"}}, "number-not-positive"),
        ({"convert": {"multiply_by": "2", "digits": 13}}, "value-malformed"),
        ({"minimum": "5", "maximum": "4"}, "minimum-above-maximum"),
        ({"maximum": "-1"}, "number-negative"),
        ({"stacking": "any"}, "choice-unknown"),
        ({"order": "any"}, "choice-unknown"),
        ({"negative": "ignore"}, "choice-unknown"),
        ({"minimum": 0.1}, "float-amount"),
    ],
)
def test_malformed_modifiers_are_refused(given: Any, code: str) -> None:
    """Modifiers that contradict themselves are refused with their code."""
    with pytest.raises(DocumentError) as refusal:
        Modifiers.read(given)
    assert code == refusal.value.code


@pytest.mark.parametrize("quantity", [0.5, True, None, "1e3", "NaN", 10**30, [1]])
def test_a_malformed_quantity_is_refused(quantity: Any) -> None:
    """What is no exact number is refused by billcore's own error."""
    with pytest.raises(BillcoreError):
        price_line(TEN, quantity, currency="USD")


@pytest.mark.parametrize(
    ("argument", "code", "path"),
    [
        ({"modifiers": 1.5}, "argument-wrong", "modifiers"),
        ({"discounts": None}, "argument-wrong", "discounts"),
        ({"discounts": ["10%"]}, "argument-wrong", "discounts[0]"),
        ({"share": (-1, 2)}, "ratio-malformed", "share"),
        ({"share": (0, 1)}, "ratio-malformed", "share"),
        ({"share": "1/2"}, "ratio-malformed", "share"),
        ({"carried": (5, 1)}, "ratio-malformed", "carried"),
        ({"carried": (1, 1)}, "ratio-malformed", "carried"),
        ({"carried": (-5, 0)}, "ratio-malformed", "carried"),
        ({"carried": (-5.0, 1)}, "ratio-malformed", "carried"),
        ({"carried": (-(10**5000), 1)}, "ratio-malformed", "carried"),
        ({"share": (1, 10**60)}, "ratio-malformed", "share"),
    ],
)
def test_arguments_of_another_kind_are_refused(argument: dict[str, Any], code: str, path: str) -> None:
    """No discount, part of a period or carried amount that is none gets to the money; the argument is named."""
    with pytest.raises(DocumentError) as refusal:
        price_line(PerUnit(unit_price="1"), 10, currency="USD", **argument)
    assert (code, path) == (refusal.value.code, refusal.value.path)


@pytest.mark.parametrize(
    ("units", "money", "net"), [("-1", "3.50", "3.50"), ("1", "-3.50", "-3.50"), ("-1", "-3.50", "-3.50")]
)
def test_money_that_is_passed_on_has_its_own_sign(units: str, money: str, net: str) -> None:
    """Units below zero turn no money around, and a refund is one whatever was counted."""
    measured = Measured(quantity=units, amount=money)
    assert net == price_line(Dynamic(), measured, currency="USD", modifiers=Modifiers(negative="credit")).net.text


def test_what_was_carried_is_told() -> None:
    """Between the price and the discounts stands what earlier charges left."""
    priced = price_line(
        PerUnit(unit_price="1"), 10, currency="USD", carried=(-3, 1), discounts=[PercentOff(percent="50")]
    )
    assert ["10 x 1 = 10", "less 3 carried = 7", "less 50 % = 3.5"] == [
        step.text.partition(": ")[2] or step.text for step in priced.steps
    ][:3]


def test_the_workings_name_the_part_of_a_period() -> None:
    """A minimum of 10.00 for 15 of 31 days, told with its share; in a full period without one."""
    minimum = Modifiers(minimum="10")
    part = price_line(PerUnit(unit_price="1"), 2, currency="USD", modifiers=minimum, share=(15, 31))
    whole = price_line(PerUnit(unit_price="1"), 2, currency="USD", modifiers=minimum, share=(31, 31))
    assert "at least 10 x 15/31 of a period = 150/31" == part.steps[1].text
    assert "at least 10 = 10" == whole.steps[1].text


@pytest.mark.parametrize("grain", ["line", "segment"])
def test_a_charge_has_at_most_14_digits_before_the_point(grain: str) -> None:
    """99,999,999,999,999.00 is the largest charge; a cent more is refused, as in a contract."""
    price = Graduated(tiers=[Tier(unit_price="33333333333333")])
    rules = Modifiers(grain=grain)
    assert "99999999999999.00" == price_line(price, 3, currency="USD", modifiers=rules).net.text
    with pytest.raises(LimitExceeded) as refusal:
        price_line(price, 4, currency="USD", modifiers=rules)
    assert ("amount-too-large", "price") == (refusal.value.code, refusal.value.path)


def test_nothing_is_carried_into_several_groups() -> None:
    """Which group would take it nobody says; one group, or none, takes it."""
    groups = tuple(Group(key=(key,), measured=Measured(quantity="10")) for key in ("eu", "us"))
    price = Grouped(by=["region"], price=PerUnit(unit_price="1"))
    rules = Modifiers(negative="carry")
    with pytest.raises(NotApplicable) as refusal:
        price_line(price, Measured(groups=groups), currency="USD", modifiers=rules, carried=(-3, 1))
    assert ("modifier-does-not-fit", "carried") == (refusal.value.code, refusal.value.path)
    one = price_line(price, Measured(groups=groups[:1]), currency="USD", modifiers=rules, carried=(-3, 1))
    assert "7.00" == one.net.text


def test_lines_below_zero_tell_the_charge_that_is_refused() -> None:
    """5 units at a price below zero are -12.50 in lines too; without a policy the amount stands in the refusal."""
    price = Graduated(tiers=[Tier(unit_price="-2.50")])
    with pytest.raises(NotApplicable, match=r"found -12\.5, expected 0 or more"):
        price_line(price, 5, currency="USD", modifiers=Modifiers(grain="segment"))


def test_an_amount_off_leaves_lines_below_zero_alone() -> None:
    """10 units at 2.00, then 5 at -1.00: the 3.00 come off the first line, 17.00 and -5.00 are left."""
    price = Graduated(tiers=[Tier(up_to=10, unit_price="2"), Tier(unit_price="-1")])
    rules = Modifiers(grain="segment", negative="credit")
    priced = price_line(price, 15, currency="USD", modifiers=rules, discounts=[AmountOff(amount="3")])
    assert ["17.00", "-5.00"] == [detail.total.text for detail in priced.details]
    assert "12.00" == priced.net.text
