"""The cases of mapping_resolution.toml: which row decides a cell on a day."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billcore.core.errors import BillcoreError
from billcore.gl import Cell, GLMapping, MappingRow, find_row
from support.ledger import mapping, sequence

TABLE = tomllib.loads(Path(__file__).with_name("mapping_resolution.toml").read_text(encoding="utf-8"))
CASES = TABLE["cases"]


@pytest.fixture(scope="module")
def cases_mapping() -> GLMapping:
    sequences = [sequence(s["event"], s["role"], *s["steps"]) for s in TABLE["sequences"]]
    return mapping([MappingRow.read(row) for row in TABLE["rows"]], sequences)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, Any], cases_mapping: GLMapping) -> None:
    """Each case finds its row and account, or is refused with its code, naming the cell and every access tried."""
    cell, on = Cell(**case["cell"]), date.fromisoformat(case["on"])
    if "error" in case:
        with pytest.raises(BillcoreError) as raised:
            find_row(cases_mapping, cell, on)
        assert case["error"] == raised.value.code
        assert [text for text in case["says"] if text not in str(raised.value)] == []
    else:
        found = find_row(cases_mapping, cell, on)
        assert (case["row"], case["account"]) == (found.id, found.account)


def test_every_row_is_asked_for() -> None:
    """Each row of the table decides at least one case, so that none stands there unproved."""
    decided = {case["row"] for case in CASES if "row" in case}
    forbidden = {row["id"] for row in TABLE["rows"] if row.get("forbidden")}
    assert {row["id"] for row in TABLE["rows"]} == decided | forbidden
