"""The page of failures names each failure once, and each test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "failures.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
BUILT = {
    "account-unmapped",
    "amendment-late",
    "currency-mismatch",
    "discount-recognized-at-list",
    "payment-partial",
    "payment-unmatched",
    "posting-failed",
    "price-unmapped",
    "remittance-inexact",
    "revenue-schedule-mismatch",
    "revenue-treatment-missing",
    "reverse-flow",
    "sku-unknown",
}
LATER = {
    "duplicate-account",
    "entity-misrouted",
    "export-silent",
    "manual-entry-at-close",
    "mapping-changed-quietly",
    "posting-late",
    "schema-drift",
}


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED)))
def test_a_named_test_is_there(file, name):
    """The file exists and has a test of that name."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_failure_is_on_the_page_once():
    """Each failure has its section with a test, or stands in the table of what is not yet built."""
    assert BUILT == set(re.findall(r"^### `([a-z-]+)`$", PAGE, flags=re.MULTILINE))
    assert LATER == set(re.findall(r"^\| `([a-z-]+)` \|", PAGE, flags=re.MULTILINE))


def test_every_section_names_a_test():
    """A failure without a test is not caught."""
    sections = re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]
    assert 14 == len(sections)
    assert all("::test_" in section for section in sections)
