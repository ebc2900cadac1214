"""What the values of cash refuse, and what a run says beside the amounts that the rule cases check."""

from __future__ import annotations

from datetime import date

import pytest

from billcore.cash.application import apply_cash
from billcore.cash.matching import TIERS, exact_reference
from billcore.cash.outcome import AppliedItem, CashApplication, CashRun
from billcore.cash.payment import Payment
from billcore.core.canonical import canonical_bytes, decode
from billcore.core.errors import BillcoreError, DocumentError, InvariantBroken
from billcore.invoice.open_items import OpenItem
from billcore.money.amount import Amount


def usd(text):
    return Amount.of(text, "USD")


def item(number, balance="100.00", **changes):
    fields = {
        "document": f"doc-{number}",
        "kind": "invoice",
        "number": number,
        "entity": "US01",
        "customer": "acme",
        "issue_date": date(2025, 1, 1),
        "due_date": date(2025, 1, 31),
        "original": usd(balance),
        "balance": usd(balance),
    }
    return OpenItem(**{**fields, **changes})


def payment(amount="100.00", reference="", **changes):
    fields = {
        "id": "P-1",
        "entity": "US01",
        "bank_reference": "B-1",
        "value_date": date(2025, 3, 10),
        "amount": usd(amount),
        "reference": reference,
    }
    return Payment(**{**fields, **changes})


def applied(**changes):
    fields = {
        "payment": "P-1",
        "key": "k",
        "entity": "US01",
        "customer": "acme",
        "value_date": date(2025, 3, 10),
        "gross": usd("100.00"),
        "items": (AppliedItem(document="d", number="n", amount=usd("60.00"), balance=usd("0.00")),),
        "unapplied": usd("40.00"),
        "unidentified": usd("0.00"),
        "status": "partly_applied",
        "tier": "R2",
        "reason": "",
    }
    return CashApplication(**{**fields, **changes})


def test_an_application_that_adds_up_exists():
    """60 applied and 40 unapplied are 100 received."""
    assert applied().applied == usd("60.00")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"unapplied": usd("40.01")}, "cash-not-conserved"),
        ({"unapplied": usd("39.99")}, "cash-not-conserved"),
        ({"unapplied": usd("-10.00"), "unidentified": usd("50.00")}, "application-out-of-range"),
        ({"unapplied": usd("0.00"), "unidentified": usd("40.00")}, "cash-not-conserved"),
        ({"customer": ""}, "cash-not-conserved"),
        ({"unapplied": Amount.of("40.00", "EUR")}, "currencies-differ"),
        ({"gross": usd("0.00"), "items": (), "unapplied": usd("0.00")}, "application-out-of-range"),
    ],
)
def test_an_application_that_does_not_add_up_cannot_exist(changes, code):
    """One cent off, a negative part, money of nobody that is somebody's: refused."""
    with pytest.raises(BillcoreError) as caught:
        applied(**changes)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("amount", "balance"), [("0.00", "1.00"), ("-1.00", "1.00"), ("1.00", "-0.01")], ids=["zero", "negative", "below"]
)
def test_an_item_takes_more_than_nothing_and_never_goes_below_zero(amount, balance):
    """The value refuses both."""
    with pytest.raises(InvariantBroken) as caught:
        AppliedItem(document="d", number="n", amount=usd(amount), balance=usd(balance))
    assert (caught.value.code, caught.value.path) == ("application-out-of-range", "d")


def test_a_document_twice_among_the_items_is_refused():
    """It could be paid twice."""
    with pytest.raises(DocumentError) as caught:
        apply_cash([], [item("INV-10001"), item("INV-10001")])
    assert (caught.value.code, caught.value.path) == ("id-repeated", "open_items")


def test_an_unmatched_payment_is_a_finding_with_candidates():
    """The owner is finance; open invoices of the payer are listed, oldest due first; credit memos are not."""
    items = [
        item("INV-10001", due_date=date(2025, 2, 28)),
        item("INV-10002"),
        item("CM-10003", kind="credit_memo"),
        item("INV-10004", customer="globex"),
        item("INV-10005", "0.00"),
    ]
    run = apply_cash([payment(reference="many thanks", payer="acme")], items)
    (made,), (finding,) = run.applications, run.findings
    assert made.candidates == ("doc-INV-10002", "doc-INV-10001")
    assert (finding.code, finding.owner, finding.severity) == ("payment-unmatched", "finance", "error")
    assert (finding.subject, finding.path) == ("P-1", "payments.P-1.reference")
    assert "doc-INV-10002, doc-INV-10001" in finding.hint
    assert "unapplied" in finding.hint


def test_a_review_lists_what_was_considered():
    """Both items that fit are candidates, and the reason names them."""
    items = [item("A-2025-00001"), item("B-2025-00001", "60.00")]
    (made,) = apply_cash([payment(reference="2025-00001")], items).applications
    assert made.candidates == ("doc-A-2025-00001", "doc-B-2025-00001")
    assert "A-2025-00001, B-2025-00001" in made.reason


def test_the_reason_says_what_decided():
    """Tier, numbers and form."""
    (made,) = apply_cash([payment(reference="2019-00001")], [item("INV/2019/00001")]).applications
    assert (made.tier, made.reason) == ("R2", "the text names INV/2019/00001 (by digits alone)")


def test_keys_of_a_run_are_those_taken_in():
    """Pending, held and repeated payments add none."""
    given = [
        payment(reference="INV-10001"),
        payment(id="P-2", bank_reference="B-2", status="pending"),
        payment(id="P-3", bank_reference="B-3"),
        payment(id="P-4", bank_reference="B-3", amount="7.00"),
    ]
    assert apply_cash(given, [item("INV-10001")]).keys == {"US01||B-1|1"}


def test_a_pending_payment_is_applied_once_it_is_booked():
    """Its key was not used up."""
    pending = payment(reference="INV-10001", status="pending")
    first = apply_cash([pending], [item("INV-10001")])
    second = apply_cash([pending.revised(status="booked")], first.open_items, seen=first.keys)
    assert (first.ignored, second.applications[0].status) == (("P-1",), "applied")


def test_a_run_survives_its_canonical_bytes():
    """What is stored is read back as the same value."""
    run = apply_cash([payment("120.00", "INV-10001")], [item("INV-10001")])
    assert decode(canonical_bytes(run), CashRun) == run


def test_nothing_in_gives_nothing_out():
    """No payments: items as they were, no findings."""
    run = apply_cash([], [item("INV-10001")])
    assert run == CashRun(applications=(), open_items=(item("INV-10001"),))


def test_an_item_without_a_number_is_never_named():
    """A draft has no number; an empty text does not fit it."""
    (made,) = apply_cash([payment(reference="")], [item("")]).applications
    assert made.status == "unidentified"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("11111 22222 33333 44444", ("1111122222", "111112222233333", "3333344444")),
        ("11111/22222 33333 44444", ("111112222233333", "22222", "3333344444")),
    ],
)
def test_readings_that_overlap_in_a_chain_are_one_mention(text, numbers):
    """Three readings, each overlapping the next, all of one customer and balance: one item is paid, not two."""
    run = apply_cash([payment("300.00", text)], [item(number) for number in numbers])
    assert [len(made.items) for made in run.applications] == [1]
    assert run.applications[0].flags == ("equal-candidates", "overpayment")


def test_the_ladder_is_one_ordered_list():
    """The next tier is added there."""
    assert (exact_reference,) == TIERS
