"""How one closed deal becomes a contract, or every reason why it may not be billed yet.

Pure: bytes in, values out. The file holds the records as Salesforce's REST API returns them, one key an object:
``Account``, ``Opportunity``, ``Contract`` are records, ``OpportunityLineItem`` is a query result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from billcore.connectors.salesforce.assembly import Assembly, Origin, translated
from billcore.connectors.salesforce.fields import DEFAULT_FIELDS, FieldMap
from billcore.connectors.salesforce.notes import Notes
from billcore.connectors.salesforce.parts import Parts, check_total, name_sources, read_parts
from billcore.connectors.salesforce.prices import read_figures
from billcore.connectors.salesforce.record import Record, query_result, record_of
from billcore.contract.catalogue import Catalogue
from billcore.contract.contract import Contract
from billcore.contract.drafts import read_apart
from billcore.contract.drafts import read_header as draft_header
from billcore.contract.drafts import read_line as draft_line
from billcore.contract.intake import check_draft
from billcore.contract.intake_desk import Desk
from billcore.contract.parties import Customer, LegalEntity
from billcore.core.errors import DocumentError, excerpt
from billcore.core.findings import Finding
from billcore.core.json_data import read_parsed
from billcore.core.json_text import read_json
from billcore.core.limits import DEFAULT
from billcore.core.value import Value, replaced


class DealReading(Value, frozen=True, kw_only=True):
    """What came of reading one deal.

    Attributes:
        file: The file's name as it was given.
        name: What sales calls the deal, or the file's name.
        contract: The contract, or None while the deal is held or not closed won.
        customer: Who owes, with the contract.
        findings: Everything that is wrong, in the order of the file; an ``error`` holds the deal.
        records: Salesforce ids by object, as far as they could be read.
        is_closed_won: Whether the opportunity is closed and won; False also where that could not be read.
        field_map: Id and version of the field map that it was read with.
    """

    file: str
    name: str = ""
    contract: Contract | None = None
    customer: Customer | None = None
    findings: tuple[Finding, ...] = ()
    records: tuple[tuple[str, str], ...] = ()
    is_closed_won: bool = False
    field_map: str = ""

    @property
    def is_held(self) -> bool:
        """Whether a finding keeps the deal from being billed."""
        return any(finding.severity == "error" for finding in self.findings)


def read_deal(
    data: bytes | Mapping[str, object],
    *,
    file: str,
    catalogue: Catalogue,
    entities: Iterable[LegalEntity],
    field_map: FieldMap = DEFAULT_FIELDS,
) -> DealReading:
    """Read one deal as Salesforce's REST API returns it.

    Args:
        data: Bytes of the JSON, numbers read by their literal text; or the parsed records of a client that keeps
            numbers as int and Decimal (then findings have paths, and no lines).
        file: Its name, for findings and for the contract's source.
        catalogue, entities: What the deal is checked against.
        field_map: Fields that this org calls otherwise.

    Returns: the contract and its customer, or findings, all at once, each with path, line, column and owner. A deal
        that is not closed won gives one warning and no contract.
    Raises: DocumentError ``bytes-expected`` where neither bytes nor an object is passed.
    Source: rules 10.
    """
    if isinstance(data, Mapping):
        reading = read_parsed(data, file=file)
    else:
        reading = read_json(data, file=file, owner="engineering", numbers="literal")
    told = f"{field_map.id}/{field_map.version}"
    if reading.findings:
        return DealReading(file=file, name=file, findings=reading.findings, field_map=told)
    notes = Notes()
    deal = _Deal(reading.content, notes, field_map)
    contract = customer = None
    is_closed_won = deal.is_closed_won()
    if is_closed_won is not False:
        contract, customer = deal.documents(Desk(catalogue=catalogue, entities=tuple(entities)), file)
    findings = notes.findings(reading.text, file=file, subject=deal.subject)
    return DealReading(
        file=file,
        name=deal.name or file,
        contract=contract,
        customer=customer,
        findings=findings,
        records=deal.records(),
        is_closed_won=is_closed_won is True,
        field_map=told,
    )


class _Deal:
    """One deal while it is read: its records, then the parts of its contract."""

    def __init__(self, content: object, notes: Notes, field_map: FieldMap) -> None:
        self._notes, self._map = notes, field_map
        self._content: Mapping[str, object] = content if isinstance(content, Mapping) else {}
        if not isinstance(content, Mapping):
            notes.add((), "record-malformed", "engineering", found="no object", expected="an object with the records")
        self.account = self._record("Account")
        self.opportunity = self._record("Opportunity")
        self.contract = self._record("Contract")
        name = self.opportunity.value("Name") if self.opportunity is not None else None
        self.name = excerpt(name) if isinstance(name, str) else ""
        self.subject = ""
        for record, field in (
            (self.opportunity, "Id"),
            (self.contract, "ContractNumber"),
            (self.contract, "Contract_Key__c"),
        ):
            value = record.value(field) if record is not None else None
            self.subject = excerpt(value) if isinstance(value, str) else self.subject

    def _record(self, kind: str) -> Record | None:
        if self._content.get(kind) is None:
            self._missing(kind)
            return None
        return record_of(self._content[kind], kind, (kind,), self._notes, self._map)

    def _missing(self, kind: str) -> None:
        hint = "Export the deal again with this object."
        self._notes.add((), "export-incomplete", "engineering", found=f"no {kind}", expected=f"{kind}", hint=hint)

    def records(self) -> tuple[tuple[str, str], ...]:
        """Salesforce ids by object."""
        known = (self.account, self.opportunity, self.contract)
        ids = ((record.kind, record.value("Id")) for record in known if record is not None)
        return tuple((kind, excerpt(value)) for kind, value in ids if isinstance(value, str))

    def is_closed_won(self) -> bool | None:
        """Whether it is closed and won; None where that could not be read (a finding says so)."""
        if self.opportunity is None:
            return None
        closed = self.opportunity.flag("IsClosed", is_needed=True)
        won = self.opportunity.flag("IsWon", is_needed=True)
        if closed is None or won is None:
            return None
        if not (closed and won):
            stage = self.opportunity.value("StageName")
            self._notes.add(
                self.opportunity.place("StageName"),
                "deal-not-closed",
                "sales",
                found=f"{excerpt(stage) if isinstance(stage, str) else 'no stage'}, closed {closed}, won {won}".lower(),
                expected="closed and won",
                hint="The deal is skipped and not billed.",
                severity="warning",
            )
        return closed and won

    def _lines(self) -> tuple[Record, ...]:
        kind = "OpportunityLineItem"
        if self._content.get(kind) is None:
            self._missing(kind)
            return ()
        before = len(self._notes)
        found = query_result(self._content[kind], kind, (kind,), self._notes, self._map)
        if not found and len(self._notes) == before:
            self._notes.add((kind,), "lines-empty", "sales", found="no line", expected="at least one line")
        if len(found) > DEFAULT.lines:
            self._notes.add(
                (kind,), "limit-exceeded", "sales", found=f"{len(found)} lines", expected=f"at most {DEFAULT.lines}"
            )
            return ()
        return found

    def documents(self, desk: Desk, file: str) -> tuple[Contract | None, Customer | None]:
        """Read every part, check every rule, and build the documents where nothing holds them."""
        for record in (self.account, self.opportunity, self.contract):
            if record is not None:
                record.check_schema()
        lines = self._lines()
        figures = tuple(read_figures(line) for line in lines)
        account, opportunity, contract = self.account, self.opportunity, self.contract
        if account is None or opportunity is None or contract is None:
            # What stands is still read, so that its own findings are told with the missing record's.
            missing = Notes()
            account = account or Record("Account", {}, ("Account",), missing, self._map)
            opportunity = opportunity or Record("Opportunity", {}, ("Opportunity",), missing, self._map)
            contract = contract or Record("Contract", {}, ("Contract",), missing, self._map)
        self._records_belong_together(account, opportunity, contract)
        check_total(opportunity, lines, figures)
        parts = read_parts(account, opportunity, contract, lines, figures)
        name_sources(parts, contract, lines, file)
        return self._built(parts, desk)

    def _built(self, parts: Parts, desk: Desk) -> tuple[Contract | None, Customer | None]:
        """Judge shape and meaning of every part; build the documents where nothing holds the deal."""
        customer = self._customer(parts.customer)
        drafts = []
        for index, part in enumerate(parts.lines):
            draft, findings = draft_line(part.fields, unread=part.unread, path=f"lines[{index}]")
            drafts.append(draft)
            self._translate(findings, parts.origins)
        header, findings = draft_header(
            parts.header.fields, unread=parts.header.unread, lines=tuple(drafts), currencies=parts.currencies
        )
        self._translate(findings, parts.origins)
        for finding in check_draft(header, replaced(desk, customer=customer)):
            translated(finding, parts.origins, self._notes, keeps_owner=True)
        if self._notes.hold:
            return None, None
        try:
            contract = Contract.read({**parts.header.fields, "lines": [part.fields for part in parts.lines]})
        except DocumentError as error:
            self._translate(error.findings, parts.origins)
            return None, None
        return contract, customer

    def _customer(self, part: Assembly) -> Customer | None:
        fields, failed, findings = read_apart(Customer, part.fields, unread=part.unread, path="")
        self._translate(findings, part.origins)
        return None if failed or part.unread else Customer(**fields)

    def _translate(self, findings: Iterable[Finding], origins: Mapping[str, Origin]) -> None:
        for finding in findings:
            translated(finding, origins, self._notes, keeps_owner=False)

    def _records_belong_together(self, account: Record, opportunity: Record, contract: Record) -> None:
        own = account.text("Id", is_needed=True)
        for record in (opportunity, contract):
            told = record.text("AccountId", is_needed=True)
            if own is not None and told is not None and told != own:
                record.note("AccountId", "record-mismatch", found=excerpt(told), expected=f"the account {excerpt(own)}")
