"""Which open items a payment is for: a ladder of tiers, the first that answers decides.

An ambiguity at a tier goes to a person and never falls through to a weaker tier.
Source: rules 9.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from billcore.cash.payment import Payment
from billcore.cash.position import Position, oldest_due_first
from billcore.cash.references import Token, tokens
from billcore.core.value import Value
from billcore.invoice.open_items import OpenItem

TierName = Literal["", "R2"]
ReviewCode = Literal[
    "",
    "payment-reference-ambiguous",
    "payment-names-credit-memo",
    "payment-items-closed",
    "payment-names-several-customers",
    "payment-currency-differs",
    "payment-entity-differs",
    "payment-conflict",
]


class Match(Value, frozen=True, kw_only=True):
    """What a tier answers.

    Attributes:
        tier: The tier that answered.
        items: Documents to pay, in the order in which they are paid; none where a person must look.
        review: Why a person must look, or empty.
        reason: The answer in words.
        candidates: Documents that were considered, oldest due first.
        flags: What is worth seeing although nothing stops.
    """

    tier: TierName
    items: tuple[str, ...]
    reason: str
    review: ReviewCode = ""
    candidates: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


Tier = Callable[[Payment, Position], Match | None]


class _Mention(Value, frozen=True, kw_only=True):
    """One place in the text and every document that it may mean."""

    token: Token
    end: int
    documents: frozenset[str]


def exact_reference(payment: Payment, position: Position) -> Match | None:
    """Tier R2: the text holds the number of an item, in form (a), or if none fits so, in form (b)."""
    words = tokens(payment.reference)
    for form, fitting in (
        ("letters and digits", lambda token: position.with_alphanumeric(token.alphanumeric)),
        ("digits alone", lambda token: position.with_digits(token.digits, payment.entity, payment.amount.currency)),
    ):
        mentions = _mentions(words, position, fitting)
        if mentions:
            return _judged(payment, position, mentions, form)
    return None


# The whole ladder, strongest first. The next tier is added here and nowhere else.
TIERS: tuple[Tier, ...] = (exact_reference,)


def match(payment: Payment, position: Position) -> Match | None:
    """The answer of the first tier that has one, or None."""
    for tier in TIERS:
        answer = tier(payment, position)
        if answer is not None:
            return answer
    return None


def _mentions(
    words: Iterable[Token], position: Position, fitting: Callable[[Token], frozenset[str]]
) -> tuple[_Mention, ...]:
    """Gather what fits. A whole word that fits is read in no other way; other readings that overlap are one mention."""
    settled: list[_Mention] = []
    loose: list[_Mention] = []
    for token in words:
        documents = _payable(fitting(token), position)
        if not documents:
            continue
        if token.is_word:
            settled.append(_Mention(token=token, end=token.end, documents=documents))
        elif any(token.start < other.token.end and other.token.start < token.end for other in settled):
            continue
        elif loose and token.start < loose[-1].end:
            last = loose.pop()
            loose.append(_Mention(token=last.token, end=max(last.end, token.end), documents=last.documents | documents))
        else:
            loose.append(_Mention(token=token, end=token.end, documents=documents))
    return (*settled, *loose)


def _payable(documents: frozenset[str], position: Position) -> frozenset[str]:
    """Of an invoice and a credit memo that one text fits, money can only be for the invoice."""
    invoices = frozenset(document for document in documents if position.item(document).kind == "invoice")
    return invoices or documents


def _judged(payment: Payment, position: Position, mentions: tuple[_Mention, ...], form: str) -> Match:
    named: set[str] = set()
    flags: set[str] = set()
    considered = sorted(
        (position.item(document) for document in frozenset().union(*(m.documents for m in mentions))),
        key=oldest_due_first,
    )
    candidates = tuple(item.document for item in considered)
    for mention in mentions:
        items = sorted((position.item(document) for document in mention.documents), key=oldest_due_first)
        if len(items) > 1:
            if not _are_alike(items):
                numbers = ", ".join(item.number for item in items[:5])
                return _review("payment-reference-ambiguous", f'"{mention.token.text}" fits {numbers}', candidates)
            flags.add("equal-candidates")
        named.add(items[0].document)
    chosen = sorted((position.item(document) for document in named), key=oldest_due_first)
    code, reason = _objection(payment, position, chosen)
    if code:
        return _review(code, reason, candidates)
    open_items = [item for item in chosen if item.kind == "invoice" and item.balance.minor > 0]
    flags |= _flags(payment, chosen, open_items)
    numbers = ", ".join(item.number for item in open_items[:5]) + (", ..." if len(open_items) > 5 else "")
    return Match(
        tier="R2",
        items=tuple(item.document for item in open_items),
        reason=f"the text names {numbers} (by {form})",
        candidates=candidates,
        flags=tuple(sorted(flags)),
    )


def _are_alike(items: list[OpenItem]) -> bool:
    """Whether it makes no difference to anybody's balance which of the items is taken. Source: rules 9."""
    first = items[0]
    return all(
        (item.kind, item.entity, item.customer, item.balance)
        == (first.kind, first.entity, first.customer, first.balance)
        for item in items
    )


def _objection(payment: Payment, position: Position, chosen: list[OpenItem]) -> tuple[ReviewCode, str]:
    """Why a person must look at what the text clearly names, or two empty texts."""
    invoices = [item for item in chosen if item.kind == "invoice"]
    if not invoices:
        return "payment-names-credit-memo", f"the text names only credit memo {chosen[0].number}"
    open_items = [item for item in invoices if item.balance.minor > 0]
    if not open_items:
        return "payment-items-closed", f"{', '.join(item.number for item in invoices[:5])} is already closed"
    customers = sorted({item.customer for item in open_items})
    if len(customers) > 1:
        return "payment-names-several-customers", f"the items belong to {', '.join(customers[:5])}"
    for item in open_items:
        if item.entity != payment.entity:
            return "payment-entity-differs", f"{item.number} is of {item.entity}, the money came to {payment.entity}"
        if item.balance.currency != payment.amount.currency:
            return (
                "payment-currency-differs",
                f"{item.number} is in {item.balance.currency}, the money in {payment.amount.currency}",
            )
    if payment.amount.minor != sum(item.balance.minor for item in open_items):
        named = {item.document for item in open_items}
        rivals = position.with_balance(payment.entity, customers[0], payment.amount) - named
        if rivals:
            rival = min((position.item(document) for document in rivals), key=oldest_due_first)
            return "payment-conflict", f"the amount is not that of the named items but is that of {rival.number}"
    return "", ""


def _flags(payment: Payment, chosen: list[OpenItem], open_items: list[OpenItem]) -> set[str]:
    flags = set()
    if any(item.kind == "credit_memo" for item in chosen):
        flags.add("names-credit-memo")
    if any(item.kind == "invoice" and item.balance.minor == 0 for item in chosen):
        flags.add("names-closed-item")
    if payment.payer is not None and payment.payer != open_items[0].customer:
        flags.add("third-party-payer")
    return flags


def _review(code: ReviewCode, reason: str, candidates: tuple[str, ...]) -> Match:
    return Match(tier="R2", items=(), review=code, reason=reason, candidates=candidates)
