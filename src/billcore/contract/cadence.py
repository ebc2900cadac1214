"""Where the billing boundaries of a line fall: its frequency and the grid that they are counted on.

A boundary is counted from the anchor and never from a change: an amendment in the middle of a period cuts the period
and moves no boundary. Source: rules 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from billcore.periods.anchor import BillingAnchor, ContractStart, OnDate
from billcore.periods.frequency import Frequency
from billcore.periods.grid import Grid, grid_for
from billcore.periods.period import Period
from billcore.periods.stubs import StubConvention


@dataclass(frozen=True, kw_only=True)
class Cadence:
    """How a line is cut into billing periods from some day on.

    Attributes:
        since: First day that is cut in this way.
        plan: The days that the line is agreed for: a long last period ends with it.
        counted: The days that it was first agreed for, from which the boundaries follow; a start that moves moves none.
        origin: The day from which periods are numbered: price periods begin with the first whole one from there.
        every, anchor, stub, billed: As agreed; an anchor at the start has become the date that it means.
        months_from: Day in whose month an anchor's day of the month counts, where a change moved it there; else None.
    """

    since: date
    plan: Period
    counted: Period
    origin: date
    every: Frequency
    anchor: BillingAnchor
    stub: StubConvention
    billed: str
    months_from: date | None = None

    def grid(self) -> Grid | None:
        """Its boundaries, or None where nothing recurs."""
        if not self.every.recurs:
            return None
        if self.months_from is None:
            return grid_for(self.counted, self.every, self.anchor, self.stub)
        span = Period(start=self.months_from, end=max(self.plan.end, self.months_from + timedelta(days=1)))
        return grid_for(span, self.every, self.anchor, self.stub, rebase_month=True)

    def boundary_on_or_after(self, day: date, end: date) -> date:
        """The first boundary on or after a day, but no later than the end.

        >>> from billcore.periods.anchor import DayOfMonth
        >>> year = Period(start=date(2026, 1, 15), end=date(2027, 1, 15))
        >>> monthly = Cadence(since=year.start, plan=year, counted=year, origin=year.start, every=Frequency.of("month"),
        ...     anchor=DayOfMonth(day=1), stub="short_last", billed="in_advance")
        >>> str(monthly.boundary_on_or_after(date(2026, 3, 10), year.end))
        '2026-04-01'
        """
        grid = self.grid()
        if grid is None:
            return end
        number = grid.index(day)
        at = grid.at(number)
        return min(at if at == day else grid.at(number + 1), end)


def resolved_anchor(anchor: BillingAnchor, start: date, counted: Period) -> BillingAnchor:
    """An anchor at the start as the date that it means.

    Args:
        start: The day that boundaries count from.
        counted: The span that the line was first agreed for; where boundaries count from its start, or back from its
            end, the anchor stays what it is.
    """
    if not isinstance(anchor, ContractStart) or start == counted.start:
        return anchor
    return OnDate(date=start)
