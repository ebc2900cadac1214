"""Half-open periods: how spans are cut at anchored boundaries, how days are counted, how instants become days."""

from billcore.periods.anchor import BillingAnchor, ContractStart, DayOfMonth, MonthEnd, OnDate, calendar, co_term
from billcore.periods.boundaries import PeriodPart, TiledPeriod, boundary, period_of, tile
from billcore.periods.day_count import DayCount, count_days, measure
from billcore.periods.frequency import Frequency
from billcore.periods.instant_grid import InstantPart, instant_boundary, period_at, tile_instants
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
    "InstantPart",
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
    "instant_boundary",
    "local_date",
    "measure",
    "period_at",
    "period_of",
    "tile",
    "tile_instants",
    "zone",
]
