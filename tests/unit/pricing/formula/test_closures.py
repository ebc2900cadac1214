"""The closures of a formula: on columns, at given scales, with the rows that divide by zero and the digits needed."""

from __future__ import annotations

from typing import Any

import pytest

from billcore.core.errors import DocumentError, LimitExceeded
from billcore.pricing.formula import FormulaTree, closure_of, digits_needed, read_formula
from billcore.pricing.formula.nodes import Parameter
from billcore.pricing.kernel import INTEGERS
from support.columns import Column, columns_of


def tree(text: str, *parameters: Parameter) -> FormulaTree:
    names: dict[str, Any] = {"quantity": "number", "fee": "number", "first": "truth"}
    root = read_formula(text, names | {one.name: "number" for one in parameters})
    return FormulaTree(root=root, variables=tuple(names.items()), parameters=parameters)


ROW = (3, 250, True)  # 3 units, a fee of 2.50, first
SCALES = (0, 2, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("quantity + fee", (550, 2)),
        ("fee - quantity", (-50, 2)),
        ("fee - quantity - 0.001", (-501, 3)),
        ("quantity * fee * rate", (93_750, 4)),
        ("-fee", (-250, 2)),
        ("fee ** 3", (15_625_000, 6)),
        ("fee ** 0", (1, 0)),
        ("max(quantity, fee, 1)", (300, 2)),
        ("min(quantity, fee)", (250, 2)),
        ("abs(fee - quantity)", (50, 2)),
        ("ceil(fee)", (3, 0)),
        ("floor(-fee)", (-3, 0)),
        ("round(fee, 1)", (25, 1)),
        ("round(fee, 9)", (250, 2)),
        ("div(quantity, fee, 3, half_up)", (1_200, 3)),
        ("div(quantity, -fee, 0, up)", (-2, 0)),
        ("quantity if first else fee", (300, 2)),
        ("fee if first else quantity", (250, 2)),
        ("1 if first and quantity > fee else 0", (1, 0)),
    ],
)
def test_a_scale_follows_from_the_scales(text: str, expected: tuple[int, int]) -> None:
    """The result's scale is the smallest that the operation needs, for integers and for a column of them."""
    formula = tree(text, Parameter(name="rate", unscaled=125, scale=2))
    made = closure_of(formula, INTEGERS, SCALES)
    assert expected == (made.function(ROW), made.scale)
    columns = closure_of(formula, columns_of(2), SCALES)
    row = [Column([cell, cell]) for cell in ROW]
    assert ([expected[0]] * 2, expected[1]) == (columns.function(row).cells, columns.scale)


def test_faults_are_told_row_by_row() -> None:
    """A column goes on where a row divides by zero; the fault says that its result is none."""
    made = closure_of(tree("div(1, quantity, 2, up) if first else quantity"), columns_of(3), SCALES)
    row = [Column([0, 0, 4]), Column([0, 0, 0]), Column([True, False, True])]
    assert made.faults is not None
    assert [True, False, False] == made.faults(row).cells
    assert [0, 25] == made.function(row).cells[1:]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("1 if quantity == 0 or fee == 5 or div(1, quantity, 2, up) > 0 else 0", [False, False]),
        ("1 if quantity != 0 and fee == 0 and div(1, quantity, 2, up) > 0 else 0", [False, False]),
        ("1 if fee == 5 or quantity == 4 or div(1, quantity, 2, up) > 0 else 0", [True, False]),
        ("1 if fee == 0 and quantity == 0 and div(1, quantity, 2, up) > 0 else 0", [True, False]),
        ("1 if div(1, quantity, 2, up) > 0 or fee == 0 else 0", [True, False]),
        ("quantity if div(1, quantity, 2, up) > 0 else div(1, fee, 2, up)", [True, False]),
        ("quantity if quantity > 0 else div(1, fee, 2, up)", [True, False]),
    ],
)
def test_a_fault_counts_where_the_answer_is_still_open(text: str, faults: list[bool]) -> None:
    """All truths before it leave it open, as the words do that are read from left to right."""
    made = closure_of(tree(text), columns_of(2), SCALES)
    assert made.faults is not None
    assert faults == made.faults([Column([0, 4]), Column([0, 0]), Column([True, True])]).cells


@pytest.mark.parametrize("text", ["quantity * fee", "div(quantity, 3, 2, up)", "1 if first else round(fee, 1)"])
def test_a_formula_that_cannot_divide_by_zero_has_no_faults(text: str) -> None:
    """Nothing is worked out for a fault that cannot be."""
    assert closure_of(tree(text), INTEGERS, SCALES).faults is None


def test_a_number_too_fine_is_refused_when_closures_are_made() -> None:
    """Digits after the point are known before any value is."""
    with pytest.raises(LimitExceeded, match="96 digits after the point in fee \\*\\* 8"):
        closure_of(tree("fee ** 8"), INTEGERS, (0, 12, 0))
    with pytest.raises(LimitExceeded):
        digits_needed(tree("fee ** 8"), (0, 12, 0), (1, 1, 1))


@pytest.mark.parametrize("counts", [(), (0, 0), (0, 0, 0, 0), (0, -1, 0), (0, 61, 0), (0, True, 0), (0, 1.0, 0), None])
def test_counts_of_digits_fit_the_variables(counts: Any) -> None:
    """A scale or a width for each variable, whole and within the limit; anything else is refused at once."""
    for call in (
        lambda: closure_of(tree("fee"), INTEGERS, counts),
        lambda: digits_needed(tree("fee"), counts, (1, 1, 1)),
        lambda: digits_needed(tree("fee"), SCALES, counts),
    ):
        with pytest.raises(DocumentError, match="argument-wrong"):
            call()


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("quantity", 6),
        ("quantity + 1", 7),  # 999,999 and one more
        ("quantity * fee", 10),
        ("quantity + fee", 9),  # 999,999 units at two digits, and the fee
        ("quantity * 2", 7),
        ("1 if quantity ** 3 > 5 else 0", 18),  # also what only a condition is made from
        ("(quantity ** 2) ** 0", 12),
        ("999999999 if first else fee", 11),  # the literal at two digits
        ("div(quantity, fee, 2, half_up)", 11),  # twice the dividend at four digits more
        ("(((quantity ** 8) ** 8) ** 8) ** 8", 201),
    ],
)
def test_digits_are_those_of_the_largest_number_on_the_way(text: str, digits: int) -> None:
    """Six digits of units and four of a fee: enough for every step, and no more than needed for these."""
    assert digits == digits_needed(tree(text), SCALES, (6, 4, 1))
