"""How the events of one line become stretches of days on which nothing about it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from billcore.contract.cadence import Cadence
from billcore.contract.change_policy import ChangePolicy
from billcore.contract.line_book import Event, LineBook
from billcore.contract.lines import ContractLine
from billcore.contract.settlement import Cause, Settlement
from billcore.periods.period import Period


@dataclass(frozen=True, kw_only=True)
class LineStretch:
    """Days of one line on which nothing about it changes.

    Attributes:
        line: What it says on these days.
        period: The days that are billed by it.
        cadence: How they are cut.
        known_on: Day on which these terms became known, or None where they were agreed at the start.
        settle_on: Day before which what begins here within a billing period is not invoiced, or None.
        closed_on: Day on which an amendment that ends these days became known, or None where they end as agreed.
        is_continued: Whether usage of the window before the stretch counts for its tiers.
        is_waived: Whether usage of the window that closes with the stretch is waived.
        close_on: Day before which what ends here within a billing period, in arrears, is not invoiced, or None.
    """

    line: ContractLine
    period: Period
    cadence: Cadence
    known_on: date | None = None
    settle_on: date | None = None
    closed_on: date | None = None
    is_continued: bool = False
    is_waived: bool = False
    close_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class LineHistory:
    """A line through its life.

    Attributes:
        line: As first written.
        plan: The days that it was agreed for, from the first billed one; a price for the term is for these.
        cadence: How it is cut as long as no amendment says otherwise.
        stretches: In order; none where the line was withdrawn before it began.
        settlements: In order of ``since``.
        extended: (day, known): days from ``day`` on were added later, on the day ``known``; as often as it happened.
    """

    line: ContractLine
    plan: Period
    cadence: Cadence
    stretches: tuple[LineStretch, ...]
    settlements: tuple[Settlement, ...] = ()
    extended: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, kw_only=True)
class _State:
    """What holds from a day on."""

    since: date
    line: ContractLine
    cadence: Cadence
    is_paused: bool
    known_on: date | None
    policy: ChangePolicy | None
    cause: Cause | None

    def says_the_same(self, other: _State) -> bool:
        return (
            self.is_paused == other.is_paused
            and self.cadence == other.cadence
            and (self.line is other.line or self.line == other.line)
        )


def line_history(book: LineBook, end: date) -> LineHistory:
    """Lay a line out, from its first billed day to its end.

    Args:
        end: Its exclusive end, as far as it is looked at.
    """
    cadence = book.first_cadence()
    if not cadence.every.recurs and book.end is not None and end > book.billed_from:
        # What is billed once, or on milestones, is not shared by days: it stands whole, or not at all.
        end = max(end, book.planned_end)
    states = _states(book)
    stretches = _stretches(book, states, end)
    return LineHistory(
        line=book.line,
        plan=cadence.plan,
        cadence=cadence,
        stretches=tuple(stretches),
        settlements=tuple(_settlements(book, states, end)),
        extended=tuple(book.extended),
    )


def _states(book: LineBook) -> list[_State]:
    """What holds, from each day on which an event changed it."""
    first = _State(
        since=book.billed_from,
        line=book.line,
        cadence=book.first_cadence(),
        is_paused=False,
        known_on=book.known_on,
        policy=None,
        cause=None,
    )
    states = [first]
    for day, events in groupby(book.in_order(), key=lambda event: max(event.day, book.billed_from)):
        together = list(events)
        state = _after(book, states[-1], day, together)
        if state.says_the_same(states[-1]):
            # Several changes of one day may correct one another; one alone that changes nothing is told.
            if len(together) == 1 and together[0].cause is not None:
                book.idle.add(together[0].order)
            continue
        if day == states[-1].since:
            states[-1] = state
        else:
            states.append(state)
    return states


def _after(book: LineBook, state: _State, day: date, events: Sequence[Event]) -> _State:
    line, cadence, paused = state.line, state.cadence, state.is_paused
    known_on, policy, cause = state.known_on, state.policy, state.cause
    for event in events:
        if event.revise is not None:
            line = event.revise(line)
        if event.billing is not None:
            cadence = book.next_cadence(cadence, event.billing, day)
        if event.kind in ("pause", "resume"):
            paused = event.kind == "pause"
        if event.known_on is not None:
            known_on = max(event.known_on, known_on or event.known_on)
            policy, cause = event.policy, event.cause
        else:
            policy, cause = None, None
    return _State(
        since=day, line=line, cadence=cadence, is_paused=paused, known_on=known_on, policy=policy, cause=cause
    )


def _stretches(book: LineBook, states: Sequence[_State], end: date) -> list[LineStretch]:
    found: list[LineStretch] = []
    for number, state in enumerate(states):
        until = states[number + 1].since if number + 1 < len(states) else end
        until = min(until, end)
        if state.is_paused or state.since >= until:
            continue
        before = states[number - 1] if number else None
        closing = _closing(book, states, number, end)
        kept = until if closing is None else _kept_until(book, state, until, closing, end)
        found.append(
            LineStretch(
                line=state.line,
                period=Period(start=state.since, end=kept),
                cadence=state.cadence,
                known_on=state.known_on,
                settle_on=_settle_on(state, before, end),
                closed_on=_closed_on(book, states, number, end),
                is_continued=before is not None
                and not before.is_paused
                and before.cadence == state.cadence
                and state.line.on_change == "continue",
                is_waived=until == end and book.end is not None and book.end.policy.closing_usage == "waive",
                close_on=_close_on(state, until, closing),
            )
        )
    return found


def _closing(book: LineBook, states: Sequence[_State], number: int, end: date) -> ChangePolicy | None:
    """The policy of what ends a stretch, where it is an amendment."""
    if number + 1 < len(states) and states[number + 1].since < end:
        return states[number + 1].policy
    return book.end.policy if book.end is not None and book.end.is_early else None


def _closed_on(book: LineBook, states: Sequence[_State], number: int, end: date) -> date | None:
    """When the amendment that ends a stretch became known."""
    after = states[number + 1] if number + 1 < len(states) else None
    if after is not None and after.since < end:
        return after.known_on if after.policy is not None else None
    return book.end.known_on if book.end is not None and book.end.is_early else None


def _kept_until(book: LineBook, state: _State, until: date, closing: ChangePolicy, end: date) -> date:
    """Where nothing is credited, a period that was billed in advance stands to its end."""
    recurs = state.cadence.every.recurs and not state.line.is_metered
    if closing.credit != "none" or state.cadence.billed != "in_advance" or not recurs:
        return until
    agreed = book.own_end if book.own_end is not None else max(end, book.planned_end)
    return max(until, state.cadence.boundary_on_or_after(until, agreed))


def _close_on(state: _State, until: date, closing: ChangePolicy | None) -> date | None:
    if closing is None or closing.closing_invoice == "now" or not state.cadence.every.recurs:
        return None
    return state.cadence.boundary_on_or_after(until, date.max)


def _settle_on(state: _State, before: _State | None, end: date) -> date | None:
    if state.policy is None or state.policy.invoice == "now":
        return None
    return (before or state).cadence.boundary_on_or_after(state.since, end)


def _settlements(book: LineBook, states: Sequence[_State], end: date) -> list[Settlement]:
    found = []
    for before, state in pairwise(states):
        if state.policy is not None and state.known_on is not None:
            on = _settle_on(state, before, end) or state.since
            found.append(_settlement(book, state.since, state.policy, max(on, state.known_on), state.cause))
    if book.end is not None and book.end.is_early:
        on = end
        if book.end.policy.invoice == "next":
            on = states[-1].cadence.boundary_on_or_after(end, max(end, book.planned_end))
        found.append(_settlement(book, end, book.end.policy, max(on, book.end.known_on), book.end.cause))
    return sorted(found, key=lambda one: one.since)


def _settlement(book: LineBook, since: date, policy: ChangePolicy, settle_on: date, cause: Cause | None) -> Settlement:
    return Settlement(line=book.line.id, since=since, credit=policy.credit, settle_on=settle_on, cause=cause)
