"""How days become pixels: a scale of whole numbers, and the ticks of months, quarters or years that find room on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from billcore.core.value import Value
from billcore.periods.months import day_in_month, month_index

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Pixels that a step must have so that its label fits: a month's name, its letter, a quarter; a year.
_NAME, _LETTER, _QUARTER, _YEAR, _DAYS = 34, 14, 26, 40, 150
_YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)


class Tick(Value, frozen=True, kw_only=True):
    """A place on the axis with its label.

    Attributes:
        on: The day.
        text: What stands there.
        is_year: Whether it stands in the row of years.
        is_line: Whether a line of the grid runs down from it.
    """

    on: date
    text: str
    is_year: bool = False
    is_line: bool = True


class Axis(Value, frozen=True, kw_only=True):
    """A scale of days.

    Attributes:
        first, last: The days at its two ends.
        left, width: Pixels.
    """

    first: date
    last: date
    left: int
    width: int

    @property
    def right(self) -> int:
        """Where it ends."""
        return self.left + self.width

    def x(self, day: date) -> int:
        """Where a day begins, in whole pixels; a day outside stands at the end.

        >>> axis = Axis(first=date(2026, 1, 1), last=date(2026, 4, 11), left=200, width=1_000)
        >>> axis.x(date(2026, 1, 1)), axis.x(date(2026, 2, 1)), axis.x(date(2030, 1, 1))
        (200, 510, 1200)
        """
        inside = min(max(day, self.first), self.last)
        return self.left + (inside - self.first).days * self.width // max(1, (self.last - self.first).days)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """Labels that stand apart: months, else quarters, and years; where a month is wide, days of it too."""
        months = (month_index(self.last) - month_index(self.first)) + 1
        room = self.width // months
        return tuple(tick for tick in (*self._years(room * 12), *self._months(room)) if self._has_room(tick))

    def _has_room(self, tick: Tick) -> bool:
        # A label begins at its tick: at the right end there may be no room for it.
        return self.first <= tick.on and self.x(tick.on) + (_YEAR if tick.is_year else _LETTER) <= self.right

    def _years(self, room: int) -> Iterator[Tick]:
        step = next((step for step in _YEAR_STEPS if room * step >= _YEAR), _YEAR_STEPS[-1])
        years = [year for year in range(self.first.year + 1, self.last.year + 1) if year % step == 0]
        starts = [date(year, 1, 1) for year in years]
        # The first year is named at the left end, unless the next one begins too soon to leave room for it.
        if not starts or self.x(starts[0]) - self.left >= _YEAR:
            yield Tick(on=self.first, text=str(self.first.year), is_year=True, is_line=False)
        yield from (Tick(on=start, text=str(start.year), is_year=True) for start in starts)

    def _months(self, room: int) -> Iterator[Tick]:
        step = 1 if room >= _LETTER else 3 if room * 3 >= _QUARTER else 0
        if not step:
            return
        named = MONTHS if room >= _NAME else tuple(month[0] for month in MONTHS)
        wide = _QUARTER if step == 3 else _NAME if room >= _NAME else _LETTER
        if self.first.day > 1 and self._until_next(step) >= wide:
            number = month_index(self.first) // step * step % 12
            yield Tick(on=self.first, text=f"Q{number // 3 + 1}" if step == 3 else named[number], is_line=False)
        for number in range(month_index(self.first), month_index(self.last) + 1):
            start, month = day_in_month(number, 1), number % 12
            if month % step == 0:
                yield Tick(on=start, text=f"Q{month // 3 + 1}" if step == 3 else named[month])
            for day in (8, 15, 22) if room >= _DAYS else ():
                on = date(start.year, start.month, day)
                if self.x(on) - self.left >= _NAME:  # behind the name at the left end
                    yield Tick(on=on, text=str(day))

    def _until_next(self, step: int) -> int:
        """Pixels from the left end to the first month, or the first quarter, that begins on the axis."""
        number = (month_index(self.first) // step + 1) * step
        return self.x(day_in_month(number, 1)) - self.left if number < 12 * 10_000 else self.width


def span_of(days: Iterable[date], *, around: tuple[date, date]) -> tuple[date, date]:
    """Give the days that a picture spans: those of a term and what lies around it, at most as long again on each side.

    Args:
        days: Everything that is to be seen.
        around: First day of the term, and the day after it.

    >>> span_of([date(2020, 1, 1), date(2026, 3, 1)], around=(date(2026, 1, 1), date(2026, 2, 1)))
    (datetime.date(2025, 12, 1), datetime.date(2026, 3, 1))
    """
    start, end = around
    length = max(end - start, timedelta(days=31))
    earliest = start - length if start - date.min > length else date.min
    latest = end + length if date.max - end > length else date.max
    seen = [start, end, *(min(max(day, earliest), latest) for day in days)]
    return min(seen), max(seen)
