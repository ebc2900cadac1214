"""Laws of cash: nothing is lost, order makes no difference, a repeat changes nothing, no item goes below zero."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from billcore.cash.application import apply_cash
from billcore.cash.payment import Payment
from billcore.invoice.open_items import OpenItem
from billcore.money.amount import Amount
from support.laws import law

CURRENCIES = ("USD", "USD", "USD", "EUR", "JPY", "KWD")
CUSTOMERS = ("acme", "acme", "globex")
NUMBERS = tuple(f"{prefix}{year}{separator}{n:05d}" for prefix in ("INV/", "A-") for year in (2024, 2025) for separator in ("/", "-") for n in (1, 2, 3))  # fmt: skip
# Enough to find what was planted (see the order and the sum tests); a wider run sets it higher by hand.
EXAMPLES = 60
DAY = date(2025, 1, 1)

days = st.integers(0, 9).map(lambda n: DAY + timedelta(days=n))


@st.composite
def open_items(draw):
    """Up to eight items, invoices and credit memos, of two entities, open, in part and closed."""
    items = []
    for place, number in enumerate(draw(st.lists(st.sampled_from(NUMBERS), max_size=8))):
        original = draw(st.integers(1, 9))
        currency = draw(st.sampled_from(CURRENCIES))
        due = draw(days)
        items.append(
            OpenItem(
                document=f"doc-{place}",
                kind=draw(st.sampled_from(("invoice", "invoice", "invoice", "credit_memo"))),
                number=number,
                entity=draw(st.sampled_from(("US01", "US01", "US01", "UK01"))),
                customer=draw(st.sampled_from(CUSTOMERS)),
                issue_date=due,
                due_date=due,
                original=Amount(minor=original, currency=currency),
                balance=Amount(minor=draw(st.integers(0, original)), currency=currency),
            )
        )
    return items


written = st.one_of(
    st.sampled_from(NUMBERS),
    st.sampled_from(NUMBERS).map(str.lower),
    st.sampled_from(NUMBERS).map(lambda number: "".join(c if c.isdigit() else " " for c in number)),
    st.sampled_from(NUMBERS).map(lambda number: "0" + "".join(c for c in number if c.isdigit())),
    st.sampled_from(("", "thanks", "01.03.2025", "/", "invoice")),
)


@st.composite
def payments(draw):
    """Up to six payments; keys and ids may repeat, with the same or other content."""
    return [
        Payment(
            id=f"P-{draw(st.integers(0, 9))}",
            entity=draw(st.sampled_from(("US01", "US01", "US01", "UK01"))),
            bank_reference=f"B-{draw(st.integers(0, 9))}",
            tx_ordinal=draw(st.integers(1, 2)),
            value_date=draw(days),
            amount=Amount(minor=draw(st.integers(1, 20)), currency=draw(st.sampled_from(CURRENCIES))),
            reference=draw(st.sampled_from((" ", ", ", "/", "; "))).join(draw(st.lists(written, max_size=3))),
            payer=draw(st.sampled_from((None, None, *CUSTOMERS))),
            status=draw(st.sampled_from(("booked", "booked", "booked", "pending"))),
        )
        for _ in range(draw(st.integers(0, 6)))
    ]


def sums(amounts):
    totals = {}
    for amount in amounts:
        totals[amount.currency] = totals.get(amount.currency, 0) + amount.minor
    return {currency: minor for currency, minor in totals.items() if minor}


@law(EXAMPLES)
@given(payments(), open_items())
def test_every_cent_received_has_a_place_and_every_cent_cleared_was_received(received, items):
    """Gross = applied + unapplied + unidentified, and what the items lost is what was applied, by currency."""
    run = apply_cash(received, items)
    for made in run.applications:
        parts = sum(part.amount.minor for part in made.items) + made.unapplied.minor + made.unidentified.minor
        assert parts == made.gross.minor
    cleared = sums(part.amount for made in run.applications for part in made.items)
    before, after = sums(item.balance for item in items), sums(item.balance for item in run.open_items)
    assert {c: before.get(c, 0) - after.get(c, 0) for c in before if before[c] != after.get(c, 0)} == cleared


@law(EXAMPLES)
@given(payments(), open_items())
def test_every_payment_has_exactly_one_outcome(received, items):
    """Applied, duplicate, ignored or held; none lost, none twice."""
    run = apply_cash(received, items)
    outcomes = [*(made.payment for made in run.applications), *run.duplicates, *run.ignored, *run.held]
    assert sorted(outcomes) == sorted(payment.id for payment in received)


@law(EXAMPLES)
@given(payments(), open_items())
def test_no_item_goes_below_zero_or_up_and_no_credit_memo_moves(received, items):
    """Balances only fall, to zero at most; credit memos, and items of another entity or currency, stay."""
    run = apply_cash(received, items)
    before = {item.document: item for item in items}
    assert {item.document for item in run.open_items} == set(before)
    for item in run.open_items:
        assert 0 <= item.balance.minor <= before[item.document].balance.minor
        if item.kind == "credit_memo":
            assert item == before[item.document]
    for made in run.applications:
        for part in made.items:
            paid = before[part.document]
            assert (paid.entity, paid.balance.currency) == (made.entity, made.gross.currency)


@law(EXAMPLES)
@given(payments(), open_items(), st.randoms(use_true_random=False))
def test_the_order_given_makes_no_difference(received, items, shuffle):
    """Payments and items shuffled: the same run, to the last word."""
    run = apply_cash(received, items)
    shuffle.shuffle(received)
    shuffle.shuffle(items)
    assert apply_cash(received, items) == run


@law(EXAMPLES)
@given(payments(), open_items())
def test_a_replay_changes_nothing(received, items):
    """The same payments again, with the keys seen: no application, no balance moves."""
    first = apply_cash(received, items)
    second = apply_cash(received, first.open_items, seen=first.keys)
    assert second.applications == ()
    assert second.open_items == first.open_items


@law(EXAMPLES)
@given(payments(), open_items())
def test_a_repeat_in_the_same_call_changes_nothing(received, items):
    """Each payment twice: the same applications, each repeat a duplicate."""
    once, twice = apply_cash(received, items), apply_cash(received + received, items)
    assert twice.applications == once.applications
    assert twice.open_items == once.open_items


@law(EXAMPLES)
@given(payments(), open_items())
def test_what_is_not_settled_has_a_finding(received, items):
    """Each review and each unmatched payment is told, with finance as its owner."""
    run = apply_cash(received, items)
    waiting = {made.payment for made in run.applications if made.status in ("review", "unapplied", "unidentified")}
    told = {finding.subject for finding in run.findings if finding.severity == "error"}
    assert waiting <= told
    assert {finding.owner for finding in run.findings} <= {"finance"}


@law(EXAMPLES)
@given(st.sampled_from(NUMBERS), st.integers(1, 10**15))
def test_an_invoice_alone_is_paid_by_its_number_in_any_spelling(number, minor):
    """Lower case, blanks for separators, digits alone, a zero in front: paid in full."""
    amount = Amount(minor=minor, currency="USD")
    item = OpenItem(
        document="d",
        kind="invoice",
        number=number,
        entity="US01",
        customer="acme",
        issue_date=DAY,
        due_date=DAY,
        original=amount,
        balance=amount,
    )
    only_digits = "".join(c for c in number if c.isdigit())
    for text in (number, number.lower(), number.replace("/", " "), only_digits, f"0{only_digits}", f"re {number} tx"):
        payment = Payment(id="P", entity="US01", bank_reference="B", value_date=DAY, amount=amount, reference=text)
        run = apply_cash([payment], [item])
        assert (run.applications[0].status, run.open_items[0].balance.minor) == ("applied", 0), text
