"""What usage of dated windows costs, billed window by window (Kill Bill's form).

Windows are listed by the case, or cut by a cadence and an anchor day. A run comes at the end of each window and sees
what was recorded before it; usage that came late is billed by the next run on its own window.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import date
from itertools import pairwise
from typing import Any

from billcore.money.amount import Amount
from billcore.periods.anchor import BillingAnchor, ContractStart, DayOfMonth
from billcore.periods.boundaries import tile
from billcore.periods.period import Period
from billcore.pricing.rating import rate
from billcore.usage.measured import Measured
from parity.amounts import added, currency_of, money, rounded
from parity.comparison import compared
from parity.given import Given, NotKnown
from parity.periods import frequency_of, period_of_case
from parity.presets import Convention
from parity.prices import price_of


class Event:
    """A dated quantity, and the day on which it became known."""

    def __init__(self, given: Given) -> None:
        self.on = given.day("on")
        self.quantity = given.text("quantity")
        self.recorded = given.day("recorded_on") if given.has("recorded_on") else self.on


class _Line:
    """One price, and what a window of usage costs at it."""

    def __init__(self, price: Given, currency: str, convention: Convention) -> None:
        self.currency, self.convention = currency, convention
        self.priced = price_of(price, convention)
        tiers = price.raw("tiers", [])
        self.meters = sorted({name for tier in tiers for name in tier.get("limits") or ()})

    def amount(self, quantities: Sequence[str]) -> tuple[str, Amount]:
        """Give the sum of quantities, and what it costs, rounded once."""
        text = self.priced.check(added(quantities))
        if len(self.meters) > 1:
            raise NotKnown("events of one quantity for a price of several meters")
        rated = rate(self.priced.price, Measured(quantity=text, meters=tuple((name, text) for name in self.meters)))
        return text, rounded((rated.numerator, rated.denominator), self.currency, self.convention)


class _Lines:
    """The price of each day: a new price closes the window, and tiers are counted afresh."""

    def __init__(self, given: Given, convention: Convention) -> None:
        self.currency, self.convention = currency_of(given), convention
        self.nothing = Amount(minor=0, currency=self.currency)
        first = _Line(given.inner("price"), self.currency, convention)
        changes = given.each("price_changes") if given.has("price_changes") else []
        later = [(one.day("on"), _Line(one.inner("price"), self.currency, convention)) for one in changes]
        self._prices = [(date.min, first), *sorted(later, key=lambda pair: pair[0])]

    @property
    def days_of_change(self) -> list[date]:
        """The days on which a new price begins."""
        return [day for day, _ in self._prices[1:]]

    def of(self, day: date) -> _Line:
        """The price of a day."""
        return next(line for begins, line in reversed(self._prices) if begins <= day)


def billed_by_windows(given: Given, convention: Convention) -> dict[str, Any]:
    """Bill the windows of a case."""
    lines = _Lines(given, convention)
    if "periods" in given:
        return {"lines": _listed(given, lines)}
    if not given.has("billing_period"):
        raise NotKnown("windows of neither periods nor a billing_period")
    return {"invoices": _in_runs(given, lines)}


def _listed(given: Given, lines: _Lines) -> list[dict[str, Any]]:
    periods = given.each("periods")
    events = [Event(one) for one in given.each("events")] if given.has("events") else []
    billed = _billed(given, lines)
    found = []
    for period in periods:
        days = period_of_case(period)
        own = period.texts("quantities") if period.has("quantities") else []
        own += [period.text("quantity")] if period.has("quantity") else []
        known = [*own, *(event.quantity for event in events if event.on in days)]
        quantity, amount = lines.of(days.start).amount(known)
        found.append(_written(days, quantity, amount - billed.get((days.start, days.end), lines.nothing)))
    return found


def _billed(given: Given, lines: _Lines) -> dict[tuple[date, date], Amount]:
    """Add up what stands billed, window by window."""
    found: dict[tuple[date, date], Amount] = {}
    for one in given.each("already_billed") if given.has("already_billed") else []:
        days = (one.day("start"), one.day("end"))
        found[days] = found.get(days, lines.nothing) + money(one.text("amount"), lines.currency, lines.convention)
    return found


def _written(days: Period, quantity: str, amount: Amount) -> dict[str, Any]:
    return {
        "start": days.start.isoformat(),
        "end": days.end.isoformat(),
        "quantity": quantity,
        "amount": amount.text,
    }


def _in_runs(given: Given, lines: _Lines) -> list[dict[str, Any]]:
    """Bill every window at its end, and with it what came late for the windows before."""
    events = [Event(one) for one in given.each("events")]
    last = max((max(event.on, event.recorded) for event in events), default=given.day("service_start"))
    windows = windows_of(given, last, lines.days_of_change)
    closes = given.day("service_end") if given.has("service_end") else None
    held = [[event for event in events if _is_in(event.on, window, closes)] for window in windows]
    billed = _standing(given, lines, windows)
    invoices = []
    for number, run in enumerate(windows):
        due, sums = [], lines.nothing
        for earlier, inside in zip(windows[: number + 1], held, strict=False):
            if earlier is not run and not any(_is_new(event, windows[number - 1].end, run.end) for event in inside):
                continue
            known = [event.quantity for event in inside if event.recorded < run.end or _is_last(event, run, closes)]
            quantity, amount = lines.of(earlier.start).amount(known)
            more = amount - billed.get(earlier, lines.nothing)
            if more.minor:
                due.append(_written(earlier, quantity, more))
            billed[earlier] = amount
            sums += more
        invoices.append({"on": run.end.isoformat(), "lines": due, "total": sums.text})
    return invoices


def _is_new(event: Event, before: date, until: date) -> bool:
    """Whether a run sees an event that the run before did not see."""
    return before <= event.recorded < until


def _is_last(event: Event, run: Period, closes: date | None) -> bool:
    """Whether an event came on the day on which the service ends, which the last run sees."""
    return run.end == closes == event.recorded


def _standing(given: Given, lines: _Lines, windows: Iterable[Period]) -> dict[Period, Amount]:
    billed = _billed(given, lines)
    return {window: billed[window.start, window.end] for window in windows if (window.start, window.end) in billed}


def _is_in(day: date, window: Period, closes: date | None) -> bool:
    """Whether usage of a day counts in a window; that of the day on which the service ends does in the last one."""
    return day in window or (closes is not None and day == closes == window.end)


def windows_of(given: Given, last: date, cuts: Sequence[date] = ()) -> tuple[Period, ...]:
    """Cut the service into windows, through the one that holds the last day of usage.

    Args:
        cuts: Days on which a window is closed at once; the next one runs to the old boundary.
    """
    start = given.day("service_start")
    closes = given.day("service_end") if given.has("service_end") else None
    frequency = frequency_of(given.inner("billing_period"))
    found: list[Period] = []
    for begins, ends, anchor in _stretches(given, start, closes):
        # Far enough that the window which holds the last day is whole.
        stop = ends or date(min(last.year + 2 + frequency.count, 9999), 12, 31)
        if begins < stop:
            rows = tile(Period(start=begins, end=stop), frequency, anchor=anchor, stub="to_anchor_day")
            found += [part for row in rows for part in _cut(row.service, cuts)]
    return tuple(window for window in found if window.start <= last)


def _cut(window: Period, cuts: Sequence[date]) -> list[Period]:
    inside = sorted({day for day in cuts if window.start < day < window.end})
    edges = [window.start, *inside, window.end]
    return [Period(start=a, end=b) for a, b in pairwise(edges)]


def _stretches(given: Given, start: date, closes: date | None) -> Iterable[tuple[date, date | None, BillingAnchor]]:
    """Cut the service where its anchor moves: the window that is open then is closed at once."""
    anchor: BillingAnchor = ContractStart()
    if given.has("anchor_day"):
        anchor = DayOfMonth(day=given.whole("anchor_day"))
    for change in given.each("anchor_changes") if given.has("anchor_changes") else []:
        day = change.day("on")
        yield start, day, DayOfMonth(day=change.whole("from_day"))
        start, anchor = day, DayOfMonth(day=change.whole("to_day"))
    yield start, closes, anchor


def underivable(expect: Mapping[str, Any], got: Mapping[str, Any], given: Mapping[str, Any]) -> str | None:
    """Tell why a case that differs cannot be judged: only the end of a window does, and nothing given moves it.

    All else must agree: the window's start, its quantity and amount, the invoice's day and total.
    """
    moves = ("anchor_changes", "price_changes", "service_end")
    if "billing_period" not in given or any(given.get(name) for name in moves):
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
