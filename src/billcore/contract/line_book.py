"""What is known of one line while its amendments are read: its dates, and the dated events that change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from billcore.contract.cadence import Cadence, resolved_anchor
from billcore.contract.change_policy import ChangePolicy
from billcore.contract.changes import ChangeBilling
from billcore.contract.lines import ContractLine
from billcore.contract.settlement import Cause
from billcore.periods.anchor import BillingAnchor, OnDate
from billcore.periods.frequency import Frequency
from billcore.periods.period import Period
from billcore.periods.stubs import StubConvention

EventKind = Literal["terms", "billing", "pause", "resume"]
Revise = Callable[[ContractLine], ContractLine]


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that changes a line from a day on.

    Attributes:
        day: First day of the change, after its policy moved it.
        known_on: Day on which it became known; None where it was agreed at the start.
        order: In which order things became known.
        revise: What the line says afterwards, for ``terms``.
        billing: Frequency, anchor and side, for ``billing``.
        policy: How it is settled.
        cause: The amendment that it comes from; None where it was agreed at the start.
    """

    day: date
    known_on: date | None
    order: int
    kind: EventKind
    revise: Revise | None = None
    billing: ChangeBilling | None = None
    policy: ChangePolicy = field(default_factory=ChangePolicy)
    cause: Cause | None = None


@dataclass(frozen=True, kw_only=True)
class End:
    """That a line ends on a day by an amendment."""

    day: date
    known_on: date
    policy: ChangePolicy
    is_early: bool
    cause: Cause | None = None


@dataclass(kw_only=True)
class LineBook:
    """One line as far as its amendments were read.

    Attributes:
        line: As first written.
        start: First day of service.
        billed_from: First day that is billed; later than the start where there is a trial.
        own_end: Its own exclusive end, or None where it follows the term.
        planned_end: The end that was agreed, from which billing periods may be counted back.
        origin: The first billed day as first agreed.
        end: What the newest amendment says of its end.
        extended: (day, known) of each time that its end was moved out.
        idle: Order of each change behind which the line says what it said before.
    """

    line: ContractLine
    start: date
    billed_from: date
    own_end: date | None
    planned_end: date
    every: Frequency
    anchor: BillingAnchor
    stub: StubConvention
    count_from: date
    origin: date
    known_on: date | None = None
    end: End | None = None
    extended: list[tuple[date, date]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    idle: set[int] = field(default_factory=set)
    _as_of: tuple[int, date, ContractLine] | None = None

    def ends_on(self, term_end: date) -> date:
        """Its exclusive end."""
        if self.end is not None:
            return self.end.day
        return self.own_end if self.own_end is not None else term_end

    def first_cadence(self) -> Cadence:
        """How it is cut from its first billed day on."""
        plan = Period(start=self.billed_from, end=max(self.planned_end, self.billed_from + timedelta(days=1)))
        counted = Period(start=self.origin, end=max(self.planned_end, self.origin + timedelta(days=1)))
        return Cadence(
            since=self.billed_from,
            plan=plan,
            counted=counted,
            origin=self.origin,
            every=self.every,
            anchor=resolved_anchor(self.anchor, self.count_from, counted),
            stub=self.stub,
            billed=self.line.billed,
        )

    def next_cadence(self, before: Cadence, change: ChangeBilling, since: date) -> Cadence:
        """How it is cut once its billing changed: counted from where it was counted before, unless it says another."""
        billed = change.billed if change.billed is not None else before.billed
        moves_nothing = change.anchor is None and change.billed_every in (None, before.every)
        if moves_nothing and not change.rebase_month:
            return replace(before, billed=billed)  # the side alone moves no boundary
        anchor = change.anchor if change.anchor is not None else before.anchor
        # What counts from a start goes on counting from the line's, wherever the change lies.
        anchor = OnDate(date=self.count_from) if anchor.kind == "contract_start" else anchor
        from_the_end = self.stub in ("short_first", "long_first")
        return Cadence(
            since=since,
            plan=before.plan,
            counted=before.counted,
            origin=since,
            every=change.billed_every if change.billed_every is not None else before.every,
            anchor=anchor,
            stub="short_last" if from_the_end else self.stub,
            billed=billed,
            months_from=since if change.rebase_month else before.months_from,
        )

    def cadence_on(self, day: date) -> Cadence:
        """How it is cut on a day, by what is known so far."""
        cadence = self.first_cadence()
        for event in self.in_order():
            if event.day > day:
                break
            if event.billing is not None:
                cadence = self.next_cadence(cadence, event.billing, event.day)
        return cadence

    def in_order(self) -> list[Event]:
        """Its events by day; of one day, in the order in which they became known."""
        return sorted(self.events, key=lambda event: (event.day, event.order))

    def is_paused(self, day: date) -> bool:
        """Whether it rests on a day, by what is known so far."""
        paused = False
        for event in self.in_order():
            if event.day <= day and event.kind in ("pause", "resume"):
                paused = event.kind == "pause"
        return paused

    def as_of(self, day: date) -> ContractLine:
        """What it says on a day, by what is known so far."""
        kept = self._as_of
        done, line = 0, self.line
        # Amendments mostly come in order of their dates: then only the newest events are applied.
        if kept is not None and kept[1] <= day and all(event.day >= kept[1] for event in self.events[kept[0] :]):
            done, line = kept[0], kept[2]
        for event in sorted(self.events[done:], key=lambda event: (event.day, event.order)):
            if event.day <= day and event.revise is not None:
                line = event.revise(line)
        if all(event.day <= day for event in self.events):
            self._as_of = (len(self.events), max((event.day for event in self.events), default=day), line)
        return line
