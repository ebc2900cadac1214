"""Which payments are taken in: new, booked, and free of contradiction, whatever the order in which they come."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from billcore.cash.payment import Payment
from billcore.core.findings import Finding
from billcore.core.value import Value


class Intake(Value, frozen=True, kw_only=True):
    """Payments sorted; each one given is in exactly one list.

    Attributes:
        taken: To be applied, by value date, bank reference and ordinal.
        duplicates, ignored, held: Ids, as in `CashRun`.
        findings: Why payments are held.
    """

    taken: tuple[Payment, ...]
    duplicates: tuple[str, ...]
    ignored: tuple[str, ...]
    held: tuple[str, ...]
    findings: tuple[Finding, ...]


def take_in(payments: Iterable[Payment], seen: frozenset[str]) -> Intake:
    """Sort payments into taken, duplicate, ignored and held.

    Two payments of one key must say the same; two payments of one id must have one key. Neither is preferred where
    they do not: both are held, with the finding ``payment-differs`` or ``id-repeated``.

    Source: rules 9.
    """
    booked: defaultdict[str, list[Payment]] = defaultdict(list)
    duplicates: list[str] = []
    ignored: list[str] = []
    held: list[str] = []
    findings: list[Finding] = []
    for payment in payments:
        if payment.status == "pending":
            ignored.append(payment.id)
        elif payment.key in seen:
            duplicates.append(payment.id)
        else:
            booked[payment.key].append(payment)
    kept: list[Payment] = []
    for key, same in sorted(booked.items()):
        first, *others = sorted(same, key=lambda payment: payment.id)
        # Two files may bring one transaction under two ids; what the bank said must then be the same.
        if any(other.revised(id=first.id) != first for other in others):
            held.extend(payment.id for payment in same)
            findings.append(_contradiction("payment-differs", f"key {key} with different content", first.id))
        else:
            kept.append(first)
            duplicates.extend(payment.id for payment in others)
    times = Counter(payment.id for payment in kept)
    for payment_id in sorted(name for name, count in times.items() if count > 1):
        held.extend([payment_id] * times[payment_id])
        findings.append(_contradiction("id-repeated", f"payment {payment_id} under several keys", payment_id))
    taken = sorted((payment for payment in kept if times[payment.id] == 1), key=_order)
    return Intake(
        taken=tuple(taken),
        duplicates=tuple(sorted(duplicates)),
        ignored=tuple(sorted(ignored)),
        held=tuple(sorted(held)),
        findings=tuple(findings),
    )


def _order(payment: Payment) -> tuple[object, ...]:
    return payment.value_date, payment.bank_reference, payment.tx_ordinal, payment.key


def _contradiction(code: str, found: str, subject: str) -> Finding:
    return Finding(
        code=code,
        owner="finance",
        path="payments",
        found=found,
        expected="one key, one id, one content",
        hint="Correct the bank file or its reader; nothing of these payments was taken in.",
        subject=subject,
    )
