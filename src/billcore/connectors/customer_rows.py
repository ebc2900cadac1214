"""What customers.csv says of accounts: who stands above whom, who pays, how documents come; accounts without a deal.

A deal brings its own customer; a row of the file completes that record and contradicts nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from billcore.connectors.csv_cells import Cells, filled
from billcore.connectors.csv_rows import Row, Rows
from billcore.contract.parties import Customer
from billcore.core.errors import DocumentError, excerpt
from billcore.core.findings import Finding
from billcore.core.value import replaced

CUSTOMER_COLUMNS = ("id", "parent", "pays", "invoices")
CUSTOMER_OPTIONAL = ("name", "currency", "tax_jurisdiction", "tax_id", "address")


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """What the file comes to beside the customers of deals.

    Attributes:
        completed: Customer of a deal -> the same with what its row adds; those without a row are not in it.
        alone: Accounts of the file that no deal has.
        findings: What is wrong with the table and its rows.
        disputed: Ids of the customers whose row has a finding: nobody knows who pays for them.
        is_whole: Whether every row says whose it is; else nobody knows for whom a row was meant.
    """

    completed: Mapping[Customer, Customer] = field(default_factory=dict)
    alone: tuple[Customer, ...] = ()
    findings: tuple[Finding, ...] = ()
    disputed: frozenset[str] = frozenset()
    is_whole: bool = True


def read_accounts(rows: Rows, customers: Iterable[Customer]) -> Accounts:
    """Read the accounts of a book.

    Args:
        rows: Of customers.csv: ``id``, ``parent``, ``pays`` (``self``, ``parent``), ``invoices`` (``separate``,
            ``consolidated``); an empty cell is the default. ``name``, ``currency``, ``tax_jurisdiction``, ``tax_id``
            and ``address`` (its lines as lines of one cell) are needed for what the deals do not bring: an account
            without a deal has at least a name.
        customers: As the deals bring them; a customer of two deals stands twice.

    Returns: the accounts. Codes: those of the table, of `Customer`'s fields, ``id-repeated``, and ``customer-differs``
        where a row contradicts a deal; ``customer-unclaimed``, a warning, where a row without a name completes no deal.
    """
    findings: list[Finding] = []
    said: dict[str, Row] = {}
    disputed: set[str] = set()
    is_whole = not rows.findings
    for row in rows.rows:
        cells = Cells(rows, row, findings)
        name = cells.identifier("id")
        if name is None:
            is_whole = False
        elif said.setdefault(name, row) is not row:
            disputed.add(name)
            found, expected = f"{name}, as in line {said[name].line}", "one row for each customer"
            cells.note("id-repeated", "id", found=found, expected=expected)
    brought: dict[str, list[Customer]] = {}
    for customer in customers:
        brought.setdefault(customer.id, []).append(customer)
    completed: dict[Customer, Customer] = {}
    alone: list[Customer] = []
    for name, row in said.items():
        before = len(findings)
        if name in brought:
            completed |= {one: _completed(rows, row, one, findings) for one in dict.fromkeys(brought[name])}
        else:
            alone.extend(_alone(rows, row, findings))
        if len(findings) > before:
            disputed.add(name)
    return Accounts(
        completed=completed,
        alone=tuple(one for one in alone if one.id not in disputed),
        findings=(*rows.findings, *findings),
        disputed=frozenset(disputed),
        is_whole=is_whole,
    )


def _plain(row: Row) -> dict[str, object]:
    data = filled(row.cells)
    if "address" in data:
        data["address"] = [line.strip() for line in str(data["address"]).splitlines() if line.strip()]
    return data


def _completed(rows: Rows, row: Row, known: Customer, findings: list[Finding]) -> Customer:
    """A deal's customer with what the row adds; itself, and a finding, where the row contradicts the deal."""
    cells, data = Cells(rows, row, findings), _plain(row)
    for name in CUSTOMER_OPTIONAL:
        written, has = data.get(name), getattr(known, name)
        if name in data and written != (list(has) if name == "address" else has):
            expected = f"{excerpt(has)}, as the deal says" if has else "an empty cell, as the deal says"
            cells.note("customer-differs", name, found=excerpt(written), expected=expected)
    try:
        return known.revised(**{name: data[name] for name in CUSTOMER_COLUMNS if name in data})
    except DocumentError as error:
        findings.extend(_placed(rows, row, error))
        return known


def _alone(rows: Rows, row: Row, findings: list[Finding]) -> list[Customer]:
    data = _plain(row)
    if "name" not in data:
        # Its deal may be held, which is no fault of this file; or the id is mistyped, which nobody else would tell.
        told = rows.finding(
            "customer-unclaimed",
            line=row.line,
            path="id",
            found=f"{data['id']}, which no accepted deal has, and no name",
            expected="the customer of a deal, or an account with its name",
        )
        findings.append(replaced(told, severity="warning"))
        return []
    try:
        return [Customer.read(data)]
    except DocumentError as error:
        findings.extend(_placed(rows, row, error))
        return []


def _placed(rows: Rows, row: Row, error: DocumentError) -> list[Finding]:
    return [
        rows.finding(one.code, line=row.line, path=one.path, found=one.found, expected=one.expected, hint=one.hint)
        for one in error.findings
    ]
