"""Boundaries and measures found by walking the calendar one day at a time. Nothing of billcore is imported here."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

ONE = timedelta(days=1)
FIRST, LAST = date(2013, 1, 1), date(2092, 1, 1)


def walk(first: date, after: date) -> list[date]:
    """Every day from the first to the one before ``after``."""
    days, day = [], first
    while day < after:
        days.append(day)
        day += ONE
    return days


def _months() -> list[list[date]]:
    """The days of the calendar, gathered into months where the month's number changes."""
    months: list[list[date]] = []
    for day in walk(FIRST, LAST):
        if not months or months[-1][-1].month != day.month:
            months.append([])
        months[-1].append(day)
    return months


MONTHS = _months()
PLACE = {day: place for place, month in enumerate(MONTHS) for day in month}


def month_boundaries(anchor: date, months: int, count: int) -> list[date]:
    """The anchor's day in each later month: that day where the month has it, else the month's last."""
    table = []
    for step in range(count):
        days = MONTHS[PLACE[anchor] + step * months]
        same = [day for day in days if day.day == anchor.day]
        table.append(same[0] if same else days[-1])
    return table


def day_boundaries(anchor: date, days: int, count: int) -> list[date]:
    """Every so many-th day, counted one by one."""
    table, day, since = [], anchor, 0
    while len(table) < count:
        if since % days == 0:
            table.append(day)
        day, since = day + ONE, since + 1
    return table


def falls_on(day: date, wanted: int) -> bool:
    """Whether a monthly boundary at the wanted day of the month falls on this day."""
    is_last = (day + ONE).month != day.month
    return day.day == wanted or (is_last and day.day < wanted)


def cut(first: date, after: date, boundaries: set[date]) -> list[tuple[date, date, date, date]]:
    """Cut days at boundaries: (first day, day after, boundary before or on it, boundary after it) of each piece."""
    pieces: list[tuple[date, date, date, date]] = []
    for day in walk(first, after):
        if pieces and day not in boundaries:
            pieces[-1] = (pieces[-1][0], day + ONE, *pieces[-1][2:])
            continue
        low, high = day, day + ONE
        while low not in boundaries:
            low -= ONE
        while high not in boundaries:
            high += ONE
        pieces.append((day, day + ONE, low, high))
    return pieces


def weight(unit: str, day: date) -> Fraction:
    """What one day weighs by a day count that weighs each day by itself."""
    if unit == "day":
        return Fraction(1)
    if unit == "month_actual":
        return Fraction(1, len(MONTHS[PLACE[day]]))
    if unit == "month30":
        # Day numbers subtracted: the last day brings its month to 30, so a 31st weighs nothing.
        length = len(MONTHS[PLACE[day]])
        return Fraction(1 + 30 - length if day.day == length else 1)
    # 30E/360: a month weighs 30. The 30th of a month with a 31st weighs nothing; the last of February, what is missing.
    last = MONTHS[PLACE[day]][-1]
    if last.day == 31:
        return Fraction(0 if day.day == 30 else 1)
    return Fraction(30 - last.day + 1 if day == last else 1)


def weigh(unit: str, first: date, after: date) -> Fraction:
    """The weights of days, added one by one."""
    return sum((weight(unit, day) for day in walk(first, after)), Fraction(0))


def starts_of_days(zone: str, year: int) -> list[tuple[date, datetime]]:
    """The days that a zone's clock showed in a year, each with its first second: looked at quarter by quarter hour."""
    place, found = ZoneInfo(zone), []
    moment = datetime(year - 1, 12, 30, tzinfo=UTC)
    while moment < datetime(year + 1, 1, 2, tzinfo=UTC):
        day = moment.astimezone(place).date()
        if day.year == year and (not found or found[-1][0] != day):
            found.append((day, moment))
        moment += timedelta(minutes=15)
    return found


def is_left_out(local: datetime, zone: str) -> bool:
    """Whether no clock of the zone ever showed that local time."""
    there = local.replace(tzinfo=ZoneInfo(zone))
    return there.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local
