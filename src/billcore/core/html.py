"""How foreign text stands in HTML without becoming markup, and how a table looks in a notebook.

No template and no dependency: every text passes `escaped`, and no attribute ever holds foreign text.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from billcore.core.printable import one_line, shortened

CELL_LIMIT = 120
ROW_LIMIT = 200
BYTE_LIMIT = 45_000


def escaped(text: str) -> str:
    """Write a text so that no browser reads markup in it, also inside quotes.

    >>> escaped('<script>alert("x")</script>')
    '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;'
    """
    return html.escape(one_line(text), quote=True)


def html_table(
    caption: str, headers: Sequence[str], rows: Iterable[Sequence[str]], *, is_number: Sequence[bool], count: int
) -> str:
    """Write a table as HTML of less than 50 KB, whatever its rows hold.

    Args:
        caption, headers, rows: Plain texts; they are escaped here.
        is_number: For each column, whether it stands at the right.
        count: How many rows there are; those that do not fit are counted in the last line.
    """
    right = ' style="text-align:right"'
    aligned = [right if number else ' style="text-align:left"' for number in is_number]
    head = "".join(f"<th{style}>{_cell(text)}</th>" for style, text in zip(aligned, headers, strict=True))
    body: list[str] = []
    size = len(head.encode())
    for row in rows:
        line = "".join(f"<td{style}>{_cell(text)}</td>" for style, text in zip(aligned, row, strict=True))
        size += len(line.encode()) + len("<tr></tr>\n")
        if len(body) == ROW_LIMIT or size > BYTE_LIMIT:
            break
        body.append(f"<tr>{line}</tr>")
    left = count - len(body)
    more = f'<tr><td colspan="{max(1, len(headers))}">{left:,} more</td></tr>' if left else ""
    parts = ["<table>", f"<caption>{_cell(caption)}</caption>", f"<thead><tr>{head}</tr></thead>", "<tbody>", *body]
    return "\n".join([*parts, *([more] if more else []), "</tbody>", "</table>"])


def _cell(text: str) -> str:
    return escaped(shortened(one_line(text), CELL_LIMIT))
