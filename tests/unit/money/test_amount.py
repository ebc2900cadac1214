"""What an amount refuses and what it does not do."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal
from types import SimpleNamespace

import pytest
from moneyed import Money

from billcore.core.document import Document
from billcore.core.errors import BillcoreError, DocumentError, InvariantBroken, NotApplicable
from billcore.money.allocation import cumulative_part, split_by_weight
from billcore.money.amount import Amount, total
from billcore.money.rounding import round_ratio
from hostile import HUGE

NOT_MINOR = [1.5, 1.0, True, "5", None, Decimal(1), [1], float("nan")]


@pytest.mark.parametrize("minor", NOT_MINOR)
def test_minor_units_are_an_int(minor):
    """Anything but an int as minor units is refused and named."""
    with pytest.raises(DocumentError) as caught:
        Amount(minor=minor, currency="USD")
    assert caught.value.path == "minor"
    assert ("float-amount" if isinstance(minor, float) else "number-malformed") == caught.value.code


@pytest.mark.parametrize("minor", [2**63, -(2**63), HUGE, -HUGE])
def test_minor_units_fit_64_bits(minor):
    """An amount that no 64-bit column could hold is refused before it is printed."""
    with pytest.raises(DocumentError) as caught:
        Amount(minor=minor, currency="USD")
    assert caught.value.code == "number-too-large"


def test_the_largest_amounts_print():
    """The ends of the 64-bit range are amounts and print every digit."""
    assert str(Amount(minor=2**63 - 1, currency="USD")) == "USD 92233720368547758.07"
    assert str(Amount(minor=-(2**63) + 1, currency="USD")) == "USD -92233720368547758.07"


@pytest.mark.parametrize(
    "code", ["usd", "", "US", "USDX", "QQQ", None, 5, HUGE, ["USD"], "\uff35\uff33\uff24", "U" * 10**6]
)
def test_a_currency_is_an_iso_code(code):
    """A currency of any wrong kind is refused as unknown, in a short message."""
    with pytest.raises(DocumentError) as caught:
        Amount(minor=1, currency=code)
    assert caught.value.code == "currency-unknown"
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    ("given", "currency", "code"),
    [
        (None, "USD", "number-malformed"),
        ([1], "USD", "number-malformed"),
        ({}, "USD", "number-malformed"),
        (True, "USD", "number-malformed"),
        (1.0, "USD", "float-amount"),
        (HUGE, "USD", "number-too-large"),
        (Decimal("1E+1000000"), "USD", "number-too-large"),
        (Decimal("1E-1000000"), "USD", "number-too-large"),
        (Decimal("NaN"), "USD", "number-malformed"),
        (Decimal("sNaN"), "USD", "number-malformed"),
        (Decimal("-Infinity"), "USD", "number-malformed"),
        ("1", None, "currency-missing"),
        (10**14, "USD", "number-too-large"),
        (Money("NaN", "USD"), None, "number-malformed"),
        (Money("1E+1000000", "USD"), None, "number-too-large"),
        (Money("1.234", "USD"), None, "amount-too-fine"),
        (Money("1", "DEM"), None, "currency-unknown"),
        (SimpleNamespace(amount=1.5, currency="USD"), None, "float-amount"),
        (SimpleNamespace(amount="1", currency=None), None, "currency-unknown"),
    ],
)
def test_what_is_no_amount_is_refused(given, currency, code):
    """Bombs, foreign objects and half an amount are refused by our own error."""
    with pytest.raises(DocumentError) as caught:
        Amount.of(given, currency)
    assert code == caught.value.code


def test_money_with_another_currency_is_refused():
    """A Money and a currency that disagree are refused; neither wins in silence."""
    with pytest.raises(NotApplicable) as caught:
        Amount.of(Money("1", "USD"), "EUR")
    assert caught.value.code == "currencies-differ"
    assert Amount.of("1", "USD") == Amount.of(Money("1", "USD"), "USD")


def test_mixed_currencies_do_not_add_or_compare():
    """Two currencies never add, subtract, compare or total."""
    usd, eur = Amount.of("1", "USD"), Amount.of("1", "EUR")
    for operation in (
        lambda: usd + eur,
        lambda: usd - eur,
        lambda: usd < eur,
        lambda: usd >= eur,
        lambda: total([usd, eur], "USD"),
        lambda: total([usd], "EUR"),
    ):
        with pytest.raises(NotApplicable) as caught:
            operation()
        assert caught.value.code == "currencies-differ"
    assert usd != eur


def test_amounts_of_one_currency_compare():
    """All four comparisons hold within a currency, and sorting with them."""
    one, two = Amount.of("1", "USD"), Amount.of("2", "USD")
    assert one < two
    assert one <= two
    assert one <= Amount.of("1.00", "USD")
    assert two > one
    assert two >= one
    assert not one >= two
    assert not two < one
    assert [one, two] == sorted([two, one])


def test_an_amount_is_no_number():
    """An amount has no truth value, adds to no number, and multiplies with nothing."""
    amount = Amount.of("1", "USD")
    for operation in (
        lambda: bool(amount),
        lambda: amount + 1,
        lambda: 1 + amount,
        lambda: amount - 1.5,
        lambda: amount * 2,
        lambda: amount < 1,
        lambda: float(amount),
        lambda: sum([amount]),
    ):
        with pytest.raises(TypeError):
            operation()


def test_an_amount_does_not_change():
    """Assigning to a field of an amount is refused."""
    amount = Amount.of("1", "USD")
    with pytest.raises(AttributeError):
        amount.minor = 5
    assert str(amount) == "USD 1.00"


def test_sums_beyond_64_bits_are_refused():
    """A sum that leaves the 64-bit range is refused and does not wrap."""
    largest = Amount(minor=2**63 - 1, currency="USD")
    with pytest.raises(DocumentError) as caught:
        largest + Amount(minor=1, currency="USD")
    assert caught.value.code == "number-too-large"


def test_an_amount_crosses_processes():
    """Pickling gives back an equal amount."""
    amount = Amount.of("-1.05", "KWD")
    assert amount == pickle.loads(pickle.dumps(amount))


@pytest.mark.parametrize("currency", ["XCG", "ZWG", "XAD", "BGN", "SLE"])
def test_money_for_currencies_that_moneyed_does_not_know(currency):
    """A Money is made in every currency of ours, with its sub-units."""
    money = Amount.of("2.50", currency).money
    assert (Decimal("2.50"), currency, 100) == (money.amount, money.currency.code, money.currency.sub_unit)


class Bill(Document):
    amount: Amount


@pytest.mark.parametrize(
    ("written", "code", "path"),
    [
        ({"amount": "10.50", "currency": "usd"}, "text-malformed", "amount.currency"),
        ({"amount": "10.505", "currency": "USD"}, "amount-too-fine", "amount"),
        ({"amount": 10.5, "currency": "USD"}, "float-amount", "amount.amount"),
        ({"amount": "10.50"}, "field-missing", "amount.currency"),
        ({"amount": "10.50", "currency": "USD", "minor": 1}, "field-unknown", "amount.minor"),
        ({"amount": "10.50", "currency": "QQQ"}, "currency-unknown", "amount"),
        ("10.50 USD", "value-malformed", "amount"),
        (None, "value-malformed", "amount"),
    ],
)
def test_an_amount_in_a_document_names_its_culprit(written, code, path):
    """A wrong amount in a document is refused with its own code at its own place."""
    with pytest.raises(DocumentError) as caught:
        Bill.read({"amount": written})
    assert (code, path) == (caught.value.code, caught.value.path)


def test_an_amount_in_json_is_read_as_written():
    """Reading and writing JSON have one form."""
    text = '{"amount":{"amount":"10.50","currency":"USD"}}'
    assert text == Bill.read(json.loads(text)).model_dump_json()


@pytest.mark.parametrize(
    "call",
    [
        lambda x: round_ratio(x, 1),
        lambda x: round_ratio(1, x),
        lambda x: round_ratio(1, 1, increment=x),
        lambda x: Amount.rounded(x, 1, "USD"),
        lambda x: Amount.rounded(1, x, "USD"),
        lambda x: split_by_weight(x, [1]),
        lambda x: split_by_weight(1, [1, x]),
        lambda x: cumulative_part(x, 0, 1, 1),
        lambda x: cumulative_part(1, x, 1, 1),
        lambda x: cumulative_part(1, 0, x, 1),
        lambda x: cumulative_part(1, 0, 1, x),
    ],
)
@pytest.mark.parametrize("bad", [1.0, float("nan"), True, "1", None, Decimal("1E+1000000"), 0.5])
def test_integers_only(call, bad):
    """Every integer argument of the money functions refuses everything else by our own error."""
    with pytest.raises(DocumentError) as caught:
        call(bad)
    assert caught.value.code in ("float-amount", "number-malformed")


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: round_ratio(1, -HUGE), "denominator-not-positive"),
        (lambda: round_ratio(1, -2, increment=-1), "denominator-not-positive"),
        (lambda: round_ratio(1, 2, increment=-HUGE), "increment-not-positive"),
        (lambda: round_ratio(1, 2, "nearest"), "rounding-mode-unknown"),
        (lambda: round_ratio(1, 2, None), "rounding-mode-unknown"),
        (lambda: split_by_weight(1, [-HUGE]), "weight-negative"),
        (lambda: cumulative_part(1, 0, HUGE, 1), "share-above-whole"),
        (lambda: cumulative_part(1, 2, 1, 3), "share-above-whole"),
        (lambda: cumulative_part(1, -1, 1, 3), "share-above-whole"),
        (lambda: cumulative_part(1, 0, 0, 0), "weights-sum-to-zero"),
    ],
)
def test_refusals_print_no_bomb(call, code):
    """A refusal never prints an integer that has no text."""
    with pytest.raises(BillcoreError) as caught:
        call()
    assert code == caught.value.code
    assert isinstance(caught.value, InvariantBroken if code == "denominator-not-positive" else DocumentError)


def test_an_amount_has_no_truth_value():
    """``if amount`` would call a zero amount absent."""
    with pytest.raises(TypeError, match="no truth value"):
        bool(Amount(minor=0, currency="USD"))


def test_a_negated_amount_and_a_total():
    """The sign turns around; none of a currency are zero of it."""
    assert Amount(minor=-5, currency="USD") == -Amount(minor=5, currency="USD")
    assert Amount(minor=0, currency="JPY") == total([], "JPY")
    assert Amount(minor=8, currency="JPY") == total(
        [Amount(minor=5, currency="JPY"), Amount(minor=3, currency="JPY")], "JPY"
    )


@pytest.mark.parametrize(("currency", "minor"), [("USD", 18809), ("JPY", 188), ("KWD", 188085)])
def test_a_ratio_is_rounded_to_the_digits_of_its_currency(currency, minor):
    """188.085 with two, no and three digits."""
    assert minor == Amount.rounded(188085, 1000, currency).minor


def test_an_amount_is_not_less_and_not_more_than_itself() -> None:
    """Equal amounts are on both sides of every comparison that allows it."""
    one, same, more = (Amount(minor=minor, currency="USD") for minor in (5, 5, 6))
    assert (True, True, False, False) == (one >= same, one <= same, one > same, one < same)
    assert (False, True, False, True) == (one >= more, one <= more, one > more, one < more)
