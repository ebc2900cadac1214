"""Prices of every model as plain data, with what was used of them: small numbers that fall on, before and behind bounds."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from hypothesis import strategies as st

from billcore.core.exact import plain

Plain = dict[str, Any]
READINGS = ("upper_inclusive", "lower_inclusive", "blocks", "integer_rows")
TIERED = ("graduated", "volume", "stairstep")
REGIONS = ("eu", "us", "", "ü")


# Kept: making a strategy anew for each draw takes longer than what is drawn.
@cache
def texts(low: int, high: int, scales: tuple[int, int] = (0, 2)) -> st.SearchStrategy[str]:
    """A decimal text between whole numbers."""
    parts = [
        st.integers(low * 10**scale, high * 10**scale).map(lambda number, scale=scale: plain(number, scale))
        for scale in range(scales[0], scales[1] + 1)
    ]
    return st.one_of(*parts)


QUANTITIES = texts(0, 40, (0, 1))
SIZES = st.sampled_from(["1", "3", "10", "0.5", "2.5", "7"])


def fixed(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Plain]:
    return st.fixed_dictionaries({"kind": st.just(kind), **fields})


@st.composite
def limits(draw: st.DrawFn, low: int) -> Plain:
    """A least and a most, one of them, or none."""
    least, most = sorted(draw(st.lists(st.integers(max(low, 0), 300), min_size=2, max_size=2)))
    return draw(
        st.sampled_from(
            [{}, {}, {"minimum": str(least)}, {"maximum": str(most)}, {"minimum": str(least), "maximum": str(most)}]
        )
    )


@st.composite
def tiered(draw: st.DrawFn, *kinds: str, low: int = -40, with_parts: bool = True, reading: str = "") -> Plain:
    """A table of tiers in any reading or the one that is asked for, some with packages, a least and a most."""
    kind, least = draw(st.sampled_from(kinds)), 1 if reading else 0
    reading = reading or draw(st.sampled_from(READINGS if with_parts else READINGS[:1]))
    scale = 0 if reading == "integer_rows" else draw(st.integers(0, 1))
    # A table that begins behind its first bound has nothing in a first tier that ends at zero.
    first = 1 if reading == "lower_inclusive" else 0
    units = draw(st.lists(st.integers(first, 20 * 10**scale), min_size=least, max_size=3, unique=True).map(sorted))
    prices = texts(low, 40, (0, 3))
    tiers = []
    for bound in [*(plain(unit, scale) for unit in units), None]:
        tier: Plain = {} if bound is None else {"up_to": bound}
        tier["flat_amount"] = draw(prices)
        if kind != "stairstep":
            tier["unit_price"] = draw(prices)
            if with_parts and draw(st.booleans()):
                tier["package_size"] = draw(SIZES)
        tiers.append({**tier, **(draw(limits(low)) if with_parts else {})})
    return {"kind": kind, "reading": reading, "tiers": tiers, "charge_flat_at_zero": draw(st.booleans())}


@st.composite
def packages(draw: st.DrawFn, low: int = -40) -> Plain:
    price = {"kind": "package", "package_size": draw(SIZES), "package_price": draw(texts(low, 40))}
    rounding = draw(st.sampled_from(["up", "down", "at_least_one"]))
    included = {} if rounding == "at_least_one" else {"included": draw(texts(0, 20, (0, 1)))}
    return {**price, "package_rounding": rounding, **included}


@st.composite
def percent_tables(draw: st.DrawFn) -> Plain:
    bounds = draw(st.lists(st.integers(0, 30), max_size=3, unique=True).map(sorted))
    rows = [{"percent": draw(texts(0, 30)), "flat_amount": draw(texts(0, 9))} for _ in range(len(bounds) + 1)]
    tiers = [{**row, "up_to": str(bound)} for row, bound in zip(rows, bounds, strict=False)]
    return {"kind": "graduated_percentage", "tiers": [*tiers, rows[-1]], "charge_flat_at_zero": draw(st.booleans())}


@cache
def tables(low: int = -40) -> st.SearchStrategy[Plain]:
    """Prices that one table says whole."""
    return (
        fixed("flat", amount=texts(low, 40))
        | fixed("per_unit", unit_price=texts(low, 40))
        | fixed("overage", included=texts(0, 30), unit_price=texts(low, 40))
        | fixed("dynamic", multiplier=texts(0, 3, (0, 4)))
        | packages(low)
        | percent_tables()
        | tiered(*TIERED, low=low)
    )


@cache
def counted(low: int = -40) -> st.SearchStrategy[Plain]:
    """Prices whose units may be counted over a term; with no negative price the total of none of them falls."""
    kinds = ("graduated", "volume") if low < 0 else ("graduated",)
    return (
        fixed("per_unit", unit_price=texts(low, 40))
        | fixed("overage", included=texts(0, 30), unit_price=texts(low, 40))
        | packages(low)
        | tiered(*kinds, low=low)
    )


@st.composite
def percentages(draw: st.DrawFn) -> Plain:
    """A percentage with what is due and free for each event."""
    price: Plain = {"kind": "percentage", "percent": draw(texts(0, 30)), **draw(limits(0))}
    if draw(st.booleans()):
        price["fixed_fee"] = draw(texts(0, 5))
    if draw(st.booleans()):
        price["free_events"] = draw(st.integers(0, 3))
    if draw(st.booleans()):
        price["free_amount"] = draw(texts(0, 60))
    return price


@st.composite
def matrices(draw: st.DrawFn, low: int = -40) -> Plain:
    keys = draw(
        st.lists(st.tuples(st.sampled_from(REGIONS), st.sampled_from("ab")), min_size=1, max_size=4, unique=True)
    )
    cells = [{"values": list(key), "price": draw(tables(low))} for key in keys]
    rest = draw(st.sampled_from([{"unmatched": "free"}, {"unmatched": "default", "default": draw(tables(low))}]))
    return {"kind": "matrix", "dimensions": ["region", "plan"], "cells": cells, **rest}


@st.composite
def capacities(draw: st.DrawFn, low: int = -40) -> Plain:
    amounts = draw(st.lists(texts(low, 40), min_size=1, max_size=4))
    tiers = []
    for amount in amounts[:-1]:
        meters = draw(st.lists(st.sampled_from("xyz"), max_size=3, unique=True))
        tiers.append({"amount": amount, "limits": [{"meter": meter, "up_to": draw(QUANTITIES)} for meter in meters]})
    return {"kind": "capacity", "tiers": [*tiers, {"amount": amounts[-1]}], "charge_at_zero": draw(st.booleans())}


VALUES = st.lists(QUANTITIES, max_size=5)
WINDOWS = st.lists(QUANTITIES, min_size=1, max_size=5)  # a period has one at least
NEAR = (-10, -5, -1, 0, 1, 5, 10)  # tenths of a unit around a bound


@cache
def keys(count: int) -> st.SearchStrategy[list[list[str]]]:
    one = st.tuples(*([st.sampled_from(REGIONS), st.sampled_from("abc")][:count]))
    return st.lists(one.map(list), max_size=4, unique_by=tuple)


def around_bounds(price: Plain) -> list[str]:
    """The quantities on, before and behind the bounds of a price."""
    bounds = [tier["up_to"] for tier in price.get("tiers", ()) if "up_to" in tier]
    marks = [*bounds, *(price[field] for field in ("included", "package_size") if field in price)]
    return [plain(max(int(Fraction(mark) * 10) + near, 0), 1) for mark in marks for near in NEAR]


@st.composite
def units(draw: st.DrawFn, price: Plain) -> Plain:
    """What a price of one quantity looks at: often a quantity on, before or behind one of its bounds."""
    if price["kind"] == "percentage":
        return {"values": draw(VALUES)}
    name = draw(st.sampled_from(["amount", "quantity"])) if price["kind"] == "dynamic" else "quantity"
    marked = around_bounds(price)
    return {name: draw(st.sampled_from(marked) if marked and draw(st.booleans()) else QUANTITIES)}


@st.composite
def grouped_units(draw: st.DrawFn, price: Plain, count: int) -> Plain:
    return {"groups": [{"key": key, **draw(units(price))} for key in draw(keys(count))]}


@st.composite
def changes(draw: st.DrawFn) -> Plain:
    moves = []
    for _ in range(draw(st.integers(0, 5))):
        move: Plain = {"delta": draw(texts(-12, 20, (0, 1)))}
        if draw(st.booleans()):
            move["share"] = f"{draw(st.integers(0, 30))}/30"
        else:
            move["weighted"] = f"{Decimal(move['delta']) * draw(st.integers(0, 10)) / 10:f}"
        moves.append(move)
    return {"changes": moves}


@st.composite
def metered(draw: st.DrawFn, low: int = -40) -> Plain:
    """A capacity price with some of the meters that it limits; one that no tier knows only beside all of them."""
    price = draw(capacities(low))
    named = [limit["meter"] for tier in price["tiers"][:-1] for limit in tier["limits"]]
    meters = draw(st.dictionaries(st.sampled_from(named or ["x"]), QUANTITIES, max_size=3))
    if set(named) <= set(meters) and draw(st.booleans()):
        meters["unlimited"] = draw(QUANTITIES)
    return {"price": price, "meters": meters}


@st.composite
def cases(draw: st.DrawFn, low: int = -40) -> Plain:
    """A price of any model with what was used: a rule case without an expectation."""
    model = draw(
        st.sampled_from(
            [
                "table",
                "table",
                "table",
                "percentage",
                "matrix",
                "grouped",
                "cumulative",
                "windowed",
                "capacity",
                "weighted",
            ]
        )
    )
    if model == "table":
        price = draw(tables(low))
        return {"price": price, **draw(units(price) | st.fixed_dictionaries({"values": VALUES}))}
    if model == "percentage":
        return {"price": draw(percentages()), "values": draw(VALUES)}
    if model == "matrix":
        price = draw(matrices(low))
        use = draw(grouped_units({"kind": "per_unit"}, 2))
        for group in use["groups"]:
            cell = next((one for one in price["cells"] if one["values"] == group["key"]), {})
            passes_on = cell.get("price", price.get("default", {})).get("kind") == "dynamic"
            if passes_on and draw(st.booleans()):
                group["amount"] = group.pop("quantity")  # money in place of units
        return {"price": price, **use}
    if model == "grouped":
        price = draw(tables(low) | percentages())
        by = draw(st.integers(1, 2))
        return {
            "price": {"kind": "grouped", "by": ["region", "plan"][:by], "price": price},
            **draw(grouped_units(price, by)),
        }
    if model == "cumulative":
        price = {"kind": "cumulative", "price": draw(counted(low))}
        return {"price": price, "quantity": draw(QUANTITIES), "before": draw(QUANTITIES)}
    if model == "windowed":
        return {"price": {"kind": "windowed", "price": draw(tables(low))}, "windows": draw(WINDOWS)}
    if model == "capacity":
        return draw(metered(low))
    table = draw(tiered("graduated", low=low, with_parts=False))
    return {"price": {**table, "kind": "graduated_time_weighted"}, **draw(changes())}


@st.composite
def discounts(draw: st.DrawFn, *kinds: str) -> list[Plain]:
    found: list[Plain] = []
    for kind in draw(st.lists(st.sampled_from(kinds or ("percent_off", "amount_off")), max_size=3)):
        number = {"percent": draw(texts(0, 100))} if kind == "percent_off" else {"amount": draw(texts(0, 120))}
        found.append({"kind": kind, **number})
    return found


@st.composite
def modifiers(draw: st.DrawFn, price: Plain) -> Plain:
    """Steps before and after a price, those that it has a use for."""
    inner = price["price"] if price["kind"] == "grouped" else price
    is_table = inner["kind"] not in (
        "percentage",
        "matrix",
        "cumulative",
        "windowed",
        "capacity",
        "graduated_time_weighted",
    )
    found: Plain = {
        "stacking": draw(st.sampled_from(["as_listed", "percent_first", "additive"])),
        "order": draw(st.sampled_from(["discounts_first", "limits_first"])),
        "negative": draw(st.sampled_from(["refuse", "carry", "credit"])),
        **draw(limits(0)),
    }
    if is_table and found["negative"] != "carry":
        found["grain"] = draw(st.sampled_from(["line", "segment"]))
    if is_table and inner["kind"] != "dynamic" and draw(st.booleans()):
        found["included"] = draw(texts(0, 12, (0, 1)))
        found["usage_discount"] = draw(texts(0, 5, (0, 1))) if inner["kind"] != "flat" else "0"
        convert = draw(st.sampled_from([{}, {"multiply_by": "1.5"}, {"divide_by": "4"}, {"divide_by": "3"}]))
        if convert:
            roundings = ["half_up", "half_even", "up", "down"] + ([] if convert == {"divide_by": "3"} else ["none"])
            found["convert"] = {
                **convert,
                "rounding": draw(st.sampled_from(roundings)),
                "digits": draw(st.integers(0, 1)),
            }
    return found


def below_zero(use: Plain) -> None:
    """Turn what was used around."""
    for name in ("quantity", "amount"):
        if name in use:
            use[name] = f"-{use[name]}"


@st.composite
def lines(draw: st.DrawFn) -> Plain:
    """A case with everything that a line may have."""
    case = draw(cases())
    if draw(st.integers(0, 2)) == 0 and case["price"]["kind"] != "cumulative":
        below_zero(case)
        inner = case["price"].get("price", {})
        if case.get("groups") and "dimensions" not in inner and "values" not in case["groups"][0]:
            below_zero(case["groups"][0])
    agreed = draw(modifiers(case["price"]))
    # Of several lines or groups nothing says which takes what was carried.
    is_one = agreed.get("grain") != "segment" and len(case.get("groups", [])) < 2
    carried = draw(st.sampled_from(["0", "0", "-7.5"])) if is_one else "0"
    return {**case, "carried": carried, "modifiers": agreed, **draw(settings())}


@st.composite
def segmented_lines(draw: st.DrawFn) -> Plain:
    """A table's charge at grain ``segment``."""
    price = draw(tiered(*TIERED) | tiered(*TIERED, low=0))
    agreed = draw(modifiers(price))
    negative = "credit" if agreed["negative"] == "carry" else agreed["negative"]
    return {
        "price": price,
        **draw(units(price)),
        "modifiers": {**agreed, "negative": negative, "grain": "segment"},
        **draw(settings()),
    }


@st.composite
def flat_lines(draw: st.DrawFn) -> Plain:
    """One amount with much to be taken from it."""
    price = {"kind": "flat", "amount": draw(texts(50, 200))}
    agreed = {name: item for name, item in draw(modifiers(price)).items() if name != "grain"}
    taken = [*draw(discounts()), *draw(discounts("amount_off", "percent_off"))]
    return {"price": price, "quantity": "1", "modifiers": agreed, **draw(settings()), "discounts": taken}


@st.composite
def unit_lines(draw: st.DrawFn) -> Plain:
    """A quantity of either sign, with every step before a price per unit."""
    divisor = draw(st.sampled_from(["2", "3", "4", "7"]))
    convert = {"divide_by": divisor, "rounding": draw(st.sampled_from(["half_up", "half_even", "up", "down"]))}
    agreed: Plain = {
        "convert": {**convert, "digits": draw(st.integers(0, 2))},
        "negative": draw(st.sampled_from(["refuse", "carry", "credit"])),
    }
    for name in ("included", "usage_discount"):
        if draw(st.booleans()):
            agreed[name] = draw(texts(0, 3, (0, 1)))
    price = {"kind": "per_unit", "unit_price": draw(texts(1, 40, (0, 2)))}
    return {"price": price, "quantity": draw(texts(-40, 40, (0, 1))), "modifiers": agreed, **draw(settings())}


@st.composite
def settings(draw: st.DrawFn) -> Plain:
    """What a line has beside its price and its modifiers."""
    days = draw(st.integers(1, 31))
    return {
        "currency": draw(st.sampled_from(["USD", "JPY", "KWD"])),
        "rounding": draw(st.sampled_from(["half_up", "half_even", "up", "down"])),
        "share": draw(st.sampled_from(["1", f"{days}/31"])),
        "discounts": draw(discounts()),
    }
