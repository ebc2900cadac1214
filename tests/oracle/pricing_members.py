"""What a price of several parts gives, part by part: events, cells, groups, windows, meters, changes of a level.

It reads plain data: a price document and what was used, as a rule case writes it. It imports nothing from billcore.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from oracle import pricing
from oracle.pricing import ZERO, Parts, Plain


def amount(price: Plain, use: Plain) -> Fraction:
    """Give the exact amount of what was used."""
    return sum((units + flat for units, flat in parts(price, use)), ZERO)


def parts(price: Plain, use: Plain) -> Parts:
    """Give what each part adds: of a table its tiers, of a price of several parts those of each."""
    kind = price["kind"]
    if kind == "percentage":
        return [(percentage(price, use), ZERO)]
    if kind == "matrix":
        return matrix(price, use)
    if kind == "grouped":
        return [part for group in use.get("groups", []) for part in parts(price["price"], group)]
    if kind == "windowed":
        return [part for window in use.get("windows", []) for part in pricing.parts(price["price"], str(window))]
    if kind == "cumulative":
        before = str(use.get("before", "0"))
        after = plain(Fraction(before) + Fraction(str(use["quantity"])))
        return [(pricing.amount(price["price"], after) - pricing.amount(price["price"], before), ZERO)]
    if kind == "capacity":
        return [(capacity(price, use.get("meters", {})), ZERO)]
    if kind == "graduated_time_weighted":
        return [(time_weighted(price, use["changes"]), ZERO)]
    return pricing.parts(price, quantity_of(price, use))


def quantity_of(price: Plain, use: Plain) -> str:
    """What a table counts: money where it passes money on, else units, added up where they came in parts."""
    if price["kind"] == "dynamic" and "amount" in use:
        return str(use["amount"])
    if "quantity" in use:
        return str(use["quantity"])
    return plain(sum((Fraction(str(value)) for value in use.get("values", [])), ZERO))


def plain(number: Fraction) -> str:
    """Write a number that ends as decimal text."""
    for digits in range(40):
        if number * 10**digits % 1 == 0:
            text = str(abs(int(number * 10**digits))).rjust(digits + 1, "0")
            whole = f"{text[:-digits]}.{text[-digits:]}" if digits else text
            return f"-{whole}" if number < 0 else whole
    raise AssertionError(f"{number} has no end")


def percentage(price: Plain, use: Plain) -> Fraction:
    """Take one event after the other, with a purse of free events and one of free money."""
    values = [Fraction(str(value)) for value in use.get("values", [])]
    if not values and Fraction(str(use.get("quantity", "0"))):
        values = [Fraction(str(use["quantity"]))]
    events_left, money_left = price.get("free_events"), price.get("free_amount")
    total, purse = ZERO, None if money_left is None else Fraction(money_left)
    for number, value in enumerate(values, start=1):
        within = events_left is None or number <= int(events_left)
        free = ZERO
        if within and (events_left is not None or purse is not None):
            free = value if purse is None else min(value, purse)
        if purse is not None:
            purse -= free
        is_free = within and (events_left is not None or purse is not None) and free == value
        if not is_free:
            total += event(price, value - free)
    return total


def event(price: Plain, money: Fraction) -> Fraction:
    """Give what one event costs that is not free."""
    due = money * Fraction(price["percent"]) / 100 + Fraction(price.get("fixed_fee", "0"))
    if price.get("minimum") is not None and due < Fraction(price["minimum"]):
        due = Fraction(price["minimum"])
    if price.get("maximum") is not None and due > Fraction(price["maximum"]):
        due = Fraction(price["maximum"])
    return due


def matrix(price: Plain, use: Plain) -> Parts:
    """Look each group up among the cells; what has none is free or at the default."""
    found: Parts = []
    for group in use.get("groups", []):
        matching = [cell["price"] for cell in price["cells"] if list(cell["values"]) == list(group["key"])]
        if matching:
            found.extend(parts(matching[0], group))
        elif price["unmatched"] == "default":
            found.extend(parts(price["default"], group))
        else:
            assert price["unmatched"] == "free", "the case expects a refusal"
    return found


def capacity(price: Plain, meters: dict[str, Any]) -> Fraction:
    """Try the tiers from small to large; the first that holds every meter is due."""
    used = {meter: Fraction(str(quantity)) for meter, quantity in meters.items()}
    if not any(used.values()) and not price.get("charge_at_zero", True):
        return ZERO
    for tier in price["tiers"]:
        if all(used.get(limit["meter"], ZERO) <= Fraction(limit["up_to"]) for limit in tier.get("limits", [])):
            return Fraction(tier["amount"])
    raise AssertionError("the last tier has no limit")


def time_weighted(price: Plain, changes: list[Plain]) -> Fraction:
    """Walk each change of the level in small steps; each step has its part of the change's weight, at its tier's price."""
    tiers = price["tiers"]
    digits = pricing.finest([*pricing.bounds(price), *(str(change["delta"]) for change in changes), "0"])
    size = Fraction(1, 10**digits)
    total, level, highest = ZERO, ZERO, ZERO
    marks = [None if tier.get("up_to") is None else Fraction(tier["up_to"]) for tier in tiers]
    for change in changes:
        delta = Fraction(str(change["delta"]))
        weight = Fraction(change["weighted"]) if "weighted" in change else delta * Fraction(change["share"])
        count = int(abs(delta) / size)
        for _ in range(count):
            end = level + (size if delta > 0 else -size)
            tier = tiers[pricing.tier_of(max(level, end), marks)]
            total += Fraction(tier.get("unit_price", "0")) * weight / count
            level = end
        highest = max(highest, level)
    for index, tier in enumerate(tiers):
        start = ZERO if index == 0 else Fraction(tiers[index - 1]["up_to"])
        is_first_at_zero = index == 0 and highest == 0 and price.get("charge_flat_at_zero", True)
        if highest > start or is_first_at_zero:
            total += Fraction(tier.get("flat_amount", "0"))
    return max(total, ZERO)
