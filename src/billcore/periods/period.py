"""What a range of dates is: half-open ``[start, end)``, the start in and the end out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from billcore.core.errors import DocumentError
from billcore.core.value import Value
from billcore.periods.days import Day, check_day

ONE_DAY = timedelta(days=1)


class Period(Value, frozen=True, kw_only=True):
    """A half-open range of local calendar dates.

    Attributes:
        start: First day in it.
        end: First day after it; later than start.

    Raises: DocumentError ``date-malformed``, ``period-ends-before-start``.
    Source: rules 2.

    >>> march = Period(start=date(2025, 3, 1), end=date(2025, 4, 1))
    >>> march.days, date(2025, 3, 31) in march, date(2025, 4, 1) in march
    (31, True, False)
    """

    start: Day
    end: Day

    def __post_init__(self) -> None:
        check_day(self.start, "start")
        check_day(self.end, "end")
        if self.end <= self.start:
            raise DocumentError(
                "period-ends-before-start",
                found=f"[{self.start}, {self.end})",
                expected="an end later than the start",
                path="end",
                hint="Periods are half-open: the end is the first day that is not in it.",
            )

    def __contains__(self, day: date) -> bool:
        return self.start <= check_day(day, "day") < self.end

    def __str__(self) -> str:
        return f"[{self.start}, {self.end})"

    @property
    def days(self) -> int:
        """Calendar days in it."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day that is in it."""
        return self.end - ONE_DAY

    def overlap(self, other: Period) -> Period | None:
        """The days in both, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start=start, end=end) if start < end else None

    def covers(self, other: Period) -> bool:
        """Whether every day of the other is in this one."""
        return self.start <= other.start and other.end <= self.end

    def each_day(self) -> Iterator[date]:
        """The days, in order."""
        for offset in range(self.days):
            yield self.start + timedelta(days=offset)


def check_period(given: object, path: str = "") -> Period:
    """Give back a period of dates, or refuse what is none.

    Raises: DocumentError ``period-malformed``.
    """
    if not isinstance(given, Period):
        raise DocumentError("period-malformed", found=type(given).__name__, expected="a Period of dates", path=path)
    return given
