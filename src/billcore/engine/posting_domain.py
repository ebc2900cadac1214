"""Which combinations a book can ever post, and the proof that each of them has an account.

The domain is what the postings ask for, built from what can be sold: active products x entities that sell them x
treatments allowed x jurisdictions registered x events. Source: rules 8; ledger-cash-connectors.md section 5.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from billcore.core.findings import Finding
from billcore.core.value import replaced
from billcore.engine.book import Book
from billcore.gl.access import Cell
from billcore.gl.coverage import Coverage, coverage
from billcore.gl.roles import AccountRole, EventKind

_BALANCES: tuple[AccountRole, ...] = ("contract_liability", "contract_asset", "unbilled_receivable")
_CASH: tuple[AccountRole, ...] = ("cash", "receivable", "unapplied_cash", "unidentified_cash")
_DOCUMENTS: tuple[EventKind, ...] = ("invoice_issued", "credit_memo_issued")


def posting_domain(book: Book, on: date) -> frozenset[Cell]:
    """Every cell that a posting of the book can ask for on a day.

    A tax row of rate 0 posts no line, so it is not in the domain.
    """
    return frozenset(cell for entity in book.entity_by_id for cell in _cells_of(book, entity, on))


def _cells_of(book: Book, entity: str, on: date) -> Iterator[Cell]:
    sold: set[tuple[str, str]] = {
        (product.product_class, treatment)
        for product in book.catalogue.products
        if product.is_active and entity in product.entities
        for treatment in product.treatments
    }
    for event in _DOCUMENTS:
        for jurisdiction in _jurisdictions(book, entity):
            yield Cell(event=event, role="receivable", entity=entity, tax_jurisdiction=jurisdiction)
            yield from _balances(event, entity, sold, jurisdiction)
            yield from _taxes(book, event, entity, jurisdiction, on)
    for product_class, treatment in sold:
        yield Cell(
            event="revenue_recognized",
            role="revenue",
            entity=entity,
            product_class=product_class,
            revenue_treatment=treatment,
        )
    yield from _balances("revenue_recognized", entity, sold, "")
    for role in _BALANCES[:2]:
        yield Cell(event="presentation", role=role, entity=entity)
    for role in _CASH:
        yield Cell(event="cash_received", role=role, entity=entity)


def _balances(event: EventKind, entity: str, sold: set[tuple[str, str]], jurisdiction: str) -> Iterator[Cell]:
    for role in _BALANCES:
        for product_class, treatment in sold:
            is_usage = treatment == "as_used"
            if (role == "unbilled_receivable" and not is_usage) or (role == "contract_asset" and is_usage):
                continue  # usage awaits only its invoice date; nothing else ever does
            yield Cell(
                event=event,
                role=role,
                entity=entity,
                product_class=product_class,
                revenue_treatment=treatment,
                tax_jurisdiction=jurisdiction,
            )


def _taxes(book: Book, event: EventKind, entity: str, jurisdiction: str, on: date) -> Iterator[Cell]:
    classes = {p.tax_class for p in book.catalogue.products if p.is_active and entity in p.entities}
    for row in book.taxes.rows:
        is_valid = row.valid_from <= on and (row.valid_to is None or on < row.valid_to)
        if row.jurisdiction == jurisdiction and row.tax_class in classes and row.rate and is_valid:
            yield Cell(event=event, role="tax_payable", entity=entity, tax_jurisdiction=jurisdiction, tax_row=row.id)


def _jurisdictions(book: Book, entity: str) -> set[str]:
    """Where an entity sells: its own country's jurisdictions of the tax table, and those of its contracts."""
    country = book.entity_by_id[entity].country
    own = {row.jurisdiction for row in book.taxes.rows if row.jurisdiction.split("-")[0] == country}
    return own | {book.jurisdiction(contract) for contract in book.contracts if contract.entity == entity}


def prove_coverage(book: Book) -> tuple[Coverage, ...]:
    """Prove, for every stretch of days in which the mapping and the tax table stay the same, that all cells post.

    Returns: one proof for each stretch, named by its first day; a book without contracts is proved on the mapping's
        first day. `Coverage.is_complete` says whether it is a certificate; its findings are the witnesses.
    """
    currencies = {entity.id: (entity.currency,) for entity in book.entities}
    return tuple(
        coverage(book.mapping, book.chart, posting_domain(book, day), day, currencies=currencies)
        for day in critical_days(book)
    )


def witnesses(proofs: tuple[Coverage, ...]) -> tuple[Finding, ...]:
    """The witnesses of several proofs, one for each event, role and entity, with how many cells share it."""
    counted: dict[tuple[str, ...], list[Finding]] = {}
    for proof in proofs:
        for finding in proof.witnesses:
            # A witness names its cell: "event invoice_issued, role receivable, entity US01, ...".
            place = tuple(finding.subject.split(", ")[:3])
            counted.setdefault((finding.code, *place), []).append(finding)
    return tuple(
        replaced(found[0], found=f"{found[0].found} ({len(found)} cell(s) alike)", subject="")
        for found in counted.values()
    )


def critical_days(book: Book) -> tuple[date, ...]:
    """The days within the contracts' terms on which the mapping or the tax table begins to say something else."""
    first = max(min((c.term.start for c in book.contracts), default=date.min), book.mapping.effective_from)
    last = max((c.term.end for c in book.contracts), default=first)
    starts = {row.effective_from for row in book.mapping.rows} | {row.valid_from for row in book.taxes.rows}
    ends = {row.effective_to for row in book.mapping.rows} | {row.valid_to for row in book.taxes.rows}
    changes = (day for day in starts | ends if day is not None and first < day <= last)
    return (first, *sorted(changes))
