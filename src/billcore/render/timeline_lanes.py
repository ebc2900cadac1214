"""What stands in each lane of a timeline's picture: bands with their words, on levels so that none covers another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, TypeAlias

from billcore.billing.workings import STAGE_KINDS
from billcore.core.printable import grouped
from billcore.core.value import Value, replaced
from billcore.core.words import counted
from billcore.engine.timeline_rows import Mark, Status, Timeline, TimelineRow
from billcore.money.amount import Amount
from billcore.periods.period import Period

Side = Literal["in_advance", "in_arrears", "other"]
_Key: TypeAlias = tuple[str, date, date]
HOW = {"in_advance": "in advance", "in_arrears": "in arrears", "once": "at the start", "on_milestone": "at milestones"}
# What a band of several pieces is called: the state that asks most of a reader.
_FIRST: tuple[Status, ...] = ("due", "awaits usage", "awaits delivery", "planned", "billed", "withdrawn")


class Band(Value, frozen=True, kw_only=True):
    """One service period of a line.

    Attributes:
        service: Its days.
        outlines: The whole billing periods that it is a part of; empty where nothing was cut.
        status: Its color.
        label: What is written into it.
        amount: The amount, where the label says nothing else.
        title: Everything that is known of it, for who points at it.
        invoice_date: When it is billed, or None.
        side: Whether the invoice date is the band's start, its end, or another day.
        level: Counted from 0, downwards.
    """

    service: Period
    outlines: tuple[Period, ...]
    status: Status
    label: str
    amount: Amount | None
    title: str
    invoice_date: date | None
    side: Side
    level: int = 0


class Lane(Value, frozen=True, kw_only=True):
    """One line of the contract.

    Attributes:
        name, prices, timing: What it is, what it costs, when it is billed.
        bands: By start.
        levels: How many levels they need; 1 or more.
        marks: Days that matter to it.
    """

    name: str
    prices: str
    timing: str
    bands: tuple[Band, ...]
    levels: int
    marks: tuple[Mark, ...]


def lanes_of(timeline: Timeline) -> tuple[Lane, ...]:
    """Put the rows of a timeline into a lane for each line.

    The pieces of usage of one service period (groups, tiers) are one band with their sum; a table shows each.

    Returns: lanes in the contract's order of lines.
    Rounding: none; a band's amount is the sum of its rows.

    >>> from billcore.contract.contract import Contract
    >>> from billcore.engine.timeline import timeline
    >>> deal = Contract.read({"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD",
    ...     "term": {"start": date(2026, 1, 1), "end": date(2026, 3, 1)}, "billed_every": "month", "lines": [
    ...     {"id": "seats", "sku": "SEATS", "billed": "in_advance", "price": {"kind": "flat", "amount": "310"}}]})
    >>> lane, = lanes_of(timeline(deal))
    >>> lane.prices, lane.timing, [(band.label, band.side) for band in lane.bands]
    ('310 per month', 'in advance', [('310.00', 'in_advance'), ('310.00', 'in_advance')])
    """
    by_line: dict[str, list[TimelineRow]] = {line: [] for line, _ in timeline.lines}
    for row in timeline.rows:
        by_line[row.line].append(row)
    marks: dict[str, list[Mark]] = {}
    for mark in timeline.marks:
        marks.setdefault(mark.line, []).append(mark)
    return tuple(_lane(name, by_line[line], marks.get(line, ())) for line, name in timeline.lines)


def _lane(name: str, rows: Sequence[TimelineRow], marks: Sequence[Mark]) -> Lane:
    rows = sorted(rows, key=lambda row: (row.service.start, row.service.end))
    bands = _levelled([_band(mine) for mine in _together(rows)])
    return Lane(
        name=name,
        prices=_prices(rows),
        timing=", ".join(dict.fromkeys(HOW[row.billed] for row in rows if row.billed and row.kind not in STAGE_KINDS)),
        bands=bands,
        levels=max((band.level for band in bands), default=0) + 1,
        marks=tuple(marks),
    )


def _together(rows: Iterable[TimelineRow]) -> list[list[TimelineRow]]:
    """The rows of each band: of usage those of one service period, of everything else each alone."""
    found: dict[tuple[str, _Key], list[TimelineRow]] = {}
    for number, row in enumerate(rows):
        is_withdrawn = row.status == "withdrawn"
        what = "usage" if row.kind == "usage" and not is_withdrawn else str(number)
        found.setdefault((what, (row.line, row.service.start, row.service.end)), []).append(row)
    return list(found.values())


def _band(rows: Sequence[TimelineRow]) -> Band:
    first = rows[0]
    states = {row.status for row in rows}
    cut = first.full if first.is_stub else ()
    return Band(
        service=first.service,
        # Of a long stub the whole period in it needs no outline: the band covers it.
        outlines=tuple(full for full in cut if not first.service.covers(full)),
        status=next(status for status in _FIRST if status in states),
        label=_label(rows),
        amount=_amount_alone(rows),
        title=_title(rows),
        invoice_date=first.invoice_date,
        side=_side(first),
    )


def _side(row: TimelineRow) -> Side:
    if row.invoice_date == row.service.start:
        return "in_advance"
    return "in_arrears" if row.invoice_date == row.service.end else "other"


def _label(rows: Sequence[TimelineRow]) -> str:
    """The amount, or why there is none; in front of it the name of a piece that stands alone."""
    piece = f"{rows[0].piece} " if len(rows) == 1 and rows[0].piece else ""
    should, stands = _sum(row.amount for row in rows), _sum(row.standing for row in rows)
    if should is None:
        return piece + (_shown(stands) if stands is not None else "by usage")
    if rows[0].status == "withdrawn":
        return f"{piece}withdrawn" + (f", {_shown(stands)} stands" if stands is not None and stands.minor else "")
    differs = stands is not None and stands.minor != should.minor
    return f"{piece}{_shown(should)}" + (f" ({_shown(stands)} stands)" if stands is not None and differs else "")


def _amount_alone(rows: Sequence[TimelineRow]) -> Amount | None:
    should = _sum(row.amount for row in rows)
    return should if should is not None and _label(rows) == _shown(should) else None


def _sum(amounts: Iterable[Amount | None]) -> Amount | None:
    known = [amount for amount in amounts if amount is not None]
    return Amount(minor=sum(one.minor for one in known), currency=known[0].currency) if known else None


def _shown(amount: Amount) -> str:
    return grouped(amount.text)


def days_text(period: Period) -> str:
    """Say a period by its first and its last day.

    >>> days_text(Period(start=date(2026, 1, 1), end=date(2026, 2, 1)))
    '2026-01-01 to 2026-01-31'
    """
    return str(period.start) if period.days == 1 else f"{period.start} to {period.last_day}"


def _title(rows: Sequence[TimelineRow]) -> str:
    first = rows[0]
    parts = [f"{first.name}{f' {first.piece}' if first.piece and len(rows) == 1 else ''}: {days_text(first.service)}"]
    if first.is_stub:
        parts.append(f"of {' and '.join(days_text(full) for full in first.full)}")
    if first.quantity and len(rows) == 1:
        parts.append(f"quantity {first.quantity}")
    parts.append(first.price)
    if len(rows) > 1:
        parts.append(f"{counted(len(rows), 'piece')}")
    parts.append(f"{first.currency} {_label(rows)}" if first.amount is not None else _label(rows))
    parts.append(", ".join(dict.fromkeys(row.status for row in rows)))
    if first.invoice_date is not None:
        parts.append(f"invoice date {first.invoice_date}")
    parts.extend(dict.fromkeys(number for row in rows for number in row.numbers))
    return "; ".join(part for part in parts if part)


def _prices(rows: Sequence[TimelineRow]) -> str:
    """The prices of a line, in the order in which they are in force."""
    prices = list(dict.fromkeys(row.price for row in rows if row.price and row.kind not in STAGE_KINDS))
    if len(prices) > 2:
        prices = [prices[0], counted(len(prices) - 1, "other price")]
    return ", then ".join(prices)


def _levelled(bands: Iterable[Band]) -> tuple[Band, ...]:
    """Each band on the first level on which nothing else stands on its days."""
    ends: list[date] = []
    found = []
    for band in sorted(bands, key=lambda band: (band.service.start, band.service.end)):
        level = next((level for level, end in enumerate(ends) if end <= band.service.start), len(ends))
        ends[level : level + 1] = [band.service.end]
        found.append(replaced(band, level=level))
    return tuple(found)
