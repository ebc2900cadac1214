"""What was used, worked out in the most naive way: day by day, or second by second, in fractions.

It reads plain rows and imports nothing from billcore, so it can see a mistake that the readers, the windows and the
levels share. Instants are whole seconds. A row has id, at (aware), value, item, op.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def local_day(row: Row, zone: str) -> date:
    """The local day of a row."""
    return row["at"].astimezone(ZoneInfo(zone)).date()


def inside(rows: list[Row], start: date, end: date, zone: str) -> list[Row]:
    """The rows of some local days, in order of time and id."""
    found = [row for row in rows if start <= local_day(row, zone) < end]
    return sorted(found, key=lambda row: (row["at"], row["id"]))


def before(rows: list[Row], start: date, zone: str) -> list[Row]:
    """The rows before a local day."""
    return inside(rows, date.min, start, zone)


def plain(how: str, rows: list[Row]) -> Fraction:
    """Sum, count, maximum, latest and different items of rows in order."""
    values = [Fraction(row["value"]) for row in rows]
    if how == "count":
        return Fraction(len(rows))
    if how == "unique_count":
        return Fraction(len({row["item"] for row in rows}))
    if how == "sum":
        return sum(values, Fraction(0))
    if not values:
        return Fraction(0)
    return max(values) if how == "maximum" else values[-1]


def level(rows: list[Row], start: Fraction) -> Fraction:
    """The running total after some rows."""
    return start + sum((Fraction(row["value"]) for row in rows), Fraction(0))


def present(rows: list[Row]) -> set[str]:
    """The items that are there after some rows in order."""
    items: set[str] = set()
    for row in rows:
        if row["op"] == "remove":
            items.discard(row["item"])
        else:
            items.add(row["item"])
    return items


def highest(rows: list[Row], size: Callable[[list[Row]], Fraction], earlier: list[Row]) -> Fraction:
    """The highest that something was, before the first row and after each."""
    return max(size([*earlier, *rows[:count]]) for count in range(len(rows) + 1))


def by_second(rows: list[Row], start: date, end: date, zone: str, at_start: Fraction) -> Fraction:
    """Add the level of every second that passes on the local days, and divide by their number; rows are in order."""
    place, seconds = ZoneInfo(zone), [0] * (len(rows) + 1)
    # No zone is more than 14 hours ahead.
    second = datetime(start.year, start.month, start.day, tzinfo=UTC) - timedelta(hours=14)
    while (day := second.astimezone(place).date()) < end:
        if day >= start:
            seconds[sum(row["at"] <= second for row in rows)] += 1
        second += SECOND
    total = sum(count * level(rows[:known], at_start) for known, count in enumerate(seconds))
    return Fraction(total) / sum(seconds)


def by_day(rows: list[Row], start: date, end: date, zone: str, at_start: Fraction, *, charged: bool) -> Fraction:
    """Add the level of every local day, and divide by their number; what goes on a charged day still counts on it."""
    total, days, day = Fraction(0), 0, start
    while day < end:
        until = [row for row in rows if local_day(row, zone) <= day]
        if charged:
            until = [row for row in until if Fraction(row["value"]) >= 0 or local_day(row, zone) < day]
        total, days, day = total + level(until, at_start), days + 1, day + DAY
    return total / days


def items_by_day(rows: list[Row], start: date, end: date, zone: str, *, charged: bool) -> Fraction:
    """Count the items of every local day: those there at its end, and if it is charged all that were there in it."""
    total, days, day = Fraction(0), 0, start
    while day < end:
        earlier, today = before(rows, day, zone), inside(rows, day, day + DAY, zone)
        there = present([*earlier, *today])
        if charged:
            for count in range(len(today) + 1):
                there = there | present([*earlier, *today[:count]])
        total, days, day = total + len(there), days + 1, day + DAY
    return total / days
