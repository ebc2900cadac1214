"""How a report is put together: names of its columns, their kinds and headers, and its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from billcore.core.table import Cell, CellKind, Column, Table

Named: TypeAlias = "tuple[str, CellKind, str]"
CURRENCY: Named = ("currency", "text", "Cur.")


def report(name: str, rows: Iterable[tuple[Cell, ...]], columns: Sequence[Named]) -> Table:
    """Make the table of a report.

    Args:
        columns: Name, kind and header of each.
    """
    made = tuple(Column(name=column, kind=kind, header=header) for column, kind, header in columns)
    return Table(name=name, columns=made, rows=tuple(rows))
