"""How a timeline looks on a terminal: the lines with their prices, rows by invoice date, totals, days to know of."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from billcore.cli.views import findings_by_owner, grid, heading, number, put, said
from billcore.core.printable import grouped, one_line
from billcore.core.words import counted
from billcore.engine.timeline_rows import InvoiceTotal, Timeline, TimelineRow
from billcore.money.amount import Amount, total
from billcore.periods.period import Period
from billcore.render.timeline_lanes import days_text, lanes_of

_COLORS = {"billed": "green", "due": "yellow", "withdrawn": "dim"}


def show_timeline(console: Console, timeline: Timeline) -> None:
    """Show the lines, every row, what each invoice comes to, and what happens on which day."""
    name = timeline.contract if timeline.name == timeline.contract else f"{timeline.name} ({timeline.contract})"
    until = f", through {timeline.through}" if timeline.through is not None else ""
    put(console, Text(one_line(name), style="bold"))
    said(console, f"{days_text(timeline.term)}{until}; {timeline.currency} before tax", style="dim")
    heading(console, "Lines")
    lanes = lanes_of(timeline)
    grid(
        console,
        [("What", False), ("Price", False), ("Billed", False)],
        ([lane.name, lane.prices, lane.timing] for lane in lanes),
        flexible=1,
    )
    _show_rows(console, timeline)
    if timeline.totals:
        _show_totals(console, timeline)
    if timeline.marks:
        heading(console, "Days to know of")
        names = dict(timeline.lines)
        for mark in timeline.marks:
            said(console, " ".join((f"{mark.on} ", names.get(mark.line, mark.line), mark.text)), hanging=12)
    findings_by_owner(console, timeline.findings)


def _show_rows(console: Console, timeline: Timeline) -> None:
    """A row for each piece; below them, what each stub is a part of."""
    has_quantity = any(row.quantity for row in timeline.rows)
    has_standing = any(row.numbers for row in timeline.rows)
    columns = [("Invoiced", False), ("What", False), ("Service period", False), ("Units", True), ("Net", True)]
    columns += [("Status", False), ("Document", False)]
    kept = [place for place in range(7) if (place != 3 or has_quantity) and (place != 6 or has_standing)]
    heading(console, "Rows", "by invoice date" + ("; * is a stub" if any(row.is_stub for row in timeline.rows) else ""))
    grid(
        console,
        [columns[place] for place in kept],
        ([cells[place] for place in kept] for cells in map(_cells, timeline.rows)),
        flexible=1,
    )
    for row in timeline.rows:
        if row.is_stub:
            whole = " and ".join(map(days_text, row.full))
            said(console, f"* {_what(row)}, {days_text(row.service)}: a part of {whole}", style="dim", hanging=2)


def _what(row: TimelineRow) -> str:
    # The piece first: where the terminal is narrow, the end of a text gives way.
    return f"{row.piece}, {row.name}" if row.piece else row.name


def _cells(row: TimelineRow) -> list[str | Text]:
    return [
        "open" if row.invoice_date is None else str(row.invoice_date),
        _what(row),
        _short_days(row.service) + (" *" if row.is_stub else ""),
        grouped(row.quantity) if row.quantity else "",
        _net(row),
        Text(row.status, style=_COLORS.get(row.status, "")),
        ", ".join(row.numbers),
    ]


def _short_days(period: Period) -> str:
    """First and last day, the year of the last one only where it is another; a terminal is narrow."""
    last = period.last_day
    if last == period.start or last.year != period.start.year:
        return days_text(period)
    return f"{period.start} to {str(last)[5:]}"


def _net(row: TimelineRow) -> Text:
    if row.amount is not None:
        return number(row.amount, zero=row.amount.text)
    return Text("by usage", style="dim") if row.standing is None else number(row.standing, zero=row.standing.text)


def _show_totals(console: Console, timeline: Timeline) -> None:
    has_standing = any(row.standing is not None for row in timeline.rows)
    columns = [("Invoice date", False), ("Net", True), ("Stands billed", True), ("", False)]
    kept = [place for place in range(4) if place != 2 or has_standing]
    net = _sum((one.amount for one in timeline.totals), timeline.currency)
    stands = _sum((one.standing for one in timeline.totals), timeline.currency)
    last: list[str | Text] = ["Total", number(net, zero=net.text), number(stands), ""]
    heading(console, "Invoices", "net of the rows of each date")
    grid(
        console,
        [columns[place] for place in kept],
        ([cells[place] for place in kept] for cells in map(_total_cells, timeline.totals)),
        total=[last[place] for place in kept],
    )


def _total_cells(one: InvoiceTotal) -> list[str | Text]:
    unknown = f"and {counted(one.unknown_count, 'amount')} by usage" if one.unknown_count else ""
    return [str(one.invoice_date), number(one.amount, zero=one.amount.text), number(one.standing), unknown]


def _sum(amounts: Iterable[Amount], currency: str) -> Amount:
    return total(list(amounts), currency)
