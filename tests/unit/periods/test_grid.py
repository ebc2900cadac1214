"""Unit tests of the grid of boundaries: the ends of the calendar, and what is meant where nothing is said."""

from __future__ import annotations

from datetime import date

import pytest

from billcore.core.errors import LimitExceeded
from billcore.periods.anchor import DayOfMonth, MonthEnd, OnDate
from billcore.periods.frequency import Frequency
from billcore.periods.grid import Grid, grid_for
from billcore.periods.period import Period

WEEK = Frequency.of("week")


def test_boundaries_reach_both_ends_of_the_calendar() -> None:
    """The first and the last day that there are can be boundaries."""
    assert date.min == Grid.counted_from(date(1, 1, 8), WEEK).at(-1)
    assert date.max == Grid.counted_from(date(9999, 12, 24), WEEK).at(1)


@pytest.mark.parametrize(
    ("day", "steps"), [(date(1, 1, 7), -1), (date(1, 1, 8), -2), (date(9999, 12, 25), 1), (date(9999, 12, 31), 1)]
)
def test_a_boundary_outside_the_calendar_is_refused(day: date, steps: int) -> None:
    """One day before the first, one after the last, and further."""
    with pytest.raises(LimitExceeded) as raised:
        Grid.counted_from(day, WEEK).at(steps)
    assert "date-out-of-range" == raised.value.code


def test_months_count_from_the_anchors_own_month_unless_told_otherwise() -> None:
    """Quarters from the 15th of January fall in April, also for a span that starts in March."""
    span, quarter = Period(start=date(2026, 3, 1), end=date(2026, 9, 1)), Frequency.of("quarter")
    anchor = OnDate(date=date(2026, 1, 15))
    own = grid_for(span, quarter, anchor, "short_last")
    moved = grid_for(span, quarter, anchor, "short_last", rebase_month=True)
    assert (date(2026, 4, 15), date(2026, 3, 15)) == (own.at(1), moved.at(0))


def test_weeks_have_no_month_to_move_to() -> None:
    """Weeks count from the anchor's own day, whether months would be moved or not."""
    span, anchor = Period(start=date(2026, 3, 1), end=date(2026, 9, 1)), OnDate(date=date(2026, 1, 15))
    assert date(2026, 1, 22) == grid_for(span, WEEK, anchor, "short_last", rebase_month=True).at(1)


def test_the_end_of_a_month_is_wanted_as_its_thirty_first_day() -> None:
    """A wanted day is 1 to 31; the shorter months take their last."""
    grid = grid_for(
        Period(start=date(2026, 2, 10), end=date(2026, 9, 1)), Frequency.of("month"), MonthEnd(), "short_last"
    )
    assert (31, date(2026, 2, 28), date(2026, 3, 31)) == (grid.day, grid.at(0), grid.at(1))


@pytest.mark.parametrize(
    ("start", "first"), [(date(2026, 2, 14), date(2026, 2, 15)), (date(2026, 2, 15), date(2026, 2, 15))]
)
def test_a_span_that_starts_on_the_anchor_day_counts_from_it(start: date, first: date) -> None:
    """Quarters up to the anchor day count from the first anchor day that is not before the start."""
    span, quarter = Period(start=start, end=date(2027, 2, 1)), Frequency.of("quarter")
    assert first == grid_for(span, quarter, DayOfMonth(day=15), "to_anchor_day").at(0)
    later = Period(start=date(2026, 2, 16), end=date(2027, 2, 1))
    assert date(2026, 3, 15) == grid_for(later, quarter, DayOfMonth(day=15), "to_anchor_day").at(0)
