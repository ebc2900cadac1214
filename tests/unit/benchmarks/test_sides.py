"""What the benchmarks compare is comparable: every side makes the same cents, and ratios are judged the right way."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import pytest

from support.sources import ROOT


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.syspath_prepend(str(ROOT))
    return import_module


@pytest.mark.parametrize("side", ["reference", "values"])
def test_a_side_makes_the_cents_of_the_floor(load: object, side: str) -> None:
    """Objects, Money and bare integers give the same nets, taxes, revenue rows and journal of 19 lines."""
    floor, other = module("floor"), module(side)
    expected = floor.cents(floor.make())
    assert expected == other.cents(other.make())
    assert (5, 12, 19, 0) == (
        len(expected.nets),
        len(expected.revenue),
        len([line for line in expected.journal if line]),
        sum(expected.journal),
    )


def module(name: str) -> ModuleType:
    return import_module(f"benchmarks.{name}")


def test_a_formula_is_the_price_written_by_hand(load: object) -> None:
    """Every row of the benchmark has the same amount on both sides, with parameters in the price or beside it."""
    assert module("formula").check() is None


def test_a_goal_knows_its_side(load: object) -> None:
    """A ratio may be at most or at least its limit; the printed line says whether it is."""
    goal = module("timing").Goal
    assert goal("x", 3.9, 4).is_met
    assert not goal("x", 4.1, 4).is_met
    assert goal("x", 4.1, 4, at_least=True).is_met
    assert "MISSED" in str(goal("x", 3.9, 4, at_least=True))


def test_a_table_is_aligned(load: object) -> None:
    """The first column stands left, the others right, each as wide as its widest cell."""
    lines = module("timing").table(("side", "us"), [("floor", "6.6"), ("x", "100.0")])
    assert ["  side      us", "  -----  -----", "  floor    6.6", "  x      100.0"] == lines
