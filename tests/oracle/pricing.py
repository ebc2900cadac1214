"""What a price gives, worked out in the most naive way: one smallest unit step after the other, in fractions.

It reads the plain data of a price document and imports nothing from billcore, so it can see a mistake that the kernel,
the lowering and the lines of rating share.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

Plain = dict[str, Any]


def amount(price: Plain, quantity: str) -> Fraction:
    """Give the exact amount of a quantity, 0 or more."""
    if price["kind"] == "flat":
        return Fraction(price["amount"])
    if price["kind"] == "per_unit":
        return sum((size * Fraction(price["unit_price"]) for size, _ in steps([quantity], quantity)), Fraction(0))
    if price["kind"] == "overage":
        included = Fraction(price["included"])
        beyond = [size for size, end in steps([quantity, price["included"]], quantity) if end > included]
        return sum((size * Fraction(price["unit_price"]) for size in beyond), Fraction(0))
    if price["kind"] == "volume":
        return volume(price, quantity)
    return graduated(price, quantity)


def graduated(price: Plain, quantity: str) -> Fraction:
    """Walk up to the quantity: each step at the price of the tier its end lies in; each tier entered adds its flat."""
    total = Fraction(0)
    for size, end in steps([quantity, *bounds(price)], quantity):
        total += size * Fraction(price["tiers"][tier_at(price, end)].get("unit_price", "0"))
    start = Fraction(0)
    for index, tier in enumerate(price["tiers"]):
        at_zero = index == 0 and Fraction(quantity) == 0 and price.get("charge_flat_at_zero", True)
        if Fraction(quantity) > start or at_zero:
            total += Fraction(tier.get("flat_amount", "0"))
        start = Fraction(tier.get("up_to") or 0)
    return total


def volume(price: Plain, quantity: str) -> Fraction:
    """Find the tier that the last step ends in; every step costs what that tier says, its flat is added once."""
    if Fraction(quantity) == 0 and not price.get("charge_flat_at_zero", True):
        return Fraction(0)
    tier = price["tiers"][tier_at(price, Fraction(quantity))]
    unit_price = Fraction(tier.get("unit_price", "0"))
    each = (size * unit_price for size, _ in steps([quantity], quantity))
    return sum(each, Fraction(tier.get("flat_amount", "0")))


def slice_of_graduated(price: Plain, start: str, end: str) -> Fraction:
    """Price only the units after one quantity up to another, where the tiers were entered on the way; no flat parts."""
    total = Fraction(0)
    for size, here in steps([start, end, *bounds(price)], end):
        if here > Fraction(start):
            total += size * Fraction(price["tiers"][tier_at(price, here)].get("unit_price", "0"))
    return total


def tier_at(price: Plain, place: Fraction) -> int:
    """Find the first tier whose bound the place does not exceed; the last has none."""
    for index, tier in enumerate(price["tiers"]):
        if tier.get("up_to") is None or place <= Fraction(tier["up_to"]):
            return index
    raise AssertionError("the table is not open at its end")


def bounds(price: Plain) -> list[str]:
    """List the written bounds."""
    return [tier["up_to"] for tier in price["tiers"] if tier.get("up_to") is not None]


def steps(numbers: list[str], quantity: str) -> list[tuple[Fraction, Fraction]]:
    """Cut the way from zero to the quantity into steps so small that every number given is a whole count of them.

    Returns: (size, end) of each step.
    """
    size = Fraction(1, 10 ** finest(numbers))
    return [(size, size * count) for count in range(1, int(Fraction(quantity) / size) + 1)]


def finest(numbers: list[str]) -> int:
    """Count the most digits after the point, trailing zeros left out."""
    return max(len(number.partition(".")[2].rstrip("0")) for number in numbers)
