"""What a contract has earned through a date: price, allocation, schedule, and the rows to post now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from billcore.contract.contract import Contract
from billcore.core.checks import check_date, check_kind, check_mappings
from billcore.core.errors import NotApplicable
from billcore.core.value import Value
from billcore.engine.rated_contract import Rated
from billcore.revrec.allocations import allocate
from billcore.revrec.obligations import obligations
from billcore.revrec.recognition import due_rows
from billcore.revrec.schedules import RevenueRow, RevenueSchedule, revenue_schedule


class RecognitionRun(Value, frozen=True, kw_only=True):
    """What a contract has earned.

    Attributes:
        schedule: Everything it will earn, as known now.
        rows: What is to be posted now.
    """

    contract: str
    through: date
    schedule: RevenueSchedule
    rows: tuple[RevenueRow, ...]


def recognize(
    contract: Contract,
    rated: Rated,
    *,
    delivered: Mapping[str, Mapping[str, date]] | None = None,
    through: date,
    recognized: Sequence[RevenueRow] = (),
) -> RecognitionRun:
    """Work out what a contract has earned: entitled to date minus recognized to date.

    Args:
        contract: With its enforceable term and a measure on every line.
        rated: The same contract rated through the same day (`BillRun.rated`): invoices and revenue come from one price.
        delivered: Line -> milestone id -> day reached.
        through: Posting dates up to and including this day.
        recognized: The contract's rows that stand posted.

    Rounding: each row on the cumulative; allocation by largest remainder.
    Raises: MissingInput ``enforceable-term-missing``, ``revenue-treatment-missing``, ``ssp-missing``,
        ``judgement-missing``; NotApplicable ``enforceable-term-shorter``, ``measure-does-not-fit``,
        ``obligation-measures-differ``, ``service-months-not-whole``, ``modification-untreated``;
        InvariantBroken ``revenue-schedule-mismatch``.
    Source: rules 7.
    """
    check_kind(contract, Contract, "contract")
    check_kind(rated, Rated, "rated", hint="Pass run.rated of the bill run.")
    check_date(through, "through")
    if delivered is not None:
        check_mappings(delivered, "delivered")
    _check_unchanged(contract, rated)
    promised = obligations(contract, rated.charges)
    known = {
        line: {name: day for name, day in days.items() if day <= through} for line, days in (delivered or {}).items()
    }
    planned = revenue_schedule(
        contract.id,
        allocate(promised, contract.currency),
        rated.charges,
        known,
        currency=contract.currency,
        mode=contract.rounding,
    )
    missing = {row.line for row in rated.missing}
    # A fact that is not told any more takes nothing back: absent usage is not zero, absent deliveries are not undone.
    in_part = {line.obligation_id for line in contract.lines if line.id in missing}
    in_part |= {one.id for one in promised if one.treatment in ("point_in_time", "milestones")}
    rows = due_rows(planned, recognized, through, known_in_part=in_part)
    return RecognitionRun(contract=contract.id, through=through, schedule=planned, rows=rows)


def is_changed(contract: Contract, rated: Rated) -> bool:
    """Whether an amendment or a renewal made another contract of it: how its revenue goes on is a judgement."""
    is_renewed = contract.renewal is not None and rated.resolved.term.days != contract.term.days
    return bool(rated.resolved.amended) or is_renewed


def _check_unchanged(contract: Contract, rated: Rated) -> None:
    if is_changed(contract, rated):
        changed = ", ".join(rated.resolved.amended) or f"until {rated.resolved.term.end}"
        raise NotApplicable(
            "modification-untreated",
            found=f"a contract that was amended or renewed ({changed})",
            expected="the contract as it was agreed",
            path=f"contract {contract.id}",
            hint="It is billed; its revenue is held until the treatment of the modification is recorded.",
        )
