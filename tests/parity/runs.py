"""What each billing run of one service period books, when a run rates all usage so far (OpenMeter's form).

Booked on the run's own period, or on the periods that the usage belongs to.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from billcore.money.amount import Amount, total
from billcore.pricing.details import Detail
from billcore.pricing.progressive import details_between, difference_of_details, priced_span
from parity.amounts import currency_of
from parity.given import Given, NotKnown
from parity.presets import Convention
from parity.prices import Priced, price_of
from parity.split_lines import Terms, line_of
from parity.units import modifiers_of

_Days = tuple[date, date]


class _Line:
    """Rates all usage so far, with the terms of the price."""

    def __init__(self, given: Given, convention: Convention) -> None:
        self.currency = currency_of(given)
        price = given.inner("price")
        self.model = price.text("model")
        self.priced: Priced = price_of(price, convention)
        self.terms = Terms(given, price, self.currency, convention)
        self.rounding = convention.use("rounding")
        self.modifiers = modifiers_of(given)
        self.end = given.inner("service_period").day("end")

    def through(self, quantity: str, day: date) -> tuple[Detail, ...]:
        """Give what all usage comes to; the minimum only at the period's end."""
        nothing = Amount(minor=0, currency=self.currency)
        _, units = priced_span("0", quantity, self.modifiers)
        details = details_between(
            self.priced.price,
            "0",
            self.priced.check(units),
            currency=self.currency,
            is_first=True,
            is_last=True,
            rounding=self.rounding,
        )
        details = self.terms.reduced(details, nothing)
        return self.terms.raised(details, nothing) if day == self.end else details

    def written(self, details: tuple[Detail, ...], days: _Days) -> list[dict[str, Any]]:
        """Write lines with the period that they are booked on."""
        period = {"start": days[0].isoformat(), "end": days[1].isoformat()}
        return [{**line_of(detail, self.model), "period": period} for detail in details]


def booked_by_runs(given: Given, convention: Convention) -> dict[str, Any]:
    """Book the runs of a case."""
    line = _Line(given, convention)
    start = given.inner("service_period").day("start")
    runs = given.each("runs")
    if runs and all("cumulative_quantity" in run for run in runs):
        convention.name("late_usage", "bill_next")
        booked = _on_current_period(line, start, runs)
    elif runs and all("cumulative_quantity_at_period_ends" in run for run in runs):
        convention.name("late_usage", "original_period")
        booked = _on_original_periods(line, runs)
    else:
        raise NotKnown("runs without cumulative_quantity or cumulative_quantity_at_period_ends")
    convention.name("step", "difference_of_details")
    totals = [total([detail.total for detail in details], line.currency) for _, details in booked]
    return {
        "runs": [
            {"run": number, "lines": lines, "total": amount.text}
            for number, ((lines, _), amount) in enumerate(zip(booked, totals, strict=True), start=1)
        ],
        "grand_total": total(totals, line.currency).text,
    }


_Booked = list[tuple[list[dict[str, Any]], list[Detail]]]


def _on_current_period(line: _Line, start: date, runs: list[Given]) -> _Booked:
    booked, stands = [], ()
    for run in runs:
        end = run.day("bill_through")
        now = line.through(run.text("cumulative_quantity"), end)
        new = difference_of_details(now, stands)
        booked.append((line.written(new, (start, end)), list(new)))
        start, stands = end, now
    return booked


def _on_original_periods(line: _Line, runs: list[Given]) -> _Booked:
    booked: _Booked = []
    periods: list[_Days] = []
    stands: dict[_Days, tuple[Detail, ...]] = {}
    for run in runs:
        period = run.inner("period")
        periods.append((period.day("start"), period.day("end")))
        quantities = run.texts("cumulative_quantity_at_period_ends")
        if len(quantities) != len(periods):
            raise NotKnown(f"{run.path} has {len(quantities)} quantities and {len(periods)} periods so far")
        lines: list[dict[str, Any]] = []
        details: list[Detail] = []
        before: tuple[Detail, ...] = ()
        for days, quantity in zip(periods, quantities, strict=True):
            through = line.through(quantity, days[1])
            due = difference_of_details(through, before)
            new = difference_of_details(due, stands.get(days, ()))
            stands[days], before = due, through
            lines += line.written(new, days)
            details += new
        booked.append((lines, details))
    return booked
