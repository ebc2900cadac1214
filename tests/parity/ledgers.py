"""What a ledger lacks or holds too much of, what is left of its items, and what an account owes (Kill Bill's form)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from billcore.billing.billed import BilledLine
from billcore.billing.charge import Charge
from billcore.billing.coverage import covered
from billcore.billing.credit_terms import CreditTerms
from billcore.billing.difference import Difference
from billcore.billing.prepaid import PrepaidLine, draw
from billcore.billing.prepaid_state import PrepaidState, purchased
from billcore.billing.schedule_row import ScheduleRow
from billcore.billing.standing import ADJUSTMENT, WITHDRAWN, standing_pieces
from billcore.contract.contract import Contract
from billcore.contract.lines import ContractLine
from billcore.contract.prepaid import PrepaidCredit
from billcore.contract.resolution import resolve
from billcore.contract.resolved import ResolvedLine
from billcore.core.ratio import ratio_of
from billcore.core.value import replaced
from billcore.money.amount import Amount
from billcore.periods.boundaries import PeriodPart
from billcore.periods.covering import without
from billcore.periods.period import Period
from billcore.pricing.documents import Flat
from parity.amounts import currency_of, money
from parity.given import Given, NotKnown
from parity.periods import period_of_case, written_period
from parity.presets import Convention

_NAME = "subscription"
_KIND = "recurring"


class _Ledger:
    """Items of one subscription that stand billed, with what was credited and adjusted of them."""

    def __init__(self, currency: str, convention: Convention) -> None:
        self.currency, self.convention = currency, convention
        self.sharing, self.rounding = convention.sharing(), convention.use("rounding")
        self.items: dict[str, BilledLine] = {}
        self.lowered: list[BilledLine] = []

    def bill(self, name: str, service: Period, minor: int, plan: str) -> None:
        """Let an item stand."""
        if name in self.items:
            raise NotKnown(f"the item {name} stands twice")
        self.items[name] = BilledLine(
            document=f"invoice-{name}",
            number="",
            kind="invoice",
            invoice_date=service.start,
            id=name,
            contract=_NAME,
            line=_NAME,
            component=_KIND,
            service=service,
            terms=plan,
            net_minor=minor,
            currency=self.currency,
        )

    def lower(self, item: str, days: Period | None, minor: int) -> None:
        """Let a credit of days stand, or, without days, what a person took off."""
        source = self.items[item]
        number = len(self.lowered) + 1
        self.lowered.append(
            replaced(
                source,
                document=f"memo-{number}",
                kind="credit_memo",
                id=f"memo-{number}",
                service=days if days is not None else source.service,
                component=_KIND if days is not None else ADJUSTMENT,
                terms=WITHDRAWN if days is not None else ADJUSTMENT,
                net_minor=minor,
                corrects=item,
                ordinal=number,
            )
        )

    @property
    def lines(self) -> list[BilledLine]:
        """Everything that stands, in order of issue."""
        return [*self.items.values(), *self.lowered]

    def settled(self, targets: Sequence[Charge]) -> list[Difference]:
        """What the targets and what stands differ in."""
        days = [one.service.end for one in (*targets, *self.lines)]
        terms = CreditTerms(
            convention=self.sharing, rounding=self.rounding, through=max(days, default=date(2001, 1, 1))
        )
        return covered(targets, self.lines, terms)


def _target(currency: str, service: Period, amount: Amount, plan: str) -> Charge:
    """What should stand: an amount for some days, by the terms of a plan that an amendment brought."""
    line = _resolved(currency, service, plan)
    part = PeriodPart(service=service, full=service)
    row = ScheduleRow(
        line=_NAME,
        component=_KIND,
        service=service,
        parts=(part,),
        price_period=None,
        price_periods=(),
        price_group=0,
        ordinal=0,
        invoice_date=service.start,
    )
    exact = ratio_of(amount.text)
    return Charge(
        contract=_NAME,
        line=line,
        row=row,
        component=_KIND,
        service=service,
        invoice_date=service.start,
        quantity="",
        shares=((1, 1),),
        discounts=(),
        exact_gross=exact,
        exact_net=exact,
        gross_minor=amount.minor,
        net_minor=amount.minor,
    )


def _resolved(currency: str, service: Period, plan: str) -> ResolvedLine:
    contract = Contract(
        id=_NAME,
        customer="customer",
        entity="seller",
        currency=currency,
        term=service,
        billed_every="term",
        lines=[ContractLine(id=_NAME, sku="PLAN", price=Flat(amount="0"), billed="in_advance")],
    )
    return replaced(resolve(contract).lines[0], terms=plan, known_on=service.start)


def reconciled(given: Given, convention: Convention) -> dict[str, Any]:
    """Post what the desired periods and the ledger differ in."""
    currency = currency_of(given)
    ledger = _ledger(given, currency, convention)
    targets = [
        _target(currency, period_of_case(one), money(one.text("amount"), currency, convention), one.text("plan"))
        for one in given.each("desired")
    ]
    targets.sort(key=lambda one: one.service.start)
    found = ledger.settled(targets)
    return {
        "lines": [
            {
                "type": "recurring" if one.amount.minor >= 0 else "unused_credit",
                **written_period(one.days),
                "amount": one.amount.text,
            }
            for one in found
        ]
    }


def _ledger(given: Given, currency: str, convention: Convention) -> _Ledger:
    ledger = _Ledger(currency, convention)
    for one in given.each("billed"):
        amount = money(one.text("amount"), currency, convention)
        ledger.bill(one.text("id"), period_of_case(one), amount.minor, one.text("plan"))
    for name in ("credited", "adjusted"):
        for one in given.each(name) if given.has(name) else []:
            one.choice("item", ledger.items)
            days = period_of_case(one) if name == "credited" else None
            ledger.lower(one.text("item"), days, abs(money(one.text("amount"), currency, convention).minor))
    return ledger


def left_of_items(given: Given, convention: Convention) -> dict[str, Any]:
    """What is left of each item once days of it are given back, by their share of what it was billed."""
    currency = currency_of(given)
    credits = given.each("credited")
    taken = [(one, one.text("item"), period_of_case(one)) for one in credits]
    ledger = _Ledger(currency, convention)
    for one in given.each("billed"):
        amount = money(one.text("amount"), currency, convention)
        ledger.bill(one.text("id"), period_of_case(one), amount.minor, one.text("plan"))
    net: list[dict[str, str]] = []
    for name, item in ledger.items.items():
        alone = _Ledger(currency, convention)
        alone.bill(name, item.service, item.net_minor, item.terms)
        told = [(one, days) for one, of, days in taken if of == name]
        for one, days in told:
            if one.has("amount"):
                alone.lower(name, days, abs(money(one.text("amount"), currency, convention).minor))
        kept = without((item.service,), [days for _, days in told])
        targets = [_target(currency, days, item.net, item.terms) for days in kept]
        for found in alone.settled(targets):
            alone.lower(name, found.days, -found.amount.minor)
        piece = standing_pieces(alone.lines)[0]
        terms = CreditTerms(convention=alone.sharing, rounding=alone.rounding, through=item.service.end)
        shares = [terms.alone(item.net_minor, days, item.service) for days in kept[:-1]]
        shares += [piece.rest - sum(shares)] if kept else []
        net += [
            {**written_period(days), "amount": Amount(minor=share, currency=currency).text}
            for days, share in zip(kept, shares, strict=True)
        ]
    if any(of not in ledger.items for _, of, _ in taken):
        raise NotKnown("a credit of an item that was not billed")
    return {"net": net}


class _Account:
    """What a customer owes, and the credits that were granted to pay it."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.owed = 0
        self.credits: list[PrepaidCredit] = []
        self.state = PrepaidState(currency=currency)
        self.day = date(2026, 1, 1)

    def invoice(self, amount: Amount) -> None:
        """Owe an amount; credits pay it as far as they reach."""
        self.owed += amount.minor
        self._pay()

    def grant(self, amount: Amount) -> None:
        """Grant a credit; it pays what is owed first."""
        one = PrepaidCredit(
            id=f"credit-{len(self.credits) + 1}", amount=amount.text, currency=self.currency, valid_from=self.day
        )
        self.credits.append(one)
        self.state = purchased(self.credits, self.state)
        self._pay()

    def _pay(self) -> None:
        due = PrepaidLine(id="due", line="due", sku="due", minor=self.owed)
        paid, self.state = draw(self.credits, self.state, [due], self.day + timedelta(days=1))
        self.owed = paid.rest_minor

    @property
    def balance(self) -> str:
        """What is owed, less the credits that are left."""
        left = sum(self.state.balance(one.id).remaining_minor for one in self.credits)
        return Amount(minor=self.owed - left, currency=self.currency).text


def account_credit(given: Given, convention: Convention) -> dict[str, Any]:
    """Grant credits and invoice; the balance after each step."""
    currency = currency_of(given)
    account = _Account(currency)
    convention.name("draw_down", "payment")
    balances = []
    for step in given.each("steps"):
        step.raw("on")
        amount = money(step.text("amount"), currency, convention)
        step.choice("op", {"invoice": account.invoice, "grant_credit": account.grant})(amount)
        balances.append(account.balance)
    return {"balance_after": balances}


def bill_twice(days: Period, convention: Convention, *, credited: bool) -> None:
    """Let two items of one subscription stand over the same days, and bill: the ledger is broken.

    Args:
        credited: Whether a credit of these days stands too, against an item of other days.
    """
    ledger = _Ledger("USD", convention)
    for number in range(2):
        ledger.bill(f"item-{number}", days, 1000, "plan")
    if credited:
        before = Period(start=days.start - timedelta(days=days.days), end=days.start)
        ledger.bill("other", before, 1000, "plan")
        ledger.lower("other", days, 500)
    ledger.settled([_target("USD", days, Amount(minor=1000, currency="USD"), "plan")])
