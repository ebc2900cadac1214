"""What a document refuses to be: without a charge, a number, a tax class, or with another document's lines."""

from __future__ import annotations

from datetime import date

import pytest

import billcore as bc
from billcore.billing.differences import Difference
from billcore.contract.terms import EndOfMonth
from billcore.core.errors import InvariantBroken
from billcore.core.value import replaced
from billcore.engine.invoicing import Taxes
from billcore.invoice.assembly import Parties, assemble
from billcore.invoice.due_dates import due_date
from billcore.invoice.invoice import Invoice
from billcore.invoice.numbering import number_documents
from billcore.invoice.open_items import open_item
from billcore.money.amount import Amount

JANUARY = date(2026, 1, 1)


def contract() -> bc.Contract:
    return bc.Contract.read(
        {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": "month"}
        | {"term": {"start": "2026-01-01", "end": "2027-01-01"}}
        | {
            "lines": [
                {"id": name, "sku": sku, "billed": "in_advance", "price": {"kind": "flat", "amount": "10.00"}}
                for name, sku in (("seats", "SEATS"), ("care", "CARE"))
            ]
        }
    )


@pytest.fixture
def invoice() -> Invoice:
    """An invoice of two lines, not issued."""
    (made,) = bc.bill(contract(), through=JANUARY).invoices
    return made


@pytest.mark.parametrize("minor", [-1, 2_001])
def test_an_open_item_owes_between_nothing_and_its_document(invoice: Invoice, minor: int) -> None:
    """A balance below zero or above the document's total is a contradiction; both ends are possible."""
    item = open_item(invoice)
    with pytest.raises(InvariantBroken) as caught:
        replaced(item, balance=Amount(minor=minor, currency="USD"))
    assert ("balance-out-of-range", "0 .. USD 20.00") == (caught.value.code, caught.value.expected)
    assert str(Amount(minor=minor, currency="USD")) == caught.value.found
    for possible in (0, 2_000):
        assert possible == replaced(item, balance=Amount(minor=possible, currency="USD")).balance.minor


@pytest.mark.parametrize(
    ("field", "value", "found"), [("currency", "EUR", "EUR 10.00"), ("net_minor", -5, "USD -0.05")]
)
def test_a_line_of_another_currency_or_below_zero_is_in_no_document(
    invoice: Invoice, field: str, value: object, found: str
) -> None:
    """A document is in one currency, and reduces nothing by a negative line."""
    wrong = replaced(invoice.lines[1], **{field: value})
    with pytest.raises(InvariantBroken) as caught:
        replaced(invoice, lines=(invoice.lines[0], wrong))
    assert ("line-not-of-document", found, "0 or more USD") == (
        caught.value.code,
        caught.value.found,
        caught.value.expected,
    )


def test_a_line_that_a_document_does_not_have_is_named_with_those_it_has(invoice: Invoice) -> None:
    """The error shows what was asked for, the document, and its lines."""
    assert "care" == invoice.line("care").line
    with pytest.raises(bc.DocumentError) as caught:
        invoice.line("support")
    error = caught.value
    assert ("line-unknown", "support", "one of seats, care", invoice.id) == (
        error.code,
        error.found,
        error.expected,
        error.path,
    )


def test_an_amount_to_bill_needs_its_charge() -> None:
    """Only what is given back may stand without one."""
    bare = Difference(charge=None, amount=Amount(minor=100, currency="USD"), corrects=None, number=0)
    with pytest.raises(bc.MissingInput) as caught:
        assemble(contract(), [bare], (), through=JANUARY, answers=None, texts=Parties())
    assert ("charge-missing", "a charge") == (caught.value.code, caught.value.expected)


def test_a_product_without_a_tax_class_is_not_billed_without_tax() -> None:
    """The question names the product; no class is assumed."""
    taxes = Taxes(table=bc.TaxTable(rows=()), jurisdiction="DE", tax_classes={"SEATS": "software"})
    with pytest.raises(bc.MissingInput) as caught:
        bc.bill(contract(), through=JANUARY, taxes=taxes)
    assert ("tax-class-missing", "sku CARE") == (caught.value.code, caught.value.found)


def test_a_document_without_a_series_gets_no_number(invoice: Invoice) -> None:
    """A prefix for the entity's credit memos is none for its invoices."""
    with pytest.raises(bc.MissingInput) as caught:
        number_documents([invoice], {("US01", "credit_memo"): "US01-CM-", ("DE01", "invoice"): "DE01-RE-"}, {})
    assert ("series-unknown", "invoice of US01") == (caught.value.code, caught.value.found)


@pytest.mark.parametrize(
    ("day", "terms"),
    [(date(9999, 12, 2), bc.NetDays(days=30)), (date(9999, 1, 31), EndOfMonth(months=12, day=1))],
    ids=["net days", "end of month"],
)
def test_an_invoice_is_not_due_after_the_calendar(day: date, terms: bc.NetDays | EndOfMonth) -> None:
    """The day before is the calendar's last; one more is refused by name and not by Python's own error."""
    before = {"net_days": bc.NetDays(days=29), "end_of_month": EndOfMonth(months=11, day=31)}[terms.kind]
    assert date(9999, 12, 31) == due_date(day, before)
    with pytest.raises(bc.LimitExceeded) as caught:
        due_date(day, terms)
    assert "date-out-of-range" == caught.value.code
