"""How amounts look to readers of five languages."""

from __future__ import annotations

import subprocess
import sys

import pytest

from billcore.core.errors import DocumentError
from billcore.money.amount import Amount
from billcore.money.currency import DIGITS
from billcore.money.display import localized

SPACE, THIN, RTL = "\u00a0", "\u202f", "\u200f"


@pytest.mark.parametrize(
    ("locale", "amount", "expected"),
    [
        ("en", ("1234567", "JPY"), "¥1,234,567"),
        ("en", ("-1388.09", "USD"), "-$1,388.09"),
        ("en", ("1.25", "KWD"), "KWD1.250"),
        ("en", ("1.25", "IQD"), "IQD1.250"),
        ("de", ("1234567", "JPY"), f"1.234.567{SPACE}¥"),
        ("de", ("1388.09", "EUR"), f"1.388,09{SPACE}€"),
        ("de", ("1234.5", "KWD"), f"1.234,500{SPACE}KWD"),
        ("fr", ("1234567", "JPY"), f"1{THIN}234{THIN}567{SPACE}JPY"),
        ("fr", ("-1388.09", "EUR"), f"-1{THIN}388,09{SPACE}€"),
        ("fr", ("1.25", "KWD"), f"1,250{SPACE}KWD"),
        ("ja", ("1234567", "JPY"), "￥1,234,567"),
        ("ja", ("1388.09", "USD"), "$1,388.09"),
        ("ja", ("1.25", "KWD"), "KWD1.250"),
        ("ar", ("1.25", "KWD"), f"{RTL}1.250{SPACE}د.ك.{RTL}"),
        ("ar", ("1234567", "JPY"), f"{RTL}1,234,567{SPACE}JP¥"),
        ("ar", ("1388.09", "USD"), f"{RTL}1,388.09{SPACE}US$"),
        ("en", ("1.2345", "CLF"), "CLF1.2345"),
        ("de-CH", ("1388.05", "CHF"), f"CHF{SPACE}1\u2019388.05"),
    ],
)
def test_an_amount_in_five_languages(locale, amount, expected):
    """Digits are those of ISO, separators and symbols those of the language."""
    assert expected == localized(Amount.of(*amount), locale)


@pytest.mark.parametrize("currency", sorted(DIGITS))
def test_no_digit_is_lost_in_any_currency(currency):
    """Every currency shows all its digits, trailing zeros too."""
    shown = localized(Amount(minor=1_000_000_010, currency=currency), "en")
    assert "".join(c for c in shown if c.isdigit()) == "1000000010"


@pytest.mark.parametrize(
    "locale", ["", "C", "xx", "../../etc/passwd", None, 5, ["en"], "e" * 10**6, "\u0665", "en\x00"]
)
def test_an_unknown_locale_is_refused(locale):
    """A locale that CLDR does not know is refused; none is taken from the machine."""
    with pytest.raises(DocumentError) as caught:
        localized(Amount.of("1", "USD"), locale)
    assert (caught.value.code, caught.value.path) == ("locale-unknown", "locale")


@pytest.mark.parametrize("amount", [None, "USD 1", 1, 1.5])
def test_only_an_amount_is_shown(amount):
    """What is no amount is refused."""
    with pytest.raises(DocumentError) as caught:
        localized(amount, "en")
    assert (caught.value.code, caught.value.path) == ("amount-malformed", "amount")


def test_babel_waits_for_first_use():
    """Importing the room of money loads neither Babel nor py-moneyed."""
    code = (
        "import sys, billcore.money.display, billcore.money.amount, billcore.money.units\n"
        "assert not {'babel', 'moneyed'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
