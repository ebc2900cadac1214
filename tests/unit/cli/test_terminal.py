"""Consoles: their width, and when progress is shown."""

from __future__ import annotations

import io
import time

import pytest
from rich.console import Console

from billcore.cli import terminal


def watched() -> tuple[Console, io.StringIO]:
    """A console on a terminal in memory."""
    file = io.StringIO()
    return Console(file=file, force_terminal=True, width=80), file


def test_without_a_terminal_there_are_100_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe gets 100 columns; COLUMNS decides where it is set."""
    monkeypatch.delenv("COLUMNS", raising=False)
    assert 100 == terminal.console_of().width
    monkeypatch.setenv("COLUMNS", "72")
    assert 72 == terminal.console_of().width


def test_short_work_shows_no_progress() -> None:
    """Work that ends within a second leaves the terminal as it was."""
    console, file = watched()
    with terminal.progress_of(console) as say:
        say("reading the book")
    assert "" == file.getvalue()


def test_long_work_says_its_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that takes longer names its stage."""
    monkeypatch.setattr(terminal, "PATIENCE_SECONDS", 0.01)
    console, file = watched()
    with terminal.progress_of(console) as say:
        say("working out 5 contracts")
        deadline = time.monotonic() + 5
        while "working out 5 contracts ..." not in file.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert "working out 5 contracts ..." in file.getvalue()


def test_nobody_watching_gets_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a pipe or a log there is no progress, however long it takes."""
    monkeypatch.setattr(terminal, "PATIENCE_SECONDS", 0.0)
    file = io.StringIO()
    with terminal.progress_of(Console(file=file)) as say:
        say("reading the book")
        time.sleep(0.05)
    assert "" == file.getvalue()
