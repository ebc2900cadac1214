"""What amendments come to, line by line, read in the order in which they became known; what does not fit is refused.

Source: rules 5. A change holds from its effective date; of two that say the same of a day, the later effective date
wins, and of one date the later known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from billcore.contract.amendments import Amendment
from billcore.contract.change_nature import nature_of, revision
from billcore.contract.change_policy import ChangePolicies, ChangePolicy, Nature
from billcore.contract.changes import (
    AddLine,
    AnyChange,
    Cancel,
    ChangeBilling,
    ChangeDates,
    ChangeDiscounts,
    ChangePrice,
    ChangeQuantity,
    GiveNotice,
    Pause,
    RemoveLine,
    Resume,
)
from billcore.contract.line_book import End, Event, EventKind, LineBook
from billcore.contract.lines import ContractLine
from billcore.contract.settlement import Cause
from billcore.core.errors import DocumentError, NotApplicable
from billcore.proration.convention import ProrationConvention

ONE_DAY = timedelta(days=1)


@dataclass(kw_only=True)
class TermBook:
    """The term as far as amendments were read.

    Attributes:
        start, end: As written, then as amended.
        cancelled: The day on which the whole contract ends by an amendment, or None.
        notice: The first day on which notice was given, or None.
    """

    start: date
    end: date
    cancelled: date | None = None
    notice: date | None = None


@dataclass(kw_only=True)
class Reader:
    """Reads amendments into the books of lines and term."""

    term: TermBook
    lines: dict[str, LineBook]
    policies: ChangePolicies
    proration: ProrationConvention
    new_book: Callable[[ContractLine, date, date], LineBook]
    open_end: date
    renews: bool = False
    order: int = 0
    cause: Cause | None = None
    places: dict[int, tuple[str, int]] = field(default_factory=dict)
    idle: set[int] = field(default_factory=set)

    def read(self, amendment: Amendment, known_on: date) -> None:
        """Read one amendment.

        Raises: NotApplicable and DocumentError, with the change's place below the amendment.
        """
        self.cause = Cause(
            amendment=amendment.id,
            actor=amendment.actor,
            reason=amendment.reason,
            effective=amendment.effective,
            known_on=known_on,
        )
        for number, change in enumerate(amendment.changes):
            self.order += 1
            self.places[self.order] = (amendment.id, number)
            path = f"changes[{number}]"
            if amendment.effective < self.term.start:
                raise NotApplicable(
                    "amendment-before-term",
                    found=f"effective {amendment.effective}",
                    expected=f"a day of the term, from {self.term.start} on",
                    path="effective",
                )
            try:
                self._change(amendment, change, known_on)
            except (NotApplicable, DocumentError) as error:
                raise error.inside(path) from None

    def idle_changes(self) -> tuple[tuple[str, int], ...]:
        """Tell which changes change nothing, once the lines are laid out."""
        idle, done = set(self.idle), set()
        for book in self.lines.values():
            idle |= book.idle
            done |= {event.order for event in book.events} - book.idle
        return tuple(self.places[order] for order in sorted(idle - done))

    def _change(self, amendment: Amendment, change: AnyChange, known_on: date) -> None:
        day = amendment.effective
        if isinstance(change, AddLine):
            self._add(change, day, known_on)
        elif isinstance(change, GiveNotice):
            self.term.notice = min(day, self.term.notice or day)
            if not self.renews:
                self.idle.add(self.order)
        elif isinstance(change, ChangeDates):
            self._dates(amendment, change, known_on)
        elif isinstance(change, Cancel):
            policy = self._policy(amendment, "cancellation")
            ends = [self._end(book, day, policy, known_on) for book in self._served(day)]
            self.term.cancelled = max([self._last(day, policy), *ends])
        elif isinstance(change, RemoveLine):
            policy = self._policy(amendment, "cancellation")
            for book in self._with_add_ons(change.line, day):
                self._end(book, day, policy, known_on)
        elif isinstance(change, Pause | Resume):
            self._pause(amendment, change, known_on)
        elif isinstance(change, ChangeBilling):
            self._billing(amendment, change, known_on)
        else:
            self._terms(amendment, change, known_on)

    def _policy(self, amendment: Amendment, nature: Nature) -> ChangePolicy:
        return amendment.policy if amendment.policy is not None else self.policies.of(nature)

    def _last(self, day: date, policy: ChangePolicy) -> date:
        """The exclusive end that a named end day means."""
        return day + ONE_DAY if self.proration.end_day == "charged" else day

    def _first(self, day: date) -> date:
        """The first day of new terms: the day of the change, or the one after it."""
        return day + ONE_DAY if self.proration.change_day == "old" else day

    def _add(self, change: AddLine, day: date, known_on: date) -> None:
        line = change.line
        if line.id in self.lines:
            raise DocumentError(
                "id-repeated", found=f"line {line.id} again", expected="an id that the contract never had", path="line"
            )
        if line.base is not None and line.base not in self.lines:
            raise _line_unknown(line.base, self.lines)
        book = self.new_book(line, day, known_on)
        end = book.own_end if book.own_end is not None else self.open_end
        last = max(self.term.end, self.open_end)
        if book.start < self.term.start or book.start >= end or end > last:
            raise NotApplicable(
                "line-outside-term",
                found=f"a line from {book.start} to {end}",
                expected=f"days of the term, from {self.term.start} to {self.term.end}",
                path="line.period",
            )
        self.lines[line.id] = book

    def _book(self, line: str) -> LineBook:
        if line not in self.lines:
            raise _line_unknown(line, self.lines)
        return self.lines[line]

    def _served_line(self, line: str, day: date) -> LineBook:
        """The line's book, where the line is served on the day.

        Raises: DocumentError ``line-unknown``; NotApplicable ``line-ended``, ``line-not-begun``.
        """
        book = self._book(line)
        end = book.ends_on(self.open_end)
        if day >= end:
            raise NotApplicable(
                "line-ended",
                found=f"a change of line {line} effective {day}",
                expected=f"a day before the line's end {end}",
                path="line",
                hint="A line that ended stays ended: add a new one, or move its end by ChangeDates first.",
            )
        if day < book.start:
            raise NotApplicable(
                "line-not-begun",
                found=f"a change of line {line} effective {day}",
                expected=f"a day from the line's start {book.start} on",
                path="line",
            )
        return book

    def _served(self, day: date) -> list[LineBook]:
        """Every line that has not ended by a day; one that did not begin yet never will.

        Raises: NotApplicable ``line-ended`` where there is none.
        """
        found = [book for book in self.lines.values() if book.ends_on(self.open_end) > day]
        if not found:
            last = max(book.ends_on(self.open_end) for book in self.lines.values())
            raise NotApplicable(
                "line-ended",
                found=f"a change of every line effective {day}",
                expected=f"a day before the last line's end {last}",
                hint="What ended stays ended: move the end of the term by ChangeDates first.",
            )
        return found

    def _with_add_ons(self, line: str, day: date) -> list[LineBook]:
        """A line, its add-ons, theirs, and so on; those that ended before are left out."""
        add_ons: dict[str, list[LineBook]] = {}
        for book in self.lines.values():
            if book.line.base is not None and book.ends_on(self.open_end) > day:
                add_ons.setdefault(book.line.base, []).append(book)
        found = [self._served_line(line, day)]
        for book in found:  # grows while it is read
            found.extend(add_ons.get(book.line.id, ()))
        return found

    def _moved(self, book: LineBook, day: date, policy: ChangePolicy) -> date:
        """The day from which a change holds, by its policy's timing."""
        if policy.timing == "now" or not book.every.recurs:
            return day
        return book.cadence_on(day).boundary_on_or_after(day, book.ends_on(self.open_end))

    def _end(self, book: LineBook, day: date, policy: ChangePolicy, known_on: date) -> date:
        last = max(self._last(day, policy), book.start)
        end = min(self._moved(book, last, policy), book.ends_on(self.open_end))
        book.end = End(day=end, known_on=known_on, policy=policy, is_early=True, cause=self.cause)
        return end

    def _dates(self, amendment: Amendment, change: ChangeDates, known_on: date) -> None:
        policy = self._policy(amendment, "cancellation")
        if change.line is None:
            assert change.end is not None
            if change.end <= self.term.start:
                raise NotApplicable(
                    "period-ends-before-start",
                    found=f"a term that ends on {change.end}",
                    expected=f"an end later than its start {self.term.start}",
                    path="end",
                )
            before = self.open_end
            if change.end == before:
                self.idle.add(self.order)
            for book in self.lines.values():
                if not self.renews and book.own_end is None and (book.end is None or book.end.day == before):
                    self._new_end(book, change.end, policy, known_on, before)
            self.term.end, self.term.cancelled = change.end, None
            self.open_end = self.open_end if self.renews else change.end
            return
        book = self._book(change.line)
        stands = (book.start, book.ends_on(self.open_end))
        if (change.start or stands[0], change.end or stands[1]) == stands:
            self.idle.add(self.order)
            return
        if change.start is not None and change.start != book.start:
            if change.start < self.term.start or change.start >= (change.end or book.ends_on(self.open_end)):
                raise NotApplicable(
                    "line-outside-term",
                    found=f"line {change.line} from {change.start}",
                    expected=f"a start within {self.term.start} and the line's end {book.ends_on(self.open_end)}",
                    path="start",
                )
            book.billed_from = max(change.start, book.billed_from if book.billed_from != book.start else change.start)
            book.start, book.known_on = change.start, known_on
        if change.end is not None:
            if change.end <= book.start or change.end > max(self.term.end, self.open_end):
                raise NotApplicable(
                    "line-outside-term",
                    found=f"line {change.line} until {change.end}",
                    expected=f"an end after its start {book.start} and within the term's end {self.term.end}",
                    path="end",
                )
            self._new_end(book, change.end, policy, known_on, book.ends_on(self.open_end))

    def _new_end(self, book: LineBook, end: date, policy: ChangePolicy, known_on: date, before: date) -> None:
        if end <= book.start:
            end = book.start
        if end > before:
            book.extended.append((before, known_on))
        if book.own_end is not None or end != before:
            book.end = End(day=end, known_on=known_on, policy=policy, is_early=end < before, cause=self.cause)

    def _pause(self, amendment: Amendment, change: Pause | Resume, known_on: date) -> None:
        day = amendment.effective
        kind: EventKind = "pause" if isinstance(change, Pause) else "resume"
        named = change.lines or tuple(book.line.id for book in self._served(day) if book.start <= day)
        if not named:
            raise NotApplicable(
                "line-not-begun",
                found=f"a {kind} of every line effective {day}",
                expected="a day on which a line is served",
                path="lines",
            )
        books = {book.line.id: book for line in named for book in self._with_add_ons(line, day)}
        policy = self._policy(amendment, "downgrade" if kind == "pause" else "upgrade")
        for book in books.values():
            first = self._moved(book, self._last(day, policy) if kind == "pause" else day, policy)
            paused = book.is_paused(day)
            if (kind == "pause") == paused:
                raise NotApplicable(
                    "line-paused" if paused else "line-not-paused",
                    found=f"a {kind} of line {book.line.id} effective {day}",
                    expected="a line that is served" if paused else "a line that is paused on that day",
                    path="lines",
                )
            book.events.append(
                Event(
                    day=first,
                    known_on=known_on,
                    order=self.order,
                    kind=kind,
                    policy=policy,
                    cause=self.cause,
                )
            )
            if isinstance(change, Pause) and change.until is not None:
                if change.until <= first:
                    raise NotApplicable(
                        "period-ends-before-start",
                        found=f"a pause from {first} until {change.until}",
                        expected="a first day of service later than the pause begins",
                        path="until",
                    )
                book.events.append(
                    Event(day=change.until, known_on=known_on, order=self.order, kind="resume", cause=self.cause)
                )

    def _billing(self, amendment: Amendment, change: ChangeBilling, known_on: date) -> None:
        day, policy = amendment.effective, self._policy(amendment, "upgrade")
        if change.line is not None:
            books = [self._served_line(change.line, day)]
        else:
            books = [book for book in self._served(day) if book.line.billed_every is None and book.every.recurs]
        if not books:
            raise _does_not_fit("other billing of every line: each has its own or is billed once")
        for book in books:
            if book.line.billed in ("once", "on_milestone"):
                raise _does_not_fit(f"other billing of line {book.line.id}, billed {book.line.billed}")
            if change.billed in ("once", "on_milestone"):
                raise _does_not_fit(f"line {book.line.id} billed {change.billed}")
            first = max(self._moved(book, self._first(day), policy), book.billed_from)
            book.events.append(
                Event(
                    day=first,
                    known_on=known_on,
                    order=self.order,
                    kind="billing",
                    billing=change,
                    policy=policy,
                    cause=self.cause,
                )
            )

    def _terms(
        self, amendment: Amendment, change: ChangeQuantity | ChangePrice | ChangeDiscounts, known_on: date
    ) -> None:
        day = amendment.effective
        book = self._served_line(change.line, day)
        is_whole = book.line.billed in ("once", "on_milestone")
        if is_whole and day > book.start:
            raise _does_not_fit(f"a change of line {change.line} within its time, billed {book.line.billed}")
        nature: Nature = "upgrade"
        if self.policies.upgrade != self.policies.downgrade and amendment.policy is None:
            nature = nature_of(change, book.as_of(day))
        policy = self._policy(amendment, nature)
        first = day if day == book.start else self._moved(book, self._first(day), policy)
        book.events.append(
            Event(
                day=first,
                known_on=known_on,
                order=self.order,
                kind="terms",
                revise=revision(change),
                policy=policy,
                cause=self.cause,
            )
        )


def _line_unknown(line: str, known: Sequence[str] | dict[str, LineBook]) -> DocumentError:
    return DocumentError(
        "line-unknown", found=f"line {line}", expected=f"one of {', '.join(list(known)[:10])}", path="line"
    )


def _does_not_fit(found: str) -> NotApplicable:
    return NotApplicable(
        "change-does-not-fit",
        found=found,
        expected="a line that is billed period by period, or a change effective on its first day",
        path="line",
        hint="End the line and add another one.",
    )
