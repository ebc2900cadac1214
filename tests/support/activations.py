"""A contract that waits for its first invoice to be paid, and a document of it as plain data."""

from __future__ import annotations

from typing import Any

import billcore as bc

LINES = [
    {"id": "setup", "sku": "A", "billed": "once", "price": {"kind": "flat", "amount": "100.00"}},
    {"id": "seats", "sku": "B", "billed": "in_advance", "price": {"kind": "flat", "amount": "310.00"}},
    {"id": "calls", "sku": "C", "billed": "in_arrears", "price": {"kind": "per_unit", "unit_price": "1.00"}},
]


def contract(**changes: Any) -> bc.Contract:
    """Six months from January 2026: setup once, seats in advance, calls in arrears."""
    written = {"id": "C-1", "customer": "acme", "entity": "DE01", "currency": "EUR", "billed_every": "month"}
    term = {"start": "2026-01-01", "end": "2026-07-01"}
    return bc.Contract.read({**written, "term": term, "lines": LINES, "activation": {}, **changes})


def told(document: bc.Invoice) -> list[Any]:
    """Kind, date, total, and each line with its service and net."""
    lines = [[one.line, str(one.service.start), str(one.service.end), one.net.text] for one in document.lines]
    return [document.kind, str(document.invoice_date), document.total.text, lines]
