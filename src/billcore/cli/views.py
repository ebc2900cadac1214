"""How reports look on a terminal: aligned, 100 columns, restrained in color, readable without any.

A name is a `Text`: nothing that another system wrote is read as markup or reaches the terminal as a command.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from billcore.core.findings import Finding
from billcore.core.printable import columns as columns_of
from billcore.core.printable import grouped, one_line, shortened, wrapped
from billcore.core.table import Cell, Money, Table

NOTHING = "-"
INDENT, GAP, NARROWEST = 2, 2, 12
Row = Sequence["str | Text"]


def put(console: Console, line: Text | str) -> None:
    """Print one line as it is: a line too long for the terminal is the terminal's to break, no digit is cut off."""
    console.print(line, soft_wrap=True)


def heading(console: Console, text: str, note: str = "") -> None:
    """Say what comes next."""
    line = Text("\n")
    line.append(one_line(text), style="bold")
    if note:
        line.append(f"  {one_line(note)}", style="dim")
    put(console, line)


def said(console: Console, text: str, *, style: str = "", indent: int = INDENT, hanging: int = 0) -> None:
    """Say one thing; what is too long goes on under itself, ``hanging`` columns further in."""
    lines = wrapped(one_line(text), max(NARROWEST, console.width - indent - hanging))
    for number_of_line, line in enumerate(lines):
        before = indent + (hanging if number_of_line else 0)
        put(console, Text(" " * before + line, style=style))


def grid(
    console: Console,
    columns: Sequence[tuple[str, bool]],
    rows: Iterable[Row],
    *,
    total: Row | None = None,
    flexible: int = 0,
) -> None:
    """Print rows in aligned columns.

    Args:
        columns: Header, and whether the column is numbers (at the right, never cut).
        total: A last row under a rule.
        flexible: The column that gives way where the terminal is narrow.
    """
    headers = [Text(one_line(header), style="dim") for header, _ in columns]
    body = [[text_of(cell) for cell in row] for row in rows]
    last = [Text(text_of(cell).plain, style="bold") for cell in total] if total is not None else None
    every = [headers, *body, *([last] if last is not None else [])]
    widths = [max(columns_of(row[place].plain) for row in every) for place in range(len(columns))]
    rest = INDENT + sum(widths) - widths[flexible] + GAP * (len(widths) - 1)
    widths[flexible] = min(widths[flexible], max(NARROWEST, console.width - rest))
    rule = Text(" " * INDENT + "-" * (sum(widths) + GAP * (len(widths) - 1)), style="dim")
    at_right = [is_number for _, is_number in columns]
    put(console, _placed(headers, widths, at_right))
    put(console, rule)
    for row in body:
        put(console, _placed(row, widths, at_right))
    if last is not None:
        put(console, rule)
        put(console, _placed(last, widths, at_right))


def _placed(row: Sequence[Text], widths: Sequence[int], at_right: Sequence[bool]) -> Text:
    line = Text(" " * INDENT)
    for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
        shown = cell
        if columns_of(cell.plain) > width:
            shown = Text(shortened(cell.plain, width), style=cell.style)
        blanks = " " * (width - columns_of(shown.plain))
        line.append(" " * GAP if place else "")
        line = line.append(blanks).append(shown) if at_right[place] else line.append(shown).append(blanks)
    line.rstrip()
    return line


def text_of(cell: str | Text) -> Text:
    """Make a cell safe to print."""
    return cell if isinstance(cell, Text) else Text(one_line(cell))


def number(cell: Cell, *, style: str = "", zero: str = NOTHING) -> Text:
    """Show an amount or a count; zero is a dash where nothing else is asked, so that the eye finds what is there."""
    shown = cell.text if isinstance(cell, Money) else "" if cell is None else str(cell)
    if not shown.strip("0.-"):
        return Text(zero, style="dim")
    return Text(grouped(shown), style=style)


def cells(table: Table, *names: str) -> list[tuple[Cell, ...]]:
    """Take some columns of a report, in the order named."""
    places = {column.name: place for place, column in enumerate(table.columns)}
    return [tuple(row[places[name]] for name in names) for row in table.rows]


def findings_by_owner(console: Console, findings: Iterable[Finding]) -> None:
    """List findings under the owner who can mend them, each with its place."""
    by_owner: dict[str, list[Finding]] = {}
    for finding in findings:
        by_owner.setdefault(finding.owner, []).append(finding)
    for owner, listed in sorted(by_owner.items()):
        count = len(listed)
        heading(console, owner, f"{count} finding{'s' if count > 1 else ''}")
        for finding in listed:
            show_finding(console, finding, with_owner=False)


def show_finding(console: Console, finding: Finding, *, with_owner: bool = True, indent: int = INDENT) -> None:
    """Show one finding: what, whose and where; found and expected; what to do."""
    line = Text(" " * indent)
    line.append(finding.code, style="red" if finding.severity == "error" else "yellow")
    if with_owner:
        line.append(f"  {finding.owner}", style="bold")
    if finding.severity == "warning":
        line.append("  warning")
    place = one_line(finding.place) or one_line(finding.subject)
    if place and columns_of(line.plain) + GAP + columns_of(place) <= console.width:
        line.append(f"  {place}", style="cyan")
        place = ""
    put(console, line)
    if place:
        put(console, Text(" " * (indent + GAP) + place, style="cyan"))
    expected = f"; expected {finding.expected}" if finding.expected else ""
    said(console, f"found {finding.found}{expected}", indent=indent + GAP)
    if finding.hint:
        said(console, finding.hint, style="dim", indent=indent + GAP)
