"""How payments clear what is owed: intake, ladder, amounts; a pure function of payments and open items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from billcore.cash.intake import take_in
from billcore.cash.matching import Match, match
from billcore.cash.outcome import ApplicationStatus, AppliedItem, CashApplication, CashRun
from billcore.cash.payment import Payment
from billcore.cash.position import Position
from billcore.core.checks import check_kind
from billcore.core.errors import InvariantBroken
from billcore.core.findings import Finding
from billcore.invoice.open_items import OpenItem
from billcore.money.amount import Amount


def apply_cash(
    payments: Iterable[Payment], open_items: Iterable[OpenItem], *, seen: frozenset[str] = frozenset()
) -> CashRun:
    """Apply payments to open items by the ladder of tiers.

    The order in which payments and items are given makes no difference: payments are worked in the order of value
    date, bank reference and ordinal. Items of any entity, customer and currency may be passed together, closed ones
    too (a reference to a closed item is then told from one to nothing).

    Args:
        payments: What the banks reported, of any number of accounts.
        open_items: What is owed before; each document once.
        seen: Keys of payments taken in by earlier calls; they change nothing.

    Rounding: none; amounts are moved whole, never converted.
    Raises: DocumentError ``id-repeated`` where a document stands twice among the items.
    Source: rules 9.

    >>> from datetime import date
    >>> item = OpenItem(document="inv_1", kind="invoice", number="INV/2019/00001", entity="US01", customer="acme",
    ...     issue_date=date(2019, 3, 1), due_date=date(2019, 3, 31),
    ...     original=Amount.of("100.00", "USD"), balance=Amount.of("100.00", "USD"))
    >>> payment = Payment(id="P-1", entity="US01", bank_reference="B-77", value_date=date(2019, 4, 2),
    ...     amount=Amount.of("100.00", "USD"), reference="invoice 2019-00001")
    >>> run = apply_cash([payment], [item])
    >>> print(run.applications[0].status, run.open_items[0].balance)
    applied USD 0.00
    >>> apply_cash([payment], run.open_items, seen=run.keys).duplicates
    ('P-1',)
    """
    payments, open_items = tuple(payments), tuple(open_items)
    for number, payment in enumerate(payments):
        check_kind(payment, Payment, f"payments[{number}]")
    for number, item in enumerate(open_items):
        check_kind(item, OpenItem, f"open_items[{number}]")
    position = Position(open_items)
    owed_before = _owed(position.items())
    incoming = take_in(payments, seen)
    applications = tuple(_applied(payment, position) for payment in incoming.taken)
    after = position.items()
    _check_conserved(owed_before, after, applications)
    return CashRun(
        applications=applications,
        open_items=after,
        duplicates=incoming.duplicates,
        ignored=incoming.ignored,
        held=incoming.held,
        findings=(*incoming.findings, *(finding for made in applications for finding in _findings_of(made))),
    )


def _applied(payment: Payment, position: Position) -> CashApplication:
    answer = match(payment, position)
    rest = payment.amount.minor
    applied: list[AppliedItem] = []
    for document in answer.items if answer is not None else ():
        item = position.item(document)
        paid = Amount(minor=min(rest, item.balance.minor), currency=payment.amount.currency)
        if paid.minor == 0:
            break
        position.pay(document, paid)
        rest -= paid.minor
        left = position.item(document).balance
        applied.append(AppliedItem(document=document, number=item.number, amount=paid, balance=left))
    customer = _customer(payment, answer, position)
    is_short = answer is not None and any(position.item(document).balance.minor for document in answer.items)
    flags = (*(answer.flags if answer else ()), *(("short-payment",) if is_short else ()))
    flags += ("overpayment",) if applied and rest else ()
    nothing = Amount(minor=0, currency=payment.amount.currency)
    left_over = Amount(minor=rest, currency=payment.amount.currency)
    return CashApplication(
        payment=payment.id,
        key=payment.key,
        entity=payment.entity,
        customer=customer,
        value_date=payment.value_date,
        gross=payment.amount,
        items=tuple(applied),
        unapplied=left_over if customer else nothing,
        unidentified=nothing if customer else left_over,
        status=_status(answer, customer, is_paid=bool(applied), rest=rest),
        tier=answer.tier if answer else "",
        reason=answer.reason if answer else _unmatched(payment),
        review=answer.review if answer else "",
        flags=tuple(sorted(flags)),
        candidates=answer.candidates if answer else position.open_of(payment.entity, payment.payer or ""),
    )


def _customer(payment: Payment, answer: Match | None, position: Position) -> str:
    """Whose money it is: the customer of the paid items, else the known payer, else the only one considered."""
    if answer is not None and answer.items:
        return position.item(answer.items[0]).customer
    if payment.payer is not None:
        return payment.payer
    considered = {position.item(document).customer for document in answer.candidates} if answer else set()
    return considered.pop() if len(considered) == 1 else ""


def _status(answer: Match | None, customer: str, *, is_paid: bool, rest: int) -> ApplicationStatus:
    if answer is not None and answer.review:
        return "review"
    if is_paid:
        return "partly_applied" if rest else "applied"
    return "unapplied" if customer else "unidentified"


def _unmatched(payment: Payment) -> str:
    if not payment.reference:
        return "the payment has no remittance text"
    return "no open or closed item has a number that the text holds"


def _findings_of(application: CashApplication) -> Iterator[Finding]:
    """What a person must look at, if anything: a review, money without an item, an item not paid in full."""
    considered = ", ".join(application.candidates[:5]) or "none"
    if application.status in ("unapplied", "unidentified", "review"):
        yield Finding(
            code=application.review or "payment-unmatched",
            owner="finance",
            path=f"payments.{application.payment}.reference",
            found=f"{application.gross}: {application.reason}",
            expected="the number of one open item of this entity and currency",
            hint=f"It stands as {'un' + ('applied' if application.customer else 'identified')} cash; "
            f"candidates: {considered}.",
            subject=application.payment,
        )
    elif "short-payment" in application.flags:
        open_rest = next((item for item in application.items if item.balance.minor), None)
        named = f"{open_rest.number} stays open with {open_rest.balance}" if open_rest else "a named item stays open"
        yield Finding(
            code="payment-partial",
            owner="finance",
            severity="warning",
            path=f"payments.{application.payment}.amount",
            found=f"{application.gross}: {named}",
            expected="the open amount of the named items",
            hint="The oldest due was paid first; the rest stays open.",
            subject=application.payment,
        )


def _owed(items: Iterable[OpenItem]) -> dict[str, int]:
    owed: defaultdict[str, int] = defaultdict(int)
    for item in items:
        owed[item.balance.currency] += item.balance.minor
    return dict(owed)


def _check_conserved(before: dict[str, int], after: tuple[OpenItem, ...], applied: tuple[CashApplication, ...]) -> None:
    owed = _owed(after)
    for application in applied:
        owed[application.gross.currency] = owed.get(application.gross.currency, 0) + application.applied.minor
    if {currency: owed.get(currency, 0) for currency in before} != before:
        raise InvariantBroken("cash-not-conserved", found=f"{owed} after", expected=f"{before} before")
