"""How many days, or months, count between two dates."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal

from billcore.core.errors import DocumentError, NotApplicable
from billcore.periods.days import check_day, shown
from billcore.periods.months import month_index, month_length
from billcore.periods.period import Period, check_period

DayCount = Literal["day", "second", "month30", "month30e", "month30us", "month_actual", "none"]
UNITS: tuple[DayCount, ...] = ("day", "second", "month30", "month30e", "month30us", "month_actual", "none")


def count_days(unit: DayCount, start: date, end: date) -> int:
    """Count the days of ``[start, end)`` by a day count that counts in whole days.

    Args:
        unit: ``day``: days of the calendar. ``month30``: from month to month 30 days, within a month its own: the day
            numbers are subtracted as they stand. ``month30e``: every month has 30 days; a 31st counts as the 30th.
            ``month30us``: as the bond markets of the United States count: a start on the 31st, or on the last day of
            February, counts as the 30th; an end on the 31st counts as the 30th only if the start does; an end on the
            last day of February counts as the 30th if the start is one too.
        start, end: ``end`` on or after ``start``.

    Raises: DocumentError ``choice-unknown``, ``date-malformed``, ``period-ends-before-start``; NotApplicable
        ``day-count-not-in-days`` for ``month_actual`` and ``none``, ``period-kinds-mixed`` for ``second``.
    Source: ISDA 2006 Definitions 4.16(g) for ``month30e``, 4.16(f) with the end-of-February rule of the SIA for
        ``month30us``; Zuora's strict 30/360 and Kill Bill's fixed 30 days for ``month30``.

    >>> count_days("day", date(2025, 1, 31), date(2025, 3, 31))
    59
    >>> count_days("month30", date(2023, 2, 23), date(2023, 3, 15))
    22
    >>> count_days("month30e", date(2025, 1, 31), date(2025, 2, 28))
    28
    >>> count_days("month30us", date(2025, 2, 28), date(2025, 3, 31))
    30
    """
    if check_day(end, "end") < check_day(start, "start"):
        raise DocumentError(
            "period-ends-before-start", found=f"{start} to {end}", expected="an end on or after the start", path="end"
        )
    if unit == "day":
        return (end - start).days
    if unit == "month30":
        return 30 * (month_index(end) - month_index(start)) + end.day - start.day
    if unit == "month30e":
        return 30 * (month_index(end) - month_index(start)) + min(end.day, 30) - min(start.day, 30)
    if unit == "month30us":
        return _days_us(start, end)
    raise _no_days(unit)


def _days_us(start: date, end: date) -> int:
    first = 30 if start.day == 31 or _ends_february(start) else start.day
    last = end.day
    if (last == 31 and first == 30) or (_ends_february(end) and _ends_february(start)):
        last = 30
    return 30 * (month_index(end) - month_index(start)) + last - first


def _ends_february(day: date) -> bool:
    return day.month == 2 and day.day == month_length(month_index(day))


def _no_days(unit: object) -> DocumentError | NotApplicable:
    if unit == "second":
        return NotApplicable(
            "period-kinds-mixed",
            found="the unit second for dates",
            expected="a unit of dates, or periods of instants",
            path="unit",
        )
    if unit in ("month_actual", "none"):
        return NotApplicable(
            "day-count-not-in-days", found=str(unit), expected="day, month30, month30e or month30us", path="unit"
        )
    return DocumentError("choice-unknown", found=shown(unit), expected=", ".join(UNITS), path="unit")


def measure(unit: DayCount, period: Period) -> Fraction:
    """Measure a period by a day count, exactly.

    ``day``, ``month30``, ``month30e``, ``month30us`` give whole days. ``month_actual`` gives months: each calendar
    month weighs 1 and a part of it its days of the month's days. ``none`` does not look at the length: every period
    measures 1.

    Raises: DocumentError ``choice-unknown``, ``period-malformed``; NotApplicable ``period-kinds-mixed`` for ``second``.
    Source: rules 4.

    >>> measure("month_actual", Period(start=date(2025, 1, 22), end=date(2025, 3, 15)))
    Fraction(55, 31)
    """
    check_period(period, "period")
    return elapsed(unit, period.start, period.end)


def elapsed(unit: DayCount, start: date, end: date) -> Fraction:
    """Measure from one day to another that may be the same; `measure` for days that are no period.

    Seen from a fixed start the measure never falls as the end moves on, under every unit; so differences of two are
    never negative.
    """
    if unit == "none":
        return Fraction(1 if check_day(end, "end") > check_day(start, "start") else 0)
    if unit == "month_actual":
        return _months_through(check_day(end, "end")) - _months_through(check_day(start, "start"))
    return Fraction(count_days(unit, start, end))


def _months_through(day: date) -> Fraction:
    index = month_index(day)
    return index + Fraction(day.day - 1, month_length(index))
