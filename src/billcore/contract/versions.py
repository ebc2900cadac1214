"""What a contract was, or will be, on a day, as known at an instant; versions are values, and none is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from billcore.contract.changes import (
    AddLine,
    AnyChange,
    ChangeBilling,
    ChangeDates,
    ChangeDiscounts,
    ChangePrice,
    ChangeQuantity,
    RemoveLine,
)
from billcore.contract.history import ContractHistory, history_of
from billcore.contract.line_history import LineHistory
from billcore.contract.lines import ContractLine
from billcore.core.checks import check_date, check_kind
from billcore.core.document import Document
from billcore.core.errors import NotApplicable
from billcore.periods.period import Period
from billcore.periods.zones import check_instant

if TYPE_CHECKING:
    from billcore.contract.contract import Contract


@dataclass(frozen=True, kw_only=True)
class ContractVersion:
    """A contract on days on which nothing of it changes.

    Attributes:
        period: The days.
        contract: What it says on them: lines without amendments.
        amendments: Ids of the amendments that took hold on the first of them.
    """

    period: Period
    contract: Contract
    amendments: tuple[str, ...]


def as_of(contract: Contract, effective: date, known_at: datetime | None = None) -> Contract:
    """Give the terms in force on a day, as known at an instant.

    Returns: the contract with the lines that are served on the day, as they are then, and without amendments.
    Raises: DocumentError ``date-malformed``, ``instant-naive``; NotApplicable ``nothing-in-force``.
    """
    check_date(effective, "effective")
    if known_at is not None:
        check_instant(known_at, "as_known_at")
    found = _on(contract, history_of(contract, known_at=known_at, horizon=effective), effective)
    if found is None:
        raise NotApplicable(
            "nothing-in-force",
            found=f"no line of contract {contract.id} on {effective}",
            expected="a day on which a line is served",
            path="effective",
        )
    return found


def versions(
    contract: Contract, known_at: datetime | None = None, horizon: date | None = None
) -> tuple[ContractVersion, ...]:
    """Every version of a contract, in order of its days.

    Args:
        known_at: As known at this instant; None takes everything.
        horizon: How far a contract that renews by itself is looked at.
    """
    if known_at is not None:
        check_instant(known_at, "as_known_at")
    if horizon is not None:
        check_date(horizon, "horizon")
    history = history_of(contract, known_at=known_at, horizon=horizon)
    days = sorted(
        {day for line in history.lines for one in line.stretches for day in (one.period.start, one.period.end)}
    )
    found = []
    for start, end in pairwise(days):
        version = _on(contract, history, start)
        if version is not None:
            names = tuple(one.id for one in history.amendments if one.effective == start)
            found.append(ContractVersion(period=Period(start=start, end=end), contract=version, amendments=names))
    return tuple(found)


def _on(contract: Contract, history: ContractHistory, day: date) -> Contract | None:
    lines = [line for one in history.lines if (line := _line_on(one, day, history.term)) is not None]
    if not lines:
        return None
    ids = {line.id for line in lines}
    lines = [
        line if line.base in ids or line.base is None else line.revised(base=None, aligned_to="line") for line in lines
    ]
    return contract.revised(lines=lines, amendments=(), renewal=None, term=history.term, stage=_stage(contract, lines))


def _standing_alone(line: ContractLine) -> ContractLine:
    """An add-on whose base is not served on the day."""
    return line.revised(base=None, aligned_to="line" if line.aligned_to == "base" else line.aligned_to)


def _stage(contract: Contract, lines: Iterable[ContractLine]) -> object:
    """The contract stage, where every line that it names is served on the day; else it cannot be told alone."""
    if contract.stage is None:
        return None
    there = {line.id for line in lines}
    named = {name for scope in contract.stage.scopes() for name in scope.lines}
    return contract.stage if named <= there else None


def _line_on(history: LineHistory, day: date, term: Period) -> ContractLine | None:
    stretch = next((one for one in history.stretches if day in one.period), None)
    if stretch is None:
        return None
    first, last = history.stretches[0].period.start, history.stretches[-1].period.end
    whole = Period(start=first, end=last)
    cadence = stretch.cadence
    return stretch.line.revised(
        period=None if whole == term else whole,
        billed_every=cadence.every if cadence.every.recurs else stretch.line.billed_every,
        anchor=cadence.anchor if cadence.anchor.kind != "contract_start" else stretch.line.anchor,
        billed=cadence.billed,
        trial=None,
        ramp=(),
    )


def rewritten(contract: Contract, changes: Iterable[AnyChange]) -> Contract:
    """The contract as if the changes had been agreed from the start: a what-if, not an amendment.

    Raises: DocumentError ``line-unknown``; NotApplicable ``change-does-not-fit`` for what has no beginning to be
        rewritten: cancel, pause, resume, notice.
    """
    for number, change in enumerate(changes):
        check_kind(
            change, Document, f"changes[{number}]", hint="Write a change: Change.quantity(...), Change.price(...)."
        )
        if isinstance(change, AddLine):
            contract = contract.revised(lines=[*contract.lines, change.line])
        elif isinstance(change, RemoveLine):
            contract.line(change.line)
            contract = contract.revised(lines=[line for line in contract.lines if line.id != change.line])
        elif isinstance(change, ChangeDates) and change.line is None:
            term = Period(start=contract.term.start, end=change.end or contract.term.end)
            contract = contract.revised(term=term)
        elif isinstance(change, ChangeBilling) and change.line is None:
            fields = {"billed_every": change.billed_every, "anchor": change.anchor}
            contract = contract.revised(**{name: value for name, value in fields.items() if value is not None})
        elif isinstance(change, ChangeQuantity | ChangePrice | ChangeDiscounts | ChangeBilling | ChangeDates):
            contract = contract.with_line(change.line or "", **_fields(contract, change))
        else:
            raise NotApplicable(
                "change-does-not-fit",
                found=f"a change of kind {change.kind}",
                expected="a change of lines, prices, quantities, discounts, billing or dates",
                path=f"changes[{number}]",
                hint="Amend the contract: contract.amended(change, effective=..., known_at=...).",
            )
    return contract


def _fields(
    contract: Contract, change: ChangeQuantity | ChangePrice | ChangeDiscounts | ChangeBilling | ChangeDates
) -> dict[str, object]:
    if isinstance(change, ChangeQuantity):
        return {"quantity": change.quantity}
    if isinstance(change, ChangeDiscounts):
        return {"discounts": change.discounts}
    if isinstance(change, ChangeDates):
        now = contract.line(change.line or "").period or contract.term
        return {"period": Period(start=change.start or now.start, end=change.end or now.end)}
    fields: dict[str, object]
    if isinstance(change, ChangeBilling):
        fields = {"billed_every": change.billed_every, "anchor": change.anchor, "billed": change.billed}
    else:
        fields = {"quantity": change.quantity, "modifiers": change.modifiers}
    found = {name: value for name, value in fields.items() if value is not None}
    return found | ({"price": change.price, "price_origin": None} if isinstance(change, ChangePrice) else {})
