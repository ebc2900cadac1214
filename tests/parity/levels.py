"""What a level that rises and falls comes to: its peaks, and its weight by days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from billcore.periods.boundaries import period_of
from billcore.periods.period import Period
from billcore.pricing.documents import Price
from billcore.pricing.rating import rate
from billcore.usage.aggregation import measure
from billcore.usage.measured import Measured
from billcore.usage.metering import Metering, QuantityRounding
from billcore.usage.records import UsageRecord
from parity.amounts import rounded
from parity.given import Given, NotKnown
from parity.periods import period_of_case
from parity.presets import Convention
from parity.prices import price_of

_DAY = Period(start=date(2026, 1, 1), end=date(2026, 1, 2))
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def _record(number: int, day: date, value: str = "1", **properties: str) -> UsageRecord:
    """Make a record; those of one day come in the order of their numbers."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=number)
    return UsageRecord(id=f"e{number:05}", meter="level", at=at, value=value, properties=properties)


def peaks_of_values(values: Sequence[str]) -> list[str]:
    """Give the highest that a running total was after each change."""
    records = [_record(number, _DAY.start, value) for number, value in enumerate(values)]
    return _after_each(Metering(aggregation="high_water"), records)


def peaks_of_items(changes: Sequence[tuple[str, str]]) -> list[str]:
    """Give the most items that were there at once after each change."""
    records = [_item(number, _DAY.start, item, op) for number, (item, op) in enumerate(changes)]
    return _after_each(_items("high_water", level_of="items"), records)


def _after_each(metering: Metering, records: Sequence[UsageRecord]) -> list[str]:
    return [measure(metering, records[: n + 1], _DAY, "UTC").quantity for n in range(len(records))]


def _item(number: int, day: date, item: str, op: str) -> UsageRecord:
    if op not in ("add", "remove"):
        raise NotKnown(f"the operation {op!r} of an item is unknown")
    return _record(number, day, item=item, operation=op)


def _items(aggregation: str, **fields: Any) -> Metering:
    return Metering(aggregation=aggregation, property="item", operation_property="operation", **fields)  # type: ignore[arg-type]


def _by_day(convention: Convention) -> dict[str, Any]:
    """How a level is weighed by days: which day counts where something goes, and how the quantity is rounded."""
    return {"weigh_by": "day", "end_day": convention.use("end_day"), "rounding": _rounding(convention)}


def _rounding(convention: Convention) -> QuantityRounding:
    """How a weighted quantity, which may have no end, is rounded; the finest that there is where nobody says it."""
    digits = convention.use("weighted_digits")
    mode = "half_up" if digits is None else convention.use("weighted_rounding")
    return QuantityRounding(digits=12 if digits is None else digits, mode=mode)


def weighted(given: Given, convention: Convention) -> dict[str, Any]:
    """Weigh a running total, or items that are there, by the time that they stood."""
    given.raw("currency"), given.raw("minor_unit_digits")
    how = given.choice("aggregation", _AGGREGATIONS)
    period = period_of_case(given.inner("period"))
    zone = given.text("timezone", "UTC")
    if how == "items":
        changes = given.each("unique_items" if "unique_items" in given else "events")
        records = [_item(n, one.day("at"), one.text("item"), one.text("op", "add")) for n, one in enumerate(changes)]
        metering = _items("weighted_sum", level_of="items", **_by_day(convention))
        return _weights(measure(metering, records, period, zone))
    changes = given.each("level_changes") if given.has("level_changes") else []
    metering = Metering(aggregation="weighted_sum", **_by_day(convention))
    if how == "instants":
        metering = Metering(aggregation="weighted_sum", rounding=_rounding(convention))
        records = [_at_instant(number, one) for number, one in enumerate(changes)]
    else:
        records = [_record(number, one.day("at"), one.text("delta")) for number, one in enumerate(changes)]
    return _weights(measure(metering, records, period, zone, level_at_start=given.text("level_at_start", "0")))


# What the running quantity is: a total weighed by days, items weighed by days, a total weighed by instants.
_AGGREGATIONS = {
    "prorated_running_total": "days",
    "prorated_sum": "days",
    "prorated_unique_count": "items",
    "prorated_unique_items": "items",
    "weighted_sum": "instants",
}


def _weights(measured: Measured) -> dict[str, Any]:
    return {"time_weighted_quantity": measured.quantity}


def _at_instant(number: int, given: Given) -> UsageRecord:
    text = given.text("at")
    try:
        at = datetime.fromisoformat(text if "T" in text else f"{text}T00:00:00Z")
    except ValueError:
        raise NotKnown(f"{given.path}.at is {text[:40]!r}, and an instant is expected") from None
    return UsageRecord(id=f"e{number:05}", meter="level", at=at, value=given.text("delta"))


def items_by_day(given: Given, currency: str, convention: Convention) -> dict[str, Any]:
    """Rate items that come and go by the days that they are there."""
    zone = given.text("timezone", "UTC")
    price = price_of(given.inner("pricing"), convention).price
    changes = [(one.day("at"), one.text("item"), one.text("op", "add")) for one in given.each("unique_items")]
    records = [_item(number, day, item, op) for number, (day, item, op) in enumerate(changes)]
    period, full = _first_period(given, min((day for day, _, _ in changes), default=given.day("subscription_start")))
    following = period_of(full.end, _interval(given), full.start)
    weigh = _items("weighted_sum", level_of="items", carries_over=True, **_by_day(convention))
    count = _items("unique_count")

    def amount(known: Sequence[UsageRecord], days: Period, whole: Period) -> str:
        return _amount(price, measure(weigh, known, days, zone, full=whole), currency, convention)

    amounts = []
    for number, (day, _, _) in enumerate(changes):
        known = records[: number + 1]
        units = measure(count, known, period, zone).quantity
        amounts.append({"after": day.isoformat(), "units": units, "amount": amount(known, period, full)})
    return {
        "amounts": amounts,
        "invoice_total": amount(records, period, full),
        f"{_MONTHS[following.start.month - 1]}_usage_without_events": amount(records, following, following),
    }


def _amount(price: Price, measured: Measured, currency: str, convention: Convention) -> str:
    rated = rate(price, measured)
    return rounded((rated.numerator, rated.denominator), currency, convention).text


def _interval(given: Given) -> str:
    return str(given.inner("billing").choice("interval", {n: n for n in ("week", "month", "quarter", "year")}))


def _first_period(given: Given, day: date) -> tuple[Period, Period]:
    """Give the billing period of a day, from the subscription's start on, and the full one that it is of."""
    start, billing = given.day("subscription_start"), given.inner("billing")
    billing.choice("timing", {"arrears": 1})
    is_calendar = billing.choice("alignment", {"calendar": True, "anniversary": False})
    # A Monday and a New Year's day: weeks, months, quarters and years of the calendar count from it.
    full = period_of(day, _interval(given), date(2001, 1, 1) if is_calendar else start)
    return Period(start=max(start, full.start), end=full.end), full
