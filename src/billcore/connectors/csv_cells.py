"""What a cell of a CSV file means: an exact number, a date, a choice, an id; or a finding with line and column name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from billcore.connectors.csv_rows import Row, Rows
from billcore.core.document import Document, findings_of
from billcore.core.errors import BillcoreError, DocumentError, excerpt
from billcore.core.exact import exact
from billcore.core.fields import Note
from billcore.core.findings import Finding

D = TypeVar("D", bound=Document)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)
# Every text of a file may end on a document: the demands are those of a note.
_READABLE: TypeAdapter[str] = TypeAdapter(Note)
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,119}", re.ASCII)


class Cells:
    """Reads the cells of one row. What cannot be read is None and a finding; a missing column is None and no finding
    (the header's finding tells it once)."""

    def __init__(self, rows: Rows, row: Row, findings: list[Finding]) -> None:
        self._rows, self._row, self._findings = rows, row, findings

    def note(self, code: str, column: str, *, found: str, expected: str, hint: str = "") -> None:
        """Say what is wrong in a column of this row."""
        self._findings.append(
            self._rows.finding(code, line=self._row.line, path=column, found=found, expected=expected, hint=hint)
        )

    def text(self, column: str, *, may_be_empty: bool = False) -> str | None:
        """The cell as written, without control or direction characters; None where it is empty."""
        cell = self._row.cells.get(column)
        if cell == "" and not may_be_empty:
            self.note("cell-empty", column, found="an empty cell", expected=f"a value for {column}")
        if not cell:
            return None
        try:
            return _READABLE.validate_python(cell)
        except ValidationError as error:
            for finding in findings_of(error, cell):
                self.note(finding.code, column, found=finding.found, expected=finding.expected)
            return None

    def identifier(self, column: str, *, may_be_empty: bool = False) -> str | None:
        """A machine name: ASCII letters, digits and ``. _ : / -``."""
        cell = self.text(column, may_be_empty=may_be_empty)
        if cell is not None and not _IDENTIFIER.fullmatch(cell):
            self.note(
                "text-malformed",
                column,
                found=excerpt(cell),
                expected="an id of ASCII letters, digits and . _ : / -, beginning with a letter or digit",
            )
            return None
        return cell

    def number(self, column: str, *, may_be_negative: bool = False) -> Decimal | None:
        """An exact decimal with a point, no separators."""
        cell = self.text(column)
        if cell is None:
            return None
        try:
            number = exact(cell)
        except DocumentError as error:
            hint = "Write a point, not a comma, and no thousands separator." if "," in cell else error.hint
            self.note(error.code, column, found=error.found, expected=error.expected, hint=hint)
            return None
        if number < 0 and not may_be_negative:
            self.note("number-negative", column, found=cell, expected="0 or more")
            return None
        return number

    def day(self, column: str, *, may_be_empty: bool = False) -> date | None:
        """A date ``YYYY-MM-DD``."""
        return self._day(column, self.text(column, may_be_empty=may_be_empty), "a date such as 2026-01-31")

    def month_or_day(self, column: str) -> date | None:
        """A date, or ``YYYY-MM`` for the first day of that month."""
        cell = self.text(column)
        full = f"{cell}-01" if cell is not None and _MONTH.fullmatch(cell) else cell
        return self._day(column, full, "a date such as 2026-01-31, or a month such as 2026-01")

    def _day(self, column: str, cell: str | None, expected: str) -> date | None:
        if cell is None:
            return None
        try:
            if _DAY.fullmatch(cell):
                return date.fromisoformat(cell)
        except ValueError:
            pass
        self.note("date-malformed", column, found=excerpt(cell), expected=expected)
        return None

    def choice(self, column: str, options: Iterable[str]) -> str | None:
        """One of the options, spelled exactly."""
        cell, known = self.text(column), tuple(options)
        if cell is not None and cell not in known:
            self.note("choice-unknown", column, found=excerpt(cell), expected=", ".join(known))
            return None
        return cell

    def flag(self, column: str) -> bool | None:
        """``true`` or ``false``, in any case, as spreadsheets spell them."""
        cell = self.text(column)
        if cell is None:
            return None
        if cell.lower() not in ("true", "false"):
            self.note("choice-unknown", column, found=excerpt(cell), expected="true or false")
            return None
        return cell.lower() == "true"


def documents_of(
    rows: Rows, kind: type[D], shape: Callable[[Mapping[str, str]], Mapping[str, object]]
) -> tuple[tuple[tuple[int, D], ...], tuple[Finding, ...]]:
    """Read each row as a document.

    Args:
        rows: The table; a row whose required column is missing is left out, the header's finding tells why.
        kind: The document's type.
        shape: Turns the cells of a row into the document's plain data.

    Returns: the documents with their lines, and the findings of the cells; a finding's path is the document's field.
    """
    made: list[tuple[int, D]] = []
    findings: list[Finding] = []
    if any(finding.code == "column-missing" for finding in rows.findings):
        return (), ()
    for row in rows.rows:
        try:
            made.append((row.line, kind.read(shape(row.cells))))
        except BillcoreError as error:
            for finding in error.findings or (Finding(code=error.code, found=error.found, expected=error.expected),):
                findings.append(
                    rows.finding(
                        finding.code,
                        line=row.line,
                        path=finding.path,
                        found=finding.found,
                        expected=finding.expected,
                        hint=finding.hint,
                    )
                )
    return tuple(made), tuple(findings)


def filled(cells: Mapping[str, str]) -> dict[str, object]:
    """The cells that are not empty, with ``true`` and ``false`` as booleans: an empty cell takes the field's default.

    >>> filled({"id": "7", "is_active": "TRUE", "note": ""})
    {'id': '7', 'is_active': True}
    """
    flags = {"true": True, "false": False}
    # Only flags are lowered: a text cell that says "True" in a column that holds texts keeps its spelling.
    return {
        name: flags.get(cell.lower(), cell) if name.startswith("is_") else cell for name, cell in cells.items() if cell
    }
