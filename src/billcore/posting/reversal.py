"""How an entry is taken back: a new entry with the sides swapped, on the first one's accounts, never a fresh lookup."""

from __future__ import annotations

from datetime import date

from billcore.core.value import replaced
from billcore.gl.entry import JournalEntry


def reverse(entry: JournalEntry, *, on: date, kind: str, description: str) -> JournalEntry:
    """Reverse an entry on a day.

    Args:
        kind: Kind of the reversal; with the source event of the entry it is the natural key.

    Source: rules 8 ("Reversals reuse the original accounts").
    """
    lines = tuple(replaced(line, side="credit" if line.side == "debit" else "debit") for line in entry.lines)
    return replaced(
        entry,
        kind=kind,
        posting_date=on,
        description=description,
        lines=lines,
    )
