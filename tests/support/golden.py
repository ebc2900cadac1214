"""Long expected texts, kept as files that a person has read: ``tests/golden/<name>``."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent.parent / "golden"


def golden(name: str) -> str:
    """The expected text of that name, byte for byte."""
    return (FOLDER / name).read_bytes().decode()
