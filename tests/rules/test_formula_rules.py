"""Every case of formulas, written as data: an expression, its values, the exact amount and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from billcore.core.steps import exact_text
from billcore.pricing.formula import Formula, amount_of_formula, explain_formula
from oracle import formula as oracle
from rules.toml_cases import check, parameters

CASES = parameters("formula")


def document(given: Mapping[str, Any]) -> Formula:
    """The price of a case, as a file would have it."""
    numbers, truths = given.get("values", {}), given.get("truths", {})
    return Formula.read(
        {
            "kind": "formula",
            "expression": given["expression"],
            "variables": [{"name": name} for name in numbers] + [{"name": name, "type": "truth"} for name in truths],
            "parameters": [{"name": name, "value": value} for name, value in given.get("parameters", {}).items()],
        }
    )


def values_of(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"quantity": given["quantity"], **given.get("values", {}), **given.get("truths", {})}


def amount(given: Mapping[str, Any]) -> str:
    return exact_text(*amount_of_formula(document(given), values_of(given)))


def test_there_are_cases_enough() -> None:
    """Prices, operators, rounding and refusals each have their file."""
    rules = [case.values[0] for case in CASES]
    assert {"operators", "prices", "refusals", "rounding"} == set(rules)
    assert len(rules) >= 80


@pytest.mark.parametrize(("rule", "given", "expect"), CASES)
def test_a_formula_has_its_exact_amount(rule: str, given: Mapping[str, Any], expect: Any) -> None:
    """An expression with its values gives the amount of the case, or is refused with its code."""
    check(amount, given, expect)


@pytest.mark.parametrize(("rule", "given", "expect"), [case for case in CASES if isinstance(case.values[2], str)])
def test_steps_and_oracle_agree_with_the_case(rule: str, given: Mapping[str, Any], expect: str) -> None:
    """The last step states the amount, and Python's grammar with fractions gives it too."""
    last = explain_formula(document(given), values_of(given))[-1]
    assert expect == last.result
    assert last.text.endswith(expect)
    judge = oracle.Oracle(values_of(given) | given.get("parameters", {}))
    assert Fraction(expect) == judge.value(oracle.parsed(given["expression"]))
