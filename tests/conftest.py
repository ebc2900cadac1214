"""How every test of the project draws: from the same examples on every machine, unless a soak is on."""

from __future__ import annotations

from typing import Any

from hypothesis import settings

from support.laws import said, settings_of

# For the few examples outside tests/properties, which keep their own numbers.
settings.register_profile("house", settings_of(100))
settings.load_profile("house")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show the seed of a soak, so that what it found can be found again."""
    if said():
        terminalreporter.write_line(said())
