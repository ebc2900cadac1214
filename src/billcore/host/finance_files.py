"""How the tables that finance keeps become the chart, the mapping and the payments, with every finding at its line."""

from __future__ import annotations

from collections.abc import Mapping

from billcore.cash.payment import Payment
from billcore.connectors.csv_cells import documents_of
from billcore.connectors.csv_rows import Rows, read_rows
from billcore.connectors.tabular import PAYMENT_COLUMNS, PAYMENT_OPTIONAL, payment_data
from billcore.connectors.toml_text import read_toml
from billcore.core.errors import DocumentError
from billcore.core.findings import Finding
from billcore.core.value import replaced
from billcore.gl.accounts import Account, Chart
from billcore.gl.columns import (
    ACCESS_COLUMNS,
    CHART_COLUMNS,
    MAPPING_COLUMNS,
    access_fields,
    account_fields,
    mapping_row_fields,
)
from billcore.gl.mapping import GLMapping
from billcore.gl.rows import MappingRow


def read_chart(data: bytes) -> tuple[Chart | None, tuple[Finding, ...]]:
    """Read chart.csv."""
    rows = read_rows(data, file="chart.csv", columns=CHART_COLUMNS, owner="finance")
    accounts, findings = documents_of(rows, Account, account_fields)
    findings = rows.findings + findings
    try:
        return Chart(accounts=[account for _, account in accounts]), findings
    except DocumentError as error:
        lines = [line for line, _ in accounts]
        return None, findings + _placed(error, rows, lines, "accounts")


def read_mapping(head: bytes, access: bytes, mapping: bytes) -> tuple[GLMapping | None, tuple[Finding, ...]]:
    """Read gl_mapping.toml, gl_access.csv and gl_mapping.csv as one version of the mapping."""
    about, findings = read_toml(head, file="gl_mapping.toml", owner="finance")
    access_rows = read_rows(access, file="gl_access.csv", columns=ACCESS_COLUMNS, owner="finance")
    rows = read_rows(mapping, file="gl_mapping.csv", columns=MAPPING_COLUMNS, owner="finance")
    made, cell_findings = documents_of(rows, MappingRow, mapping_row_fields)
    findings = findings + access_rows.findings + rows.findings + cell_findings
    if about is None:
        return None, findings
    sequences = access_fields(row.cells for row in access_rows.rows)
    try:
        return GLMapping.read({**about, "sequences": sequences, "rows": [row for _, row in made]}), findings
    except DocumentError as error:
        return None, findings + _mapping_placed(error, rows, access_rows, [line for line, _ in made])


def read_payments(data: bytes) -> tuple[tuple[Payment, ...], tuple[Finding, ...]]:
    """Read payments.csv; the payer as the bank names it is kept as text."""
    rows = read_rows(data, file="payments.csv", columns=PAYMENT_COLUMNS, optional=PAYMENT_OPTIONAL, owner="finance")
    made, findings = documents_of(rows, Payment, _payment_fields)
    return tuple(payment for _, payment in made), rows.findings + findings


def _payment_fields(cells: Mapping[str, str]) -> Mapping[str, object]:
    data = dict(payment_data(cells))
    payer = data.pop("payer", "")
    ordinal = str(data.get("tx_ordinal", ""))
    if ordinal.isascii() and ordinal.isdigit() and len(ordinal) < 10:
        data["tx_ordinal"] = int(ordinal)
    return {**data, "payer_name": payer}


def _mapping_placed(error: DocumentError, rows: Rows, access: Rows, lines: list[int]) -> tuple[Finding, ...]:
    placed: list[Finding] = []
    for finding in error.findings or (_of(error),):
        if finding.path.startswith("rows["):
            placed.extend(_placed_one(finding, rows, lines, "rows"))
        else:
            file = "gl_access.csv" if finding.path.startswith("sequences") else "gl_mapping.toml"
            placed.append(replaced(finding, file=file, owner="finance"))
    return tuple(placed)


def _placed(error: DocumentError, rows: Rows, lines: list[int], name: str) -> tuple[Finding, ...]:
    return tuple(one for finding in error.findings or (_of(error),) for one in _placed_one(finding, rows, lines, name))


def _placed_one(finding: Finding, rows: Rows, lines: list[int], name: str) -> tuple[Finding, ...]:
    """Turn a path such as ``rows[3].account`` into the line and column of the file."""
    index, _, column = finding.path.removeprefix(f"{name}[").partition("]")
    line = lines[int(index)] if index.isdigit() and int(index) < len(lines) else 0
    return (replaced(finding, file=rows.file, owner=rows.owner, line=line, path=column.lstrip(".")),)


def _of(error: DocumentError) -> Finding:
    return Finding(code=error.code, found=error.found, expected=error.expected, hint=error.hint, path=error.path)
