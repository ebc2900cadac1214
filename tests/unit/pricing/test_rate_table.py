"""What a rate table refuses to be, and how it is written at a finer scale."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from billcore.core.errors import InvariantBroken
from billcore.pricing.rate_table import OPEN, RateTable, Segment, at_quantity_scale


def table(*segments: Segment, **changes: Any) -> RateTable:
    return RateTable(**{"kind": "x", "price_scale": 0, "quantity_scale": 0, "segments": segments, **changes})


@pytest.mark.parametrize(
    "segments",
    [
        (),
        (Segment(lower=1),),
        (Segment(lower=0, upper=10),),
        (Segment(lower=0, upper=10), Segment(lower=11)),
        (Segment(lower=0, upper=10), Segment(lower=9)),
        (Segment(lower=0, upper=10), Segment(lower=10, upper=9), Segment(lower=9)),
        (Segment(lower=0), Segment(lower=0)),
        (Segment(lower=0, upper=10), Segment(lower=10, includes_lower=True)),
        (Segment(lower=0, package_size=-1),),
    ],
    ids=["none", "late", "closed", "gap", "overlap", "backward", "two-open", "bound-twice", "package"],
)
def test_segments_cover_each_quantity_once(segments: tuple[Segment, ...]) -> None:
    """A table with a gap, an overlap or an end cannot be made."""
    with pytest.raises(InvariantBroken) as refusal:
        table(*segments)
    assert refusal.value.code == "rate-table-malformed"


@pytest.mark.parametrize("scale", ["price_scale", "quantity_scale"])
def test_scales_are_not_negative(scale: str) -> None:
    """A scale counts digits."""
    with pytest.raises(InvariantBroken) as refusal:
        table(Segment(lower=0), **{scale: -1})
    assert refusal.value.code == "rate-table-malformed"


def test_a_finer_scale_moves_bounds_and_packages_alone() -> None:
    """Bounds and package sizes gain digits, the open bound stays open, prices stay."""
    given = table(
        Segment(lower=0, upper=10, unit_price=3, flat_amount=4, package_size=5), Segment(lower=10, applies_to="whole")
    )
    expected = table(
        Segment(lower=0, upper=1000, unit_price=3, flat_amount=4, package_size=500),
        Segment(lower=1000, upper=OPEN, applies_to="whole"),
        quantity_scale=2,
    )
    assert expected == at_quantity_scale(given, 2)


def test_the_same_scale_gives_the_same_table() -> None:
    """Nothing is made anew where nothing changes."""
    given = table(Segment(lower=0))
    assert at_quantity_scale(given, 0) is given


def test_a_coarser_scale_is_refused() -> None:
    """Digits are never dropped from a bound."""
    with pytest.raises(InvariantBroken) as refusal:
        at_quantity_scale(table(Segment(lower=0), quantity_scale=2), 1)
    assert refusal.value.code == "scale-too-coarse"


def test_a_table_crosses_process_borders() -> None:
    """A table that has been hashed is pickled and read back as an equal one with an equal hash."""
    given = table(Segment(lower=0, upper=10), Segment(lower=10))
    before = hash(given)
    again = pickle.loads(pickle.dumps(given))
    assert (given, before) == (again, hash(again))
