"""How the tables that finance keeps become the chart, the mapping and the payments, with every finding at its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from billcore.cash.payment import Payment
from billcore.connectors.csv_cells import documents_of
from billcore.connectors.csv_rows import Rows, read_rows
from billcore.connectors.tabular import PAYMENT_COLUMNS, PAYMENT_OPTIONAL, payment_data
from billcore.connectors.toml_text import read_toml
from billcore.core.errors import DocumentError, excerpt
from billcore.core.findings import Finding
from billcore.core.value import replaced
from billcore.gl.access import AccessSequence
from billcore.gl.accounts import Account, Chart
from billcore.gl.columns import (
    ACCESS_COLUMNS,
    CHART_COLUMNS,
    MAPPING_COLUMNS,
    access_fields,
    access_places,
    account_fields,
    mapping_row_fields,
)
from billcore.gl.mapping import GLMapping
from billcore.gl.row_tables import mapping_findings
from billcore.gl.rows import MappingRow

_STEP = re.compile(r"sequences\[([0-9]+)\](?:\.steps\[([0-9]+)\])?", re.ASCII)


def read_chart(data: bytes) -> tuple[Chart | None, tuple[Finding, ...]]:
    """Read chart.csv."""
    rows = read_rows(data, file="chart.csv", columns=CHART_COLUMNS, owner="finance")
    accounts, findings = documents_of(rows, Account, account_fields)
    findings = rows.findings + _in_columns(findings, {"number": "account"})
    repeated = _repeated_accounts(rows, accounts)
    return (None if repeated else Chart(accounts=[account for _, account in accounts])), findings + repeated


def _repeated_accounts(rows: Rows, accounts: Sequence[tuple[int, Account]]) -> tuple[Finding, ...]:
    first: dict[tuple[str, str], int] = {}
    return tuple(
        rows.finding(
            "account-repeated",
            line=line,
            path="account",
            found=f"account {account.number} of {account.entity}, as in line {first[account.entity, account.number]}",
            expected="each account once in its entity",
        )
        for line, account in accounts
        if first.setdefault((account.entity, account.number), line) != line
    )


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
        placed = _mapping_placed(error, rows, access_rows, [line for line, _ in made])
        # Rows are judged against the sequences, so only where these could be read.
        if not any(finding.path.startswith("sequences") for finding in error.findings):
            placed += _between(sequences, rows, made)
        return None, findings + placed


def read_payments(data: bytes) -> tuple[tuple[tuple[int, Payment], ...], tuple[Finding, ...]]:
    """Read payments.csv, each payment with its line; the payer as the bank names it is kept as text."""
    rows = read_rows(data, file="payments.csv", columns=PAYMENT_COLUMNS, optional=PAYMENT_OPTIONAL, owner="finance")
    made, findings = documents_of(rows, Payment, _payment_fields)
    columns = {"amount.amount": "amount", "amount.currency": "currency", "payer_name": "payer"}
    return made, rows.findings + _in_columns(findings, columns)


def _in_columns(findings: tuple[Finding, ...], columns: Mapping[str, str]) -> tuple[Finding, ...]:
    """Name the column of the file where the document's field has another name."""
    named = []
    for finding in findings:
        column = columns.get(finding.path, finding.path)
        expected = f"the column {column}" if finding.code == "field-missing" else finding.expected
        named.append(replaced(finding, path=column, expected=expected))
    return tuple(named)


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
        elif finding.path.startswith("sequences["):
            placed.append(_placed_in_access(finding, access))
        elif finding.path or finding.code == "mapping-needs-two-people":
            placed.append(replaced(finding, file="gl_mapping.toml", owner="finance"))
    return tuple(placed)


def _between(
    sequences: Iterable[Mapping[str, object]], rows: Rows, made: Sequence[tuple[int, MappingRow]]
) -> tuple[Finding, ...]:
    """What is wrong between rows and access sequences, all of it, each at the line of the later row."""
    lines = {row.id: line for line, row in made}
    read = [AccessSequence.read(sequence) for sequence in sequences]
    return tuple(
        replaced(finding, file=rows.file, owner=rows.owner, line=lines.get(finding.subject, 0))
        for finding in mapping_findings(read, [row for _, row in made])
    )


def _placed_in_access(finding: Finding, access: Rows) -> Finding:
    """Turn ``sequences[2].steps[0].keys[1]`` into the line of the step's row, or of the sequence's first step."""
    places = access_places(row.cells for row in access.rows)
    match = _STEP.match(finding.path)
    path = finding.path[match.end() :].lstrip(".") if match is not None else finding.path
    placed = replaced(finding, file=access.file, owner=access.owner, path=path)
    if match is None or int(match[1]) >= len(places):
        return placed
    steps, step = places[int(match[1])], int(match[2] or 0)
    row = access.rows[steps[step if step < len(steps) else 0]]
    placed = replaced(placed, line=row.line)
    if path != "step":
        return placed
    # A step without a usable number stays in the fields as it is written; the column says more than "unknown field".
    told = "a whole number, each once for its event and role"
    return replaced(
        placed, code="number-malformed", found=excerpt(row.cells.get("step", "")) or "an empty cell", expected=told
    )


def _placed_one(finding: Finding, rows: Rows, lines: list[int], name: str) -> tuple[Finding, ...]:
    """Turn a path such as ``rows[3].account`` into the line and column of the file."""
    index, _, column = finding.path.removeprefix(f"{name}[").partition("]")
    line = lines[int(index)] if index.isdigit() and int(index) < len(lines) else 0
    return (replaced(finding, file=rows.file, owner=rows.owner, line=line, path=column.lstrip(".")),)


def _of(error: DocumentError) -> Finding:
    return Finding(code=error.code, found=error.found, expected=error.expected, hint=error.hint, path=error.path)
