"""What a range of instants is, for contracts that share time by the second; it never mixes with ranges of dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
from pydantic import BeforeValidator

from billcore.core.document import problem
from billcore.core.errors import BillcoreError, DocumentError
from billcore.core.value import Value
from billcore.periods.days import out_of_range
from billcore.periods.zones import check_instant

_MICROSECOND = timedelta(microseconds=1)


def _read_instant(given: object) -> datetime:
    try:
        return check_instant(datetime.fromisoformat(given) if isinstance(given, str) else given)
    except BillcoreError as error:
        raise problem(error.code, found=error.found, expected=error.expected, hint=error.hint) from None
    except ValueError:
        raise problem(
            "instant-malformed", found="a text that is no instant", expected="a text such as 2026-01-31T10:00:00+01:00"
        ) from None


Instant = Annotated[datetime, BeforeValidator(_read_instant)]


class InstantPeriod(Value, frozen=True, kw_only=True):
    """A half-open range of instants, kept in UTC: the same time written in two zones is one value.

    Its length is time that passed, so the day on which clocks go forward has 23 hours.

    Attributes:
        start: First instant in it.
        end: First instant after it.

    Raises: DocumentError ``instant-malformed``, ``instant-naive``, ``period-ends-before-start``; LimitExceeded
        ``date-out-of-range``.
    Source: rules 2.

    >>> from zoneinfo import ZoneInfo
    >>> berlin = ZoneInfo("Europe/Berlin")
    >>> day = InstantPeriod(start=datetime(2026, 3, 29, tzinfo=berlin), end=datetime(2026, 3, 30, tzinfo=berlin))
    >>> day.microseconds // 3_600_000_000
    23
    """

    start: Instant
    end: Instant

    def __post_init__(self) -> None:
        for name in ("start", "end"):
            # Python compares and subtracts two times of one zone by the clock on the wall; in UTC it cannot.
            msgspec.structs.force_setattr(self, name, _in_utc(check_instant(getattr(self, name), name)))
        if self.end <= self.start:
            raise DocumentError(
                "period-ends-before-start",
                found=f"[{self.start.isoformat()}, {self.end.isoformat()})",
                expected="an end later than the start",
                path="end",
            )

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= _in_utc(check_instant(instant, "instant")) < self.end

    def __str__(self) -> str:
        return f"[{self.start.isoformat()}, {self.end.isoformat()})"

    @property
    def microseconds(self) -> int:
        """The time that passes in it, exactly."""
        return (self.end - self.start) // _MICROSECOND

    def covers(self, other: InstantPeriod) -> bool:
        """Whether every instant of the other is in this one."""
        return self.start <= other.start and other.end <= self.end


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except (OverflowError, ValueError):
        raise out_of_range("an instant at the edge of the calendar") from None
