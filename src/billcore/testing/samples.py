"""Small true things to test with: an entry, a message, a record."""

from __future__ import annotations

from datetime import date

from billcore.gl.entry import JournalEntry, JournalLine, Side
from billcore.gl.roles import AccountRole
from billcore.money.amount import Amount
from billcore.ports.store import Record, record_of
from billcore.posting.outbox import OutboxMessage, enqueue


def sample_entry(number: int = 1, amount: str = "100.00", *, credit: str | None = None) -> JournalEntry:
    """A receivable against a contract liability.

    Args:
        number: Makes the natural key; equal numbers give equal keys.
        amount: Debit, and credit unless that is given.
        credit: Another credit amount; then the entry cannot be constructed.

    Raises: InvariantBroken ``entry-unbalanced`` where ``credit`` differs.
    """
    event = f"invoice-{number}"
    return JournalEntry(
        book="primary",
        entity="US01",
        source_event=event,
        kind="invoice_issued",
        posting_date=date(2025, 3, 1),
        effective_date=date(2025, 3, 1),
        mapping_version="1",
        description=f"Invoice {number}",
        lines=(
            _line("1200", "receivable", "debit", amount),
            _line("2400", "contract_liability", "credit", credit or amount),
        ),
    )


def sample_message(number: int = 1, amount: str = "100.00") -> OutboxMessage:
    """The message that carries `sample_entry`."""
    return enqueue(sample_entry(number, amount))


def sample_record(number: int = 1, amount: str = "100.00", *, kind: str = "invoice") -> Record:
    """A record of a small body; equal numbers give equal keys."""
    return record_of(kind, f"key-{number}", {"number": number, "amount": amount})


def _line(account: str, role: AccountRole, side: Side, amount: str) -> JournalLine:
    minor = Amount.of(amount, "USD").minor
    return JournalLine(
        account=account,
        role=role,
        side=side,
        amount_minor=minor,
        currency="USD",
        functional_minor=minor,
        functional_currency="USD",
        mapping_row="row-1",
    )
