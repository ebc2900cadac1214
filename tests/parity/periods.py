"""How periods of a case are read, and what part of one another is."""

from __future__ import annotations

from billcore.core.ratio import Ratio
from billcore.periods.period import Period
from billcore.proration.convention import ProrationConvention
from billcore.proration.shares import share
from parity.given import Given


def period_of_case(given: Given) -> Period:
    """Read a period of dates."""
    return Period(start=given.day("start"), end=given.day("end"))


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
