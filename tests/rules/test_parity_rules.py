"""Published numbers of other engines, run as the parity runner runs them: each comes out under its engine's preset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from parity.cases import judged, preset_of, read_cases

FILES = sorted((Path(__file__).parent / "parity").glob("*.json"))
CASES = [
    pytest.param(case, preset_of(file, case, None), id=f"{file.stem}:{case['id']}")
    for file in FILES
    for case in read_cases(file)
]
# Cases that another preset must not give: what differs is the convention.
ELSEWHERE = {
    "lago-graduated-0": "meteroid",
    "kb-use-033": "openmeter",
    "lago-prorated-sum": "billcore",
    "kb-pro-015": "billcore",
    "lago-ended-paris": "meteroid",
    "flex-pro-remove": "openmeter",
}


@pytest.mark.parametrize(("case", "preset"), CASES)
def test_a_published_number_comes_out(case: dict[str, Any], preset: str) -> None:
    """Every asserted field of a published case comes out, to the last digit."""
    assert case["source"].strip()
    outcome = judged(case, preset)
    assert ("passed", "") == (outcome.outcome, outcome.why)


@pytest.mark.parametrize(("case", "preset"), CASES)
def test_a_wrong_number_fails(case: dict[str, Any], preset: str) -> None:
    """No asserted field is skipped: a changed one of each case does not pass."""
    for name, value in case["expect"].items():
        changed = {
            **case,
            "expect": {**case["expect"], name: [*value, {"amount": "-1.00"}] if isinstance(value, list) else "-1"},
        }
        assert judged(changed, preset).outcome == "failed", name


@pytest.mark.parametrize("case", [one.values[0] for one in CASES if one.values[0]["id"] in ELSEWHERE])
def test_the_convention_decides(case: dict[str, Any]) -> None:
    """A case that rests on a convention fails under a preset that does not have it."""
    assert judged(case, ELSEWHERE[case["id"]]).outcome == "failed"


def test_the_cases_are_many() -> None:
    """Each engine has a file, and each case is there once."""
    assert [file.stem for file in FILES] == ["flexprice", "killbill", "lago", "meteroid", "openmeter"]
    ids = [case.id for case in CASES]
    assert len(ids) == len(set(ids)) >= 45
    assert set(ELSEWHERE) <= {case.values[0]["id"] for case in CASES}
