"""What earned revenue posts: the liability first, then what is earned ahead of the invoice."""

from __future__ import annotations

from collections.abc import Mapping

from billcore.core.errors import NotApplicable
from billcore.gl.entry import JournalEntry, Side
from billcore.money.amount import Amount
from billcore.posting.cells import EMPTY, CellBalance, CellKey, earned_moves
from billcore.posting.entries import ContractAccounts, LedgerSetting, SideOf, make_entry
from billcore.revrec.schedules import RevenueRow


def post_revenue(
    setting: LedgerSetting, accounts: ContractAccounts, row: RevenueRow, cells: Mapping[CellKey, CellBalance]
) -> JournalEntry:
    """Post one row of revenue at its posting date; a negative row posts the other way.

    Raises: as `make_entry`.
    Source: revenue.md section 4.
    """
    if row.obligation not in accounts.class_of:
        raise NotApplicable(
            "obligation-unknown",
            found=f"revenue of {row.obligation}, which contract {row.contract} no longer has",
            expected=f"one of {', '.join(sorted(accounts.class_of)[:10])}",
            path=f"contract {row.contract}",
            hint="A line key that was billed under is kept for ever: give the line its key back.",
        )
    cell = cells.get((row.contract, row.obligation), EMPTY)
    moves = earned_moves(cell, row.amount_minor, only_awaits_invoice=row.treatment == "as_used")
    product_class = accounts.class_of.get(row.obligation, "")
    sides = [
        SideOf(
            role=move.role,
            side=move.side,
            amount=Amount(minor=move.minor, currency=row.currency),
            obligation=row.obligation,
            product_class=product_class,
            treatment=row.treatment,
        )
        for move in moves
    ]
    side: Side = "credit" if row.amount_minor > 0 else "debit"
    earned = Amount(minor=abs(row.amount_minor), currency=row.currency)
    sides.append(
        SideOf(
            role="revenue",
            side=side,
            amount=earned,
            obligation=row.obligation,
            product_class=product_class,
            treatment=row.treatment,
        )
    )
    return make_entry(
        setting,
        sides,
        event="revenue_recognized",
        source_event=f"revenue:{row.contract}:{row.obligation}:{row.number}",
        kind="revenue_recognized",
        entity=accounts.entity,
        posting_date=row.posting_date,
        effective_date=row.earned.last_day,
        description=f"Revenue {row.contract} {row.obligation}: {row.what}",
        contract=row.contract,
        customer=accounts.customer,
    )
