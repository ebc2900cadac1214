"""What a day is: a calendar date, never an instant, a timestamp or a text that only looks like one."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator

from billcore.core.document import problem
from billcore.core.errors import DocumentError, LimitExceeded, excerpt

_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_EXPECTED = "a date without time of day, as date or as text such as 2026-01-31"


def check_day(given: object, path: str = "") -> date:
    """Give back a date, or refuse what is none.

    Raises: DocumentError ``date-malformed``.

    >>> check_day(date(2026, 1, 31))
    datetime.date(2026, 1, 31)
    """
    # A datetime is a date to Python; here it would smuggle in a time of day.
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    raise DocumentError("date-malformed", found=shown(given), expected="a date without time of day", path=path)


def out_of_range(found: str) -> LimitExceeded:
    """Say that a day lies outside the years that dates can hold. Code: ``date-out-of-range``."""
    return LimitExceeded("date-out-of-range", found=found, expected="a day in the years 1 to 9999")


def shown(given: object) -> str:
    """Name what was given: a text by itself, anything else by its type (an integer of a million digits has no text).

    >>> shown("31.01.2026"), shown(10**5000)
    ('31.01.2026', 'a value of type int')
    """
    if isinstance(given, str):
        return excerpt(given) or "an empty text"
    return "an instant" if isinstance(given, datetime) else f"a value of type {type(given).__name__}"


def _read_day(given: object) -> date:
    if isinstance(given, str) and _TEXT.fullmatch(given):
        try:
            return date.fromisoformat(given)
        except ValueError:
            raise problem("date-malformed", found=given, expected="a day of the calendar") from None
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    raise problem("date-malformed", found=shown(given), expected=_EXPECTED)


# pydantic alone reads a number, or a text of digits, as seconds since 1970.
Day = Annotated[date, BeforeValidator(_read_day)]
