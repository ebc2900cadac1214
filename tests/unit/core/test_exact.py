"""Which numbers come in, exactly, and which are refused before any arithmetic."""

from __future__ import annotations

import decimal
import time
from decimal import Decimal
from fractions import Fraction

import pytest

from billcore.core.errors import DocumentError
from billcore.core.exact import exact, fraction_digits, plain, scaled, shortest, unscaled
from billcore.core.steps import exact_text
from hostile import HUGE

GOOD = [
    ("0", "0"),
    ("-0", "0"),
    ("-0.00", "0.00"),
    ("1200.00", "1200.00"),
    ("0.000000000001", "0.000000000001"),
    ("-999999999999999999.999999999999", "-999999999999999999.999999999999"),
    (0, "0"),
    (-5, "-5"),
    (10**18 - 1, "999999999999999999"),
    (Decimal("1E+3"), "1000"),
    (Decimal("1E-12"), "0.000000000001"),
    (Decimal("-0.0"), "0.0"),
]
BAD = [
    ("", "number-malformed"),
    (" 1", "number-malformed"),
    ("1 ", "number-malformed"),
    ("1\n", "number-malformed"),
    ("+1", "number-malformed"),
    ("--1", "number-malformed"),
    ("-", "number-malformed"),
    (".5", "number-malformed"),
    ("5.", "number-malformed"),
    ("01", "number-malformed"),
    ("1,000", "number-malformed"),
    ("1.000,00", "number-malformed"),
    ("1_000", "number-malformed"),
    ("1'000", "number-malformed"),
    ("1e3", "number-malformed"),
    ("1E+1000000", "number-malformed"),
    ("NaN", "number-malformed"),
    ("sNaN", "number-malformed"),
    ("Infinity", "number-malformed"),
    ("-inf", "number-malformed"),
    ("0x10", "number-malformed"),
    ("1/3", "number-malformed"),
    ("\uff11\uff12", "number-malformed"),
    ("\u0661", "number-malformed"),
    ("\u22121", "number-malformed"),
    ("1\u00a0000", "number-malformed"),
    ("\u200b1", "number-malformed"),
    ("1\x00", "number-malformed"),
    ("USD 1", "number-malformed"),
    ("1" * 10**6, "number-malformed"),
    ("1" * 19, "number-too-large"),
    ("0." + "0" * 12 + "1", "number-too-large"),
    (10**18, "number-too-large"),
    (-(10**18), "number-too-large"),
    (HUGE, "number-too-large"),
    (-HUGE, "number-too-large"),
    (Decimal("1E+1000000"), "number-too-large"),
    (Decimal("-1E+999999"), "number-too-large"),
    (Decimal("1E-1000000"), "number-too-large"),
    (Decimal("1" * 31), "number-too-large"),
    (Decimal("1E+18"), "number-too-large"),
    (Decimal("NaN"), "number-malformed"),
    (Decimal("sNaN"), "number-malformed"),
    (Decimal("Infinity"), "number-malformed"),
    (0.1, "float-amount"),
    (1.0, "float-amount"),
    (float("nan"), "float-amount"),
    (float("inf"), "float-amount"),
    (True, "number-malformed"),
    (None, "number-malformed"),
    (b"1", "number-malformed"),
    ([1], "number-malformed"),
    ({"amount": 1}, "number-malformed"),
    (Fraction(1, 3), "number-malformed"),
    (1j, "number-malformed"),
]


@pytest.mark.parametrize(("given", "spelled"), GOOD)
def test_exact_numbers_come_in_as_written(given, spelled):
    """A number that is exact is read without a change of value, and keeps its spelling."""
    assert spelled == format(exact(given), "f")


@pytest.mark.parametrize(("given", "code"), BAD)
def test_everything_else_is_refused_at_once(given, code):
    """A number that is not exact ASCII of bounded size is refused by our error, at its path, in short, quickly."""
    began = time.process_time()
    with pytest.raises(DocumentError) as caught:
        exact(given, path="lines[0].price")
    assert time.process_time() - began < 0.05
    assert (code, "lines[0].price") == (caught.value.code, caught.value.path)
    assert caught.value.expected
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(("given", "code"), BAD)
def test_no_context_lets_a_bad_number_in(given, code):
    """With no trap set and little precision, what is refused stays refused."""
    with decimal.localcontext(decimal.Context(prec=1, traps=[])), pytest.raises(DocumentError) as caught:
        exact(given)
    assert code == caught.value.code


def test_spellings():
    """Integers at a scale, decimals and fractions are spelled plainly, without exponent."""
    assert plain(-5, 2) == "-0.05"
    assert plain(0, 3) == "0.000"
    assert shortest(Decimal("1E+3")) == "1000"
    assert shortest(Decimal("-0.00")) == "-0"
    assert exact_text(-1, 8) == "-0.125"
    assert exact_text(2, 6) == "1/3"
    assert (fraction_digits(Decimal("1.500")), fraction_digits(Decimal("1E+3"))) == (1, 0)


def test_a_scale_holds_every_digit_or_refuses():
    """Scaling never drops a digit that carries value."""
    assert scaled(Decimal("1.50"), 1) == 15
    assert scaled(Decimal("-2E+3"), 2) == -200_000
    with pytest.raises(DocumentError) as caught:
        scaled(Decimal("1.55"), 1)
    assert caught.value.code == "number-too-fine"


@pytest.mark.parametrize(
    "text", ["5.", "-5.", "007", "-07", "-", "", ".5", "+5", "5e1", "0x1", "1_000", "\u0665", "1" * 81]
)
def test_what_is_not_written_plainly_is_refused(text: str) -> None:
    """A number that billcore is given back must be spelled as it spells it; finer than a document's it may be."""
    with pytest.raises(DocumentError) as refusal:
        unscaled(text, path="quantity")
    assert ("number-malformed", "quantity") == (refusal.value.code, refusal.value.path)
    assert [(5, 0), (5, 1), (0, 0), (-5, 15)] == [
        unscaled(plain) for plain in ("5", "0.50", "-0", "-0.000000000000005")
    ]
