"""Rule cases of contracts that wait for their first invoice to be paid: runs one after another, each to the cent."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import billcore as bc
from support import activations

CASES = [
    pytest.param(case, id=case["id"])
    for case in tomllib.loads((Path(__file__).parent / "activation" / "steps.toml").read_text("utf-8"))["case"]
]


@pytest.mark.parametrize("case", CASES)
def test_a_contract_waits_runs_or_ends_as_the_case_says(case: dict[str, Any]) -> None:
    """Each run gives the documents and findings of its step; the same run again gives nothing."""
    assert case["source"]
    contract = activations.contract(activation=case["activation"], **case.get("contract", {}))
    billed = bc.Billed()
    for step in case["steps"]:
        told = {
            "usage": {"calls": {date.fromisoformat(day): units for day, units in step.get("usage", {}).items()}},
            "activated": step.get("activated"),
        }
        run = bc.bill(contract, through=step["through"], billed=billed, **told)
        assert step["documents"] == [activations.told(document) for document in run.documents], step["through"]
        assert step["findings"] == [finding.code for finding in run.findings]
        billed = run.next_billed
        assert () == bc.bill(contract, through=step["through"], billed=billed, **told).documents
