"""Which prices of a book applied over a time, stretch by stretch, the days without a price named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush
from itertools import pairwise

from billcore.core.table import Column, Table
from billcore.periods.period import Period, check_period
from billcore.pricing.price_book import PriceBook
from billcore.pricing.price_entries import PriceEntry, price_text
from billcore.pricing.price_questions import PriceQuestion, asked, entries_for

_COLUMNS = (
    Column(name="start", kind="date", header="From"),
    Column(name="end", kind="date", header="Before"),
    Column(name="days", kind="integer", header="Days"),
    Column(name="entry", kind="text", header="Entry"),
    Column(name="whom", kind="text", header="For"),
    Column(name="version", kind="text", header="Version"),
    Column(name="priority", kind="integer", header="Priority"),
    Column(name="price", kind="text", header="Price"),
)
NO_PRICE = "no price"


@dataclass(frozen=True, kw_only=True)
class PriceStretch:
    """Days on which one entry won.

    Attributes:
        period: The days.
        entry: The entry, or None where no price applied.
    """

    period: Period
    entry: PriceEntry | None

    def __str__(self) -> str:
        if self.entry is None:
            return f"{NO_PRICE} for {self.period}"
        return f"{price_text(self.entry.price)} (entry {self.entry.id}) for {self.period}"


@dataclass(frozen=True, kw_only=True)
class PriceHistory:
    """What `price_on` would answer on each day of a time.

    Attributes:
        question: What was asked.
        stretches: They tile the time in order; neighbors differ in their entry.
    """

    question: PriceQuestion
    stretches: tuple[PriceStretch, ...]

    @property
    def gaps(self) -> tuple[Period, ...]:
        """The days without a price."""
        return tuple(one.period for one in self.stretches if one.entry is None)

    @property
    def table(self) -> Table:
        """The stretches as a report; days without a price say so."""
        return Table(name="price_history", columns=_COLUMNS, rows=tuple(_row(one) for one in self.stretches))


def price_history(
    book: PriceBook, *, sku: str, period: Period, customer: str = "", contract: str = "", version: str = ""
) -> PriceHistory:
    """Tell which prices applied over a time.

    Args:
        period: The days asked for.
        sku, customer, contract, version: As for `price_on`.

    Returns: stretches that tile the period, each with the entry that won, or with none.
    Raises: DocumentError ``argument-wrong``, ``period-malformed``.
    Source: rules 6.

    >>> from billcore.pricing.documents import Flat
    >>> old = PriceEntry(id="old", sku="PRO", price=Flat(amount="10"), effective_from="2026-01-01",
    ...                  effective_to="2026-02-01")
    >>> new = PriceEntry(id="new", sku="PRO", price=Flat(amount="12"), effective_from="2026-02-11")
    >>> quarter = Period(start=date(2026, 1, 1), end=date(2026, 4, 1))
    >>> book = PriceBook(id="main", currency="USD", entries=[old, new])
    >>> print(price_history(book, sku="PRO", period=quarter).table.to_text())
    From        Before      Days  Entry     For         Version  Priority  Price
    ----------  ----------  ----  --------  ----------  -------  --------  ---------------
    2026-01-01  2026-02-01    31  old       list price                  0  flat, amount 10
    2026-02-01  2026-02-11    10  no price
    2026-02-11  2026-04-01    49  new       list price                  0  flat, amount 12
    """
    question = asked(book, sku=sku, customer=customer, contract=contract, version=version)
    check_period(period, "period")
    stretches = _merged(_winners(entries_for(book, question), period))
    return PriceHistory(question=question, stretches=tuple(stretches))


def _winners(entries: list[PriceEntry], period: Period) -> Iterator[PriceStretch]:
    """Walk from one change to the next; of the entries that have started, the strongest is on top of the heap."""
    waiting = sorted(entries, key=lambda entry: entry.effective_from, reverse=True)
    changes = {period.start, *(day for entry in entries for day in _changes(entry) if day in period)}
    days = [*sorted(changes), period.end]
    started: list[tuple[int, int, PriceEntry]] = []
    for start, end in pairwise(days):
        while waiting and waiting[-1].effective_from <= start:
            # The count only keeps the heap from comparing documents.
            heappush(started, (-waiting[-1].rank, len(waiting), waiting.pop()))
        while started and not started[0][2].is_effective(start):
            heappop(started)
        yield PriceStretch(period=Period(start=start, end=end), entry=started[0][2] if started else None)


def _changes(entry: PriceEntry) -> tuple[date, ...]:
    return (entry.effective_from,) if entry.effective_to is None else (entry.effective_from, entry.effective_to)


def _merged(stretches: Iterator[PriceStretch]) -> Iterator[PriceStretch]:
    """Join neighbors with one entry: a weaker price that begins or ends between them changes nothing."""
    last: PriceStretch | None = None
    for one in stretches:
        if last is not None and last.entry is one.entry:
            last = PriceStretch(period=Period(start=last.period.start, end=one.period.end), entry=one.entry)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _row(one: PriceStretch) -> tuple[date | int | str | None, ...]:
    when = (one.period.start, one.period.end, one.period.days)
    if one.entry is None:
        return (*when, NO_PRICE, None, None, None, None)
    entry = one.entry
    return (*when, entry.id, entry.whom, entry.version, entry.rank, price_text(entry.price))
