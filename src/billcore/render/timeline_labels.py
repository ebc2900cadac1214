"""How much room a text takes in a picture, and which labels find a place where none covers another.

Nobody knows the reader's font, so widths are those of a wide one (DejaVu, Verdana): a label may have more air than it
needs, and never less.
"""

from __future__ import annotations

from collections.abc import Sequence

from billcore.core.printable import columns, one_line
from billcore.core.value import Value

# In tenths of the font size.
_NARROW, _USUAL, _BROAD, _WIDE = 4, 7, 8, 11
_NARROW_ONES = frozenset("ijl.,:;'|!I()[] ")
_WIDE_ONES = frozenset("mwMW@%")
AIR = 6


def text_width(text: str, size: int) -> int:
    """Tell how many pixels a text may take, rounded up.

    Args:
        size: Of the font, in pixels.

    >>> text_width("1,200.00", 10), text_width("Mill", 10), text_width("", 10)
    (50, 23, 0)
    """
    return -(-sum(_tenths(character) for character in text) * size // 10)


def _tenths(character: str) -> int:
    if character in _NARROW_ONES:
        return _NARROW
    if character in _WIDE_ONES or columns(character) > 1 or not character.isascii():
        return _WIDE
    return _BROAD if character.isupper() else _USUAL


def fitted(text: str, width: int, size: int) -> str:
    """Cut a text to a number of pixels, with three dots where something is missing; empty where not even they fit.

    >>> fitted("Platform subscription", 70, 10), fitted("Seats", 70, 10), fitted("Seats", 5, 10)
    ('Platform...', 'Seats', '')
    """
    shown = one_line(text)
    if text_width(shown, size) <= width:
        return shown
    dots = "..."
    if text_width(dots, size) > width:
        return ""
    while text_width(shown + dots, size) > width:
        shown = shown[:-1]
    return shown.rstrip() + dots


def broken(text: str, width: int, size: int, *, lines: int) -> tuple[str, ...]:
    """Break a text at its blanks into lines of a number of pixels; the last one is cut where there is more.

    >>> broken("Migration of the whole archive", 80, 10, lines=2)
    ('Migration of', 'the whole...')
    """
    words, found = one_line(text).split(), list[str]()
    while words and len(found) < lines - 1:
        count = 1
        while count < len(words) and text_width(" ".join(words[: count + 1]), size) <= width:
            count += 1
        found.append(fitted(" ".join(words[:count]), width, size))
        words = words[count:]
    if words:
        found.append(fitted(" ".join(words), width, size))
    return tuple(found)


class Place(Value, frozen=True, kw_only=True):
    """Where a label stands: its left end, and the level, counted from 0."""

    left: int
    level: int


def places(
    labels: Sequence[tuple[int, int]], *, low: int, high: int, levels: int, is_centered: bool
) -> tuple[Place | None, ...]:
    """Find a place for each label on the first level that has room; no two touch.

    Args:
        labels: (x, width) of each, in pixels, in any order.
        low, high: Where the room begins and ends; a label is moved into it.
        levels: How many there are.
        is_centered: Whether a label stands around its x, or begins there.

    Returns: a place for each label, in their order; None where no level has room.

    >>> places([(10, 30), (20, 30), (25, 30)], low=0, high=100, levels=2, is_centered=False)
    (Place(left=10, level=0), Place(left=20, level=1), None)
    """
    found: list[Place | None] = [None] * len(labels)
    ends = [low - AIR] * levels
    for number in sorted(range(len(labels)), key=lambda number: (labels[number][0], number)):
        x, width = labels[number]
        left = max(low, min(x - width // 2 if is_centered else x, high - width))
        level = next((level for level, end in enumerate(ends) if end + AIR <= left), None)
        if level is not None and left + width <= high:
            found[number] = Place(left=left, level=level)
            ends[level] = left + width
    return tuple(found)
