"""Where each contract stands: billed, earned, deferred, and what the customer owes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from billcore.core.table import Cell, Table
from billcore.engine.book import Book, Standing
from billcore.engine.closing import BookRun
from billcore.engine.reports.columns import CURRENCY, Named, report
from billcore.engine.reports.names import contract_owners, customer_name
from billcore.invoice.assembly import billed_lines
from billcore.invoice.grouping import part_of
from billcore.invoice.invoice import Invoice
from billcore.money.allocation import split_by_weight
from billcore.money.amount import Amount
from billcore.revrec.position import position
from billcore.revrec.schedules import RevenueRow

COLUMNS: tuple[Named, ...] = (
    ("entity", "text", "Entity"),
    CURRENCY,
    ("contract", "text", "Contract"),
    ("name", "text", "Deal"),
    ("customer", "text", "Customer"),
    ("billed", "money", "Billed"),
    ("earned", "money", "Earned"),
    ("contract_liability", "money", "Deferred"),
    ("contract_asset", "money", "Contract asset"),
    ("unbilled_receivable", "money", "Unbilled"),
    ("open_receivable", "money", "Owed"),
)


def position_report(book: Book, run: BookRun, as_of: date) -> Table:
    """Tell where each contract stands at the end of a day.

    Args:
        book: Gives names.
        run: What stands after it; contracts without anything standing are left out unless they ran.
        as_of: Documents, revenue and payments dated up to and including this day count.

    Returns: a row for each contract, by entity, currency and contract. ``billed`` and ``earned`` are before tax,
        ``open_receivable`` is what is owed for the contract, with tax.
    Rounding: none, amounts that stand are added; but what was paid on a document of several contracts is shared by
        their totals, by largest remainder.
    Raises: InvariantBroken ``position-does-not-tie``.
    Source: rules 7 (position = billed + unbilled receivable - recognized).
    """
    contracts = {contract.id: contract for contract in book.contracts}
    owners = contract_owners(book, run.standing)
    ran = {one.contract for one in run.runs}
    documents_of = _by_contract(run.standing.documents)
    revenue_of: dict[str, list[RevenueRow]] = {}
    for row in run.standing.revenue:
        revenue_of.setdefault(row.contract, []).append(row)
    paid = _paid(run.standing, as_of)
    rows: list[tuple[Cell, ...]] = []
    for contract, (entity, customer, currency) in sorted(
        owners.items(), key=lambda one: (one[1][0], one[1][2], one[0])
    ):
        documents, revenue = documents_of.get(contract, []), revenue_of.get(contract, [])
        if contract not in ran and not documents and not revenue:
            continue
        lines = [line for document in documents for line in billed_lines(document)]
        stands = position(contract, lines, revenue, as_of, currency)
        known = contracts.get(contract)
        rows.append(
            (
                entity,
                currency,
                contract,
                (known.name if known else None) or contract,
                customer_name(book, customer),
                stands.billed,
                stands.recognized,
                stands.contract_liability,
                stands.contract_asset,
                stands.unbilled_receivable,
                _open_receivable(contract, documents, paid, as_of, currency),
            )
        )
    return report("positions", rows, COLUMNS)


def _by_contract(documents: Iterable[Invoice]) -> dict[str, list[Invoice]]:
    found: dict[str, list[Invoice]] = {}
    for document in documents:
        for contract in document.contracts:
            found.setdefault(contract, []).append(document)
    return found


def _paid(standing: Standing, as_of: date) -> dict[str, int]:
    """Document -> minor units that payments through a day gave to it."""
    paid: dict[str, int] = {}
    for application in standing.applications:
        if application.value_date <= as_of:
            for item in application.items:
                paid[item.document] = paid.get(item.document, 0) + item.amount.minor
    return paid


def _open_receivable(
    contract: str, documents: Iterable[Invoice], paid: dict[str, int], as_of: date, currency: str
) -> Amount:
    owed = 0
    for one in documents:
        if one.invoice_date <= as_of:
            rest = part_of(one, contract).total.minor - _paid_of(contract, one, paid.get(one.id, 0))
            owed += rest if one.kind == "invoice" else -rest
    return Amount(minor=owed, currency=currency)


def _paid_of(contract: str, document: Invoice, minor: int) -> int:
    """What of a payment counts for one contract: money names a document, so its contracts share it by their totals."""
    if len(document.contracts) == 1 or minor == 0:
        return minor
    totals = [part_of(document, one).total.minor for one in document.contracts]
    return split_by_weight(minor, totals)[document.contracts.index(contract)]
