"""In which order entries stand in a journal: the same for every report and export, and each entry once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from billcore.core.errors import InvariantBroken
from billcore.gl.entry import JournalEntry


def in_order(entries: Iterable[JournalEntry], *, through: date | None = None) -> tuple[JournalEntry, ...]:
    """Sort entries by posting date and natural key.

    Args:
        through: Last posting date that is taken, or None for all.

    Raises: InvariantBroken ``entry-repeated``: an entry counted twice would double what is owed.
    Source: rules 8 ("one entry per key for ever").
    """
    taken = [entry for entry in entries if through is None or entry.posting_date <= through]
    taken.sort(key=lambda e: (e.posting_date, e.book, e.entity, e.contract, e.source_event, e.kind))
    seen: set[str] = set()
    for entry in taken:
        if entry.id in seen:
            raise InvariantBroken(
                "entry-repeated",
                found=f"entry {entry.id} ({entry.kind} {entry.source_event}) twice",
                expected="each entry once",
            )
        seen.add(entry.id)
    return tuple(taken)
