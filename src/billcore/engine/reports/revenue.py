"""What each obligation earns in which month, posted and planned."""

from __future__ import annotations

from datetime import date

from billcore.core.table import Cell, Table
from billcore.engine.book import Book
from billcore.engine.closing import BookRun
from billcore.engine.reports.columns import CURRENCY, Named, report
from billcore.revrec.schedules import RevenueRow

COLUMNS: tuple[Named, ...] = (
    ("contract", "text", "Contract"),
    ("name", "text", "Deal"),
    ("obligation", "text", "Obligation"),
    ("treatment", "text", "Treatment"),
    ("accounting_month", "text", "Month"),
    ("posting_date", "date", "Posted on"),
    CURRENCY,
    ("amount", "money", "Amount"),
    ("entitled_to_date", "money", "Entitled to date"),
    ("status", "text", "Status"),
    ("how", "text", "How"),
)


def revenue_schedule_table(book: Book, run: BookRun) -> Table:
    """List what each obligation earns in which month: rows that are posted, then rows that are planned.

    Returns: a row for each contract, obligation and posting date. Posted and planned together are the transaction
        price as far as it is scheduled, plus the usage that is known.
    """
    posted = run.standing.revenue
    last = max((row.posting_date for row in posted), default=date.min)
    reached = max(run.through, run.standing.through or run.through, last)
    planned = [
        row
        for one in run.runs
        if one.recognition is not None
        for row in one.recognition.schedule.rows
        if row.posting_date > reached
    ]
    names = {contract.id: contract.name or contract.id for contract in book.contracts}
    both = [*((row, "posted") for row in posted), *((row, "planned") for row in planned)]
    both.sort(key=lambda one: (one[0].contract, one[0].obligation, one[0].posting_date, one[0].number, one[1]))
    return report("revenue_schedule", (_revenue_cells(row, status, names) for row, status in both), COLUMNS)


def _revenue_cells(row: RevenueRow, status: str, names: dict[str, str]) -> tuple[Cell, ...]:
    return (
        row.contract,
        names.get(row.contract, row.contract),
        row.obligation,
        row.treatment,
        f"{row.posting_date.year:04d}-{row.posting_date.month:02d}",
        row.posting_date,
        row.amount.currency,
        row.amount,
        row.entitled,
        status,
        "; ".join(step.text for step in row.steps),
    )
