"""How a formula explains itself: each operation once, in order, with its values and exact result."""

from __future__ import annotations

from typing import Any

import pytest

from billcore.pricing.formula import Formula, FormulaParameter, FormulaVariable, explain_formula

FEE = Formula(
    expression="max(min_fee, quantity * rate * (1 - discount)) + (setup if first else 0)",
    variables=[FormulaVariable(name="first", type="truth")],
    parameters=[
        FormulaParameter(name=name, value=value)
        for name, value in {"min_fee": "50.00", "rate": "0.0125", "discount": "0.10", "setup": "200.00"}.items()
    ],
)


def texts(expression: str, **values: Any) -> list[str]:
    variables = [
        FormulaVariable(name=name, type="truth" if isinstance(value, bool) else "number")
        for name, value in values.items()
        if name != "quantity"
    ]
    return [step.text for step in explain_formula(Formula(expression=expression, variables=variables), values)]


def test_a_price_is_explained_from_the_inside() -> None:
    """Steps stand in the order of evaluation, and each holds inputs and the exact result."""
    steps = explain_formula(FEE, {"quantity": "10000", "first": True})
    assert [
        "1 - discount = 1 - 0.1 = 0.9",
        "quantity * rate * (1 - discount) = 10000 x 0.0125 x 0.9 = 112.5",
        "max(min_fee, quantity * rate * (1 - discount)) = max(50, 112.5) = 112.5",
        "setup if first else 0: first is true, so 200",
        "max(min_fee, quantity * rate * (1 - discount)) + (setup if first else 0) = 112.5 + 200 = 312.5",
    ] == [step.text for step in steps]
    assert (("quantity", "10000"), ("rate", "0.0125"), ("1 - discount", "0.9")) == steps[1].inputs
    assert (("first", "true"),) == steps[3].inputs
    assert ["0.9", "112.5", "112.5", "200", "312.5"] == [step.result for step in steps]
    assert {"formula"} == {step.rule for step in steps}


@pytest.mark.parametrize(
    ("expression", "values", "expected"),
    [
        ("quantity", {"quantity": "2.50"}, ["quantity = 2.5"]),
        ("5", {"quantity": 1}, ["5 = 5"]),
        ("1 - 0.25", {"quantity": 1}, ["1 - 0.25 = 0.75"]),
        ("-quantity", {"quantity": 3}, ["-quantity = -3"]),
        ("-quantity", {"quantity": -3}, ["-quantity = -(-3) = 3"]),
        ("quantity - fee", {"quantity": 3, "fee": -2}, ["quantity - fee = 3 - (-2) = 5"]),
        ("quantity ** 2", {"quantity": -3}, ["quantity ** 2 = (-3) ** 2 = 9"]),
        ("round(quantity, 1)", {"quantity": "1.25"}, ["round(quantity, 1) = round(1.25, 1) = 1.3"]),
        (
            "div(quantity, 3, 2, half_up)",
            {"quantity": 10},
            ["div(quantity, 3, 2, half_up) = div(10, 3, 2, half_up) = 3.33"],
        ),
        (
            "1 if not quantity > 2 else 0",
            {"quantity": 3},
            [
                "quantity > 2: 3 > 2 is true",
                "not quantity > 2: not true is false",
                "1 if not quantity > 2 else 0: not quantity > 2 is false, so 0",
            ],
        ),
        (
            "1 if first or quantity > 2 or last else 0",
            {"quantity": 3, "first": False, "last": False},
            [
                "quantity > 2: 3 > 2 is true",
                "first or quantity > 2 or last: false or true is true",
                "1 if first or quantity > 2 or last else 0: first or quantity > 2 or last is true, so 1",
            ],
        ),
        (
            "quantity * 2 if first else quantity * 3",
            {"quantity": 5, "first": False},
            [
                "quantity * 3 = 5 x 3 = 15",
                "quantity * 2 if first else quantity * 3: first is false, so 15",
            ],
        ),
    ],
)
def test_each_kind_of_step_reads_well(expression: str, values: dict[str, Any], expected: list[str]) -> None:
    """Only what was worked out is told: the branch taken, and truths until they are decided."""
    assert expected == texts(expression, **values)


def test_a_long_formula_has_short_lines() -> None:
    """Names are shortened in the steps; the result never is."""
    steps = texts("+".join(["quantity"] * 200), quantity="1234.5")
    assert len(steps) == 1
    assert len(steps[0]) < 300
    assert steps[0].endswith("... = 246900")
