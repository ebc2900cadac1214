"""Which standing thing a person names, and why it is what it is: documents, lines, entries, payments, contracts."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from billcore.cash.outcome import CashApplication
from billcore.core.errors import DocumentError
from billcore.core.reasons import Reason
from billcore.core.value import replaced
from billcore.core.words import counted
from billcore.engine.book import Book, Standing
from billcore.engine.explanation import clause, explain_document, explain_entry, explain_line, explain_revenue
from billcore.engine.journal import NETTING_KINDS
from billcore.gl.entry import JournalEntry
from billcore.invoice.invoice import Invoice, InvoiceLine
from billcore.money.amount import Amount
from billcore.posting.cells import CELL_ROLES, EMPTY, cells_of
from billcore.revrec.allocations import Allocation
from billcore.revrec.schedules import RevenueRow

_NETTING = {
    "presentation": "obligations of the contract stand on both sides; a contract is shown as one number, so the "
    "smaller side is netted at the period's end and taken back next day",
    "presentation_reversal": "takes back the netting of the day before: by obligation nothing has changed",
    "netting_final": "nothing of the contract is left to bill or earn; what its obligations stand at settles one "
    "another for good",
}


class Explainer:
    """Finds what a person names in a book's standing record, and says why it is what it is."""

    def __init__(self, book: Book, standing: Standing, allocations: Mapping[tuple[str, str], Allocation]) -> None:
        self._standing = standing
        self._contracts = {contract.id: contract for contract in book.contracts}
        self._workings = {one.line: one.steps for one in standing.workings}
        self._allocations = allocations

    def explain(self, subject: str, part: str = "") -> Reason:
        """Explain a document (by number or id), one line of it, an entry or payment (by id), or a contract.

        Args:
            subject: Invoice or credit memo number or id; journal entry id; payment id; contract id.
            part: A line of the document; for a contract, a posting date's prefix such as ``2026-01``.

        Raises: DocumentError ``subject-unknown``, ``line-unknown``.
        """
        for document in self._standing.documents:
            if subject in (document.number, document.id):
                return self._document(document, part)
        for entry in self._standing.entries:
            if subject == entry.id:
                return self._entry(entry)
        for application in self._standing.applications:
            if subject in (application.payment, application.id):
                return self._payment(application)
        if subject in self._known_contracts():
            return self._contract(subject, part)
        raise DocumentError(
            "subject-unknown",
            found=subject,
            expected="the number of an issued document, or the id of a payment, an entry or a contract",
            hint="Run the book first; the numbers stand on its invoices, entry ids in the journal.",
        )

    def _document(self, document: Invoice, part: str) -> Reason:
        if not part:
            return explain_document(document, self._workings, self._contracts)
        line = document.line(part)
        return explain_line(line, self._workings.get(line.id, ()), self._contracts.get(line.contract))

    def _source(self, entry: JournalEntry) -> Reason | None:
        kind, _, key = entry.source_event.partition(":")
        if kind in ("invoice", "credit_memo"):
            name, _, contract = key.partition(":")
            found = next((one for one in self._standing.documents if one.id == name), None)
            if found is None or not contract:
                return self._document(found, "") if found is not None else None
            return explain_document(found, self._workings, self._contracts, of=contract)
        if kind == "revenue":
            return next((self._row(row) for row in self._standing.revenue if _row_key(row) == key), None)
        if kind == "payment":
            return next((_payment_reason(one) for one in self._standing.applications if one.key == key), None)
        return Reason(text=_NETTING.get(entry.kind, ""), rule="ASC 606-10-45-1")

    def _entry(self, entry: JournalEntry) -> Reason:
        return explain_entry(entry, self._source(entry), self._balances_before(entry))

    def _balances_before(self, entry: JournalEntry) -> Reason | None:
        """What the obligations that an entry moves stood at: they decide which balances it takes."""
        moved = list(dict.fromkeys(line.obligation for line in entry.lines if line.obligation))
        if not moved:
            return None
        before = itertools.takewhile(lambda one: one.id != entry.id, self._standing.entries)
        cells = cells_of(one for one in before if one.contract == entry.contract and one.kind not in NETTING_KINDS)
        currency = entry.lines[0].currency
        texts = []
        for obligation in moved:
            cell = cells.get((entry.contract, obligation), EMPTY)
            parts = [f"{role} {Amount(minor=getattr(cell, role), currency=currency)}" for role in CELL_ROLES]
            texts.append(f"{obligation}: {', '.join(parts)}")
        return Reason(text=f"before it {'; '.join(texts)}", rule="balances-before")

    def _payment(self, application: CashApplication) -> Reason:
        key = f"payment:{application.key}"
        entry = next((one for one in self._standing.entries if one.source_event == key), None)
        return self._entry(entry) if entry is not None else _payment_reason(application)

    def _row(self, row: RevenueRow) -> Reason:
        reason = explain_revenue(row, self._allocations.get((row.contract, row.obligation)))
        contract = self._contracts.get(row.contract)
        if row.treatment == "as_used":
            lines = [line for one in self._standing.documents for line in one.lines if _is_usage_of(line, row)]
            shown = [explain_line(line, self._workings.get(line.id, ()), contract) for line in lines]
            return replaced(reason, because=(*reason.because, *shown))
        clauses = [clause(contract, line) for line in row.lines] if contract is not None else []
        return replaced(reason, because=(*reason.because, *clauses))

    def _known_contracts(self) -> set[str]:
        """Contracts of the book, and those that stand though their deal is gone."""
        return {*self._contracts, *(name for one in self._standing.documents for name in one.contracts)}

    def _contract(self, contract: str, part: str) -> Reason:
        documents = [
            explain_document(one, self._workings, self._contracts, of=contract)
            for one in self._standing.documents
            if contract in one.contracts and str(one.invoice_date).startswith(part)
        ]
        rows = [
            self._row(row)
            for row in self._standing.revenue
            if row.contract == contract and str(row.posting_date).startswith(part)
        ]
        if part and not documents and not rows:
            raise DocumentError(
                "line-unknown",
                found=part,
                expected="the beginning of an invoice or posting date, such as 2026-01",
                path=f"contract {contract}",
            )
        head = f"Contract {contract}: {counted(len(documents), 'document')}, {counted(len(rows), 'revenue row')}"
        return Reason(text=head, because=(*documents, *rows))


def _row_key(row: RevenueRow) -> str:
    return f"{row.contract}:{row.obligation}:{row.number}"


def _is_usage_of(line: InvoiceLine, row: RevenueRow) -> bool:
    return (line.contract, line.service) == (row.contract, row.earned) and line.line in row.lines


def _payment_reason(application: CashApplication) -> Reason:
    paid = tuple(Reason(text=f"{item.amount} to {item.number}, {item.balance} left open") for item in application.items)
    rest = tuple(
        Reason(text=f"{amount} {name}")
        for name, amount in (("unapplied", application.unapplied), ("unidentified", application.unidentified))
        if amount.minor
    )
    text = f"payment {application.payment} of {application.gross} on {application.value_date}: {application.reason}"
    return Reason(text=text, rule=application.tier, because=(*paid, *rest))
