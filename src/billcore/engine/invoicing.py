"""What a contract asks for through a date: charges, invoices and credit memos, by difference against what stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from billcore.billing.billed import Billed, BilledLine
from billcore.billing.charge import Charge
from billcore.billing.credit_rules import credit_rules
from billcore.billing.credit_terms import CreditRules
from billcore.billing.difference import Difference
from billcore.billing.differences import difference, stage_key
from billcore.billing.usage import Usage
from billcore.billing.workings import STAGE_KINDS
from billcore.contract.contract import Contract
from billcore.contract.parties import Customer, LegalEntity
from billcore.core.checks import check_date
from billcore.core.errors import BillcoreError, DocumentError
from billcore.core.findings import Finding, finding_of
from billcore.core.value import Value
from billcore.engine.activation import gate_of
from billcore.engine.bill_arguments import check_currency, check_facts, check_settings
from billcore.engine.granted_twice import granted_twice
from billcore.engine.held_amendments import held_amendments
from billcore.engine.held_lines import held_lines
from billcore.engine.idle_changes import idle_changes
from billcore.engine.rated_contract import Rated, rate_contract
from billcore.engine.tax_setting import Taxes as Taxes
from billcore.invoice.assembly import Answers, assemble, billed_lines, parties, questions
from billcore.invoice.invoice import Invoice, InvoiceLine
from billcore.invoice.tax import answer
from billcore.money.amount import Amount


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
    list_prices: Mapping[str, Amount] | None = None,
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
            of ``through``, so that a run of a past day sees what was known on it; with ``billed``, those known by its
            newest document too, which may rest on them.
        paid: Document id -> what of its net was paid, for credits that never exceed it.
        list_prices: Line -> what a full billing period costs today, for ``credit_basis=list_price``.
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
    check_date(through, "through")
    check_facts(contract, usage, delivered, through)
    given = {"billed": billed, "paid": paid, "list_prices": list_prices, "taxes": taxes}
    check_settings({**given, "entity": entity, "customer": customer, "payer": payer}, as_known_at)
    gate = gate_of(contract, activated=activated, through=through, delivered=delivered)
    contract = gate.contract
    billed = billed if billed is not None else Billed()
    standing = gate.as_it_runs(billed.of_contract(contract.id))
    check_currency(contract, standing)
    known_by = _known_by(through, standing) if as_known_at is None else None
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
    credits = credit_rules(contract, rated.resolved, compared, through, paid, list_prices)
    differences, findings = _differences(contract, rated, compared, credits)
    documents = _documents(contract, differences, standing, through, taxes, _Names(entity, customer, payer))
    return _run_of(rated, documents, (*rated.findings, *findings, *gate.findings), through, billed)


def _known_by(through: date, standing: Sequence[BilledLine]) -> date:
    """The day by whose end amendments were known: the run's, or a later one on which something was issued by them."""
    return max([through, *(line.invoice_date for line in standing)])


def _run_of(
    rated: Rated, documents: Sequence[Invoice], findings: tuple[Finding, ...], through: date, billed: Billed
) -> BillRun:
    return BillRun(
        contract=rated.resolved.id,
        through=through,
        rated=rated,
        invoices=tuple(one for one in documents if one.kind == "invoice"),
        credit_memos=tuple(one for one in documents if one.kind == "credit_memo"),
        findings=findings,
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
    contract: Contract, rated: Rated, standing: Sequence[BilledLine], credits: CreditRules
) -> tuple[list[Difference], tuple[Finding, ...]]:
    """What should stand minus what stands, and what is held of it."""
    through = credits.through
    held, findings = held_lines(contract, rated, through, standing)
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
        credits=credits,
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


def outcome(contract: Contract, error: BillcoreError) -> Finding:
    """What a batch says of a contract that could not be billed."""
    return finding_of(error, subject=contract.id)
