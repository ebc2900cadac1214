"""What could be read of a contract, so that rules of meaning run on every part that has its shape.

A contract with one malformed price cannot be built, yet its unknown sku must be found in the same run. So each field is
read apart; what could not be read is named in ``unread`` and no rule speaks about it again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from billcore.contract.contract import Contract
from billcore.contract.lines import Billed, ContractLine
from billcore.contract.measures import Measure, Milestone
from billcore.contract.parties import Customer
from billcore.contract.terms import EnforceableTerm, Judgement, StandalonePrice
from billcore.core.document import Document, findings_of
from billcore.core.findings import Finding
from billcore.core.value import Value
from billcore.periods.period import Period
from billcore.pricing.documents import Price


class LineDraft(Value, frozen=True, kw_only=True):
    """What could be read of a line. A field is None where it is absent or could not be read; ``unread`` tells which."""

    id: str | None = None
    sku: str | None = None
    price: Price | None = None
    billed: Billed | None = None
    quantity: Decimal | None = None
    period: Period | None = None
    milestones: tuple[Milestone, ...] = ()
    revenue: Measure | None = None
    obligation: str | None = None
    ssp: StandalonePrice | None = None
    judgement: Judgement | None = None
    unread: frozenset[str] = frozenset()

    @property
    def is_metered(self) -> bool | None:
        """Whether the quantity comes from usage; None where the price or the quantity could not be read."""
        if self.price is None or "quantity" in self.unread:
            return None
        return self.price.kind != "flat" and self.quantity is None


class Draft(Value, frozen=True, kw_only=True):
    """What could be read of a contract.

    Attributes:
        currencies: Every currency that was stated: by whom, the code, and the path of the field.
    """

    id: str | None = None
    customer: str | None = None
    entity: str | None = None
    currency: str | None = None
    term: Period | None = None
    enforceable: EnforceableTerm | None = None
    tax_jurisdiction: str | None = None
    lines: tuple[LineDraft, ...] = ()
    currencies: tuple[tuple[str, str, str], ...] = ()
    unread: frozenset[str] = frozenset()


def draft_of(contract: Contract, customer: Customer | None = None) -> Draft:
    """The draft of a contract that has its whole shape."""
    stated = [("contract", contract.currency, "currency")]
    if customer is not None and customer.currency is not None:
        stated.append(("customer", customer.currency, "currency"))
    lines = tuple(LineDraft(**_known(LineDraft, _fields(line))) for line in contract.lines)
    return Draft(**{**_known(Draft, _fields(contract)), "lines": lines, "currencies": tuple(stated)})


def _fields(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in type(document).model_fields}


def _known(kind: type[Value], fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in kind.__struct_fields__}


def read_line(given: Mapping[str, object], *, unread: Collection[str], path: str) -> tuple[LineDraft, list[Finding]]:
    """Read each field of a line apart.

    Args:
        given: Plain data by field name.
        unread: Fields for which a finding exists already.
        path: Path of the line (``lines[0]``).
    """
    fields, failed, findings = read_apart(ContractLine, given, unread=unread, path=path)
    return LineDraft(**_known(LineDraft, fields), unread=frozenset(unread) | failed), findings


def read_header(
    given: Mapping[str, object],
    *,
    unread: Collection[str],
    lines: tuple[LineDraft, ...],
    currencies: tuple[tuple[str, str, str], ...],
) -> tuple[Draft, list[Finding]]:
    """Read each field of a contract's header apart and join the lines that were read before."""
    fields, failed, findings = read_apart(Contract, given, unread={*unread, "lines"}, path="")
    known = {**_known(Draft, fields), "lines": lines, "currencies": currencies}
    return Draft(**known, unread=frozenset(unread) | failed), findings


def read_apart(
    kind: type[Document], given: Mapping[str, object], *, unread: Collection[str], path: str
) -> tuple[dict[str, Any], frozenset[str], list[Finding]]:
    """Read a document's fields one by one.

    Returns: the fields that have their shape, the names of those that have not, and a finding for each problem.
    """
    read: dict[str, Any] = {}
    failed: set[str] = set()
    findings: list[Finding] = []
    prefix = f"{path}." if path else ""
    for name, field in kind.model_fields.items():
        if name in given:
            try:
                read[name] = _adapter(kind, name).validate_python(given[name])
            except ValidationError as error:
                failed.add(name)
                findings.extend(
                    _inside(finding, prefix + name) for finding in findings_of(error, given[name], field.annotation)
                )
        elif field.is_required() and name not in unread:
            failed.add(name)
            findings.append(
                Finding(code="field-missing", path=prefix + name, found="nothing", expected=f"the field {name}")
            )
    return read, frozenset(failed), findings


def _inside(finding: Finding, path: str) -> Finding:
    place = path if not finding.path else f"{path}{'' if finding.path.startswith('[') else '.'}{finding.path}"
    return Finding(code=finding.code, path=place, found=finding.found, expected=finding.expected, hint=finding.hint)


@cache
def _adapter(kind: type[Document], name: str) -> TypeAdapter[Any]:
    # pydantic takes the constraints and the discriminator off the annotation; both belong to the field's shape.
    field = kind.model_fields[name]
    told = [*field.metadata, *([Field(discriminator=field.discriminator)] if field.discriminator else [])]
    shape: Any = field.annotation
    for constraint in told:
        shape = Annotated[shape, constraint]
    return TypeAdapter(shape)
