"""Where a service period is cut into windows: hours that pass or days of the local calendar."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from billcore.core.errors import DocumentError
from billcore.core.limits import check_limit
from billcore.core.value import Value
from billcore.core.written_text import text_schema
from billcore.periods.days import shown
from billcore.periods.period import Period

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

WINDOW_LIMIT = 100_000
HOUR = 3_600_000_000
_HOURS = (1, 2, 3, 4, 6, 8, 12)
_DAYS_LIMIT = 366
_TEXT = re.compile(r"(?:([1-9][0-9]{0,2}) )?(hour|day)(s?)", re.ASCII)
_EXPECTED = "hour, day, a count of days such as 7 days, or of hours that divides a day such as 6 hours"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Window(Value, frozen=True, kw_only=True):
    """How long a window is, written ``"hour"``, ``"6 hours"``, ``"day"`` or ``"7 days"``.

    Days are days of the local calendar, counted from the start of the period. Hours are hours that pass, counted from
    the start of each local day: a day of 25 hours has 25 windows of one hour. The last window of a period, or of a day
    cut into hours, may be shorter.

    Attributes:
        unit: ``hour`` or ``day``.
        count: How many units: 1 to 366 days; 1, 2, 3, 4, 6, 8 or 12 hours.

    Raises: DocumentError ``window-unknown``.
    Source: rules 2 and 3.

    >>> Window.of("6 hours").count, str(Window.of("1 day"))
    (6, 'day')
    """

    unit: Literal["hour", "day"]
    count: int = 1

    def __post_init__(self) -> None:
        is_whole = type(self.count) is int
        fits = self.count in _HOURS if self.unit == "hour" else is_whole and 1 <= self.count <= _DAYS_LIMIT
        if self.unit not in ("hour", "day") or not is_whole or not fits:
            # The count is not shown: an integer of more than 4,300 digits has no text.
            raise DocumentError(
                "window-unknown", found=f"the unit {shown(self.unit)} and its count", expected=_EXPECTED
            )

    @classmethod
    def of(cls, text: str | Window) -> Window:
        """Read ``"hour"``, ``"6 hours"``, ``"day"``, ``"7 days"``. Raises: DocumentError ``window-unknown``."""
        if isinstance(text, Window):
            return text
        given: object = text
        match = _TEXT.fullmatch(given) if isinstance(given, str) else None
        if match is None or bool(match[3]) != (int(match[1] or 1) > 1):
            raise DocumentError("window-unknown", found=shown(given), expected=_EXPECTED)
        return cls(unit=match[2], count=int(match[1] or 1))  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.unit if self.count == 1 else f"{self.count} {self.unit}s"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """In documents a window is its text."""
        return text_schema(cls.of)


if TYPE_CHECKING:

    class OptionalWindow:
        """A window that may be absent: write ``"day"`` or a `Window`; read a `Window` or None."""

        def __get__(self, instance: object, owner: type) -> Window | None: ...
        def __set__(self, instance: object, value: str | Window | None) -> None: ...

else:
    OptionalWindow = Window | None


class Stretch(Value, frozen=True, kw_only=True):
    """A window of a period, or the whole of it, in a zone.

    Attributes:
        first_day, end_day: Ordinals of its first day and of the first day after its last.
        start, end: Its instants, in microseconds since 1970 in UTC.
        ends_day: Whether it ends with a local day; else with the instant ``end`` within its day.
    """

    first_day: int
    end_day: int
    start: int
    end: int
    ends_day: bool = True

    def is_before(self, day: int, moment: int) -> bool:
        """Whether it is over at a moment, given with the local day on which it falls."""
        return day >= self.end_day or (not self.ends_day and moment >= self.end)


def microseconds(instant: datetime) -> int:
    """Count from 1970 in UTC, exactly."""
    passed = instant - EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def day_start(day: date, place: ZoneInfo) -> int:
    """Give the instant at which a local day starts, in microseconds since 1970.

    Where clocks jump over midnight it is the jump; where midnight comes twice it is the first.
    """
    return microseconds(datetime(day.year, day.month, day.day, tzinfo=place))


def stretch_of(period: Period, place: ZoneInfo) -> Stretch:
    """Give the whole of a period in a zone."""
    return Stretch(
        first_day=period.start.toordinal(),
        end_day=period.end.toordinal(),
        start=day_start(period.start, place),
        end=day_start(period.end, place),
    )


def cut(period: Period, place: ZoneInfo, window: Window) -> tuple[Stretch, ...]:
    """Cut a period into windows that tile it.

    Raises: LimitExceeded ``limit-exceeded``.
    """
    each_day = 25 // window.count if window.unit == "hour" else 1
    check_limit("windows", period.days * each_day, WINDOW_LIMIT, path="period")
    if window.unit == "hour":
        return tuple(part for day in period.each_day() for part in _hours(day, place, window.count * HOUR))
    first, end = period.start.toordinal(), period.end.toordinal()
    edges = [date.fromordinal(day) for day in range(first, end, window.count)]
    ends = [*edges[1:], period.end]
    return tuple(stretch_of(Period(start=a, end=b), place) for a, b in zip(edges, ends, strict=True))


def _hours(day: date, place: ZoneInfo, length: int) -> list[Stretch]:
    number = day.toordinal()
    start, end = day_start(day, place), day_start(date.fromordinal(number + 1), place)
    return [
        Stretch(
            first_day=number,
            end_day=number + 1,
            start=at,
            end=min(at + length, end),
            ends_day=at + length >= end,
        )
        for at in range(start, end, length)
    ]
