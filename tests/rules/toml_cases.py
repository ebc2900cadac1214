"""Where the rule cases come from: TOML files, one table ``case`` each with id, source, given, expect."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from billcore.core.errors import BillcoreError


def parameters(area: str) -> list[Any]:
    """Read every case of an area; an id names its file's rule and itself."""
    found = []
    for file in sorted((Path(__file__).parent / area).glob("*.toml")):
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]:
            assert set(case) == {"id", "source", "given", "expect"}, f"{file.name}: {case}"
            assert case["source"], f"{file.name}: {case['id']} without a source"
            found.append(pytest.param(file.stem, case["given"], case["expect"], id=f"{file.stem}:{case['id']}"))
    ids = [parameter.id for parameter in found]
    assert len(ids) == len(set(ids)), "each case id once"
    return found


def check(rule: Callable[[Mapping[str, Any]], Any], given: Mapping[str, Any], expect: Any) -> None:
    """Run one case: its result, or the code of its refusal (``{error = "code"}``)."""
    if isinstance(expect, dict) and set(expect) == {"error"}:
        with pytest.raises(BillcoreError) as caught:
            rule(given)
        assert expect["error"] == caught.value.code
    else:
        assert expect == rule(given)
