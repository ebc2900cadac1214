"""How a standing record is read by a metering: on which local day, with which number or item, in which group."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from billcore.core.errors import BillcoreError, DocumentError, excerpt
from billcore.core.exact import FRACTION_DIGITS, exact, plain
from billcore.core.findings import Finding
from billcore.core.value import Value
from billcore.periods.zones import local_date
from billcore.usage.deduplication import Doubt
from billcore.usage.metering import Metering
from billcore.usage.records import UsageRecord
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
    held = dict(record.properties)
    return all(held.get(condition.property) in condition.one_of for condition in metering.where)


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
    """Read records in order of local day, instant and id; what cannot be read is left out and is a doubt.

    Raises: LimitExceeded ``date-out-of-range``.
    """
    events: list[UsageEvent] = []
    doubts: list[Doubt] = []
    read = _reader(metering)
    for record in records:
        try:
            number, item, removes, money, key = read(record)
        except BillcoreError as error:
            doubts.append(_doubt(error, record))
            continue
        events.append(
            UsageEvent(
                day=local_day(record.at, zone, place).toordinal(),
                moment=microseconds(record.at),
                record=record,
                number=number,
                item=item,
                removes=removes,
                money=money,
                key=key,
            )
        )
    events.sort(key=lambda event: (event.day, event.moment, event.record.id))
    return events, doubts


def local_day(at: datetime, zone: str, place: ZoneInfo) -> date:
    """Give the local day of an instant, as `local_date` does; the zone was looked up once for all records."""
    try:
        return at.astimezone(place).date()
    except (OverflowError, ValueError):
        return local_date(at, zone)  # which says so in our words


_Read = tuple[int, str, bool, int, tuple[str, ...]]


def _reader(metering: Metering) -> Callable[[UsageRecord], _Read]:
    """What a metering asks of a record, looked up once: a million records ask the same."""
    prop, money_prop, operation, keys = (
        metering.property,
        metering.amount_property,
        metering.operation_property,
        metering.group_by,
    )
    items, counts = metering.counts_items, metering.aggregation == "count"

    def read(record: UsageRecord) -> _Read:
        held = dict(record.properties)
        key = tuple([held.get(name, "") for name in keys]) if keys else ()
        money = _number(held, money_prop) if money_prop is not None else 0
        if items:
            return 0, _item(held, prop), _removes(held, operation), money, key
        if prop is not None:
            return _number(held, prop), "", False, money, key
        return 0 if counts else number_of(record.value), "", False, money, key

    return read


def _number(held: dict[str, str], name: str) -> int:
    exact(_property(held, name), path=f"properties.{name}")
    return number_of(held[name])


def _item(held: dict[str, str], name: str | None) -> str:
    return _property(held, name or "")


def _property(held: dict[str, str], name: str) -> str:
    if name not in held:
        path = f"properties.{name}"
        raise DocumentError("usage-property-missing", found="nothing", expected=f"the property {name}", path=path)
    return held[name]


def _removes(held: dict[str, str], name: str | None) -> bool:
    said = held.get(name, ADD) if name is not None else ADD
    if said not in (ADD, REMOVE):
        raise DocumentError(
            "usage-operation-unknown",
            found=excerpt(said) or "an empty text",
            expected=f"{ADD} or {REMOVE}",
            path=f"properties.{name}",
        )
    return said == REMOVE


def _doubt(error: BillcoreError, record: UsageRecord) -> Doubt:
    finding = Finding(
        code=error.code,
        path=error.path,
        found=error.found,
        expected=error.expected,
        hint=error.hint,
        subject=record.id,
    )
    return Doubt(finding=finding, records=(record,))
