"""Which events a metering reads in a zone: each record once, by its conditions, with what was left out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from billcore.core.checks import check_kind
from billcore.core.findings import Finding
from billcore.core.value import Value
from billcore.periods.zones import zone as zone_of
from billcore.usage.deduplication import standing
from billcore.usage.events import UsageEvent, chosen, is_chosen, local_day, read_events
from billcore.usage.metering import Metering
from billcore.usage.records import UsageRecord


class Prepared(Value, frozen=True, kw_only=True):
    """Records as one metering reads them in one zone.

    Attributes:
        events: In order of local day, instant and id.
        doubts: What was left out, with the ordinals of the local days on which it falls.
        duplicates, replaced, unknown_yet, others: How many records repeat another, are corrected, were not known yet,
            and are not of this metering.
    """

    events: tuple[UsageEvent, ...]
    doubts: tuple[tuple[Finding, tuple[int, ...]], ...]
    duplicates: int
    replaced: int
    unknown_yet: int
    others: int


def prepared(
    metering: Metering, records: Iterable[UsageRecord], zone: str, as_known_at: datetime | None = None
) -> Prepared:
    """Count each record once and read it."""
    place = zone_of(zone)
    stand = standing(records, as_known_at=as_known_at)
    mine = chosen(metering, stand.records)
    events, unread = read_events(metering, mine, zone, place)
    doubts = []
    for doubt in (*stand.doubts, *unread):
        touched = [record for record in doubt.records if is_chosen(metering, record)]
        if touched:
            days = sorted({local_day(record.at, zone, place).toordinal() for record in touched})
            doubts.append((doubt.finding, tuple(days)))
    return Prepared(
        events=tuple(events),
        doubts=tuple(doubts),
        duplicates=stand.duplicates,
        replaced=len(stand.replaced),
        unknown_yet=stand.unknown_yet,
        others=len(stand.records) - len(mine),
    )


def check_metering(given: Metering) -> Metering:
    """Give back a metering, or refuse what is none. Raises: DocumentError ``argument-wrong``."""
    check_kind(given, Metering, "metering", hint="Plain data is read by Metering.read(...).")
    return given
