"""What calendar months are as integers: counted from year 0, with their lengths, without a library."""

from __future__ import annotations

from datetime import date

from billcore.periods.days import out_of_range

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def month_index(day: date) -> int:
    """Number the day's month, one for each month, counted from January of year 0.

    >>> month_index(date(2026, 1, 31)) - month_index(date(2025, 12, 1))
    1
    """
    return day.year * 12 + day.month - 1


def month_length(index: int) -> int:
    """Count the days of a month given by its number.

    >>> month_length(month_index(date(2024, 2, 1))), month_length(month_index(date(2100, 2, 1)))
    (29, 28)
    """
    year, month = divmod(index, 12)
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 1 and is_leap else _LENGTHS[month]


def day_in_month(index: int, day: int) -> date:
    """Give that day of the month, or the month's last day where it is shorter.

    Raises: LimitExceeded ``date-out-of-range``.

    >>> day_in_month(month_index(date(2025, 2, 1)), 31)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise out_of_range("a boundary outside the calendar")
    return date(year, month + 1, min(day, month_length(index)))
