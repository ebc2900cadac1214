"""What became of money received: per payment what it paid and what is left of it, per run what is open after."""

from __future__ import annotations

from datetime import date
from typing import Literal

from billcore.cash.matching import TierName
from billcore.core.errors import InvariantBroken
from billcore.core.findings import Finding
from billcore.core.ids import content_id
from billcore.core.value import Value
from billcore.invoice.open_items import OpenItem
from billcore.money.amount import Amount

ApplicationStatus = Literal["applied", "partly_applied", "unapplied", "unidentified", "review"]


class AppliedItem(Value, frozen=True, kw_only=True):
    """What one payment gave to one open item.

    Attributes:
        document, number: The item.
        amount: What was applied, more than 0.
        balance: What is open of the item after it.
    """

    document: str
    number: str
    amount: Amount
    balance: Amount

    def __post_init__(self) -> None:
        if self.amount.minor <= 0 or self.balance.minor < 0 or self.amount.currency != self.balance.currency:
            raise InvariantBroken(
                "application-out-of-range",
                found=f"{self.amount}, leaving {self.balance}",
                expected="an amount above 0 that leaves 0 or more",
                path=self.document,
            )


class CashApplication(Value, frozen=True, kw_only=True):
    """One payment matched to open items.

    gross = applied + unapplied + unidentified, always: what no item takes is a liability with a name.

    Attributes:
        payment: The payment's id.
        key: What makes it the same payment when it is read again.
        customer: Whose money it is, or empty where nobody knows.
        gross: What was received.
        items: What was paid, in order.
        unapplied: Left over, of a known customer.
        unidentified: Left over, of nobody known.
        status: ``applied`` and ``partly_applied`` paid items; ``review`` waits for a person.
        tier: The tier of the ladder that decided, or empty.
        reason: The decision in words.
        review: Code of why a person must look, or empty.
        flags: What is worth seeing: ``short-payment``, ``overpayment``, ``third-party-payer``, ``equal-candidates``,
            ``names-credit-memo``, ``names-closed-item``.
        candidates: Documents that were considered.

    Raises: InvariantBroken ``cash-not-conserved``, ``application-out-of-range``.
    Source: rules 9.
    """

    IDENTITY = ("key",)

    payment: str
    key: str
    entity: str
    customer: str
    value_date: date
    gross: Amount
    items: tuple[AppliedItem, ...]
    unapplied: Amount
    unidentified: Amount
    status: ApplicationStatus
    tier: TierName
    reason: str
    review: str = ""
    flags: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        applied = self.applied
        if applied + self.unapplied + self.unidentified != self.gross:
            raise InvariantBroken(
                "cash-not-conserved",
                found=f"{applied} + {self.unapplied} + {self.unidentified}",
                expected=str(self.gross),
                path=self.payment,
            )
        if min(self.unapplied.minor, self.unidentified.minor) < 0 or self.gross.minor <= 0:
            raise InvariantBroken(
                "application-out-of-range",
                found=f"{self.unapplied} unapplied, {self.unidentified} unidentified",
                expected="nothing below 0",
                path=self.payment,
            )
        if bool(self.customer) == (self.unidentified.minor > 0):
            raise InvariantBroken(
                "cash-not-conserved",
                found=f"customer {self.customer or 'unknown'} with {self.unidentified} unidentified",
                expected="money of a known customer is unapplied, of nobody known unidentified",
                path=self.payment,
            )

    @property
    def id(self) -> str:
        """Hash of the payment's key; a second run finds the first."""
        return content_id("cash", self.key)

    @property
    def applied(self) -> Amount:
        """Sum of what the items took."""
        return Amount(minor=sum(item.amount.minor for item in self.items), currency=self.gross.currency)


class CashRun(Value, frozen=True, kw_only=True):
    """What one call of `apply_cash` did; each payment given is in exactly one of the four lists.

    Attributes:
        applications: One per payment taken in, by value date, bank reference and ordinal.
        open_items: All items as they stand after, closed ones with a balance of 0.
        duplicates: Ids of payments taken in before, or twice in this call.
        ignored: Ids of payments that are not booked; their keys are not used up.
        held: Ids of payments that contradict each other; nothing of them is taken in.
        findings: What a person must look at.
    """

    applications: tuple[CashApplication, ...]
    open_items: tuple[OpenItem, ...]
    duplicates: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """Keys of the payments taken in; added to ``seen`` they make the next call find them."""
        return frozenset(application.key for application in self.applications)
