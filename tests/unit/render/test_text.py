"""Documents as text of 80 columns."""

from __future__ import annotations

import unicodedata
from datetime import date
from functools import cache

import pytest

from billcore.core.printable import columns
from billcore.core.value import replaced
from billcore.engine.closing import run_book
from billcore.invoice.invoice import Invoice, InvoiceLine
from billcore.money.amount import Amount
from billcore.money.taxed import TaxAmount
from billcore.periods.period import Period
from billcore.render import document_text
from support import founding
from support.golden import golden
from support.payloads import HOSTILE


@cache
def documents() -> dict[str, Invoice]:
    """The founding documents of the first year, by number."""
    return {one.number: one for one in founding.founding_run(date(2026, 12, 31)).documents}


def credit_memo() -> Invoice:
    """The credit memo that a deal made cheaper by 1,000 gives."""
    standing = founding.founding_run(date(2026, 2, 28)).standing
    cheaper = founding.setup_and_milestones_deal().with_line("setup", price={"kind": "flat", "amount": "5000.00"})
    run = run_book(founding.book([cheaper]), founding.happened(), standing, date(2026, 2, 28))
    return run.documents[0]


@pytest.mark.parametrize(
    "number",
    ["US01-INV-2026-000001", "DE01-RE-2026-000001", "US01-INV-2026-000005"],
)
def test_a_document_reads_well(number: str) -> None:
    """Parties, dates, lines with list price and discount, taxes and totals, exactly as kept."""
    assert golden(f"render/{number}.txt") == document_text(documents()[number])


def test_a_credit_memo_reads_well() -> None:
    """A credit memo has no due date and says what it credits."""
    assert golden("render/US01-CM-2026-000001.txt") == document_text(credit_memo())


def line(**changes: object) -> InvoiceLine:
    """One line of 10.00."""
    fields = {
        "contract": "C-1",
        "line": "a",
        "component": "recurring",
        "service": Period(start=date(2026, 1, 1), end=date(2026, 1, 2)),
        "terms": "t",
        "number": 0,
        "description": "Line",
        "net_minor": 1000,
        "currency": "USD",
        "taxes": (),
    }
    return InvoiceLine(**{**fields, **changes})


def document(*lines: InvoiceLine, **changes: object) -> Invoice:
    """A bare document."""
    fields = {
        "kind": "invoice",
        "number": "A-1",
        "entity": "US01",
        "customer": "acme",
        "currency": lines[0].net.currency,
        "invoice_date": date(2026, 1, 1),
        "due_date": date(2026, 1, 31),
        "contracts": ("C-1",),
        "lines": lines,
    }
    return Invoice(**{**fields, **changes})


def tax(name: str, rate: str, minor: int, reason: str = "") -> TaxAmount:
    """A tax on 10.00."""
    return TaxAmount(
        row=name,
        name=name,
        rate=rate,
        reason=reason,
        tax_point=date(2026, 1, 1),
        base_minor=1000,
        tax_minor=minor,
        currency="USD",
    )


def test_a_bare_draft_reads_well() -> None:
    """Without snapshots the parties are their ids, without a number it is a draft, a one-day service is one day."""
    assert golden("render/draft.txt") == document_text(document(line(), number=""))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_harmless(text: str) -> None:
    """In any field a payload stays on its line: no escape, no line break, at most 80 columns."""
    hostile_tax = tax(text, "0", 0, text)
    made = document(
        line(description=text, taxes=(hostile_tax,)),
        line(description="", line=text, number=1),
        seller=(text, text * 20),
        customer_address=(text, text * 20),
        terms_text=text,
        customer=text,
        contracts=(text, text),
    )
    harmless = document(
        line(description="x", taxes=(tax("x", "0", 0, "x"),)),
        line(description="", line="x", number=1),
        seller=("x", "x"),
        customer_address=("x", "x"),
        terms_text="x",
        customer="x",
        contracts=("x", "x"),
    )
    shown = document_text(made)
    assert not {unicodedata.category(character) for character in shown.replace("\n", "")} & {
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
    }
    assert all(columns(one) <= 80 for one in shown.split("\n"))
    assert len(document_text(harmless).split("\n")) == len(shown.split("\n"))


def test_a_long_description_goes_on_below() -> None:
    """A long description is shown whole over several lines, and a wide number takes room from it, never digits."""
    words = "Enterprise platform subscription with premium support and a very long name"
    huge = Amount(minor=9_999_999_999_999_999, currency="USD")
    first = f"{'Enterprise platform subscription with':<75}10.00"
    expected = f"{first}\npremium support and a very long name\n  2026-01-01"
    assert expected == "\n".join(document_text(document(line(description=words))).split("\n")[13:16])
    numbers = f"{'123,456,789,012,345,678.25':>45}{'99,999,999,999,999.99':>35}"
    expected = f"{words}\n{numbers}\n  2026-01-01"
    wide = line(description=words, net=huge, gross=huge, quantity="123456789012345678.25")
    assert expected == "\n".join(document_text(document(wide)).split("\n")[13:16])


def test_taxes_are_summed_by_name_rate_and_reason() -> None:
    """Two lines of one tax are one row, another rate is another row, and a rate is said where the name hides it."""
    gross = Amount.of("11.90", "USD")
    made = document(
        line(taxes=(tax("VAT 19 %", "19", 190),), gross=gross),
        line(taxes=(tax("VAT 19 %", "19", 190),), gross=gross, number=1),
        line(taxes=(tax("VAT 19 %", "9", 90),), gross=Amount.of("10.90", "USD"), number=2),
    )
    rows = [one.strip() for one in document_text(made).split("\n") if "VAT" in one]
    assert [
        "VAT 19 % on 20.00           USD 3.80",
        "VAT 19 % 9 % on 10.00           USD 0.90",
    ] == rows


def test_zero_and_three_digit_currencies() -> None:
    """Yen have no digits after the point, dinars three."""
    for minor, currency, shown in ((1_234_567, "JPY", "JPY 1,234,567"), (1_234_567, "KWD", "KWD 1,234.567")):
        amount = Amount(minor=minor, currency=currency)
        assert shown in document_text(document(line(net=amount, gross=amount)))


def test_the_same_document_has_the_same_text() -> None:
    """Nothing but the document decides: a copy is written alike."""
    made = documents()["US01-INV-2026-000001"]
    assert document_text(made) == document_text(replaced(made))
