"""What a run comes to, as tables: positions, documents, revenue, balances, open items, cash, findings.

Each report is a pure function of the book and the run; every number is taken from what stands, never worked out anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from billcore.core.findings import Finding
from billcore.core.table import Cell, CellKind, Column, Table
from billcore.engine.book import Book, Standing
from billcore.engine.closing import BookRun
from billcore.gl.balances import trial_balance
from billcore.invoice.assembly import billed_lines
from billcore.invoice.invoice import Invoice
from billcore.money.amount import Amount
from billcore.revrec.position import position
from billcore.revrec.schedules import RevenueRow

CURRENCY: tuple[str, CellKind, str] = ("currency", "text", "Cur.")


def position_report(book: Book, run: BookRun, as_of: date) -> Table:
    """Tell where each contract stands at the end of a day.

    Args:
        book: Gives names.
        run: What stands after it; contracts without anything standing are left out unless they ran.
        as_of: Documents, revenue and payments dated up to and including this day count.

    Returns: a row for each contract, by entity, currency and contract. ``billed`` and ``earned`` are before tax,
        ``open_receivable`` is what the customer owes, with tax.
    Rounding: none; amounts that stand are added.
    Raises: InvariantBroken ``position-does-not-tie``.
    Source: rules 7 (position = billed + unbilled receivable - recognized).
    """
    contracts = {contract.id: contract for contract in book.contracts}
    owners = contract_owners(book, run.standing)
    ran = {one.contract for one in run.runs}
    documents_of = _by_contract(run.standing.documents)
    revenue_of: dict[str, list[RevenueRow]] = {}
    for row in run.standing.revenue:
        revenue_of.setdefault(row.contract, []).append(row)
    paid = _paid(run.standing, as_of)
    rows: list[tuple[Cell, ...]] = []
    for contract, (entity, customer, currency) in sorted(
        owners.items(), key=lambda one: (one[1][0], one[1][2], one[0])
    ):
        documents, revenue = documents_of.get(contract, []), revenue_of.get(contract, [])
        if contract not in ran and not documents and not revenue:
            continue
        lines = [line for document in documents for line in billed_lines(document)]
        stands = position(contract, lines, revenue, as_of, currency)
        known = contracts.get(contract)
        rows.append(
            (
                entity,
                currency,
                contract,
                (known.name if known else None) or contract,
                customer_name(book, customer),
                stands.billed,
                stands.recognized,
                stands.contract_liability,
                stands.contract_asset,
                stands.unbilled_receivable,
                _open_receivable(documents, paid, as_of, currency),
            )
        )
    return _table(
        "positions",
        rows,
        ("entity", "text", "Entity"),
        CURRENCY,
        ("contract", "text", "Contract"),
        ("name", "text", "Deal"),
        ("customer", "text", "Customer"),
        ("billed", "money", "Billed"),
        ("earned", "money", "Earned"),
        ("contract_liability", "money", "Deferred"),
        ("contract_asset", "money", "Contract asset"),
        ("unbilled_receivable", "money", "Unbilled"),
        ("open_receivable", "money", "Owed"),
    )


def contract_owners(book: Book, standing: Standing) -> dict[str, tuple[str, str, str]]:
    """Contract -> (entity, customer, currency), of the book and of what stands, also where its deal left the book."""
    found = {
        contract: (document.entity, document.customer, document.currency)
        for document in standing.documents
        for contract in document.contracts
    }
    return found | {one.id: (one.entity, one.customer, one.currency) for one in book.contracts}


def customer_name(book: Book, customer: str) -> str:
    """The customer's name, or the id where the book does not know it."""
    known = book.customer_by_id.get(customer)
    return known.name if known else customer


def _by_contract(documents: Iterable[Invoice]) -> dict[str, list[Invoice]]:
    found: dict[str, list[Invoice]] = {}
    for document in documents:
        for contract in document.contracts:
            found.setdefault(contract, []).append(document)
    return found


def _paid(standing: Standing, as_of: date) -> dict[str, int]:
    """Document -> minor units that payments through a day gave to it."""
    paid: dict[str, int] = {}
    for application in standing.applications:
        if application.value_date <= as_of:
            for item in application.items:
                paid[item.document] = paid.get(item.document, 0) + item.amount.minor
    return paid


def _open_receivable(documents: Iterable[Invoice], paid: dict[str, int], as_of: date, currency: str) -> Amount:
    owed = 0
    for one in documents:
        if one.invoice_date <= as_of:
            rest = one.total.minor - paid.get(one.id, 0)
            owed += rest if one.kind == "invoice" else -rest
    return Amount(minor=owed, currency=currency)


def invoice_register(book: Book, run: BookRun) -> Table:
    """List every document dated through the run's day, by date and number; a credit memo's amounts are negative."""
    new = {document.id for document in run.documents}
    balances = {item.document: item.balance.minor for item in run.open_items}
    standing = [one for one in run.standing.documents if one.invoice_date <= run.through]
    rows: list[tuple[Cell, ...]] = []
    for one in sorted(standing, key=lambda document: (document.invoice_date, document.entity, document.number)):
        sign = 1 if one.kind == "invoice" else -1
        amounts = (one.net.minor, one.tax.minor, one.total.minor, balances.get(one.id, one.total.minor))
        rows.append(
            (
                one.entity,
                one.currency,
                one.number,
                one.kind,
                one.invoice_date,
                one.due_date,
                customer_name(book, one.customer),
                ", ".join(one.contracts),
                *(Amount(minor=sign * minor, currency=one.currency) for minor in amounts),
                "new" if one.id in new else "standing",
                one.id,
            )
        )
    return _table(
        "invoices",
        rows,
        ("entity", "text", "Entity"),
        CURRENCY,
        ("number", "text", "Number"),
        ("kind", "text", "Kind"),
        ("invoice_date", "date", "Date"),
        ("due_date", "date", "Due"),
        ("customer", "text", "Customer"),
        ("contracts", "text", "Contract"),
        ("net", "money", "Net"),
        ("tax", "money", "Tax"),
        ("total", "money", "Total"),
        ("balance", "money", "Open"),
        ("status", "text", "Status"),
        ("document", "text", "Document"),
    )


def revenue_schedule_table(book: Book, run: BookRun) -> Table:
    """List what each obligation earns in which month: rows that are posted, then rows that are planned.

    Returns: a row for each contract, obligation and posting date. Posted and planned together are the transaction
        price as far as it is scheduled, plus the usage that is known.
    """
    posted = run.standing.revenue
    last = max((row.posting_date for row in posted), default=date.min)
    reached = max(run.through, run.standing.through or run.through, last)
    planned = [
        row
        for one in run.runs
        if one.recognition is not None
        for row in one.recognition.schedule.rows
        if row.posting_date > reached
    ]
    names = {contract.id: contract.name or contract.id for contract in book.contracts}
    both = [*((row, "posted") for row in posted), *((row, "planned") for row in planned)]
    both.sort(key=lambda one: (one[0].contract, one[0].obligation, one[0].posting_date, one[0].number, one[1]))
    return _table(
        "revenue_schedule",
        (_revenue_cells(row, status, names) for row, status in both),
        ("contract", "text", "Contract"),
        ("name", "text", "Deal"),
        ("obligation", "text", "Obligation"),
        ("treatment", "text", "Treatment"),
        ("accounting_month", "text", "Month"),
        ("posting_date", "date", "Posted on"),
        CURRENCY,
        ("amount", "money", "Amount"),
        ("entitled_to_date", "money", "Entitled to date"),
        ("status", "text", "Status"),
        ("how", "text", "How"),
    )


def _revenue_cells(row: RevenueRow, status: str, names: dict[str, str]) -> tuple[Cell, ...]:
    return (
        row.contract,
        names.get(row.contract, row.contract),
        row.obligation,
        row.treatment,
        f"{row.posting_date.year:04d}-{row.posting_date.month:02d}",
        row.posting_date,
        row.amount.currency,
        row.amount,
        row.entitled,
        status,
        "; ".join(step.text for step in row.steps),
    )


def trial_balance_table(book: Book, run: BookRun, as_of: date) -> Table:
    """List the accounts of each legal entity at the end of a day, in its functional currency.

    Raises: MissingInput ``account-unknown``; InvariantBroken ``trial-balance-unbalanced``.
    """
    stands = trial_balance(run.standing.entries, through=as_of, chart=book.chart)
    return _table(
        "trial_balance",
        (
            (row.book, row.entity, row.debit.currency, row.account, row.name, row.debit, row.credit, row.balance)
            for row in stands.rows
        ),
        ("book", "text", "Book"),
        ("entity", "text", "Entity"),
        CURRENCY,
        ("account", "text", "Account"),
        ("name", "text", "Name"),
        ("debit", "money", "Debit"),
        ("credit", "money", "Credit"),
        ("balance", "money", "Balance"),
    )


def open_items_table(book: Book, run: BookRun) -> Table:
    """List what is still open of each document after the run, oldest due first within entity and customer.

    ``days_overdue`` counts from the due date to the run's day, and is 0 before.
    """
    rows: list[tuple[Cell, ...]] = []
    items = [item for item in run.open_items if item.balance.minor and item.issue_date <= run.through]
    for item in sorted(items, key=lambda one: (one.entity, one.customer, one.due_date, one.number)):
        sign = 1 if item.kind == "invoice" else -1
        late = (run.through - item.due_date).days
        rows.append(
            (
                item.entity,
                item.balance.currency,
                customer_name(book, item.customer),
                item.number,
                item.kind,
                item.issue_date,
                item.due_date,
                max(0, late) if item.kind == "invoice" else 0,
                Amount(minor=sign * item.original.minor, currency=item.original.currency),
                Amount(minor=sign * item.balance.minor, currency=item.balance.currency),
            )
        )
    return _table(
        "open_items",
        rows,
        ("entity", "text", "Entity"),
        CURRENCY,
        ("customer", "text", "Customer"),
        ("number", "text", "Number"),
        ("kind", "text", "Kind"),
        ("issue_date", "date", "Issued"),
        ("due_date", "date", "Due"),
        ("days_overdue", "integer", "Days late"),
        ("original", "money", "Total"),
        ("balance", "money", "Open"),
    )


def cash_table(book: Book, run: BookRun) -> Table:
    """List each payment with what it paid and what is left of it; gross = applied + unapplied + unidentified."""
    rows: list[tuple[Cell, ...]] = []
    standing = [one for one in run.standing.applications if one.value_date <= run.through]
    for one in sorted(standing, key=lambda application: (application.value_date, application.key)):
        rows.append(
            (
                one.entity,
                one.gross.currency,
                one.payment,
                one.value_date,
                customer_name(book, one.customer) if one.customer else "",
                one.gross,
                one.applied,
                one.unapplied,
                one.unidentified,
                one.status,
                ", ".join(item.number for item in one.items),
                one.reason,
            )
        )
    return _table(
        "cash",
        rows,
        ("entity", "text", "Entity"),
        CURRENCY,
        ("payment", "text", "Payment"),
        ("value_date", "date", "Date"),
        ("customer", "text", "Customer"),
        ("gross", "money", "Received"),
        ("applied", "money", "Applied"),
        ("unapplied", "money", "Unapplied"),
        ("unidentified", "money", "Unidentified"),
        ("status", "text", "Status"),
        ("documents", "text", "Paid"),
        ("reason", "text", "Why"),
    )


def findings_table(findings: Iterable[Finding]) -> Table:
    """List findings by owner, then as they came."""
    ordered = sorted(enumerate(findings), key=lambda one: (one[1].owner, one[0]))
    return _table(
        "findings",
        (
            (
                finding.owner,
                finding.severity,
                finding.code,
                finding.subject,
                finding.file,
                finding.path,
                finding.line or None,
                finding.column or None,
                finding.found,
                finding.expected,
                finding.hint,
            )
            for _, finding in ordered
        ),
        ("owner", "text", "Owner"),
        ("severity", "text", "Severity"),
        ("code", "text", "Code"),
        ("subject", "text", "Subject"),
        ("file", "text", "File"),
        ("path", "text", "Path"),
        ("line", "integer", "Line"),
        ("column", "integer", "Column"),
        ("found", "text", "Found"),
        ("expected", "text", "Expected"),
        ("hint", "text", "Hint"),
    )


def _table(name: str, rows: Iterable[tuple[Cell, ...]], *columns: tuple[str, CellKind, str]) -> Table:
    return Table(
        name=name,
        columns=tuple(Column(name=column, kind=kind, header=header) for column, kind, header in columns),
        rows=tuple(rows),
    )
