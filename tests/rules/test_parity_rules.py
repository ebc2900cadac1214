"""Published numbers of other engines, run as the parity runner runs them: each comes out under its engine's preset."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from decimal import Decimal
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
    "kb-seq-018": "billcore",
    "kb-seq-025": "billcore",
    "lago-tpa-anniv": "meteroid",
    "lago-terminate-arrears-full": "meteroid",
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


def _wrong(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every way to put one amount, total or day of an expectation wrong, with its place."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for name, one in pairs:
        place = (*path, name)
        if isinstance(one, dict | list):
            for where, inner in _wrong(one, place):
                yield where, _with(value, name, inner)
        elif name in ("amount", "total", "net", "tax", "discount") and one != "not asserted":
            yield ".".join(map(str, place)), _with(value, name, str(Decimal(one) + Decimal("0.01")))
        elif name in ("start", "end") and isinstance(one, str) and not _is_nothing(value):
            yield ".".join(map(str, place)), _with(value, name, one.replace("20", "21", 1))


def _is_nothing(line: Any) -> bool:
    """A line of nothing is none: its days are not asserted."""
    return Decimal(line.get("amount", "1")) == 0


def _with(value: Any, name: Any, inner: Any) -> Any:
    copied = copy(value)
    copied[name] = inner
    return copied


SEQUENCES = [one for one in CASES if one.values[0]["kind"] in ("invoice_sequence", "reconcile", "net_charges")]


@pytest.mark.parametrize(("case", "preset"), SEQUENCES)
def test_no_amount_of_a_sequence_is_skipped(case: dict[str, Any], preset: str) -> None:
    """A cent or a century put on any amount or day of any document fails the case."""
    wrong = list(_wrong(case["expect"]))
    assert wrong or case["expect"] == {"lines": []}
    step = max(1, len(wrong) // 8)
    for place, expect in wrong[::step]:
        assert judged({**case, "expect": expect}, preset).outcome == "failed", place


@pytest.mark.parametrize("case", [one.values[0] for one in CASES if one.values[0]["id"] in ELSEWHERE])
def test_the_convention_decides(case: dict[str, Any]) -> None:
    """A case that rests on a convention fails under a preset that does not have it."""
    assert judged(case, ELSEWHERE[case["id"]]).outcome == "failed"


def test_the_cases_are_many() -> None:
    """Each engine has a file, and each case is there once."""
    assert [file.stem for file in FILES] == ["flexprice", "killbill", "lago", "meteroid", "openmeter"]
    ids = [case.id for case in CASES]
    assert len(ids) == len(set(ids)) >= 160
    assert len(SEQUENCES) >= 65
    assert set(ELSEWHERE) <= {case.values[0]["id"] for case in CASES}
