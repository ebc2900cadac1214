"""Whether the library refuses what an engine refuses, and by which of its codes (kind ``error``)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from billcore.core.errors import BillcoreError
from billcore.core.ratio import ratio_of
from billcore.periods.period import Period
from billcore.pricing.discounts import PercentOff
from billcore.pricing.documents import Flat, PerUnit
from billcore.pricing.line_stage import price_line
from billcore.pricing.modifiers import Modifiers
from parity.cycles import rows_due
from parity.given import Given, NotKnown
from parity.ledgers import bill_twice
from parity.periods import frequency_of
from parity.presets import Convention

# What the cases call a refusal, by the library's code; a code without a word is told as it is.
_WORDS = {
    "period-ends-before-start": "invalid_date_sequence",
    "modifier-does-not-fit": "usage_discount_on_flat_price",
    "overlapping-billed-periods": "overlapping_billed_periods",
}


def refusal(given: Given, convention: Convention) -> dict[str, Any]:
    """Do what the case describes, and tell the refusal; ``none`` where nothing is refused."""
    asked = next((handler for name, handler in _SHAPES.items() if name in given), None)
    if asked is None:
        raise NotKnown(f"error with none of {', '.join(_SHAPES)}")
    try:
        asked(given, convention)
    except BillcoreError as error:
        return {"error": _WORDS.get(error.code, error.code)}
    return {"error": "none"}


def _dates(given: Given, convention: Convention) -> None:
    """Bill a service through a day; a run whose days end before the service begins is no period."""
    # Read before anything is refused, so that no field counts as unknown behind a refusal.
    for name in ("anchor_day", "billing_mode", "service_end", "unit_price", "in_arrears_bills_open_period"):
        given.raw(name)
    frequency_of(given.inner("billing_period"))
    Period(start=given.day("service_start"), end=given.day("bill_through") + timedelta(days=1))
    rows_due(given, convention)


def _price(given: Given, convention: Convention) -> None:
    """Price one unit with a usage discount and a percentage off."""
    make: Callable[[], Any] = given.choice(
        "price_model", {"flat": lambda: Flat(amount="100"), "unit": _per_unit, "per_unit": _per_unit}
    )
    discount = given.text("usage_discount", "0")
    ratio_of(discount)
    off = [PercentOff(percent=given.text("percentage_discount"))] if given.has("percentage_discount") else []
    price_line(make(), "1", currency="USD", modifiers=Modifiers(usage_discount=discount), discounts=off)


def _per_unit() -> PerUnit:
    return PerUnit(unit_price="100")


def _situation(given: Given, convention: Convention) -> None:
    """Bill behind a ledger that is told in words: two items over the days that are named."""
    words = given.text("situation")
    found = re.findall(r"\[(\d{4}-\d{2}-\d{2}), ?(\d{4}-\d{2}-\d{2})\)", words)
    if len(found) != 1 or not ("billed twice" in words or "two recurring items" in words):
        raise NotKnown("a situation in words that names no days which stand billed twice")
    start, end = (date.fromisoformat(text) for text in found[0])
    bill_twice(Period(start=start, end=end), convention, credited="credit" in words)


_SHAPES: dict[str, Callable[[Given, Convention], None]] = {
    "situation": _situation,
    "billing_period": _dates,
    "price_model": _price,
}
