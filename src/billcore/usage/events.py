"""How a standing record is read by a metering: on which local day, with which number or item, in which group."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from billcore.core.errors import DocumentError, excerpt
from billcore.core.exact import FRACTION_DIGITS, plain
from billcore.core.findings import finding_of
from billcore.core.value import Value
from billcore.periods.zones import local_date
from billcore.usage.deduplication import Doubt
from billcore.usage.metering import Metering
from billcore.usage.records import UsageRecord, check_number
from billcore.usage.windows import microseconds

# Every number of a record is a whole number of these.
ONE: int = 10**FRACTION_DIGITS
ADD, REMOVE = "add", "remove"


class UsageEvent(Value, frozen=True, kw_only=True):
    """A record as one metering reads it.

    Attributes:
        day: Ordinal of the local day on which it falls.
        moment: Microseconds since 1970 in UTC.
        record: The record.
        number: The number that is aggregated, in units of 1E-12; 0 where items are counted.
        item: The item that is counted, or empty.
        removes: Whether the item is taken away.
        money: Money that came with it, in units of 1E-12; 0 where none is asked for.
        key: The values of the properties by which records are grouped.
    """

    day: int
    moment: int
    record: UsageRecord
    number: int = 0
    item: str = ""
    removes: bool = False
    money: int = 0
    key: tuple[str, ...] = ()


def number_text(number: int) -> str:
    """Spell a number in units of 1E-12 without trailing zeros.

    >>> number_text(2_500_000_000_000), number_text(-3 * ONE)
    ('2.5', '-3')
    """
    whole, part = divmod(number, ONE)
    return str(whole) if part == 0 else plain(number, FRACTION_DIGITS).rstrip("0")


def number_of(text: str) -> int:
    """Read a plain decimal text in units of 1E-12; it was checked before."""
    whole, _, part = text.partition(".")
    return int(whole + part.ljust(FRACTION_DIGITS, "0"))


def is_chosen(metering: Metering, record: UsageRecord) -> bool:
    """Whether a record has the metering's meter and fulfils its conditions."""
    if metering.meter is not None and record.meter != metering.meter:
        return False
    return all(record.said(condition.property) in condition.one_of for condition in metering.where)


def chosen(metering: Metering, records: Iterable[UsageRecord]) -> list[UsageRecord]:
    """Choose the records that a metering counts.

    Raises: DocumentError ``usage-meters-mixed`` where they are of several meters and the metering names none.
    """
    if metering.meter is None:
        records = tuple(records)
        meters = sorted({record.meter for record in records})
        if len(meters) > 1:
            raise DocumentError(
                "usage-meters-mixed",
                found=f"records of {meters[0]} and {meters[1]}",
                expected="records of one meter",
                path="records",
                hint="Name the meter that counts: Metering(meter=...).",
            )
    if metering.meter is None and not metering.where:
        return list(records)
    return [record for record in records if is_chosen(metering, record)]


def read_events(
    metering: Metering, records: Iterable[UsageRecord], zone: str, place: ZoneInfo
) -> tuple[list[UsageEvent], list[Doubt]]:
    """Read records, which stand in order of instant and id; what cannot be read is left out and is a doubt.

    Returns: the events in order of local day, instant and id.

    Raises: LimitExceeded ``date-out-of-range``.
    """
    events: list[UsageEvent] = []
    doubts: list[Doubt] = []
    # Looked up once: a million records ask the same.
    keys, money, operation = metering.group_by, metering.amount_property, metering.operation_property
    number, item = _number_reader(metering), metering.property if metering.counts_items else None
    for record in records:
        try:
            event = UsageEvent(
                day=local_day(record.at, zone, place).toordinal(),
                moment=microseconds(record.at),
                record=record,
                number=number(record),
                item=_property(record, item) if item is not None else "",
                removes=_removes(record, operation) if operation is not None else False,
                money=_number(record, money) if money is not None else 0,
                key=tuple([record.said(name) or "" for name in keys]) if keys else (),
            )
        except DocumentError as error:
            doubts.append(_doubt(error, record))
        else:
            events.append(event)
    # Records stand in order of instant and id; where clocks go back over midnight the day decides before the instant.
    events.sort(key=lambda event: (event.day, event.moment))
    return events, doubts


def local_day(at: datetime, zone: str, place: ZoneInfo) -> date:
    """Give the local day of an instant, as `local_date` does; the zone was looked up once for all records."""
    try:
        return at.astimezone(place).date()
    except (OverflowError, ValueError):
        return local_date(at, zone)  # which says so in our words


def _number_reader(metering: Metering) -> Callable[[UsageRecord], int]:
    name = metering.property
    if metering.counts_items or metering.aggregation == "count":
        return lambda record: 0
    if name is None:
        return lambda record: number_of(record.value)
    return lambda record: _number(record, name)


def _number(record: UsageRecord, name: str) -> int:
    return number_of(check_number(_property(record, name), f"properties.{name}"))


def _property(record: UsageRecord, name: str) -> str:
    said = record.said(name)
    if said is None:
        path = f"properties.{name}"
        raise DocumentError("usage-property-missing", found="nothing", expected=f"the property {name}", path=path)
    return said


def _removes(record: UsageRecord, name: str) -> bool:
    said = record.said(name)
    if said not in (None, ADD, REMOVE):
        raise DocumentError(
            "usage-operation-unknown",
            found=excerpt(said) if said else "an empty text",
            expected=f"{ADD} or {REMOVE}",
            path=f"properties.{name}",
        )
    return said == REMOVE


def _doubt(error: DocumentError, record: UsageRecord) -> Doubt:
    return Doubt(finding=finding_of(error, subject=record.id), records=(record,))
