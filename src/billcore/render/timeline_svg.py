"""How a timeline looks as a picture: a lane for each line, a band for each service period, invoices below, as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import chain

from billcore.core.printable import one_line
from billcore.core.value import Value, replaced
from billcore.core.words import counted
from billcore.engine.timeline_rows import STATUSES, Mark, Timeline
from billcore.render.timeline_axis import Axis, span_of
from billcore.render.timeline_bands import BAND_PITCH, band_shapes
from billcore.render.timeline_labels import AIR, Place, broken, fitted, places, text_width
from billcore.render.timeline_lanes import Lane, days_text, lanes_of
from billcore.render.timeline_legend import legend
from billcore.render.timeline_shapes import (
    FONT,
    FRAME,
    GRID,
    GROUND,
    INK,
    MARK,
    OUTSIDE,
    SOFT,
    path,
    plain,
    rect,
    text,
    titled,
)
from billcore.render.timeline_totals import UNKNOWN, total_shapes

WIDTH, LEFT, RIGHT, MARGIN = 1_200, 240, 24, 16
PAD, LABEL, NAME, FACT = 9, 13, 15, 12
ROOM = LEFT - MARGIN - AIR
# What a person can look at; the rest is told in a note and stands in the table.
LANES, BANDS, LEVELS, MARK_LEVELS, MARK_TEXT = 40, 4_000, 12, 6, 240


class _Strip(Value, frozen=True, kw_only=True):
    """A lane in its place.

    Attributes:
        top, height: Pixels.
        marks: Its days with their words and the place of these; one mark for each day.
        bands_top: Where its bands begin.
    """

    lane: Lane
    top: int
    height: int
    marks: tuple[tuple[Mark, Place | None], ...]
    bands_top: int


def timeline_svg(timeline: Timeline) -> str:
    """Draw a timeline.

    A triangle below a band is its invoice date: at the start, leaning right, in advance; at the end, leaning left, in
    arrears. A stub is torn where it was cut, and its whole billing period is outlined. What finds no room is left out
    of the band and shown to who points at it; no digit is cut.

    Returns: SVG of 1,200 pixels by what the lanes need; the same bytes for the same timeline. At most 40 lanes; what is
        left out is counted in a note.
    Rounding: none; days become whole pixels.

    >>> from billcore.contract.contract import Contract
    >>> from billcore.engine.timeline import timeline
    >>> deal = Contract.read({"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD",
    ...     "term": {"start": date(2026, 1, 1), "end": date(2026, 3, 1)}, "billed_every": "month", "lines": [
    ...     {"id": "seats", "sku": "SEATS", "billed": "in_advance", "price": {"kind": "flat", "amount": "310"}}]})
    >>> picture = timeline_svg(timeline(deal))
    >>> picture[:4], picture.count("310.00</text>")
    ('<svg', 4)
    """
    lanes, notes = _shown(lanes_of(timeline))
    axis = _axis(timeline, lanes)
    whole = [mark for mark in timeline.marks if not mark.line]
    if timeline.through is not None:
        # The day counts whole, so its line stands where it ends.
        ends = timeline.through if timeline.through == date.max else timeline.through + timedelta(days=1)
        whole.append(Mark(on=ends, text=f"through {timeline.through}"))
    marks = _placed(whole, axis)
    axis_top = 60 + LABEL * _levels_of(marks)
    chart_top = axis_top + 32
    strips = _strips(lanes, axis, chart_top)
    chart_bottom = strips[-1].top + strips[-1].height if strips else chart_top
    totals, totals_bottom, left_out = total_shapes(timeline.totals, axis, chart_bottom)
    if any(0 < total.unknown_count < total.row_count for total in timeline.totals):
        notes.insert(0, f"{UNKNOWN}  amounts that are not known yet come on top.")
    if left_out:
        notes.append(f"{counted(left_out, 'total')} found no room here.")
    shapes = [
        *_ground(timeline, axis, chart_top, totals_bottom),
        *_ticks(axis, axis_top, totals_bottom),
        *chain.from_iterable(_strip(strip, axis) for strip in strips),
        *totals,
        *_marks(marks, axis, 60, chart_top, totals_bottom),
    ]
    states = [status for status in STATUSES if any(band.status == status for lane in lanes for band in lane.bands)]
    below, bottom = legend(lanes, states, totals_bottom + 14, notes, WIDTH)
    return "\n".join([*_head(timeline, lanes, bottom), *shapes, *below, "</svg>\n"])


def _shown(lanes: Sequence[Lane]) -> tuple[list[Lane], list[str]]:
    """The lanes that a picture holds, and what is said of the others."""
    shown: list[Lane] = []
    notes: list[str] = []
    bands = hidden = 0
    for lane in lanes[:LANES]:
        bands += len(lane.bands)
        if shown and bands > BANDS:
            break
        kept = tuple(band for band in lane.bands if band.level < LEVELS)[:BANDS]
        hidden += len(lane.bands) - len(kept)
        shown.append(replaced(lane, bands=kept, levels=min(lane.levels, LEVELS)))
    if len(shown) < len(lanes):
        notes.append(f"{counted(len(lanes) - len(shown), 'more line')}: not in the picture, but in the table.")
    if hidden:
        notes.append(f"{counted(hidden, 'more piece')} of these lines: not in the picture, but in the table.")
    return shown, notes


def _axis(timeline: Timeline, lanes: Sequence[Lane]) -> Axis:
    days = [
        *(day for lane in lanes for band in lane.bands for day in (band.service.start, band.service.end)),
        *(day for lane in lanes for band in lane.bands for one in band.outlines for day in (one.start, one.end)),
        *(band.invoice_date for lane in lanes for band in lane.bands if band.invoice_date is not None),
        *(mark.on for mark in timeline.marks),
    ]
    first, last = span_of(days, around=(timeline.term.start, timeline.term.end))
    return Axis(first=first, last=last, left=LEFT, width=WIDTH - LEFT - RIGHT)


def _placed(marks: Sequence[Mark], axis: Axis) -> tuple[tuple[Mark, Place | None], ...]:
    """One mark for each day, and where its words stand beside its line."""
    by_day: dict[date, list[str]] = {}
    for mark in marks:
        if axis.first <= mark.on <= axis.last:
            by_day.setdefault(mark.on, []).append(one_line(mark.text))
    told = [Mark(on=day, text=fitted(", ".join(texts), MARK_TEXT, 10)) for day, texts in sorted(by_day.items())]
    labels = [(axis.x(mark.on) + 4, text_width(mark.text, 10)) for mark in told]
    found = places(labels, low=axis.left, high=axis.right, levels=MARK_LEVELS, is_centered=False)
    return tuple(zip(told, found, strict=True))


def _levels_of(marks: Sequence[tuple[Mark, Place | None]]) -> int:
    return max((place.level + 1 for _, place in marks if place is not None), default=0)


def _strips(lanes: Sequence[Lane], axis: Axis, top: int) -> list[_Strip]:
    strips = []
    for lane in lanes:
        marks = _placed(lane.marks, axis)
        head, bands = LABEL * _levels_of(marks), lane.levels * BAND_PITCH
        height = max(_words_height(lane) + PAD, head + bands) + PAD
        bands_top = top + PAD + head + (height - PAD - head - bands) // 2
        strips.append(_Strip(lane=lane, top=top, height=height, marks=marks, bands_top=bands_top))
        top += height
    return strips


def _head(timeline: Timeline, lanes: Sequence[Lane], height: int) -> Iterator[str]:
    name = timeline.name if timeline.name == timeline.contract else f"{timeline.name} ({timeline.contract})"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" font-family="{FONT}" style="max-width:100%;height:auto">'
    )
    yield f"<title>Billing timeline of {plain(name)}</title>"
    rows = counted(sum(len(lane.bands) for lane in lanes), "service period")
    yield f"<desc>{rows} on {counted(len(lanes), 'line')}; term {days_text(timeline.term)}.</desc>"
    yield rect(0, 0, WIDTH, height, fill=GROUND, stroke=FRAME)
    yield text(MARGIN, 28, fitted(name, WIDTH - 2 * MARGIN, 17), size=16, is_bold=True)
    facts = f"{days_text(timeline.term)}, {timeline.currency} before tax"
    yield text(MARGIN, 46, facts, size=12, fill=SOFT)


def _ground(timeline: Timeline, axis: Axis, top: int, bottom: int) -> Iterator[str]:
    """What lies outside the term is gray."""
    start, end = axis.x(timeline.term.start), axis.x(timeline.term.end)
    for left, right in ((axis.left, start), (end, axis.right)):
        if right > left:
            yield rect(left, top, right - left, bottom - top, fill=OUTSIDE)


def _ticks(axis: Axis, top: int, bottom: int) -> Iterator[str]:
    for tick in axis.ticks:
        x = axis.x(tick.on)
        if tick.is_line:
            yield path(f"M{x} {top + (2 if tick.is_year else 16)}V{bottom}", stroke=GRID)
        y = top + (11 if tick.is_year else 26)
        yield text(x + 3, y, tick.text, size=11, fill=INK if tick.is_year else SOFT, is_bold=tick.is_year)


def _strip(strip: _Strip, axis: Axis) -> Iterator[str]:
    yield path(f"M{MARGIN} {strip.top}H{axis.right}", stroke=FRAME)
    lane, y = strip.lane, strip.top + (strip.height - _words_height(strip.lane)) // 2
    words: list[str] = []
    for said in _name_lines(lane):
        y += NAME
        words.append(text(MARGIN, y - 2, said, size=12, is_bold=True))
    for said in _facts(lane):
        y += FACT
        words.append(text(MARGIN, y, fitted(said, ROOM, 10), size=10, fill=SOFT))
    yield titled("; ".join((lane.name, *_facts(lane))), *words)
    for level in range(lane.levels):
        mine = [band for band in lane.bands if band.level == level]
        yield from band_shapes(mine, axis, strip.bands_top + level * BAND_PITCH)
    yield from _marks(strip.marks, axis, strip.top + 1, strip.top, strip.top + strip.height)


def _name_lines(lane: Lane) -> tuple[str, ...]:
    return broken(lane.name, ROOM, 13, lines=2)  # bold letters are wider


def _facts(lane: Lane) -> tuple[str, ...]:
    return tuple(said for said in (lane.prices, lane.timing) if said)


def _words_height(lane: Lane) -> int:
    return NAME * len(_name_lines(lane)) + FACT * len(_facts(lane))


def _marks(
    marks: Sequence[tuple[Mark, Place | None]], axis: Axis, labels_top: int, line_top: int, bottom: int
) -> Iterator[str]:
    """A line down from each day, its words beside the top of it."""
    for mark, place in marks:
        x = axis.x(mark.on)
        top = line_top if place is None else min(line_top, labels_top + LABEL * place.level)
        shapes = [path(f"M{x} {top}V{bottom}", stroke=MARK, dash="5 3")]
        if place is not None:
            shapes.append(text(place.left, labels_top + LABEL * place.level + 10, mark.text, size=10, fill=MARK))
        yield titled(f"{mark.on}: {mark.text}", *shapes)
