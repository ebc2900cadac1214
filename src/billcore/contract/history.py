"""What a contract says on each day, as known at some point: for each line the stretches on which nothing changes.

Amendments are read in the order in which they became known and laid out by the days from which they hold. Versions are
values: the same contract seen with other knowledge is another history, and none is lost. Source: rules 2 and 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from billcore.contract.amendments import Amendment
from billcore.contract.line_history import LineHistory, line_history
from billcore.contract.opening_lines import check_bases, opening_book
from billcore.contract.ramps import check_ramp
from billcore.contract.reading_amendments import Reader, TermBook
from billcore.contract.renewals import agreed_events, term_end
from billcore.core.errors import BillcoreError, MissingInput
from billcore.periods.period import Period

if TYPE_CHECKING:
    from billcore.contract.contract import Contract


@dataclass(frozen=True, kw_only=True)
class ContractHistory:
    """A contract through its life, as known at some point.

    Attributes:
        term: As amended, and as renewed as far as was asked for.
        lines: In the order in which they were written, added ones behind.
        amendments: Those that were known and accepted, in the order in which they became known.
        idle: (amendment id, number of the change in it) of each change that changes nothing.
    """

    term: Period
    lines: tuple[LineHistory, ...]
    amendments: tuple[Amendment, ...] = ()
    idle: tuple[tuple[str, int], ...] = ()

    def line(self, line_id: str) -> LineHistory:
        """The history of a line; ids come from the same contract, so it is there."""
        return next(one for one in self.lines if one.line.id == line_id)


def history_of(
    contract: Contract,
    *,
    known_by: date | None = None,
    known_at: datetime | None = None,
    horizon: date | None = None,
) -> ContractHistory:
    """Lay out what a contract says on each day.

    Args:
        contract: With its amendments; held ones change nothing.
        known_by: Amendments that became known later than this local day are left out; None takes all.
        known_at: The same to the instant.
        horizon: Day through which a contract that renews by itself is laid out; None stops at its first term.

    Raises: MissingInput ``zone-missing``; NotApplicable ``amendment-before-term``, ``line-ended``, ``line-not-begun``,
        ``line-outside-term``, ``line-paused``, ``line-not-paused``, ``change-does-not-fit``,
        ``period-ends-before-start``, ``trial-outside-line``, ``ramp-gap``, ``ramp-overlap``, ``ramp-off-boundary``,
        ``uplift-does-not-fit``; DocumentError ``id-repeated``, ``line-unknown``.
    Source: rules 2 and 5.
    """
    reader, known = _read(contract, known_by, known_at)
    end = term_end(contract, reader.term, horizon)
    lines = []
    for book in reader.lines.values():
        book.events.extend(agreed_events(contract, book, end.renewals))
        try:
            lines.append(line_history(book, end.of_line(book)))
        except BillcoreError as error:
            raise error.inside(f"lines[{len(lines)}]") from None
    last = [one.stretches[-1].period.end for one in lines if one.stretches]
    day = max([end.day, *last]) if end.open_from is not None else end.day
    return ContractHistory(
        term=Period(start=contract.term.start, end=max(day, _day_after(contract.term.start))),
        lines=tuple(lines),
        amendments=known,
        idle=reader.idle_changes(),
    )


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _read(contract: Contract, known_by: date | None, known_at: datetime | None) -> tuple[Reader, tuple[Amendment, ...]]:
    """Read the amendments that were known, in the order in which they became known."""
    term = TermBook(start=contract.term.start, end=contract.term.end)
    reader = Reader(
        term=term,
        lines={},
        policies=contract.changes,
        proration=contract.proration,
        new_book=lambda line, day, known_on: opening_book(contract, line, reader.lines, start=day, known_on=known_on),
        open_end=date.max if contract.renewal is not None else term.end,
        renews=contract.renewal is not None,
    )
    for number, line in enumerate(contract.lines):
        try:
            reader.lines[line.id] = opening_book(contract, line, reader.lines)
            check_ramp(reader.lines[line.id])
        except BillcoreError as error:
            raise error.inside(f"lines[{number}]") from None
    check_bases(contract.lines)
    known: list[Amendment] = []
    for number, amendment in _in_order(contract):
        known_on = amendment.known_on(_zone(contract))
        if (known_by is not None and known_on > known_by) or (known_at is not None and amendment.known_at > known_at):
            continue
        try:
            reader.read(amendment, known_on)
        except BillcoreError as error:
            raise error.inside(f"amendments[{number}]") from None
        known.append(amendment)
    return reader, tuple(known)


def _in_order(contract: Contract) -> list[tuple[int, Amendment]]:
    """Accepted amendments by the instant at which they became known; at one instant, as written."""
    accepted = [(n, one) for n, one in enumerate(contract.amendments) if not one.held_for]
    return sorted(accepted, key=lambda pair: pair[1].known_at)


def _zone(contract: Contract) -> str:
    if contract.zone is None:
        raise MissingInput(
            "zone-missing",
            found="amendments of a contract without a zone",
            expected="the IANA name of the zone in which its days begin",
            path=f"contract {contract.id}",
            hint="Write zone, such as Europe/Berlin: an instant is on another day elsewhere.",
        )
    return contract.zone
