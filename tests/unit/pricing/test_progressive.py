"""A period billed in steps: when flat parts, volumes and passed-on money are due, which lines are one, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from billcore.core.errors import BillcoreError
from billcore.money.amount import Amount
from billcore.pricing.details import Detail
from billcore.pricing.documents import Dynamic, Flat, Graduated, Percentage, PerUnit, Stairstep, Tier, Volume
from billcore.pricing.modifiers import Modifiers, UnitConversion
from billcore.pricing.progressive import amounts_by_event, details_between, difference_of_details, priced_span
from billcore.usage.measured import Measured

GRADUATED = Graduated(tiers=[Tier(up_to=5, flat_amount="100"), Tier(unit_price="1", flat_amount="50")])


def told(details: tuple[Detail, ...]) -> list[tuple[str, int, str, str, str]]:
    return [(line.kind, line.tier, line.units, line.unit_price, line.total.text) for line in details]


def step(price: Any, before: str, quantity: str, **fields: Any) -> list[tuple[str, int, str, str, str]]:
    return told(details_between(price, before, quantity, currency="USD", **fields))


def test_the_first_flat_part_is_due_without_usage_in_the_first_step_alone() -> None:
    """A later step without usage does not charge the first tier's flat part again; OpenMeter's split lines."""
    assert step(GRADUATED, "0", "0", is_first=True) == [("flat", 1, "1", "100", "100.00")]
    assert step(GRADUATED, "0", "0", is_last=True) == []
    assert step(GRADUATED, "0", "1", is_first=True) == [("flat", 1, "1", "100", "100.00")]
    assert step(GRADUATED, "0", "1") == []
    assert step(GRADUATED, "1", "1") == []


def test_a_price_may_charge_nothing_at_zero_in_the_first_step() -> None:
    """The price says whether its flat part is due where nothing is used."""
    price = Graduated(tiers=GRADUATED.tiers, charge_flat_at_zero=False)
    assert step(price, "0", "0", is_first=True) == []


def test_a_step_that_starts_on_a_bound_enters_the_next_tier() -> None:
    """Bounds are in their tier: the unit behind one is the first of the next."""
    assert step(GRADUATED, "5", "1") == [("units", 2, "1", "1", "1.00"), ("flat", 2, "1", "50", "50.00")]
    assert step(GRADUATED, "4", "1") == []


@pytest.mark.parametrize("price", [Volume(tiers=GRADUATED.tiers), Stairstep(tiers=[Tier(flat_amount="7")])])
def test_what_the_whole_decides_is_due_in_the_last_step(price: Any) -> None:
    """Volume and stairstep price all units of the period, once."""
    assert step(price, "4", "2", is_first=True) == []
    assert step(price, "4", "2", is_last=True) == step(price, "0", "6", is_last=True) != []


def test_a_flat_price_is_due_once() -> None:
    """In advance with the first step, in arrears with the last one."""
    flat = [("flat", 1, "1", "9", "9.00")]
    price = Flat(amount="9")
    assert step(price, "0", "3", is_first=True, billed="in_advance")[0][-1] == flat[0][-1]
    assert step(price, "0", "3", is_last=True, billed="in_advance") == []
    assert step(price, "0", "3", is_last=True)[0][-1] == flat[0][-1]
    assert step(price, "0", "3", is_first=True) == []


def test_passed_on_money_is_one_line_of_its_rounded_amount() -> None:
    """A dynamic price rounds before limits: the line's price is its amount; OpenMeter's 50 x 1.33333 are 66.67."""
    assert step(Dynamic(multiplier="1.33333"), "70", "50") == [("units", 1, "1", "66.67", "66.67")]


def test_a_line_is_another_where_its_price_is() -> None:
    """A repriced line is reversed and charged anew; lines of one price are summed."""
    first = details_between(Dynamic(), "0", "10", currency="USD")
    second = details_between(Dynamic(), "0", "15", currency="USD")
    assert told(difference_of_details(second, first)) == [
        ("units", 1, "1", "15.00", "15.00"),
        ("units", 1, "-1", "10.00", "-10.00"),
    ]
    one = details_between(PerUnit(unit_price="2"), "0", "3", currency="USD")
    assert told(difference_of_details((), (*one, *one))) == [("units", 1, "-6", "2", "-12.00")]


def test_lines_without_money_are_left_out() -> None:
    """Units that cost nothing do not make a line, whatever their number."""
    few, more = (details_between(PerUnit(unit_price="0.001"), "0", units, currency="USD") for units in ("1", "3"))
    assert few[0].amount.minor == more[0].amount.minor == 0
    assert difference_of_details(more, few) == ()


def line(**fields: Any) -> Detail:
    """One line of 5.00 with what is told of it."""
    held = {name: Amount.of(fields.pop(name, "0"), "USD") for name in ("off", "cut", "credited")}
    amount = Amount.of(fields.pop("amount", "5.00"), "USD")
    return Detail(**{"kind": "units", "tier": 1, "units": "5", "unit_price": "1", "amount": amount} | held | fields)


@pytest.mark.parametrize("other", [{"kind": "flat"}, {"tier": 2}, {"unit_price": "1.01"}, {"member": "eu"}])
def test_lines_of_one_kind_tier_price_and_member_are_one(other: dict[str, Any]) -> None:
    """Where one of the four differs, the booked line is reversed and the new one stands."""
    assert difference_of_details([line()], [line(unit_price="1.00")]) == ()
    found = difference_of_details([line(**other)], [line()])
    assert [one.total.text for one in found] == ["5.00", "-5.00"]


@pytest.mark.parametrize("name", ["off", "cut", "credited"])
def test_a_line_that_only_moves_a_reduction_is_kept(name: str) -> None:
    """Each reduction is subtracted alone; a line of amount zero with one is kept; OpenMeter's late usage."""
    (found,) = difference_of_details([line(**{name: "2.00"})], [line(**{name: "0.50"})])
    assert getattr(found, name).text == "1.50"
    assert (found.units, found.amount.text, found.total.text) == ("0", "0.00", "-1.50")
    (kept,) = difference_of_details([line(**{name: "5.00"})], [])
    assert kept.total.minor == 0


def test_each_line_is_rounded_by_the_mode_that_is_asked_for() -> None:
    """1.005 are 1.00 to the even neighbour, and 1.01 half up; so for units, packages, volume, flat and dynamic."""
    for price in (PerUnit(unit_price="1.005"), Volume(tiers=[Tier(unit_price="1.005")]), Dynamic(multiplier="1.005")):
        assert [step(price, "0", "1", is_last=True, rounding=mode)[0][-1] for mode in ("half_even", "half_up")] == [
            "1.00",
            "1.01",
        ]
    assert step(Flat(amount="1.005"), "0", "1", is_last=True, rounding="half_even")[0][-1] == "1.00"


def test_a_conversion_rounds_the_units_before_and_those_of_the_step_alone() -> None:
    """2500 before and 1400 now, by 1000 and up, are 3 and 2; OpenMeter converts both alone."""
    convert = UnitConversion(divide_by=1000, rounding="up")
    assert priced_span("2500", "1400", Modifiers(convert=convert)) == ("3", "2")
    assert priced_span("2500", "1400", Modifiers(convert=convert, usage_discount="4")) == ("0", "1")
    assert priced_span("2500", "1400") == ("2500", "1400")


def test_no_event_and_no_line_are_nothing() -> None:
    """Nothing makes nothing."""
    assert amounts_by_event(PerUnit(unit_price="1"), []) == ()
    assert difference_of_details((), ()) == ()


HOSTILE = [1.5, True, None, "NaN", "1e3", "", "9" * 40, [], {}]


@pytest.mark.parametrize("given", HOSTILE)
def test_junk_units_are_refused(given: Any) -> None:
    """What is no exact decimal is our own refusal."""
    with pytest.raises(BillcoreError):
        priced_span(given, "1", Modifiers(usage_discount="1"))
    with pytest.raises(BillcoreError):
        priced_span("1", given)
    with pytest.raises(BillcoreError):
        details_between(PerUnit(unit_price="1"), "0", given, currency="USD")
    with pytest.raises(BillcoreError):
        details_between(PerUnit(unit_price="1"), given, "0", currency="USD")


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("quantity-negative", lambda: priced_span("-1", "1")),
        ("quantity-negative", lambda: priced_span("1", "-1")),
        ("quantity-negative", lambda: details_between(PerUnit(unit_price="1"), "0", "-1", currency="USD")),
        ("quantity-negative", lambda: details_between(PerUnit(unit_price="1"), "-1", "3", currency="USD")),
        ("currency-unknown", lambda: details_between(PerUnit(unit_price="1"), "0", "1", currency="XXQ")),
        ("modifier-does-not-fit", lambda: details_between(Percentage(percent="1"), "0", "1", currency="USD")),
        ("kind-unknown", lambda: details_between("per_unit", "0", "1", currency="USD")),  # type: ignore[arg-type]
        ("kind-unknown", lambda: amounts_by_event(None, [])),  # type: ignore[arg-type]
        ("quantity-negative", lambda: amounts_by_event(PerUnit(unit_price="1"), [Measured(quantity="-1")])),
    ],
)
def test_what_has_no_price_is_refused(code: str, call: Any) -> None:
    """Units below zero, prices without a table, unknown currencies are refused by code."""
    with pytest.raises(BillcoreError) as caught:
        call()
    assert caught.value.code == code
