"""What a public function says of an argument of the wrong kind: our own error, at once, with the likely slip."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from billcore.core.errors import DocumentError


def check_kind(given: object, kind: type | tuple[type, ...], name: str, *, hint: str = "") -> None:
    """Refuse an argument that is not of a kind.

    Raises: DocumentError ``argument-wrong``.

    >>> check_kind(5, str, "line")
    Traceback (most recent call last):
    billcore.core.errors.DocumentError: [argument-wrong] at line: found a value of type int, expected str.
    """
    if not isinstance(given, kind):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        expected = " or ".join(one.__name__ for one in kinds)
        found = f"a value of type {type(given).__name__}"
        raise DocumentError("argument-wrong", found=found, expected=expected, path=name, hint=hint)


def check_mappings(given: object, name: str) -> None:
    """Refuse what is not a mapping of mappings, such as line -> period -> quantity.

    Raises: DocumentError ``argument-wrong``.
    """
    check_kind(given, Mapping, name)
    if isinstance(given, Mapping):
        for key, inner in given.items():
            check_kind(inner, Mapping, f"{name}.{key}"[:80])


def check_date(given: object, name: str) -> None:
    """Refuse what is no date without time of day.

    Raises: DocumentError ``date-malformed``.
    """
    if not isinstance(given, date) or isinstance(given, datetime):
        found = "an instant" if isinstance(given, datetime) else f"a value of type {type(given).__name__}"
        raise DocumentError("date-malformed", found=found, expected="a date without time of day", path=name)
