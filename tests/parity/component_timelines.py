"""What a subscription of several components issues while its terms change (Meteroid's form).

Components are lines of one contract. A change at once credits and charges what is paid in advance, as one document; what
it closes in arrears goes with the next boundary. Billing runs come on each boundary and on each step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from billcore.billing.scheduling import schedule
from billcore.contract.change import Change
from billcore.contract.change_policy import ChangePolicy
from billcore.contract.changes import AnyChange
from billcore.contract.lines import ContractLine
from billcore.contract.resolution import resolve
from billcore.money.amount import Amount
from billcore.periods.anchor import BillingAnchor, DayOfMonth, OnDate, calendar
from billcore.periods.boundaries import tile
from billcore.periods.frequency import Frequency
from billcore.periods.period import Period
from billcore.pricing.discounts import PercentOff
from billcore.pricing.documents import Flat, Overage, PerUnit
from parity.agreements import Account, Agreement, instant_on
from parity.amounts import added, currency_of
from parity.documents import Asserted, Moment
from parity.given import Given, NotKnown
from parity.periods import frequency_of, period_of_case, written_period
from parity.presets import Convention

NAME = "subscription"
BOUNDARIES_BEHIND = 6
_SIDES = {"advance": "in_advance", "arrears": "in_arrears"}
# How an immediate change is settled: in advance at once, what it closes in arrears with the next boundary.
_AT_ONCE = ChangePolicy(closing_invoice="next")
_TERMS = ("plan", "price", "rate", "lines")


class _Component:
    """One component of the terms: what its line costs, and when."""

    def __init__(self, kind: str, price: Any, billed: str, quantity: str | None = None) -> None:
        self.kind, self.price, self.billed, self.quantity = kind, price, billed, quantity

    def line(self, name: str) -> ContractLine:
        """The contract line of it."""
        sku = self.kind.upper()
        return ContractLine(id=name, sku=sku, price=self.price, billed=self.billed, quantity=self.quantity)  # type: ignore[arg-type]


class _Subscription:
    """The components of one subscription while its steps are taken."""

    def __init__(self, given: Given, convention: Convention) -> None:
        self.given, self.convention = given, convention
        self.currency = currency_of(given)
        billing = given.inner("billing")
        self.every: Frequency = frequency_of(billing, "interval")
        self.timing = billing.choice("timing", _SIDES, "advance")
        self.anchor_day = int(billing.text("anchor_day")) if billing.has("anchor_day") else None
        self.is_calendar = billing.text("alignment", "") == "calendar"
        self.sharing, self.rounding = convention.sharing(), convention.use("rounding")
        self.account = Account()
        self.components: dict[str, tuple[str, _Component]] = {}  # name -> line id, component
        self.kinds: dict[str, str] = {}
        self.start: date | None = None
        self.day: date | None = None
        self.step = 0
        self.documents: dict[date, list[Any]] = {}
        self.notes: set[date] = set()
        self.usage = self._windows(given)
        self.is_paid = given.raw("invoice_paid", True) is not False

    # What terms say.

    def terms_of(self, step: Given, *, is_start: bool = False) -> dict[str, _Component]:
        """Read the components that a step names; a start takes those of the case too."""
        found: dict[str, _Component] = {}
        for source in (self.given, step) if is_start else (step,):
            for name in ("price", "rate"):
                if source.has(name):
                    found["rate"] = _Component("rate", Flat(amount=source.text(name)), self.timing)
            for name in [name for name in source.data if name.endswith("_unit_price")]:
                meter = name.removesuffix("_unit_price")
                found[meter] = _Component("usage", PerUnit(unit_price=source.text(name)), "in_arrears")
        if step.has("plan"):
            found |= self._plan(step)
        for text in step.texts("lines") if step.has("lines") else []:
            match = re.fullmatch(r"(\w+) ([0-9.]+)(?: x ([0-9]+))?", text, re.ASCII)
            if match is None:
                raise NotKnown(f"{step.path}.lines: {text[:40]!r} is no name, price and count")
            name, price, count = match.groups()
            found[name] = self._priced(price, count)
        return found

    def _priced(self, price: str, count: str | None) -> _Component:
        if count is None:
            return _Component("rate", Flat(amount=price), self.timing)
        return _Component("seats", PerUnit(unit_price=price), self.timing, count)

    def _plan(self, step: Given) -> dict[str, _Component]:
        plans = self.given.inner("plans")
        name = step.text("plan")
        if name not in plans.data:
            raise NotKnown(f"{step.path}.plan {name!r} is unknown; known: {', '.join(plans.data)}")
        if isinstance(plans.raw(name), str):
            return {"rate": _Component("rate", Flat(amount=plans.text(name)), self.timing)}
        plan = plans.inner(name)
        found: dict[str, _Component] = {}
        flat = {
            "capacity_base": "in_advance",
            "recurring_advance": "in_advance",
            "recurring_arrears": "in_arrears",
            "one_time": "once",
        }
        for field, side in flat.items():
            if plan.has(field):
                found[field] = _Component(field, Flat(amount=plan.text(field)), side)
        if plan.has("capacity_overage"):
            price = Overage(included=plan.text("capacity_included", "0"), unit_price=plan.text("capacity_overage"))
            found["units"] = _Component("overage", price, "in_arrears")
        return found

    def _windows(self, given: Given) -> list[tuple[Period, Mapping[str, str]]]:
        if not given.has("usage") or given.raw("usage") == "none":
            return []
        found = []
        for one in given.each("usage"):
            used = {name: one.text(name) for name in one.data if name != "window"}
            found.append((period_of_case(one.inner("window")), used))
        return found

    # Steps.

    def take(self, step: Given) -> None:
        """Take one step; runs of the boundaries before it come first."""
        self.step += 1
        steps: dict[str, Callable[[Given], None]] = {
            "start": self._start,
            "bill": lambda step: None,
            "change_now": self._change_now,
            "edit_price": self._edit_price,
            "schedule_at_period_end": self._schedule,
            "add": self._add,
            "remove": self._remove,
            "terminate": self._terminate,
            "cancel": self._terminate,
        }
        action = step.choice("action", steps)
        if step.has("at"):
            day = step.day("at")
            if self.start is not None:
                self.run_boundaries(day)
            self.day = day
        action(step)
        if step.has("at"):
            self.run(step.day("at"))

    def _start(self, step: Given) -> None:
        self.start = step.day("at")
        lines = []
        for name, component in self.terms_of(step, is_start=True).items():
            lines.append(self._named(name, component))
        self.open(lines, self.start)

    def open(self, lines: list[ContractLine], start: date) -> None:
        """Begin the subscription with its lines."""
        self.start = start
        self.account.agreements[NAME] = Agreement(
            NAME,
            lines,
            start=start,
            every=self.every,
            anchor=self._anchor(start),
            stub="to_anchor_day",
            currency=self.currency,
            sharing=self.sharing,
            rounding=self.rounding,
        )

    def _anchor(self, start: date) -> BillingAnchor:
        if self.anchor_day is not None and self.every.months:
            return DayOfMonth(day=self.anchor_day)
        return calendar(self.every) if self.is_calendar else OnDate(date=start)

    def _named(self, name: str, component: _Component) -> ContractLine:
        """A line of a component; one that was there before comes back as another line."""
        number = sum(1 for line in self.kinds if line.rpartition("-")[0] == name) + 1
        line = component.line(f"{name}-{number}")
        self.components[name] = (line.id, component)
        self.kinds[line.id] = component.kind
        return line

    def _amend(self, changes: list[AnyChange], effective: date, policy: ChangePolicy) -> None:
        assert self.day is not None
        if changes:
            agreement = self.account.agreements[NAME]
            agreement.amend(*changes, effective=effective, known_at=instant_on(self.day, self.step), policy=policy)

    def _replaced(self, terms: dict[str, _Component]) -> list[AnyChange]:
        """The changes from the components that are there to those of other terms."""
        changes: list[AnyChange] = []
        for name in [name for name in self.components if name not in terms]:
            line, component = self.components.pop(name)
            if component.billed != "once":
                changes.append(Change.remove(line))
        for name, component in terms.items():
            if component.billed == "once":
                continue  # a one-time fee of a plan is for a new subscription
            if name not in self.components:
                changes.append(Change.add(self._named(name, component)))
            else:
                changes.append(self._repriced(name, component))
        return changes

    def _repriced(self, name: str, component: _Component) -> AnyChange:
        line, _ = self.components[name]
        self.components[name] = (line, component)
        return Change.price(line, component.price, quantity=component.quantity)

    def _change_now(self, step: Given) -> None:
        self._amend(self._replaced(self.terms_of(step)), step.day("at"), _AT_ONCE)

    def _edit_price(self, step: Given) -> None:
        terms = self.terms_of(step)
        unknown = [name for name in terms if name not in self.components]
        if unknown:
            raise NotKnown(f"{step.path} edits {unknown[0]}, which is not there")
        self._amend([self._repriced(name, one) for name, one in terms.items()], step.day("at"), _AT_ONCE)

    def _schedule(self, step: Given) -> None:
        assert self.day is not None
        self._amend(self._replaced(self.terms_of(step)), self.boundary_behind(self.day), _AT_ONCE)

    def _add(self, step: Given) -> None:
        billed = step.choice("timing", _SIDES, "advance")
        name = step.text("line", "added")
        component = _Component("rate", Flat(amount=step.text("price")), billed)
        self._amend([Change.add(self._named(name, component))], step.day("at"), _AT_ONCE)

    def _remove(self, step: Given) -> None:
        name = step.choice("line", {name: name for name in self.components})
        line, _ = self.components.pop(name)
        self.notes.add(step.day("at"))
        self._amend([Change.remove(line)], step.day("at"), _AT_ONCE)

    def _terminate(self, step: Given) -> None:
        self._amend([Change.cancel()], step.day("at"), ChangePolicy())

    # Runs.

    def boundary_behind(self, day: date) -> date:
        """The first boundary behind a day."""
        return next(one for one in self._boundaries(day) if one > day)

    def _boundaries(self, day: date) -> list[date]:
        assert self.start is not None
        contract = self.account.agreements[NAME].contract
        # Far enough behind the day that it is not cut there.
        end = day + timedelta(days=BOUNDARIES_BEHIND * (self.every.months * 31 or self.every.days) + 366)
        rows = tile(Period(start=self.start, end=end), self.every, anchor=contract.anchor, stub="to_anchor_day")
        return [row.service.start for row in rows]

    def run_boundaries(self, until: date) -> None:
        """Run on each boundary behind the last step and before a day."""
        assert self.day is not None
        for day in self._boundaries(until):
            if self.day < day < until:
                self.run(day)

    def run_behind(self) -> None:
        """Run on the boundaries behind the last step."""
        assert self.day is not None
        for day in [one for one in self._boundaries(self.day) if one > self.day][:BOUNDARIES_BEHIND]:
            self.run(day)

    def run(self, day: date) -> None:
        """Bill through a day."""
        runs = self.account.run(day, known_at=instant_on(day, 80_000), usage={NAME: self._measured(day)})
        for one in runs:
            for document in one.documents:
                self.documents.setdefault(day, []).append(document)

    def _measured(self, through: date) -> dict[str, dict[date, str]]:
        """What was used of each window; a window that the case says nothing of was not used."""
        contract = self.account.agreements[NAME].contract
        resolved = resolve(contract, known_at=instant_on(through, 80_000), horizon=through)
        found: dict[str, dict[date, str]] = {}
        for row in schedule(resolved).rows:
            if row.component != "usage" or row.service.end > through:
                continue
            meter = row.line.rpartition("-")[0]
            told = [used[meter] for days, used in self.usage if row.service.covers(days) and meter in used]
            found.setdefault(row.line, {})[row.service.start] = added(told)
        return found

    # Documents.

    def written(self) -> list[dict[str, Any]]:
        """Every run that asked for something or gave something back, as one document."""
        return [self._document(day, found) for day, found in sorted(self.documents.items())]

    def _document(self, day: date, found: list[Any]) -> dict[str, Any]:
        minor = sum(-one.total.minor if one.kind == "credit_memo" else one.total.minor for one in found)
        lines = [self._line(line, one.kind == "credit_memo") for one in found for line in one.lines]
        overage = [line for line in lines if line["component"] == "overage"]
        ahead = [
            one["period"] for one in lines if one["kind"] == "advance" and one["period"]["start"] == day.isoformat()
        ]
        is_note = day in self.notes and minor < 0
        document = {
            "type": "credit_note" if is_note else "invoice",
            "at": Moment(day.isoformat(), day),
            "lines": Asserted(lines, "kind"),
            "net": self._text(-minor if is_note else minor),
            "total": self._text(-minor if is_note else minor),
            "overage_line": added([line["amount"] for line in overage]),
        }
        if ahead:
            document["period"] = ahead[0]
        if is_note:
            # What was not paid yet is owed no more; what was paid is the customer's.
            document["reduces"] = "customer balance" if self.is_paid else "amount due of the unpaid invoice"
            document["customer_balance"] = self._text(-minor if self.is_paid else 0)
        return document

    def _line(self, line: Any, is_memo: bool) -> dict[str, Any]:
        component = self.kinds[line.line]
        kind = {"usage": "usage", "one_time": "one_time"}.get(line.component, "advance")
        if line.component == "recurring" and self._billed(line.line) == "in_arrears":
            kind = "arrears"
        sign = -1 if is_memo else 1
        return {
            "kind": kind,
            "component": component,
            "period": written_period(line.service),
            "amount": self._text(sign * line.net_minor),
        }

    def _billed(self, line: str) -> str:
        return str(self.account.agreements[NAME].contract.line(line).billed)

    def _text(self, minor: int) -> str:
        return Amount(minor=minor, currency=self.currency).text


def component_timeline(given: Given, convention: Convention) -> dict[str, Any]:
    """Take the steps of a case; its documents by day."""
    subscription = _Subscription(given, convention)
    for step in given.each("timeline"):
        subscription.take(step)
    subscription.run_behind()
    return {"documents": Asserted(subscription.written(), "at")}


def usage_of_an_addon(given: Given, convention: Convention) -> dict[str, Any]:
    """Bill usage of an add-on that was there for some days."""
    addon = given.inner("usage_addon")
    active = period_of_case(addon.inner("active"))
    subscription = _Subscription(given, convention)
    component = _Component("usage", PerUnit(unit_price=addon.text("unit_price")), "in_arrears")
    subscription.usage = [(active, {"addon": addon.text("quantity_in_window")})]
    subscription.day = active.start
    subscription.open([subscription._named("addon", component)], active.start)
    # A line that ends with the day before is known to from the start of the next.
    subscription.day = active.end
    subscription._amend([Change.remove("addon-1")], active.end, _AT_ONCE)
    subscription.run(active.end)
    subscription.run_behind()
    return {"documents": Asserted(subscription.written(), "at")}


def discounted_cycles(given: Given, convention: Convention) -> dict[str, Any]:
    """Bill periods of a price with a coupon for some of them."""
    subscription = _Subscription(given, convention)
    coupon = given.inner("coupon")
    cycles = int(coupon.text("cycles"))
    off = PercentOff(percent=coupon.text("percent"), periods=cycles)
    price = Flat(amount=given.text("price"))
    start = given.day("start") if given.has("start") else date(2026, 1, subscription.anchor_day or 1)
    line = ContractLine(id="rate-1", sku="RATE", price=price, billed=subscription.timing, discounts=[off])
    subscription.kinds["rate-1"] = "rate"
    subscription.open([line], start)
    subscription.day = start
    subscription.run(start)
    subscription.run_behind()
    documents = []
    for number, (day, found) in enumerate(sorted(subscription.documents.items())):
        taken = sum(line.discount_minor for one in found for line in one.lines)
        written = subscription._document(day, found)
        documents.append({**written, "cycle": str(number), "discount": subscription._text(taken)})
    return {"documents": Asserted(documents, "cycle")}
