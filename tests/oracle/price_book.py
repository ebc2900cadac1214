"""Which entry of a price book wins, worked out in the most naive way from the plain data of its entries.

It imports nothing from billcore. Days are ISO texts, whose order is that of the days.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

Plain = dict[str, Any]
DEFAULTS = {"list": 0, "customer": 10, "contract": 20}


def priority(entry: Plain) -> int:
    """Give the written priority, else that of the scope."""
    if entry.get("priority") is not None:
        return int(entry["priority"])
    if entry.get("contract"):
        return DEFAULTS["contract"]
    return DEFAULTS["customer"] if entry.get("customer") else DEFAULTS["list"]


def applies(entry: Plain, ask: Plain, day: date) -> bool:
    """Say whether an entry applies to a question on a day."""
    if entry["sku"] != ask["sku"]:
        return False
    for name in ("customer", "contract"):
        if entry.get(name) and entry[name] != ask.get(name):
            return False
    if ask.get("version") and entry.get("version") != ask["version"]:
        return False
    return entry["effective_from"] <= day.isoformat() < (entry.get("effective_to") or "9999-99-99")


def winners(entries: list[Plain], ask: Plain, day: date) -> list[str]:
    """Give the ids of all entries that apply and have the highest priority among those that do."""
    applying = [entry for entry in entries if applies(entry, ask, day)]
    highest = max((priority(entry) for entry in applying), default=0)
    return [entry["id"] for entry in applying if priority(entry) == highest]


def day_by_day(entries: list[Plain], ask: Plain, start: date, end: date) -> list[str | None]:
    """Ask on every day from start to end, the end excluded; None where no entry applies."""
    days = (start + timedelta(days=number) for number in range((end - start).days))
    return [next(iter(winners(entries, ask, day)), None) for day in days]


def can_meet(one: Plain, other: Plain) -> bool:
    """Say whether some customer and contract on some day would find both entries with one priority."""
    if one["sku"] != other["sku"] or priority(one) != priority(other):
        return False
    for name in ("customer", "contract"):
        if one.get(name) and other.get(name) and one[name] != other[name]:
            return False
    starts_before = one["effective_from"] < (other.get("effective_to") or "9999-99-99")
    return starts_before and other["effective_from"] < (one.get("effective_to") or "9999-99-99")


def applies_to_all(entry: Plain) -> bool:
    """Say whether an entry is a list price."""
    return not entry.get("customer") and not entry.get("contract")
