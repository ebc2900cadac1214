"""Where the boundaries of a frequency fall: each counted from one origin, none from the boundary before it."""

from __future__ import annotations

from datetime import date

from billcore.core.errors import NotApplicable
from billcore.core.value import Value
from billcore.periods.anchor import BillingAnchor, ContractStart, DayOfMonth, OnDate
from billcore.periods.days import out_of_range
from billcore.periods.frequency import Frequency
from billcore.periods.months import day_in_month, month_index
from billcore.periods.period import Period
from billcore.periods.stubs import StubConvention


class Grid(Value, frozen=True, kw_only=True):
    """An endless row of boundaries.

    The origin is a month and a wanted day, not a date: the 31st of February is wanted in vain there and yet springs
    back in March.

    Attributes:
        frequency: One step; it recurs.
        month: The origin's month, as `months.month_index` numbers it.
        day: The wanted day of the month, 1 to 31.

    Source: rules 2; Kill Bill #127, Lago #1840, Polar #10664 show what stepping from the boundary before does.
    """

    frequency: Frequency
    month: int
    day: int

    @classmethod
    def counted_from(cls, day: date, frequency: Frequency) -> Grid:
        """The boundaries that count from a date.

        Raises: NotApplicable ``frequency-does-not-recur``.
        """
        if not frequency.recurs:
            raise NotApplicable(
                "frequency-does-not-recur", found=str(frequency), expected="days, weeks, months, quarters or years"
            )
        return cls(frequency=frequency, month=month_index(day), day=day.day)

    def at(self, n: int) -> date:
        """Boundary ``n``; 0 is the origin, clamped to its month.

        Raises: LimitExceeded ``date-out-of-range``.
        """
        if self.frequency.months:
            return day_in_month(self.month + n * self.frequency.months, self.day)
        ordinal = day_in_month(self.month, self.day).toordinal() + n * self.frequency.days
        if not 1 <= ordinal <= date.max.toordinal():
            raise out_of_range("a boundary outside the calendar")
        return date.fromordinal(ordinal)

    def index(self, day: date) -> int:
        """The number of the last boundary on or before a day, without walking there."""
        if self.frequency.days:
            return (day.toordinal() - day_in_month(self.month, self.day).toordinal()) // self.frequency.days
        n = (month_index(day) - self.month) // self.frequency.months
        return n if self.at(n) <= day else n - 1

    def period(self, n: int) -> Period:
        """The period from boundary ``n`` to the next."""
        return Period(start=self.at(n), end=self.at(n + 1))


def grid_for(
    span: Period, frequency: Frequency, anchor: BillingAnchor, stub: StubConvention, rebase_month: bool = False
) -> Grid:
    """Choose the boundaries that a span is cut at. How anchor and stub act together is written at `stubs`."""
    if isinstance(anchor, ContractStart):
        grid = Grid.counted_from(span.start, frequency)
        leaves_a_rest = grid.at(grid.index(span.end)) != span.end
        from_the_end = stub in ("short_first", "long_first") and leaves_a_rest
        return Grid.counted_from(span.end, frequency) if from_the_end else grid
    if isinstance(anchor, OnDate):
        grid = Grid.counted_from(anchor.date, frequency)
        if not (rebase_month and frequency.months):
            return grid
        day = anchor.date.day
    else:
        day = anchor.day if isinstance(anchor, DayOfMonth) else 31
    month = month_index(span.start)
    if stub == "to_anchor_day" and day_in_month(month, day) < span.start:
        month += 1
    return Grid(frequency=frequency, month=month, day=day)
