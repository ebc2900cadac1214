"""Why a line, a revenue row or a journal entry is what it is: from the ledger back to the clause that was signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from billcore.billing.charge import Charge
from billcore.billing.standing import WITHDRAWN, StandingPiece
from billcore.billing.workings import Workings
from billcore.contract.contract import Contract
from billcore.core.checks import check_kind
from billcore.core.errors import DocumentError
from billcore.core.reasons import Reason, reason_of
from billcore.core.steps import Step
from billcore.engine.credit_steps import amendment_steps, credit_steps, pieces_before, settlement_from
from billcore.engine.invoicing import BillRun
from billcore.gl.entry import JournalEntry, JournalLine
from billcore.invoice.invoice import Invoice, InvoiceLine
from billcore.money.amount import Amount
from billcore.revrec.allocations import Allocation
from billcore.revrec.schedules import RevenueRow


def explain(subject: InvoiceLine | Invoice, run: BillRun) -> Reason:
    """Say why a line or a document of a run is what it is: tier by tier, to the rounding.

    Args:
        subject: One of the run's documents, or a line of one.
        run: The run that made it.

    Returns: a tree; ``print`` it, or take ``to_dict()``.
    Raises: DocumentError ``argument-wrong``, ``line-unknown`` where the run did not make it.
    """
    check_kind(subject, (InvoiceLine, Invoice), "subject")
    check_kind(run, BillRun, "run")
    made = {line.id: line for document in run.documents for line in document.lines}
    lines = subject.lines if isinstance(subject, Invoice) else (subject,)
    for line in lines:
        if made.get(line.id) != line:
            raise DocumentError(
                "line-unknown",
                found=f"line {line.line} of contract {line.contract}",
                expected=f"a line that the run of {run.contract} through {run.through} made",
                hint="Pass the run whose documents hold the line.",
            )
    stood = pieces_before(run)
    told = [explain_line(line, line_steps(line, run, stood), origin=_origin(line, run)) for line in lines]
    return _document_reason(subject, told) if isinstance(subject, Invoice) else told[0]


def _origin(line: InvoiceLine, run: BillRun) -> str:
    # A line that takes back what is no more has no charge; its contract line has one where anything of it is left.
    charge = run.charge_of(line)
    of_line = (
        charge.line
        if charge is not None
        else next((one.line for one in run.rated.charges if one.line_id == line.line), None)
    )
    return of_line.price_origin if of_line is not None else ""


def explain_line(
    line: InvoiceLine, steps: Sequence[Step], contract: Contract | None = None, *, origin: str = ""
) -> Reason:
    """Say why a document line is what it is.

    Args:
        steps: The workings of its charge, as kept at issue.
        contract: To name the clause, where it is at hand; it names the entry of the price book too.
        origin: That entry, where the contract is not at hand.
    """
    what = line.description
    because = [Reason(text=f"service period {line.service}, {line.component}{_quantity(line)}")]
    if origin:
        because.append(Reason(text=f"price taken from {origin}", rule="price-book"))
    because += [reason_of(step) for step in steps]
    for tax in line.taxes:
        because += [reason_of(step) for step in tax.steps]
    if contract is not None:
        because.append(clause(contract, line.line))
    return Reason(text=f"{line.line}: {what}, net {line.net}, gross {line.gross}", because=tuple(because))


def _quantity(line: InvoiceLine) -> str:
    return f", quantity {line.quantity}" if line.quantity else ""


def clause(contract: Contract, line_id: str) -> Reason:
    """Name the clause that a line was agreed by, and the record it came from."""
    found = next((line for line in contract.every_line() if line.id == line_id), None)
    if found is None:
        return Reason(text=f"contract {contract.id} no longer has line {line_id}")
    source = found.source or contract.source
    where = f", from {source.system} record {source.record}" if source else ""
    file = f" in {source.file}" if source and source.file else ""
    listed = f", taken from {found.price_origin}" if found.price_origin else ""
    return Reason(
        text=f"contract {contract.id}, line {line_id}, sku {found.sku}: price {found.price.kind}{listed}{where}{file}"
    )


def explain_document(
    document: Invoice, workings: Mapping[str, Sequence[Step]], contracts: Mapping[str, Contract], *, of: str = ""
) -> Reason:
    """Say why a document is what it is, line by line.

    Args:
        workings: Document line id -> steps, as kept at issue.
        contracts: Id -> contract, to name the clause of each line.
        of: A contract, where only its lines are asked for; absent, all.
    """
    return _document_reason(
        document,
        [
            explain_line(line, workings.get(line.id, ()), contracts.get(line.contract))
            for line in document.lines
            if of in ("", line.contract)
        ],
    )


def _document_reason(document: Invoice, lines: Sequence[Reason]) -> Reason:
    name = "Invoice" if document.kind == "invoice" else "Credit memo"
    totals = f"net {document.net} + tax {document.tax} = {document.total}"
    head = f"{name} {document.number or '(not issued)'} of {document.invoice_date}, due {document.due_date}: {totals}"
    if len(document.contracts) > 1:
        head += f", of {len(document.contracts)} contracts"
    if document.payer:
        head += f", paid by {document.payer}"
    return Reason(text=head, because=tuple(lines))


def explain_revenue(row: RevenueRow, allocation: Allocation | None = None) -> Reason:
    """Say why a revenue row is what it is: the price, the allocation, the progress, the difference."""
    because = [reason_of(step) for step in (allocation.steps if allocation is not None else ())]
    because += [reason_of(step) for step in row.steps]
    head = f"Revenue of {row.contract} {row.obligation}, {row.treatment}, posted {row.posting_date}: {row.amount}"
    return Reason(text=head, because=tuple(because))


def explain_entry(entry: JournalEntry, source: Reason | None, balances: Reason | None = None) -> Reason:
    """Say why an entry is what it is: the accounts by mapping row, the amounts by what it posts.

    Args:
        source: Why the thing that it posts is what it is.
        balances: What the balances that it takes stood at before.
    """
    because = [*((balances,) if balances is not None else ()), *(Reason(text=_side_text(line)) for line in entry.lines)]
    if source is not None:
        because.append(source)
    head = f"Entry {entry.id} in the books of {entry.entity} on {entry.posting_date}: {entry.description}"
    by = Reason(text=f"mapping version {entry.mapping_version}; source event {entry.source_event}, kind {entry.kind}")
    return Reason(text=head, because=(by, *because))


def _side_text(line: JournalLine) -> str:
    side = "Dr" if line.side == "debit" else "Cr"
    of = f" of {line.obligation}" if line.obligation else ""
    return f"{side} {line.account} {line.functional}: {line.role}{of}, by mapping row {line.mapping_row}"


def workings_of(runs: Sequence[BillRun]) -> tuple[Workings, ...]:
    """The workings of every line that runs would issue, to be kept with the documents."""
    found = []
    for run in runs:
        stood = pieces_before(run) if run.credit_memos else {}
        lines = (line for document in run.documents for line in document.lines)
        found += [Workings(line=line.id, steps=line_steps(line, run, stood)) for line in lines]
    return tuple(found)


def line_steps(line: InvoiceLine, run: BillRun, stood: Mapping[str, StandingPiece]) -> tuple[Step, ...]:
    """The steps of a line's charge, with the amendment that made it, and where it corrects, what it corrects.

    Args:
        stood: What stood when the run began, by document line.
    """
    is_by_days = line.component == "recurring"
    if is_by_days and line.corrects and line.terms == WITHDRAWN:
        return credit_steps(line, run, stood)
    charge = _charge_behind(line, run)
    steps = charge.steps if charge is not None else ()
    if charge is not None and not line.corrects:
        steps = (*amendment_steps(settlement_from(line.line, charge.line.period.start, run)), *steps)
    if charge is not None and charge.service != line.service and not line.corrects:
        steps = (*steps, _part_step(line, charge))
    is_charged_by_days = is_by_days and not line.corrects and not line.adds_to
    if is_charged_by_days or (not line.corrects and not line.number):
        return steps
    return (*steps, _difference_step(line, charge, run))


def _charge_behind(line: InvoiceLine, run: BillRun) -> Charge | None:
    """The charge of a line; for some days of a charge, the one whose days they are."""
    charge = run.charge_of(line)
    if charge is not None or line.component != "recurring":
        return charge
    mine = (one for one in run.rated.charges if one.line_id == line.line and one.component == line.component)
    return next((one for one in mine if one.service.covers(line.service) and one.terms == line.terms), None)


def _part_step(line: InvoiceLine, charge: Charge) -> Step:
    text = f"the other days of {charge.service} stand billed; {line.service} comes to {line.net}"
    inputs = (("whole", str(charge.service)), ("part", str(line.service)))
    return Step(rule="days-not-billed", text=text, inputs=inputs, numerator=line.net_minor, denominator=1)


def _difference_step(line: InvoiceLine, charge: Charge | None, run: BillRun) -> Step:
    """What stood, what should stand, and which part of the difference is on the line."""
    piece = (line.line, line.component, line.service)
    moved = sum(
        one.net_minor if document.kind == "invoice" else -one.net_minor
        for document in run.documents
        for one in document.lines
        if (one.line, one.component, one.service) == piece
    )
    should = charge.net_minor if charge is not None else 0
    now, before = (Amount(minor=minor, currency=line.currency) for minor in (should, should - moved))
    text = f"{before} stood billed, {now} should stand: {line.net} of the difference on this line"
    inputs = (("stood", str(before)), ("should_stand", str(now)))
    return Step(rule="by-difference", text=text, inputs=inputs, numerator=line.net_minor, denominator=1)
