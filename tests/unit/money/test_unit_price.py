"""Unit prices and custom units: exact, and refusing."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from billcore.core.errors import DocumentError
from billcore.money.unit_price import UnitPrice
from billcore.money.units import Unit
from hostile import HUGE

BAD_NUMBERS = [
    (0.004, "float-amount"),
    ("0,004", "number-malformed"),
    ("\uff14", "number-malformed"),
    (Decimal("1E+1000000"), "number-too-large"),
    (Decimal("NaN"), "number-malformed"),
    (True, "number-malformed"),
    (None, "number-malformed"),
    (HUGE, "number-too-large"),
    ("0.0000000000001", "number-too-large"),
]
TOKEN = Unit(code="TOKEN", digits=0, worth="2.00", currency="USD", per=1_000_000)


def test_a_unit_price_keeps_every_digit():
    """Twelve digits after the point survive, and the product with a quantity is exact."""
    price = UnitPrice.of("0.000000000001", "USD")
    assert str(price) == "USD 0.000000000001"
    assert Fraction(3, 10**13) == price.times("0.3")


def test_a_unit_price_has_one_form():
    """Trailing zeros do not make another price."""
    assert UnitPrice.of("0.0040", "USD") == UnitPrice.of(Decimal("0.004"), "USD")
    assert str(UnitPrice.of("-7.00", "USD")) == "USD -7"


@pytest.mark.parametrize(("bad", "code"), BAD_NUMBERS)
def test_a_bad_price_or_quantity_is_refused(bad, code):
    """A number that is not exact text, int or Decimal is refused where it stands."""
    for call, path in (
        (lambda: UnitPrice.of(bad, "USD"), "price"),
        (lambda: UnitPrice.of("1", "USD").times(bad), "quantity"),
        (lambda: TOKEN.convert(bad), "quantity"),
    ):
        with pytest.raises(DocumentError) as caught:
            call()
        assert (code, path) == (caught.value.code, caught.value.path)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"unscaled": 1.0}, "float-amount"),
        ({"unscaled": True}, "number-malformed"),
        ({"scale": "2"}, "number-malformed"),
        ({"scale": -1}, "number-too-large"),
        ({"scale": 13}, "number-too-large"),
        ({"scale": HUGE}, "number-too-large"),
        ({"unscaled": HUGE}, "number-too-large"),
        ({"currency": "QQQ"}, "currency-unknown"),
    ],
)
def test_a_unit_price_checks_its_fields(fields, code):
    """Each field is checked when the value is made."""
    with pytest.raises(DocumentError) as caught:
        UnitPrice(**({"unscaled": 4, "scale": 3, "currency": "USD"} | fields))
    assert code == caught.value.code


def test_a_unit_converts_exactly():
    """A quantity of a custom unit is worth an exact fraction of the currency."""
    assert Fraction(1, 500_000) == TOKEN.convert(1)
    third = Unit(code="CREDIT", digits=2, worth="1", currency="EUR", per="3")
    assert Fraction(1, 2) == third.convert("1.50")


def test_a_quantity_finer_than_the_unit_is_refused():
    """A unit without fractions refuses half of one."""
    with pytest.raises(DocumentError) as caught:
        TOKEN.convert("0.5")
    assert caught.value.code == "amount-too-fine"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"code": "USD"}, "unit-is-currency"),
        ({"code": "HRK"}, "unit-is-currency"),
        ({"code": "token"}, "text-malformed"),
        ({"currency": "QQQ"}, "currency-unknown"),
        ({"currency": "HRK"}, "currency-unknown"),
        ({"per": "0"}, "number-not-positive"),
        ({"per": "-1"}, "number-negative"),
        ({"worth": "-1"}, "number-negative"),
        ({"worth": 0.5}, "float-amount"),
        ({"digits": 2.0}, "float-amount"),
        ({"digits": True}, "number-malformed"),
        ({"digits": HUGE}, "number-too-large"),
        ({"digits": 13}, "value-malformed"),
        ({"digits": "\uff11"}, "number-malformed"),
    ],
)
def test_a_unit_checks_its_fields(fields, code):
    """A unit that is a currency, is worth nothing per nothing, or has no whole digits is refused."""
    with pytest.raises(DocumentError) as caught:
        Unit(**({"code": "TOKEN", "digits": 0, "worth": "2", "currency": "USD"} | fields))
    assert code == caught.value.code


def test_digits_may_be_written_as_text():
    """Readers of YAML and TOML hand over numbers as their text."""
    assert Unit(code="TOKEN", digits="2", worth="2", currency="USD").digits == 2


@pytest.mark.parametrize("scale", [0, 12])
def test_a_unit_price_has_18_digits_before_the_point(scale):
    """The largest of either sign is taken, one more is refused."""
    largest = 10 ** (18 + scale) - 1
    for unscaled in (largest, -largest):
        assert unscaled == UnitPrice(unscaled=unscaled, scale=scale, currency="USD").unscaled
        with pytest.raises(DocumentError) as refusal:
            UnitPrice(unscaled=unscaled + (1 if unscaled > 0 else -1), scale=scale, currency="USD")
        assert "number-too-large" == refusal.value.code
