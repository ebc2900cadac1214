"""What is billed before a period ends because use reached a threshold, and what its last invoice takes off for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from billcore.billing.thresholds import billing_points
from billcore.contract.thresholds import ProgressiveThresholds
from billcore.core.ratio import ZERO, decimal_text, plus, ratio_of, times
from billcore.money.amount import Amount
from billcore.periods.boundaries import period_of
from billcore.periods.period import Period
from billcore.pricing.rating import rate
from parity.amounts import added, currency_of, rounded
from parity.given import Given, NotKnown
from parity.periods import share_of
from parity.presets import Convention
from parity.prices import price_of

_CALENDAR = date(2001, 1, 1)  # a Monday and a New Year's day
_USAGE, _BILL, _TERMINATE, _CHANGE = "usage", "bill", "terminate", "change"
_ACTIONS = {"usage": _USAGE, "bill": _BILL, "terminate": _TERMINATE, "upgrade": _CHANGE, "change_now": _CHANGE}


class _Plan:
    """The fee, the price of use and the thresholds of a case."""

    def __init__(self, given: Given, convention: Convention) -> None:
        self.given, self.convention, self.currency = given, convention, currency_of(given)
        given.raw("timezone")
        if ratio_of(given.text("tax_percent", "0"))[0]:
            raise NotKnown("tax beside progressive credits is a later part")
        billing = given.inner("billing")
        billing.choice("timing", {"arrears": 1})
        self.start = given.day("start")
        is_calendar = billing.choice("alignment", {"calendar": True, "anniversary": False})
        self.interval = billing.choice("interval", {n: n for n in ("week", "month", "quarter", "year")})
        self.anchor = _CALENDAR if is_calendar else self.start
        self.fee = ratio_of(given.inner("plan").text("price"))
        self.usage = price_of(given.inner("usage"), convention, "per_unit")
        self.thresholds = ProgressiveThresholds(
            amounts=given.texts("thresholds") if given.has("thresholds") else [],
            recurring=given.text("recurring_threshold") if given.has("recurring_threshold") else None,
        )

    def rated(self, quantity: str) -> Amount:
        """What use comes to."""
        exact = rate(self.usage.price, self.usage.check(quantity))
        return rounded((exact.numerator, exact.denominator), self.currency, self.convention)

    def fee_of(self, part: Period, full: Period) -> Amount:
        """What the fee comes to for the days of a part."""
        return rounded(times(self.fee, share_of(part, full)), self.currency, self.convention)


def progressive_billing(given: Given, convention: Convention) -> dict[str, Any]:
    """Bill a timeline of usage."""
    plan = _Plan(given, convention)
    steps = [(one.day("at"), one.choice("action", _ACTIONS), one) for one in given.each("timeline")]
    documents: list[dict[str, str]] = []
    begins, open_steps, is_over = plan.start, [], False
    for day, action, one in steps:
        if is_over:
            raise NotKnown(f"a step on {day} behind the end of the terms that the case gives")
        if action == _USAGE:
            open_steps.append((day, one.text("quantity")))
            continue
        # A day of change is the new terms'; whether the day of termination is charged, the convention says.
        is_charged = action == _TERMINATE and convention.use("end_day") == "charged"
        ends = day + timedelta(days=1) if is_charged else day
        documents += _closed(plan, Period(start=begins, end=ends), day, open_steps)
        begins, open_steps, is_over = ends, [], action != _BILL
    if open_steps:
        full = period_of(open_steps[0][0], plan.interval, plan.anchor)
        documents += [document for document, _ in _points(plan, open_steps, full)]
    return {"documents": documents}


_Usage = list[tuple[date, str]]


def _points(plan: _Plan, used: _Usage, full: Period) -> list[tuple[dict[str, str], int]]:
    """Bill what reached a threshold, each document with its amount."""
    rated: dict[date, int] = {}
    whole = ZERO
    for day, quantity in used:
        if day not in full:
            raise NotKnown(f"usage on {day} outside the billing period {full}, which no step closes")
        whole = plus(whole, ratio_of(quantity))
        rated[day] = plan.rated(decimal_text(whole)).minor
    points = billing_points(plan.thresholds, sorted(rated.items()), currency=plan.currency)
    return [
        (
            {"type": "invoice", "at": point.at.isoformat(), "total": _text(plan, point.due_minor)},
            point.due_minor,
        )
        for point in points
    ]


def _closed(plan: _Plan, part: Period, day: date, used: _Usage) -> list[dict[str, str]]:
    """Bill a period that ends: the fee of its days and all use, less what was billed progressively."""
    full = period_of(part.start, plan.interval, plan.anchor)
    if not full.covers(part):
        raise NotKnown(f"the steps close {part}, which is more than the billing period {full}")
    points = _points(plan, used, full)
    gross = plan.fee_of(part, full) + plan.rated(added(quantity for _, quantity in used))
    credit = sum(minor for _, minor in points)
    last = {
        "type": "invoice",
        "at": day.isoformat(),
        "gross": gross.text,
        "progressive_credit": _text(plan, credit),
        "total": _text(plan, gross.minor - credit),
    }
    return [*(document for document, _ in points), last]


def _text(plan: _Plan, minor: int) -> str:
    return Amount(minor=minor, currency=plan.currency).text
