"""The payment document: its key, and every kind of bad input."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billcore.cash.payment import Payment
from billcore.core.errors import DocumentError
from billcore.money.amount import Amount

GOOD = {
    "id": "P-1",
    "entity": "US01",
    "bank_reference": "B 77/1",
    "value_date": "2025-03-10",
    "amount": {"amount": "100.00", "currency": "USD"},
}


def test_a_payment_is_read_from_plain_data():
    """Text dates and amounts, defaults for the rest."""
    payment = Payment.read(GOOD)
    assert payment == Payment(
        id="P-1",
        entity="US01",
        bank_reference="B 77/1",
        tx_ordinal=1,
        value_date=date(2025, 3, 10),
        amount=Amount.of("100.00", "USD"),
        reference="",
        payer=None,
        status="booked",
    )


def test_the_key_is_account_reference_and_ordinal():
    """The id, the text and the amount are no part of it."""
    payment = Payment.read(GOOD)
    other = payment.revised(id="P-2", reference="x", amount=Amount.of("1", "USD"), value_date=date(2025, 3, 11))
    assert payment.key == other.key == "US01||B 77/1|1"


@pytest.mark.parametrize(
    "changes",
    [{"entity": "UK01"}, {"bank_account": "DE89"}, {"bank_reference": "B 77/2"}, {"tx_ordinal": 2}],
    ids=lambda changes: next(iter(changes)),
)
def test_each_part_of_the_key_tells_payments_apart(changes):
    """Another entity, account, reference or ordinal is another payment."""
    payment = Payment.read(GOOD)
    assert payment.key != payment.revised(**changes).key


def test_no_bank_reference_imitates_another_key():
    """A separator inside the bank's own text cannot move a part into another's place."""
    keys = {
        Payment.read({**GOOD, "bank_reference": reference, "tx_ordinal": ordinal}).key
        for reference, ordinal in (("a|1", 1), ("a", 1), ("a|1|1", 1), ("|a", 1), ("a|", 11))
    }
    assert len(keys) == 5


@pytest.mark.parametrize(
    ("field", "value", "code", "path"),
    [
        ("id", "", "text-malformed", "id"),
        ("id", "\uff30-1", "text-malformed", "id"),
        ("entity", None, "text-malformed", "entity"),
        ("bank_reference", "", "text-malformed", "bank_reference"),
        ("bank_reference", "B\u202e77", "text-hidden-character", "bank_reference"),
        ("tx_ordinal", 0, "number-malformed", "tx_ordinal"),
        ("tx_ordinal", True, "number-malformed", "tx_ordinal"),
        ("tx_ordinal", "1", "number-malformed", "tx_ordinal"),
        ("tx_ordinal", 1.0, "number-malformed", "tx_ordinal"),
        ("value_date", 20250310, "date-malformed", "value_date"),
        ("value_date", "20250310", "date-malformed", "value_date"),
        ("value_date", "2025-02-30", "value-malformed", "value_date"),
        ("value_date", "10.03.2025", "date-malformed", "value_date"),
        ("value_date", datetime(2025, 3, 10, tzinfo=UTC), "date-malformed", "value_date"),
        ("value_date", None, "date-malformed", "value_date"),
        ("amount", {"amount": "0.00", "currency": "USD"}, "payment-not-positive", "amount"),
        ("amount", {"amount": "-5.00", "currency": "USD"}, "payment-not-positive", "amount"),
        ("amount", {"amount": 0.1, "currency": "USD"}, "float-amount", "amount.amount"),
        ("amount", {"amount": "1.005", "currency": "USD"}, "amount-too-fine", "amount"),
        ("amount", {"amount": "1.00", "currency": "XXQ"}, "currency-unknown", "amount"),
        ("amount", {"amount": "1.00"}, "field-missing", "amount.currency"),
        ("amount", "100.00", "value-malformed", "amount"),
        ("amount", {"amount": Decimal("NaN"), "currency": "USD"}, "number-malformed", "amount.amount"),
        ("reference", "x" * 2_001, "text-malformed", "reference"),
        ("reference", "a\u0000b", "text-hidden-character", "reference"),
        ("payer", "", "text-malformed", "payer"),
        ("status", "BOOK", "choice-unknown", "status"),
        ("customer", "acme", "field-unknown", "customer"),
    ],
)
def test_bad_input_is_refused_at_its_field(field, value, code, path):
    """Our own error, with the code and the place."""
    with pytest.raises(DocumentError) as caught:
        Payment.read({**GOOD, field: value})
    assert (caught.value.code, caught.value.path) == (code, path)


@pytest.mark.parametrize("field", sorted(GOOD))
def test_a_missing_field_is_named(field):
    """Nothing that matters has a default."""
    with pytest.raises(DocumentError) as caught:
        Payment.read({name: value for name, value in GOOD.items() if name != field})
    assert (caught.value.code, caught.value.path) == ("field-missing", field)
