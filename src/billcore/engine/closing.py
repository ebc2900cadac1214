"""What a whole book comes to through a date: documents, revenue, cash and balanced entries, contract by contract.

Each contract is worked out alone: one that cannot be billed or posted is held with its findings, and the rest runs.
Numbers are given, and entries made, in order of date over all contracts. Source: rules 8 and 11.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from billcore.billing.workings import Workings
from billcore.cash.application import apply_cash
from billcore.cash.intake import take_in
from billcore.cash.outcome import CashApplication, CashRun
from billcore.cash.payment import Payment
from billcore.contract.contract import Contract
from billcore.contract.facts import Facts
from billcore.contract.payers import payer_of
from billcore.core.checks import check_date
from billcore.core.errors import BillcoreError, InvariantBroken, LimitExceeded
from billcore.core.findings import Finding, Owner, finding_of
from billcore.core.value import Value, replaced
from billcore.engine.activation import gate_of
from billcore.engine.book import Book, Happened, Standing
from billcore.engine.explanation import workings_of
from billcore.engine.invoicing import BillRun, Taxes, bill
from billcore.engine.journal import journalize
from billcore.engine.recognition import RecognitionRun, is_changed, recognize
from billcore.gl.entry import JournalEntry
from billcore.invoice.assembly import parties
from billcore.invoice.grouping import consolidated
from billcore.invoice.invoice import Invoice
from billcore.invoice.numbering import last_numbers, number_documents
from billcore.invoice.open_items import OpenItem, open_item
from billcore.money.amount import Amount
from billcore.posting.cash import post_receipt
from billcore.revrec.schedules import RevenueRow

# The next day, and the month's end after it, must be days of the calendar too.
LAST_DAY = date(9998, 12, 31)

# Who can mend what a contract is held for, where it is not billing.
OWNERS: Mapping[str, Owner] = {
    "account-unmapped": "finance",
    "entity-unknown": "finance",
    "posting-forbidden": "finance",
    "tax-row-missing": "finance",
    "tax-class-missing": "product",
    "ssp-missing": "finance",
    "judgement-missing": "finance",
    "revenue-treatment-missing": "finance",
    "measure-does-not-fit": "finance",
    "enforceable-term-shorter": "finance",
    "currency-not-functional": "finance",
    "usage-period-unknown": "engineering",
    "usage-line-unknown": "engineering",
    "delivery-unknown": "engineering",
    "activation-unknown": "engineering",
    "activation-before-start": "engineering",
    "activation-moved": "engineering",
    "activation-in-arrears": "sales",
    "parent-unknown": "sales",
    "parents-in-a-circle": "sales",
    "payer-unknown": "sales",
    "quantity-negative": "engineering",
}


class ContractRun(Value, frozen=True, kw_only=True):
    """One contract of a book, worked out.

    Attributes:
        billing: What it asks for.
        recognition: What it has earned, or None where its revenue is held or its service waits for its activation.
    """

    contract: str
    billing: BillRun
    recognition: RecognitionRun | None


class BookRun(Value, frozen=True, kw_only=True):
    """A book through a date.

    Attributes:
        through: The date.
        runs: Contracts that ran, by id.
        held: Ids of contracts of which nothing was issued or posted.
        findings: Why, and everything else a person should see.
        documents, revenue, entries, applications, workings: New in this run.
        open_items: Every document with what is open of it, after the run.
        standing: What stands once the new is stored.
    """

    through: date
    runs: tuple[ContractRun, ...]
    held: tuple[str, ...]
    findings: tuple[Finding, ...]
    documents: tuple[Invoice, ...]
    revenue: tuple[RevenueRow, ...]
    entries: tuple[JournalEntry, ...]
    applications: tuple[CashApplication, ...]
    workings: tuple[Workings, ...]
    open_items: tuple[OpenItem, ...]
    standing: Standing


def run_book(book: Book, happened: Happened, standing: Standing, through: date) -> BookRun:
    """Run a book through a date: by difference against what stands, so that a second run adds nothing.

    Args:
        book: What was agreed and decided.
        happened: Facts of the outside world; what is dated after ``through`` is not known yet.
        standing: What earlier runs left.
        through: Inclusive.

    Returns: what is new, what is held and why, and what stands afterwards.
    Raises: DocumentError ``date-malformed``; LimitExceeded ``date-out-of-range``; InvariantBroken where billcore
        contradicts itself; everything else is a finding of its contract.
    Source: rules 5, 7, 8, 9, 11.
    """
    check_date(through, "through")
    if through > LAST_DAY:
        raise LimitExceeded("date-out-of-range", found=str(through), expected=f"a day up to {LAST_DAY}", path="through")
    runs, held, findings = _run_contracts(book, happened, standing, through)
    documents, _ = number_documents(
        _grouped(book, standing, runs),
        book.prefixes,
        last_numbers([document.number for document in standing.documents]),
    )
    revenue = tuple(row for run in runs if run.recognition for row in run.recognition.rows)
    applications, items, cash_findings = _apply_payments(book, happened, standing, documents, through)
    workings = workings_of([run.billing for run in runs])
    by_id = {contract.id: book.accounts_of(contract) for contract in book.contracts}
    entries = journalize(
        book.ledger, by_id, documents, revenue, applications, standing, through, complete=_complete(runs)
    )
    return BookRun(
        through=through,
        runs=tuple(runs),
        held=tuple(sorted(held)),
        findings=(*findings, *cash_findings),
        documents=documents,
        revenue=revenue,
        entries=entries,
        applications=applications,
        workings=workings,
        open_items=items,
        standing=Standing(
            documents=standing.documents + documents,
            revenue=standing.revenue + revenue,
            entries=standing.entries + entries,
            applications=standing.applications + applications,
            workings=standing.workings + workings,
            through=max(through, standing.through or through),
        ),
    )


def _grouped(book: Book, standing: Standing, runs: Iterable[ContractRun]) -> tuple[Invoice, ...]:
    """The documents of all contracts, on one where their payer wants it so; a held contract holds no other's."""
    documents = [_addressed(book, document) for run in runs for document in run.billing.documents]
    payers = frozenset(one.id for one in book.customers if one.invoices == "consolidated")
    if not payers:
        return tuple(documents)
    sources = {line.id: document.id for document in standing.documents for line in document.lines}
    return consolidated(documents, payers, sources=sources)


def _addressed(book: Book, document: Invoice) -> Invoice:
    """Name the payer on a credit memo to one who does not pay any more: the contract alone does not know the name."""
    payer = book.customer_by_id.get(document.payer_id)
    if document.customer_address or payer is None:
        return document
    return replaced(document, customer_address=parties(None, payer).buyer)


def _repeated(book: Book) -> list[str]:
    """Ids under which the book holds several contracts: neither is preferred, nothing of them is billed twice."""
    times = Counter(contract.id for contract in book.contracts)
    return sorted(name for name, count in times.items() if count > 1)


def _contract_repeated(name: str) -> Finding:
    return Finding(
        code="contract-repeated",
        owner="sales",
        found=f"several contracts {name}",
        expected="each contract once",
        hint="Nothing of them is billed until one is left.",
        subject=name,
    )


def _run_contracts(
    book: Book, happened: Happened, standing: Standing, through: date
) -> tuple[list[ContractRun], list[str], list[Finding]]:
    """Work out each contract alone: those that ran, the ids of those held, and why."""
    runs: list[ContractRun] = []
    held: list[str] = []
    findings: list[Finding] = []
    facts, stands = happened.by_contract(), standing.by_contract()
    nothing = Standing(through=standing.through)
    repeated = _repeated(book)
    held.extend(repeated)
    findings.extend(_contract_repeated(name) for name in repeated)
    for contract in sorted(book.contracts, key=lambda one: one.id):
        if contract.id in repeated:
            continue
        mine = stands.get(contract.id, nothing)
        try:
            run = _run_contract(book, contract, facts.get(contract.id, Facts()), mine, through)
            _check_it_posts(book, contract, run, mine, through)
        except InvariantBroken:
            raise  # billcore's own mistake is never held as if it were the contract's
        except (BillcoreError, ArithmeticError) as error:
            held.append(contract.id)
            findings.append(_as_finding(error, contract.id))
            continue
        runs.append(run)
        findings.extend(run.billing.findings)
        if run.recognition is None and (contract.enforceable is None or is_changed(contract, run.billing.rated)):
            findings.append(_revenue_held(contract, run.billing))
    return runs, held, findings


def _delivered(facts: Facts) -> dict[str, dict[str, date]]:
    """Line -> milestone id -> day."""
    found: dict[str, dict[str, date]] = {}
    for fact in facts.deliveries:
        found.setdefault(fact.line, {})[fact.milestone] = fact.on
    return found


def _usage(facts: Facts) -> dict[str, dict[date, Decimal]]:
    """Line -> start of service period -> quantity, of complete reports."""
    found: dict[str, dict[date, Decimal]] = {}
    for fact in facts.usage:
        if fact.is_complete:
            found.setdefault(fact.line, {})[fact.start] = fact.quantity
    return found


def _run_contract(book: Book, contract: Contract, facts: Facts, mine: Standing, through: date) -> ContractRun:
    delivered, activated = _delivered(facts), facts.activated_on(contract.id)
    gate = gate_of(contract, activated=activated, through=through, delivered=delivered)
    billing = bill(
        contract,
        usage=_usage(facts),
        delivered=delivered,
        activated=activated,
        through=through,
        billed=mine.billed,
        taxes=Taxes(table=book.taxes, jurisdiction=book.jurisdiction(contract), tax_classes=book.tax_classes),
        entity=book.entity_by_id.get(contract.entity),
        customer=book.customer_by_id.get(contract.customer),
        payer=book.customer_by_id.get(payer_of(contract, book.customer_by_id)),
    )
    if contract.enforceable is None or not gate.is_running or is_changed(contract, billing.rated):
        return ContractRun(contract=contract.id, billing=billing, recognition=None)
    recognition = recognize(
        gate.contract,
        billing.rated,
        delivered=delivered,
        through=through,
        recognized=mine.revenue,
    )
    return ContractRun(contract=contract.id, billing=billing, recognition=recognition)


def _check_it_posts(book: Book, contract: Contract, run: ContractRun, mine: Standing, through: date) -> None:
    """Make the contract's entries alone and throw them away: what cannot post must not be issued."""
    rows = run.recognition.rows if run.recognition else ()
    accounts = {contract.id: book.accounts_of(contract)}
    journalize(book.ledger, accounts, run.billing.documents, rows, (), mine, through, complete=_complete([run]))


def _complete(runs: Iterable[ContractRun]) -> dict[str, date]:
    """Contract -> the day from which nothing of it is left to bill or earn, as far as is known now."""
    found: dict[str, date] = {}
    for run in runs:
        rated, recognition = run.billing.rated, run.recognition
        if recognition is None or recognition.schedule.unscheduled or len(rated.charges) < len(rated.schedule.rows):
            continue
        days = [charge.invoice_date for charge in rated.charges]
        if all(day is not None for day in days):
            billed = [day for day in days if day is not None]
            corrected = [document.invoice_date for document in run.billing.documents]
            found[run.contract] = max([*billed, *corrected, *(row.posting_date for row in recognition.schedule.rows)])
    return found


def _as_finding(error: BillcoreError | ArithmeticError, contract: str) -> Finding:
    if isinstance(error, BillcoreError):
        return finding_of(error, owner=OWNERS.get(error.code, "billing"), subject=contract)
    return Finding(code="arithmetic-failed", found=str(error), expected="numbers in range", subject=contract)


def _revenue_held(contract: Contract, billing: BillRun) -> Finding:
    if contract.enforceable is not None:
        changed = ", ".join(billing.rated.resolved.amended) or f"renewed until {billing.rated.resolved.term.end}"
        return Finding(
            code="modification-untreated",
            owner="finance",
            severity="warning",
            found=f"an amended contract ({changed})",
            expected="how the modification is treated for revenue",
            hint="It is billed; its revenue is held from now on until the treatment is recorded.",
            subject=contract.id,
        )
    return Finding(
        code="enforceable-term-missing",
        owner="finance",
        severity="warning",
        found="no enforceable term",
        expected="the enforceable term with its reason",
        hint="It is billed; its revenue is held until the term is recorded.",
        subject=contract.id,
    )


def _apply_payments(
    book: Book, happened: Happened, standing: Standing, documents: Sequence[Invoice], through: date
) -> tuple[tuple[CashApplication, ...], tuple[OpenItem, ...], list[Finding]]:
    """Apply new payments day by day, each day against what is issued by then."""
    items = _open_items(standing, documents)
    seen = frozenset(application.key for application in standing.applications)
    # Taken in together first: two reports of one payment that contradict each other may name two days.
    incoming = take_in((one for one in happened.payments if one.value_date <= through), seen)
    made: list[CashApplication] = []
    findings: list[Finding] = list(incoming.findings)
    for day in sorted({payment.value_date for payment in incoming.taken}):
        today = [payment for payment in incoming.taken if payment.value_date == day]
        issued = [item for item in items.values() if item.issue_date <= day]
        run, unposted = _apply_what_posts(book, today, issued, seen)
        made.extend(run.applications)
        findings.extend((*unposted, *run.findings))
        seen |= run.keys
        items.update((item.document, item) for item in run.open_items)
    return tuple(made), tuple(items.values()), findings


def _apply_what_posts(
    book: Book, payments: Sequence[Payment], items: Sequence[OpenItem], seen: frozenset[str]
) -> tuple[CashRun, list[Finding]]:
    """Apply payments; one that cannot post is left out whole, with its finding, and stops no other."""
    findings: list[Finding] = []
    while True:
        run = apply_cash(payments, items, seen=seen)
        stopped: set[str] = set()
        for application in run.applications:
            try:
                post_receipt(book.ledger, application)
            except BillcoreError as error:
                stopped.add(application.key)
                findings.append(finding_of(error, owner="finance", subject=application.payment))
        if not stopped:
            return run, findings
        # Without them the others may find other items open, so all are applied anew.
        payments = [payment for payment in payments if payment.key not in stopped]


def _open_items(standing: Standing, documents: Iterable[Invoice]) -> dict[str, OpenItem]:
    """Every document with what earlier applications left open of it."""
    items = {document.id: open_item(document) for document in (*standing.documents, *documents)}
    for application in standing.applications:
        for paid in application.items:
            item = items[paid.document]
            left = Amount(minor=item.balance.minor - paid.amount.minor, currency=item.balance.currency)
            items[paid.document] = replaced(item, balance=left)
    return items
