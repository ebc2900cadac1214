"""Each formula of the kernel on integers, at and around its edges."""

from __future__ import annotations

from typing import Any

import pytest

from billcore.pricing.kernel import (
    INTEGERS,
    KernelSegment,
    amount_for,
    ends_inside,
    flat_due,
    is_due,
    is_reached,
    segment_amount,
    units_billed,
    units_inside,
    units_priced,
)


def segment(**changes: Any) -> KernelSegment:
    fields = {"one": 10, "lower": 50, "upper": 100, "unit_price": 3, "flat_amount": 7, "package_size": 0}
    truths = {"is_whole": False, "includes_lower": False, "includes_upper": True, "is_package_down": False}
    rest = {"least_packages": 0, "is_limited": False, "minimum": 0, "maximum": 0}
    given = {**fields, **truths, **rest, **changes}
    return KernelSegment(**{"start": given["lower"], **given})


@pytest.mark.parametrize(("quantity", "reached"), [(0, False), (49, False), (50, False), (51, True), (101, True)])
def test_a_lower_bound_is_outside(quantity: int, reached: bool) -> None:
    """A segment is reached beyond its lower bound."""
    assert reached is is_reached(INTEGERS, quantity, segment())


@pytest.mark.parametrize(("quantity", "reached"), [(49, False), (50, True), (51, True)])
def test_a_lower_bound_may_be_inside(quantity: int, reached: bool) -> None:
    """A segment that includes its lower bound is reached on it."""
    assert reached is is_reached(INTEGERS, quantity, segment(includes_lower=True))


@pytest.mark.parametrize(("quantity", "ends"), [(50, False), (51, True), (100, True), (101, False)])
def test_an_upper_bound_is_inside(quantity: int, ends: bool) -> None:
    """A quantity on the upper bound ends in the segment, one beyond does not."""
    assert ends is ends_inside(INTEGERS, quantity, segment())


@pytest.mark.parametrize(("quantity", "units"), [(0, 0), (50, 0), (51, 1), (100, 50), (10_000, 50)])
def test_units_inside_are_between_the_bounds(quantity: int, units: int) -> None:
    """Units below and above a segment are not in it."""
    assert units == units_inside(INTEGERS, quantity, segment())
    assert units == units_priced(INTEGERS, quantity, segment())


@pytest.mark.parametrize(("quantity", "units"), [(50, 0), (51, 51), (100, 100), (101, 0)])
def test_the_whole_is_priced_where_it_ends(quantity: int, units: int) -> None:
    """A price on the whole quantity takes all units in the one segment where they end."""
    assert units == units_priced(INTEGERS, quantity, segment(is_whole=True))
    assert (units > 0) is is_due(INTEGERS, quantity, segment(is_whole=True))


@pytest.mark.parametrize(("quantity", "units"), [(50, 0), (51, 10), (75, 10), (76, 20), (100, 20), (900, 20)])
def test_a_started_package_counts(quantity: int, units: int) -> None:
    """Units are counted in started packages, each as one whole unit at the scale."""
    assert units == units_billed(INTEGERS, quantity, segment(package_size=25))


@pytest.mark.parametrize(("size", "units"), [(0, 3), (1, 30), (2, 20)])
def test_a_package_may_be_of_one_smallest_unit(size: int, units: int) -> None:
    """Three tenths in packages of a tenth are three packages; without packages they are three tenths."""
    assert units == units_billed(INTEGERS, 53, segment(package_size=size))


@pytest.mark.parametrize(("quantity", "flat"), [(50, 0), (51, 7), (101, 7)])
def test_a_flat_part_is_due_once_reached(quantity: int, flat: int) -> None:
    """With single units a flat part stays due beyond the segment."""
    assert flat == flat_due(INTEGERS, quantity, segment())


@pytest.mark.parametrize(("quantity", "flat"), [(50, 0), (51, 7), (101, 0)])
def test_a_flat_part_of_the_whole_is_due_where_it_ends(quantity: int, flat: int) -> None:
    """With the whole quantity the flat part is due in one segment alone."""
    assert flat == flat_due(INTEGERS, quantity, segment(is_whole=True))


def test_an_amount_carries_both_scales() -> None:
    """Units carry the quantity scale, so money without units is multiplied by one whole unit."""
    assert amount_for(20, 7, segment()) == 20 * 3 + 7 * 10
    assert segment_amount(INTEGERS, 70, segment()) == 20 * 3 + 7 * 10


def test_integers_have_five_operations() -> None:
    """Python integers do what the operations say; a quotient is rounded down."""
    assert (INTEGERS.minimum(1, 2), INTEGERS.maximum(1, 2)) == (1, 2)
    assert (INTEGERS.where(True, "yes", "no"), INTEGERS.where(False, "yes", "no")) == ("yes", "no")
    assert (INTEGERS.floor_div(7, 2), INTEGERS.floor_div(-7, 2)) == (3, -4)
    assert INTEGERS.constant(5) == 5
