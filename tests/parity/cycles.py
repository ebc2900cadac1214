"""Which anchored cycles of a service are due, and what part of a cycle each is (Kill Bill's form)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from billcore.periods.anchor import BillingAnchor, ContractStart, DayOfMonth
from billcore.periods.boundaries import TiledPeriod, boundary, period_of, tile
from billcore.periods.frequency import Frequency
from billcore.periods.period import Period
from billcore.periods.zones import local_date
from billcore.proration.shares import share
from parity.given import Given
from parity.periods import frequency_of, written_period
from parity.presets import Convention

MANY = 100_000


def cycles_billed(given: Given, convention: Convention) -> dict[str, Any]:
    """Add up the cycles of a service, and the parts of cycles, that are due."""
    sharing = convention.sharing()
    given.text("unit_price", "1")
    found = [
        (part.service, share(part.service, part.full, sharing).fraction)
        for row in rows_due(given, convention)
        for part in row.parts
    ]
    return {
        "total_cycles": str(sum((taken for _, taken in found), Fraction(0))),
        "periods": [{**written_period(service), "cycles": str(taken)} for service, taken in found],
    }


def stub_share(given: Given, convention: Convention) -> dict[str, Any]:
    """Give what part of a cycle a stub is, by the named count of days."""
    sharing = given.choice("day_count", _DAY_COUNTS)(convention)
    stub = Period(start=given.day("stub_start"), end=given.day("stub_end"))
    frequency = frequency_of(given.inner("billing_period"))
    if given.has("cycle_start"):
        full = Period(start=given.day("cycle_start"), end=given.day("cycle_end"))
    else:
        full = period_of(stub.start, frequency, stub.start)
    found = share(stub, full, sharing)
    return {"total_cycles": str(found.fraction)}


_DAY_COUNTS: dict[str, Callable[[Convention], Any]] = {
    "fixed_30": lambda convention: convention.sharing("killbill_fixed_30"),
    "actual_actual": lambda convention: convention.sharing(),
}


def rows_due(given: Given, convention: Convention) -> list[TiledPeriod]:
    """Give the rows of a service that a run bills: by their start in advance, by their end in arrears."""
    through = given.day("bill_through")
    in_advance = given.choice("billing_mode", {"in_advance": True, "in_arrears": False}, "in_advance")
    counts_open = given.raw("in_arrears_bills_open_period", False) is True
    rows = rows_of(given, convention, through)
    if in_advance or counts_open:
        return [row for row in rows if row.service.start <= through]
    return [row for row in rows if row.service.end <= through]


def rows_of(given: Given, convention: Convention, through: date) -> tuple[TiledPeriod, ...]:
    """Cut a service into cycles; one without an end is cut far enough that the cycle of the last day is whole."""
    frequency = frequency_of(given.inner("billing_period"))
    start = given.day("service_start")
    end = given.day("service_end") if given.has("service_end") else boundary(max(start, through), frequency, 2)
    return tile(
        Period(start=start, end=end),
        frequency,
        anchor=anchor_of(given, frequency),
        leading=convention.use("leading"),
        limit=MANY,
    )


def anchor_of(given: Given, frequency: Frequency) -> BillingAnchor:
    """Read the anchor's day; steps of days have none and count from the start."""
    if not given.has("anchor_day") or not frequency.months:
        return ContractStart()
    return DayOfMonth(day=given.whole("anchor_day"))


def cycles_listed(given: Given, convention: Convention) -> dict[str, Any]:
    """List the cycles that are due, or answer what a case asks of one function."""
    if given.has("question"):
        asked: Callable[[Given], dict[str, Any]] = given.choice("question", _QUESTIONS)
        return asked(given)
    return {"periods": [written_period(row.service) for row in rows_due(given, convention)]}


def _first_boundary(given: Given) -> dict[str, Any]:
    start, frequency = given.day("service_start"), frequency_of(given.inner("billing_period"))
    span = Period(start=start, end=start + timedelta(days=1))
    full = tile(span, frequency, anchor=anchor_of(given, frequency))[0].parts[0].full
    return {"boundary": (start if full.start == start else full.end).isoformat()}


def _step(given: Given, sign: int) -> dict[str, Any]:
    times = given.whole("times", 1)
    found = boundary(given.day("date"), frequency_of(given.inner("billing_period")), sign * times)
    return {"date": found.isoformat()}


def _anchor_day(given: Given) -> dict[str, Any]:
    return {"anchor_day": local_date(given.instant("instant"), given.text("time_zone", "UTC")).day}


_QUESTIONS: dict[str, Callable[[Given], dict[str, Any]]] = {
    "first_cycle_boundary_on_or_after_start": _first_boundary,
    "step_back": lambda given: _step(given, -1),
    "step_forward": lambda given: _step(given, 1),
    "anchor_day_from_instant": _anchor_day,
}
QUESTIONS = tuple(_QUESTIONS)
