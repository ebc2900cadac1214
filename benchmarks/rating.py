"""What rating a quantity costs: a price of three tiers beside integer code for it, and beside counting units."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from benchmarks.timing import Goal, alternating, table
from billcore.money.rounding import round_ratio
from billcore.pricing.composition import method_of
from billcore.pricing.documents import Graduated, Tier
from billcore.pricing.rating import exact_amount, rate
from billcore.pricing.totals import amount_of
from billcore.usage.measured import Measured

QUANTITY = 61_234
PRICE = Graduated(tiers=[Tier(up_to=10_000), Tier(up_to=50_000, unit_price="0.004"), Tier(unit_price="0.0025")])
METHOD = method_of(PRICE)
MEASURED = Measured(quantity=str(QUANTITY))


def by_hand() -> int:
    """Integer code for this one price, in cents: money in ten-thousandths, rounded half away from zero."""
    quantity = QUANTITY
    total = 0
    if quantity > 50_000:
        total += (quantity - 50_000) * 25
        quantity = 50_000
    if quantity > 10_000:
        total += (quantity - 10_000) * 40
    return (2 * total + 100) // 200


def amount_alone() -> int:
    """What a run over many lines calls: the exact amount of an integer, then the rounding."""
    numerator, denominator = amount_of(METHOD, QUANTITY, 0)
    return round_ratio(numerator * 100, denominator)


def from_text() -> int:
    """The same from what was measured, which holds its numbers as text."""
    numerator, denominator = exact_amount(METHOD, MEASURED)
    return round_ratio(numerator * 100, denominator)


def with_workings() -> int:
    """The amount with its parts and every step spelled out."""
    rated = rate(METHOD, MEASURED)
    return round_ratio(rated.numerator * 100, rated.denominator)


def unit_by_unit() -> int:
    """Count one unit after the other, in Decimal."""
    total = Decimal(0)
    free, low, high = Decimal(0), Decimal("0.004"), Decimal("0.0025")
    for unit in range(1, QUANTITY + 1):
        total += free if unit <= 10_000 else low if unit <= 50_000 else high
    return int((total * 100).to_integral_value("ROUND_HALF_UP"))


SIDES: dict[str, Callable[[], int]] = {
    "integer code written for it": by_hand,
    "billcore, an integer": amount_alone,
    "billcore, as measured": from_text,
    "billcore, with its workings": with_workings,
    "Decimal, unit by unit": unit_by_unit,
}


def measure() -> tuple[list[str], list[Goal]]:
    """Check that all sides give the same cents, time them in turn, and report."""
    cents = {side() for side in SIDES.values()}
    if len(cents) != 1:
        raise SystemExit(f"the sides give other cents: {cents}")
    timed = alternating(SIDES, rounds=11)
    bare = timed["integer code written for it"]
    rows = [(name, f"{one.median / 1e3:.2f}", f"{one.over(bare):.1f}") for name, one in timed.items()]
    counted, spelled = timed["Decimal, unit by unit"], timed["billcore, with its workings"]
    goals = [
        Goal("times faster with its workings than Decimal unit by unit", counted.over(spelled), 15, at_least=True),
        Goal("times the integer code written for the price", timed["billcore, an integer"].over(bare), 3),
    ]
    head = f"Rating {QUANTITY:,} units of a graduated price of three tiers; the same cents on every side"
    return [head, "", *table(("side", "us", "x integer code"), rows), "", *map(str, goals)], goals
