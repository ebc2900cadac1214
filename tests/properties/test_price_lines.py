"""Laws of the line stage: quantity steps, discounts, limits, negative charges and roundings, whatever the price."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from billcore.core.errors import NotApplicable
from billcore.pricing.line_stage import Priced, price_line
from billcore.testing.price_cases import Given
from oracle.pricing_line import Line, Refusal
from support import price_strategies as prices
from support.laws import law

Plain = dict[str, Any]


def priced(case: Plain) -> Priced:
    given_case = Given.read(case)
    return price_line(
        given_case.price,
        given_case.measured(),
        currency=given_case.currency or "USD",
        modifiers=given_case.modifiers,
        discounts=given_case.discounts,
        rounding=given_case.rounding,
        share=given_case.share,
        carried=given_case.carried,
    )


def below_zero(group: Plain) -> bool:
    return any(group.get(name, "0").startswith("-") for name in ("quantity", "amount"))


def major(priced_amount: Any, case: Plain) -> Fraction:
    return Fraction(priced_amount.minor, 10 ** {"USD": 2, "JPY": 0, "KWD": 3}[case.get("currency", "USD")])


@law(240)
@given(prices.lines() | prices.segmented_lines() | prices.flat_lines() | prices.unit_lines())
def test_a_line_is_what_the_oracle_says(case: Plain) -> None:
    """Net, gross and what is carried are the oracle's, to the rounding; what it refuses is refused."""
    try:
        expected = Line(case, case["price"])
    except Refusal:
        with pytest.raises(NotApplicable) as refusal:
            priced(case)
        assert refusal.value.code in ("charge-negative", "quantity-negative")
        return
    found = priced(case)
    assert (expected.net, expected.gross) == (major(found.net, case), major(found.gross, case))
    assert expected.carried == Fraction(*found.carried)


@law(50)
@given(prices.lines())
def test_the_workings_end_with_the_charge(case: Plain) -> None:
    """The last step is the rounding; its remainder is what was left over; what is shown as discount fits between."""
    case["modifiers"]["negative"] = "credit"
    # A cell of a matrix may not be below zero, whatever the line says.
    assume(case["price"]["kind"] != "matrix" or not any(below_zero(group) for group in case["groups"]))
    found = priced(case)
    last = found.steps[-1]
    assert major(found.net, case) == Fraction(last.numerator, last.denominator)
    assert found.gross - found.discount == found.net
    has_groups = case["price"]["kind"] == "grouped" and len(case["groups"]) > 1
    if case["modifiers"].get("grain") == "segment":
        assert ("groups" if has_groups else "segments") == last.rule
        assert major(found.net, case) == sum((major(detail.total, case) for detail in found.details), Fraction(0))
        assert major(found.gross, case) == sum((major(detail.amount, case) for detail in found.details), Fraction(0))
    elif has_groups:
        assert "groups" == last.rule
    else:
        assert "round" == last.rule
        inputs = dict(last.inputs)
        assert Fraction(inputs["unrounded"]) == Fraction(*found.exact_net)
        assert Fraction(inputs["unrounded"]) == major(found.net, case) + Fraction(inputs["remainder"])


@law(60)
@given(prices.cases(low=0), prices.discounts(), st.data())
def test_limits_hold(case: Plain, discounts: list[Plain], data: st.DataObject) -> None:
    """Limits last: never below the least, never above the most; discounts last: never above the most, never below 0."""
    assume(len(case.get("groups", [])) < 2 or case["price"]["kind"] != "grouped")  # each group has its own limits
    share = Fraction(data.draw(st.integers(1, 31)), 31)
    least, most = sorted(data.draw(st.lists(st.integers(0, 300), min_size=2, max_size=2)))
    line = {**case, "discounts": discounts, "share": f"{share.numerator}/{share.denominator}"}

    def net(**modifiers: str) -> Fraction:
        return Fraction(*priced({**line, "modifiers": modifiers}).exact_net)

    bare = net()
    assert 0 <= bare
    assert max(bare, least * share) == net(minimum=str(least))
    assert min(bare, most * share) == net(maximum=str(most))
    assert least * share <= net(minimum=str(least), maximum=str(most)) <= most * share
    assert 0 <= net(minimum=str(least), maximum=str(most), order="limits_first") <= most * share


@law(60)
@given(prices.cases(low=0), prices.discounts())
def test_discounts_take_no_more_than_there_is(case: Plain, discounts: list[Plain]) -> None:
    """By every stacking the rest is between nothing and the price, and each further discount leaves no more."""
    gross = Fraction(*priced({**case, "modifiers": {}}).exact_net)
    for stacking in ("as_listed", "percent_first", "additive"):
        rest = gross
        for count in range(len(discounts) + 1):
            line = {**case, "modifiers": {"stacking": stacking}, "discounts": discounts[:count]}
            net = Fraction(*priced(line).exact_net)
            assert 0 <= net <= gross
            if stacking != "percent_first":
                assert net <= rest
            rest = net


@law(60)
@given(prices.cases(low=0), prices.discounts("percent_off"), st.randoms(use_true_random=False))
def test_percentages_need_no_order(case: Plain, discounts: list[Plain], random: Any) -> None:
    """Percentages alone: as listed, percentages first and in any order are one amount, and additive leaves no more."""

    def net(stacking: str, listed: list[Plain]) -> Fraction:
        return Fraction(*priced({**case, "modifiers": {"stacking": stacking}, "discounts": listed}).exact_net)

    shuffled = list(discounts)
    random.shuffle(shuffled)
    listed = net("as_listed", discounts)
    assert listed == net("percent_first", discounts) == net("as_listed", shuffled)
    assert net("additive", discounts) == net("additive", shuffled) <= listed


@law(60)
@given(st.lists(prices.texts(-40, 40), min_size=1, max_size=6))
def test_what_is_carried_is_never_lost(amounts: list[str]) -> None:
    """Charges with a policy to carry: what is billed and what still waits is the sum of all charges."""
    billed, carried = Fraction(0), (0, 1)
    for amount in amounts:
        one = Given.read(
            {"price": {"kind": "flat", "amount": amount}, "quantity": "1", "modifiers": {"negative": "carry"}}
        )
        found = price_line(one.price, one.measured(), currency="USD", modifiers=one.modifiers, carried=carried)
        billed, carried = billed + Fraction(*found.exact_net), found.carried
        assert Fraction(*found.exact_net) >= 0 >= Fraction(*carried)
    assert billed + Fraction(*carried) == sum(Fraction(amount) for amount in amounts)


@law(60)
@given(prices.tables(low=0), prices.QUANTITIES)
def test_a_conversion_of_one_changes_nothing(price: Plain, quantity: str) -> None:
    """Times 1, nothing included and nothing given are no steps for the amount."""
    assume(price["kind"] != "dynamic")
    case = {"price": price, "quantity": quantity}
    steps = {"convert": {"multiply_by": "1"}, "included": "0", "usage_discount": "0"}
    assert priced({**case, "modifiers": {}}).exact_net == priced({**case, "modifiers": steps}).exact_net


@law(60)
@given(prices.tables(low=0), prices.QUANTITIES, prices.texts(0, 12, (0, 1)), prices.texts(0, 12, (0, 1)))
def test_included_and_given_units_are_one_allowance(price: Plain, quantity: str, one: str, other: str) -> None:
    """Units included and units given away add up."""
    assume(price["kind"] not in ("dynamic", "flat"))
    case = {"price": price, "quantity": quantity}
    both = {"included": one, "usage_discount": other}
    digits = 1
    total = f"{(Fraction(one) + Fraction(other)) * 10**digits}"
    whole = f"{total[:-1] or '0'}.{total[-1]}"
    assert Fraction(*priced({**case, "modifiers": both}).exact_net) == Fraction(
        *priced({**case, "modifiers": {"included": whole}}).exact_net
    )
