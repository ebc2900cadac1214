"""What a charge of one period costs (the form of Lago, Meteroid and Flexprice)."""

from __future__ import annotations

from typing import Any

from billcore.core.ratio import plus, ratio_of
from billcore.money.amount import total
from billcore.pricing.documents import Grouped
from billcore.pricing.line_stage import Priced as LinePrice
from billcore.pricing.line_stage import price_line
from billcore.pricing.rated import Rated
from billcore.pricing.rating import rate
from billcore.usage.measured import Measured
from parity.amounts import currency_of, divided, rounded, written
from parity.given import Given
from parity.levels import items_by_day
from parity.measurements import measured_of, of_events
from parity.presets import Convention
from parity.prices import overage_of, price_of
from parity.single_events import charged_at_once

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def charge(given: Given, convention: Convention) -> dict[str, Any]:
    """Rate what a case was metered to have used."""
    currency = currency_of(given)
    pricing = given.inner("pricing")
    model = pricing.text("model")
    if given.text("timing", "arrears") == "advance_per_event":
        return charged_at_once(given, currency, convention)
    if model == "included_then_overage":
        return _with_overage(given, pricing, currency, convention)
    if model == "graduated_time_weighted" and "unique_items" in given:
        return items_by_day(given, currency, convention)
    priced = price_of(pricing, convention)
    measured = measured_of(given, pricing, currency)
    priced.check(measured.quantity)
    if isinstance(priced.price, Grouped):
        return _grouped(rate(priced.price, measured), currency, convention)
    found = _written(price_line(priced.price, measured, **_line(currency, convention)), measured)
    if model == "preset_amount" and given.has("events"):
        found |= _running(given, pricing, currency, convention)
    return found


def _line(currency: str, convention: Convention) -> dict[str, Any]:
    return {"currency": currency, "rounding": convention.use("rounding")}


def _written(line: LinePrice, measured: Measured) -> dict[str, Any]:
    return {
        "amount": line.net.text,
        "amount_unrounded": written(line.exact_net),
        "effective_unit_price": divided(line.exact_net, measured.quantity),
        "tiers": [
            {
                "units": part.units,
                "units_amount": written(plus((part.numerator, part.denominator), _negative(part.flat))),
                "flat_fee": part.flat,
            }
            for part in line.rated.parts
        ],
    }


def _negative(text: str) -> tuple[int, int]:
    top, bottom = ratio_of(text)
    return -top, bottom


def _running(given: Given, pricing: Given, currency: str, convention: Convention) -> dict[str, str]:
    """What the charge comes to after each event of the period."""
    price = price_of(pricing, convention).price
    events = given.each("events")
    found = {}
    for number, name in enumerate(_ORDINALS[: len(events)], start=1):
        rated = rate(price, of_events(events[:number], currency))
        found[f"amount_after_{name}_event"] = rounded((rated.numerator, rated.denominator), currency, convention).text
    return found


def _grouped(rated: Rated, currency: str, convention: Convention) -> dict[str, Any]:
    """Each group is a line of its own, rounded alone."""
    convention.name("rounded", "by group")
    groups = {
        ", ".join(key): rounded((group.numerator, group.denominator), currency, convention)
        for key, group in rated.groups
    }
    return {
        "groups": {name: amount.text for name, amount in groups.items()},
        "amount": total(list(groups.values()), currency).text,
        "amount_unrounded": written((rated.numerator, rated.denominator)),
    }


def _with_overage(given: Given, pricing: Given, currency: str, convention: Convention) -> dict[str, Any]:
    base, overage = overage_of(pricing)
    line = _line(currency, convention)
    amounts = [price_line(base, 1, **line).net, price_line(overage, given.text("quantity"), **line).net]
    sums = total(amounts, currency).text
    return {"base": amounts[0].text, "overage": amounts[1].text, "amount": sums, "total": sums}
