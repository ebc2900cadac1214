"""What the steps of a period cost, counted unit by unit: a naive judge that imports nothing of billcore."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

Line = dict[tuple[str, int], Fraction]


def step(tiers: Sequence[dict[str, Any]], before: int, quantity: int, *, is_first: bool) -> Line:
    """Price each unit of a step in the tier that it falls in; a flat part comes with the first unit of its tier.

    That of the first tier comes with the first step, whether anything is used in it or not, and with no other.

    Returns: exact amounts by (kind, number of the tier); what costs nothing is left out.
    """
    found: Line = {}
    for unit in range(before + 1, before + quantity + 1):
        number = _tier_of(tiers, unit)
        _add(found, ("units", number), Fraction(tiers[number - 1]["unit_price"]))
        if number > 1 and _is_first_unit(tiers, number, unit):
            _add(found, ("flat", number), Fraction(tiers[number - 1]["flat_amount"]))
    if is_first and before == 0:
        _add(found, ("flat", 1), Fraction(tiers[0]["flat_amount"]))
    return {key: amount for key, amount in found.items() if amount}


def _tier_of(tiers: Sequence[dict[str, Any]], unit: int) -> int:
    for number, tier in enumerate(tiers, start=1):
        if tier["up_to"] is None or unit <= tier["up_to"]:
            return number
    raise AssertionError("the last tier is open")


def _is_first_unit(tiers: Sequence[dict[str, Any]], number: int, unit: int) -> bool:
    return bool(unit == tiers[number - 2]["up_to"] + 1)


def _add(found: Line, key: tuple[str, int], amount: Fraction) -> None:
    found[key] = found.get(key, Fraction(0)) + amount


def packages(size: int, price: Fraction, before: int, quantity: int) -> Fraction:
    """Price the packages that units of a step begin."""
    return sum((price for unit in range(before, before + quantity) if unit % size == 0), Fraction(0))


def net_units(given: int, before: int, quantity: int) -> tuple[int, int]:
    """Hand out given units one by one, in order of time: what is left before a step and of it."""
    left_before = left = 0
    for unit in range(before + quantity):
        if unit < given:
            continue
        if unit < before:
            left_before += 1
        else:
            left += 1
    return left_before, left


def minor(amount: Fraction, digits: int = 2) -> int:
    """Round half away from zero to minor units."""
    scaled = abs(amount) * 10**digits
    whole = int(scaled + Fraction(1, 2))
    return whole if amount >= 0 else -whole
