"""How every value of the engine is declared: frozen, so that nobody changes it, and built by keyword alone."""

from __future__ import annotations

import ast

import pytest

from support.sources import files, shown, tree

VALUES = [
    pytest.param(node, id=f"{shown(file)}:{node.name}")
    for file in files()
    for node in ast.walk(tree(file))
    if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "Value" for base in node.bases)
]


def declared(node: ast.ClassDef) -> dict[str, object]:
    return {word.arg or "": ast.literal_eval(word.value) for word in node.keywords}


@pytest.mark.parametrize("node", VALUES)
def test_a_value_is_frozen_and_built_by_keyword(node: ast.ClassDef) -> None:
    """Two amounts given in the wrong order are a mistake that no test of a caller would see."""
    told = declared(node)
    assert (True, True) == (told.get("frozen"), told.get("kw_only")), f"class {node.name}"


def test_there_are_values_to_look_at() -> None:
    """The search finds the house's values."""
    assert len(VALUES) > 50
