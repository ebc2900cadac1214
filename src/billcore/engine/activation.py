"""What of a contract may run while its activation is awaited, once it came, and when its days have passed.

Pure functions of dates: a host says on which day the first invoice was paid; nothing here looks for the money. A fact
that is not told any more undoes nothing. Source: rules 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from billcore.billing.differences import PieceKey
from billcore.billing.schedule_row import ScheduleRow
from billcore.billing.scheduling import schedule
from billcore.contract.activation import Activation
from billcore.contract.begun import begun_on
from billcore.contract.contract import Contract
from billcore.contract.resolution import resolve
from billcore.core.checks import check_date
from billcore.core.errors import DocumentError, NotApplicable
from billcore.core.findings import Finding
from billcore.engine.gate import Gate, State


def gate_of(
    contract: Contract,
    *,
    activated: date | None,
    through: date,
    delivered: Mapping[str, Mapping[str, date]] | None = None,
) -> Gate:
    """Say what of a contract may run on a day.

    The first invoice's date is the earliest that the contract bills by its terms; the days within which activation
    may come are counted from it, whenever a run makes the invoice.

    Args:
        contract: As agreed.
        activated: The day on which what is awaited came, or None while that is not known.
        through: The run's day; an activation after it is not known yet.
        delivered: Line -> milestone id -> day reached.

    Raises: DocumentError ``activation-unknown`` for a contract that waits for nothing, ``activation-before-start``,
        ``date-malformed``; NotApplicable ``activation-in-arrears`` where a term that begins with its activation bills
        service that lies before the first invoice; as `resolve` and `schedule`.
    Source: rules 5.
    """
    terms = contract.activation
    if activated is not None:
        _check_activated(contract, activated)
    if terms is None:
        return Gate(contract=contract)
    known = {
        line: {name: day for name, day in days.items() if day <= through} for line, days in (delivered or {}).items()
    }
    rows = schedule(resolve(contract, horizon=through), known).rows
    first = min((row.invoice_date for row in rows if row.invoice_date is not None), default=None)
    if first is None:
        return Gate(contract=contract, state="awaited")
    firsts = {_key(row): row for row in rows if row.invoice_date == first}
    if terms.starts == "activation":
        _refuse_arrears(contract, firsts.values(), first)
    last = _last_day(first, terms.within_days)
    if activated is not None and activated <= min(through, last or through):
        return _running(contract, firsts, first, activated, known)
    state: State = "expired" if last is not None and through > last else "awaited"
    told = activated if activated is not None and activated <= through else None
    return Gate(
        contract=contract,
        state=state,
        first=first,
        firsts={key: row.service for key, row in firsts.items()},
        findings=_findings(contract, terms, state, first, last, told, through),
    )


def _last_day(first: date, within_days: int | None) -> date | None:
    """The last day on which activation may come; none where it is awaited for ever."""
    if within_days is None:
        return None
    return first + timedelta(days=min(within_days, (date.max - first).days))


def _check_activated(contract: Contract, activated: date) -> None:
    check_date(activated, "activated")
    if contract.activation is None:
        raise DocumentError(
            "activation-unknown",
            found=f"an activation on {activated}",
            expected="none: the contract waits for nothing",
            path=f"contract {contract.id}",
            hint="Write the contract's activation, or leave the day out.",
        )
    if activated < contract.term.start:
        raise DocumentError(
            "activation-before-start",
            found=str(activated),
            expected=f"a day from {contract.term.start}, the first of the term",
            path=f"contract {contract.id}",
        )


def _refuse_arrears(contract: Contract, firsts: Iterable[ScheduleRow], first: date) -> None:
    for row in firsts:
        if row.service.start < first:
            raise NotApplicable(
                "activation-in-arrears",
                found=f"a first invoice of {first} for service {row.service}",
                expected="a first invoice for service that has not begun",
                path=f"contract {contract.id}, line {row.line}",
                hint="Bill a line in advance or once, or write starts=agreed.",
            )


def _running(
    contract: Contract,
    firsts: Mapping[PieceKey, ScheduleRow],
    first: date,
    activated: date,
    known: Mapping[str, Mapping[str, date]],
) -> Gate:
    terms = contract.activation
    moves = terms is not None and terms.starts == "activation" and activated != contract.term.start
    runs = begun_on(contract, activated) if moves else contract
    if not moves:
        return Gate(contract=runs, first=first)
    there = {(row.line, row.component, row.ordinal): row.service for row in schedule(resolve(runs), known).rows}
    same = {key: there.get((row.line, row.component, row.ordinal)) for key, row in firsts.items()}
    return Gate(
        contract=runs, first=first, firsts={key: service for key, service in same.items() if service is not None}
    )


def _key(row: ScheduleRow) -> PieceKey:
    return (row.line, row.component, row.service.start, row.service.end)


def _findings(
    contract: Contract,
    terms: Activation,
    state: State,
    first: date,
    last: date | None,
    told: date | None,
    through: date,
) -> tuple[Finding, ...]:
    if state == "awaited":
        if first > through:
            return ()
        by = f" by {last}" if last is not None else ""
        return (
            Finding(
                code="activation-awaited",
                owner="finance",
                severity="warning",
                path="activation",
                found=f"no day on which the first invoice, of {first}, was paid",
                expected=f"the payment{by}; service and what is dated later wait for it",
                hint="Pass the day once it is paid.",
                subject=contract.id,
            ),
        )
    what = f"the first invoice, of {first}, paid on {told}" if told else f"the first invoice, of {first}, not paid"
    ends = (
        "the first invoice is credited, unless more stands billed"
        if terms.on_expiry == "withdraw"
        else "the first invoice stays"
    )
    return (
        Finding(
            code="activation-expired",
            owner="finance",
            severity="warning",
            path="activation",
            found=what,
            expected=f"its payment by {last}",
            hint=f"Nothing further is billed; {ends}.",
            subject=contract.id,
        ),
    )
