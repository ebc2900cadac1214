"""What comes with a period: read exactly, refused by name, and bounded before each step."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from billcore.core.errors import BillcoreError, DocumentError, LimitExceeded, MissingInput, NotApplicable
from billcore.pricing.formula import Formula, FormulaVariable, amount_of_formula, explain_formula
from billcore.pricing.formula.bounds import highest
from billcore.pricing.formula.evaluation import value_of
from billcore.pricing.formula.nodes import FormulaTree
from billcore.pricing.formula.reading import read_formula

SECONDS = 0.1
HUGE = 10**1_000_000
NAN, INFINITE = Decimal("NaN"), Decimal("Infinity")

PRICE = Formula(
    expression="quantity * rate if first else quantity",
    variables=[FormulaVariable(name="rate"), FormulaVariable(name="first", type="truth")],
)
GOOD: dict[str, Any] = {"quantity": 2, "rate": "0.5", "first": True}


class Bare(Mapping[str, Any]):
    """A mapping that is no dict."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values_ = values

    def __getitem__(self, name: str) -> Any:
        return self.values_[name]

    def __iter__(self) -> Any:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


@pytest.mark.parametrize("values", [GOOD, Bare(GOOD), GOOD | {"first": "true"}, GOOD | {"rate": Decimal("0.50")}])
def test_values_are_read(values: Any) -> None:
    """Any mapping, numbers as text, integer or Decimal, truths as bool or word."""
    assert (10, 10) == amount_of_formula(PRICE, values)


REFUSED: list[tuple[str, Any, str, str]] = [
    ("nothing-made-up", defaultdict(int), "variable-missing", "values.quantity"),
    ("one-made-up", defaultdict(int, {"quantity": 1, "rat": 1, "first": True}), "variable-missing", "values.rate"),
    ("one-counted", Counter({"quantity": 1, "rat": 1, "first": 1}), "variable-missing", "values.rate"),
    ("nothing", {}, "variable-missing", "values.quantity"),
    ("no-rate", {"quantity": 1, "first": True}, "variable-missing", "values.rate"),
    ("surplus", GOOD | {"fee": 1}, "variable-unknown", "values"),
    ("surplus-no-name", GOOD | {1: 1}, "variable-unknown", "values"),
    ("surplus-huge", GOOD | {HUGE: 1}, "variable-unknown", "values"),
    ("swapped", {"quantity": 1, "rat": 1, "first": True}, "variable-missing", "values.rate"),
    ("none", None, "argument-wrong", "values"),
    ("pairs", [("quantity", 1)], "argument-wrong", "values"),
    ("text", "quantity", "argument-wrong", "values"),
    ("float", GOOD | {"rate": 0.5}, "float-amount", "values.rate"),
    ("float-nan", GOOD | {"quantity": float("nan")}, "float-amount", "values.quantity"),
    ("bool-as-number", GOOD | {"quantity": True}, "number-malformed", "values.quantity"),
    ("word-as-number", GOOD | {"quantity": "true"}, "number-malformed", "values.quantity"),
    ("null", GOOD | {"quantity": None}, "number-malformed", "values.quantity"),
    ("list", GOOD | {"quantity": [1]}, "number-malformed", "values.quantity"),
    ("fraction", GOOD | {"quantity": Fraction(1, 2)}, "number-malformed", "values.quantity"),
    ("nan", GOOD | {"quantity": NAN}, "number-malformed", "values.quantity"),
    ("signaling-nan", GOOD | {"quantity": Decimal("sNaN")}, "number-malformed", "values.quantity"),
    ("infinite", GOOD | {"quantity": INFINITE}, "number-malformed", "values.quantity"),
    ("text-nan", GOOD | {"quantity": "NaN"}, "number-malformed", "values.quantity"),
    ("exponent", GOOD | {"quantity": "1e5"}, "number-malformed", "values.quantity"),
    ("capital-exponent", GOOD | {"quantity": "1E5"}, "number-malformed", "values.quantity"),
    ("blank", GOOD | {"quantity": " 1"}, "number-malformed", "values.quantity"),
    ("newline", GOOD | {"quantity": "1\n"}, "number-malformed", "values.quantity"),
    ("other-script", GOOD | {"quantity": "\u0661"}, "number-malformed", "values.quantity"),
    ("huge", GOOD | {"quantity": HUGE}, "number-too-large", "values.quantity"),
    ("huge-decimal", GOOD | {"quantity": Decimal("1e999999")}, "number-too-large", "values.quantity"),
    ("tiny-decimal", GOOD | {"quantity": Decimal("1e-999999")}, "number-too-large", "values.quantity"),
    ("long-decimal", GOOD | {"quantity": Decimal("9" * 1_000_000)}, "number-too-large", "values.quantity"),
    ("long-text", GOOD | {"quantity": "9" * 1_000_000}, "number-malformed", "values.quantity"),
    ("one-as-truth", GOOD | {"first": 1}, "argument-wrong", "values.first"),
    ("text-as-truth", GOOD | {"first": "True"}, "argument-wrong", "values.first"),
    ("number-as-truth", GOOD | {"first": "1"}, "argument-wrong", "values.first"),
    ("list-as-truth", GOOD | {"first": [True]}, "argument-wrong", "values.first"),
    ("null-as-truth", GOOD | {"first": None}, "argument-wrong", "values.first"),
]


@pytest.mark.parametrize(("values", "code", "path"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
@pytest.mark.parametrize("call", [amount_of_formula, explain_formula])
def test_a_bad_value_is_refused_by_name(call: Any, values: Any, code: str, path: str) -> None:
    """The error names the value and comes at once, though a good value of the same kind was read before."""
    assert amount_of_formula(PRICE, {"quantity": 1, "rate": 1, "first": False}) == (1, 1)
    started = time.process_time()
    with pytest.raises(BillcoreError) as caught:
        call(PRICE, values)
    assert time.process_time() - started < SECONDS
    assert (code, path) == (caught.value.code, caught.value.path)
    assert len(str(caught.value)) <= 1_000


def amount(expression: str, quantity: Any, **more: Any) -> tuple[int, int]:
    names = [FormulaVariable(name=name) for name in more]
    return amount_of_formula(Formula(expression=expression, variables=names), {"quantity": quantity, **more})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("1.50", (15, 10)),
        (Decimal("1.50"), (15, 10)),
        (Decimal("1.5E1"), (15, 1)),
        (Decimal("0E-7"), (0, 1)),
        (Decimal("0.0000001"), (1, 10**7)),
        (Decimal("1E+3"), (1000, 1)),
        (Decimal("-0"), (0, 1)),
        ("-0", (0, 1)),
        ("-0.05", (-5, 100)),
        (-7, (-7, 1)),
        (10**18 - 1, (10**18 - 1, 1)),
        ("9" * 18 + "." + "9" * 12, (10**30 - 1, 10**12)),
    ],
)
def test_a_number_is_read_at_its_smallest_scale(given: Any, expected: tuple[int, int]) -> None:
    """However it is spelled: the value is exact, and zeros at the end carry nothing."""
    assert expected == amount("quantity", given)


@pytest.mark.parametrize(
    ("expression", "quantity"),
    [
        ("quantity ** 4", "9" * 18),
        ("quantity ** 8", "0.000000000001"),
        ("quantity * quantity * quantity", "9" * 18 + "." + "9" * 12),
        ("(((((quantity ** 8) ** 8) ** 8) ** 8) ** 8) ** 8", 3),
        ("(((((quantity ** 8) ** 8) ** 8) ** 8) ** 8) ** 8", "1.5"),
        ("(((((quantity ** 8) ** 8) ** 8) ** 8) ** 8) ** 8 * 0", 3),
        ("0 * quantity * quantity * quantity * quantity", "9" * 18),
        ("((((((quantity ** 8) ** 8) ** 8) ** 8) ** 8) ** 8) ** 0", 3),
        ("1 if (((((quantity ** 8) ** 8) ** 8) ** 8) ** 8) ** 8 > 5 else 0", 3),
        ("*".join(["quantity"] * 200), 7),
        ("*".join(["quantity"] * 200), "0.000000000007"),
        ("max(1, quantity ** 8 + quantity)", "0.123456789012"),
        ("div(quantity ** 3, 0.000000000001, 12, up)", "9" * 18 + ".999"),
    ],
)
def test_a_number_too_large_is_refused_before_it_is_made(expression: str, quantity: Any) -> None:
    """More than 60 digits, before and after the point, end the evaluation at once with the operation's text."""
    amount("1", quantity)
    started = time.process_time()
    with pytest.raises(LimitExceeded, match="more than 60 digits in ") as caught:
        amount(expression, quantity)
    assert time.process_time() - started < SECONDS
    assert ("limit-exceeded", "expression") == (caught.value.code, caught.value.path)


@pytest.mark.parametrize(
    ("expression", "quantity", "expected"),
    [
        ("quantity ** 3", "9" * 18, (10**18 - 1) ** 3),
        ("quantity ** 8", 9_999_999, 9_999_999**8),
        ("quantity ** 8 if quantity < 100 else 5", "9" * 18, 5),
        ("5 if quantity > 100 or quantity ** 8 > 3 else 6", "9" * 18, 5),
        ("quantity ** 2 * 0.000000000001 ** 2", "9" * 18, Fraction((10**18 - 1) ** 2, 10**24)),
        ("+".join(["quantity"] * 200), 10**17, 200 * 10**17),
        ("1 if quantity ** 0 == 1 else 0", 0, 1),
    ],
)
def test_what_stays_within_the_digits_is_exact(expression: str, quantity: Any, expected: Any) -> None:
    """Up to the limit every digit is kept; a branch that is not taken is not looked at."""
    assert expected == Fraction(*amount(expression, quantity))


def test_the_limit_is_60_digits() -> None:
    """A number of 60 digits is given, one more unit is refused."""
    almost = "quantity * 1000000000000000 + 999999999999999"
    assert (10**60 - 1, 10**12) == amount(f"({almost}) * 1000000000000000 + 999999999999999.999999999999", "9" * 18)
    with pytest.raises(LimitExceeded):
        amount(f"({almost}) * 1000000000000000 + 999999999999999.999999999999 + 0.000000000001", "9" * 18)


def test_a_division_by_zero_names_the_division() -> None:
    """The error says which division, and how to say what is due then."""
    with pytest.raises(NotApplicable) as caught:
        amount("1 + div(quantity, fee - 2, 2, up)", 5, fee="2.0")
    assert ("division-by-zero", "expression") == (caught.value.code, caught.value.path)
    assert "div(quantity, fee - 2, 2, up) with a divisor of 0" == caught.value.found
    assert "if b != 0 else 0" in caught.value.hint


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("div(1, quantity, 2, up) if quantity != 0 else 7", 7),
        ("7 if quantity == 0 else div(1, quantity, 2, up)", 7),
        ("7 if quantity == 0 or div(1, quantity, 2, up) > 0 else 8", 7),
        ("7 if quantity != 0 and div(1, quantity, 2, up) > 0 else 8", 8),
        ("7 if not (quantity == 0 or div(1, quantity, 2, up) > 0) else 8", 8),
        ("7 if quantity == 0 or quantity == 1 or div(1, quantity, 2, up) > 0 else 8", 7),
    ],
)
def test_a_guarded_division_is_not_done(expression: str, expected: int) -> None:
    """A branch that is not taken, and a truth that no longer matters, cannot divide by zero."""
    assert (expected, 1) == tuple(int(part) for part in Fraction(*amount(expression, 0)).as_integer_ratio())


@pytest.mark.parametrize(
    "expression",
    [
        "div(1, quantity, 2, up) if quantity == 0 else 7",
        "7 if quantity != 0 else div(1, quantity, 2, up)",
        "7 if quantity == 0 and div(1, quantity, 2, up) > 0 else 8",
        "7 if quantity > 5 or quantity > 6 or div(1, quantity, 2, up) > 0 else 8",
        "7 if not div(1, quantity, 2, up) > 0 else 8",
        "div(1, 2, 0, down) + div(1, quantity, 2, up) + div(1, quantity + 1, 2, up)",
        "1 if div(1, quantity, 2, up) > 0 and quantity != 0 else 0",
        "1 if quantity != 0 or div(1, quantity, 2, up) > 0 else 0",
        "div(div(1, quantity, 2, up), 3, 2, up)",
        "div(1, div(1, 3, 0, down) * quantity, 2, up)",
        "1 if (div(1, quantity, 2, up) > 0 if quantity < 1 else quantity > 5) else 0",
        "max(1, 2, div(1, quantity, 2, up))",
    ],
)
def test_an_unguarded_division_is_told(expression: str) -> None:
    """A division that is reached is refused wherever it stands."""
    with pytest.raises(NotApplicable, match="division-by-zero"):
        amount(expression, 0)


def test_a_missing_value_is_the_callers() -> None:
    """Its class says who acts."""
    with pytest.raises(MissingInput, match="no value for quantity, expected a value for each of quantity"):
        amount_of_formula(Formula(expression="quantity"), {})


def test_a_fraction_too_fine_is_refused_as_a_decimal_too() -> None:
    """Twelve digits after the point are read at once; a thirteenth is no rounding but a refusal."""
    formula = Formula(expression="quantity")
    assert (1, 10**12) == amount_of_formula(formula, {"quantity": Decimal("0.000000000001")})
    with pytest.raises(DocumentError) as refusal:
        amount_of_formula(formula, {"quantity": Decimal("0.0000000000001")})
    assert "number-too-large" == refusal.value.code


def test_a_formula_has_500_nodes_at_most() -> None:
    """499 numbers and their sum are read; one number more is refused."""
    assert (499, 1) == amount_of_formula(Formula(expression="+".join("1" * 499)), {"quantity": 0})
    with pytest.raises(DocumentError):
        Formula(expression="+".join("1" * 500))


@pytest.mark.parametrize("expression", ["quantity if first else 1", "1 if first else quantity", "max(1, quantity)"])
def test_the_larger_of_two_bounds_is_the_proof(expression: str) -> None:
    """A result that may be either of two numbers is bounded by the larger."""
    names = (("quantity", "number"), ("first", "truth"))
    tree = FormulaTree(root=read_formula(expression, dict(names)), variables=names)
    assert 10**9 == highest(tree, (0, 0), (10**9, 1))


def test_the_longest_numbers_are_read_in_both_ways() -> None:
    """18 digits before the point and 12 after, with a minus: prepared values are worked out as single ones are."""
    tree = FormulaTree(root=read_formula("quantity * 1", {"quantity": "number"}), variables=(("quantity", "number"),))
    for text in ("-999999999999999999.999999999999", "999999999999999999.999999999999"):
        assert Fraction(text) == Fraction(*value_of(tree, {"quantity": text}))
        assert Fraction(text) == Fraction(*value_of(tree, {"quantity": Decimal(text)}))
