"""Every case of pricing, written as data: a price, what was used, the amount and where the number comes from.

The files are rule cases as anybody may write them; they run through `check_rules`, like a user's own.
"""

from __future__ import annotations

import tomllib
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from billcore.pricing.composition import method_of
from billcore.pricing.documents import Price
from billcore.pricing.rating import rate, workings
from billcore.testing.price_case_files import read_cases
from billcore.testing.price_cases import PriceCase
from billcore.testing.price_outcomes import Outcome, judge
from oracle.pricing_line import Line, steps_to_walk

FILES = sorted((Path(__file__).parent / "pricing").glob("*.toml"))
ORACLE_STEPS = 200_000
# Prices whose models have an oracle of their own elsewhere.
OWN_ORACLE = {"formula"}


@cache
def cases_of(file: Path) -> tuple[PriceCase, ...]:
    cases, findings = read_cases(file.read_bytes(), file.name)
    assert not findings, "\n".join(str(finding) for finding in findings)
    return cases


@cache
def plain_of(file: Path) -> dict[str, Any]:
    """The same file as plain data: case id -> case, its price written out."""
    data = tomllib.loads(file.read_text("utf-8"))
    prices = data.get("prices", {})
    return {
        case["id"]: {**case, "price": prices[case["price"]] if isinstance(case["price"], str) else case["price"]}
        for case in data["case"]
    }


@cache
def outcome_of(file: Path, place: int) -> Outcome:
    return judge(cases_of(file)[place])


CASES = [(file, place, case) for file in FILES for place, case in enumerate(cases_of(file))]
EVERY = [pytest.param(file, place, id=f"{file.stem}-{case.id}") for file, place, case in CASES]
RATED = [
    pytest.param(file, place, id=f"{file.stem}-{case.id}")
    for file, place, case in CASES
    if case.expected.expect_error is None
]


def test_the_cases_are_many_and_of_every_model() -> None:
    """Each model has cases that come to an amount, each id stands once in its file, and no case is without a source."""
    assert 650 <= len(CASES)
    kinds = {case.given.price.kind for _, _, case in CASES if case.given and not case.expected.expect_error}
    models = {model.model_fields["kind"].default for model in get_args(get_args(Price)[0])}
    assert models <= kinds


@pytest.mark.parametrize(("file", "place"), EVERY)
def test_a_case_holds(file: Path, place: int) -> None:
    """The amount, the parts, the workings or the refusal are what a person worked out."""
    outcome = outcome_of(file, place)
    assert outcome.holds, [(one.what, one.expected, one.came) for one in outcome.differences]


@pytest.mark.parametrize(("file", "place"), RATED)
def test_the_workings_end_with_the_amount(file: Path, place: int) -> None:
    """The last step states what the case comes to; the parts of a bare price add up to it."""
    case, outcome = cases_of(file)[place], outcome_of(file, place)
    assert case.given is not None
    assert case.expected.expect is not None
    expected = Fraction(*case.expected.expect)
    last = outcome.steps[-1]
    assert expected == Fraction(last.numerator, last.denominator)
    if not case.given.is_line:
        rated = rate(case.given.price, case.given.measured())
        added_up = sum((Fraction(part.numerator, part.denominator) for part in rated.parts), Fraction(0))
        assert not rated.parts or expected == added_up
        assert rated.steps == workings(method_of(case.given.price), case.given.measured())


@pytest.mark.parametrize(("file", "place"), RATED)
def test_the_oracle_agrees_with_the_case(file: Path, place: int) -> None:
    """Fractions counted unit by unit and event by event give the amounts of the case."""
    expected = cases_of(file)[place].expected
    case = plain_of(file)[cases_of(file)[place].id]
    if case["price"]["kind"] in OWN_ORACLE or steps_to_walk(case, case["price"]) > ORACLE_STEPS:
        return
    line = Line(case, case["price"])
    assert expected.expect is not None
    assert Fraction(*expected.expect) == line.net
    if expected.expect_gross is not None:
        assert Fraction(*expected.expect_gross) == line.gross
    if expected.expect_discount is not None:
        assert Fraction(*expected.expect_discount) == line.gross - line.net
    if expected.expect_carried is not None:
        assert Fraction(*expected.expect_carried) == line.carried


def test_the_oracle_is_asked_often() -> None:
    """Few cases are too long to count."""
    asked = [
        case
        for file, _, read in CASES
        if read.expected.expect_error is None
        and steps_to_walk(case := plain_of(file)[read.id], case["price"]) <= ORACLE_STEPS
    ]
    assert len(asked) > 0.9 * len(RATED)
