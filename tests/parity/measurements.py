"""How what was used is read, in whichever way a case says it: a quantity, events, transactions, windows, changes."""

from __future__ import annotations

from collections.abc import Sequence

from billcore.core.ratio import ZERO, decimal_text, plus, ratio_of
from billcore.usage.measured import Group, LevelChange, Measured
from parity.amounts import added, major_of_minor
from parity.given import Given, NotKnown


def measured_of(given: Given, pricing: Given, currency: str) -> Measured:
    """Read what was used in a period."""
    if pricing.text("model") == "caller_computed":
        return Measured(quantity=given.text("quantity", "0"), amount=given.text("caller_amount"))
    if "changes" in given:
        return Measured(quantity="0", changes=tuple(_change(one) for one in given.each("changes")))
    if "windows" in given:
        windows = given.texts("windows")
        return Measured(quantity=added(windows), windows=tuple(windows))
    if "preset_amount_minor_units" in given:
        return of_events([given], currency)
    if "events" in given and has_objects(given):
        return _grouped(given.each("events"), pricing, currency)
    for name in ("transactions", "events"):
        if name in given:
            values = given.texts(name)
            return Measured(quantity=added(values), values=tuple(values))
    if "quantity" in given:
        return Measured(quantity=given.text("quantity"))
    raise NotKnown("usage of neither quantity, transactions, events, windows nor changes")


def has_objects(given: Given) -> bool:
    """Whether events are objects and not bare numbers."""
    events = given.raw("events")
    return isinstance(events, list) and any(isinstance(one, dict) for one in events)


def _change(given: Given) -> LevelChange:
    top, bottom = ratio_of(given.text("time_weighted"))
    return LevelChange(delta=given.text("delta"), numerator=top, denominator=bottom)


def _grouped(events: Sequence[Given], pricing: Given, currency: str) -> Measured:
    """Add events up; by group where the price is one for each."""
    names = pricing.texts("group_by") if "group_by" in pricing else []
    groups: dict[tuple[str, ...], list[Given]] = {}
    for event in events:
        groups.setdefault(tuple(event.text(name, "") for name in names), []).append(event)
    whole = of_events(events, currency)
    if not names:
        return whole
    held = tuple(Group(key=key, measured=of_events(groups[key], currency)) for key in sorted(groups))
    return Measured(quantity=whole.quantity, amount=whole.amount, groups=held)


def of_events(events: Sequence[Given], currency: str) -> Measured:
    """Add up the units of events, and the money that came with them."""
    quantities = [event.text("quantity", "0") for event in events]
    if not any("preset_amount_minor_units" in event for event in events):
        return Measured(quantity=added(quantities), values=tuple(quantities))
    exact = ZERO
    for event in events:
        exact = plus(exact, major_of_minor(event.text("preset_amount_minor_units"), currency))
    return Measured(quantity=added(quantities), amount=decimal_text(exact))
