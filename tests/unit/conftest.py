"""How parameters of unit tests are named: pytest prints them, and some integers have no text."""

from __future__ import annotations

from hostile import show


def pytest_make_parametrize_id(val, argname):
    """Give every parameter a short printable id."""
    return show(val)
