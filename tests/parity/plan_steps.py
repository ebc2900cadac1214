"""What a billing run issues after plans were taken, changed, paused and cancelled (Kill Bill's form)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from billcore.billing.billed import BilledLine
from billcore.billing.standing import ADJUSTMENT
from billcore.contract.change import Change
from billcore.contract.changes import AnyChange
from billcore.contract.lines import ContractLine
from billcore.core.canonical import digest
from billcore.core.value import replaced
from billcore.money.amount import Amount
from billcore.periods.anchor import BillingAnchor, ContractStart, DayOfMonth
from billcore.periods.frequency import Frequency
from billcore.pricing.documents import Flat, PerUnit
from parity.agreements import Account, Agreement, document_lines, instant_on
from parity.amounts import currency_of, money
from parity.given import Given, NotKnown
from parity.periods import frequency_of
from parity.presets import Convention

LINE = "plan"


class _Plan:
    """A price per billing period."""

    def __init__(self, given: Given, *, counts_open: bool) -> None:
        self.every: Frequency = frequency_of(given.inner("billing_period"))
        mode = given.choice("billing_mode", {name: name for name in ("in_advance", "in_arrears")}, "in_advance")
        # An open cycle that is billed in arrears was begun before the run: it is billed in advance, a day later.
        self.billed = "in_advance" if counts_open else mode
        self.is_late = counts_open and mode == "in_arrears"
        price, quantity = given.text("price"), given.text("quantity", "")
        self.quantity = quantity or None
        self.price = PerUnit(unit_price=price) if quantity else Flat(amount=price)

    def line(self) -> ContractLine:
        """The contract line of a subscription to it."""
        return ContractLine(
            id=LINE, sku="PLAN", price=self.price, quantity=self.quantity, billed=self.billed, billed_every=self.every
        )

    def anchor(self, day: int | None) -> BillingAnchor:
        """A day of the month; steps of days keep the weekday of the start."""
        return DayOfMonth(day=day) if day is not None and self.every.months else ContractStart()


class _Subscription:
    """A subscription with the plan and the anchor's day that were told last."""

    def __init__(self, agreement: Agreement, plan: _Plan, anchor_day: int | None) -> None:
        self.agreement, self.plan, self.anchor_day = agreement, plan, anchor_day

    def rebased(self) -> AnyChange:
        """The billing of the plan from a change on: its cycles count from the month of the change."""
        return Change.billing(
            LINE,
            billed_every=self.plan.every,
            anchor=self.plan.anchor(self.anchor_day),
            billed=self.plan.billed,  # type: ignore[arg-type]
            rebase_month=True,
        )


class _Steps:
    """The steps of a case, taken in order."""

    def __init__(self, given: Given, convention: Convention) -> None:
        self.currency = currency_of(given)
        self.convention = convention
        counts_open = given.raw("in_arrears_bills_open_period", False) is True
        self.plans = {one.text("id"): _Plan(one, counts_open=counts_open) for one in given.each("plans")}
        self.sharing, self.rounding = convention.sharing(), convention.use("rounding")
        self.account = Account()
        self.subscriptions: dict[str, _Subscription] = {}
        self.invoices: list[dict[str, Any]] = []
        self.credit = Amount(minor=0, currency=self.currency)

    def take(self, number: int, step: Given) -> None:
        """Take one step."""
        steps: dict[str, Callable[[int, Given], None]] = {
            "subscribe": self._subscribe,
            "change_plan": self._change_plan,
            "backdated_replace_plan": self._change_plan,
            "cancel": self._cancel,
            "backdated_remove": self._cancel,
            "pause": self._pause,
            "resume": self._resume,
            "set_anchor_day": self._set_anchor_day,
            "adjust_item": self._adjust_item,
            "bill": self._bill,
        }
        step.choice("op", steps)(number, step)

    def _plan(self, step: Given) -> _Plan:
        return step.choice("plan", self.plans)  # type: ignore[no-any-return]

    def _of(self, step: Given) -> _Subscription:
        if not step.has("subscription") and len(self.subscriptions) == 1:
            return next(iter(self.subscriptions.values()))
        return step.choice("subscription", self.subscriptions)  # type: ignore[no-any-return]

    def _subscribe(self, number: int, step: Given) -> None:
        name, plan = step.text("subscription"), self._plan(step)
        if name in self.subscriptions:
            raise NotKnown(f"{step.path} subscribes {name} again")
        step.day("on")
        start = step.day("effective" if step.has("effective") else "on")
        anchor_day = step.whole("anchor_day") if step.has("anchor_day") else start.day
        agreement = Agreement(
            name,
            [plan.line()],
            start=start,
            every=plan.every,
            anchor=plan.anchor(anchor_day),
            currency=self.currency,
            sharing=self.sharing,
            rounding=self.rounding,
        )
        self.account.agreements[name] = agreement
        self.subscriptions[name] = _Subscription(agreement, plan, anchor_day)

    def _amend(self, number: int, step: Given, *changes: AnyChange) -> None:
        known_at = instant_on(step.day("on"), number)
        effective = step.day("effective" if step.has("effective") else "on")
        agreement = self._of(step).agreement
        agreement.amend(*changes, effective=max(effective, agreement.contract.term.start), known_at=known_at)

    def _change_plan(self, number: int, step: Given) -> None:
        mine, plan = self._of(step), self._plan(step)
        mine.plan = plan
        if step.has("anchor_day"):
            mine.anchor_day = step.whole("anchor_day")
        price = Change.price(LINE, plan.price, quantity=plan.quantity)
        self._amend(number, step, price, mine.rebased())

    def _cancel(self, number: int, step: Given) -> None:
        self._amend(number, step, Change.cancel())

    def _pause(self, number: int, step: Given) -> None:
        self._amend(number, step, Change.pause(LINE))

    def _resume(self, number: int, step: Given) -> None:
        mine = self._of(step)
        changes: list[AnyChange] = [Change.resume(LINE)]
        if step.has("plan") and self._plan(step) is not mine.plan:
            mine.plan = self._plan(step)
            changes.append(Change.price(LINE, mine.plan.price, quantity=mine.plan.quantity))
        self._amend(number, step, *changes, mine.rebased())

    def _set_anchor_day(self, number: int, step: Given) -> None:
        mine = self._of(step)
        mine.anchor_day = step.whole("anchor_day")
        self._amend(number, step, mine.rebased())

    def _adjust_item(self, number: int, step: Given) -> None:
        """A person takes an amount off an item: a fact, which no run repeats or undoes."""
        step.day("on")
        item = self._item(step)
        amount = abs(money(step.text("amount"), self.currency, self.convention).minor)
        adjusted = replaced(
            item,
            document=f"adjustment-{number}",
            number="",
            kind="credit_memo",
            invoice_date=step.day("on"),
            id=digest(["adjustment", number]),
            component=ADJUSTMENT,
            terms=ADJUSTMENT,
            net_minor=amount,
            taxes=(),
            corrects=item.id,
            pace=None,
        )
        self.account.billed = self.account.billed.plus([adjusted])

    def _item(self, step: Given) -> BilledLine:
        """The item that a step names by its subscription, days and step; the newest that fits."""
        told = step.inner("item") if isinstance(step.data.get("item"), dict) else step
        found = [one for one in self.account.billed.lines if one.kind == "invoice"]
        if told.has("subscription"):
            found = [one for one in found if one.contract == told.text("subscription")]
        for name in ("start", "end"):
            if told.has(name):
                day = told.day(name)
                found = [one for one in found if getattr(one.service, name) == day]
        if not found:
            raise NotKnown(f"{step.path} names no item that was billed")
        return found[-1]

    def _bill(self, number: int, step: Given) -> None:
        day = step.day("on")
        through = step.day("bill_through") if step.has("bill_through") else day
        for one in self.subscriptions.values():
            one.agreement.lag = 1 if one.plan.is_late else 0
        runs = self.account.run(through, known_at=instant_on(day, number))
        lines = document_lines(runs)
        minor = sum(run_total(lines_of.documents) for lines_of in runs)
        whole = Amount(minor=minor, currency=self.currency)
        # What a run gives back is credit of the account; what it asks for takes of it.
        moved = -minor if minor < 0 else -min(minor, self.credit.minor)
        self.credit = Amount(minor=self.credit.minor + moved, currency=self.currency)
        invoice = {"at_step": number, "on": day.isoformat(), "lines": lines, "total": whole.text}
        if moved:
            invoice["account_credit_movement"] = Amount(minor=moved, currency=self.currency).text
        self.invoices.append(invoice)


def run_total(documents: Any) -> int:
    """What documents ask for, less what they give back, in minor units."""
    return sum(-one.total.minor if one.kind == "credit_memo" else one.total.minor for one in documents)


def plan_sequence(given: Given, convention: Convention) -> dict[str, Any]:
    """Take the steps of a case; one entry for each run."""
    steps = _Steps(given, convention)
    for number, step in enumerate(given.each("steps")):
        steps.take(number, step)
    return {"invoices": steps.invoices}
