"""What a price gives, worked out in the most naive way: one smallest unit step after the other, then in fractions.

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
        return stretch({"tiers": [{"unit_price": price["unit_price"]}]}, "0", quantity)
    if price["kind"] == "overage":
        beyond = {"unit_price": price["unit_price"]}
        return stretch({"tiers": [{"up_to": price["included"]}, beyond]}, "0", quantity)
    if price["kind"] == "volume":
        return volume(price, quantity)
    return stretch(price, "0", quantity) + flats_entered(price, quantity)


def stretch(price: Plain, start: str, end: str) -> Fraction:
    """Walk from one quantity to another: each step is thrown into the bin of the tier in which the step ends."""
    size = Fraction(1, 10 ** finest([start, end, *bounds(price)]))
    marks = [None if tier.get("up_to") is None else int(Fraction(tier["up_to"]) / size) for tier in price["tiers"]]
    bins = [0] * len(marks)
    for step in range(int(Fraction(start) / size) + 1, int(Fraction(end) / size) + 1):
        bins[tier_of(step, marks)] += 1
    prices = [Fraction(tier.get("unit_price", "0")) for tier in price["tiers"]]
    return sum((count * size * each for count, each in zip(bins, prices, strict=True)), Fraction(0))


def tier_of(place: int | Fraction, marks: list[Any]) -> int:
    """Find the first tier whose bound the place does not exceed; the last has none."""
    for index, mark in enumerate(marks):
        if mark is None or place <= mark:
            return index
    raise AssertionError("the table is not open at its end")


def flats_entered(price: Plain, quantity: str) -> Fraction:
    """Add the flat part of each tier that the quantity goes into; zero usage is in the first where the price says so."""
    total, start = Fraction(0), Fraction(0)
    for index, tier in enumerate(price["tiers"]):
        at_zero = index == 0 and Fraction(quantity) == 0 and price.get("charge_flat_at_zero", True)
        if Fraction(quantity) > start or at_zero:
            total += Fraction(tier.get("flat_amount", "0"))
        start = Fraction(tier.get("up_to") or 0)
    return total


def volume(price: Plain, quantity: str) -> Fraction:
    """Find the tier that the quantity ends in; every step costs what that tier says, its flat part is added once."""
    if Fraction(quantity) == 0 and not price.get("charge_flat_at_zero", True):
        return Fraction(0)
    marks = [None if tier.get("up_to") is None else Fraction(tier["up_to"]) for tier in price["tiers"]]
    tier = price["tiers"][tier_of(Fraction(quantity), marks)]
    alone = {"tiers": [{"unit_price": tier.get("unit_price", "0")}]}
    return stretch(alone, "0", quantity) + Fraction(tier.get("flat_amount", "0"))


def bounds(price: Plain) -> list[str]:
    """List the written bounds."""
    return [tier["up_to"] for tier in price["tiers"] if tier.get("up_to") is not None]


def finest(numbers: list[str]) -> int:
    """Count the most digits after the point, trailing zeros left out."""
    return max(len(number.partition(".")[2].rstrip("0")) for number in numbers)
