"""Values that hurt, and ids for them that do not: pytest prints parameters, and some integers have no text."""

from __future__ import annotations

from decimal import Decimal

HUGE = 10**10**6


def show(value: object) -> str | None:
    """A short id for a test's parameter; None leaves it to pytest."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**20:
        return "huge" if value > 0 else "-huge"
    if isinstance(value, str):
        return ascii(value[:24])[1:-1] or "empty"
    if isinstance(value, dict | list | tuple):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        return ",".join(f"{name}={show(item)}" for name, item in inner)
    if value is None or isinstance(value, int | float | Decimal):
        return str(value)
    return None if callable(value) else type(value).__name__
