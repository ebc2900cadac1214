"""What can be rated of a contract through a date: every charge that is known, and what is missing for the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from billcore.billing.billed import BilledLine
from billcore.billing.charge import Charge
from billcore.billing.charges import fixed_charges, left_below_zero, usage_charges
from billcore.billing.line_counts import LineCounts
from billcore.billing.reported_usage import measured_rows
from billcore.billing.schedule_row import ScheduleRow
from billcore.billing.scheduling import BillingSchedule, schedule
from billcore.billing.staging import staged_charges
from billcore.billing.usage import Usage, read_usage
from billcore.contract.contract import Contract
from billcore.contract.lines import ContractLine
from billcore.contract.measures import Milestones, PointInTime
from billcore.contract.resolution import resolve
from billcore.contract.resolved import ResolvedContract, ResolvedLine
from billcore.core.errors import DocumentError, NotApplicable
from billcore.core.findings import Finding, finding_of
from billcore.core.ratio import decimal_text
from billcore.core.value import Value
from billcore.periods.period import Period
from billcore.usage.measured import Measured

# What was used and has no price by the contract: the line waits for a decision, the rest of the invoice goes.
HOLDING = frozenset({"charge-negative", "quantity-negative", "matrix-unmatched", "division-by-zero"})


class Rated(Value, frozen=True, kw_only=True):
    """A contract with everything rated that can be known through a date.

    Attributes:
        resolved, schedule: What was rated.
        charges: Every fixed charge of the term, and usage whose service period ends on or before the date; by line.
        missing: Rows whose service is over and whose usage was not passed, or has no price.
        refused: For each line whose usage has no price, why; all of its rows are missing.
        findings: What is wrong with usage records.
        windows: The contract's billing periods, where it has a contract stage.
        settled: (period, due date) of each whose minimum, true-up and overage are known.
    """

    resolved: ResolvedContract
    schedule: BillingSchedule
    charges: tuple[Charge, ...]
    missing: tuple[ScheduleRow, ...]
    findings: tuple[Finding, ...] = ()
    refused: tuple[tuple[str, Finding], ...] = ()
    windows: tuple[Period, ...] = ()
    settled: tuple[tuple[Period, date], ...] = ()


def rate_contract(
    contract: Contract,
    *,
    usage: Usage | None = None,
    delivered: Mapping[str, Mapping[str, date]] | None = None,
    through: date,
    standing: Sequence[BilledLine] = (),
    known_by: date | None = None,
    known_at: datetime | None = None,
) -> Rated:
    """Resolve, schedule and rate a contract.

    Args:
        usage: Line -> start of service period -> quantity.
        delivered: Line -> milestone id -> day reached; what is reached after ``through`` is not known yet.
        through: Service counts to the end of this day.
        standing: The contract's issued lines, for commitments that count what was invoiced.
        known_by, known_at: Amendments that became known later are left out; None takes all.

    Raises: as `resolve`, `schedule` and `read_usage`.
    """
    horizon = None if through == date.max else through  # the last day of the calendar asks for what is agreed now
    resolved = resolve(contract, known_by=known_by, known_at=known_at, horizon=horizon)
    _check_deliveries(contract, delivered or {})
    known = {
        line: {name: day for name, day in days.items() if day <= through} for line, days in (delivered or {}).items()
    }
    plan = schedule(resolved, known)
    stretches = resolved.by_line()
    metered = [name for name, lines in stretches.items() if any(line.component == "usage" for line in lines)]
    quantities, findings = _measured(contract, resolved, plan, usage or {}, metered)
    rows_of = _rows_by_line(plan)
    charges: list[Charge] = []
    missing: list[ScheduleRow] = []
    refused: list[tuple[str, Finding]] = []
    for name, lines in stretches.items():
        found = _rate_line(contract, lines, rows_of.get(name, []), quantities.get(name, {}), through)
        charges.extend(found.charges)
        missing.extend(found.missing)
        findings = (*findings, *found.findings)
        if found.refused is not None:
            refused.append((name, found.refused))
    staged = staged_charges(contract, resolved, plan, charges, standing)
    return Rated(
        resolved=resolved,
        schedule=plan,
        charges=staged.charges,
        missing=tuple(missing),
        findings=findings,
        refused=tuple(refused),
        windows=staged.windows,
        settled=staged.settled,
    )


class _RatedLine(Value, frozen=True, kw_only=True):
    charges: tuple[Charge, ...]
    missing: tuple[ScheduleRow, ...]
    findings: tuple[Finding, ...] = ()
    refused: Finding | None = None


def _rows_by_line(plan: BillingSchedule) -> dict[str, list[ScheduleRow]]:
    found: dict[str, list[ScheduleRow]] = {}
    for row in plan.rows:
        found.setdefault(row.line, []).append(row)
    for rows in found.values():
        rows.sort(key=lambda row: row.ordinal)
    return found


def _rate_line(
    contract: Contract,
    lines: Sequence[ResolvedLine],
    rows: Sequence[ScheduleRow],
    quantities: Mapping[date, Measured],
    through: date,
) -> _RatedLine:
    """Rate a line, stretch by stretch; what one stretch used of discounts and tiers the next one knows."""
    charges: list[Charge] = []
    missing: list[ScheduleRow] = []
    findings: tuple[Finding, ...] = ()
    counts = LineCounts()
    by_stretch: dict[int, list[ScheduleRow]] = {}
    for row in rows:
        by_stretch.setdefault(row.stretch, []).append(row)
    over = [row for row in rows if row.service.last_day <= through]
    try:
        for line in lines:
            mine = by_stretch.get(line.stretch, [])
            if line.component != "usage":
                charges.extend(fixed_charges(contract, line, mine, counts))
                continue
            ended = [row for row in mine if row.service.last_day <= through]
            rated, absent = usage_charges(contract, line, ended, quantities, counts)
            charges.extend(rated)
            missing.extend(absent)
    except NotApplicable as error:
        if error.code not in HOLDING or all(line.component != "usage" for line in lines):
            raise
        refused = finding_of(error, owner="engineering", subject=contract.id)
        return _RatedLine(charges=(), missing=tuple(over), refused=refused)
    last = lines[-1]
    is_over = last.component == "usage" and bool(rows) and len(over) == len(rows) and not missing
    if is_over and last.modifiers.negative == "carry":
        findings = tuple(_left_over(contract, last, charges))
    return _RatedLine(charges=tuple(charges), missing=tuple(missing), findings=findings)


def _left_over(contract: Contract, line: ResolvedLine, charges: Sequence[Charge]) -> Iterator[Finding]:
    """Tell what the last period of a line carries to a next one that does not come."""
    left = left_below_zero(charges)
    if left[0]:
        yield Finding(
            code="carried-left",
            owner="finance",
            severity="warning",
            path=f"usage.{line.id}",
            found=f"{decimal_text(left)} {line.currency} below zero behind the last period",
            expected="charges that take what is carried",
            hint="Give it back by an agreement of its own, or write negative=credit.",
            subject=contract.id,
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
        found[line], problems = measured_rows(contract, resolved.by_line()[line], plan.rows, told)
        findings.extend(problems)
    return found, tuple(findings)


def _check_deliveries(contract: Contract, delivered: Mapping[str, Mapping[str, date]]) -> None:
    """Refuse a delivery that no line awaits: it would be lost in silence."""
    awaited = {line.id: _awaited(line) for line in contract.every_line()}
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
