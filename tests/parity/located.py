"""Which billing period a day, an invoice date or an instant lies in, and how periods go on from a start."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from typing import Any

from billcore.core.errors import LimitExceeded
from billcore.periods.anchor import BillingAnchor, DayOfMonth, OnDate, calendar
from billcore.periods.boundaries import PeriodPart, boundary, tile
from billcore.periods.frequency import Frequency
from billcore.periods.period import Period
from billcore.periods.zones import local_date
from billcore.proration.convention import ProrationConvention
from billcore.proration.named_days import end_of_service
from parity.comparison import Excerpt
from parity.given import Given, NotKnown
from parity.periods import frequency_of, written_period
from parity.presets import Convention

# Periods that are listed where nothing says how many are asserted.
LISTED = 240


def period(given: Given, convention: Convention) -> dict[str, Any]:
    """Tell the periods of a start; which one is billed, holds a day, or comes next."""
    billing = given.inner("billing")
    start, frequency = _start(given), frequency_of(billing, "interval")
    timing = billing.choice("timing", {"arrears": "arrears", "advance": "advance"}, "arrears")
    anchor = _anchor(billing, start, frequency)
    asked = max((given.day(name) for name in ("date", "invoice_date") if given.has(name)), default=start)
    parts = _parts(start, frequency, anchor, max(asked, start))
    found: dict[str, Any] = {
        "periods": Excerpt(written_period(part.service) for part in parts),
        "next": parts[0].service.end.isoformat(),
    }
    if given.has("date"):
        place = _place(parts, given.day("date"))
        found |= {"period": written_period(parts[place].service), "completed_periods": str(place)}
    if given.has("invoice_date"):
        place = _place(parts, given.day("invoice_date"))
        # In arrears an invoice bills the last period that has ended by its day.
        place -= 1 if timing == "arrears" else 0
        if place < 0:
            raise NotKnown("no period has ended by the invoice date")
        found["period_billed"] = written_period(parts[place].service)
    return found


def first_or_last_period(given: Given, sharing: ProrationConvention) -> PeriodPart:
    """Give the first period of a subscription; with an end, the part of the period that it falls in."""
    billing = given.inner("billing")
    billing.choice("timing", {"arrears": "arrears", "advance": "advance"}, "arrears")
    start, frequency = _start(given), frequency_of(billing, "interval")
    anchor = _anchor(billing, start, frequency)
    if not given.has("end_instant"):
        return tile(_open_span(start, frequency, start, 2), frequency, anchor=anchor)[0].parts[0]
    end = end_of_service(local_date(given.instant("end_instant"), given.text("timezone", "UTC")), sharing)
    return tile(Period(start=start, end=end), frequency, anchor=anchor, limit=100_000)[-1].parts[-1]


def _start(given: Given) -> date:
    zone_name = given.text("timezone", "UTC")
    if given.has("start_instant"):
        return local_date(given.instant("start_instant"), zone_name)
    return given.day("period_start" if given.has("period_start") else "start")


def _anchor(billing: Given, start: date, frequency: Frequency) -> BillingAnchor:
    alignment = billing.choice("alignment", {name: name for name in _ALIGNMENTS}, _implied(billing))
    if alignment == "calendar":
        return calendar(frequency)
    if alignment == "anchor_day":
        return DayOfMonth(day=int(billing.text("anchor_day"))) if frequency.months else OnDate(date=start)
    return OnDate(date=billing.day("anchor") if billing.has("anchor") else start)


_ALIGNMENTS = ("calendar", "anniversary", "anchor_day")


def _implied(billing: Given) -> str:
    return "anchor_day" if billing.has("anchor_day") else "anniversary"


def _parts(start: date, frequency: Frequency, anchor: BillingAnchor, through: date) -> list[PeriodPart]:
    rows = tile(_open_span(start, frequency, through, LISTED), frequency, anchor=anchor, limit=100_000)
    # The last one is cut by the end of what is looked at.
    return [part for row in rows[:-1] for part in row.parts]


def _open_span(start: date, frequency: Frequency, through: date, steps: int) -> Period:
    while True:
        try:
            return Period(start=start, end=boundary(through, frequency, steps))
        except LimitExceeded:  # long steps reach the end of the calendar sooner
            if steps <= 2:
                raise
            steps = max(steps // 2, 2)


def _place(parts: list[PeriodPart], day: date) -> int:
    """The number of the period that holds a day; a boundary lies in the period that it opens."""
    place = bisect_right([part.service.start for part in parts], day) - 1
    if place < 0:
        raise NotKnown(f"{day} is before the start")
    return place
