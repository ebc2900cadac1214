"""What a line comes to month after month, discounts with their periods, ends and rests in plain fractions.

Imports nothing from billcore.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from oracle.rounding import rounded

ZERO = Fraction(0)


class Line:
    """A line at 1.00 a unit: its discounts, its limits and what it says of a month below zero."""

    def __init__(self, discounts: list[Any], modifiers: Any) -> None:
        self.discounts, self.modifiers = discounts, modifiers
        self.unused = [ZERO for _ in discounts]
        self.charged, self.below = 0, ZERO

    def cents(self, month: int, units: Fraction) -> int:
        """The net of a month; months are numbered from 1 and come in their order."""
        money = units + self.below
        active = [self._is_active(discount, month) for discount in self.discounts]
        self.below = ZERO
        if money < 0:
            self._keep(active)
            if self.modifiers["negative"] == "carry":
                self.below = money
                return 0
            return rounded(100 * self._given_back(money, units, active), "half_up")
        if self.modifiers["order"] == "limits_first":
            money = self._limited(money)
        money = self._discounted(money, active)
        if self.modifiers["order"] == "discounts_first":
            money = self._limited(money)
        return rounded(100 * money, "half_up")

    def _is_active(self, discount: Any, month: int) -> bool:
        if "until" in discount:
            return month < discount["until"]
        return "periods" not in discount or self.charged < discount["periods"]

    def _keep(self, active: list[bool]) -> None:
        """A month without a charge: an amount that is carried and that no number of periods ends is kept whole."""
        for place, discount in enumerate(self.discounts):
            if discount.get("unused") == "carry" and "periods" not in discount and active[place]:
                self.unused[place] += Fraction(discount["amount"])

    def _given_back(self, money: Fraction, units: Fraction, active: list[bool]) -> Fraction:
        for place, discount in enumerate(self.discounts):
            if "percent" in discount and active[place] and units < 0:
                money *= 1 - Fraction(discount["percent"]) / 100
        return money

    def _limited(self, money: Fraction) -> Fraction:
        return max(min(money, Fraction(self.modifiers["maximum"])), Fraction(self.modifiers["minimum"]))

    def _discounted(self, money: Fraction, active: list[bool]) -> Fraction:
        if money == 0:
            self._keep(active)
            return ZERO
        self.charged += 1
        for place, discount in enumerate(self.discounts):
            if "percent" in discount:
                money -= money * Fraction(discount["percent"]) / 100 if active[place] else ZERO
                continue
            # Past its last day what was kept is gone too; past its last period it still stands.
            kept = ZERO if "until" in discount and not active[place] else self.unused[place]
            wanted = kept + (Fraction(discount["amount"]) if active[place] else ZERO)
            taken = min(money, wanted)
            money -= taken
            self.unused[place] = wanted - taken if discount["unused"] == "carry" else ZERO
        return money
