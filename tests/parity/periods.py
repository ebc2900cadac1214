"""How periods of a case are read, and what part of one another is."""

from __future__ import annotations

from datetime import UTC, datetime

from billcore.core.ratio import Ratio
from billcore.periods.frequency import Frequency
from billcore.periods.instants import InstantPeriod
from billcore.periods.period import Period
from billcore.proration.convention import ProrationConvention
from billcore.proration.shares import share
from parity.given import Given, NotKnown


def period_of_case(given: Given) -> Period:
    """Read a period of dates."""
    return Period(start=given.day("start"), end=given.day("end"))


def instants_of_case(given: Given) -> InstantPeriod:
    """Read a period of instants."""
    return InstantPeriod(start=given.instant("start"), end=given.instant("end"))


def written_period(period: Period) -> dict[str, str]:
    """Write a period of dates."""
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def written_instant(instant: datetime) -> str:
    """Write an instant in UTC."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


# What the cases call a step of the calendar, as (unit, count).
INTERVALS = {
    "day": ("day", 1),
    "week": ("week", 1),
    "month": ("month", 1),
    "quarter": ("quarter", 1),
    "half_year": ("month", 6),
    "semiannual": ("month", 6),
    "year": ("year", 1),
    "annual": ("year", 1),
}


def frequency_of(given: Given, name: str = "unit") -> Frequency:
    """Read a step of the calendar and how many of it."""
    unit, times = given.choice(name, INTERVALS)
    count = given.text("count", "1")
    if not count.isdigit() or not 1 <= int(count) <= 1_200:
        raise NotKnown(f"{given.path}.count is {count[:20]!r}, and a count is expected")
    return Frequency(unit=unit, count=int(count) * times)


def active_share(given: Given) -> tuple[Period | None, Ratio]:
    """Give the full period and the share of its days that is active; the whole where the case has no periods."""
    if not given.has("full_period"):
        return None, (1, 1)
    full = period_of_case(given.inner("full_period"))
    active = period_of_case(given.inner("active_period")) if given.has("active_period") else full
    return full, share_of(active, full)


def share_of(part: Period, full: Period) -> Ratio:
    """Give the share of days, by the calendar."""
    found = share(part, full, ProrationConvention())
    return found.numerator, found.denominator
