"""How a timeline looks to a program: plain data for JSON, periods half-open, amounts beside their currency."""

from __future__ import annotations

from typing import Any

from billcore.engine.timeline_rows import InvoiceTotal, Timeline, TimelineRow
from billcore.money.amount import Amount
from billcore.periods.period import Period
from billcore.render.json_document import amount_data

SCHEMA = "billcore/timeline/1"


def timeline_data(timeline: Timeline) -> dict[str, Any]:
    """Give a timeline as plain data for JSON, in the order of its rows.

    Rounding: none; an amount is the text of its minor units, null where it is not known.

    >>> from datetime import date
    >>> from billcore.contract.contract import Contract
    >>> from billcore.engine.timeline import timeline
    >>> deal = Contract.read({"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD",
    ...     "term": {"start": date(2026, 1, 1), "end": date(2026, 2, 1)}, "billed_every": "month", "lines": [
    ...     {"id": "calls", "sku": "API", "billed": "in_arrears", "price": {"kind": "per_unit", "unit_price": "1"}}]})
    >>> row, = timeline_data(timeline(deal))["rows"]
    >>> row["invoice_date"], row["net"], row["status"]
    ('2026-02-01', None, 'awaits usage')
    """
    return {
        "schema": SCHEMA,
        "contract": timeline.contract,
        "name": timeline.name,
        "currency": timeline.currency,
        "term": period_data(timeline.term),
        "through": None if timeline.through is None else str(timeline.through),
        "lines": [{"id": line, "name": name} for line, name in timeline.lines],
        "rows": [_row(row) for row in timeline.rows],
        "totals": [_total(total) for total in timeline.totals],
        "marks": [{"on": str(mark.on), "line": mark.line, "text": mark.text} for mark in timeline.marks],
        "findings": [
            {"code": one.code, "owner": one.owner, "place": one.place, "found": one.found, "expected": one.expected}
            for one in timeline.findings
        ],
    }


def period_data(period: Period) -> dict[str, str]:
    """Give a period half-open, with its last day for who counts inclusively.

    >>> from datetime import date
    >>> period_data(Period(start=date(2026, 1, 1), end=date(2026, 2, 1)))
    {'start': '2026-01-01', 'end': '2026-02-01', 'last_day': '2026-01-31'}
    """
    return {"start": str(period.start), "end": str(period.end), "last_day": str(period.last_day)}


def _row(row: TimelineRow) -> dict[str, Any]:
    return {
        "line": row.line,
        "name": row.name,
        "component": row.component,
        "service_period": period_data(row.service),
        "billing_periods": [period_data(full) for full in row.full],
        "is_stub": row.is_stub,
        "price_periods": [period_data(one) for one in row.price_periods],
        "billed": row.billed,
        "invoice_date": None if row.invoice_date is None else str(row.invoice_date),
        "quantity": row.quantity,
        "price": row.price,
        "net": _amount(row.amount),
        "standing": _amount(row.standing),
        "status": row.status,
        "documents": list(row.numbers),
    }


def _amount(amount: Amount | None) -> dict[str, str] | None:
    return None if amount is None else amount_data(amount)


def _total(total: InvoiceTotal) -> dict[str, Any]:
    return {
        "invoice_date": str(total.invoice_date),
        "net": amount_data(total.amount),
        "standing": amount_data(total.standing),
        "rows": total.row_count,
        "unknown": total.unknown_count,
    }
