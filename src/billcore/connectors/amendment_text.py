"""What a book's amendments file says: each amendment of each contract, with every finding at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from billcore.connectors.toml_text import read_toml
from billcore.contract.amendments import Amendment
from billcore.contract.contract import Contract
from billcore.core.document import Document
from billcore.core.errors import BillcoreError, DocumentError
from billcore.core.fields import Identifier, Items, optional
from billcore.core.findings import Finding, finding_of
from billcore.core.value import replaced

AMENDMENTS = "amendments.toml"


class ContractAmendment(Amendment):
    """An amendment with the contract that it amends."""

    contract: Identifier


class _Amendments(Document):
    amendments: Items[ContractAmendment] = optional(default=())


def read_amendments(
    text: bytes | str, file: str = AMENDMENTS
) -> tuple[tuple[ContractAmendment, ...], tuple[Finding, ...]]:
    """Read ``[[amendments]]`` tables: ``contract`` and the fields of `Amendment`.

    Returns: the amendments in the order written, or none with every finding, owner sales.

    >>> found, problems = read_amendments('''
    ... [[amendments]]
    ... contract = "C-1"
    ... id = "A-1"
    ... effective = 2026-03-16
    ... known_at = 2026-03-20T15:00:00Z
    ... actor = "sales"
    ... reason = "three more people"
    ... changes = [{kind = "quantity", line = "seats", quantity = "8"}]
    ... ''')
    >>> found[0].contract, str(found[0].effective), found[0].changes[0].quantity, problems
    ('C-1', '2026-03-16', Decimal('8'), ())
    """
    data, findings = read_toml(text, file=file, owner="sales")
    if data is None:
        return (), findings
    try:
        return _Amendments.read(data).amendments, ()
    except DocumentError as error:
        return (), tuple(replaced(one, owner="sales", file=file) for one in error.findings)


def with_amendments(
    contract: Contract, amendments: Iterable[ContractAmendment], zones: Mapping[str, str], file: str = AMENDMENTS
) -> tuple[Contract, tuple[Finding, ...]]:
    """Put a contract's amendments into it; days begin in its own zone, or in that of its legal entity.

    Args:
        amendments: Of any contract; those of others are left out.
        zones: Legal entity -> IANA name of its zone.

    Returns: the contract with the amendments that fit, and a finding for each that does not: it changes nothing, and
        the accepted version is billed.
    Source: rules 5 (a held amendment never stops the accepted version).
    """
    findings: list[Finding] = []
    mine = sorted((one for one in amendments if one.contract == contract.id), key=lambda one: one.known_at)
    if mine and contract.zone is None and contract.entity in zones:
        contract = contract.revised(zone=zones[contract.entity])
    for one in mine:
        plain = Amendment(**{name: getattr(one, name) for name in Amendment.model_fields})
        try:
            contract = contract.revised(amendments=[*contract.amendments, plain])
        except BillcoreError as error:
            found = finding_of(error, owner="sales", subject=contract.id)
            findings.append(replaced(found, file=file, path=f"amendment {one.id}: {found.path}"))
    return contract, tuple(findings)


def unclaimed(
    amendments: Iterable[ContractAmendment], contracts: Iterable[str], file: str = AMENDMENTS
) -> tuple[Finding, ...]:
    """Tell of amendments whose contract the book does not have: what was agreed is billed nowhere."""
    known = frozenset(contracts)
    return tuple(
        Finding(
            code="amendment-unclaimed",
            owner="sales",
            severity="warning",
            file=file,
            path=f"amendment {one.id}",
            found=f"an amendment of contract {one.contract}",
            expected="a contract of the book",
            hint="Correct the contract of the amendment, or bring its deal.",
            subject=one.contract,
        )
        for one in amendments
        if one.contract not in known
    )
