"""What is still owed: a document with a balance."""

from __future__ import annotations

from datetime import date

from billcore.core.errors import InvariantBroken
from billcore.core.value import Value
from billcore.invoice.invoice import DocumentKind, Invoice
from billcore.money.amount import Amount


class OpenItem(Value, frozen=True, kw_only=True):
    """A document with what is open of it; the balance is never below zero, also on a credit memo.

    Attributes:
        customer: Who owes it: the document's payer, by whom cash, ageing and dunning know it.
    """

    document: str
    kind: DocumentKind
    number: str
    entity: str
    customer: str
    issue_date: date
    due_date: date
    original: Amount
    balance: Amount

    def __post_init__(self) -> None:
        if not 0 <= self.balance.minor <= self.original.minor:
            raise InvariantBroken("balance-out-of-range", found=str(self.balance), expected=f"0 .. {self.original}")


def open_item(document: Invoice) -> OpenItem:
    """The open item that a document is from issue on."""
    return OpenItem(
        document=document.id,
        kind=document.kind,
        number=document.number,
        entity=document.entity,
        customer=document.payer_id,
        issue_date=document.invoice_date,
        due_date=document.due_date,
        original=document.total,
        balance=document.total,
    )
