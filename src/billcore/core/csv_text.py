"""How a table becomes CSV that every reader splits the same way and no spreadsheet runs.

Source: RFC 4180 for the form. A text cell that a spreadsheet would run as a formula gets a leading apostrophe and is
quoted; numbers and dates are never touched, so that a negative amount stays a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from billcore.core.printable import one_line

# Spreadsheets run a cell that begins so; the full-width forms are read as the same signs. A leading apostrophe is
# guarded as well, so that a reader who takes one off always gets the text back. A tab or carriage return in front is
# taken off by `one_line` before.
_FORMULA_STARTS = tuple("=+-@'\uff1d\uff0b\uff0d\uff20")
_QUOTE = '"'


def text_cell(text: str, *, raw: bool = False) -> str:
    """Write one text as a cell.

    Args:
        raw: Without the apostrophe, for a reader that is a program.

    >>> print(text_cell("=1+1"), text_cell('an "odd", one'), text_cell("plain"))
    "'=1+1" "an ""odd"", one" plain
    """
    shown = one_line(text)
    guarded = not raw and shown.startswith(_FORMULA_STARTS)
    if guarded:
        shown = f"'{shown}"
    if guarded or _QUOTE in shown or "," in shown:
        return _QUOTE + shown.replace(_QUOTE, _QUOTE * 2) + _QUOTE
    return shown


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Join cells that are written already into records, each ended by CR LF."""
    return "".join(f"{','.join(record)}\r\n" for record in (header, *rows))
