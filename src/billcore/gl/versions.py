"""What changes from one version of the mapping to another: the rows, and the cells that they move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from billcore.core.value import Value
from billcore.gl.access import Cell
from billcore.gl.mapping import GLMapping, resolve_row
from billcore.gl.rows import row_digest


class MovedCell(Value, frozen=True, kw_only=True):
    """A cell that another account, none, or a ban decides in the new version.

    Attributes:
        before, after: An account number, ``forbidden``, or empty where no row is found.
        before_row, after_row: The rows that decide, or empty.
    """

    cell: Cell
    before: str
    after: str
    before_row: str
    after_row: str


class MappingDifference(Value, frozen=True, kw_only=True):
    """What two versions do not share.

    Attributes:
        added, removed, changed: Ids of rows; a row whose note alone differs has not changed.
        moved: Cells that post elsewhere, in the order given.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[MovedCell, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.changed or self.moved)


def diff(before: GLMapping, after: GLMapping, cells: Iterable[Cell], on: date) -> MappingDifference:
    """Compare two versions over a domain of cells.

    Args:
        cells: The reachable cells, as for `coverage`.
        on: An accounting date on which both versions could decide; usually the first day of the new one.

    Raises: MissingInput ``mapping-not-effective``.
    Source: rules 8.
    """
    old = {row.id: row_digest(row) for row in before.rows}
    new = {row.id: row_digest(row) for row in after.rows}
    compared = (_moved(before, after, cell, on) for cell in dict.fromkeys(cells))
    return MappingDifference(
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        changed=tuple(sorted(name for name in old.keys() & new.keys() if old[name] != new[name])),
        moved=tuple(move for move in compared if move.before != move.after),
    )


def _moved(before: GLMapping, after: GLMapping, cell: Cell, on: date) -> MovedCell:
    was, becomes = _outcome(before, cell, on), _outcome(after, cell, on)
    return MovedCell(cell=cell, before=was[0], after=becomes[0], before_row=was[1], after_row=becomes[1])


def _outcome(mapping: GLMapping, cell: Cell, on: date) -> tuple[str, str]:
    row = resolve_row(mapping, cell, on)
    if row is None:
        return "", ""
    return row.account or "forbidden", row.id
