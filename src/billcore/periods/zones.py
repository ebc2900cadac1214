"""How an instant becomes a local date: once, in a zone named by place, whatever machine asks.

Source: rules 2. A zone is a name of the IANA time zone database and never an offset: an offset does not know when the
clocks change (Kill Bill #743, #1934; Lago #1438).
"""

from __future__ import annotations

import pkgutil
import re
from datetime import date, datetime
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

from billcore.core.document import problem
from billcore.core.errors import DocumentError
from billcore.periods.days import out_of_range, shown

# Names in the database that are offsets after all, or no zone.
_OFFSETS = re.compile(r"(?:Etc/)?(?:GMT|UTC|UCT)[+-]?[0-9]+|Factory", re.ASCII)


@cache
def _names() -> frozenset[str]:
    # The list of the tzdata package, so that a name is known on every machine or on none. What the operating system
    # offers beside it (``localtime``, ``posix/...``, ``right/...``) depends on the machine.
    listed = (pkgutil.get_data("tzdata", "zones") or b"").decode("ascii").split()
    return frozenset(name for name in listed if not _OFFSETS.fullmatch(name))


def zone(name: str) -> ZoneInfo:
    """Give the time zone of a name.

    Raises: DocumentError ``zone-unknown``.
    Source: IANA time zone database.

    >>> zone("Europe/Berlin")
    zoneinfo.ZoneInfo(key='Europe/Berlin')
    >>> zone("+02:00")
    Traceback (most recent call last):
    billcore.core.errors.DocumentError: [zone-unknown]: found +02:00, expected a name of the IANA time zone database, \
such as Europe/Berlin or UTC. An offset is no zone: it does not know when clocks change.
    """
    given: object = name
    if not isinstance(given, str) or given not in _names():
        raise DocumentError(
            "zone-unknown",
            found=shown(given),
            expected="a name of the IANA time zone database, such as Europe/Berlin or UTC",
            hint="An offset is no zone: it does not know when clocks change.",
        )
    return ZoneInfo(given)


def _read_zone(given: str) -> str:
    try:
        return zone(given).key
    except DocumentError as error:
        raise problem(error.code, found=error.found, expected=error.expected, hint=error.hint) from None


# A zone in a document: a name that the database knows.
ZoneName = Annotated[str, AfterValidator(_read_zone)]


def check_instant(given: object, path: str = "") -> datetime:
    """Give back an instant that knows its zone, or refuse what is none.

    Raises: DocumentError ``instant-malformed``, ``instant-naive``.
    """
    if not isinstance(given, datetime):
        raise DocumentError(
            "instant-malformed", found=type(given).__name__, expected="a datetime with its zone", path=path
        )
    if given.utcoffset() is None:
        raise DocumentError(
            "instant-naive",
            found=f"{given.isoformat()} without a zone",
            expected="a datetime with its zone",
            path=path,
            hint="Say which zone it was read in: datetime(..., tzinfo=zone('Europe/Berlin')).",
        )
    return given


def local_date(instant: datetime, zone_name: str) -> date:
    """Tell on which local day an instant falls.

    Args:
        instant: A datetime that knows its zone, whichever.
        zone_name: The IANA name of the contract's zone.

    Raises: DocumentError ``instant-malformed``, ``instant-naive``, ``zone-unknown``; LimitExceeded
        ``date-out-of-range``.
    Source: rules 2.

    >>> from datetime import UTC
    >>> local_date(datetime(2025, 3, 31, 22, 30, tzinfo=UTC), "Europe/Berlin")
    datetime.date(2025, 4, 1)
    """
    place = zone(zone_name)
    try:
        return check_instant(instant, "instant").astimezone(place).date()
    except (OverflowError, ValueError) as error:
        if isinstance(error, DocumentError):
            raise
        raise out_of_range("an instant at the edge of the calendar") from None
