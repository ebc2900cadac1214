"""What usage of dated windows costs, billed window by window (Kill Bill's form).

Windows are listed by the case, or cut by a cadence and an anchor day. A run comes at the end of each window and sees
what was recorded before it; usage that came late is billed by the next run on its own window.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from billcore.core.ratio import decimal_text, plus, ratio_of
from billcore.money.amount import Amount
from billcore.periods.anchor import BillingAnchor, ContractStart, DayOfMonth
from billcore.periods.boundaries import tile
from billcore.periods.frequency import Frequency
from billcore.periods.period import Period
from billcore.pricing.rating import rate
from billcore.usage.measured import Measured
from parity.amounts import currency_of, money, rounded
from parity.comparison import compared
from parity.given import Given, NotKnown
from parity.prices import price_of
from parity.presets import Convention


class Event:
    """A dated quantity, and the day on which it became known."""

    def __init__(self, given: Given) -> None:
        self.on = given.day("on")
        self.quantity = given.text("quantity")
        self.recorded = given.day("recorded_on") if given.has("recorded_on") else self.on


class _Line:
    def __init__(self, given: Given, convention: Convention) -> None:
        self.currency = currency_of(given)
        self.convention = convention
        self.price = given.inner("price")
        self.priced = price_of(self.price, convention)

    def amount(self, quantities: Sequence[str]) -> tuple[str, Amount]:
        """Give the sum of quantities, and what it costs, rounded once."""
        whole = (0, 1)
        for quantity in quantities:
            whole = plus(whole, ratio_of(quantity))
        text = self.priced.check(decimal_text(whole))
        meters = sorted({name for tier in self.price.raw("tiers", []) for name in tier.get("limits", ())})
        if len(meters) > 1:
            raise NotKnown("events of one quantity for a price of several meters")
        rated = rate(self.priced.price, Measured(quantity=text, meters=tuple((name, text) for name in meters)))
        return text, rounded((rated.numerator, rated.denominator), self.currency, self.convention)


def billed_by_windows(given: Given, convention: Convention) -> dict[str, Any]:
    """Bill the windows of a case."""
    line = _Line(given, convention)
    if "periods" in given:
        return {"lines": _listed(given, line)}
    if not given.has("billing_period"):
        raise NotKnown("windows of neither periods nor a billing_period")
    return {"invoices": _in_runs(given, line)}


def _listed(given: Given, line: _Line) -> list[dict[str, Any]]:
    periods = given.each("periods")
    events = [Event(one) for one in given.each("events")] if given.has("events") else []
    billed = _billed(given, line)
    lines = []
    for period in periods:
        days = Period(start=period.day("start"), end=period.day("end"))
        own = period.texts("quantities") if period.has("quantities") else []
        own += [period.text("quantity")] if period.has("quantity") else []
        quantity, amount = line.amount([*own, *(event.quantity for event in events if event.on in days)])
        lines.append(_line(days, quantity, amount - billed.get((days.start, days.end), _nothing(line))))
    return lines


def _billed(given: Given, line: _Line) -> dict[tuple[date, date], Amount]:
    """Add up what stands billed, window by window."""
    found: dict[tuple[date, date], Amount] = {}
    for one in given.each("already_billed") if given.has("already_billed") else []:
        days = (one.day("start"), one.day("end"))
        found[days] = found.get(days, _nothing(line)) + money(one.text("amount"), line.currency, line.convention)
    return found


def _nothing(line: _Line) -> Amount:
    return Amount(minor=0, currency=line.currency)


def _line(days: Period, quantity: str, amount: Amount) -> dict[str, Any]:
    return {
        "start": days.start.isoformat(),
        "end": days.end.isoformat(),
        "quantity": quantity,
        "amount": amount.text,
    }


def _in_runs(given: Given, line: _Line) -> list[dict[str, Any]]:
    """Bill every window at its end, and with it what came late for the windows before."""
    events = [Event(one) for one in given.each("events")]
    last = max((max(event.on, event.recorded) for event in events), default=given.day("service_start"))
    windows = windows_of(given, last)
    closes = given.day("service_end") if given.has("service_end") else None
    billed: dict[Period, Amount] = _standing(given, line, windows)
    invoices = []
    for number, window in enumerate(windows):
        known = [event for event in events if event.recorded < window.end or window.end == closes == event.recorded]
        lines, sums = [], _nothing(line)
        for earlier in windows[: number + 1]:
            inside = [event.quantity for event in known if _is_in(event.on, earlier, closes)]
            quantity, amount = line.amount(inside)
            stands = billed.get(earlier, _nothing(line))
            if amount != stands:
                lines.append(_line(earlier, quantity, amount - stands))
                sums += amount - stands
            billed[earlier] = amount
        invoices.append({"on": window.end.isoformat(), "lines": lines, "total": sums.text})
    return invoices


def _standing(given: Given, line: _Line, windows: Iterable[Period]) -> dict[Period, Amount]:
    billed = _billed(given, line)
    return {window: billed[window.start, window.end] for window in windows if (window.start, window.end) in billed}


def _is_in(day: date, window: Period, closes: date | None) -> bool:
    """Whether usage of a day counts in a window; that of the day on which the service ends does in the last one."""
    return day in window or (closes is not None and day == closes == window.end)


def windows_of(given: Given, last: date) -> tuple[Period, ...]:
    """Cut the service into windows, through the one that holds the last day of usage."""
    start = given.day("service_start")
    closes = given.day("service_end") if given.has("service_end") else None
    frequency = _frequency(given.inner("billing_period"))
    found: list[Period] = []
    for begins, ends, anchor in _stretches(given, start, closes):
        # Two windows more than the last day asks for: the one that holds it may be a long one.
        stop = ends or date(last.year + 4, 12, 31)
        if begins < stop:
            rows = tile(Period(start=begins, end=stop), frequency, anchor=anchor, stub="to_anchor_day")
            found += [row.service for row in rows]
    return tuple(window for window in found if window.start <= last)


def _stretches(
    given: Given, start: date, closes: date | None
) -> Iterable[tuple[date, date | None, BillingAnchor]]:
    """Cut the service where its anchor moves: the window that is open then is closed at once."""
    changes = given.each("anchor_changes") if given.has("anchor_changes") else []
    anchor: BillingAnchor = ContractStart()
    if given.has("anchor_day"):
        anchor = DayOfMonth(day=given.whole("anchor_day"))
    for change in changes:
        day = change.day("on")
        yield start, day, DayOfMonth(day=change.whole("from_day"))
        start, anchor = day, DayOfMonth(day=change.whole("to_day"))
    yield start, closes, anchor


def _frequency(given: Given) -> Frequency:
    return Frequency(unit=given.choice("unit", {n: n for n in ("day", "week", "month", "quarter", "year")}), count=given.whole("count", 1))


def underivable(expect: Mapping[str, Any], got: Mapping[str, Any], given: Mapping[str, Any]) -> str | None:
    """Tell why a case that differs cannot be judged: only the end of a window does, and nothing given moves it.

    All else must agree: the window's start, its quantity and amount, the invoice's day and total.
    """
    if "billing_period" not in given or "anchor_changes" in given or given.get("service_end") is not None:
        return None
    ends = {line["start"]: line["end"] for invoice in got["invoices"] for line in invoice["lines"]}
    moved, told = deepcopy(dict(expect)), []
    for invoice in moved.get("invoices", []):
        for line in invoice.get("lines", []):
            start, end = line.get("start"), line.get("end")
            if start in ends and isinstance(end, str) and start < end < ends[start]:
                told.append(f"[{start}, {end})")
                line["end"] = ends[start]
    if not told or compared(moved, got).different:
        return None
    return f"the expected window {told[0]} is no window of the given cadence, and nothing given moves its end"
