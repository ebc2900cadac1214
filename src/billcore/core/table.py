"""What a report is: named columns with a kind, rows of plain values, and its forms as data, CSV, text and HTML.

Money stands beside its currency: a table with a money column has a column ``currency``, and a row is in one currency,
so that a column can be summed by anybody who reads the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

from billcore.core.csv_text import csv_lines, text_cell
from billcore.core.errors import InvariantBroken, excerpt
from billcore.core.exact import shortest
from billcore.core.html import html_table
from billcore.core.printable import columns, grouped, left, one_line, right
from billcore.core.value import Value

CellKind = Literal["text", "date", "integer", "money", "decimal"]
CURRENCY = "currency"
_NUMBERS = frozenset({"integer", "money", "decimal"})


@runtime_checkable
class Money(Protocol):
    """What a money cell must tell; `Amount` does. Described here because the floor of amounts lies above."""

    @property
    def currency(self) -> str:
        """ISO 4217 code."""

    @property
    def text(self) -> str:
        """The number in major units, all digits of the currency."""


Cell: TypeAlias = "str | date | int | Decimal | Money | None"
_TYPES: dict[str, type[Any]] = {"text": str, "date": date, "integer": int, "money": Money, "decimal": Decimal}


class Column(Value, frozen=True, kw_only=True):
    """One column.

    Attributes:
        name: As programs read it (a word, US spelling, unit last).
        kind: What its cells are; a cell may also be None, which is shown empty.
        header: As people read it.
    """

    name: str
    kind: CellKind
    header: str


class Table(Value, frozen=True, kw_only=True):
    """A report.

    Raises: InvariantBroken ``table-malformed`` where a row does not fit its columns.

    >>> table = Table(name="days", columns=(Column(name="what", kind="text", header="What"),
    ...     Column(name="days", kind="integer", header="Days")), rows=(("March", 31), ("=1+1", 1_000)))
    >>> print(table.to_text())
    What    Days
    -----  -----
    March     31
    =1+1   1,000
    >>> table.to_csv()
    'what,days\\r\\nMarch,31\\r\\n"\\'=1+1",1000\\r\\n'
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if not names or len(set(names)) < len(names):
            self._refuse(f"the columns {', '.join(names) or '(none)'}", "one or more columns of distinct names")
        money = [place for place, column in enumerate(self.columns) if column.kind == "money"]
        if money and CURRENCY not in names:
            self._refuse("a money column without a column currency", "a column currency")
        currency = names.index(CURRENCY) if money else -1
        for number, row in enumerate(self.rows):
            if len(row) != len(names):
                self._refuse(f"{len(row)} cells in row {number}", f"{len(names)}")
            for column, cell in zip(self.columns, row, strict=True):
                if cell is not None and not _fits(column.kind, cell):
                    self._refuse(f"{type(cell).__name__} in {column.name}, row {number}", column.kind)
            for place in money:
                _check_currency(self, number, row[place], row[currency])

    def _refuse(self, found: str, expected: str) -> None:
        raise InvariantBroken("table-malformed", found=found, expected=expected, path=f"table {excerpt(self.name)}")

    def __len__(self) -> int:
        return len(self.rows)

    def to_dicts(self) -> list[dict[str, object]]:
        """Give the rows as plain data for JSON: days in ISO form, money with its currency, decimals as text."""
        return [
            {column.name: _plain(column.kind, cell) for column, cell in zip(self.columns, row, strict=True)}
            for row in self.rows
        ]

    def to_csv(self, *, raw: bool = False) -> str:
        """Write the rows as CSV by RFC 4180; a text that a spreadsheet would run gets a leading apostrophe.

        Args:
            raw: Without the apostrophes, for a reader that is a program.
        """
        header = [text_cell(column.name, raw=raw) for column in self.columns]
        return csv_lines(header, (self._csv_row(row, raw) for row in self.rows))

    def _csv_row(self, row: tuple[Cell, ...], raw: bool) -> list[str]:
        return [
            text_cell(str(cell), raw=raw) if isinstance(cell, str) else _number(cell)
            for column, cell in zip(self.columns, row, strict=True)
        ]

    def to_text(self) -> str:
        """Write the table as plain text: numbers at the right, columns as wide as what stands in them."""
        shown = [list(self.shown(row)) for row in self.rows]
        headers = [one_line(column.header) for column in self.columns]
        widths = [max(columns(line[place]) for line in [headers, *shown]) for place in range(len(headers))]
        rule = "  ".join("-" * width for width in widths)
        lines = [self._text_row(headers, widths), rule, *(self._text_row(line, widths) for line in shown)]
        return "\n".join(line.rstrip() for line in lines)

    def _text_row(self, cells: list[str], widths: list[int]) -> str:
        placed = (
            right(cell, width) if column.kind in _NUMBERS else left(cell, width)
            for column, cell, width in zip(self.columns, cells, widths, strict=True)
        )
        return "  ".join(placed)

    def shown(self, row: tuple[Cell, ...]) -> Iterator[str]:
        """The cells of a row as people read them: one line each, thousands apart."""
        for column, cell in zip(self.columns, row, strict=True):
            text = one_line(str(cell)) if isinstance(cell, str) else _number(cell)
            yield grouped(text) if text and column.kind in _NUMBERS else text

    def _repr_html_(self) -> str:
        """What a notebook shows: escaped, and never more than 50 KB."""
        return html_table(
            self.name,
            [column.header for column in self.columns],
            (list(self.shown(row)) for row in self.rows),
            is_number=[column.kind in _NUMBERS for column in self.columns],
            count=len(self.rows),
        )


def _fits(kind: CellKind, cell: object) -> bool:
    return isinstance(cell, _TYPES[kind]) and not isinstance(cell, bool)


def _check_currency(table: Table, number: int, cell: Cell, currency: Cell) -> None:
    if isinstance(cell, Money) and cell.currency != currency:
        found = f"{cell.currency} in a row of {currency}, row {number}"
        raise InvariantBroken("table-malformed", found=found, expected="one currency", path=f"table {table.name}")


def _number(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return shortest(cell)
    return cell.text if isinstance(cell, Money) else str(cell)


def _plain(kind: CellKind, cell: Cell) -> object:
    if isinstance(cell, Money):
        return {"amount": cell.text, "currency": cell.currency}
    return cell if cell is None or isinstance(cell, str | int) else _number(cell)
