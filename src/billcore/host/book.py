"""What a folder of files says as a book: documents, facts and payments, with every finding of every file at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from billcore.billing.scheduling import schedule
from billcore.billing.usage import read_usage as read_periods
from billcore.connectors.amendment_text import read_amendments, unclaimed, with_amendments
from billcore.connectors.csv_rows import Rows, read_rows
from billcore.connectors.customer_rows import CUSTOMER_COLUMNS, CUSTOMER_OPTIONAL, Accounts, read_accounts
from billcore.connectors.salesforce.deal import DealReading, read_deal
from billcore.connectors.tabular import (
    DELIVERY_COLUMNS,
    TAX_COLUMNS,
    USAGE_COLUMNS,
    read_deliveries,
    read_tax,
    read_usage,
)
from billcore.connectors.toml_text import read_catalogue, read_entities
from billcore.contract.book import check_book
from billcore.contract.catalogue import Catalogue
from billcore.contract.contract import Contract
from billcore.contract.facts import Facts, UsageFact
from billcore.contract.parties import Customer, LegalEntity
from billcore.contract.resolution import resolve
from billcore.core.errors import BillcoreError
from billcore.core.findings import Finding, Owner, finding_of
from billcore.core.value import Value, replaced
from billcore.engine.book import Book, Happened
from billcore.engine.posting_domain import prove_coverage, witnesses
from billcore.gl.coverage import Coverage
from billcore.host.book_files import AMENDMENTS, CUSTOMERS, DEALS, PAYMENTS, BookFiles, read_files, refuse_broken
from billcore.host.file_sources import DealFolder, PaymentFile
from billcore.host.finance_files import read_chart, read_mapping
from billcore.ports.contract_source import ContractSource
from billcore.ports.payment_source import PaymentSource


class HeldDeal(Value, frozen=True, kw_only=True):
    """A deal of which nothing is billed, with everything that is wrong with it."""

    file: str
    name: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class LoadedBook:
    """A book as its files say it.

    Attributes:
        folder: Where it lies.
        book: The documents, or None where a file of finance has findings: then nothing can be issued.
        proofs: That every combination the book can post has an account, for each stretch of days; none without a book.
        happened: Usage, deliveries, payments.
        findings: Of all files, in order of file and line; those of held deals too.
        held_deals: Deals with an error of their own or in their facts.
        skipped: Files of deals that are not closed won.
        source_count: Deals in the folder.
        payment_lines: Payment id -> its last line in payments.csv; empty where payments come from elsewhere.
    """

    folder: Path
    book: Book | None
    proofs: tuple[Coverage, ...]
    happened: Happened
    findings: tuple[Finding, ...]
    held_deals: tuple[HeldDeal, ...]
    skipped: tuple[str, ...]
    source_count: int
    payment_lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def malformed(self) -> tuple[Finding, ...]:
        """Findings of files other than deals, and of deals whose form is wrong: what `run` ends with 1 for."""
        return tuple(one for one in self.findings if one.severity == "error" and one.code not in BUSINESS)


# A deal with one of these is well formed and must wait for a person: a normal state of a book, not a broken file.
BUSINESS = frozenset(
    {
        "revenue-treatment-missing",
        "currency-mismatch",
        "sku-unknown",
        "price-unmapped",
        "treatment-not-allowed",
        "enforceable-term-missing",
        "ssp-missing",
        "judgement-missing",
        "legal-entity-unresolved",
        "product-inactive",
        "product-not-sold-by-entity",
        "currency-not-functional",
        "tax-jurisdiction-missing",
    }
)


def load_book(
    folder: Path, *, deals: ContractSource | None = None, payments: PaymentSource | None = None
) -> LoadedBook:
    """Read a book's folder.

    Args:
        deals: Where deals come from; the folder's own ``deals/`` where absent.
        payments: Where payments come from; the folder's own ``payments.csv`` where absent.

    Raises: BookUnreadable where the folder is no book or a file is broken as a file.
    """
    files = read_files(folder)
    catalogue, findings = read_catalogue(files.files["catalogue.toml"])
    entities, entity_findings = read_entities(files.files["entities.toml"])
    findings += entity_findings
    tax_rows = _rows(files, "tax.csv", TAX_COLUMNS, "finance")
    taxes, tax_findings = read_tax(tax_rows)
    chart, chart_findings = read_chart(files.files["chart.csv"])
    mapping, mapping_findings = read_mapping(
        files.files["gl_mapping.toml"], files.files["gl_access.csv"], files.files["gl_mapping.csv"]
    )
    findings += tax_rows.findings + tax_findings + chart_findings + mapping_findings
    facts, fact_findings, disputed, usage_lines = _facts(files)
    paid = payments or PaymentFile(folder / PAYMENTS)
    happened = Happened(facts=facts, payments=tuple(paid.payments()))
    fact_findings += paid.findings if isinstance(paid, PaymentFile) else ()
    account_rows = _rows(files, CUSTOMERS, CUSTOMER_COLUMNS, "sales", optional=CUSTOMER_OPTIONAL)
    refuse_broken(findings + fact_findings + account_rows.findings)
    is_sound = not any(finding.severity == "error" for finding in findings)
    source = deals or DealFolder(folder / DEALS)
    findings += source.findings if isinstance(source, DealFolder) else ()
    readings, amendment_findings = _amended(_deals(source, catalogue, entities), files, entities)
    fact_findings += amendment_findings
    readings, accounts = _with_accounts(readings, account_rows)
    refuse_broken(tuple(one for reading in readings for one in reading.findings))
    findings += accounts.findings
    disputed |= accounts.disputed
    together = _check_together(readings, accounts.alone, happened.facts, disputed, usage_lines)
    disputed |= {finding.subject for finding in together if finding.severity == "error"}
    held = tuple(_held(reading) for reading in readings if _is_held(reading, disputed))
    good = [one for one in readings if one.contract is not None and not _is_held(one, disputed)]
    book = None
    if is_sound and accounts.is_whole and catalogue is not None and chart is not None and mapping is not None:
        book = Book(
            contracts=[one.contract for one in good if one.contract is not None],
            customers=_customers(good, accounts.alone).values(),
            entities=entities,
            catalogue=catalogue,
            taxes=taxes,
            chart=chart,
            mapping=mapping,
        )
    proofs = prove_coverage(book) if book is not None else ()
    return LoadedBook(
        folder=folder,
        book=book,
        proofs=proofs,
        happened=happened,
        findings=(
            *findings,
            *fact_findings,
            *(one for reading in readings for one in reading.findings),
            *together,
            *witnesses(proofs),
        ),
        held_deals=held,
        skipped=tuple(one.file for one in readings if not one.is_held and one.contract is None),
        source_count=len(readings),
        payment_lines=paid.lines if isinstance(paid, PaymentFile) else {},
    )


def _rows(
    files: BookFiles, name: str, columns: tuple[str, ...], owner: Owner, *, optional: tuple[str, ...] = ()
) -> Rows:
    data = files.files.get(name)
    if data is None:
        return Rows(file=name, owner=owner)
    return read_rows(data, file=name, columns=columns, optional=optional, owner=owner)


Place = tuple[str, str, str]  # contract, line, first day of the service period


def _facts(files: BookFiles) -> tuple[Facts, tuple[Finding, ...], frozenset[str], Mapping[Place, int]]:
    """Read the facts, and where usage stands; a contract with a malformed fact is disputed: nothing of it is issued."""
    usage_rows = _rows(files, "usage.csv", USAGE_COLUMNS, "billing")
    usage, usage_findings = read_usage(usage_rows)
    delivery_rows = _rows(files, "deliveries.csv", DELIVERY_COLUMNS, "billing")
    deliveries, delivery_findings = read_deliveries(delivery_rows)
    disputed = _contracts_of(usage_rows, usage_findings) | _contracts_of(delivery_rows, delivery_findings)
    findings = usage_rows.findings + usage_findings + delivery_rows.findings + delivery_findings
    lines = {}
    for row in usage_rows.rows:
        contract, line, period = (row.cells.get(name, "") for name in ("contract", "line", "period"))
        lines[contract, line, period if len(period) > 7 else f"{period}-01"] = row.line
    return Facts(usage=usage, deliveries=deliveries), findings, frozenset(disputed), lines


def _contracts_of(rows: Rows, findings: Iterable[Finding]) -> set[str]:
    by_line = {row.line: row.cells.get("contract", "") for row in rows.rows}
    return {by_line[finding.line] for finding in findings if finding.line in by_line}


def _deals(deals: ContractSource, catalogue: Catalogue | None, entities: tuple[LegalEntity, ...]) -> list[DealReading]:
    known = catalogue or Catalogue()
    return [read_deal(raw.data, file=raw.name, catalogue=known, entities=entities) for raw in deals.contracts()]


def _amended(
    readings: list[DealReading], files: BookFiles, entities: Iterable[LegalEntity]
) -> tuple[list[DealReading], tuple[Finding, ...]]:
    """Put the amendments of the book into its contracts; one that does not fit changes nothing and is told."""
    data = files.files.get(AMENDMENTS)
    if data is None:
        return readings, ()
    amendments, findings = read_amendments(data)
    refuse_broken(findings)
    zones = {entity.id: entity.zone for entity in entities}
    found = []
    for reading in readings:
        if reading.contract is not None:
            contract, problems = with_amendments(reading.contract, amendments, zones)
            reading, findings = replaced(reading, contract=contract), (*findings, *problems)
        found.append(reading)
    known = [one.contract.id for one in readings if one.contract is not None]
    return found, (*findings, *unclaimed(amendments, known))


def _with_accounts(readings: list[DealReading], rows: Rows) -> tuple[list[DealReading], Accounts]:
    """The deals with what customers.csv adds to their customers, and the accounts of the file that no deal has."""
    accounts = read_accounts(rows, [one.customer for one in readings if one.customer is not None])
    completed: list[DealReading] = []
    for one in readings:
        customer = one.customer and accounts.completed.get(one.customer)
        completed.append(one if customer is None else replaced(one, customer=customer))
    return completed, accounts


def _customers(readings: Iterable[DealReading], alone: Iterable[Customer]) -> dict[str, Customer]:
    """Id -> customer, of deals that are billed and of accounts that have none."""
    found = {one.customer.id: one.customer for one in readings if one.customer is not None}
    return {one.id: one for one in alone} | found


def _check_together(
    readings: Iterable[DealReading],
    alone: tuple[Customer, ...],
    facts: Facts,
    disputed: frozenset[str],
    usage_lines: Mapping[Place, int],
) -> tuple[Finding, ...]:
    """Check the deals and facts against each other; facts of a held deal wait with it."""
    accepted = [one for one in readings if one.contract is not None and not _is_held(one, disputed)]
    held = {finding.subject for one in readings if one.is_held for finding in one.findings} | disputed
    contracts = [one.contract for one in accepted if one.contract is not None]
    findings = check_book(
        contracts,
        customers=[*(one.customer for one in accepted if one.customer is not None), *alone],
        facts=facts,
        held=held,
    )
    return (*findings, *_stray_usage(contracts, facts, usage_lines))


def _stray_usage(contracts: Iterable[Contract], facts: Facts, usage_lines: Mapping[Place, int]) -> Iterator[Finding]:
    """Usage whose period starts no service period of its line, each row where it stands: a run would hold the deal."""
    reported: dict[str, list[UsageFact]] = {}
    for fact in facts.usage:
        reported.setdefault(fact.contract, []).append(fact)
    for contract in contracts:
        mine = reported.get(contract.id)
        if not mine:
            continue
        try:
            resolved = resolve(contract, horizon=max(fact.start for fact in mine))
            rows = schedule(resolved, {}).rows
        except BillcoreError:
            continue  # the contract's own finding, whatever was used
        metered = [line.id for line in resolved.lines if line.component == "usage"]
        for fact in mine:
            if fact.line not in metered:
                continue  # told as unclaimed
            try:
                read_periods({fact.line: {fact.start: fact.quantity}}, metered, rows)
            except BillcoreError as error:
                yield replaced(
                    finding_of(error, owner="engineering", subject=contract.id, file="usage.csv"),
                    line=usage_lines.get((fact.contract, fact.line, str(fact.start)), 0),
                    path="period",
                    hint="Write the first day of a service period, or YYYY-MM where it is a calendar month.",
                )


def _is_held(reading: DealReading, disputed: frozenset[str]) -> bool:
    """Whether anything keeps the deal from being billed: its own findings, its facts, its customer, its twin."""
    contract = reading.contract
    return reading.is_held or (contract is not None and bool({contract.id, contract.customer} & disputed))


def _held(reading: DealReading) -> HeldDeal:
    findings = tuple(one for one in reading.findings if one.severity == "error")
    return HeldDeal(file=reading.file, name=reading.name, findings=findings)
