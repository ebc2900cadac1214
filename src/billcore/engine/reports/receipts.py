"""What was received, and what became of it."""

from __future__ import annotations

from billcore.core.table import Cell, Table
from billcore.engine.book import Book
from billcore.engine.closing import BookRun
from billcore.engine.reports.columns import CURRENCY, Named, report
from billcore.engine.reports.names import customer_name

COLUMNS: tuple[Named, ...] = (
    ("entity", "text", "Entity"),
    CURRENCY,
    ("payment", "text", "Payment"),
    ("value_date", "date", "Date"),
    ("customer", "text", "Customer"),
    ("gross", "money", "Received"),
    ("applied", "money", "Applied"),
    ("unapplied", "money", "Unapplied"),
    ("unidentified", "money", "Unidentified"),
    ("status", "text", "Status"),
    ("documents", "text", "Paid"),
    ("reason", "text", "Why"),
)


def cash_table(book: Book, run: BookRun) -> Table:
    """List each payment with what it paid and what is left of it; gross = applied + unapplied + unidentified."""
    rows: list[tuple[Cell, ...]] = []
    standing = [one for one in run.standing.applications if one.value_date <= run.through]
    for one in sorted(standing, key=lambda application: (application.value_date, application.key)):
        rows.append(
            (
                one.entity,
                one.gross.currency,
                one.payment,
                one.value_date,
                customer_name(book, one.customer) if one.customer else "",
                one.gross,
                one.applied,
                one.unapplied,
                one.unidentified,
                one.status,
                ", ".join(item.number for item in one.items),
                one.reason,
            )
        )
    return report("cash", rows, COLUMNS)
