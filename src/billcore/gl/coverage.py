"""Whether every reachable cell has one account that may take it: a certificate, or the cells that have none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from types import MappingProxyType

from billcore.core.canonical import digest
from billcore.core.findings import Finding, finding_of
from billcore.core.value import Value
from billcore.gl.access import Cell
from billcore.gl.accounts import Chart, account_findings
from billcore.gl.mapping import GLMapping, resolve_row, unmapped
from billcore.gl.roles import AccountRole

# Whose subledger explains the balance of an account in a role. A control account belongs to one subledger, or its
# balance can be compared with none.
_SUBLEDGERS: dict[AccountRole, str] = {
    "receivable": "open items",
    "unbilled_receivable": "contracts",
    "contract_asset": "contracts",
    "contract_liability": "contracts",
    "revenue": "contracts",
    "tax_payable": "tax",
    "cash": "bank",
    "unapplied_cash": "receipts",
    "unidentified_cash": "receipts",
}
_NO_CURRENCIES: Mapping[str, Collection[str]] = MappingProxyType({})


class Coverage(Value, frozen=True, kw_only=True):
    """The proof for one domain of cells on one day, or why there is none.

    Attributes:
        mapping_version: The version that was proved.
        chart_version: The chart that its accounts were looked up in.
        on: The accounting date.
        domain: Hash of the cells, whatever their order.
        count: How many different cells there are.
        findings: Each names its cell in ``subject``. Errors are witnesses against the proof; warnings are not.
        unused_rows: Rows in force that no cell of the domain reaches: shadowed, or for combinations that nobody sells.
    """

    mapping_version: str
    chart_version: str
    on: date
    domain: str
    count: int
    findings: tuple[Finding, ...] = ()
    unused_rows: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether it is a certificate: no witness against it."""
        return not self.witnesses

    @property
    def witnesses(self) -> tuple[Finding, ...]:
        """The findings that break the proof."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


def coverage(
    mapping: GLMapping,
    chart: Chart,
    cells: Iterable[Cell],
    on: date,
    *,
    currencies: Mapping[str, Collection[str]] = _NO_CURRENCIES,
) -> Coverage:
    """Prove that every reachable cell resolves to one row whose account may take it.

    Args:
        cells: The domain: active catalogue x entities that sell it x treatments allowed x jurisdictions registered x
            events that these can raise, as the caller builds it; repeats do not matter.
        on: The accounting date for which it is proved.
        currencies: Transaction currencies that each entity deals in, for accounts restricted to one currency.

    Returns: witnesses as findings of the owner finance: ``account-unmapped`` for a cell without row, and the codes of
        `account_findings` and ``account-control-shared`` for a cell whose account may not take it. A cell that a row
        forbids is decided, so it is a warning ``posting-forbidden``: the event will be refused, by intention.
    Raises: MissingInput ``mapping-not-effective``.
    Source: rules 8.
    """
    domain = sorted(set(cells), key=_order)
    findings: list[Finding] = []
    used: set[str] = set()
    controls: dict[tuple[str, str], AccountRole] = {}
    for cell in domain:
        row = resolve_row(mapping, cell, on)
        if row is None:
            findings.append(finding_of(unmapped(mapping, cell, on), owner="finance", subject=str(cell)))
            continue
        used.add(row.id)
        if row.account is None:
            findings.append(_forbidden(row.id, cell))
        else:
            findings.extend(_account(chart, cell, row.account, currencies.get(cell.entity, ())))
            findings.extend(_control(chart, cell, row.account, controls))
    return Coverage(
        mapping_version=mapping.version,
        chart_version=chart.version,
        on=on,
        domain=digest(domain),
        count=len(domain),
        findings=tuple(findings),
        unused_rows=tuple(sorted(row.id for row in mapping.rows if row.is_effective(on) and row.id not in used)),
    )


def _order(cell: Cell) -> tuple[str, ...]:
    return tuple(getattr(cell, name) for name in cell.__struct_fields__)


def _forbidden(row: str, cell: Cell) -> Finding:
    return Finding(
        code="posting-forbidden",
        owner="finance",
        severity="warning",
        found=f"row {row}, which forbids a combination that can be reached",
        expected="a catalogue that cannot reach it, or an account",
        subject=str(cell),
    )


def _account(chart: Chart, cell: Cell, number: str, currencies: Collection[str]) -> tuple[Finding, ...]:
    return account_findings(
        chart, entity=cell.entity, number=number, role=cell.role, currencies=currencies, subject=str(cell)
    )


def _control(
    chart: Chart, cell: Cell, number: str, controls: dict[tuple[str, str], AccountRole]
) -> tuple[Finding, ...]:
    account = chart.find(cell.entity, number)
    if account is None or not account.is_control:
        return ()
    first = controls.setdefault((cell.entity, number), cell.role)
    if _SUBLEDGERS[first] == _SUBLEDGERS[cell.role]:
        return ()
    finding = Finding(
        code="account-control-shared",
        owner="finance",
        found=f"control account {number} of {cell.entity} for the roles {first} and {cell.role}",
        expected="one subledger for a control account",
        subject=str(cell),
    )
    return (finding,)
