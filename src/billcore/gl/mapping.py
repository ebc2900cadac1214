"""Which account a cell posts to: ordered tables, approved by two people, without default or wildcard."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from billcore.core.document import Document, problem
from billcore.core.errors import MissingInput, NotApplicable, excerpt
from billcore.core.fields import Identifier, Items, Name, Note, optional
from billcore.core.ids import content_id
from billcore.gl.access import AccessSequence, Cell, Dimension
from billcore.gl.row_tables import Index, mapping_findings, table_index
from billcore.gl.rows import MappingRow, row_digest
from billcore.periods.days import Day


class GLMapping(Document):
    """One immutable version of the mapping.

    Attributes:
        id: Name of the mapping, the same through its versions.
        effective_from: First accounting date on which this version decides.
        author, approver: Two people.
        reason: Why this version exists.
        sequences: For each role of each event, the key sets in the order in which they are tried.
        rows: The rows of all tables, in any order.

    Raises: DocumentError ``mapping-needs-two-people``, ``access-sequence-repeated``, ``id-repeated``,
        ``mapping-row-outside-access``, ``mapping-rows-overlap``, ``limit-exceeded``.
    Source: rules 8.
    """

    id: Identifier
    effective_from: Day
    author: Name
    approver: Name
    reason: Annotated[Note, Field(min_length=3)]
    sequences: Items[AccessSequence]
    rows: Items[MappingRow] = optional(default=())

    @model_validator(mode="after")
    def _two_people_and_sound_rows(self) -> Self:
        if _person(self.author) == _person(self.approver):
            raise problem(
                "mapping-needs-two-people",
                found=f"author and approver are both {self.approver}",
                expected="an approver who is not the author",
            )
        for finding in mapping_findings(self.sequences, self.rows):
            raise problem(finding.code, found=finding.found, expected=finding.expected, hint=finding.hint)
        return self

    @cached_property
    def version(self) -> str:
        """Hash of all that is decided and by whom; the order of rows and sequences and the rows' notes take no part."""
        sequences = sorted((s.event, s.role, [step.keys for step in s.steps]) for s in self.sequences)
        rows = sorted(row_digest(row) for row in self.rows)
        governance = (self.id, self.effective_from, self.author, self.approver, self.reason)
        return content_id("map", *governance, sequences, rows)

    @cached_property
    def _index(self) -> Index:
        """The rows by exact key, one table for each step; made once."""
        return table_index(self.sequences, self.rows)


def _person(name: str) -> str:
    return " ".join(name.casefold().split())


def resolve_row(mapping: GLMapping, cell: Cell, on: date) -> MappingRow | None:
    """The row that decides a cell on a day, forbidden or not; None where no table has one.

    Raises: MissingInput ``mapping-not-effective`` where this version does not decide yet on that day.
    """
    if on < mapping.effective_from:
        raise MissingInput(
            "mapping-not-effective",
            found=f"mapping {mapping.id} asked for {on}",
            expected=f"a day from {mapping.effective_from} on",
            hint="Pass the version that is in force on the posting date.",
        )
    for keys, rows in mapping._index.get((cell.event, cell.role), ()):
        for row in rows.get(cell.key(keys), ()):
            if row.is_effective(on):
                return row
    return None


def find_row(mapping: GLMapping, cell: Cell, on: date) -> MappingRow:
    """Find the row by which a cell posts.

    The tables are tried in the order of the access sequence; the first with a row for the cell's exact values, in force
    on the day, wins. Nothing is guessed where none has one.

    Args:
        on: The posting date.

    Raises: MissingInput ``account-unmapped`` (with the cell and every access tried), ``mapping-not-effective``;
        NotApplicable ``posting-forbidden``.
    Source: rules 8.

    >>> place = {"event": "invoice_issued", "role": "receivable"}
    >>> row = {"id": "ar", **place, "entity": "US01|DE01", "account": "1200", "effective_from": "2026-01-01"}
    >>> mapping = GLMapping.read({"id": "main", "effective_from": "2026-01-01", "author": "Ada", "approver": "Grace",
    ...     "reason": "go-live", "sequences": [{**place, "steps": [{"keys": ["entity"]}]}], "rows": [row]})
    >>> find_row(mapping, Cell(event="invoice_issued", role="receivable", entity="DE01"), date(2026, 3, 1)).account
    '1200'
    """
    row = resolve_row(mapping, cell, on)
    if row is None:
        raise unmapped(mapping, cell, on)
    if row.forbidden:
        raise NotApplicable(
            "posting-forbidden",
            found=str(cell),
            expected=f"a combination that may post; row {row.id} forbids this one",
            hint=row.note,
        )
    return row


def unmapped(mapping: GLMapping, cell: Cell, on: date) -> MissingInput:
    """Make the error of a cell without row: it names the cell and every access tried, never a way around."""
    tables = mapping._index.get((cell.event, cell.role))
    if tables is None:
        expected = f"an access sequence for {cell.event}, {cell.role}"
    else:
        tried = ("+".join(keys) + " = " + "+".join(map(excerpt, _shown(cell, keys))) for keys, _ in tables)
        expected = f"a row in one of the tables tried: {'; '.join(tried)}"
    return MissingInput(
        "account-unmapped",
        found=f"no row on {on} for {cell}",
        expected=expected,
        hint=f"Finance adds the row to mapping {mapping.id}; until then nothing of this event posts.",
    )


def _shown(cell: Cell, keys: tuple[Dimension, ...]) -> list[str]:
    return [value or "(none)" for value in cell.key(keys)]
