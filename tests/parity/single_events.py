"""What each event costs where it is charged at once, by the difference that it makes."""

from __future__ import annotations

from typing import Any

from billcore.core.ratio import ZERO, decimal_text, minus, ratio_of
from billcore.pricing.progressive import amounts_by_event
from billcore.usage.measured import Measured
from parity.amounts import added, rounded
from parity.given import Given, NotKnown
from parity.levels import peaks_of_items, peaks_of_values
from parity.measurements import has_objects, of_events
from parity.presets import Convention
from parity.prices import price_of


def charged_at_once(given: Given, currency: str, convention: Convention) -> dict[str, Any]:
    """Charge each event of a case."""
    pricing = given.inner("pricing")
    model = pricing.text("model")
    priced = price_of(pricing, convention)
    told, states = _states(given, model, currency, convention)
    for state in states:
        priced.check(state.quantity)
    convention.name("step", "amounts_by_event")
    amounts = [rounded(exact, currency, convention).text for exact in amounts_by_event(priced.price, states)]
    return {"events": [{**event, "amount": amount} for event, amount in zip(told, amounts, strict=True)]}


def _states(
    given: Given, model: str, currency: str, convention: Convention
) -> tuple[list[dict[str, str]], list[Measured]]:
    """Give each event as the case tells it, and what was measured of the period after it."""
    if model == "preset_amount":
        return _of_money(given, currency)
    if "aggregation" in given:
        return _of_items(given, convention)
    if has_objects(given):
        values = [event.text("quantity") for event in given.each("events")]
    else:
        values = given.texts("events" if "events" in given else "transactions")
    if model == "percentage":
        states = [Measured(quantity=added(values[: n + 1]), values=tuple(values[: n + 1])) for n in range(len(values))]
        return [{"quantity": value, "units": value} for value in values], states
    convention.name("aggregation", "high_water")
    return _told_with_units(values, peaks_of_values(values))


def _told_with_units(values: list[str], peaks: list[str]) -> tuple[list[dict[str, str]], list[Measured]]:
    told, before = [], ZERO
    for value, peak in zip(values, peaks, strict=True):
        units = decimal_text(minus(ratio_of(peak), before))
        told.append({"delta": value, "quantity": value, "units": value, "billed_units": units})
        before = ratio_of(peak)
    return told, [Measured(quantity=peak) for peak in peaks]


def _of_items(given: Given, convention: Convention) -> tuple[list[dict[str, str]], list[Measured]]:
    aggregation = given.text("aggregation")
    if aggregation != "unique_count_high_water":
        raise NotKnown(f"aggregation {aggregation!r} of single events is unknown")
    convention.name("aggregation", "high_water of items")
    events = given.each("events")
    told = [{"item": event.text("item"), "op": event.text("op", "add")} for event in events]
    peaks = peaks_of_items([(one["item"], one["op"]) for one in told])
    before = "0"
    for one, peak in zip(told, peaks, strict=True):
        one["billed_units"] = decimal_text(minus(ratio_of(peak), ratio_of(before)))
        before = peak
    return told, [Measured(quantity=peak) for peak in peaks]


def _of_money(given: Given, currency: str) -> tuple[list[dict[str, str]], list[Measured]]:
    events = given.each("events")
    told = [
        {
            "preset_amount_minor_units": event.text("preset_amount_minor_units"),
            "quantity": event.text("quantity", "0"),
        }
        for event in events
    ]
    return told, [of_events(events[: number + 1], currency) for number in range(len(events))]
