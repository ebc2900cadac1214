"""What a charge of one period costs (the form of Lago, Meteroid and Flexprice)."""

from __future__ import annotations

from typing import Any

from billcore.core.ratio import ZERO, decimal_text, plus, ratio_of
from billcore.money.amount import total
from billcore.pricing.documents import Grouped
from billcore.pricing.line_stage import Priced as LinePrice
from billcore.pricing.line_stage import price_line
from billcore.pricing.rated import Rated
from billcore.pricing.rating import rate
from billcore.usage.measured import Group, LevelChange, Measured
from parity.amounts import added, currency_of, divided, major_of_minor, rounded, written
from parity.given import Given, NotKnown
from parity.levels import items_by_day
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
    if given.has("events") and model in ("preset_amount", "caller_computed"):
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


def measured_of(given: Given, pricing: Given, currency: str) -> Measured:
    """Read what was used, in whichever way the case says it."""
    model = pricing.text("model")
    if model == "preset_amount":
        return _preset(given, pricing, currency)
    if model == "caller_computed":
        return Measured(quantity=given.text("quantity", "0"), amount=given.text("caller_amount"))
    if "changes" in given:
        return Measured(changes=tuple(_change(one) for one in given.each("changes")))
    if "transactions" in given:
        return _of_values(given.texts("transactions"))
    if "windows" in given:
        windows = given.texts("windows")
        return Measured(quantity=added(windows), windows=tuple(windows))
    if "events" in given:
        return _of_values(given.texts("events"))
    if "quantity" in given:
        return Measured(quantity=given.text("quantity"))
    raise NotKnown("usage of neither quantity, transactions, events, windows nor changes")


def _of_values(values: list[str]) -> Measured:
    return Measured(quantity=added(values), values=tuple(values))


def _change(given: Given) -> LevelChange:
    top, bottom = ratio_of(given.text("time_weighted"))
    return LevelChange(delta=given.text("delta"), numerator=top, denominator=bottom)


def _preset(given: Given, pricing: Given, currency: str) -> Measured:
    """Add up the money that came with the events; by group where the price is one for each."""
    if "events" not in given:
        exact = major_of_minor(given.text("preset_amount_minor_units"), currency)
        return Measured(quantity=given.text("quantity", "0"), amount=decimal_text(exact))
    events = given.each("events")
    names = pricing.texts("group_by") if "group_by" in pricing else []
    groups: dict[tuple[str, ...], list[Given]] = {}
    for event in events:
        groups.setdefault(tuple(event.text(name, "") for name in names), []).append(event)
    measured = _money_of(events, currency)
    if not names:
        return measured
    held = tuple(Group(key=key, measured=_money_of(groups[key], currency)) for key in sorted(groups))
    return Measured(quantity=measured.quantity, amount=measured.amount, groups=held)


def _money_of(events: list[Given], currency: str) -> Measured:
    exact = ZERO
    for event in events:
        exact = plus(exact, major_of_minor(event.text("preset_amount_minor_units"), currency))
    return Measured(quantity=added([event.text("quantity", "0") for event in events]), amount=decimal_text(exact))


def _running(given: Given, pricing: Given, currency: str, convention: Convention) -> dict[str, str]:
    """What the charge comes to after each event of the period."""
    price = price_of(pricing, convention).price
    events = given.each("events")
    found = {}
    for number, name in enumerate(_ORDINALS[: len(events)], start=1):
        rated = rate(price, _money_of(events[:number], currency))
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
