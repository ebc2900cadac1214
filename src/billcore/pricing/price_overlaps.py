"""Whether two entries of a price book could both win for one question, and where list prices leave days without one.

Two entries of a product and priority can meet where their days overlap and some customer and contract is in the scope
of both: the same scope, a list price beside anybody's, a customer's price beside a contract's whose customer is not
written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import product

from billcore.core.value import Value
from billcore.periods.period import Period
from billcore.pricing.price_entries import PriceEntry

_ANY = "*"  # no identifier
_Scope = tuple[str, str]


class Overlap(Value, frozen=True, kw_only=True):
    """Two entries that would both win.

    Attributes:
        first, second: Their ids, the one that starts earlier first.
        sku, priority: What they share.
        day: The first day on which both are in force.
    """

    first: str
    second: str
    sku: str
    priority: int
    day: date


def overlaps(entries: Iterable[PriceEntry]) -> Iterator[Overlap]:
    """Find entries that could both win; each entry is told with one other at most.

    Returns: the overlaps in order of product, priority and first day.
    """
    groups: dict[tuple[str, int], list[PriceEntry]] = {}
    for entry in entries:
        groups.setdefault((entry.sku, entry.rank), []).append(entry)
    for _, group in sorted(groups.items()):
        yield from _overlaps_of_one_priority(sorted(group, key=lambda entry: (entry.effective_from, entry.id)))


def _overlaps_of_one_priority(group: list[PriceEntry]) -> Iterator[Overlap]:
    # Taken in order of their first day, so an entry overlaps an earlier one exactly where that one ends later than it
    # starts. Of each kind of scope only the entry that lasts longest is kept: ten thousand entries are one pass.
    longest: dict[_Scope, PriceEntry] = {}
    for entry in group:
        for scope in _looks_under(entry):
            other = longest.get(scope)
            if other is not None and other.is_effective(entry.effective_from):
                day = entry.effective_from
                yield Overlap(first=other.id, second=entry.id, sku=entry.sku, priority=entry.rank, day=day)
                break
        for scope in _kept_under(entry):
            if scope not in longest or _end(entry) > _end(longest[scope]):
                longest[scope] = entry


def _kept_under(entry: PriceEntry) -> Iterable[_Scope]:
    """The scopes under which an entry can be found: as it is, and with any customer or contract."""
    return product((entry.customer or "", _ANY), (entry.contract or "", _ANY))


def _looks_under(entry: PriceEntry) -> Iterable[_Scope]:
    """The scopes whose entries could meet this one: its own name or none; where it has no name, any."""
    customers = (entry.customer, "") if entry.customer is not None else (_ANY,)
    contracts = (entry.contract, "") if entry.contract is not None else (_ANY,)
    return product(customers, contracts)


def _end(entry: PriceEntry) -> int:
    """The first day without it as a number; an open entry ends after every day that there is."""
    return date.max.toordinal() + 1 if entry.effective_to is None else entry.effective_to.toordinal()


def list_gaps(entries: Iterable[PriceEntry]) -> Iterator[tuple[str, Period, PriceEntry]]:
    """Find the days between two list prices of a product on which it has none.

    Returns: sku, the days without a list price, and the entry that ends the gap; in order of sku and day.
    """
    listed: dict[str, list[PriceEntry]] = {}
    for entry in entries:
        if entry.scope == "list":
            listed.setdefault(entry.sku, []).append(entry)
    for sku, group in sorted(listed.items()):
        reached: date | None = None
        for entry in sorted(group, key=lambda entry: (entry.effective_from, entry.id)):
            if reached is not None and reached < entry.effective_from:
                yield sku, Period(start=reached, end=entry.effective_from), entry
            if entry.effective_to is None:
                break
            reached = entry.effective_to if reached is None else max(reached, entry.effective_to)
