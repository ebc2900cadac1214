"""What a contract asks for through a date: charges, invoices and credit memos, by difference against what stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from billcore.billing.billed import Billed, BilledLine
from billcore.billing.charge import Charge
from billcore.billing.charges import fixed_charges, usage_charges
from billcore.billing.differences import difference, stage_key
from billcore.billing.reported_usage import measured_rows
from billcore.billing.scheduling import BillingSchedule, ScheduleRow, schedule
from billcore.billing.staging import staged_charges
from billcore.billing.usage import Usage, read_usage
from billcore.billing.workings import STAGE_KINDS
from billcore.contract.contract import Contract
from billcore.contract.lines import ContractLine
from billcore.contract.measures import Milestones, PointInTime
from billcore.contract.parties import Customer, LegalEntity
from billcore.contract.resolution import ResolvedContract, resolve
from billcore.core.checks import check_date, check_kind, check_mappings
from billcore.core.errors import BillcoreError, DocumentError, NotApplicable
from billcore.core.findings import Finding, finding_of
from billcore.core.value import Value
from billcore.invoice.assembly import assemble, billed_lines, parties, questions
from billcore.invoice.invoice import Invoice, InvoiceLine
from billcore.invoice.tax import TaxTable, answer
from billcore.periods.period import Period
from billcore.usage.measured import Measured
from billcore.usage.records import UsageReport


class Rated(Value, frozen=True, kw_only=True):
    """A contract with everything rated that can be known through a date.

    Attributes:
        resolved, schedule: What was rated.
        charges: Every fixed charge of the term, and usage whose service period ends on or before the date; by line.
        missing: Rows whose service is over and whose usage was not passed.
        findings: What is wrong with usage records.
        windows: The contract's billing periods, where it has a contract stage.
        settled: (period, due date) of each whose minimum, true-up and overage are known.
    """

    resolved: ResolvedContract
    schedule: BillingSchedule
    charges: tuple[Charge, ...]
    missing: tuple[ScheduleRow, ...]
    findings: tuple[Finding, ...] = ()
    windows: tuple[Period, ...] = ()
    settled: tuple[tuple[Period, date], ...] = ()


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
        wanted = (line.contract, line.line, line.component, line.service, line.terms)
        for charge in self.rated.charges:
            if (charge.contract, charge.line_id, charge.component, charge.service, charge.terms) == wanted:
                return charge
        return None


def rate_contract(
    contract: Contract,
    *,
    usage: Usage | None = None,
    delivered: Mapping[str, Mapping[str, date]] | None = None,
    through: date,
    standing: Sequence[BilledLine] = (),
) -> Rated:
    """Resolve, schedule and rate a contract.

    Args:
        usage: Line -> start of service period -> quantity.
        delivered: Line -> milestone id -> day reached; what is reached after ``through`` is not known yet.
        through: Service counts to the end of this day.
        standing: The contract's issued lines, for commitments that count what was invoiced.

    Raises: as `resolve`, `schedule` and `read_usage`.
    """
    resolved = resolve(contract)
    _check_deliveries(contract, delivered or {})
    known = {
        line: {name: day for name, day in days.items() if day <= through} for line, days in (delivered or {}).items()
    }
    plan = schedule(contract, resolved, known)
    metered = [line.id for line in resolved.lines if line.component == "usage"]
    quantities, findings = _measured(contract, resolved, plan, usage or {}, metered)
    charges: list[Charge] = []
    missing: list[ScheduleRow] = []
    for line in resolved.lines:
        rows = [row for row in plan.rows if row.line == line.id]
        rows.sort(key=lambda row: row.ordinal)
        if line.component == "usage":
            over = [row for row in rows if row.service.last_day <= through]
            rated, absent = usage_charges(contract, line, over, quantities[line.id])
            charges.extend(rated)
            missing.extend(absent)
        else:
            charges.extend(fixed_charges(contract, line, rows))
    staged = staged_charges(contract, plan, charges, standing)
    return Rated(
        resolved=resolved,
        schedule=plan,
        charges=staged.charges,
        missing=tuple(missing),
        findings=findings,
        windows=staged.windows,
        settled=staged.settled,
    )


def _measured(
    contract: Contract, resolved: ResolvedContract, plan: BillingSchedule, usage: Usage, metered: list[str]
) -> tuple[dict[str, dict[date, Measured]], tuple[Finding, ...]]:
    """Key usage by line and start of the service period: quantities as passed, reports as measured."""
    written = {line: told for line, told in usage.items() if isinstance(told, Mapping)}
    found = read_usage(written, metered, plan.rows)
    findings: list[Finding] = []
    for line, told in usage.items():
        if isinstance(told, Mapping):
            continue
        if line not in metered:
            read_usage({line: {}}, metered, plan.rows)  # refuses the line by its name
        found[line], problems = measured_rows(contract, resolved.line(line), plan.rows, told)
        findings.extend(problems)
    return found, tuple(findings)


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


def _check_deliveries(contract: Contract, delivered: Mapping[str, Mapping[str, date]]) -> None:
    """Refuse a delivery that no line awaits: it would be lost in silence."""
    awaited = {line.id: _awaited(line) for line in contract.lines}
    for line, days in delivered.items():
        for milestone in days:
            if milestone not in awaited.get(line, frozenset()):
                known = [f"{name} {step}".strip() for name, steps in awaited.items() for step in sorted(steps)]
                raise DocumentError(
                    "delivery-unknown",
                    found=f"a delivery of {line} {milestone}".strip(),
                    expected=f"one of {', '.join(known[:10])}" if known else "no delivery: no line awaits one",
                    path="delivered",
                )


def _awaited(line: ContractLine) -> frozenset[str]:
    """The milestones that a line is billed on or earned by; the empty one is the whole of a point in time."""
    steps = {step.id for step in line.milestones}
    if isinstance(line.revenue, Milestones):
        steps |= {step.id for step in line.revenue.steps}
    return frozenset(steps | ({""} if isinstance(line.revenue, PointInTime) else set()))


def bill(
    contract: Contract,
    *,
    usage: Usage | None = None,
    delivered: Mapping[str, Mapping[str, date]] | None = None,
    through: date,
    billed: Billed | None = None,
    taxes: Taxes | None = None,
    entity: LegalEntity | None = None,
    customer: Customer | None = None,
) -> BillRun:
    """Work out what a contract asks for: what should stand billed through a date, minus what stands billed.

    Args:
        contract: What was agreed.
        usage: Line -> start of service period (or ``YYYY-MM``) -> quantity, or line -> usage reports with records. A
            period without usage holds its line.
        delivered: Line -> milestone id -> day reached.
        through: Invoice dates up to and including this day. Corrections are dated this day.
        billed: What stands billed; nothing where absent.
        taxes: What answers tax questions; absent, documents bear no tax (a what-if).
        entity, customer: Copied onto the documents.

    Returns: a run whose ``next_billed``, passed in again, gives nothing.
    Rounding: each charge once, each tax once; totals are sums.
    Raises: DocumentError ``date-malformed``, ``usage-period-unknown``, ...; NotApplicable
        ``billed-periods-differ``, ``cadence-does-not-divide``, ...; MissingInput ``tax-row-missing``.
    Source: rules 5.
    """
    _check_arguments(contract, usage, delivered, through)
    for given, kind, name, hint in (
        (billed, Billed, "billed", "Pass run.next_billed of the run before."),
        (taxes, Taxes, "taxes", ""),
        (entity, LegalEntity, "entity", ""),
        (customer, Customer, "customer", ""),
    ):
        if given is not None:
            check_kind(given, kind, name, hint=hint)
    billed = billed if billed is not None else Billed()
    standing = billed.of_contract(contract.id)
    rated = rate_contract(contract, usage=usage, delivered=delivered, through=through, standing=standing)
    held, findings = _held_lines(contract, rated, through)
    due = [
        charge
        for charge in rated.charges
        if charge.invoice_date is not None and charge.invoice_date <= through and charge.line_id not in held
    ]
    order = {line.id: number for number, line in enumerate(rated.resolved.lines)}
    due.sort(
        key=lambda charge: (
            charge.invoice_date or through,
            charge.kind in STAGE_KINDS,  # what the contract adds stands behind what it adds to
            order[charge.line_id],
            charge.row.ordinal,
        )
    )
    planned = {(r.line, r.component, r.service.start, r.service.end) for r in rated.schedule.rows}
    planned |= {stage_key(window) for window in rated.windows}
    settled = frozenset(stage_key(window) for window, due_on in rated.settled if due_on <= through)
    _check_currency(contract, standing)
    differences = difference(due, standing, planned=frozenset(planned), kept=frozenset(held), settled=settled)
    answers = None
    if taxes is not None:
        asked = questions(differences, jurisdiction=taxes.jurisdiction, tax_classes=taxes.tax_classes)
        answers = {one.key: answer(taxes.table, one, contract.rounding) for one in asked}
    documents = assemble(
        contract, differences, standing, through=through, answers=answers, texts=parties(entity, customer)
    )
    return BillRun(
        contract=contract.id,
        through=through,
        rated=rated,
        invoices=tuple(one for one in documents if one.kind == "invoice"),
        credit_memos=tuple(one for one in documents if one.kind == "credit_memo"),
        findings=(*rated.findings, *findings),
        next_billed=billed.plus(line for document in documents for line in billed_lines(document)),
    )


def _held_lines(contract: Contract, rated: Rated, through: date) -> tuple[set[str], tuple[Finding, ...]]:
    """Lines with a due row whose usage is missing: the line is held, the rest of the invoice goes."""
    findings, held = [], set()
    for row in rated.missing:
        if row.invoice_date is not None and row.invoice_date <= through:
            held.add(row.line)
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
    return held, tuple(findings)


def outcome(contract: Contract, error: BillcoreError) -> Finding:
    """What a batch says of a contract that could not be billed."""
    return finding_of(error, subject=contract.id)
