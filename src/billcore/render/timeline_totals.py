"""How the totals of a timeline's invoices are drawn: a dot on each invoice date, its amount below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple, TypeAlias

from billcore.core.printable import grouped
from billcore.core.words import counted
from billcore.engine.timeline_rows import InvoiceTotal
from billcore.money.amount import Amount
from billcore.render.timeline_axis import Axis
from billcore.render.timeline_labels import places, text_width
from billcore.render.timeline_shapes import FRAME, GROUND, INK, SOFT, path, rect, text, titled

_LEVELS, _LINE, _SIZE, _MARGIN, _BESIDE = 3, 13, 11, 16, 60
UNKNOWN = "+ ?"


def total_shapes(totals: Sequence[InvoiceTotal], axis: Axis, top: int) -> tuple[list[str], int, int]:
    """Draw the lane of invoices.

    Each total has its own text where all find room; else those of equal neighbors are told once, ``12 x 310.00``; else
    those of a quarter, or of a year, are added up.

    Args:
        top: Of the lane, in pixels.

    Returns: the shapes, the lane's bottom, and how many totals have no text.

    >>> axis = Axis(first=date(2026, 1, 1), last=date(2026, 4, 11), left=200, width=1_000)
    >>> total = InvoiceTotal(invoice_date=date(2026, 2, 1), currency="USD", amount_minor=31_000, standing_minor=0,
    ...     row_count=2, unknown_count=1)
    >>> shapes, bottom, left_out = total_shapes([total], axis, 100)
    >>> "310.00 + ?" in shapes[-1], bottom, left_out
    (True, 142, 0)
    """
    texts = _first_that_fits(totals, axis)
    height = 24 + _LINE * max((place[1] + 1 for _, place in texts if place is not None), default=1) + 4
    shapes = [
        path(f"M{_MARGIN} {top}H{axis.right}", stroke=FRAME),
        text(_MARGIN, top + 18, "Invoices", size=12, is_bold=True),
        text(_MARGIN, top + 33, "net by invoice date", size=10, fill=SOFT),
    ]
    for run, place in texts:
        shapes.extend(_run(run, place, axis, top))
    left_out = sum(len(run.totals) for run, place in texts if place is None)
    return shapes, top + max(height, 42), left_out


class _Run(NamedTuple):
    """Totals that share one text."""

    totals: tuple[InvoiceTotal, ...]
    said: str


_Place: TypeAlias = tuple[int, int] | None


def _first_that_fits(totals: Sequence[InvoiceTotal], axis: Axis) -> list[tuple[_Run, _Place]]:
    texts: list[tuple[_Run, _Place]] = []
    for gather in (_each, _equal, _quarters, _years):
        texts = _texts(list(gather(totals)), axis)
        if all(place is not None for _, place in texts):
            break
    return texts


def _each(totals: Sequence[InvoiceTotal]) -> Iterator[_Run]:
    yield from (_Run((one,), _said([one])) for one in totals)


def _equal(totals: Sequence[InvoiceTotal]) -> Iterator[_Run]:
    for said, group in groupby(totals, key=lambda one: _said([one])):
        run = tuple(group)
        yield _Run(run, f"{len(run)} x {said}" if len(run) > 1 else said)


def _quarters(totals: Sequence[InvoiceTotal]) -> Iterator[_Run]:
    yield from _added(totals, lambda day: f"Q{(day.month + 2) // 3} {day.year}")


def _years(totals: Sequence[InvoiceTotal]) -> Iterator[_Run]:
    yield from _added(totals, lambda day: str(day.year))


def _added(totals: Sequence[InvoiceTotal], name: Callable[[date], str]) -> Iterator[_Run]:
    for named, group in groupby(totals, key=lambda one: name(one.invoice_date)):
        run = tuple(group)
        yield _Run(run, f"{named}: {_said(run)}")


def _texts(runs: Sequence[_Run], axis: Axis) -> list[tuple[_Run, _Place]]:
    """Center and level of the text of each run, or None where it finds no room."""
    widths = [text_width(run.said, _SIZE) for run in runs]
    middles = [(axis.x(run.totals[0].invoice_date) + axis.x(run.totals[-1].invoice_date)) // 2 for run in runs]
    labels = list(zip(middles, widths, strict=True))
    found = places(labels, low=axis.left - _BESIDE, high=axis.right, levels=_LEVELS, is_centered=True)
    return [
        (run, None if place is None else (place.left + width // 2, place.level))
        for run, width, place in zip(runs, widths, found, strict=True)
    ]


def _run(run: _Run, place: _Place, axis: Axis, top: int) -> Iterator[str]:
    y = top + 12
    if len(run.totals) > 1:
        yield path(f"M{axis.x(run.totals[0].invoice_date)} {y}H{axis.x(run.totals[-1].invoice_date)}", stroke=SOFT)
    for one in run.totals:
        x = axis.x(one.invoice_date)
        yield titled(_title(one), rect(x - 3, y - 3, 6, 6, fill=INK))
    if place is not None:
        yield text(place[0], top + 30 + _LINE * place[1], run.said, size=_SIZE, is_centered=True, halo=GROUND)


def _said(totals: Sequence[InvoiceTotal]) -> str:
    """The sum; a plus and a question mark where something is not known yet; words where nothing is."""
    if all(one.unknown_count == one.row_count for one in totals):
        return "by usage"
    amount = Amount(minor=sum(one.amount_minor for one in totals), currency=totals[0].currency)
    return grouped(amount.text) + (f" {UNKNOWN}" if any(one.unknown_count for one in totals) else "")


def _title(total: InvoiceTotal) -> str:
    unknown = f", and {counted(total.unknown_count, 'amount')} by usage" if total.unknown_count else ""
    stands = f"; {total.currency} {grouped(total.standing.text)} stands billed" if total.standing_minor else ""
    return f"{total.invoice_date}: {total.currency} {grouped(total.amount.text)}{unknown}{stands}"
