"""Which documents become one, and which difference keeps them apart, one difference at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import billcore as bc
from billcore.invoice.grouping import consolidated, part_of
from support import families

JANUARY = date(2026, 1, 1)
PAYERS = frozenset({"acme"})
ACME = families.customers()[0]


def invoice(
    name: str, *, payer: bc.Customer = ACME, seller: bc.LegalEntity | None = None, **changes: Any
) -> bc.Invoice:
    """The first invoice of a contract of the family, paid by acme."""
    (made,) = bc.bill(
        families.contract(name, **changes), through=date(2026, 1, 10), payer=payer, entity=seller
    ).invoices
    return made


ENTITY = bc.LegalEntity(
    id="DE01", name="Seller", country="DE", currency="EUR", invoice_prefix="I-", credit_memo_prefix="C-"
)
APART = {
    "another entity": {"entity": "US01"},
    "another currency": {"currency": "USD"},
    "another date": {"term": {"start": "2026-01-02", "end": "2026-07-01"}},
    "another due date": {"payment_terms": {"kind": "net_days", "days": 60}},
    "other terms with the same due date": {"payment_terms": {"kind": "end_of_month", "months": 0, "day": 31}},
    "another payer": {"payer": families.customers()[2]},
    "another snapshot of the payer": {"payer": ACME.revised(address=["2 Main St"])},
    "another snapshot of the seller": {"seller": ENTITY},
}


@pytest.mark.parametrize("changes", APART.values(), ids=APART)
def test_one_difference_keeps_documents_apart(changes: dict[str, Any]) -> None:
    """The same two without the difference become one."""
    first, second, other = invoice("C-1"), invoice("C-8"), invoice("C-8", **changes)
    assert other.lines
    assert 1 == len(consolidated([first, second], PAYERS, sources={}))
    payers = PAYERS | {"acme-us"}
    assert 2 == len(consolidated([first, other], payers, sources={}))


def test_other_terms_with_the_same_due_date_have_the_same_due_date() -> None:
    """Net 30 of 1 January is 31 January, the end of that month: only what is shown differs."""
    same = invoice("C-8", **APART["other terms with the same due date"])
    assert invoice("C-1").due_date == same.due_date
    assert invoice("C-1").terms_text != same.terms_text


def test_documents_of_one_customer_keep_it_and_its_payer() -> None:
    """C-1 and C-8 are both of acme-de: the customer stays acme-de, who pays stays acme."""
    (made,) = consolidated([invoice("C-8"), invoice("C-1")], PAYERS, sources={})
    assert ("acme-de", "acme", ("C-1", "C-8")) == (made.customer, made.payer, made.contracts)
    assert ["C-1", "C-8"] == [line.contract for line in made.lines]
    assert ("120.00", "120.00") == (made.net.text, made.total.text)


def test_documents_of_several_customers_are_the_payer_s() -> None:
    """C-2 is acme's own, C-1 its child's; each part knows whose it is and has the id it had."""
    own, child = invoice("C-2"), invoice("C-1")
    (made,) = consolidated([own, child], PAYERS, sources={})
    assert ("acme", "acme") == (made.customer, made.payer)
    assert ("acme-de", "acme") == (made.user_of("C-1"), made.user_of("C-2"))
    assert (child.id, own.id) == (part_of(made, "C-1").id, part_of(made, "C-2").id)
    assert made.id not in (child.id, own.id)
    assert child.lines + own.lines == made.lines


def test_who_does_not_ask_for_it_gets_separate_documents() -> None:
    """They come back as they were, by date and contract."""
    documents = [invoice("C-8"), invoice("C-1")]
    assert documents[::-1] == list(consolidated(documents, frozenset(), sources={}))
    assert documents[0] is part_of(documents[0], "C-8")
