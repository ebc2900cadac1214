"""Half-open periods: how spans are cut at anchored boundaries, how days are counted, how instants become days."""

from billcore.periods.anchor import BillingAnchor, ContractStart, DayOfMonth, MonthEnd, OnDate, calendar, co_term
from billcore.periods.boundaries import PeriodPart, TiledPeriod, boundary, period_of, tile
from billcore.periods.day_count import DayCount, count_days, measure
from billcore.periods.frequency import Frequency
from billcore.periods.instants import InstantPeriod
from billcore.periods.period import Period
from billcore.periods.stubs import StubConvention
from billcore.periods.zones import local_date, zone

__all__ = [
    "BillingAnchor",
    "ContractStart",
    "DayCount",
    "DayOfMonth",
    "Frequency",
    "InstantPeriod",
    "MonthEnd",
    "OnDate",
    "Period",
    "PeriodPart",
    "StubConvention",
    "TiledPeriod",
    "boundary",
    "calendar",
    "co_term",
    "count_days",
    "local_date",
    "measure",
    "period_of",
    "tile",
    "zone",
]
