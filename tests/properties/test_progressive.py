"""Laws of a period billed in steps: the steps come to the whole, and what is booked with what is new makes what is due."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from billcore.money.amount import Amount
from billcore.pricing.details import Detail, minimum_detail, with_maximum, with_percent_off
from billcore.pricing.discounts import PercentOff
from billcore.pricing.documents import Graduated, Package, PerUnit, Price, Tier, Volume
from billcore.pricing.modifiers import Modifiers
from billcore.pricing.progressive import amounts_by_event, details_between, difference_of_details, priced_span
from billcore.pricing.rating import rate
from billcore.pricing.reductions import resolve_discount
from billcore.usage.measured import Measured
from oracle import progressive as oracle
from support.laws import law

NOTHING = Amount(minor=0, currency="USD")
PRICES = st.sampled_from(["0", "1", "0.335", "0.001", "2.5", "-1.25"])
FLATS = st.sampled_from(["0", "100", "0.005"])
STEPS = st.lists(st.integers(0, 12), min_size=1, max_size=5)


@st.composite
def tiers_of(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of a table with whole bounds close together."""
    bounds = sorted(draw(st.sets(st.integers(1, 20), max_size=3)))
    return [{"up_to": one, "unit_price": draw(PRICES), "flat_amount": draw(FLATS)} for one in [*bounds, None]]


def prices() -> st.SearchStrategy[Price]:
    tables = tiers_of().map(lambda rows: [Tier(**row) for row in rows])
    return st.one_of(
        st.builds(PerUnit, unit_price=PRICES),
        st.builds(Package, package_size=st.integers(1, 7), package_price=PRICES),
        tables.map(lambda rows: Graduated(tiers=rows)),
        tables.map(lambda rows: Volume(tiers=rows)),
    )


def lines(details: tuple[Detail, ...]) -> dict[tuple[str, int], int]:
    return {(detail.kind, detail.tier): detail.amount.minor for detail in details}


@law(80)
@given(tiers=tiers_of(), before=st.integers(0, 25), quantity=st.integers(0, 25), is_first=st.booleans())
def test_a_step_prices_its_own_units(tiers: list[dict[str, Any]], before: int, quantity: int, is_first: bool) -> None:
    """Each line of a step is what its units, thrown into their tiers one by one, come to, rounded alone."""
    is_first = is_first and before == 0
    price = Graduated(tiers=[Tier(**row) for row in tiers])
    found = details_between(price, str(before), str(quantity), currency="USD", is_first=is_first)
    expected = oracle.step(tiers, before, quantity, is_first=is_first)
    assert {key: oracle.minor(amount) for key, amount in expected.items()} == lines(found)


@law(60)
@given(tiers=tiers_of(), steps=STEPS)
def test_the_flat_parts_of_all_steps_are_those_of_the_whole(tiers: list[dict[str, Any]], steps: list[int]) -> None:
    """A flat part is charged once, in whatever steps a period is billed; OpenMeter's first split without usage."""
    price = Graduated(tiers=[Tier(**row) for row in tiers])
    before, found = 0, 0
    for number, units in enumerate(steps):
        details = details_between(price, str(before), str(units), currency="USD", is_first=number == 0)
        found += sum(detail.amount.minor for detail in details if detail.kind == "flat")
        before += units
    whole = details_between(price, "0", str(before), currency="USD", is_first=True)
    assert found == sum(detail.amount.minor for detail in whole if detail.kind == "flat")


@law(40)
@given(size=st.integers(1, 9), price=PRICES, before=st.integers(0, 40), quantity=st.integers(0, 40))
def test_a_step_charges_the_packages_that_it_begins(size: int, price: str, before: int, quantity: int) -> None:
    """Packages begun by the steps before are not charged again."""
    package = Package(package_size=size, package_price=price)
    found = details_between(package, str(before), str(quantity), currency="USD")
    expected = oracle.packages(size, Fraction(price), before, quantity)
    assert sum(detail.amount.minor for detail in found) == oracle.minor(expected)


@law(60)
@given(
    given_units=st.integers(0, 30), before=st.integers(0, 30), quantity=st.integers(0, 30), included=st.integers(0, 9)
)
def test_given_units_go_in_order_of_time(given_units: int, before: int, quantity: int, included: int) -> None:
    """Given and included units are used up by the earliest units."""
    modifiers = Modifiers(usage_discount=given_units, included=included)
    expected = oracle.net_units(given_units + included, before, quantity)
    assert tuple(str(one) for one in expected) == priced_span(str(before), str(quantity), modifiers)


@law(60)
@given(
    price=prices(),
    steps=STEPS,
    percent=st.integers(0, 100),
    most=st.none() | st.integers(0, 3000),
    least=st.integers(0, 3000),
)
def test_what_is_booked_and_what_is_new_make_what_is_due(
    price: Price, steps: list[int], percent: int, most: int | None, least: int
) -> None:
    """After every run the booked lines sum to the rated cumulative, in every amount; a run without news books nothing."""
    off = resolve_discount(PercentOff(percent=percent))
    booked: tuple[Detail, ...] = ()
    for through in steps:  # usage may be corrected downward
        due = details_between(price, "0", str(through), currency="USD", is_first=True, is_last=True)
        due = with_percent_off(due, off) if all(detail.amount.minor >= 0 for detail in due) else due
        if most is not None:
            due = with_maximum(due, Amount(minor=most, currency="USD"), NOTHING)
        due = (*due, *minimum_detail(due, Amount(minor=least, currency="USD"), NOTHING))
        new = difference_of_details(due, booked)
        booked = (*booked, *new)
        assert difference_of_details(due, booked) == ()
        assert difference_of_details(due, due) == ()
        for name in ("amount", "off", "cut", "credited", "total"):
            assert sum(getattr(one, name).minor for one in booked) == sum(getattr(one, name).minor for one in due), name


@law(60)
@given(price=prices(), steps=STEPS)
def test_events_charged_at_once_come_to_the_price_of_all(price: Price, steps: list[int]) -> None:
    """The exact amounts of the events sum to the price of what was used in all."""
    running = [sum(steps[: number + 1]) for number in range(len(steps))]
    amounts = amounts_by_event(price, [Measured(quantity=str(units)) for units in running])
    whole = rate(price, running[-1])
    assert sum(Fraction(*amount) for amount in amounts) == Fraction(whole.numerator, whole.denominator)
    for (earlier, later), amount in zip(pairwise(running), amounts[1:], strict=True):
        assert earlier != later or amount[0] == 0
