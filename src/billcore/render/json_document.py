"""How an invoice or credit memo looks to a program: JSON with amounts beside their currency, and every line's workings.

The same document has the same bytes: fields in a fixed order, no clock, no locale.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from billcore.core.steps import Step
from billcore.invoice.invoice import Invoice, InvoiceLine
from billcore.money.amount import Amount
from billcore.money.taxed import TaxAmount
from billcore.periods.period import Period

SCHEMA = "billcore/document/1"


def document_json(document: Invoice, workings: Mapping[str, Sequence[Step]] | None = None) -> str:
    """Write a document as JSON text, indented, ended by a line feed.

    Args:
        document: Issued or not; without a number the field is empty.
        workings: Document line id -> steps, as kept at issue; a line without an entry has none.
    """
    return json.dumps(document_data(document, workings), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def document_data(document: Invoice, workings: Mapping[str, Sequence[Step]] | None = None) -> dict[str, object]:
    """Give a document as plain data for JSON; arguments as in `document_json`.

    Rounding: none; an amount is the text of its minor units.
    """
    steps = workings or {}
    return {
        "schema": SCHEMA,
        "id": document.id,
        "kind": document.kind,
        "number": document.number,
        "entity": document.entity,
        "customer": document.customer,
        **({"payer": document.payer} if document.payer else {}),
        "currency": document.currency,
        "invoice_date": document.invoice_date.isoformat(),
        "due_date": document.due_date.isoformat(),
        "terms": document.terms_text,
        "seller": list(document.seller),
        "buyer": list(document.customer_address),
        "contracts": list(document.contracts),
        "net": amount_data(document.net),
        "tax": amount_data(document.tax),
        "total": amount_data(document.total),
        "lines": [_line_data(line, steps.get(line.id, ())) for line in document.lines],
    }


def amount_data(amount: Amount) -> dict[str, str]:
    """Give an amount as documents write it.

    >>> amount_data(Amount.of("1388.09", "USD"))
    {'amount': '1388.09', 'currency': 'USD'}
    """
    return {"amount": amount.text, "currency": amount.currency}


def _line_data(line: InvoiceLine, steps: Iterable[Step]) -> dict[str, object]:
    shown: dict[str, object] = {
        "id": line.id,
        "contract": line.contract,
        **({"customer": line.customer} if line.customer else {}),
        "line": line.line,
        "component": line.component,
        "description": line.description,
        "service_period": _period_data(line.service),
        "quantity": line.quantity,
    }
    if line.discount is not None:
        shown |= {"list": amount_data(line.net + line.discount), "discount": amount_data(line.discount)}
    if line.corrects:
        shown["corrects"] = line.corrects
    return shown | {
        "net": amount_data(line.net),
        "taxes": [_tax_data(tax) for tax in line.taxes],
        "gross": amount_data(line.gross),
        "workings": [_step_data(step) for step in (*steps, *(step for tax in line.taxes for step in tax.steps))],
    }


def _period_data(period: Period) -> dict[str, str]:
    # Half-open, as everywhere in billcore; the last day is beside it for readers who count days inclusively.
    return {"start": str(period.start), "end": str(period.end), "last_day": str(period.last_day)}


def _tax_data(tax: TaxAmount) -> dict[str, object]:
    return {
        "name": tax.name,
        "rate_percent": tax.rate,
        "reason": tax.reason,
        "row": tax.row,
        "tax_point": tax.tax_point.isoformat(),
        "base": amount_data(tax.base),
        "tax": amount_data(tax.tax),
    }


def _step_data(step: Step) -> dict[str, object]:
    return {
        "rule": step.rule,
        "text": step.text,
        "inputs": [{"name": name, "value": value} for name, value in step.inputs],
        "result": step.result,
    }
