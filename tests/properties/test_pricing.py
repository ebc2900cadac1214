"""Laws of pricing: what must hold for every price and every quantity, whatever they are."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billcore.core.document import Document
from billcore.core.exact import plain
from billcore.pricing.documents import Price
from billcore.pricing.kernel import INTEGERS, segment_amount
from billcore.pricing.lowering import lower
from billcore.pricing.rate_table import RateTable, Segment, at_quantity_scale
from billcore.pricing.rating import rate
from billcore.pricing.totals import amount_of, kernel_segment
from oracle import pricing as oracle
from support.laws import law

Plain = dict[str, Any]

# Counting unit by unit takes its time on a busy machine; what is judged here is the amount.


class Line(Document):
    """The smallest document with a price in it."""

    price: Price


def read(plain_price: Plain) -> Price:
    price: Price = Line.read({"price": plain_price}).price
    return price


@st.composite
def texts(draw: st.DrawFn, low: int, high: int, scales: tuple[int, int]) -> str:
    """A decimal text between whole numbers, sometimes with trailing zeros."""
    scale = draw(st.integers(*scales))
    return plain(draw(st.integers(low * 10**scale, high * 10**scale)), scale)


def prices_of(low: int, digits: int = 12) -> st.SearchStrategy[str]:
    return texts(low, 40, (0, digits))


@st.composite
def tables(draw: st.DrawFn, kinds: tuple[str, ...], prices: st.SearchStrategy[str], bound_scale: int) -> Plain:
    """A tier table; bounds close together, so that quantities of the same size fall on, before and behind them."""
    units = draw(st.lists(st.integers(0, 20 * 10**bound_scale), max_size=4, unique=True).map(sorted))
    bounds = [plain(unit, bound_scale) for unit in units]
    tiers: list[Plain] = [{"up_to": bound, "unit_price": draw(prices), "flat_amount": draw(prices)} for bound in bounds]
    tiers.append({"unit_price": draw(prices), "flat_amount": draw(prices)})
    at_zero = draw(st.booleans())
    return {"kind": draw(st.sampled_from(kinds)), "tiers": tiers, "charge_flat_at_zero": at_zero}


def tiered(*kinds: str, low: int = -40, digits: int = 12) -> st.SearchStrategy[Plain]:
    return st.integers(0, 2).flatmap(lambda scale: tables(kinds, prices_of(low, digits), scale))


FLAT = st.fixed_dictionaries({"kind": st.just("flat"), "amount": prices_of(-40)})
PER_UNIT = st.fixed_dictionaries({"kind": st.just("per_unit"), "unit_price": prices_of(-40)})
OVERAGE = st.fixed_dictionaries(
    {"kind": st.just("overage"), "included": texts(0, 30, (0, 2)), "unit_price": prices_of(-40)}
)
OVERAGE_IN_CENTS = st.fixed_dictionaries(
    {"kind": st.just("overage"), "included": texts(0, 30, (0, 2)), "unit_price": prices_of(-40, 2)}
)
PRICES = FLAT | PER_UNIT | OVERAGE | tiered("graduated", "volume")
QUANTITIES = texts(0, 40, (0, 2))
ANY_QUANTITY = texts(0, 10**18 - 1, (0, 12))


def amount(price: Plain, quantity: str) -> Fraction:
    rated = rate(read(price), quantity)
    return Fraction(rated.numerator, rated.denominator)


def unscaled(quantity: str) -> tuple[int, int]:
    whole, _, part = quantity.partition(".")
    return int(whole + part), len(part)


@law(100)
@given(PRICES, QUANTITIES)
def test_the_amount_is_what_counting_units_gives(price: Plain, quantity: str) -> None:
    """Every model gives what the oracle finds by walking unit by unit."""
    assert oracle.amount(price, quantity) == amount(price, quantity)


@law(100)
@given(tiered("graduated", "volume"), st.data())
def test_bounds_are_hit_exactly(price: Plain, data: st.DataObject) -> None:
    """On a bound, just before and just behind it the amount is the oracle's."""
    bound = data.draw(st.sampled_from(oracle.bounds(price) or ["0"]))
    whole, scale = unscaled(bound)
    step = data.draw(st.sampled_from([-1, 0, 1]))
    quantity = plain(max(0, whole * 10 + step), scale + 1)
    assert oracle.amount(price, quantity) == amount(price, quantity)


@law(100)
@given(PRICES, ANY_QUANTITY)
def test_the_lines_are_what_the_kernel_gives(price: Plain, quantity: str) -> None:
    """The fast path and the sum of the kernel over all segments are the same amount, for quantities of any size."""
    units, scale = unscaled(quantity)
    table = lower(read(price))
    finer = at_quantity_scale(table, max(scale, table.quantity_scale))
    units *= 10 ** (finer.quantity_scale - scale)
    by_kernel = sum(
        segment_amount(INTEGERS, units, kernel_segment(segment, 10**finer.quantity_scale)) for segment in finer.segments
    )
    numerator, denominator = amount_of(table, *unscaled(quantity))
    assert (by_kernel, 10 ** (table.price_scale + finer.quantity_scale)) == (numerator, denominator)


@law(100)
@given(PRICES, ANY_QUANTITY)
def test_parts_and_steps_add_up(price: Plain, quantity: str) -> None:
    """The parts sum to the amount, and the last step states it."""
    rated = rate(read(price), quantity)
    total = Fraction(rated.numerator, rated.denominator)
    assert total == sum(Fraction(part.numerator, part.denominator) for part in rated.parts)
    assert total == Fraction(rated.steps[-1].numerator, rated.steps[-1].denominator)
    for part in rated.parts:
        stated = Fraction(part.units) * Fraction(part.unit_price) + Fraction(part.flat)
        assert Fraction(part.numerator, part.denominator) == stated


@law(100)
@given(tiered("graduated", low=0), ANY_QUANTITY, ANY_QUANTITY)
def test_graduated_never_falls(price: Plain, one: str, other: str) -> None:
    """With no negative price, more units never cost less."""
    less, more = sorted([one, other], key=Fraction)
    assert amount(price, less) <= amount(price, more)


@law(100)
@given(tiered("graduated"), QUANTITIES, QUANTITIES)
def test_a_stretch_of_units_costs_what_it_adds(price: Plain, one: str, other: str) -> None:
    """Without flat parts, the units between two quantities cost the difference, unit by unit in their own tiers."""
    for tier in price["tiers"]:
        tier["flat_amount"] = "0"
    start, end = sorted([one, other], key=Fraction)
    assert oracle.stretch(price, start, end) == amount(price, end) - amount(price, start)


@law(100)
@given(PRICES, st.lists(QUANTITIES, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_records_split_as_they_like(price: Plain, records: list[str], random: Any) -> None:
    """The total depends on the sum of usage alone: not on how many records it came in, their order or their digits."""
    total = sum((Decimal(record) for record in records), Decimal(0))
    shuffled = list(records)
    random.shuffle(shuffled)
    assert amount(price, str(total)) == amount(price, str(sum((Decimal(record) for record in shuffled), Decimal(0))))
    assert oracle.amount(price, str(total)) == amount(price, str(total))


def times_ten(price: object) -> Any:
    """The same price with each sum of money ten times as large."""
    if isinstance(price, list):
        return [times_ten(item) for item in price]
    if isinstance(price, dict):
        money = ("amount", "unit_price", "flat_amount")
        return {key: tenfold(item) if key in money else times_ten(item) for key, item in price.items()}
    return price


def tenfold(text: str) -> str:
    return f"{Decimal(text) * 10:f}"


@law(100)
@given(PRICES, ANY_QUANTITY)
def test_ten_times_the_price_is_ten_times_the_amount(price: Plain, quantity: str) -> None:
    """Scaling every price by ten scales the amount by ten exactly."""
    assert 10 * amount(price, quantity) == amount(times_ten(price), quantity)


@law(100)
@given(PRICES, QUANTITIES, st.integers(0, 9))
def test_a_finer_scale_changes_nothing(price: Plain, quantity: str, finer: int) -> None:
    """A table at a finer quantity scale, or a quantity with more digits, gives the same amount."""
    table = lower(read(price))
    units, scale = unscaled(quantity)
    expected = amount(price, quantity)
    rescaled = at_quantity_scale(table, table.quantity_scale + finer)
    assert expected == Fraction(*amount_of(rescaled, units, scale))
    assert expected == Fraction(*amount_of(table, units * 10**finer, scale + finer))


@law(100)
@given(PRICES, QUANTITIES)
def test_spelling_changes_nothing(price: Plain, quantity: str) -> None:
    """Trailing zeros in a quantity or a price change neither table nor amount."""
    longer = quantity + "0" if "." in quantity else quantity + ".0"
    assert rate(read(price), quantity) == rate(read(price), longer)


def survives_json(price: Plain) -> None:
    line = Line.read({"price": price})
    again = Line.read(json.loads(line.model_dump_json()))
    assert line == again
    assert lower(line.price) == lower(again.price)


@law(100)
@given(tiered("graduated", "volume", digits=6) | OVERAGE_IN_CENTS)
def test_a_price_survives_json(price: Plain) -> None:
    """Document to JSON to document gives an equal document and the same rate table."""
    survives_json(price)


@pytest.mark.parametrize("amount", ["0.0000001", "0.0000000", "-0.000000000001"])
def test_a_very_fine_price_survives_json(amount: str) -> None:
    """A price with more than six digits after the point survives JSON as well."""
    survives_json({"kind": "flat", "amount": amount})


@law(100)
@given(PRICES)
def test_a_table_is_as_coarse_as_exactness_allows(price: Plain) -> None:
    """No digit could be dropped from all prices, or from all bounds."""
    table = lower(read(price))
    money = [number for segment in table.segments for number in (segment.unit_price, segment.flat_amount)]
    bounds = [segment.lower for segment in table.segments]
    assert table.price_scale == 0 or any(number % 10 for number in money)
    assert table.quantity_scale == 0 or any(bound % 10 for bound in bounds)
    assert table.segments[0].lower == 0


@st.composite
def packaged(draw: st.DrawFn) -> RateTable:
    """A table with packages, which no document makes yet."""
    applies_to = draw(st.sampled_from(["each", "whole"]))
    cuts = draw(st.lists(st.integers(1, 200), max_size=3, unique=True).map(sorted))
    bounds: list[int] = [0, *cuts]
    segments = [
        Segment(
            lower=bound,
            **({"upper": bounds[index + 1]} if index + 1 < len(bounds) else {}),
            unit_price=draw(st.integers(-500, 500)),
            flat_amount=draw(st.integers(-500, 500)),
            package_size=draw(st.integers(0, 50)),
            applies_to=applies_to,
            includes_lower=index == 0 and draw(st.booleans()),
        )
        for index, bound in enumerate(bounds)
    ]
    return RateTable(kind="package", price_scale=2, quantity_scale=1, segments=tuple(segments))


@law(100)
@given(packaged(), st.integers(0, 3000), st.integers(0, 4))
def test_packages_are_counted_as_started(table: RateTable, units: int, finer: int) -> None:
    """A started package counts as one, inside each tier or on the whole, at any scale of the quantity."""
    expected = Fraction(0)
    quantity = Fraction(units, 100)
    for segment in table.segments:
        low, high, size = (Fraction(n, 10) for n in (segment.lower, segment.upper, segment.package_size))
        reached = low < quantity or (segment.includes_lower and quantity == low)
        inside = min(quantity, high) - low
        if segment.applies_to == "whole":
            reached, inside = reached and quantity <= high, quantity
        if reached:
            count = -(-inside // size) if size else inside
            expected += Fraction(count * segment.unit_price + segment.flat_amount) / 100
    assert expected == Fraction(*amount_of(table, units * 10**finer, 2 + finer))
    assert expected == Fraction(rate(table, plain(units, 2)).amount)
