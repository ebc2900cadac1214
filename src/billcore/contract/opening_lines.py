"""What is known of a line before any amendment: from when it is served and billed, and where its periods count from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from billcore.contract.line_book import LineBook
from billcore.contract.lines import ContractLine
from billcore.core.errors import DocumentError, LimitExceeded, NotApplicable
from billcore.periods.days import out_of_range
from billcore.periods.frequency import Frequency

if TYPE_CHECKING:
    from billcore.contract.contract import Contract


def opening_book(
    contract: Contract,
    line: ContractLine,
    others: Mapping[str, LineBook],
    *,
    start: date | None = None,
    known_on: date | None = None,
) -> LineBook:
    """Open the book of a line.

    Args:
        contract: For what the line leaves to it.
        others: Books of lines that stand before it, for its base.
        start: First day of a line that an amendment adds and that has no dates of its own.
        known_on: When an added line became known.

    Raises: NotApplicable ``trial-outside-line``; DocumentError ``line-unknown``.
    """
    first = line.period.start if line.period is not None else start or contract.term.start
    own_end = line.period.end if line.period is not None else None
    planned_end = own_end or contract.term.end
    # What renews by itself goes on behind its first term, and so may a trial.
    open_end = date.max if contract.renewal is not None else planned_end
    billed_from = _billed_from(line, first, own_end or open_end)
    every = line.billed_every or contract.billed_every
    is_whole = line.billed in ("once", "on_milestone")
    return LineBook(
        line=line,
        start=first,
        billed_from=billed_from,
        own_end=own_end,
        planned_end=planned_end,
        every=Frequency(unit="once") if is_whole else every,
        anchor=line.anchor or contract.anchor,
        stub=contract.stub,
        count_from=_count_from(contract, line, others, first, billed_from),
        origin=billed_from,
        known_on=known_on,
    )


def check_bases(lines: Sequence[ContractLine]) -> None:
    """Refuse an add-on of a line that is not there, and lines that are add-ons of one another in a circle.

    Raises: DocumentError ``line-unknown``, ``base-unknown``.
    """
    bases = {line.id: line.base for line in lines}
    sound: set[str] = set()
    for number, line in enumerate(lines):
        path: dict[str, None] = {}
        name: str | None = line.id
        while name is not None and name not in sound:
            if name not in bases:
                raise DocumentError(
                    "line-unknown",
                    found=f"base {name}",
                    expected=f"one of {', '.join(list(bases)[:10])}",
                    path=f"lines[{number}].base",
                )
            if name in path:
                raise DocumentError(
                    "base-unknown",
                    found=f"lines that are add-ons of one another: {', '.join(list(path)[:10])}",
                    expected="a base that is no add-on of its own add-on",
                    path=f"lines[{number}].base",
                )
            path[name] = None
            name = bases[name]
        sound.update(path)


def _billed_from(line: ContractLine, start: date, end: date) -> date:
    if line.trial is None:
        return start
    try:
        until = line.trial.until if line.trial.until is not None else start + timedelta(days=line.trial.days or 0)
    except OverflowError:
        raise _beyond() from None
    if not start < until < end:
        raise NotApplicable(
            "trial-outside-line",
            found=f"a trial until {until}",
            expected=f"a first billed day after {start} and before {end}",
            path="trial",
        )
    return until


def _beyond() -> LimitExceeded:
    return out_of_range("a trial that ends outside the calendar")


def _count_from(
    contract: Contract, line: ContractLine, others: Mapping[str, LineBook], start: date, billed_from: date
) -> date:
    if line.aligned_to == "contract":
        return contract.term.start
    if line.aligned_to == "base" and line.base is not None:
        if line.base not in others:
            raise DocumentError(
                "line-unknown",
                found=f"base {line.base}",
                expected="the id of a line that is written before its add-ons",
                path="base",
            )
        return others[line.base].count_from
    return start if line.trial is not None and line.trial.billing_from == "start" else billed_from
