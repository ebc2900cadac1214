"""Why a line, a revenue row or a journal entry is what it is: from the ledger back to the clause that was signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from billcore.billing.workings import Workings
from billcore.contract.contract import Contract
from billcore.core.errors import DocumentError
from billcore.core.reasons import Reason, reason_of
from billcore.core.steps import Step
from billcore.engine.book import Book, Standing
from billcore.engine.invoicing import BillRun
from billcore.gl.entry import JournalEntry, JournalLine
from billcore.invoice.invoice import Invoice, InvoiceLine
from billcore.revrec.allocations import Allocation
from billcore.revrec.schedules import RevenueRow


def explain(line: InvoiceLine, run: BillRun) -> Reason:
    """Say why a line of a run is what it is: tier by tier, to the rounding.

    Args:
        line: Of one of the run's documents.
        run: The run that made it.

    Returns: a tree; ``print`` it, or take ``to_dict()``.
    """
    charge = run.charge_of(line)
    return explain_line(line, charge.steps if charge is not None else ())


def explain_line(line: InvoiceLine, steps: Sequence[Step], contract: Contract | None = None) -> Reason:
    """Say why a document line is what it is.

    Args:
        steps: The workings of its charge, as kept at issue.
        contract: To name the clause, where it is at hand.
    """
    what = line.description
    because = [Reason(text=f"service period {line.service}, {line.component}{_quantity(line)}")]
    because += [reason_of(step) for step in steps]
    if line.corrects or line.number:
        text = f"{line.net} is the difference to what stood billed of this piece before ({line.number} line(s))"
        because.append(Reason(text=text, rule="by-difference", result=line.net.text))
    for tax in line.taxes:
        because += [reason_of(step) for step in tax.steps]
    if contract is not None:
        because.append(_clause(contract, line.line))
    return Reason(text=f"{line.line}: {what}, net {line.net}, gross {line.gross}", because=tuple(because))


def _quantity(line: InvoiceLine) -> str:
    return f", quantity {line.quantity}" if line.quantity else ""


def _clause(contract: Contract, line_id: str) -> Reason:
    found = next((line for line in contract.lines if line.id == line_id), None)
    if found is None:
        return Reason(text=f"contract {contract.id} no longer has line {line_id}")
    source = found.source or contract.source
    where = f", from {source.system} record {source.record}" if source else ""
    file = f" in {source.file}" if source and source.file else ""
    return Reason(
        text=f"contract {contract.id}, line {line_id}, sku {found.sku}: price {found.price.kind}{where}{file}"
    )


def explain_document(document: Invoice, workings: Mapping[str, Sequence[Step]], contract: Contract | None) -> Reason:
    """Say why a document is what it is, line by line.

    Args:
        workings: Document line id -> steps, as kept at issue.
    """
    name = "Invoice" if document.kind == "invoice" else "Credit memo"
    totals = f"net {document.net} + tax {document.tax} = {document.total}"
    lines = tuple(explain_line(line, workings.get(line.id, ()), contract) for line in document.lines)
    head = f"{name} {document.number or '(not issued)'} of {document.invoice_date}, due {document.due_date}: {totals}"
    return Reason(text=head, because=lines)


def explain_revenue(row: RevenueRow, allocation: Allocation | None = None) -> Reason:
    """Say why a revenue row is what it is: the price, the allocation, the progress, the difference."""
    because = [reason_of(step) for step in (allocation.steps if allocation is not None else ())]
    because += [reason_of(step) for step in row.steps]
    head = f"Revenue of {row.contract} {row.obligation}, {row.treatment}, posted {row.posting_date}: {row.amount}"
    return Reason(text=head, because=tuple(because))


def explain_entry(entry: JournalEntry, source: Reason | None) -> Reason:
    """Say why an entry is what it is: the accounts by mapping row, the amounts by what it posts.

    Args:
        source: Why the thing that it posts is what it is.
    """
    because = [Reason(text=_side_text(line)) for line in entry.lines]
    if source is not None:
        because.append(source)
    head = f"Entry {entry.id} in the books of {entry.entity} on {entry.posting_date}: {entry.description}"
    by = Reason(text=f"mapping version {entry.mapping_version}; source event {entry.source_event}, kind {entry.kind}")
    return Reason(text=head, because=(by, *because))


def _side_text(line: JournalLine) -> str:
    side = "Dr" if line.side == "debit" else "Cr"
    of = f" of {line.obligation}" if line.obligation else ""
    return f"{side} {line.account} {line.functional}: {line.role}{of}, by mapping row {line.mapping_row}"


class Explainer:
    """Finds what a person names in a book's standing record, and says why it is what it is."""

    def __init__(self, book: Book, standing: Standing, allocations: Mapping[tuple[str, str], Allocation]) -> None:
        self._standing = standing
        self._contracts = {contract.id: contract for contract in book.contracts}
        self._workings = {one.line: one.steps for one in standing.workings}
        self._allocations = allocations

    def explain(self, subject: str, part: str = "") -> Reason:
        """Explain a document (by number or id), one line of it, an entry (by id), or a contract.

        Args:
            subject: Invoice or credit memo number or id; journal entry id; contract id.
            part: A line of the document; for a contract, a posting date's prefix such as ``2026-01``.

        Raises: DocumentError ``subject-unknown``, ``line-unknown``.
        """
        for document in self._standing.documents:
            if subject in (document.number, document.id):
                return self._document(document, part)
        for entry in self._standing.entries:
            if subject == entry.id:
                return explain_entry(entry, self._source(entry))
        if subject in self._contracts:
            return self._contract(subject, part)
        raise DocumentError(
            "subject-unknown",
            found=subject,
            expected="the number of an issued document, the id of an entry or the id of a contract",
            hint="Run the book first; the numbers stand on its invoices, entry ids in the journal.",
        )

    def _document(self, document: Invoice, part: str) -> Reason:
        contract = self._contracts.get(document.contracts[0])
        if not part:
            return explain_document(document, self._workings, contract)
        line = document.line(part)
        return explain_line(line, self._workings.get(line.id, ()), contract)

    def _source(self, entry: JournalEntry) -> Reason | None:
        kind, _, key = entry.source_event.partition(":")
        if kind in ("invoice", "credit_memo"):
            return next((self._document(one, "") for one in self._standing.documents if one.id == key), None)
        if kind == "revenue":
            return next((self._row(row) for row in self._standing.revenue if _row_key(row) == key), None)
        if kind == "payment":
            found = (one for one in self._standing.applications if one.key == key)
            return next((Reason(text=f"payment {one.payment}: {one.reason}", rule=one.tier) for one in found), None)
        return Reason(text="asset and liability of one contract are shown as one number at the period's end")

    def _row(self, row: RevenueRow) -> Reason:
        return explain_revenue(row, self._allocations.get((row.contract, row.obligation)))

    def _contract(self, contract: str, part: str) -> Reason:
        documents = [
            explain_document(one, self._workings, self._contracts[contract])
            for one in self._standing.documents
            if contract in one.contracts and str(one.invoice_date).startswith(part)
        ]
        rows = [
            self._row(row)
            for row in self._standing.revenue
            if row.contract == contract and str(row.posting_date).startswith(part)
        ]
        head = f"Contract {contract}: {len(documents)} document(s), {len(rows)} revenue row(s)"
        return Reason(text=head, because=(*documents, *rows))


def _row_key(row: RevenueRow) -> str:
    return f"{row.contract}:{row.obligation}:{row.number}"


def workings_of(runs: Sequence[BillRun]) -> tuple[Workings, ...]:
    """The workings of every line that runs would issue, to be kept with the documents."""
    kept = []
    for run in runs:
        for document in run.documents:
            for line in document.lines:
                charge = run.charge_of(line)
                kept.append(Workings(line=line.id, steps=charge.steps if charge is not None else ()))
    return tuple(kept)
