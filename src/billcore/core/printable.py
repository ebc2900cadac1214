"""How a foreign text is shown on one line of a fixed width: nothing in it can move the cursor, break a line or hide.

Names come from other systems and end on terminals, documents and exports. Control and direction characters never
reach them; columns are counted as a terminal counts them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator


def one_line(text: str) -> str:
    r"""Show a text on one line: control characters become blanks, format characters vanish, blanks are single.

    >>> one_line("Acme\r\nInc.\x1b[31m \u202etxt")
    'Acme Inc. [31m txt'
    """
    # A printable text holds none of them; most texts are, and looking at each character takes most of an export's time.
    shown = text if text.isprintable() else "".join(_shown(character) for character in text)
    return " ".join(shown.split())


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    if category == "Cf":  # direction marks and zero widths: they hide or turn around what is read
        return ""
    return "\ufffd" if category == "Cs" else character  # a lone surrogate has no bytes


def columns(text: str) -> int:
    """Count the columns that a text takes on a terminal: wide characters two, combining marks none.

    >>> columns("Müller"), columns("東京")
    (6, 4)
    """
    return sum(_columns_of(character) for character in text)


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def shortened(text: str, width: int) -> str:
    """Cut a text to a number of columns, with three dots where something is missing.

    >>> shortened("Platform subscription", 12)
    'Platform ...'
    """
    if columns(text) <= width:
        return text
    return _cut(text, width) if width <= 3 else _cut(text, width - 3) + "..."


def _cut(text: str, width: int) -> str:
    kept, taken = [], 0
    for character in text:
        taken += _columns_of(character)
        if taken > width:
            break
        kept.append(character)
    return "".join(kept)


def left(text: str, width: int) -> str:
    """Put a text at the left of a field; a longer one is shortened."""
    shown = shortened(text, width)
    return shown + " " * (width - columns(shown))


def right(text: str, width: int) -> str:
    """Put a text at the right of a field; a longer one is kept whole, for a cut number would be another number."""
    return " " * max(0, width - columns(text)) + text


def wrapped(text: str, width: int) -> Iterator[str]:
    """Break a text into lines of at most a number of columns, at blanks where there are any.

    >>> list(wrapped("Platform subscription, correction", 21))
    ['Platform', 'subscription,', 'correction']
    >>> list(wrapped("", 10))
    ['']
    """
    line = ""
    for word in text.split():
        if columns(line) + bool(line) + columns(word) <= width:
            line = f"{line} {word}" if line else word
            continue
        if line:
            yield line
        while columns(word) > width:
            part = _cut(word, width)
            yield part
            word = word[len(part) :]
        line = word
    yield line


def grouped(number: str) -> str:
    """Set a comma between thousands of a plain decimal; every digit stays.

    >>> grouped("-1234567.80"), grouped("12"), grouped("0.004")
    ('-1,234,567.80', '12', '0.004')
    """
    whole, point, part = number.partition(".")
    return f"{int(whole):,}{point}{part}" if whole not in ("-0",) else number
