"""How a timeline looks as one HTML page: the picture, every row below it, the totals by invoice date.

Every text passes `escaped`; the page loads nothing and holds no script.
"""

from __future__ import annotations

from billcore.core.html import escaped
from billcore.core.table import Table
from billcore.engine.timeline_rows import Timeline
from billcore.render.timeline_svg import timeline_svg
from billcore.render.timeline_tables import timeline_table, totals_table

_STYLE = """body{font:14px/1.45 system-ui,sans-serif;max-width:1200px;margin:1.5rem auto;padding:0 1rem;color:#1c2733;
background:#fff}table{border-collapse:collapse;margin:1rem 0}caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{padding:.15rem .7rem .15rem 0;border-bottom:1px solid #e1e5ea;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.scroll{overflow-x:auto}"""
_NUMBERS = frozenset({"integer", "money", "decimal"})


def timeline_page(timeline: Timeline) -> str:
    """Write a timeline as an HTML page, every row of it.

    >>> from datetime import date
    >>> from billcore.contract.contract import Contract
    >>> from billcore.engine.timeline import timeline
    >>> deal = Contract.read({"id": "C-1", "name": "A & B", "customer": "acme", "entity": "US01", "currency": "USD",
    ...     "term": {"start": date(2026, 1, 1), "end": date(2026, 2, 1)}, "billed_every": "month", "lines": [
    ...     {"id": "seats", "sku": "SEATS", "billed": "in_advance", "price": {"kind": "flat", "amount": "310"}}]})
    >>> page = timeline_page(timeline(deal))
    >>> page.startswith("<!doctype html>"), "A &amp; B" in page, page.count("<table>")
    (True, True, 2)
    """
    title = f"Billing timeline of {timeline.name}"
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">',
            f"<title>{escaped(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>",
            timeline_svg(timeline),
            _table(timeline_table(timeline), "What is billed when"),
            _table(totals_table(timeline), "By invoice date"),
            "</body>\n</html>\n",
        ]
    )


def _table(table: Table, caption: str) -> str:
    styles = [' class="n"' if column.kind in _NUMBERS else "" for column in table.columns]
    head = "".join(
        f"<th{style}>{escaped(column.header)}</th>" for style, column in zip(styles, table.columns, strict=True)
    )
    body = [
        "".join(f"<td{style}>{escaped(cell)}</td>" for style, cell in zip(styles, table.shown(row), strict=True))
        for row in table.rows
    ]
    rows = "\n".join(f"<tr>{row}</tr>" for row in body)
    return (
        f'<div class="scroll"><table><caption>{escaped(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody></table></div>"
    )
