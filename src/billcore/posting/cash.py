"""What money received posts: in full on arrival, against the items it pays and, for the rest, a named liability.

Source: rules 9; ledger-cash-connectors.md decision 4.
"""

from __future__ import annotations

from billcore.cash.outcome import CashApplication
from billcore.gl.entry import JournalEntry
from billcore.posting.entries import LedgerSetting, SideOf, make_entry


def post_receipt(setting: LedgerSetting, application: CashApplication) -> JournalEntry:
    """Post a receipt on its value date: cash against receivable, unapplied and unidentified cash.

    Raises: as `make_entry`.
    """
    sides = [SideOf(role="cash", side="debit", amount=application.gross)]
    sides += [
        SideOf(role="receivable", side="credit", amount=item.amount, document=item.document)
        for item in application.items
    ]
    sides.append(SideOf(role="unapplied_cash", side="credit", amount=application.unapplied))
    sides.append(SideOf(role="unidentified_cash", side="credit", amount=application.unidentified))
    return make_entry(
        setting,
        sides,
        event="cash_received",
        source_event=f"payment:{application.key}",
        kind="cash_received",
        entity=application.entity,
        posting_date=application.value_date,
        effective_date=application.value_date,
        description=f"Payment {application.payment}: {application.status}",
        customer=application.customer,
    )
