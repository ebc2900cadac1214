"""Rule cases of time and change: each bill of each story, line by line, to the cent."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from rules.change_cases import Story, amounts_of, cases, worked

CASES = [pytest.param(case, id=name) for name, case in cases()]


@pytest.mark.parametrize("case", CASES)
def test_change_case(case: dict[str, Any]) -> None:
    """Each step of a story comes out as the case says; a second run of each bill gives nothing."""
    assert case["source"]
    story = Story(case)
    for step in case["steps"]:
        story.take(step)


@pytest.mark.parametrize("case", CASES)
def test_the_arithmetic_of_a_case_holds(case: dict[str, Any]) -> None:
    """Every equation of `why` is true in fractions, and every amount that the case expects is the left side of one."""
    lefts = set()
    for text in case.get("why", []):
        left, right = worked(text)
        assert Fraction(left) == right, text
        lefts.add(left)
    assert [] == [amount for amount in amounts_of(case) if amount not in lefts]


def test_there_are_more_than_a_hundred_stories() -> None:
    """No story is there twice, and none was lost."""
    names = [name for name, _ in cases()]
    assert len(set(names)) == len(names) >= 110
