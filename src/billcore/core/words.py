"""How a count is said: one line, two lines."""

from __future__ import annotations


def counted(number: int, what: str) -> str:
    """Say a number of things.

    >>> counted(1, "line"), counted(0, "line"), counted(2, "revenue row")
    ('1 line', '0 lines', '2 revenue rows')
    """
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
