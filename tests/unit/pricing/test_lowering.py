"""What each price document means as a rate table."""

from __future__ import annotations

import pytest

from billcore.pricing.documents import Flat, Graduated, Overage, PerUnit, Tier, Volume
from billcore.pricing.lowering import lower
from billcore.pricing.rate_table import OPEN, RateTable, Segment

TIERS = [
    Tier(up_to="0.5", unit_price="1.25", flat_amount="0.125"),
    Tier(up_to=10, unit_price="1"),
    Tier(unit_price="0.5"),
]


def test_flat_is_one_amount_for_the_whole() -> None:
    """A flat price is one segment that holds every quantity, zero included, and says money without units."""
    segment = Segment(lower=0, upper=OPEN, flat_amount=12005, applies_to="whole", includes_lower=True)
    expected = RateTable(kind="flat", price_scale=1, quantity_scale=0, segments=(segment,))
    assert expected == lower(Flat(amount="1200.50"))


def test_per_unit_is_one_open_segment() -> None:
    """A price per unit is one segment of single units."""
    segment = Segment(lower=0, upper=OPEN, unit_price=25, includes_lower=True)
    expected = RateTable(kind="per_unit", price_scale=4, quantity_scale=0, segments=(segment,))
    assert expected == lower(PerUnit(unit_price="0.0025"))


def test_overage_is_two_segments() -> None:
    """The included units cost nothing, each unit beyond costs the price."""
    segments = (Segment(lower=0, upper=105, includes_lower=True), Segment(lower=105, upper=OPEN, unit_price=5))
    expected = RateTable(kind="overage", price_scale=2, quantity_scale=1, segments=segments)
    assert expected == lower(Overage(included="10.5", unit_price="0.05"))


@pytest.mark.parametrize(("model", "applies_to"), [(Graduated, "each"), (Volume, "whole")])
@pytest.mark.parametrize("at_zero", [True, False])
def test_tiers_become_segments(model: type[Graduated], applies_to: str, at_zero: bool) -> None:
    """Each tier starts where the one before ends; the two models differ in what a segment applies to alone."""
    table = lower(model(tiers=TIERS, charge_flat_at_zero=at_zero))
    assert (table.price_scale, table.quantity_scale) == (3, 1)
    expected = [(0, 5, 1250, 125, at_zero), (5, 100, 1000, 0, False), (100, OPEN, 500, 0, False)]
    assert expected == [(s.lower, s.upper, s.unit_price, s.flat_amount, s.includes_lower) for s in table.segments]
    assert {applies_to} == {segment.applies_to for segment in table.segments}


def test_scales_ignore_trailing_zeros() -> None:
    """Two spellings of one price give one table."""
    assert lower(PerUnit(unit_price="0.50000")) == lower(PerUnit(unit_price="0.5"))


def test_the_period_of_a_price_is_no_part_of_its_table() -> None:
    """What a price is per is settled by the schedule, not by the table."""
    assert lower(Flat(amount="1200")) == lower(Flat(amount="1200", per="year"))
