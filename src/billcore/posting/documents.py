"""What an issued invoice or credit memo posts.

An invoice: receivable for the gross; per obligation the balances that the net takes; tax by its row. A credit memo
posts the other way. A document of several contracts makes one entry for each, and they share its open item; whose
receivable it is, the payer, is the customer of the entry. Receivables arise at issue (``receivable_at=issue``). Source:
revenue.md section 4; rules 8.
"""

from __future__ import annotations

from collections.abc import Mapping

from billcore.gl.entry import JournalEntry, Side
from billcore.gl.roles import AccountRole, EventKind
from billcore.invoice.grouping import part_of
from billcore.invoice.invoice import Invoice
from billcore.money.amount import Amount
from billcore.posting.cells import EMPTY, CellBalance, CellKey, billed_moves, moved
from billcore.posting.entries import ContractAccounts, LedgerSetting, SideOf, make_entry


def post_document(
    setting: LedgerSetting, accounts: ContractAccounts, document: Invoice, cells: Mapping[CellKey, CellBalance]
) -> JournalEntry | None:
    """Post what a document bills of one contract, at its date.

    Args:
        accounts: Of one of the document's contracts.
        document: The whole document.
        cells: Balances before it, by (contract, obligation).

    Returns: the entry, or None where nothing of the contract moves (its total and every line are zero).
    Raises: as `make_entry`.
    """
    is_invoice = document.kind == "invoice"
    part = part_of(document, accounts.contract)
    event: EventKind = "invoice_issued" if is_invoice else "credit_memo_issued"
    debit: Side = "debit" if is_invoice else "credit"
    credit: Side = "credit" if is_invoice else "debit"
    sides = [SideOf(role="receivable", side=debit, amount=part.total, document=document.id)]
    now = dict(cells)
    for obligation, minor in _net_by_obligation(accounts, part).items():
        key = (accounts.contract, obligation)
        moves = billed_moves(
            now.get(key, EMPTY),
            minor if is_invoice else -minor,
            only_awaits_invoice=accounts.treatment_of.get(obligation) == "as_used",
        )
        now[key] = moved(now.get(key, EMPTY), moves)
        for move in moves:
            amount = Amount(minor=move.minor, currency=document.currency)
            sides.append(_side(accounts, obligation, move.role, move.side, amount))
    taxes: dict[str, int] = {}
    for line in part.lines:
        for tax in line.taxes:
            taxes[tax.row] = taxes.get(tax.row, 0) + tax.tax_minor
    for row, minor in taxes.items():
        amount = Amount(minor=minor, currency=document.currency)
        sides.append(SideOf(role="tax_payable", side=credit, amount=amount, tax_row=row, document=document.id))
    if all(one.amount.minor == 0 for one in sides):
        return None
    of_contract = f", contract {accounts.contract}" if part is not document else ""
    return make_entry(
        setting,
        sides,
        event=event,
        source_event=document_event(document, accounts.contract),
        kind=event,
        entity=document.entity,
        posting_date=document.invoice_date,
        effective_date=document.invoice_date,
        description=f"{'Invoice' if is_invoice else 'Credit memo'} {document.number}{of_contract}",
        contract=accounts.contract,
        customer=document.payer_id,
        document=document.id,
        jurisdiction=accounts.jurisdiction,
    )


def document_event(document: Invoice, contract: str) -> str:
    """Name the event that posts a contract's part of a document: kind and id, and the contract where it has several."""
    name = f"{document.kind}:{document.id}"
    return name if len(document.contracts) == 1 else f"{name}:{contract}"


def _net_by_obligation(accounts: ContractAccounts, document: Invoice) -> dict[str, int]:
    nets: dict[str, int] = {}
    for line in document.lines:
        obligation = accounts.obligation_of.get(line.line, line.line)
        nets[obligation] = nets.get(obligation, 0) + line.net_minor
    return nets


def _side(accounts: ContractAccounts, obligation: str, role: AccountRole, side: Side, amount: Amount) -> SideOf:
    return SideOf(
        role=role,
        side=side,
        amount=amount,
        obligation=obligation,
        product_class=accounts.class_of.get(obligation, ""),
        treatment=accounts.treatment_of.get(obligation, ""),
    )
