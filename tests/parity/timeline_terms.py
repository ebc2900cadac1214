"""What a timeline's case says of billing: the interval and sides, the plans with their fixed items, usage, tax."""

from __future__ import annotations

from datetime import date

from billcore.engine.tax_setting import Taxes
from billcore.invoice.tax import TaxRow, TaxTable
from billcore.periods.anchor import BillingAnchor, OnDate, calendar
from billcore.periods.frequency import Frequency
from parity.amounts import currency_of
from parity.given import Given, NotKnown
from parity.periods import frequency_of
from parity.presets import Convention

SIDES = {"advance": "in_advance", "arrears": "in_arrears"}
_NAMED_INTERVALS = {"weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year", "annual": "year"}


class Plan:
    """What a plan costs: a fee, fixed items, usage, and how long it is tried for nothing."""

    def __init__(self, given: Given, name: str, text: str | None, terms: Terms) -> None:
        self.name = name
        self.trial_days = 0
        self.fixed: list[tuple[str, str, str]] = []
        # A plan that is no more than its price has its interval in its name.
        self.every = Frequency.of(_NAMED_INTERVALS[name]) if name in _NAMED_INTERVALS else terms.every
        self.side = terms.side
        self.usage_price = terms.usage_price
        if text is not None:
            self.price = text
            return
        self.price = given.text("price")
        self.side = given.choice("timing", SIDES, terms.timing)
        self.trial_days = given.whole("trial_days") if given.has("trial_days") else 0
        if given.has("usage_unit_price"):
            self.usage_price = given.text("usage_unit_price")
        if given.has("interval"):
            self.every = frequency_of(given, "interval")
        for one in given.each("fixed") if given.has("fixed") else []:
            self.fixed.append((one.text("item"), one.text("units"), one.text("unit_price")))


class Terms:
    """What the case says of billing, and its plans."""

    def __init__(self, given: Given, convention: Convention) -> None:
        self.currency = currency_of(given)
        self.zone = given.text("timezone", "UTC")
        self.tax_percent = given.text("tax_percent", "0")
        billing = given.inner("billing")
        self.every: Frequency = frequency_of(billing, "interval")
        self.timing = billing.text("timing", "advance")
        self.side = billing.choice("timing", SIDES, "advance")
        billing.choice("usage_timing", {"arrears": 1}, "arrears")
        self.fixed_side = billing.choice("fixed_timing", SIDES, self.timing)
        self.is_fixed_prorated = billing.raw("fixed_prorated", True) is not False
        self.alignment = billing.choice(
            "alignment", {name: name for name in ("calendar", "anniversary")}, "anniversary"
        )
        self.usage_price, self.is_level = self._usage(given)
        self.plans: dict[str, Plan] = {}
        if given.has("plan"):
            self.plans[""] = Plan(given.inner("plan"), "", None, self)
        for name in given.inner("plans").data if given.has("plans") else ():
            inner = given.inner("plans")
            is_text = isinstance(inner.raw(name), str)
            plan = inner if is_text else inner.inner(name)
            self.plans[name] = Plan(plan, name, inner.text(name) if is_text else None, self)

    def _usage(self, given: Given) -> tuple[str | None, bool]:
        if not given.has("usage"):
            return None, False
        usage = given.inner("usage")
        told, *how = [word.strip() for word in usage.text("aggregation", "sum").split(",")]
        unknown = {told, *how} - {"sum", "level", "prorated by day", "carried over"}
        if unknown or told not in ("sum", "level"):
            raise NotKnown(f"{usage.path}.aggregation {usage.text('aggregation')!r} is unknown")
        return usage.text("unit_price"), told == "level"

    def anchor(self, start: date) -> BillingAnchor:
        """Where periods count from."""
        return calendar(self.every) if self.alignment == "calendar" else OnDate(date=start)

    def taxes(self) -> Taxes | None:
        """The tax table of the case: one percentage."""
        reason = "" if self.tax_percent.strip("0.") else "not-taxable"
        row = TaxRow(
            id="tax",
            jurisdiction="there",
            tax_class="all",
            name="Tax",
            rate=self.tax_percent,
            valid_from=date(1900, 1, 1),
            reason=reason,
        )
        classes = {"FEE": "all", "FIXED": "all", "USAGE": "all", "SEAT": "all"}
        return Taxes(table=TaxTable(rows=[row]), jurisdiction="there", tax_classes=classes)
