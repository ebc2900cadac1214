"""Which documents were issued, and what is still open of them."""

from __future__ import annotations

from billcore.core.table import Cell, Table
from billcore.engine.book import Book
from billcore.engine.closing import BookRun
from billcore.engine.reports.columns import CURRENCY, Named, report
from billcore.engine.reports.names import customer_name
from billcore.money.amount import Amount

REGISTER: tuple[Named, ...] = (
    ("entity", "text", "Entity"),
    CURRENCY,
    ("number", "text", "Number"),
    ("kind", "text", "Kind"),
    ("invoice_date", "date", "Date"),
    ("due_date", "date", "Due"),
    ("customer", "text", "Customer"),
    ("contracts", "text", "Contract"),
    ("net", "money", "Net"),
    ("tax", "money", "Tax"),
    ("total", "money", "Total"),
    ("balance", "money", "Open"),
    ("status", "text", "Status"),
    ("document", "text", "Document"),
)
OPEN_ITEMS: tuple[Named, ...] = (
    ("entity", "text", "Entity"),
    CURRENCY,
    ("customer", "text", "Customer"),
    ("number", "text", "Number"),
    ("kind", "text", "Kind"),
    ("issue_date", "date", "Issued"),
    ("due_date", "date", "Due"),
    ("days_overdue", "integer", "Days late"),
    ("original", "money", "Total"),
    ("balance", "money", "Open"),
)


def invoice_register(book: Book, run: BookRun) -> Table:
    """List every document dated through the run's day, by date and number; a credit memo's amounts are negative."""
    new = {document.id for document in run.documents}
    balances = {item.document: item.balance.minor for item in run.open_items}
    standing = [one for one in run.standing.documents if one.invoice_date <= run.through]
    rows: list[tuple[Cell, ...]] = []
    for one in sorted(standing, key=lambda document: (document.invoice_date, document.entity, document.number)):
        sign = 1 if one.kind == "invoice" else -1
        amounts = (one.net.minor, one.tax.minor, one.total.minor, balances.get(one.id, one.total.minor))
        rows.append(
            (
                one.entity,
                one.currency,
                one.number,
                one.kind,
                one.invoice_date,
                one.due_date,
                customer_name(book, one.customer),
                ", ".join(one.contracts),
                *(Amount(minor=sign * minor, currency=one.currency) for minor in amounts),
                "new" if one.id in new else "standing",
                one.id,
            )
        )
    return report("invoices", rows, REGISTER)


def open_items_table(book: Book, run: BookRun) -> Table:
    """List what is still open of each document after the run, oldest due first within entity and customer.

    ``days_overdue`` counts from the due date to the run's day, and is 0 before.
    """
    rows: list[tuple[Cell, ...]] = []
    items = [item for item in run.open_items if item.balance.minor and item.issue_date <= run.through]
    for item in sorted(items, key=lambda one: (one.entity, one.customer, one.due_date, one.number)):
        sign = 1 if item.kind == "invoice" else -1
        late = (run.through - item.due_date).days
        rows.append(
            (
                item.entity,
                item.balance.currency,
                customer_name(book, item.customer),
                item.number,
                item.kind,
                item.issue_date,
                item.due_date,
                max(0, late) if item.kind == "invoice" else 0,
                Amount(minor=sign * item.original.minor, currency=item.original.currency),
                Amount(minor=sign * item.balance.minor, currency=item.balance.currency),
            )
        )
    return report("open_items", rows, OPEN_ITEMS)
