"""Which usage of a period became known too late for an earlier bill, so that a difference can be explained."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from billcore.periods.period import Period, check_period
from billcore.periods.zones import zone as zone_of
from billcore.usage.deduplication import standing
from billcore.usage.events import local_day
from billcore.usage.records import UsageRecord, check_moment, check_records


def late(records: Iterable[UsageRecord], period: Period, zone: str, since: datetime) -> tuple[UsageRecord, ...]:
    """Tell which records of a period became known after an instant.

    Args:
        records: In any order.
        period: Local dates.
        zone: IANA name of the contract's zone.
        since: What was known at this instant is not late.

    Returns: the records that fall into the period or correct one that does, in the order in which they became known,
        then of id; a record without ``known_at`` was always known, and a second delivery of the same is not late.
    Raises: DocumentError ``list-malformed``, ``argument-wrong``, ``period-malformed``, ``zone-unknown``,
        ``instant-malformed``, ``instant-naive``; LimitExceeded ``limit-exceeded``, ``date-out-of-range``.
    Source: rules 3: late usage re-rates its own service period.

    >>> from datetime import UTC, date
    >>> march = Period(start=date(2026, 3, 1), end=date(2026, 4, 1))
    >>> noon, later = datetime(2026, 3, 9, 12, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)
    >>> found = late([UsageRecord(id="e-1", meter="api", at=noon, known_at=later)], march, "UTC", since=noon)
    >>> [record.id for record in found]
    ['e-1']
    """
    given = check_records(records)
    check_period(period, "period")
    place, after = zone_of(zone), check_moment(since, "since")
    stand = standing(given)
    doubtful = [record for doubt in stand.doubts for record in doubt.records]
    once = {(record.id, record.known_at): record for record in (*stand.records, *stand.replaced, *doubtful)}
    inside = {record.id for record in once.values() if local_day(record.at, zone, place) in period}
    found = [
        (record.known_at, record.id, record)
        for record in once.values()
        if record.known_at is not None
        and record.known_at > after
        and (record.id in inside or (record.replaces is not None and record.replaces in inside))
    ]
    return tuple(record for _, _, record in sorted(found, key=lambda row: row[:2]))
