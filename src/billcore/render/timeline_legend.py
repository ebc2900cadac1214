"""What the colors and signs of a timeline's picture mean: only those that it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from billcore.engine.timeline_rows import Status
from billcore.render.timeline_labels import text_width
from billcore.render.timeline_lanes import Lane
from billcore.render.timeline_shapes import LOOKS, OUTLINE, SOFT, band_path, flag_path, path, rect, text

_LEFT, _SIZE, _SIGN, _GAP, _LINE = 16, 11, 26, 20, 20
_SIDES = {
    "in_advance": "invoice date, in advance",
    "in_arrears": "invoice date, in arrears",
    "other": "invoice date, another day",
}


def legend(
    lanes: Sequence[Lane], states: Sequence[Status], top: int, notes: Sequence[str], width: int
) -> tuple[list[str], int]:
    """Draw the legend and the notes below it.

    Args:
        states: That the picture has, in their order.
        top: In pixels.
        width: Of the picture; the legend breaks into lines.

    Returns: the shapes, and the height of the whole picture.

    >>> shapes, height = legend((), ("billed", "due"), 100, ("One note.",), 1_200)
    >>> [shape.partition(">")[2].removesuffix("</text>") for shape in shapes if shape.startswith("<text")], height
    (['billed', 'due', 'One note.'], 144)
    """
    shapes: list[str] = []
    x, y = _LEFT, top
    for sign, said in _entries(lanes, states):
        wide = _SIGN + text_width(said, _SIZE)
        if x + wide > width - _LEFT and x > _LEFT:
            x, y = _LEFT, y + _LINE
        shapes += [_sign(sign, x, y), text(x + _SIGN, y + 11, said, size=_SIZE, fill=SOFT)]
        x += wide + _GAP
    y += _LINE
    for note in notes:
        shapes.append(text(_LEFT, y + 11, note, size=_SIZE, fill=SOFT))
        y += _LINE
    return shapes, y + 4


def _entries(lanes: Sequence[Lane], states: Sequence[Status]) -> Iterator[tuple[str, str]]:
    bands = [band for lane in lanes for band in lane.bands]
    yield from ((status, status) for status in states)
    sides = {band.side for band in bands if band.invoice_date is not None}
    yield from ((side, said) for side, said in _SIDES.items() if side in sides)
    if any(band.outlines for band in bands):
        yield "stub", "stub, and its whole billing period"


def _sign(sign: str, x: int, y: int) -> str:
    for status, look in LOOKS.items():
        if sign == status:
            return rect(x, y, 20, 13, fill=look.fill, stroke=look.stroke, dash=look.dash)
    if sign == "stub":
        whole = rect(x, y, 20, 13, stroke=OUTLINE, dash="2 2")
        return whole + path(band_path(x, y + 2, 16, 8, cut_left=False, cut_right=True), fill=LOOKS["planned"].fill)
    return path(flag_path(x + 10, y + 3, 7, sign), fill=SOFT)
