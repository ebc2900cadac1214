"""What the CSV files of a book say: usage, deliveries, tax, and the tables of finance as rows with places.

Each reader takes `Rows` and returns what it could read with all findings of cells; findings of the table itself are in
``rows.findings``. Columns of every file stand here, once.
"""

from __future__ import annotations

from collections.abc import Mapping

from billcore.connectors.csv_cells import Cells, documents_of, filled
from billcore.connectors.csv_rows import Rows
from billcore.connectors.csv_rows import read_rows as read_rows
from billcore.contract.facts import DeliveryFact, UsageFact
from billcore.core.findings import Finding
from billcore.invoice.tax import TaxRow, TaxTable, table_problems

USAGE_COLUMNS = ("contract", "line", "period", "quantity", "is_complete")
DELIVERY_COLUMNS = ("contract", "line", "milestone", "on", "reference")
TAX_COLUMNS = ("id", "jurisdiction", "tax_class", "name", "rate", "valid_from", "valid_to", "reason")
PAYMENT_COLUMNS = ("id", "entity", "bank_reference", "value_date", "currency", "amount", "reference", "payer")
PAYMENT_OPTIONAL = ("tx_ordinal", "status")


def read_usage(rows: Rows) -> tuple[tuple[UsageFact, ...], tuple[Finding, ...]]:
    """Read usage: one row a service period of a metered line.

    ``period`` is the first day of the service period, or ``YYYY-MM`` for the first of a month. The same row twice
    counts once; another quantity for the same period is ``usage-differs`` and neither counts.

    Codes: ``cell-empty``, ``text-malformed``, ``date-malformed``, ``number-malformed``, ``number-too-large``,
        ``number-negative``, ``choice-unknown``, ``usage-differs``.
    """
    findings: list[Finding] = []
    seen: dict[tuple[object, ...], tuple[UsageFact, int]] = {}
    disputed = set()
    for row in rows.rows:
        cells = Cells(rows, row, findings)
        contract, line = cells.identifier("contract"), cells.identifier("line")
        start, quantity = cells.month_or_day("period"), cells.number("quantity")
        is_complete = cells.flag("is_complete")
        if contract is None or line is None or start is None or quantity is None or is_complete is None:
            continue
        fact = UsageFact(contract=contract, line=line, start=start, quantity=quantity, is_complete=is_complete)
        key = (contract, line, start)
        before, place = seen.setdefault(key, (fact, row.line))
        if before != fact:
            disputed.add(key)
            cells.note(
                "usage-differs",
                "quantity",
                found=f"{_report(fact)}, and {_report(before)} in line {place}",
                expected=f"one report for {contract} {line} from {start}",
                hint="Keep the right row and remove the other.",
            )
    return tuple(fact for key, (fact, _) in seen.items() if key not in disputed), tuple(findings)


def _report(fact: UsageFact) -> str:
    return f"{fact.quantity} {'complete' if fact.is_complete else 'not complete'}"


def read_deliveries(rows: Rows) -> tuple[tuple[DeliveryFact, ...], tuple[Finding, ...]]:
    """Read the days on which obligations and milestones were satisfied; ``milestone`` is empty for a point in time.

    Codes: ``cell-empty``, ``text-malformed``, ``date-malformed``, ``delivery-differs``.
    """
    findings: list[Finding] = []
    seen: dict[tuple[object, ...], tuple[DeliveryFact, int]] = {}
    disputed = set()
    for row in rows.rows:
        cells, before_row = Cells(rows, row, findings), len(findings)
        contract, line, on = cells.identifier("contract"), cells.identifier("line"), cells.day("on")
        milestone = cells.identifier("milestone", may_be_empty=True)
        reference = cells.text("reference", may_be_empty=True)
        if contract is None or line is None or on is None or len(findings) > before_row:
            continue
        fact = DeliveryFact(contract=contract, line=line, milestone=milestone or "", on=on, reference=reference or "")
        key = (contract, line, fact.milestone)
        before, place = seen.setdefault(key, (fact, row.line))
        if before != fact:
            disputed.add(key)
            cells.note(
                "delivery-differs",
                "on",
                found=f"{fact.on} {fact.reference}, and {before.on} {before.reference} in line {place}",
                expected=f"one row for {contract} {line} {fact.milestone}".rstrip(),
                hint="Keep the right row and remove the other.",
            )
    return tuple(fact for key, (fact, _) in seen.items() if key not in disputed), tuple(findings)


def read_tax(rows: Rows) -> tuple[TaxTable, tuple[Finding, ...]]:
    """Read the tax table.

    Codes: those of `TaxRow`'s fields; ``id-repeated``; ``reason-missing`` where a rate of 0 has no reason;
        ``interval-empty``; ``tax-rows-overlap`` where two rows of a cell are valid on one day.
    """
    made, cell_findings = documents_of(rows, TaxRow, filled)
    findings, wrong = list(cell_findings), set()
    for index, code, column, found, expected in table_problems([row for _, row in made]):
        wrong.add(index)
        findings.append(rows.finding(code, line=made[index][0], path=column, found=found, expected=expected))
    return TaxTable(rows=[row for index, (_, row) in enumerate(made) if index not in wrong]), tuple(findings)


def payment_data(cells: Mapping[str, str]) -> dict[str, object]:
    """Plain data of a payment: amount and currency become one amount.

    >>> payment_data({"id": "P-1", "currency": "USD", "amount": "5.00", "payer": ""})
    {'id': 'P-1', 'amount': {'amount': '5.00', 'currency': 'USD'}}
    """
    data = filled(cells)
    money = {name: data.pop(name) for name in ("amount", "currency") if name in data}
    return {**data, "amount": money} if money else data
