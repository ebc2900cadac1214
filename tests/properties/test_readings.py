"""Laws of readings: a table in any writing gives its engine's money, and falls are where counting finds them."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billcore.core.errors import BillcoreError
from billcore.core.exact import plain
from billcore.pricing.documents import Graduated, Stairstep, Tier, Volume
from billcore.pricing.rating import rate
from billcore.pricing.readings import (
    CONVENTIONS,
    Stretch,
    TieredPrice,
    cheaper_with_more,
    compare_conventions,
    compare_readings,
    detect_convention,
    normalize,
)
from oracle import tables as oracle
from support.laws import law

Plain = dict[str, Any]
WHOLE = ("from_to_steps", "first_unit")
MODELS = st.sampled_from(["graduated", "volume"])


def texts(low: int, high: int, scale: int) -> st.SearchStrategy[str]:
    return st.integers(low * 10**scale, high * 10**scale).map(lambda number: plain(number, scale))


QUANTITIES = st.integers(0, 2).flatmap(lambda scale: texts(0, 30, scale))
PRICES = st.integers(0, 2).flatmap(lambda scale: texts(-9, 20, scale))


@st.composite
def written(draw: st.DrawFn, convention: str) -> list[Plain]:
    """A sound table in one writing: rows of a few units each, so that quantities fall on, before and behind bounds."""
    scale = 0 if convention in WHOLE else draw(st.integers(0, 1))
    widths = draw(st.lists(st.integers(1, 8), min_size=0, max_size=3))
    ends = [sum(widths[: index + 1]) for index in range(len(widths))]
    rows = [{"unit_price": draw(PRICES), "flat_amount": draw(PRICES)} for _ in range(len(widths) + 1)]
    starts = [0, *ends]
    if convention == "blocks":
        prices = [draw(PRICES) for _ in rows]
        most: list[Plain] = [{"max_blocks": width} for width in widths]
        most.append(draw(st.sampled_from([{}, {"max_blocks": "inf"}, {"max_blocks": -1}])))
        sizes = [plain(draw(st.integers(1, 30 if scale else 4)), scale) for _ in rows]
        return [
            {"block_size": size, "block_price": price, **limit}
            for size, price, limit in zip(sizes, prices, most, strict=True)
        ]
    at_one = draw(st.integers(0, 1))
    for index, row in enumerate(rows):
        is_last = index == len(rows) - 1
        if convention == "up_to":
            row["up_to"] = "inf" if is_last else plain(ends[index], scale)
        elif convention == "sizes":
            row["size"] = None if is_last else plain(widths[index], scale)
        elif convention == "first_unit":
            row["first_unit"] = str(starts[index] + at_one)
        else:
            is_step = convention == "from_to_steps" and (index > 0 or at_one)
            row["from"] = str(starts[index] + 1) if is_step else plain(starts[index], scale)
            if convention != "lower_inclusive":
                row["to"] = None if is_last else plain(ends[index], scale)
    return rows


@pytest.mark.parametrize("convention", CONVENTIONS)
@law(40)
@given(st.data())
def test_a_table_gives_the_money_of_its_engine(convention: Any, data: st.DataObject) -> None:
    """What a written table is normalized to costs what walking its rows as the engine does costs."""
    rows, model, quantity = data.draw(written(convention)), data.draw(MODELS), data.draw(QUANTITIES)
    rated = rate(normalize(rows, convention, model).accepted(), quantity)
    assert oracle.amount(convention, model, rows, quantity) == Fraction(rated.numerator, rated.denominator)


@pytest.mark.parametrize("convention", CONVENTIONS)
@law(15)
@given(st.data())
def test_the_writing_is_among_the_candidates(convention: Any, data: st.DataObject) -> None:
    """A table written by a convention is found to be one of it, and the comparison shows its money."""
    rows, quantity = data.draw(written(convention)), data.draw(QUANTITIES)
    assert convention in [candidate.convention for candidate in detect_convention(rows)]
    table = compare_conventions(rows, quantity)
    shown = {row[0]: row[2] for row in table.rows}
    assert oracle.amount(convention, "graduated", rows, quantity) == Fraction(str(shown[convention]))


@st.composite
def prices(draw: st.DrawFn) -> TieredPrice:
    """A small tier price of any model and reading, with packages, limits and prices below zero."""
    kind = draw(st.sampled_from([Graduated, Volume, Stairstep]))
    reading = draw(st.sampled_from(["upper_inclusive", "lower_inclusive", "blocks", "integer_rows"]))
    scale = 0 if reading == "integer_rows" else draw(st.integers(0, 1))
    least = 1 if reading == "lower_inclusive" else 0  # a tier up to 0 that does not hold its bound is refused
    bounds = draw(st.lists(st.integers(least, 8), max_size=2, unique=True).map(sorted))
    tiers = []
    for bound in [*bounds, None]:
        money: Plain = {"flat_amount": draw(st.integers(-9, 20))}
        if kind is not Stairstep:
            money["unit_price"] = draw(st.integers(-4, 9))
            money["package_size"] = draw(st.sampled_from([None, None, 2, 3, "1.5"]))
        money["minimum"] = draw(st.sampled_from([None, None, -3, 6]))
        money["maximum"] = draw(st.sampled_from([None, None, 10, 25]))
        halves = None if bound is None else plain(bound * 10**scale + 5 * scale, scale)
        tiers.append(Tier(up_to=halves, **money))
    return kind(tiers=tiers, reading=reading, charge_flat_at_zero=draw(st.booleans()))


def total(price: TieredPrice, quantity: Fraction) -> Fraction:
    rated = rate(price, plain(int(quantity * 10_000), 4))
    return Fraction(rated.numerator, rated.denominator)


def holds(stretch: Stretch, quantity: Fraction) -> bool:
    start = Fraction(*stretch.starts)
    if quantity < start or (quantity == start and not stretch.includes_start):
        return False
    end = None if stretch.ends is None else Fraction(*stretch.ends)
    return end is None or quantity < end or (quantity == end and stretch.includes_end)


def is_overpaid(stretch: Stretch, quantity: Fraction) -> bool:
    low, start = Fraction(*stretch.overpaid_from), Fraction(*stretch.starts)
    is_behind = quantity > low or (quantity == low and stretch.includes_overpaid)
    return is_behind and (quantity < start or (quantity == start and not stretch.includes_start))


# Quarters, and a hair before and behind each half: where a total jumps, it is looked at on both sides.
HAIR = Fraction(1, 10_000)
GRID = sorted(
    {Fraction(quarter, 4) for quarter in range(49)}
    | {half + hair for half in (Fraction(index, 2) for index in range(1, 24)) for hair in (HAIR, -HAIR)}
    | {HAIR}
)


@law(60)
@given(prices(), st.sampled_from([None, "12", "12.25"]))
def test_falls_are_where_counting_finds_them(price: TieredPrice, up_to: str | None) -> None:
    """A quantity is in a stretch exactly where some smaller one costs more, and nothing in it costs less than its least."""
    stretches = cheaper_with_more(price, up_to)
    totals = [total(price, quantity) for quantity in GRID]
    peak = totals[0]
    for quantity, cost in zip(GRID, totals, strict=True):
        inside = [stretch for stretch in stretches if holds(stretch, quantity)]
        if quantity % Fraction(1, 4) == 0:  # a hair from a bound, what lies nearer to it is not on the grid
            assert (peak > cost) == bool(inside), (quantity, inside)
        assert len(inside) <= 1
        for stretch in stretches:
            lowest = None if stretch.lowest is None else Fraction(*stretch.lowest)
            if stretch in inside:
                assert peak <= Fraction(*stretch.highest)
                assert lowest is None or lowest <= cost
            elif is_overpaid(stretch, quantity):
                assert lowest is None or lowest < cost
        peak = max(peak, cost)


@law(25)
@given(prices())
def test_a_limit_cuts_and_changes_nothing_else(price: TieredPrice) -> None:
    """What is found up to a limit is what is found without one, cut at the limit."""
    whole, cut = cheaper_with_more(price), cheaper_with_more(price, "12")
    for quantity in GRID:
        assert any(holds(stretch, quantity) for stretch in whole) == any(holds(stretch, quantity) for stretch in cut)


@law(30)
@given(prices(), QUANTITIES)
def test_the_own_reading_is_what_is_rated(price: TieredPrice, quantity: str) -> None:
    """The row of the price's own reading shows what rating gives."""
    table = compare_readings(price, quantity)
    own = next(row for row in table.rows if "of this price" in str(row[3]))
    rated = rate(price, quantity)
    assert Fraction(str(own[1])) == Fraction(rated.numerator, rated.denominator)
    default = next(row for row in table.rows if "default" in str(row[3]))
    assert Fraction(str(own[2])) == Fraction(str(own[1])) - Fraction(str(default[1]))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("inf"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["from", "to", "up_to", "size", "first_unit", "block_size", "max_blocks", "block_price", "unit_price", "maximum"]
)


@law(80)
@given(
    JUNK | st.lists(st.dictionaries(FIELDS, JUNK | QUANTITIES, max_size=4), max_size=4), st.sampled_from([*CONVENTIONS])
)
def test_junk_is_refused_by_our_own_error(rows: Any, convention: Any) -> None:
    """Whatever is passed as a table gives a result or billcore's own error, never Python's."""
    for call in (
        lambda: normalize(rows, convention, "volume").accepted(),
        lambda: detect_convention(rows),
        lambda: compare_conventions(rows, "10.5"),
    ):
        with suppress(BillcoreError):
            call()
