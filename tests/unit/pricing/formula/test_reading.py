"""How formulas are read: trees of a few texts, and what each refusal says."""

from __future__ import annotations

import ast
import time
from pathlib import Path
from typing import Any

import pytest

from billcore.core.errors import BillcoreError, DocumentError, LimitExceeded
from billcore.pricing.formula import read_formula, text_of
from billcore.pricing.formula.nodes import Compared, Joined, Negated, Number, Power, Product, Sum, Variable
from billcore.pricing.formula.words import DEEPEST, LONGEST_TEXT, MOST_NODES, RESERVED
from support.sources import SOURCES, tree

NAMES: dict[str, Any] = {"quantity": "number", "fee": "number", "first": "truth"}
SECONDS = 0.1
QUANTITY, FEE = Variable(name="quantity"), Variable(name="fee")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("quantity", QUANTITY),
        ("  12.50 ", Number(unscaled=125, scale=1)),
        ("0.000", Number(unscaled=0)),
        ("((quantity))", QUANTITY),
        ("quantity - fee + 1", Sum(operands=(QUANTITY, FEE, Number(unscaled=1)), signs=("-", "+"))),
        ("(quantity - fee) + 1", Sum(operands=(QUANTITY, FEE, Number(unscaled=1)), signs=("-", "+"))),
        ("-quantity*fee", Product(operands=(Negated(operands=(QUANTITY,)), FEE))),
        ("-quantity**2", Negated(operands=(Power(operands=(QUANTITY,), exponent=2),))),
    ],
)
def test_a_text_reads_as_its_tree(text: str, expected: Any) -> None:
    """Blanks and brackets that change nothing are no part of the tree; a chain from left to right is one node."""
    assert expected == read_formula(text, NAMES)


def test_a_chain_of_truths_is_one_node() -> None:
    """``and`` and ``or`` take as many operands as stand there, each compared first."""
    root = read_formula("1 if first and quantity > 1 and fee < 2 else 0", NAMES)
    condition = root.operands[0]
    assert isinstance(condition, Joined)
    assert [Variable, Compared, Compared] == [type(operand) for operand in condition.operands]


@pytest.mark.parametrize(
    "text",
    [
        "quantity - (fee - 1)",
        "quantity * (fee + 1)",
        "quantity * (fee * 2)",
        "(quantity ** 2) ** 3",
        "(-quantity) ** 2",
        "-(quantity + 1)",
        "- -quantity",
        "(1 if first else 2) + 3",
        "1 if first else 2 if quantity > 1 else 3",
        "1 if (first if quantity > 1 else not first) else 3",
        "1 if not (first or quantity > 1) and first else 0",
        "1 if first and (first and first) else 0",
        "1 if (first or quantity > 1) and first else 0",
        "1 if first and (first or quantity > 1) else 0",
        "1 if first or quantity > 1 and first else 0",
        "1 if first and first or quantity > 1 else 0",
        "max(quantity, fee if first else 0, 1)",
        "div(quantity + 1, fee, 2, half_even)",
    ],
)
def test_a_text_with_no_bracket_too_many_is_printed_as_it_is(text: str) -> None:
    """What has just the brackets that it needs is given back, blank for blank."""
    assert text.replace("- -", "--") == text_of(read_formula(text, NAMES))


# text, code, what is found, what is expected or the hint
REFUSED = [
    ("", "formula-malformed", "the end at column 1", "a number, a name"),
    ("   ", "formula-malformed", "the end at column 4", "a number, a name"),
    ("quantity +", "formula-malformed", "the end at column 11", "a number, a name"),
    ("quantity fee", "formula-malformed", "fee at column 10", "an operator or the end"),
    ("quantity)", "formula-malformed", ") at column 9", "an operator or the end"),
    ("(quantity", "formula-malformed", "the end at column 10", "an operator or )"),
    ("quantity.real", "formula-malformed", ". at column 9", "no attributes"),
    ("quantity.__class__", "formula-malformed", ". at column 9", "no attributes"),
    ("__import__('os')", "formula-malformed", "' at column 12", "no texts"),
    ("__class__", "formula-name-unknown", "__class__ at column 1", "quantity, fee, first"),
    ("quantity[0]", "formula-malformed", "[ at column 9", "no index"),
    ("{quantity}", "formula-malformed", "{ at column 1", "no set"),
    ('"a"', "formula-malformed", '" at column 1', "no texts"),
    ("f'{quantity}'", "formula-malformed", "' at column 2", "no texts"),
    ("quantity / 2", "formula-malformed", "/ at column 10", "div(a, b, places, mode)"),
    ("quantity // 2", "formula-malformed", "/ at column 10", "div(a, b, places, mode)"),
    ("quantity % 2", "formula-malformed", "% at column 10", "no remainder"),
    ("x := 1", "formula-malformed", ": at column 3", "assigned"),
    ("fee = 1", "formula-malformed", "= at column 5", "=="),
    ("round(quantity, n=2)", "formula-malformed", "= at column 18", "=="),
    ("quantity & 1", "formula-malformed", "& at column 10", "and"),
    ("~quantity", "formula-malformed", "~ at column 1", "not"),
    ("!first", "formula-malformed", "! at column 1", "not"),
    ("quantity ^ 2", "formula-malformed", "^ at column 10", "**"),
    ("quantity; 1", "formula-malformed", "; at column 9", "declared names"),
    ("+quantity", "formula-malformed", "+ at column 1", "a number, a name"),
    ("*quantity", "formula-malformed", "* at column 1", "a number, a name"),
    ("lambda", "formula-malformed", "lambda at column 1", "reserved"),
    ("lambda: 1", "formula-malformed", ": at column 7", "assigned"),
    ("True", "formula-malformed", "True at column 1", "reserved"),
    ("min", "formula-malformed", "min at column 1", "reserved"),
    ("half_up", "formula-malformed", "half_up at column 1", "reserved"),
    ("NaN", "formula-name-unknown", "NaN at column 1", "a declared name"),
    ("quantity(1)", "formula-malformed", "quantity at column 1", "one of the functions min, max"),
    ("eval(1)", "formula-malformed", "eval at column 1", "one of the functions min, max"),
    ("min(quantity)", "formula-malformed", ") at column 13", "a comma, for min(a, b)"),
    ("min()", "formula-malformed", ") at column 5", "a number, for min(a, b)"),
    ("min(1, 2,)", "formula-malformed", ") at column 10", "a number, for min(a, b)"),
    ("abs(1, 2)", "formula-malformed", ", at column 6", "), for abs(x)"),
    ("round(quantity)", "formula-malformed", ") at column 15", "a comma, for round(x, places)"),
    ("round(quantity, fee)", "formula-malformed", "fee at column 17", "a whole literal from 0 to 12 as places"),
    ("round(quantity, -1)", "formula-malformed", "- at column 17", "a whole literal from 0 to 12 as places"),
    ("round(quantity, 1.0)", "formula-malformed", "1.0 at column 17", "a whole literal from 0 to 12 as places"),
    ("round(quantity, 2, 3)", "formula-malformed", ", at column 18", "), for round(x, places)"),
    ("div(quantity, 2)", "formula-malformed", ") at column 16", "a comma, for div(a, b, places, mode)"),
    ("div(quantity, 2, 2)", "formula-malformed", ") at column 19", "a comma, for div(a, b, places, mode)"),
    ("div(quantity, 2, 2, 3)", "formula-malformed", "3 at column 21", "a rounding mode: half_up"),
    ("div(quantity, 2, 2, UP)", "rounding-mode-unknown", "UP at column 21", "half_up, half_even, up, down"),
    ("quantity if first", "formula-malformed", "the end at column 18", "x if condition else y"),
    ("quantity else fee", "formula-malformed", "else at column 10", "an operator or the end"),
    ("if first else 1", "formula-malformed", "if at column 1", "a number, a name"),
    ("1 if 0 < quantity < 9 else 0", "formula-malformed", "< at column 19", "a < b and b < c"),
    ("2 ** 3 ** 2", "formula-malformed", "** at column 8", "(x ** 2) ** 3"),
    ("2 ** -1", "formula-malformed", "- at column 6", "a whole literal from 0 to 8 as exponent"),
    ("2 ** 0.5", "formula-malformed", "0.5 at column 6", "a whole literal from 0 to 8 as exponent"),
    ("2 ** fee", "formula-malformed", "fee at column 6", "a whole literal from 0 to 8 as exponent"),
    ("2 ** (3)", "formula-malformed", "( at column 6", "a whole literal from 0 to 8 as exponent"),
    ("2 ** 9", "formula-literal-out-of-range", "9 at column 6", "a whole literal from 0 to 8 as exponent"),
    ("round(fee, 13)", "formula-literal-out-of-range", "13 at column 12", "from 0 to 12 as places"),
    ("div(fee, 3, 13, up)", "formula-literal-out-of-range", "13 at column 13", "from 0 to 12 as places"),
    ("1e5", "number-malformed", "1e5 at column 1", "no exponent"),
    ("1_000", "number-malformed", "1_000 at column 1", "a plain decimal"),
    ("0x10", "number-malformed", "0x10 at column 1", "a plain decimal"),
    ("1j", "number-malformed", "1j at column 1", "a plain decimal"),
    ("007", "number-malformed", "007 at column 1", "a plain decimal"),
    ("1.", "number-malformed", "1. at column 1", "a plain decimal"),
    ("1.2.3", "number-malformed", "1.2.3 at column 1", "a plain decimal"),
    (".5", "formula-malformed", ". at column 1", "0.5"),
    ("1234567890123456789", "number-too-large", "1234567890123456789 at column 1", "at most 18 digits"),
    ("0.1234567890123", "number-too-large", "0.1234567890123 at column 1", "12 after"),
    ("9" * 1_000_000, "limit-exceeded", "1000000 characters", "at most 2000"),
    ("9" * 1_900, "number-too-large", "(1900 ch) at column 1", "at most 18 digits"),
    ("(" * 1_000_000, "limit-exceeded", "1000000 characters", "at most 2000"),
    ("(" * 2_000, "limit-exceeded", "more than 40 levels of brackets", "at most 40"),
    ("-" * 1_999 + "1", "limit-exceeded", "more than 40 levels of operations", "at most 40"),
    ("not " * 490 + "first", "limit-exceeded", "more than 40 levels of operations", "at most 40"),
    ("abs(" * 490, "limit-exceeded", "more than 40 levels", "at most 40"),
    ("1 if first else " * 120 + "1", "limit-exceeded", "more than 40 levels", "at most 40"),
    ("quantit\u00e9", "formula-character-foreign", "U+00E9 (LATIN SMALL LETTER E WITH ACUTE) at column 8", "ASCII"),
    ("f\u0435e", "formula-character-foreign", "U+0435 (CYRILLIC SMALL LETTER IE) at column 2", "f{{\\u0435}}e"),
    ("\uff11", "formula-character-foreign", "U+FF11 (FULLWIDTH DIGIT ONE) at column 1", "ASCII"),
    ("1\n+ 2", "formula-character-foreign", "U+000A (a control character) at column 2", "on one line"),
    ("1\t+ 2", "formula-character-foreign", "U+0009 (a control character) at column 2", "on one line"),
    ("\x00", "formula-character-foreign", "U+0000 (a control character) at column 1", "ASCII"),
    ("\ud800", "formula-character-foreign", "U+D800 (a control character) at column 1", "ASCII"),
    ("\u202e1", "formula-character-foreign", "U+202E (RIGHT-TO-LEFT OVERRIDE) at column 1", "ASCII"),
    ("first", "formula-type-wrong", "a truth, first, at column 1", "a number"),
    ("quantity > 1", "formula-type-wrong", "a truth, quantity > 1, at column 1", "a number"),
    ("quantity + first", "formula-type-wrong", "a truth, first, at column 12", "a number"),
    ("-first", "formula-type-wrong", "a truth, first, at column 2", "a number"),
    ("first ** 2", "formula-type-wrong", "a truth, first, at column 1", "a number"),
    ("max(1, first)", "formula-type-wrong", "a truth, first, at column 8", "a number"),
    ("1 if quantity else 2", "formula-type-wrong", "a number, quantity, at column 6", "a truth"),
    ("1 if first == first else 0", "formula-type-wrong", "a truth, first, at column 6", "a number"),
    ("1 if not quantity else 2", "formula-type-wrong", "a number, quantity, at column 10", "a truth"),
    ("1 if first and (quantity) else 2", "formula-type-wrong", "a number, (quantity), at column 16", "a truth"),
    ("1 if (1 < 2) < 3 else 0", "formula-type-wrong", "a truth, (1 < 2), at column 6", "a number"),
    ("1 if first else first", "formula-type-wrong", "a truth, first, at column 17", "a number"),
    ("quantity + fees", "formula-name-unknown", "fees at column 12", "quantity + {{fees}}"),
    ("div(1, 0, 2, up)", "formula-divisor-zero", "0 at column 8", "not always 0"),
    ("div(1, (2 - 2) * 5, 2, up)", "formula-divisor-zero", "(2 - 2) * 5 at column 8", "not always 0"),
    ("999999999999999999 ** 8 + fee", "limit-exceeded", "more than 60 digits in 999999999999999999 ** 8", "60"),
    ("fee * div(1, div(1, 3, 0, down), 2, up)", "formula-divisor-zero", "div(1, 3, 0, down) at column 14", "always 0"),
]


def refusal(text: object) -> BillcoreError:
    with pytest.raises(BillcoreError) as caught:
        read_formula(text, NAMES)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(("text", "code", "found", "told"), REFUSED, ids=map(str, range(len(REFUSED))))
def test_what_is_no_formula_is_refused(text: str, code: str, found: str, told: str) -> None:
    """The error has its code, says what was found at which column and what may stand there, and comes at once."""
    started = time.process_time()
    error = refusal(text)
    assert time.process_time() - started < SECONDS
    assert (code, "expression") == (error.code, error.path)
    assert found in error.found
    assert told in f"{error.expected} {error.hint}"
    assert len(str(error)) <= 1_000
    assert str(error).isascii()
    assert str(error).isprintable()


@pytest.mark.parametrize("given", [None, 5, 1.5, b"1", ["1"], object()])
def test_what_is_no_text_is_refused(given: object) -> None:
    """A formula is a text."""
    assert "argument-wrong" == refusal(given).code


@pytest.mark.parametrize("names", [None, ["quantity"], "quantity"])
def test_names_are_a_mapping(names: Any) -> None:
    """Each name has its type."""
    with pytest.raises(DocumentError, match="argument-wrong"):
        read_formula("quantity", names)


@pytest.mark.parametrize("file", sorted((SOURCES / "pricing" / "formula").glob("*.py")), ids=lambda file: file.stem)
def test_no_reader_of_programs_is_used(file: Path) -> None:
    """The language has its own reader: nothing of Python's that reads or runs programs is imported."""
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
    }
    assert set() == imported & {
        "ast",
        "tokenize",
        "token",
        "parser",
        "code",
        "codeop",
        "builtins",
        "importlib",
        "types",
    }


def test_the_place_is_marked_in_one_line() -> None:
    """The hint shows the text around the mistake, shortened at both sides."""
    text = "max(quantity * 1.234567, fee) + max(quantity, fees) + min(quantity * 9.876543, fee)"
    assert refusal(text).hint == "In: ....234567, fee) + max(quantity, {{fees}}) + min(quantity * 9.876543, f..."


def test_all_mistakes_that_can_be_told_are_told_at_once() -> None:
    """Unknown names, wrong types and literals out of range do not hide each other, and none is told twice."""
    error = refusal("fees + (first * round(rate, 99)) + (1 if div(quantity, 2, 2, sideways) else 2 ** 77)")
    assert isinstance(error, DocumentError)
    assert [
        ("formula-name-unknown", "fees at column 1"),
        ("formula-type-wrong", "a truth, first, at column 9"),
        ("formula-name-unknown", "rate at column 23"),
        ("formula-literal-out-of-range", "99 at column 29"),
        ("rounding-mode-unknown", "sideways at column 62"),
        ("formula-type-wrong", "a number, div(quantity, 2, 2, sideways), at column 42"),
        ("formula-literal-out-of-range", "77 at column 82"),
    ] == [(one.code, one.found) for one in error.findings]
    assert error.code == error.findings[0].code


def test_a_wrong_type_is_not_told_as_a_divisor_too() -> None:
    """What is worked out of a wrong tree says nothing."""
    codes = [one.code for one in refusal("div(1, (1 < 2) - (1 < 2), 2, up)").findings]
    assert ["formula-type-wrong", "formula-type-wrong"] == codes


def accepted(text: str) -> bool:
    try:
        return bool(read_formula(text, NAMES))
    except LimitExceeded:
        return False


def sums(count: int, before: str = "1 + ") -> str:
    """Sums inside each other at their right end, one level each."""
    return f"{before}max(1, " * (count // 2) + "quantity" + ")" * (count // 2)


def minuses(count: int) -> str:
    """A tree as high as the number says: a name, and minus of the one before."""
    text = "quantity"
    for _ in range(count - 1):
        text = f"-{text}"
    return text


@pytest.mark.parametrize(
    ("what", "fits", "does_not"),
    [
        ("characters", "1".ljust(LONGEST_TEXT), "1".ljust(LONGEST_TEXT + 1)),
        ("brackets", "(" * DEEPEST + "1" + ")" * DEEPEST, "(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1)),
        ("levels", minuses(DEEPEST), minuses(DEEPEST + 1)),
        ("levels behind a sum", sums(DEEPEST - 2), sums(DEEPEST)),
        ("levels behind a chain", sums(DEEPEST - 2, "1 + 2 + "), sums(DEEPEST, "1 + 2 + ")),
        ("nodes", "+".join("1" * (MOST_NODES - 1)), "+".join("1" * MOST_NODES)),
    ],
    ids=["characters", "brackets", "levels", "behind-a-sum", "behind-a-chain", "nodes"],
)
def test_a_limit_is_where_it_is_said_to_be(what: str, fits: str, does_not: str) -> None:
    """What is just within a limit is read, one more is refused."""
    assert accepted(fits)
    assert not accepted(does_not)


def test_brackets_beside_each_other_do_not_add_up() -> None:
    """Only those inside each other count."""
    assert accepted("+".join(["(1)"] * (2 * DEEPEST)))
    assert accepted("+".join(["abs(1)"] * (2 * DEEPEST)))


def test_brackets_count_beside_levels() -> None:
    """A tree as deep as may be, each level of it in brackets, is read: neither limit hides in the other."""
    text = "quantity"
    for _ in range(DEEPEST - 1):
        text = f"-({text})"
    assert accepted(text)


@pytest.mark.parametrize("word", sorted(RESERVED - {"not", "min", "max", "abs", "ceil", "floor", "round", "div"}))
def test_a_reserved_word_is_no_operand(word: str) -> None:
    """Words of the language and of Python are refused as words, not told to be unknown names."""
    assert "formula-malformed" == refusal(word).code
