"""What rating returns beside the amount: parts, workings, and what the fast path promises."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from billcore.core.canonical import canonical_bytes
from billcore.money.amount import Amount
from billcore.pricing.documents import Flat, Graduated, Overage, PerUnit, Price, Tier, Volume
from billcore.pricing.lowering import lower
from billcore.pricing.rate_table import RateTable, Segment
from billcore.pricing.rated import RatedPart
from billcore.pricing.rating import rate, workings
from billcore.pricing.totals import _lines, amount_of

TIERS = [Tier(up_to=10_000), Tier(up_to=50_000, unit_price="0.004"), Tier(unit_price="0.0025")]
FLATS = [Tier(up_to=100, unit_price="1", flat_amount="20"), Tier(unit_price="0.5", flat_amount="5.50")]


def lines(price: Price, quantity: Decimal | int | str) -> list[str]:
    return [step.text for step in rate(price, quantity).steps]


def test_the_amount_is_rounded_by_the_caller() -> None:
    """One exact amount gives two invoices' cents, as the mode of the charge says."""
    rated = rate(Graduated(tiers=TIERS), 61_234)
    assert rated.amount == "188.085"
    assert str(Amount.rounded(rated.numerator, rated.denominator, "USD", "half_up")) == "USD 188.09"
    assert str(Amount.rounded(rated.numerator, rated.denominator, "USD", "half_even")) == "USD 188.08"


def test_graduated_workings_tell_each_tier() -> None:
    """One line for each tier that was reached, and their sum."""
    expected = [
        "tier 1 (0 <= units <= 10000): 10000 x 0 = 0",
        "tier 2 (10000 < units <= 50000): 40000 x 0.004 = 160",
        "tier 3 (50000 < units): 11234 x 0.0025 = 28.085",
        "sum of 3 tiers = 188.085",
    ]
    assert expected == lines(Graduated(tiers=TIERS), 61_234)


def test_tiers_that_were_not_reached_are_not_told() -> None:
    """A quantity in the first tier has one line and no sum."""
    assert lines(Graduated(tiers=TIERS), "9999.50") == ["tier 1 (0 <= units <= 10000): 9999.5 x 0 = 0"]


def test_flat_parts_are_told() -> None:
    """A flat part stands beside the units; alone where the tier has no unit price."""
    expected = [
        "tier 1 (0 <= units <= 100): 100 x 1 + 20 flat = 120",
        "tier 2 (100 < units): 1 x 0.5 + 5.5 flat = 6",
        "sum of 2 tiers = 126",
    ]
    assert expected == lines(Graduated(tiers=FLATS), 101)
    stairs = Volume(tiers=[Tier(up_to=5, flat_amount="10"), Tier(flat_amount="30")])
    assert lines(stairs, 6) == ["tier 2 (5 < units), all 6 units: 30 flat = 30"]


def test_volume_workings_tell_the_tier_that_counts() -> None:
    """A price on the whole quantity has one line, whatever tiers lie below."""
    assert lines(Volume(tiers=TIERS), 61_234) == ["tier 3 (50000 < units), all 61234 units: 61234 x 0.0025 = 153.085"]


@pytest.mark.parametrize(
    ("price", "quantity", "text"),
    [
        (Flat(amount="1200.00"), 3, "flat: 1200"),
        (Flat(amount="0"), 3, "flat: 0"),
        (PerUnit(unit_price="2.50"), 4, "per unit: 4 x 2.5 = 10"),
        (PerUnit(unit_price="0"), 4, "per unit: 4 x 0 = 0"),
        (Graduated(tiers=[Tier(unit_price="3")]), 2, "graduated: 2 x 3 = 6"),
        (Overage(included=10, unit_price="0.05"), 0, "tier 1 (0 <= units <= 10): 0 x 0 = 0"),
    ],
)
def test_a_price_of_one_line(price: Price, quantity: int, text: str) -> None:
    """A price that reaches one segment explains itself in one line."""
    assert [text] == lines(price, quantity)


def test_zero_usage_that_costs_nothing_says_why() -> None:
    """Without a flat part at zero there is no part, and a line that says so."""
    rated = rate(Graduated(tiers=FLATS, charge_flat_at_zero=False), 0)
    assert (rated.parts, rated.numerator) == ((), 0)
    assert [step.text for step in rated.steps] == ["0 units reach no tier = 0"]


def test_packages_are_told() -> None:
    """Where units are packaged the line counts packages."""
    segment = Segment(lower=0, unit_price=250, package_size=100)
    table = RateTable(kind="package", price_scale=2, quantity_scale=0, segments=(segment,))
    rated = rate(table, "100.5")
    assert rated.steps[0].text == "package: 2 packages x 2.5 = 5"
    assert (rated.parts[0].units, rated.amount) == ("2", "5")


def test_parts_hold_texts_and_exact_money() -> None:
    """A part names its segment, what it priced, and what it adds."""
    expected = (
        RatedPart(index=0, units="100", unit_price="1", flat="20", numerator=12_000, denominator=100),
        RatedPart(index=1, units="0.5", unit_price="0.5", flat="5.5", numerator=575, denominator=100),
    )
    assert expected == rate(Graduated(tiers=FLATS), "100.5").parts


def test_steps_carry_their_inputs() -> None:
    """A step is readable as data: units, unit price and flat part; the sum lists the tiers."""
    first, second, total = rate(Graduated(tiers=FLATS), 101).steps
    assert (first.rule, first.inputs) == ("graduated", (("units", "100"), ("unit_price", "1"), ("flat", "20")))
    assert second.result == "6"
    assert total.inputs == (("tier 1", "120"), ("tier 2", "6"))


def test_a_document_and_its_table_rate_alike() -> None:
    """A caller may lower once and rate many times."""
    price = Graduated(tiers=TIERS)
    assert rate(price, 61_234) == rate(lower(price), Decimal("61234.0"))
    assert rate(price, 61_234).steps == workings(lower(price), "61234")


def test_a_quantity_left_out_is_one() -> None:
    """A flat price needs no quantity."""
    assert rate(Flat(amount="1200")).amount == "1200"
    assert rate(Flat(amount="1200")).quantity == "1"


def test_the_fast_path_gives_integers_at_both_scales() -> None:
    """Numerator and denominator are whole, the denominator a power of ten, even where nothing is due."""
    assert amount_of(lower(Graduated(tiers=TIERS)), 61_234, 0) == (1_880_850, 10_000)
    assert amount_of(lower(PerUnit(unit_price="0.5")), 0, 0) == (0, 10)


def test_the_longest_table_is_rated_in_any_tier() -> None:
    """A thousand tiers give the sum of the first n prices at quantity n."""
    table = lower(Graduated(tiers=[*(Tier(up_to=n, unit_price=n) for n in range(1, 1_000)), Tier(unit_price=1_000)]))
    for quantity in (0, 1, 2, 500, 999, 1_000):
        assert quantity * (quantity + 1) // 2 == Fraction(*amount_of(table, quantity, 0))


def test_the_same_rating_has_the_same_bytes() -> None:
    """A rated quantity is a value: equal inputs in other spellings have equal canonical bytes."""
    one = rate(Graduated(tiers=TIERS), "61234.50")
    other = rate(Graduated(tiers=list(TIERS)), Decimal("61234.5"))
    assert canonical_bytes(one) == canonical_bytes(other)


def test_nothing_used_is_a_part_of_nothing() -> None:
    """Zero units are in the first tier: its workings say so."""
    rated = rate(PerUnit(unit_price="1"), 0)
    assert [("0", "1")] == [(part.units, part.unit_price) for part in rated.parts]


@pytest.mark.parametrize(("is_charged", "amount"), [(True, "7"), (False, "0")])
def test_a_flat_part_at_zero_under_lower_inclusive_bounds(is_charged: bool, amount: str) -> None:
    """Whether nothing used owes the first flat part is a field of the price in this reading too."""
    tiers = [Tier(up_to=10, flat_amount="7"), Tier(unit_price="1")]
    price = Graduated(tiers=tiers, reading="lower_inclusive", charge_flat_at_zero=is_charged)
    assert amount == rate(price, 0).amount


def test_plain_tiers_are_priced_on_lines() -> None:
    """What is straight between its bounds costs one search however many tiers it has; the rest is summed up."""
    tiers = [Tier(up_to=10, unit_price="2", flat_amount="5"), Tier(unit_price="1")]
    assert all(
        _lines(lower(price(tiers=tiers)), scale) is not None for price in (Graduated, Volume) for scale in (0, 3)
    )
    packed = [Tier(up_to=10, unit_price="2", package_size=3), Tier(unit_price="1")]
    assert _lines(lower(Graduated(tiers=packed)), 0) is None
    assert _lines(lower(Graduated(tiers=tiers, reading="lower_inclusive")), 0) is None
