"""Which windows of instants are billed, and where a step or a collection falls (OpenMeter's form)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from billcore.periods.frequency import Frequency
from billcore.periods.instant_grid import InstantPart, instant_boundary, period_at, tile_instants
from billcore.periods.instants import InstantPeriod
from parity.given import Given, NotKnown
from parity.periods import written_instant
from parity.presets import Convention

MANY = 100_000
_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII
)
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}


def windows_listed(given: Given, convention: Convention) -> dict[str, Any]:
    """List the windows of one item, of its versions, or of several items."""
    convention.sharing()
    if given.has("items"):
        return {"windows": {one.text("item"): _windows(given, one) for one in given.each("items")}}
    return {"windows": _windows(given, given)}


def _windows(given: Given, item: Given) -> list[dict[str, Any]]:
    """The service windows that are due, each with its full period and the billing window in which it starts."""
    start, through = given.instant("start"), given.instant("bill_through")
    zone_name, billing = given.text("time_zone", "UTC"), cadence_of(given, "billing_cadence")
    anchor = given.instant("anchor") if given.has("anchor") else start
    cadence = cadence_of(item, "cadence") if item.has("cadence") else None
    # Far enough that every window which is due is whole.
    steps = (instant_boundary(max(start, through), one, 2, zone_name=zone_name) for one in (billing, cadence) if one)
    open_end, end = max(steps), given.instant("phase_end") if given.has("phase_end") else None
    phase = InstantPeriod(start=start, end=end or open_end)
    bills = tile_instants(phase, billing, anchor=anchor, zone_name=zone_name, limit=MANY)
    # A one-time fee is due when its service starts, as there is no window to wait for.
    default = "in_arrears" if cadence else "in_advance"
    in_advance = given.choice("payment_term", {"in_advance": True, "in_arrears": False}, default)
    found = []
    for version, span in _spans(given, phase, zone_name):
        if cadence is None:
            services = [(span.start, span.end if end else span.start)] * 2
            rows = [(services[0], services[1])]
        else:
            parts = tile_instants(span, cadence, anchor=anchor, zone_name=zone_name, limit=MANY)
            rows = [_ends(part) for part in parts]
        for service, full in rows:
            if (service[0] if in_advance else service[1]) <= through:
                bill = next(one.service for one in bills if service[0] in one.service)
                window = {"service": service, "full_service": full, "billing": (bill.start, bill.end)}
                written = {name: [written_instant(one) for one in pair] for name, pair in window.items()}
                found.append({**({} if version is None else {"version": version}), **written})
    return found


def _ends(part: InstantPart) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime]]:
    return (part.service.start, part.service.end), (part.full.start, part.full.end)


def _spans(given: Given, phase: InstantPeriod, zone_name: str) -> list[tuple[int | None, InstantPeriod]]:
    """The time of each version of an item within the phase; one without versions has all of it."""
    if not given.has("item_versions"):
        return [(None, phase)]
    found: list[tuple[int | None, InstantPeriod]] = []
    for one in given.each("item_versions"):
        start, end = (
            _moment(one.text(name), phase.start, zone_name, one, name) if one.has(name) else default
            for name, default in (("starts", phase.start), ("ends", phase.end))
        )
        start, end = max(start, phase.start), min(end, phase.end)
        if start < end:
            found.append((one.whole("version"), InstantPeriod(start=start, end=end)))
    return found


def _moment(text: str, start: datetime, zone_name: str, given: Given, name: str) -> datetime:
    """Read a moment: an instant, or a duration from the start, its calendar part first."""
    if not text.startswith("P"):
        return given.instant_of(text, name)
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        raise NotKnown(f"{given.path}.{name} {text[:40]!r} is no duration")
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    moment = start
    for count, unit in ((12 * years + months, "month"), (7 * weeks + days, "day")):
        if count:
            moment = instant_boundary(moment, Frequency(unit=unit, count=count), 1, zone_name=zone_name)  # type: ignore[arg-type]
    return moment + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def cadence_of(given: Given, name: str) -> Frequency:
    """Read an ISO 8601 cadence of one unit of the calendar."""
    text = given.text(name)
    match = re.fullmatch(r"P([1-9][0-9]{0,3})([YMWD])", text, re.ASCII)
    if match is None:
        raise NotKnown(f"{given.path}.{name} {text[:40]!r} is no step of days, weeks, months or years")
    return Frequency(unit=_UNITS[match[2]], count=int(match[1]))  # type: ignore[arg-type]


def lines_scheduled(given: Given, convention: Convention) -> dict[str, Any]:
    """List the lines of usage prices whose versions follow each other: each window is cut where a version begins."""
    convention.sharing()
    given.text("currency", "USD")
    given.raw("prorate")
    through, zone_name = given.instant("bill_through"), given.text("time_zone", "UTC")
    steps = given.each("steps")
    moments = [one.instant("on") for one in steps]
    anchor = given.instant("anchor") if given.has("anchor") else moments[0]
    lines = []
    for place, (step, start) in enumerate(zip(steps, moments, strict=True)):
        if step.choice("op", {"subscribe": False, "phase_change": False, "cancel": True}):
            continue
        step.text("unit_amount")
        cadence = cadence_of(step, "billing_period")
        end = moments[place + 1] if place + 1 < len(steps) else None
        span_end = end or instant_boundary(max(start, through), cadence, 2, zone_name=zone_name)
        if not start < span_end:
            continue
        span = InstantPeriod(start=start, end=span_end)
        for part in tile_instants(span, cadence, anchor=anchor, zone_name=zone_name, limit=MANY):
            if part.service.end <= through:
                ends = [written_instant(one) for one in (part.service.start, part.service.end)]
                line = {"item": step.text("item"), "start": ends[0], "end": ends[1], "invoice_at": ends[1]}
                lines.append(line)
        step.text("item")
    return {"lines": lines}


def _period_at(given: Given) -> dict[str, Any]:
    zone_name, cadence = given.text("time_zone", "UTC"), cadence_of(given, "billing_cadence")
    found = period_at(given.instant("at"), cadence, given.instant("anchor"), zone_name=zone_name)
    return {"period": {"start": written_instant(found.start), "end": written_instant(found.end)}}


def _add_months(given: Given) -> dict[str, Any]:
    months, zone_name = given.whole("months"), given.text("time_zone", "UTC")
    return {"at": written_instant(instant_boundary(given.instant("at"), "month", months, zone_name=zone_name))}


def _next_collection(given: Given) -> dict[str, Any]:
    """Lines are collected at the first of their dates, or at the first anchored instant on or after it."""
    first = min(given.instant_of(text, "line_invoice_at") for text in given.texts("line_invoice_at"))
    if all([given.has("collection_anchor"), given.has("collection_cadence")]):
        found = period_at(first, cadence_of(given, "collection_cadence"), given.instant("collection_anchor"))
        first = first if found.start == first else found.end
    return {"at": written_instant(first)}


_QUESTIONS: dict[str, Callable[[Given], dict[str, Any]]] = {
    "period_at": _period_at,
    "add_months": _add_months,
    "next_collection": _next_collection,
}
QUESTIONS = tuple(_QUESTIONS)


def answered(given: Given, convention: Convention) -> dict[str, Any]:
    """Answer what a case asks of one function."""
    asked: Callable[[Given], dict[str, Any]] = given.choice("question", _QUESTIONS)
    return asked(given)
