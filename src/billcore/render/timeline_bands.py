"""How the bands of one level are drawn: torn stubs in their whole periods, marks of invoice dates, words that fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from billcore.core.printable import grouped
from billcore.render.timeline_axis import Axis
from billcore.render.timeline_labels import AIR, text_width
from billcore.render.timeline_lanes import Band
from billcore.render.timeline_shapes import LOOKS, OUTLINE, band_path, flag_path, path, rect, text, titled

BAND, BAND_PITCH = 20, 34
_FLAG, _SIZE = 7, 11


def band_shapes(bands: Sequence[Band], axis: Axis, top: int) -> Iterator[str]:
    """Draw bands of one level, none of which covers another.

    An amount is written into its band where it fits; else neighbors share one text, ``12 x 310.00``.

    Args:
        bands: By start.
        top: Of the bands, in pixels.

    >>> from datetime import date
    >>> from billcore.periods.period import Period
    >>> axis = Axis(first=date(2026, 1, 1), last=date(2026, 2, 1), left=200, width=310)
    >>> january = Band(service=Period(start=date(2026, 1, 1), end=date(2026, 2, 1)), outlines=(), status="planned",
    ...     label="310.00", amount=None, title="January", invoice_date=None, side="other")
    >>> band, amount = band_shapes([january], axis, 50)
    >>> band
    '<g><title>January</title><path d="M200 50H509V70H200z" fill="#d8e7f7" stroke="#4c7fb3"/></g>'
    >>> amount[:24], amount[-14:]
    ('<text x="354" y="64" fon', '>310.00</text>')
    """
    for left, width in dict.fromkeys(_outlines(bands, axis)):
        yield rect(left, top - 3, width, BAND + 6, stroke=OUTLINE, dash="2 2")
    for band in bands:
        yield titled(band.title, _body(band, axis, top), *_flag(band, axis, top))
    for left, right, said, band in _labels(bands, axis):
        look = LOOKS[band.status]
        yield text((left + right) // 2, top + 14, said, size=_SIZE, fill=look.ink, is_centered=True, halo=look.fill)


def _outlines(bands: Sequence[Band], axis: Axis) -> Iterator[tuple[int, int]]:
    for band in bands:
        for period in band.outlines:
            left, right = axis.x(period.start), axis.x(period.end)
            if right > left:
                yield left, right - left


def _edges(band: Band, axis: Axis) -> tuple[int, int]:
    """Left and right edge; a pixel stays free between neighbors, and no band vanishes."""
    left, right = axis.x(band.service.start), axis.x(band.service.end)
    return left, max(left + 2, right - 1)


def _body(band: Band, axis: Axis, top: int) -> str:
    left, right = _edges(band, axis)
    look, service = LOOKS[band.status], band.service
    cut_left = any(period.start < service.start < period.end for period in band.outlines)
    cut_right = any(period.start < service.end < period.end for period in band.outlines)
    moves = band_path(left, top, right - left, BAND, cut_left=cut_left, cut_right=cut_right)
    return path(moves, fill=look.fill, stroke=look.stroke, dash=look.dash)


def _flag(band: Band, axis: Axis, top: int) -> Iterator[str]:
    if band.invoice_date is None or not axis.first <= band.invoice_date <= axis.last:
        return
    left, right = _edges(band, axis)
    x = right if band.side == "in_arrears" else axis.x(band.invoice_date)
    width = max(3, min(_FLAG, right - left))
    yield path(flag_path(x, top + BAND + 2, width, band.side), fill=LOOKS[band.status].stroke)


def _labels(bands: Sequence[Band], axis: Axis) -> Iterator[tuple[int, int, str, Band]]:
    """Left and right edge of each text with what it says: of one band, or of a run of neighbors of one status."""
    run: list[Band] = []
    for band in bands:
        is_alone = _fits(band.label, *_edges(band, axis))
        if is_alone or not (run and _continues(run[-1], band)):
            yield from _run_labels(run, axis)
            run = []
        if is_alone:
            yield (*_edges(band, axis), band.label, band)
        else:
            run.append(band)
    yield from _run_labels(run, axis)


def _continues(before: Band, band: Band) -> bool:
    is_like = (before.status, bool(before.outlines)) == (band.status, bool(band.outlines))
    return is_like and before.service.end == band.service.start


def _run_labels(run: Sequence[Band], axis: Axis) -> Iterator[tuple[int, int, str, Band]]:
    """One text for equal neighbors where that tells all; else one for the whole run, else what finds room."""
    equal = [list(group) for _, group in groupby(run, key=lambda band: band.label)]
    told = [group for group in equal if len(group) > 1 and _fits(_times(group), *_span(group, axis))]
    said = _least_to_most(run)
    if len(told) < len(equal) and said and _fits(said, *_span(run, axis)):
        yield (*_span(run, axis), said, run[0])
    else:
        yield from ((*_span(group, axis), _times(group), group[0]) for group in told)


def _least_to_most(run: Sequence[Band]) -> str:
    """Say the amounts of a run by the least and the most; nothing where a band says more than its amount."""
    amounts = [band.amount for band in run if band.amount is not None]
    if len(run) < 2 or len(amounts) < len(run):
        return ""
    least, most = (choose(amounts, key=lambda one: one.minor) for choose in (min, max))
    return f"{len(run)} x {grouped(least.text)} to {grouped(most.text)}"


def _times(group: Sequence[Band]) -> str:
    return f"{len(group)} x {group[0].label}"


def _span(run: Sequence[Band], axis: Axis) -> tuple[int, int]:
    return _edges(run[0], axis)[0], _edges(run[-1], axis)[1]


def _fits(said: str, left: int, right: int) -> bool:
    return text_width(said, _SIZE) + AIR <= right - left
