"""Which days a named day stands for: whose a day of change is, and whether a day of ending is still served.

People name a day; half-open periods need the first day of what comes after it.
"""

from __future__ import annotations

from datetime import date

from billcore.core.errors import DocumentError
from billcore.periods.days import check_day, out_of_range
from billcore.periods.period import ONE_DAY, Period, check_period
from billcore.proration.convention import ProrationConvention


def first_day_of_change(named: date, convention: ProrationConvention) -> date:
    """Give the first day of the new terms, where a person names the day of a change.

    Raises: DocumentError ``date-malformed``; LimitExceeded ``date-out-of-range``.
    Source: rules 4 (``change_day``).

    >>> first_day_of_change(date(2026, 5, 11), ProrationConvention())
    datetime.date(2026, 5, 11)
    >>> first_day_of_change(date(2026, 5, 11), ProrationConvention(change_day="old"))
    datetime.date(2026, 5, 12)
    """
    day = check_day(named, "named")
    return day if convention.change_day == "new" else _day_after(day)


def end_of_service(named: date, convention: ProrationConvention) -> date:
    """Give the exclusive end of a service, where a person names the day on which it ends.

    Raises: DocumentError ``date-malformed``; LimitExceeded ``date-out-of-range``.
    Source: rules 4 (``end_day``); Lago charges the day of termination.

    >>> end_of_service(date(2022, 12, 20), ProrationConvention())
    datetime.date(2022, 12, 20)
    >>> end_of_service(date(2022, 12, 20), ProrationConvention(end_day="charged"))
    datetime.date(2022, 12, 21)
    """
    day = check_day(named, "named")
    return day if convention.end_day == "excluded" else _day_after(day)


def parts_around_change(
    period: Period, named: date, convention: ProrationConvention
) -> tuple[Period | None, Period | None]:
    """Cut a period at a day of change: the days of the old terms, and those of the new; None where there are none.

    Raises: DocumentError ``date-malformed``, ``period-malformed``, ``part-outside-period``; LimitExceeded
        ``date-out-of-range``.
    Source: rules 4 (``change_day``).

    >>> may = Period(start=date(2026, 5, 1), end=date(2026, 6, 1))
    >>> [str(part) for part in parts_around_change(may, date(2026, 5, 11), ProrationConvention())]
    ['[2026-05-01, 2026-05-11)', '[2026-05-11, 2026-06-01)']
    """
    check_period(period, "period")
    if check_day(named, "named") not in period:
        raise DocumentError("part-outside-period", found=str(named), expected=f"a day of {period}", path="named")
    cut = first_day_of_change(named, convention)
    old = Period(start=period.start, end=cut) if period.start < cut else None
    return old, Period(start=cut, end=period.end) if cut < period.end else None


def _day_after(day: date) -> date:
    if day == date.max:
        raise out_of_range("the day after the last one of the calendar")
    return day + ONE_DAY
