"""How the shapes of a picture are written as SVG: whole pixels, attributes of our own alone, every text escaped.

Colors stand on each shape and no style sheet is written: several pictures may stand in one page and none reaches
another. A picture brings its own ground, so it reads the same on a light and on a dark page.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from billcore.core.html import escaped
from billcore.engine.timeline_rows import Status

INK, SOFT, GRID, GROUND, OUTSIDE, FRAME = "#1c2733", "#55626f", "#e1e5ea", "#ffffff", "#f3f4f6", "#c5ccd4"
MARK, OUTLINE = "#a83a32", "#7d8893"
FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
# Characters that no XML may hold, also not as a reference.
_NO_XML = re.compile("[\ufffe\uffff]")


class Look(NamedTuple):
    """How a status is drawn: told apart by lightness and dashes too, for who sees no colors."""

    fill: str
    stroke: str
    ink: str
    dash: str = ""


LOOKS: dict[Status, Look] = {
    "billed": Look("#2f7d5b", "#1f5a40", "#ffffff"),
    "due": Look("#f0b04c", "#9a5f0b", INK),
    "planned": Look("#d8e7f7", "#4c7fb3", INK),
    "awaits usage": Look(GROUND, "#4c7fb3", "#2f587f", "4 3"),
    "awaits delivery": Look(GROUND, "#8358ad", "#5b3787", "2 2"),
    "withdrawn": Look("#e6e7e9", "#8b9198", SOFT, "1 3"),
}


def text(
    x: int,
    y: int,
    said: str,
    *,
    size: int = 11,
    fill: str = INK,
    is_centered: bool = False,
    is_bold: bool = False,
    halo: str = "",
) -> str:
    """Write a text with its baseline at y.

    Args:
        halo: Color of a seam around the letters, where lines run behind them.

    >>> text(10, 20, "A & B", size=12, is_centered=True)
    '<text x="10" y="20" font-size="12" fill="#1c2733" text-anchor="middle">A &amp; B</text>'
    """
    more = (' text-anchor="middle"' if is_centered else "") + (' font-weight="600"' if is_bold else "")
    if halo:
        more += f' stroke="{halo}" stroke-width="4" paint-order="stroke"'
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}"{more}>{plain(said)}</text>'


def plain(said: str) -> str:
    r"""Write a text so that every reader of XML takes it as text.

    >>> plain("<b>\uffff")
    '&lt;b&gt;\ufffd'
    """
    return _NO_XML.sub("\ufffd", escaped(said))


def rect(x: int, y: int, width: int, height: int, *, fill: str = "none", stroke: str = "none", dash: str = "") -> str:
    """Draw a rectangle.

    >>> rect(0, 0, 10, 5, fill="#ffffff")
    '<rect x="0" y="0" width="10" height="5" fill="#ffffff"/>'
    """
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"{_stroke(stroke, dash)}/>'


def path(moves: str, *, fill: str = "none", stroke: str = "none", dash: str = "") -> str:
    """Draw a path.

    >>> path("M0 0h5v5z", fill="#000000")
    '<path d="M0 0h5v5z" fill="#000000"/>'
    """
    return f'<path d="{moves}" fill="{fill}"{_stroke(stroke, dash)}/>'


def _stroke(stroke: str, dash: str) -> str:
    if stroke == "none":
        return ""
    return f' stroke="{stroke}"' + (f' stroke-dasharray="{dash}"' if dash else "")


def titled(title: str, *shapes: str) -> str:
    """Put shapes together under words that are shown to who points at them.

    >>> titled("May", "<path/>")
    '<g><title>May</title><path/></g>'
    """
    return f"<g><title>{plain(title)}</title>{''.join(shapes)}</g>"


def band_path(x: int, y: int, width: int, height: int, *, cut_left: bool, cut_right: bool) -> str:
    """Outline a band; a side at which something was cut off is torn.

    Args:
        height: A multiple of 4.

    >>> band_path(0, 0, 20, 8, cut_left=False, cut_right=False)
    'M0 0H20V8H0z'
    >>> band_path(0, 0, 20, 8, cut_left=True, cut_right=False)
    'M0 0H20V8H0l4 -2l-4 -2l4 -2l-4 -2z'
    """
    tooth = height // 4
    torn = width >= 16
    right = f"l-4 {tooth}l4 {tooth}" * 2 if cut_right and torn else f"V{y + height}"
    left = f"l4 -{tooth}l-4 -{tooth}" * 2 if cut_left and torn else ""
    return f"M{x} {y}H{x + width}{right}H{x}{left}z"


def flag_path(x: int, y: int, width: int, side: str) -> str:
    """Outline the mark of an invoice date: it leans into the band that it bills, or stands upright on another day.

    >>> flag_path(10, 0, 6, "in_advance"), flag_path(10, 0, 6, "in_arrears"), flag_path(10, 0, 6, "other")
    ('M10 0v7l6 -7z', 'M10 0v7l-6 -7z', 'M10 0l4 7h-8z')
    """
    if side == "other":
        return f"M{x} {y}l4 7h-8z"
    return f"M{x} {y}v7l{width if side == 'in_advance' else -width} -7z"
