"""What a contract asks for through a date: charges, invoices and credit memos, by difference against what stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from billcore.billing.billed import Billed, BilledLine
from billcore.billing.charge import Charge
from billcore.billing.credit_terms import CreditRules
from billcore.billing.difference import Difference
from billcore.billing.differences import difference, stage_key
from billcore.billing.payments import paid_lines
from billcore.billing.usage import Usage
from billcore.billing.workings import STAGE_KINDS
from billcore.contract.contract import Contract
from billcore.contract.parties import Customer, LegalEntity
from billcore.core.checks import check_date, check_kind, check_mappings
from billcore.core.errors import BillcoreError, DocumentError, NotApplicable
from billcore.core.findings import Finding, finding_of
from billcore.core.value import Value
from billcore.engine.activation import gate_of
from billcore.engine.granted_twice import granted_twice
from billcore.engine.held_amendments import held_amendments
from billcore.engine.idle_changes import idle_changes
from billcore.engine.rated_contract import Rated, rate_contract
from billcore.invoice.assembly import Answers, assemble, billed_lines, parties, questions
from billcore.invoice.invoice import Invoice, InvoiceLine
from billcore.invoice.tax import TaxTable, answer
from billcore.money.amount import Amount
from billcore.periods.zones import check_instant
from billcore.usage.records import UsageReport


@dataclass(frozen=True, kw_only=True)
class Taxes:
    """What the embedded tax table needs to answer: the table, the place, the class of each product.

    Attributes:
        table: A `TaxTable`.
        jurisdiction: Where the customer is taxed.
        tax_classes: Sku -> tax class.
    """

    table: TaxTable
    jurisdiction: str
    tax_classes: Mapping[str, str]


class BillRun(Value, frozen=True, kw_only=True):
    """What a contract asks for through a date.

    Attributes:
        contract: Its id.
        through: Invoice dates up to and including this day.
        rated: Everything that was rated, for `explain` and for revenue.
        invoices, credit_memos: What is to be issued now; numbers are given at issue.
        findings: What is held, and why.
        next_billed: What stands billed once these are issued.
    """

    contract: str
    through: date
    rated: Rated
    invoices: tuple[Invoice, ...]
    credit_memos: tuple[Invoice, ...]
    findings: tuple[Finding, ...]
    next_billed: Billed

    @property
    def documents(self) -> tuple[Invoice, ...]:
        """Invoices, then credit memos."""
        return self.invoices + self.credit_memos

    def charge_of(self, line: InvoiceLine) -> Charge | None:
        """The charge that a document line bills."""
        wanted = (line.contract, line.line, line.component, line.service)
        for charge in self.rated.charges:
            is_same_piece = (charge.contract, charge.line_id, charge.component, charge.service) == wanted
            if is_same_piece and charge.terms == line.terms:  # a hash of all that was measured: looked at last
                return charge
        return None


def _check_arguments(contract: object, usage: object, delivered: object, through: object) -> None:
    check_kind(contract, Contract, "contract")
    check_date(through, "through")
    if usage is not None:
        check_kind(usage, Mapping, "usage")
        if isinstance(usage, Mapping):
            for line, told in usage.items():
                check_kind(told, (Mapping, list, tuple), f"usage.{line}"[:80])
                if not isinstance(told, Mapping):
                    for number, report in enumerate(told):
                        check_kind(report, UsageReport, f"usage.{line}[{number}]"[:80])
    if delivered is not None:
        check_mappings(delivered, "delivered")
        if isinstance(delivered, Mapping):
            for line, days in delivered.items():
                for milestone, day in days.items():
                    check_date(day, f"delivered.{line}.{milestone}"[:80])


_KINDS: Mapping[str, type] = {
    "billed": Billed,
    "paid": Mapping,
    "taxes": Taxes,
    "entity": LegalEntity,
    "customer": Customer,
    "payer": Customer,
}


def _check_settings(given: Mapping[str, object], as_known_at: object) -> None:
    for name, one in given.items():
        if one is not None:
            hint = "Pass run.next_billed of the run before." if name == "billed" else ""
            check_kind(one, _KINDS[name], name, hint=hint)
    if as_known_at is not None:
        check_instant(as_known_at, "as_known_at")


def _check_currency(contract: Contract, standing: Sequence[BilledLine]) -> None:
    """One contract, one currency: what stands in another can cancel nothing. Source: rules 8."""
    for line in standing:
        if line.currency != contract.currency:
            raise NotApplicable(
                "contract-currency-mixed",
                found=f"{line.net} of {line.number or line.document} stands billed",
                expected=f"{contract.currency}, the contract's currency",
                path=f"contract {contract.id}",
                hint="Give the deal in the other currency a contract of its own.",
            )


def bill(
    contract: Contract,
    *,
    usage: Usage | None = None,
    delivered: Mapping[str, Mapping[str, date]] | None = None,
    activated: date | None = None,
    through: date,
    billed: Billed | None = None,
    as_known_at: datetime | None = None,
    paid: Mapping[str, Amount] | None = None,
    taxes: Taxes | None = None,
    entity: LegalEntity | None = None,
    customer: Customer | None = None,
    payer: Customer | None = None,
) -> BillRun:
    """Work out what a contract asks for: what should stand billed through a date, minus what stands billed.

    Args:
        contract: What was agreed.
        usage: Line -> start of service period (or ``YYYY-MM``) -> quantity, or line -> usage reports with records. A
            period without usage holds its line.
        delivered: Line -> milestone id -> day reached.
        activated: The day on which what the contract waits for came; while it is not known only the first invoice goes.
        through: Invoice dates up to and including this day. Corrections are dated this day.
        billed: What stands billed; nothing where absent.
        as_known_at: Amendments that became known later than this instant are left out; absent, those known by the end
            of ``through``, so that a run of a past day sees what was known on it.
        paid: Document id -> what of its net was paid, for credits that never exceed it.
        taxes: What answers tax questions; absent, documents bear no tax (a what-if).
        entity, customer: Copied onto the documents.
        payer: Who is asked for it, where that is not the customer: `payer_of` says who. Absent, the payer that the
            contract names, else the customer.

    Returns: a run whose ``next_billed``, passed in again, gives nothing.
    Rounding: each charge once, each tax once; totals are sums.
    Raises: DocumentError ``date-malformed``, ``usage-period-unknown``, ...; NotApplicable
        ``overlapping-billed-periods``, ``cadence-does-not-divide``, ...; MissingInput ``tax-row-missing``.
    Source: rules 5.
    """
    _check_arguments(contract, usage, delivered, through)
    given = {"billed": billed, "paid": paid, "taxes": taxes, "entity": entity, "customer": customer, "payer": payer}
    _check_settings(given, as_known_at)
    gate = gate_of(contract, activated=activated, through=through, delivered=delivered)
    contract = gate.contract
    billed = billed if billed is not None else Billed()
    standing = gate.as_it_runs(billed.of_contract(contract.id))
    _check_currency(contract, standing)
    known_by = through if as_known_at is None else None
    rated = rate_contract(
        contract,
        usage=usage,
        delivered=delivered,
        through=through,
        standing=standing,
        known_by=known_by,
        known_at=as_known_at,
    )
    compared = gate.compared(standing, rated)
    rated = gate.narrowed(rated)
    differences, findings = _differences(contract, rated, through, compared, paid or {})
    documents = _documents(contract, differences, standing, through, taxes, _Names(entity, customer, payer))
    return BillRun(
        contract=contract.id,
        through=through,
        rated=rated,
        invoices=tuple(one for one in documents if one.kind == "invoice"),
        credit_memos=tuple(one for one in documents if one.kind == "credit_memo"),
        findings=(*rated.findings, *findings, *gate.findings),
        next_billed=billed.plus(line for document in documents for line in billed_lines(document)),
    )


class _Names(NamedTuple):
    """Who sells, who used it and who is asked for it, as far as they were passed."""

    entity: LegalEntity | None
    customer: Customer | None
    payer: Customer | None


def _documents(
    contract: Contract,
    differences: Sequence[Difference],
    standing: Sequence[BilledLine],
    through: date,
    taxes: Taxes | None,
    names: _Names,
) -> tuple[Invoice, ...]:
    return assemble(
        contract,
        differences,
        standing,
        through=through,
        answers=_answers(contract, differences, taxes),
        texts=parties(names.entity, _asked(contract, names.customer, names.payer)),
        payer=names.payer.id if names.payer is not None else contract.payer or "",
    )


def _answers(contract: Contract, differences: Sequence[Difference], taxes: Taxes | None) -> Answers | None:
    """The taxes of what is to be billed, by question; None where tax is nobody's question."""
    if taxes is None:
        return None
    asked = questions(differences, jurisdiction=taxes.jurisdiction, tax_classes=taxes.tax_classes)
    return {one.key: answer(taxes.table, one, contract.rounding) for one in asked}


def _differences(
    contract: Contract, rated: Rated, through: date, standing: Sequence[BilledLine], paid: Mapping[str, Amount]
) -> tuple[list[Difference], tuple[Finding, ...]]:
    """What should stand minus what stands, and what is held of it."""
    held, findings = _held_lines(contract, rated, through, standing)
    findings = (*findings, *held_amendments(contract))
    planned = {(r.line, r.component, r.service.start, r.service.end) for r in rated.schedule.rows}
    planned |= {stage_key(window) for window in rated.windows}
    # While a line is held, nobody knows what a minimum or a commitment lacks: nothing of it is billed or taken back.
    settled = frozenset(stage_key(window) for window, due_on in rated.settled if due_on <= through and not held)
    found = difference(
        _in_order(rated, through, held),
        standing,
        through=through,
        planned=frozenset(planned),
        kept=frozenset(held),
        settled=settled,
        unrated=_unrated(rated),
        credits=CreditRules(
            convention=contract.proration,
            rounding=contract.rounding,
            through=through,
            settlements=rated.resolved.settlements,
            paid=paid_lines(standing, paid),
        ),
    )
    billed = [one.charge for one in found if one.charge is not None]
    told = (*idle_changes(rated.resolved), *granted_twice(rated.charges, billed))
    return found, (*findings, *told)


def _asked(contract: Contract, customer: Customer | None, payer: Customer | None) -> Customer | None:
    """Whose name stands on the documents; nobody's where the contract names another payer than who was passed."""
    if payer is not None:
        if contract.payer not in (None, payer.id):
            raise DocumentError(
                "argument-wrong",
                found=f"the payer {payer.id}",
                expected=f"{contract.payer}, whom contract {contract.id} names",
                path="payer",
            )
        return payer
    return customer if contract.payer in (None, contract.customer) else None


def _in_order(rated: Rated, through: date, held: set[str]) -> list[Charge]:
    """Every charge that is known, in the order of documents and lines."""
    known = [charge for charge in rated.charges if not (held and charge.kind in STAGE_KINDS)]
    order = {name: number for number, name in enumerate(rated.resolved.by_line())}
    known.sort(
        key=lambda charge: (
            charge.invoice_date or date.max,
            charge.kind in STAGE_KINDS,  # what the contract adds stands behind what it adds to
            order[charge.line_id],
            charge.row.ordinal,
        )
    )
    return known


def _unrated(rated: Rated) -> frozenset[tuple[str, str, date, date]]:
    """Rows of usage that are planned and have no charge yet."""
    done = {(charge.line_id, charge.row.ordinal) for charge in rated.charges}
    return frozenset(
        (row.line, row.component, row.service.start, row.service.end)
        for row in rated.schedule.rows
        if row.component == "usage" and (row.line, row.ordinal) not in done
    )


def _held_lines(
    contract: Contract, rated: Rated, through: date, standing: Sequence[BilledLine]
) -> tuple[set[str], tuple[Finding, ...]]:
    """Lines with a due row whose usage is missing or has no price: they are held, the rest of the invoice goes."""
    findings, held = [], set()
    refused = dict(rated.refused)
    for row in rated.missing:
        if row.invoice_date is None or row.invoice_date > through:
            continue
        if row.line in refused:
            if row.line not in held:
                findings.append(refused[row.line])
        else:
            findings.append(
                Finding(
                    code="usage-missing",
                    owner="engineering",
                    path=f"usage.{row.line}",
                    found=f"no usage for {row.service}",
                    expected="a quantity; 0 where nothing was used",
                    hint="Pass the period's usage; the line is held until then.",
                    subject=contract.id,
                )
            )
        held.add(row.line)
    unknown = _unknown_share(contract, rated, held, standing)
    if unknown is not None:
        return set(rated.resolved.by_line()), (*findings, unknown)
    return held, tuple(findings)


def _unknown_share(contract: Contract, rated: Rated, held: set[str], standing: Sequence[BilledLine]) -> Finding | None:
    """Tell of a held charge that stands billed with its share of a discount or a maximum of the whole contract.

    What the other charges bear depends on it, so nothing of the contract moves until it is known again.
    """
    stage = contract.stage
    if stage is None or not (stage.discounts or stage.maximum):
        return None
    rows = {(row.line, row.service) for row in rated.missing if row.line in held}
    line = next((line for line in standing if (line.line, line.service) in rows), None)
    if line is None:
        return None
    return Finding(
        code="stage-waits",
        owner="engineering",
        path=f"usage.{line.line}",
        found=f"{line.line} for {line.service} stands billed, and what it comes to is not known now",
        expected="its usage: discounts and the maximum of the contract are shared with it",
        hint="Pass the period's usage again; nothing of the contract is billed or given back until then.",
        subject=contract.id,
    )


def outcome(contract: Contract, error: BillcoreError) -> Finding:
    """What a batch says of a contract that could not be billed."""
    return finding_of(error, subject=contract.id)
