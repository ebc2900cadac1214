"""How the rows stand in tables by exact key, and what is wrong where they do not fit or overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise, product

from billcore.core.findings import Finding
from billcore.gl.access import DIMENSIONS, AccessSequence, Dimension
from billcore.gl.roles import AccountRole, EventKind
from billcore.gl.rows import MappingRow

KEY_LIMIT = 1_000_000

# One table for each step: its keys, and the rows by the exact values of these keys.
Table = tuple[tuple[Dimension, ...], dict[tuple[str, ...], list[MappingRow]]]
Index = dict[tuple[EventKind, AccountRole], list[Table]]


def mapping_findings(sequences: Iterable[AccessSequence], rows: Iterable[MappingRow]) -> Iterator[Finding]:
    """List everything that is wrong between rows and access sequences, so that a reader can show all at once.

    Codes: ``access-sequence-repeated``, ``id-repeated``, ``mapping-row-outside-access``, ``limit-exceeded``,
        ``mapping-rows-overlap``.
    """
    steps: dict[tuple[EventKind, AccountRole], list[frozenset[Dimension]]] = {}
    sequences, rows = tuple(sequences), tuple(rows)
    for sequence in sequences:
        place = (sequence.event, sequence.role)
        if place in steps:
            yield _fault("access-sequence-repeated", f"two sequences for {', '.join(place)}", "one sequence")
        steps[place] = [frozenset(step.keys) for step in sequence.steps]
    yield from _row_findings(steps, rows)
    if sum(row.combinations for row in rows) > KEY_LIMIT:
        found = f"{sum(row.combinations for row in rows)} key combinations"
        yield _fault("limit-exceeded", found, f"at most {KEY_LIMIT}")
        return
    yield from _overlaps(table_index(sequences, rows))


def _row_findings(
    steps: dict[tuple[EventKind, AccountRole], list[frozenset[Dimension]]], rows: tuple[MappingRow, ...]
) -> Iterator[Finding]:
    ids: set[str] = set()
    for row in rows:
        if row.id in ids:
            yield _fault("id-repeated", f"row {row.id} twice", "each row id once", subject=row.id)
        ids.add(row.id)
        known = steps.get((row.event, row.role), [])
        if row.keys not in known:
            spelled = ", ".join(_spelled(step) for step in known) or "an access sequence, and there is none"
            yield _fault(
                "mapping-row-outside-access",
                f"row {row.id} keyed by {_spelled(row.keys)}",
                f"for {row.event}, {row.role}: {spelled}",
                subject=row.id,
            )


def _overlaps(index: Index) -> Iterator[Finding]:
    told: set[tuple[str, str]] = set()
    for keys, key, rows in _filled_keys(index):
        ordered = sorted(rows, key=lambda row: (row.effective_from, row.id))
        for first, second in pairwise(ordered):
            apart = first.effective_to is not None and first.effective_to <= second.effective_from
            if apart or (first.id, second.id) in told:
                continue
            # Two rows with value sets overlap in many keys; one finding for the pair is what a person can use.
            told.add((first.id, second.id))
            where = ", ".join(f"{name} {value}" for name, value in zip(keys, key, strict=True))
            found = f"rows {first.id} and {second.id} for {where} on {second.effective_from}"
            yield _fault("mapping-rows-overlap", found, "one row for each key on each day", subject=second.id)


def _filled_keys(index: Index) -> Iterator[tuple[tuple[Dimension, ...], tuple[str, ...], list[MappingRow]]]:
    for tables in index.values():
        for keys, table in tables:
            for key, rows in table.items():
                yield keys, key, rows


def table_index(sequences: Iterable[AccessSequence], rows: Iterable[MappingRow]) -> Index:
    """Put each row into its table under every exact key of its value sets; a row that fits no table is left out."""
    index: Index = {}
    tables: dict[tuple[EventKind, AccountRole, frozenset[Dimension]], Table] = {}
    for sequence in sequences:
        ordered: list[Table] = [(step.keys, {}) for step in sequence.steps]
        index[sequence.event, sequence.role] = ordered
        tables.update({(sequence.event, sequence.role, frozenset(table[0])): table for table in ordered})
    for row in rows:
        table = tables.get((row.event, row.role, row.keys))
        if table is not None:
            keys, by_key = table
            for key in product(*(getattr(row, name) for name in keys)):
                by_key.setdefault(key, []).append(row)
    return index


def _spelled(keys: frozenset[Dimension]) -> str:
    return "+".join(name for name in DIMENSIONS if name in keys)


def _fault(code: str, found: str, expected: str, *, subject: str = "") -> Finding:
    return Finding(code=code, owner="finance", found=found, expected=expected, subject=subject)
