"""How the documents of a bill run are shown in a notebook: a row for each of their lines."""

from __future__ import annotations

from collections.abc import Iterator

from billcore.core.checks import check_kind
from billcore.core.table import Cell, Column, Table
from billcore.engine.invoicing import BillRun
from billcore.money.amount import Amount
from billcore.render.timeline_lanes import days_text

_COLUMNS = (
    Column(name="kind", kind="text", header="Document"),
    Column(name="invoice_date", kind="date", header="Date"),
    Column(name="due_date", kind="date", header="Due"),
    Column(name="description", kind="text", header="Description"),
    Column(name="service_period", kind="text", header="Service period"),
    Column(name="quantity", kind="text", header="Quantity"),
    Column(name="currency", kind="text", header="Currency"),
    Column(name="net", kind="money", header="Net"),
    Column(name="tax", kind="money", header="Tax"),
    Column(name="gross", kind="money", header="Gross"),
)


def documents(run: BillRun) -> Table:
    """List what a run issues, a row for each line; what is given back is negative, so a column can be summed.

    Args:
        run: What `bill` returned.

    Rounding: none.
    Raises: DocumentError ``argument-wrong``.

    >>> from datetime import date
    >>> import billcore as bc
    >>> deal = bc.Contract.read({"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD",
    ...     "term": {"start": date(2026, 1, 1), "end": date(2026, 3, 1)}, "billed_every": "month", "lines": [
    ...     {"id": "seats", "sku": "SEATS", "billed": "in_advance", "price": {"kind": "flat", "amount": "310"}}]})
    >>> for row in documents(bc.bill(deal, through=date(2026, 1, 31))).to_dicts():
    ...     print(row["kind"], row["invoice_date"], row["description"], row["gross"]["amount"])
    invoice 2026-01-01 SEATS 310.00
    """
    check_kind(run, BillRun, "run")
    return Table(name=f"documents of {run.contract}", columns=_COLUMNS, rows=tuple(_rows(run)))


def _rows(run: BillRun) -> Iterator[tuple[Cell, ...]]:
    for document in run.documents:
        sign = 1 if document.kind == "invoice" else -1
        for line in document.lines:
            amounts = (line.net, line.tax, line.gross)
            yield (
                document.kind.replace("_", " "),
                document.invoice_date,
                document.due_date,
                line.description,
                days_text(line.service),
                line.quantity,
                document.currency,
                *(Amount(minor=sign * one.minor, currency=one.currency) for one in amounts),
            )
