"""Every code name of the glossary is in the sources today, or stands in the list of names that come later."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
GLOSSARY, LATER = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").split("## Names that come later")


@cache
def names_of_the_sources() -> frozenset[str]:
    """Classes, functions, fields, arguments and module names of billcore."""
    found: set[str] = set()
    for file in (ROOT / "src" / "billcore").rglob("*.py"):
        found |= set(_names(ast.parse(file.read_text(encoding="utf-8"))))
    return frozenset(found)


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.arg):
            yield node.arg


def cells(page: str, column: int) -> list[str]:
    """The names in backticks of one column of a page's tables."""
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("|")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row[column])]


def test_every_name_exists_or_comes_later():
    """A name of the glossary is a class, function, field or argument, or is listed as coming."""
    unknown = set(cells(GLOSSARY, 1)) - names_of_the_sources() - set(cells(LATER, 0))
    assert set() == unknown


def test_what_comes_later_is_not_there_yet():
    """A name that has been built is taken off the list, and each name on the list is of the glossary."""
    later = set(cells(LATER, 0))
    assert set() == later & names_of_the_sources()
    assert set() == later - set(cells(GLOSSARY, 1))


def test_what_stands_today_exists():
    """The names that do the work today are in the sources."""
    today = cells(LATER, 2)
    assert len(today) > 10
    assert set() == set(today) - names_of_the_sources()
