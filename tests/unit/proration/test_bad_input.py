"""What proration refuses: each in billcore's own words, naming the argument."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from billcore.core.errors import BillcoreError, DocumentError, MissingInput, NotApplicable
from billcore.money.amount import Amount
from billcore.periods.instant_grid import InstantGrid, InstantPart, instant_boundary, period_at, tile_instants
from billcore.periods.instants import InstantPeriod
from billcore.periods.period import Period
from billcore.pricing.discounts import PercentOff
from billcore.pricing.documents import Flat
from billcore.pricing.line_stage import price_line
from billcore.pricing.modifiers import Modifiers
from billcore.proration.amounts import part_amount
from billcore.proration.convention import DEFAULT_SCALED, ProrationConvention
from billcore.proration.credits import unused_credit
from billcore.proration.named_days import end_of_service, first_day_of_change, parts_around_change
from billcore.proration.presets import PRESETS, preset
from billcore.proration.shares import instant_share

HUGE = 10**5000
APRIL = Period(start=date(2026, 4, 1), end=date(2026, 5, 1))
REST = Period(start=date(2026, 4, 16), end=date(2026, 5, 1))
TEN = Amount.of("10.00", "USD")
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
MONTH = InstantPeriod(start=NOON, end=NOON + timedelta(days=30))


def refused(call):
    with pytest.raises(BillcoreError) as caught:
        call()
    assert len(str(caught.value)) < 1_000
    return caught.value


@pytest.mark.parametrize("name", ["", "recurly", "KILLBILL", None, 3, HUGE, ["lago"]])
def test_a_preset_is_known_by_name(name):
    """A name of no engine is refused, and the known ones are listed."""
    error = refused(lambda: preset(name))
    assert (error.code, error.path) == ("preset-unknown", "name")
    assert "killbill" in error.expected


def test_every_preset_is_a_convention_with_its_source():
    """Each has a name, says where its numbers come from, and gives an equal convention each time."""
    assert len(PRESETS) == 11
    for name, made in PRESETS.items():
        assert preset(name) == made() == made()
        assert isinstance(made(), ProrationConvention)
        assert "Source:" in made.__doc__
        assert ">>>" in made.__doc__


@pytest.mark.parametrize("name", ["tier_bounds", "included", "flat_parts", "free_events"])
def test_what_is_never_scaled_is_named(name):
    """Each of the four is refused by name, with what could be said instead."""
    error = refused(lambda: ProrationConvention(scaled=[*DEFAULT_SCALED, name]))
    assert (type(error), error.code, error.path, error.found) == (DocumentError, "scaled-not-supported", "scaled", name)


def test_the_order_of_scaled_names_says_nothing():
    """Two conventions that scale the same are equal."""
    assert ProrationConvention(scaled=reversed(DEFAULT_SCALED)) == ProrationConvention()


def test_a_length_is_exact_and_of_the_full_period():
    """What measures a length knows no price: no digits, no other denominator, nothing taken whole."""
    given = ProrationConvention(unit="month30", denominator="30", fraction_digits=2, scaled=[], end_day="charged")
    assert given.of_length == ProrationConvention(unit="month30", end_day="charged")


@pytest.mark.parametrize(
    ("convention", "given", "name"),
    [
        ({"credit_basis": "list_price"}, {}, "list_price"),
        ({"credit_basis": "as_paid"}, {}, "paid"),
        ({"credit_cap": "paid"}, {}, "paid"),
        ({"credit_cap": "paid", "credit_basis": "list_price"}, {"list_price": TEN}, "paid"),
    ],
)
def test_a_credit_needs_its_basis(convention, given, name):
    """What the convention looks at and nobody passed is asked for by name."""
    error = refused(lambda: unused_credit(REST, APRIL, ProrationConvention(**convention), billed=TEN, **given))
    assert (type(error), error.code, error.path) == (MissingInput, "credit-basis-missing", name)


@pytest.mark.parametrize("name", ["credited", "list_price", "paid"])
def test_a_credit_has_one_currency(name):
    """Another currency is refused, not converted."""
    how = ProrationConvention(credit_basis="list_price", credit_cap="paid")
    amounts = {"list_price": TEN, "paid": TEN, name: Amount.of("10.00", "EUR")}
    error = refused(lambda: unused_credit(REST, APRIL, how, billed=TEN, **amounts))
    assert (type(error), error.code) == (NotApplicable, "currencies-differ")


@pytest.mark.parametrize("day", ["2026-04-16", None, NOON, 20260416])
def test_a_named_day_is_a_date(day):
    """A text, an instant or a number is no day."""
    how = ProrationConvention()
    for call in (
        lambda: end_of_service(day, how),
        lambda: first_day_of_change(day, how),
        lambda: parts_around_change(APRIL, day, how),
    ):
        error = refused(call)
        assert (error.code, error.path) == ("date-malformed", "named")


def test_dates_and_instants_never_mix():
    """A part of dates in a period of instants, or the other way, is refused."""
    how = ProrationConvention(unit="second")
    for part, full in ((REST, MONTH), (MONTH, APRIL), (REST, APRIL)):
        assert (
            refused(lambda p=part, f=full: part_amount((1, 1), p, f, how, currency="USD")).code == "period-kinds-mixed"
        )


def test_a_share_of_instants_is_cut_at_digits():
    """Ten of thirty days are 0.33 at two digits, and a third without a convention."""
    part = InstantPeriod(start=NOON, end=NOON + timedelta(days=10))
    assert str(instant_share(part, MONTH, ProrationConvention(unit="second", fraction_digits=2))) == "33/100"
    assert instant_share(part, MONTH).fraction.denominator == 3


@pytest.mark.parametrize("price", ["100", 100, None, (1,), (1, 0), (1.5, 2), (HUGE, 1), ("1", "2"), [1, 2]])
def test_a_price_is_a_ratio(price):
    """What is shared is an exact pair of whole numbers of a size that can be written."""
    error = refused(lambda: part_amount(price, REST, APRIL, ProrationConvention(), currency="USD"))
    assert (error.code, error.path) == ("ratio-malformed", "price")


@pytest.mark.parametrize("name", ["billed", "credited", "list_price", "paid"])
@pytest.mark.parametrize("amount", ["10.00", 10, 10.0, HUGE])
def test_a_credit_is_of_amounts(name, amount):
    """A number or a text without its currency is no amount."""
    error = refused(lambda: unused_credit(REST, APRIL, ProrationConvention(), **{"billed": TEN, name: amount}))
    assert (error.code, error.path) == ("argument-wrong", name)


@pytest.mark.parametrize(("unused", "line"), [("april", APRIL), (REST, "april"), (None, None), (REST, MONTH)])
def test_what_is_given_back_is_a_period(unused, line):
    """What is no period, or of the other kind, is refused before anything is computed."""
    error = refused(lambda: unused_credit(unused, line, ProrationConvention(), billed=TEN))
    assert error.code in ("period-malformed", "period-kinds-mixed")


@pytest.mark.parametrize("convention", [None, "lago", {"unit": "day"}])
def test_a_convention_is_a_document(convention):
    """A name or plain data is read first."""
    for call in (
        lambda: part_amount((1, 1), REST, APRIL, convention, currency="USD"),
        lambda: unused_credit(REST, APRIL, convention, billed=TEN),
    ):
        error = refused(call)
        assert (error.code, error.path) == ("argument-wrong", "convention")


@pytest.mark.parametrize("n", [1.5, "1", None, True])
def test_boundaries_are_counted_in_whole_numbers(n):
    """A step is a whole number."""
    assert refused(lambda: instant_boundary(NOON, "month", n)).code == "number-malformed"


@pytest.mark.parametrize("n", [HUGE, -HUGE, 10**7, 100_000])
def test_boundaries_lie_in_the_calendar(n):
    """A boundary outside the years that instants hold is refused at once."""
    assert refused(lambda: instant_boundary(NOON, "month", n)).code == "date-out-of-range"


def test_instants_at_the_edges_are_refused():
    """Where a zone's clock would show year 0 or 10000, the edge is told."""
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    for edge, place in ((first, "America/New_York"), (last, "Asia/Tokyo")):
        assert refused(lambda e=edge, p=place: period_at(e, "day", NOON, zone_name=p)).code == "date-out-of-range"
    assert refused(lambda: period_at(last, "month", NOON)).code == "date-out-of-range"


@pytest.mark.parametrize("span", [APRIL, None, "2026"])
def test_a_span_of_instants_is_one(span):
    """What is cut by instants is a period of instants."""
    assert refused(lambda: tile_instants(span, "month", anchor=NOON)).code == "period-malformed"


def test_a_limit_is_a_whole_number():
    """A limit that is none is refused before anything is cut."""
    assert refused(lambda: tile_instants(MONTH, "month", anchor=NOON, limit="9")).code == "number-malformed"


def test_a_row_of_instants_lies_in_its_period():
    """A part beyond its full period cannot be made."""
    longer = InstantPeriod(start=NOON, end=MONTH.end + timedelta(seconds=1))
    assert refused(lambda: InstantPart(service=longer, full=MONTH)).code == "part-outside-period"


def test_a_grid_knows_its_anchor():
    """Boundary 0 is the anchor, written in UTC."""
    grid = InstantGrid.counted_from(NOON, "month", "Europe/Berlin")
    assert (grid.at(0), grid.index(NOON), grid.index(NOON - timedelta(microseconds=1))) == (NOON, 0, -1)


def test_a_flat_price_has_no_units_to_give_away():
    """A usage discount on a flat price would take nothing off, so it is refused; a percentage is not."""
    error = refused(lambda: price_line(Flat(amount="10"), "1", currency="USD", modifiers=Modifiers(usage_discount="1")))
    assert (type(error), error.code) == (NotApplicable, "modifier-does-not-fit")
    half = price_line(Flat(amount="10"), "1", currency="USD", discounts=[PercentOff(percent="50")])
    assert half.net.text == "5.00"
