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
from billcore.usage.metering import Metering
from billcore.usage.metering import QuantityRounding as Rounding
from billcore.usage.records import UsageRecord
from parity.amounts import rounded
from parity.given import Given, NotKnown
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
    digits = convention.use("weighted_digits")
    rounding = Rounding(digits=12 if digits is None else digits, mode="half_up" if digits is None else convention.use("weighted_rounding"))
    return {"weigh_by": "day", "end_day": convention.use("end_day"), "rounding": rounding}


def weighted(given: Given, convention: Convention) -> dict[str, Any]:
    """Weigh a running total by the days that it stood."""
    given.raw("currency"), given.raw("minor_unit_digits")
    aggregation = given.text("aggregation")
    if aggregation != "prorated_running_total":
        raise NotKnown(f"given.aggregation {aggregation!r} is unknown; known: prorated_running_total")
    period = given.inner("period")
    changes = given.each("level_changes") if given.has("level_changes") else []
    records = [_record(number, one.day("at"), one.text("delta")) for number, one in enumerate(changes)]
    measured = measure(
        Metering(aggregation="weighted_sum", **_by_day(convention)),
        records,
        Period(start=period.day("start"), end=period.day("end")),
        given.text("timezone", "UTC"),
        level_at_start=given.text("level_at_start", "0"),
    )
    return {"time_weighted_quantity": measured.quantity}


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
