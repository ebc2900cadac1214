"""How a timeline looks as tables: a row for each piece, and the totals by invoice date."""

from __future__ import annotations

from billcore.core.table import Cell, Column, Table
from billcore.engine.timeline_rows import Timeline, TimelineRow
from billcore.render.timeline_lanes import days_text

_ROWS = (
    Column(name="invoice_date", kind="date", header="Invoice date"),
    Column(name="line", kind="text", header="Line"),
    Column(name="component", kind="text", header="Component"),
    Column(name="name", kind="text", header="What"),
    Column(name="service_period", kind="text", header="Service period"),
    Column(name="billing_period", kind="text", header="Stub of"),
    Column(name="price_period", kind="text", header="Price period"),
    Column(name="quantity", kind="text", header="Quantity"),
    Column(name="price", kind="text", header="Price"),
    Column(name="currency", kind="text", header="Currency"),
    Column(name="amount", kind="money", header="Net"),
    Column(name="standing", kind="money", header="Stands billed"),
    Column(name="status", kind="text", header="Status"),
    Column(name="documents", kind="text", header="Documents"),
)
_TOTALS = (
    Column(name="invoice_date", kind="date", header="Invoice date"),
    Column(name="currency", kind="text", header="Currency"),
    Column(name="amount", kind="money", header="Net"),
    Column(name="standing", kind="money", header="Stands billed"),
    Column(name="rows", kind="integer", header="Rows"),
    Column(name="unknown", kind="integer", header="Amounts not known"),
)


def timeline_table(timeline: Timeline) -> Table:
    """List the rows of a timeline, by invoice date; a column in which nothing stands is left out.

    A period is told by its first and its last day. An amount that is not known is an empty cell.

    Rounding: none.

    >>> from datetime import date
    >>> from billcore.contract.contract import Contract
    >>> from billcore.engine.timeline import timeline
    >>> deal = Contract.read({"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD",
    ...     "term": {"start": date(2026, 1, 1), "end": date(2026, 2, 15)}, "billed_every": "month", "lines": [
    ...     {"id": "seats", "sku": "SEATS", "billed": "in_advance", "price": {"kind": "flat", "amount": "310"}}]})
    >>> for row in timeline_table(timeline(deal)).to_dicts():
    ...     print(row["service_period"], "of", row["billing_period"], row["amount"]["amount"], row["status"])
    2026-01-01 to 2026-01-31 of  310.00 planned
    2026-02-01 to 2026-02-14 of 2026-02-01 to 2026-02-28 155.00 planned
    """
    table = Table(name=f"timeline of {timeline.contract}", columns=_ROWS, rows=tuple(map(_row, timeline.rows)))
    return _without_empty(table) if table.rows else table


def _row(row: TimelineRow) -> tuple[Cell, ...]:
    return (
        row.invoice_date,
        row.line,
        row.component,
        f"{row.name}, {row.piece}" if row.piece else row.name,
        days_text(row.service),
        ", ".join(map(days_text, row.full)) if row.is_stub else "",
        ", ".join(map(days_text, row.price_periods)),
        row.quantity,
        row.price,
        row.currency,
        row.amount,
        row.standing,
        row.status,
        ", ".join(row.numbers),
    )


def _without_empty(table: Table) -> Table:
    kept = [place for place in range(len(table.columns)) if any(row[place] not in ("", None) for row in table.rows)]
    return Table(
        name=table.name,
        columns=tuple(table.columns[place] for place in kept),
        rows=tuple(tuple(row[place] for place in kept) for row in table.rows),
    )


def totals_table(timeline: Timeline) -> Table:
    """List what the rows of each invoice date come to, and how many of their amounts are not known yet.

    Rounding: none; totals are sums.

    >>> from datetime import date
    >>> from billcore.contract.contract import Contract
    >>> from billcore.engine.timeline import timeline
    >>> deal = Contract.read({"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD",
    ...     "term": {"start": date(2026, 1, 1), "end": date(2026, 2, 1)}, "billed_every": "month", "lines": [
    ...     {"id": "seats", "sku": "SEATS", "billed": "in_advance", "price": {"kind": "flat", "amount": "310"}}]})
    >>> totals_table(timeline(deal)).to_csv().split()
    ['invoice_date,currency,amount,standing,rows,unknown', '2026-01-01,USD,310.00,0.00,1,0']
    """
    rows = tuple(
        (one.invoice_date, one.currency, one.amount, one.standing, one.row_count, one.unknown_count)
        for one in timeline.totals
    )
    return Table(name=f"invoices of {timeline.contract}", columns=_TOTALS, rows=rows)
