"""What an invoice of objects costs: billcore's values beside bare arithmetic and beside pydantic with py-moneyed."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks import floor, reference, values
from benchmarks.timing import Goal, Timed, alternating, table
from billcore.gl import entry
from billcore.money.amount import Amount

SIDES = {"floor: bare integers": floor.make, "billcore": values.make, "pydantic + py-moneyed": reference.make}


def measure() -> tuple[list[str], list[Goal]]:
    """Check that all sides give the same cents, time them in turn, and report."""
    expected = floor.cents(floor.make())
    for side in (reference, values):
        made = side.cents(side.make())
        if made != expected:
            raise SystemExit(f"{side.__name__} gives other cents:\n{made}\n{expected}")
    lines = ["Object invoice: 5 lines, 12 revenue rows, 1 entry of 19 lines; the same cents on every side", ""]
    timed = alternating(SIDES)
    goals = _goals(timed)
    return [*lines, *_table(timed), "", *_parts(), "", *map(str, goals)], goals


def _table(timed: Mapping[str, Timed]) -> list[str]:
    bare = timed["floor: bare integers"]
    rows = [
        (
            name,
            f"{one.median / 1e3:.1f}",
            f"{one.least / 1e3:.1f} - {one.most / 1e3:.1f}",
            f"{1e9 / one.median:,.0f}",
            f"{one.over(bare):.1f}",
        )
        for name, one in timed.items()
    ]
    return table(("side", "us", "least - most", "invoices/s", "x floor"), rows)


def _goals(timed: Mapping[str, Timed]) -> list[Goal]:
    least, ours, other = timed.values()
    return [
        Goal("times faster than pydantic + py-moneyed", other.over(ours), 4, at_least=True),
        Goal("times the bare arithmetic", ours.over(least), 4),
    ]


def _parts() -> list[str]:
    """Where the object invoice spends its time, by what is made."""
    invoice, rows, _ = values.make()
    parts = {
        "5 invoice lines, rated and taxed": lambda: [values.invoice_line(*planned) for planned in values.PLAN],
        "12 revenue rows": lambda: values.revenue_rows(invoice.net.minor),
        "entry of 19 lines": lambda: values.journal_entry(invoice, invoice.net.minor, rows),
        "one Amount (none is made)": lambda: Amount(minor=1, currency="USD"),
        "id of an entry (one hash)": lambda: entry.entry_id("primary", "US01", "invoice:INV-1", "invoice_issued"),
        "id of an invoice (six hashes)": lambda: invoice.id,
    }
    timed = alternating(parts, rounds=7)
    return table(("part", "us"), [(name, f"{one.median / 1e3:.2f}") for name, one in timed.items()])
