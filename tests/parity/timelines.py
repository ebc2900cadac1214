"""What a subscription's timeline issues: fees, fixed items, usage, trials, upgrades and terminations (Lago's form).

A step that bills, changes or ends is followed by a run of its local day, as known at its instant. The day on which a
subscription ends is charged by the engine's convention; the run of that step sees the day behind it, on which the days
that end are due.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from billcore.billing.scheduling import schedule
from billcore.contract.change import Change
from billcore.contract.change_policy import ChangePolicy
from billcore.contract.changes import AnyChange
from billcore.contract.life import Trial
from billcore.contract.lines import ContractLine
from billcore.contract.resolution import resolve
from billcore.engine.invoicing import BillRun
from billcore.money.amount import Amount
from billcore.periods.anchor import DayOfMonth, calendar
from billcore.periods.boundaries import period_of
from billcore.periods.period import Period
from billcore.periods.zones import local_date
from billcore.pricing.documents import Flat, PerUnit
from billcore.usage.aggregation import measure
from billcore.usage.metering import Metering, QuantityRounding
from billcore.usage.records import UsageRecord
from parity.agreements import Account, Agreement
from parity.documents import Asserted, Moment
from parity.given import Given, NotKnown
from parity.presets import Convention
from parity.timeline_papers import Papers, by_document
from parity.timeline_terms import Plan, Terms

NAME = "subscription"
ONE_DAY = timedelta(days=1)


class Timeline:
    """One subscription while its steps are taken."""

    def __init__(self, given: Given, convention: Convention) -> None:
        self.convention = convention
        self.terms = Terms(given, convention)
        self.currency = self.terms.currency
        self.sharing, self.rounding = convention.sharing(), convention.use("rounding")
        self.grace = given.whole("grace_days") if given.has("grace_days") else None
        paid = Amount.of(given.text("paid"), self.currency) if given.has("paid") else None
        self.papers = Papers(self.currency, paid)
        self.fixed_alone = given.inner("fixed") if isinstance(given.data.get("fixed"), dict) else None
        self.account = Account()
        self.records: list[UsageRecord] = []
        self.documents: list[dict[str, Any]] = []
        self.drafts: list[_Draft] = []
        self.fee = ""
        self.began: datetime | None = None
        self.trial_until: datetime | None = None
        self.high_water = 0
        self.extra = 0

    # Steps.

    def take(self, step: Given) -> None:
        """Take one step."""
        step.choice("action", self._steps())(step)

    def _steps(self) -> dict[str, Callable[[Given], None]]:
        return {
            "start": self._start,
            "bill": self._run,
            "usage": self._usage,
            "late_usage": self._late_usage,
            "level_change": self._level,
            "upgrade": self._upgrade,
            "change_now": self._upgrade,
            "schedule_downgrade_at_period_end": self._downgrade,
            "schedule_at_period_end": self._downgrade,
            "set_units_now": self._units_now,
            "terminate": self._terminate,
            "pay_in_full": self._pay,
            "finalize_first_then_last": self._finalize_step,
            "finalize": self._finalize_step,
        }

    def _day(self, step: Given) -> date:
        return local_date(step.instant("at"), self.terms.zone)

    def _plan(self, step: Given) -> Plan:
        if not self.terms.plans:
            return Plan(step, "", "0", self.terms)
        if not step.has("plan"):
            return next(iter(self.terms.plans.values()))
        return step.choice("plan", self.terms.plans)  # type: ignore[no-any-return]

    def _start(self, step: Given) -> None:
        if self.account.agreements:
            raise NotKnown(f"{step.path} starts a second subscription")
        at, day, plan = step.instant("at"), self._day(step), self._plan(step)
        self.began = at
        lines = [self._fee_line(plan, day, at)] if self.terms.plans else []
        if plan.usage_price is not None:
            lines.append(self._usage_line(plan))
        lines += [self._fixed_line(plan, item, units, price) for item, units, price in plan.fixed]
        if self.fixed_alone is not None:
            units = self.fixed_alone.text("initial_units")
            self.high_water = int(units)
            lines.append(self._fixed_line(plan, "units", units, self.fixed_alone.text("unit_price")))
        self.papers.told.append((day, plan.name))
        scaled = [name for name in self.sharing.scaled if name != "recurring" or self.terms.is_fixed_prorated]
        self.account.agreements[NAME] = Agreement(
            NAME,
            lines,
            start=day,
            every=plan.every,
            anchor=self.terms.anchor(day),
            currency=self.currency,
            sharing=self.sharing.revised(scaled=scaled),
            rounding=self.rounding,
            zone=self.terms.zone,
        )
        self._run(step)

    def _fee_line(self, plan: Plan, day: date, at: datetime) -> ContractLine:
        self.fee = f"fee-{len(self.papers.told) + 1}"
        trial = self._trial(plan, day)
        return ContractLine(
            id=self.fee,
            sku="FEE",
            price=Flat(amount=plan.price),
            billed=plan.side,
            billed_every=plan.every,
            trial=trial,
        )

    def _trial(self, plan: Plan, day: date) -> Trial | None:
        """The days that are for nothing: they count from the customer's first start, whatever plan was had then."""
        assert self.began is not None
        until = self.began + timedelta(days=plan.trial_days)
        first = local_date(until, self.terms.zone)
        self.trial_until = until if first > day else None
        return Trial(until=first, billing_from="start") if first > day else None

    def _usage_line(self, plan: Plan) -> ContractLine:
        assert plan.usage_price is not None
        price = PerUnit(unit_price=plan.usage_price)
        return ContractLine(id="usage", sku="USAGE", price=price, billed="in_arrears", billed_every=plan.every)

    def _fixed_line(self, plan: Plan, item: str, units: str, price: str) -> ContractLine:
        name = f"fixed-{item}-{len(self.papers.told) + 1}"
        self.papers.fixed[name] = item
        price_of_one = PerUnit(unit_price=price)
        side = self.terms.fixed_side
        return ContractLine(
            id=name, sku="FIXED", price=price_of_one, quantity=units, billed=side, billed_every=plan.every
        )

    def _usage(self, step: Given) -> None:
        self._record(step.instant("at"), step.text("quantity"))

    def _late_usage(self, step: Given) -> None:
        step.instant("at")
        self._record(step.instant("effective"), step.text("quantity"))

    def _level(self, step: Given) -> None:
        self._record(step.instant("at"), step.text("delta"))
        if self.papers.level_from is None:
            self.papers.level_from = self._day(step)

    def _record(self, at: datetime, value: str) -> None:
        self.records.append(UsageRecord(id=f"e{len(self.records):05}", meter="usage", at=at, value=value))

    def _amend(
        self, step: Given, *changes: AnyChange, day: date | None = None, policy: ChangePolicy | None = None
    ) -> None:
        effective = day if day is not None else self._day(step)
        self.account.agreements[NAME].amend(*changes, effective=effective, known_at=step.instant("at"), policy=policy)

    def _upgrade(self, step: Given) -> None:
        """Another plan at once: the day of the change is the new plan's."""
        is_billed_behind = bool(self.papers.fixed) and self.terms.fixed_side == "in_arrears"
        self._change(step, self._plan(step), None)
        self._run(step, self._behind if is_billed_behind else 0)

    def _downgrade(self, step: Given) -> None:
        """Another plan when the period that is paid for ends."""
        self._change(step, self._plan(step), ChangePolicy(timing="period_end"))

    def _change(self, step: Given, plan: Plan, policy: ChangePolicy | None) -> None:
        day = self._day(step)
        old, old_fixed = self.fee, list(self.papers.fixed)
        was_trial = self.trial_until is not None and local_date(self.trial_until, self.terms.zone) > day
        new = self._fee_line(plan, day, step.instant("at"))
        changes: list[AnyChange] = []
        if was_trial or new.trial is not None:
            changes += [Change.remove(old), Change.add(new)]
        else:
            self.fee = old
            changes.append(Change.price(old, Flat(amount=plan.price)))
            changes.append(Change.billing(old, billed_every=plan.every, billed=plan.side))  # type: ignore[arg-type]
        if plan.usage_price is not None:
            changes.append(Change.price("usage", PerUnit(unit_price=plan.usage_price)))
        # The items of each plan are lines of their own.
        changes += [Change.remove(name) for name in old_fixed]
        changes += [Change.add(self._fixed_line(plan, *item)) for item in plan.fixed]
        self.papers.told.append((day, plan.name))
        self._amend(step, *changes, policy=policy)

    def _units_now(self, step: Given) -> None:
        """Other units of the fixed item: more than ever in the period are a line of it, fewer count from the next."""
        assert self.fixed_alone is not None
        day, units = self._day(step), int(step.text("units"))
        full = period_of(day, self.terms.every, self._origin())
        base = next(iter(self.papers.fixed))
        changes: list[tuple[AnyChange, date]] = [(Change.quantity(base, units), full.end)]
        if units > self.high_water:
            self.extra += 1
            name = f"{base}-more-{self.extra}"
            self.papers.fixed[name] = "units"
            first = day if self.terms.is_fixed_prorated else full.start
            more = ContractLine(
                id=name,
                sku="FIXED",
                price=PerUnit(unit_price=self.fixed_alone.text("unit_price")),
                quantity=units - self.high_water,
                billed=self.terms.fixed_side,
                period=Period(start=first, end=full.end),
            )
            changes.append((Change.add(more), first))
            self.high_water = units
        for change, effective in changes:
            self._amend(step, change, day=effective)
        self._run(step)

    def _origin(self) -> date:
        if self.terms.alignment == "calendar":
            anchor = calendar(self.terms.every)
            return date(2001, 1, 1) if isinstance(anchor, DayOfMonth) else anchor.date
        return self.papers.told[0][0]

    def _terminate(self, step: Given) -> None:
        option = step.choice("option", _OPTIONS, "credit")
        self.papers.is_refunded = option == "refund"
        policy = ChangePolicy(
            credit="none" if option == "none" else "credit",
            closing_usage="waive" if option == "waive" else "bill",
        )
        self._amend(step, Change.cancel(), policy=policy)
        self._run(step, self._behind)

    @property
    def _behind(self) -> int:
        """What ends with a charged day is due on the day behind it."""
        return 1 if self.sharing.end_day == "charged" else 0

    def _pay(self, step: Given) -> None:
        step.raw("at")
        self.papers.paid = Amount(minor=self.papers.invoiced, currency=self.currency)

    # Runs.

    def _run(self, step: Given, behind: int = 0) -> None:
        at, day = step.instant("at"), self._day(step)
        through = day + timedelta(days=behind)
        if self._is_before_trial_ends(at, day):
            through -= ONE_DAY
        issued = self.account.billed
        runs = self._bill(through, at)
        moment = Moment(step.text("at"), day)
        if self.grace is None:
            self._write(runs, moment, through)
            return
        # Within its grace an invoice is a draft: what is known when it is finalized is billed.
        draft = self._write(runs, moment, through, is_draft=True)
        self.drafts.append(_Draft(issued=issued, through=through, at=at, documents=draft))

    def _is_before_trial_ends(self, at: datetime, day: date) -> bool:
        """A trial ends at an instant: a run earlier that day does not see the day, unless a period begins on it."""
        if self.trial_until is None or local_date(self.trial_until, self.terms.zone) != day:
            return False
        return at < self.trial_until and period_of(day, self.terms.every, self._origin()).start != day

    def _bill(self, through: date, at: datetime) -> list[BillRun]:
        return self.account.run(
            through, known_at=at, usage={NAME: self._measured(through, at)}, taxes=self.terms.taxes()
        )

    def _measured(self, through: date, at: datetime) -> dict[str, dict[date, Any]]:
        """What was used of each window that is over."""
        contract = self.account.agreements[NAME].contract
        rows = schedule(resolve(contract, known_at=at, horizon=through)).of_line("usage")
        if not rows:
            return {}
        metering = Metering(aggregation="sum")
        if self.terms.is_level:
            digits = self.convention.use("weighted_digits")
            mode = "half_up" if digits is None else self.convention.use("weighted_rounding")
            metering = Metering(
                aggregation="weighted_sum",
                weigh_by="day",
                carries_over=True,
                rounding=QuantityRounding(digits=12 if digits is None else digits, mode=mode),
            )
        found = {}
        for row in rows:
            if row.service.end <= through:
                full = row.parts[0].full if self.terms.is_level else None
                measured = measure(metering, self.records, row.service, self.terms.zone, full=full)
                found[row.service.start] = measured.quantity
        return {"usage": found}

    def _finalize_step(self, step: Given) -> None:
        step.instant("at")
        self.finalize()

    def finalize(self) -> None:
        """Issue the drafts, in order, with what is known now."""
        if not self.drafts:
            return
        self.account.billed = self.drafts[0].issued
        drafts, self.drafts, self.papers.credit = self.drafts, [], 0
        for draft in drafts:
            runs = self._bill(draft.through, draft.at)
            final = self._write(runs, Moment("", draft.through), draft.through, is_kept=False)
            for document, last in zip(draft.documents, final, strict=False):
                document |= {"total": last["total"], "credits_applied": last["credits_applied"]}
                if document["type"] == "invoice":
                    document["credit_note_balance_left"] = self.papers.text(self.papers.credit)

    # Documents.

    def _write(
        self, runs: list[BillRun], moment: Moment, through: date, *, is_draft: bool = False, is_kept: bool = True
    ) -> list[dict[str, Any]]:
        found = []
        for group in by_document([one for run in runs for one in run.documents], min(moment.day, through)):
            day = group[0].invoice_date
            at = moment if day >= min(moment.day, through) else Moment(day.isoformat(), day)
            if group[0].kind == "credit_memo":
                found.append(self.papers.memo(group[0], at))
                continue
            written = self.papers.invoice(group, at)
            if is_draft:
                written["draft_total"] = self.papers.text(sum(one.total.minor for one in group))
            found.append(written)
        if is_kept:
            self.documents += found
        return found


class _Draft:
    """A run whose documents are drafts."""

    def __init__(self, *, issued: Any, through: date, at: datetime, documents: list[dict[str, Any]]) -> None:
        self.issued, self.through, self.at, self.documents = issued, through, at, documents


# How a termination settles what is paid for, and the usage that it closes.
_OPTIONS = {
    "credit": "credit",
    "refund": "refund",
    "no_credit": "none",
    "no_credit_note": "none",
    "no_closing_invoice": "waive",
}


def subscription_timeline(given: Given, convention: Convention) -> dict[str, Any]:
    """Take the steps of a case; its documents in the order of issue."""
    timeline = Timeline(given, convention)
    for step in given.each("timeline"):
        timeline.take(step)
    timeline.finalize()
    return {"documents": Asserted(timeline.documents, "at")}
