"""How a CSV file that people edit in a spreadsheet becomes rows that know their line, with all findings at once."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping

from billcore.core.errors import excerpt
from billcore.core.findings import Finding, Owner
from billcore.core.limits import DEFAULT, Limits
from billcore.core.source_text import read_text
from billcore.core.value import Value


class Row(Value, frozen=True, kw_only=True):
    """One row: the line it starts on (from 1, the header is line 1) and its cells by column name, as written."""

    line: int
    cells: Mapping[str, str]


class Rows(Value, frozen=True, kw_only=True):
    """What came of reading a CSV file.

    Attributes:
        file: Its name, for findings.
        owner: Who mends it.
        columns: The columns that the file has and its reader knows.
        rows: Every row of the right length.
        findings: What is wrong with the file as a table; cells are judged by the readers of rows.
    """

    file: str
    owner: Owner
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    findings: tuple[Finding, ...] = ()

    def finding(self, code: str, *, line: int, path: str = "", found: str, expected: str, hint: str = "") -> Finding:
        """Say what is wrong at a line, and in which column."""
        return Finding(
            code=code,
            owner=self.owner,
            file=self.file,
            line=line,
            path=path,
            found=found,
            expected=expected,
            hint=hint,
        )


def read_rows(
    data: bytes | str,
    *,
    file: str,
    columns: tuple[str, ...],
    optional: tuple[str, ...] = (),
    owner: Owner = "billing",
    limits: Limits = DEFAULT,
) -> Rows:
    r"""Read a CSV file.

    UTF-8, a byte order mark tolerated; comma or semicolon, told by the header alone; blank lines skipped; cells are
    kept as written. Columns may stand in any order.

    Args:
        data: Bytes of the file; a text is taken as decoded already.
        columns: Columns that must be there.
        optional: Columns that may be there.

    Returns: the rows and findings: ``limit-exceeded``, ``encoding-unknown``, ``csv-malformed``, ``header-missing``,
        ``column-missing``, ``column-unknown``, ``column-repeated``, ``row-ragged``.

    >>> rows = read_rows("id;note\n7;a, b\n\n8\n", file="t.csv", columns=("id", "note"))
    >>> rows.rows[0].cells["note"], rows.findings[0].place, rows.findings[0].code
    ('a, b', 't.csv:4', 'row-ragged')
    """
    text, findings = read_text(data, file=file, owner=owner, limits=limits)
    table = Rows(file=file, owner=owner, findings=findings)
    if findings:
        return table
    noted: list[Finding] = []
    records = _records(text, table, noted)
    line, header = next(records, (1, []))
    if not header:
        if not noted:
            noted.append(table.finding("header-missing", line=1, found="no header line", expected=", ".join(columns)))
        return Rows(file=file, owner=owner, findings=tuple(noted))
    if len(header) == 1 and header[0].count("\t") and columns[0] in header[0].split("\t"):
        told = table.finding(
            "csv-malformed",
            line=line,
            found="cells that are separated by tabs",
            expected="cells that are separated by comma or semicolon",
            hint="Save the table as CSV with commas or semicolons.",
        )
        return Rows(file=file, owner=owner, findings=(told,))
    noted.extend(_header_findings(header, line, table, columns, optional))
    known = [name if name in (*columns, *optional) else "" for name in header]
    rows = []
    for start, cells in records:
        if len(cells) != len(header):
            hint = "Put quotes around a cell that holds the separator." if len(cells) > len(header) else ""
            noted.append(
                table.finding(
                    "row-ragged", line=start, found=f"{len(cells)} cells", expected=f"{len(header)} cells", hint=hint
                )
            )
            continue
        # Written backwards, so that the first of a repeated column stays.
        pairs = reversed([pair for pair in zip(known, cells, strict=True) if pair[0]])
        rows.append(Row(line=start, cells=dict(pairs)))
    kept = tuple(dict.fromkeys(name for name in known if name))
    return Rows(file=file, owner=owner, columns=kept, rows=tuple(rows), findings=tuple(noted))


def _records(text: str, table: Rows, noted: list[Finding]) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and cells of each record that is not blank; a malformed quote ends the file."""
    lines = text.replace("\r\n", "\n").split("\n")
    first = next((line for line in lines if line.strip()), "")
    delimiter = ";" if first.count(";") > first.count(",") else ","
    # split() and not splitlines(): the latter breaks at characters that may stand in a name.
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True)
    start = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            noted.append(
                table.finding(
                    "csv-malformed",
                    line=start,
                    found=f"a record that is not CSV ({excerpt(str(error))})",
                    expected="quotes that close, doubled inside a quoted cell",
                    hint="What stands behind this line was not read.",
                )
            )
            return
        if any(cell.strip() for cell in cells):
            yield start, cells
        start = reader.line_num + 1


def _header_findings(
    header: list[str], line: int, table: Rows, columns: tuple[str, ...], optional: tuple[str, ...]
) -> Iterator[Finding]:
    expected = ", ".join((*columns, *optional))
    for name in columns:
        if name not in header:
            yield table.finding(
                "column-missing", line=line, path=name, found="no such column", expected=f"the column {name}"
            )
    for name in dict.fromkeys(header):
        if name not in (*columns, *optional):
            yield table.finding(
                "column-unknown",
                line=line,
                path=excerpt(name),
                found=f"the column {excerpt(name)}" if name else "a column without a name",
                expected=f"only {expected}",
            )
        elif header.count(name) > 1:
            yield table.finding(
                "column-repeated", line=line, path=name, found=f"{header.count(name)} of them", expected="one"
            )
