"""Laws of formulas: what must hold for every expression and all values, whatever they are."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from billcore.core.errors import BillcoreError, InvariantBroken, LimitExceeded, NotApplicable
from billcore.core.steps import Step
from billcore.money.rounding import MODES, round_ratio
from billcore.pricing.formula import FormulaTree, closure_of, digits_needed, read_formula, text_of
from billcore.pricing.formula.evaluation import known_values, value_of
from billcore.pricing.formula.explanation import steps_of_tree
from billcore.pricing.formula.operations import rounded
from billcore.pricing.formula.walk import walked
from billcore.pricing.kernel import INTEGERS
from oracle import formula as oracle
from support.columns import Column, columns_of
from support.formulas import ANY_NUMBERS, KINDS, SMALL_NUMBERS, TREES, Tree, scale_of, unscaled, values_of
from support.laws import law

SECONDS = 0.1
MOST = 10**60
VALUES = values_of(ANY_NUMBERS)
SMALL_VALUES = values_of(SMALL_NUMBERS)


def told(call: Callable[[], Any]) -> Any:
    """What a call gives, or the error of ours that it raises; billcore contradicting itself is neither."""
    try:
        return call()
    except InvariantBroken:
        raise
    except BillcoreError as error:
        return error


def readable(tree: Tree) -> FormulaTree:
    """The formula of a tree, where none of its constants is refused when it is read."""
    root = told(lambda: read_formula(oracle.text(tree), KINDS))
    if isinstance(root, BillcoreError):
        assert root.code in ("formula-divisor-zero", "division-by-zero", "limit-exceeded")
    assume(not isinstance(root, BillcoreError))
    return FormulaTree(root=root, variables=tuple(KINDS.items()))


def valued(tree: Tree, values: dict[str, Any]) -> tuple[FormulaTree, Fraction]:
    """The formula of a tree and its value, where there is one."""
    formula = readable(tree)
    found = told(lambda: value_of(formula, values))
    assume(not isinstance(found, BillcoreError))
    return formula, Fraction(*found)


def row_of(values: dict[str, Any], finer: int = 0) -> tuple[tuple[int, ...], list[int]]:
    """The scale of each value in the order of the names, finer than needed by so much, and its integer."""
    given = [values[name] for name in KINDS]
    scales = tuple(0 if isinstance(value, bool) else scale_of(value) + finer for value in given)
    return scales, [unscaled(value, scale) for value, scale in zip(given, scales, strict=True)]


@law(250)
@given(TREES, VALUES)
def test_a_formula_gives_what_fractions_give(tree: Tree, values: dict[str, Any]) -> None:
    """Value, division by zero and the limit of digits are the oracle's, for values of any size."""
    formula, judge = readable(tree), oracle.Oracle(values)
    try:
        expected = judge.value(tree)
    except oracle.DividedByZero:
        expected = None
    found = told(lambda: value_of(formula, values))
    if isinstance(found, LimitExceeded):
        assert found.code == "limit-exceeded"
        assert judge.could_be >= MOST or judge.finest > 60
    elif isinstance(found, BillcoreError):
        assert ("division-by-zero", None) == (found.code, expected)
    else:
        assert expected == Fraction(*found)
        assert judge.widest < MOST


@law(150)
@given(TREES)
def test_a_formula_is_printed_as_what_it_is(tree: Tree) -> None:
    """The text of a tree reads as the same tree, and no pair of its brackets could be left out."""
    root = readable(tree).root
    text = text_of(root)
    assert root == read_formula(text, KINDS)
    for start, end in brackets(text):
        shorter = f"{text[:start]} {text[start + 1 : end]} {text[end + 1 :]}"
        assert root != told(lambda shorter=shorter: read_formula(shorter, KINDS))


def brackets(text: str) -> list[tuple[int, int]]:
    """The pairs of brackets that group, not those of calls."""
    stack, pairs = [], []
    for place, character in enumerate(text):
        if character == "(":
            stack.append(place)
        elif character == ")":
            start = stack.pop()
            if start == 0 or not text[start - 1].isalpha():
                pairs.append((start, place))
    return pairs


@law(80)
@given(TREES, SMALL_VALUES)
def test_a_formula_means_what_python_reads(tree: Tree, values: dict[str, Any]) -> None:
    """With as few brackets as it is printed, Python's own grammar reads the text in the same way."""
    formula, expected = valued(tree, values)
    assert expected == oracle.Oracle(values).value(oracle.parsed(text_of(formula.root)))


@law(80)
@given(TREES, VALUES)
def test_the_last_step_is_the_amount(tree: Tree, values: dict[str, Any]) -> None:
    """Explaining gives the value as its last step, and is refused where evaluation is, with the same words."""
    formula = readable(tree)
    amount, steps = told(lambda: value_of(formula, values)), told(lambda: steps_of_tree(formula, values))
    if isinstance(amount, BillcoreError):
        assert str(amount) == str(steps)
        return
    assert Fraction(*amount) == Fraction(steps[-1].numerator, steps[-1].denominator)
    assert steps[-1].text.endswith(short(steps[-1]))
    assert all(step.text.isprintable() and len(step.text) < 500 for step in steps)


def short(step: Step) -> str:
    return step.result if "/" not in step.result else ""


@law(80)
@given(TREES, st.lists(SMALL_VALUES, min_size=1, max_size=5))
def test_columns_give_what_records_give(tree: Tree, rows: list[dict[str, Any]]) -> None:
    """The same closures on columns give each record's value, and tell exactly the records that divide by zero."""
    formula = readable(tree)
    scales = tuple(max(scale) for scale in zip(*(row_of(row)[0] for row in rows), strict=True))
    closure = told(lambda: closure_of(formula, columns_of(len(rows)), scales))
    assume(not isinstance(closure, BillcoreError))
    columns = [Column([unscaled(row[name], scale) for row in rows]) for name, scale in zip(KINDS, scales, strict=True)]
    cells = closure.function(columns).cells
    faults = closure.faults(columns).cells if closure.faults else [False] * len(rows)
    for row, cell, fault in zip(rows, cells, faults, strict=True):
        found = told(lambda row=row: value_of(formula, row))
        if isinstance(found, NotApplicable):
            assert fault is True
        elif not isinstance(found, LimitExceeded):
            assert (False, Fraction(*found)) == (fault, Fraction(cell, 10**closure.scale))


@law(80)
@given(TREES, SMALL_VALUES, st.integers(0, 5))
def test_a_finer_scale_changes_nothing(tree: Tree, values: dict[str, Any], finer: int) -> None:
    """Integers at a finer scale than they need give the same value."""
    formula, expected = valued(tree, values)
    scales, row = row_of(values, finer)
    closure = told(lambda: closure_of(formula, INTEGERS, scales))
    assume(not isinstance(closure, BillcoreError))
    assert expected == Fraction(closure.function(row), 10**closure.scale)


@law(100)
@given(TREES, SMALL_VALUES)
def test_the_digits_that_are_said_to_be_enough_are_enough(tree: Tree, values: dict[str, Any]) -> None:
    """No operation's result has more digits than `digits_needed` says."""
    formula, _ = valued(tree, values)
    scales, row = row_of(values)
    enough = told(lambda: digits_needed(formula, scales, tuple(len(str(abs(number))) for number in row)))
    assume(not isinstance(enough, BillcoreError))
    results: list[int] = []
    walked(formula.root, known_values(formula, values), lambda node, parts, result: results.append(result.number))
    assert all(len(str(abs(number))) <= enough for number in results)


@law(60)
@given(TREES, SMALL_VALUES)
def test_spelling_changes_nothing(tree: Tree, values: dict[str, Any]) -> None:
    """A value as text, with zeros at its end, or as Decimal gives the same numerator and denominator."""
    formula, _ = valued(tree, values)
    numbers = {name: value for name, value in values.items() if isinstance(value, str)}
    longer = {name: value + ("0" if "." in value else ".00") for name, value in numbers.items()}
    decimals = {name: Decimal(value) for name, value in numbers.items()}
    words = {name: str(value).lower() for name, value in values.items() if isinstance(value, bool)}
    expected = value_of(formula, values)
    assert expected == value_of(formula, {**values, **longer}) == value_of(formula, {**values, **decimals, **words})


@law(60)
@given(TREES, SMALL_VALUES)
def test_ten_times_the_formula_is_ten_times_the_amount(tree: Tree, values: dict[str, Any]) -> None:
    """A formula times ten gives ten times its value exactly."""
    _, once = valued(tree, values)
    _, tenfold = valued(("*", tree, ("number", "10")), values)
    assert 10 * once == tenfold


@law(200)
@given(st.integers(-(10**6), 10**6), st.integers(1, 10**4), st.sampled_from(MODES))
def test_columns_round_as_integers_do(numerator: int, divisor: int, mode: Any) -> None:
    """Rounding in kernel operations is the one rounding function, ties and signs among it."""
    op = columns_of(2)
    found = rounded(op, Column([numerator, divisor]), Column([divisor, 2]), mode).cells
    assert [round_ratio(numerator, divisor, mode), round_ratio(divisor, 2, mode)] == found


PIECES = (
    *("quantity", "rate", "first", "fee", "1", "0", "2.5", " ", "+", "-", "*", "**", "(", ")", ",", "<", "==", "and"),
    *("or", "not", "if", "else", "min(", "max(", "abs(", "ceil(", "round(", "div(", ", 2, half_up)", ", 2)", "8"),
    *(".", "__class__", "[0]", "'a'", '"', "lambda", ":=", "/", "%", "1e9", "NaN", "inf", "\u0430", "\uff11", "\x00"),
    *("\n", "{", "f'{1}'", "=", "True", "10**10**10", "9" * 40, "#", "\\", "$", "\ud800", "_", "0x1", "1_0", "1j"),
)


@law(150)
@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever is written: a tree, or an error of ours with code, place and a short message, at once."""
    started = time.process_time()
    root = told(lambda: read_formula(text, KINDS))
    assert time.process_time() - started < SECONDS
    if isinstance(root, BillcoreError):
        assert root.path == "expression"
        assert len(str(root)) <= 1_000
        assert str(root).isascii()
        assert str(root).isprintable()
    else:
        assert root == read_formula(text_of(root), KINDS)
        assert oracle.parsed(text.strip())


@law(100)
@given(TREES, st.data())
def test_a_formula_that_is_cut_or_salted_is_read_or_refused(tree: Tree, data: st.DataObject) -> None:
    """A good formula with something in the middle or missing gives a tree or an error of ours."""
    text = oracle.text(tree)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 8)))
    salted = text[:start] + data.draw(st.sampled_from(["", *PIECES])) + text[end:]
    root = told(lambda: read_formula(salted, KINDS))
    if isinstance(root, BillcoreError):
        assert root.found
        assert root.expected
    else:
        assert root == read_formula(text_of(root), KINDS)
