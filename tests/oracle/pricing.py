"""What a price gives, worked out in the most naive way: one smallest unit step after the other, then in fractions.

It reads the plain data of a price document and imports nothing from billcore, so it can see a mistake that the kernel,
the lowering and the lines of rating share. `pricing_members` has the prices of several parts, `pricing_line` what
happens before and after a price.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

Plain = dict[str, Any]
ZERO = Fraction(0)
# What a tier adds: money of its units, and of its flat part.
Parts = list[tuple[Fraction, Fraction]]


def amount(price: Plain, quantity: str) -> Fraction:
    """Give the exact amount of a quantity, 0 or more."""
    return sum((units + flat for units, flat in parts(price, quantity)), ZERO)


def parts(price: Plain, quantity: str) -> Parts:
    """Give what each tier adds, in order; what is no tiered price has one or two of them."""
    kind = price["kind"]
    if kind == "flat":
        return [(ZERO, Fraction(price["amount"]))]
    if kind in ("per_unit", "dynamic"):
        rate = price["unit_price"] if kind == "per_unit" else price.get("multiplier", "1")
        return [(stretch({"tiers": [{"unit_price": rate}]}, "0", quantity), ZERO)]
    if kind == "overage":
        beyond = {"unit_price": price["unit_price"]}
        return [(stretch({"tiers": [{"up_to": price["included"]}, beyond]}, "0", quantity), ZERO)]
    if kind == "package":
        return [(packages(price, Fraction(quantity)), ZERO)]
    if kind == "graduated_percentage":
        tiers = [{**tier, "unit_price": hundredth(tier["percent"])} for tier in price["tiers"]]
        return graduated({**price, "tiers": tiers}, quantity)
    if price.get("reading") == "blocks":
        quantity = str(-(-Fraction(quantity) // 1))
    return graduated(price, quantity) if kind == "graduated" else volume(price, quantity)


def hundredth(percent: str) -> str:
    """Write a percentage as a price for one unit of money, by moving its point."""
    digits = len(percent.partition(".")[2])
    whole = percent.replace(".", "").rjust(digits + 3, "0")
    return f"{whole[: -digits - 2]}.{whole[-digits - 2 :]}"


def packages(price: Plain, quantity: Fraction) -> Fraction:
    """Fill packages one after the other with what goes beyond the included units."""
    rounding = price.get("package_rounding", "up")
    left, size = quantity - Fraction(price.get("included", "0")), Fraction(price["package_size"])
    count = filled(left, size, is_down=rounding == "down")
    if rounding == "at_least_one" and count == 0:
        count = 1
    return count * Fraction(price["package_price"])


def filled(units: Fraction, size: Fraction, *, is_down: bool = False) -> int:
    """Count the packages that units fill, by taking one after the other away."""
    count = 0
    while units >= size or (units > 0 and not is_down):
        count, units = count + 1, units - size
    return count


def graduated(price: Plain, quantity: str) -> Parts:
    """Give each tier that the quantity goes into what lies in it, at its own price."""
    total = Fraction(quantity)
    inside = in_tiers(price, "0", quantity)
    return [
        tier_money(tier, units)
        for index, (tier, units) in enumerate(zip(price["tiers"], inside, strict=True))
        if is_entered(price, index, total)
    ]


def volume(price: Plain, quantity: str) -> Parts:
    """Find the tier that holds the total, if one does; every unit costs what that tier says."""
    total = Fraction(quantity)
    for index, tier in enumerate(price["tiers"]):
        if is_entered(price, index, total) and not is_beyond(price, tier, total):
            # Walked by the same steps, all of them at this tier's price.
            units = sum(in_tiers({"tiers": [{}]}, "0", quantity), ZERO)
            return [tier_money(tier, units)]
    return []


def is_entered(price: Plain, index: int, total: Fraction) -> bool:
    """Tell whether a total has come into a tier, by the table's reading of its bounds."""
    if index == 0:
        return total > 0 or price.get("charge_flat_at_zero", True)
    lower, reading = Fraction(price["tiers"][index - 1]["up_to"]), price.get("reading", "upper_inclusive")
    if reading == "integer_rows":
        return total >= lower + 1
    return total >= lower if reading == "lower_inclusive" else total > lower


def is_beyond(price: Plain, tier: Plain, total: Fraction) -> bool:
    """Tell whether a total has gone past a tier."""
    if tier.get("up_to") is None:
        return False
    bound = Fraction(tier["up_to"])
    return total >= bound if price.get("reading") == "lower_inclusive" else total > bound


def tier_money(tier: Plain, units: Fraction) -> tuple[Fraction, Fraction]:
    """Give the money of a tier's units or packages and of its flat part; a limit that decides takes the place of both."""
    price, flat = Fraction(tier.get("unit_price", "0")), Fraction(tier.get("flat_amount", "0"))
    size = tier.get("package_size")
    money = price * (units if size is None else filled(units, Fraction(size)))
    limited = money + flat
    if tier.get("minimum") is not None and limited < Fraction(tier["minimum"]):
        limited = Fraction(tier["minimum"])
    if tier.get("maximum") is not None and limited > Fraction(tier["maximum"]):
        limited = Fraction(tier["maximum"])
    return (money, flat) if limited == money + flat else (limited, ZERO)


def stretch(price: Plain, start: str, end: str) -> Fraction:
    """Give what the units between two quantities cost, without flat parts."""
    inside = in_tiers(price, start, end)
    prices = [Fraction(tier.get("unit_price", "0")) for tier in price["tiers"]]
    return sum((units * each for units, each in zip(inside, prices, strict=True)), ZERO)


def in_tiers(price: Plain, start: str, end: str) -> list[Fraction]:
    """Walk from one quantity to another: each step is thrown into the bin of the tier in which the step ends."""
    size = Fraction(1, 10 ** finest([start, end, *bounds(price)]))
    marks = [None if tier.get("up_to") is None else int(Fraction(tier["up_to"]) / size) for tier in price["tiers"]]
    bins = [0] * len(marks)
    for step in range(int(Fraction(start) / size) + 1, int(Fraction(end) / size) + 1):
        bins[tier_of(step, marks)] += 1
    return [count * size for count in bins]


def tier_of(place: int | Fraction, marks: list[Any]) -> int:
    """Find the first tier whose bound the place does not exceed; the last has none."""
    for index, mark in enumerate(marks):
        if mark is None or place <= mark:
            return index
    raise AssertionError("the table is not open at its end")


def bounds(price: Plain) -> list[str]:
    """List the written bounds."""
    return [str(tier["up_to"]) for tier in price["tiers"] if tier.get("up_to") is not None]


def finest(numbers: list[str]) -> int:
    """Count the most digits after the point, trailing zeros left out."""
    return max(len(number.partition(".")[2].rstrip("0")) for number in numbers)
