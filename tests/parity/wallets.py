"""What prepaid credits pay: in which order, of which invoices, and what is left of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from billcore.billing.prepaid import PrepaidLine, draw
from billcore.billing.prepaid_state import PrepaidState, purchased
from billcore.contract.prepaid import PrepaidCredit
from billcore.contract.scopes import Scope
from billcore.money.amount import Amount
from parity.amounts import currency_of, major_of_minor, money, rounded
from parity.given import Given, NotKnown
from parity.presets import Convention
from parity.taxes import tax_of

_FIRST = date(2026, 1, 1)


class Wallets:
    """Credits and what has become of them; the one listed earlier is older."""

    def __init__(self, currency: str, credits: Sequence[PrepaidCredit]) -> None:
        self.currency = currency
        self.credits = credits
        self.state = purchased(credits, PrepaidState(currency=currency))
        self._on = _FIRST + timedelta(days=len(credits))

    def pay(self, minor: int, meter: str = "") -> list[tuple[str, int]]:
        """Pay an open amount; give what each credit pays."""
        line = PrepaidLine(id="due", line="due", sku="due", minor=minor, meter=meter)
        paid, self.state = draw(self.credits, self.state, [line], self._on)
        return [(part.credit, part.minor) for part in paid.parts]

    def left(self, credit: str) -> str:
        """Tell what is left of a credit."""
        return self.text(self.state.balance(credit).remaining_minor)

    def text(self, minor: int) -> str:
        """Write minor units."""
        return Amount(minor=minor, currency=self.currency).text


def _credit(number: int, amount: str, currency: str, **fields: Any) -> PrepaidCredit:
    day = _FIRST + timedelta(days=number)
    return PrepaidCredit(id=f"w{number:04}", amount=amount, currency=currency, valid_from=day, **fields)


def _priority(given: Given) -> int:
    text = given.text("priority", "0")
    if not text.isdigit():
        raise NotKnown(f"{given.path}.priority {text!r} is no number")
    return int(text)


def wallet(given: Given, convention: Convention) -> dict[str, Any]:
    """Draw the credits of a case, by its shape."""
    currency = currency_of(given)
    convention.name("draw_down", "payment")
    if "top_ups_in_order" in given:
        return _funded(given, currency, convention)
    if "wallets" in given:
        return _by_priority(given, currency, convention)
    if "invoices_in_order" in given:
        return _of_invoices(given, currency, convention)
    if "wallet_balance" in given:
        return _of_lines(given, currency, convention)
    raise NotKnown("neither top_ups_in_order, wallets, invoices_in_order nor wallet_balance")


def _funded(given: Given, currency: str, convention: Convention) -> dict[str, Any]:
    credits = [
        _credit(number, one.text("amount"), currency, priority=_priority(one))
        for number, one in enumerate(given.each("top_ups_in_order"))
    ]
    held = Wallets(currency, credits)
    numbers = {credit.id: str(number) for number, credit in enumerate(credits, start=1)}
    funding = [
        [
            {"top_up": numbers[credit], "amount": held.text(minor)}
            for credit, minor in held.pay(money(text, currency, convention).minor)
        ]
        for text in given.texts("draws_in_order")
    ]
    return {"funding_of_each_draw": funding, "remaining": [held.left(credit.id) for credit in credits]}


def _by_priority(given: Given, currency: str, convention: Convention) -> dict[str, Any]:
    """Several wallets pay one invoice; one that is limited to other things is passed over."""
    fee = given.text("fee_type", "")
    rows = given.each("wallets")
    credits = [
        _credit(n, one.text("balance"), currency, priority=_priority(one), scope=_scope(one))
        for n, one in enumerate(rows)
    ]
    held = Wallets(currency, credits)
    names = {credit.id: row.text("id") for credit, row in zip(credits, rows, strict=True)}
    due = money(given.text("invoice_total"), currency, convention).minor
    paid = held.pay(due, fee)
    return {
        "used": {names[credit]: held.text(minor) for credit, minor in paid},
        "wallet_used": held.text(sum(minor for _, minor in paid)),
        "total": held.text(due - sum(minor for _, minor in paid)),
        "remaining": {names[credit.id]: held.left(credit.id) for credit in credits},
    }


def _scope(given: Given) -> Scope:
    """What a wallet may pay for: metrics, or types of fees."""
    names = [name for name in ("limited_to", "limited_to_fee_types", "fee_types") if given.has(name)]
    return Scope(meters=given.texts(names[0])) if names else Scope()


def _of_invoices(given: Given, currency: str, convention: Convention) -> dict[str, Any]:
    """One wallet pays invoices with tax, those of its metrics; the others are told by what it pays of them."""
    owner = given.inner("wallet")
    scope = _scope(owner)
    held = Wallets(currency, [_credit(0, owner.text("balance"), currency, scope=scope)])
    found: dict[str, Any] = {}
    invoices = []
    for one in given.each("invoices_in_order"):
        metric = one.text("metric", "")
        net = money(one.text("net"), currency, convention)
        bill = _bill(held, net, one.text("tax_percent", "0"), metric, convention)
        found[f"wallet_used_on_{metric}"] = bill["wallet_used"]
        if scope.covers(line="due", sku="due", meter=metric):
            invoices.append(bill)
    return {**found, "invoices": invoices}


def _of_lines(given: Given, currency: str, convention: Convention) -> dict[str, Any]:
    """A wallet pays an invoice of rounded lines, with tax."""
    balance = money(given.text("wallet_balance"), currency, convention)
    held = Wallets(currency, [_credit(0, balance.text, currency)])
    minors = given.texts("line_amounts_minor_units") if given.has("line_amounts_minor_units") else []
    texts = given.texts("line_amounts") if given.has("line_amounts") else []
    net = Amount(minor=0, currency=currency)
    for exact in minors:
        net += rounded(major_of_minor(exact, currency), currency, convention)
    for text in texts:
        net += money(text, currency, convention)
    if not minors and not texts:
        net = money(given.text("net"), currency, convention)
    return _bill(held, net, given.text("tax_percent", "0"), "", convention)


def _bill(held: Wallets, net: Amount, percent: str, meter: str, convention: Convention) -> dict[str, Any]:
    tax = tax_of([(net.minor, 1)], [percent], held.currency, convention)
    gross = net + tax
    used = sum(minor for _, minor in held.pay(gross.minor, meter))
    return {
        "net": net.text,
        "tax": tax.text,
        "gross": gross.text,
        "wallet_used": held.text(used),
        "total": held.text(gross.minor - used),
        "wallet_balance_after": held.left(held.credits[0].id),
    }
