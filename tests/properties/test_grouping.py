"""Laws of consolidated documents: grouping moves lines and changes no line, no total, no tax, no revenue, no balance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import billcore as bc
from billcore.core.canonical import canonical_bytes
from billcore.engine.book import Book, Happened, Standing
from billcore.engine.closing import BookRun, run_book
from billcore.engine.controls import controls
from billcore.invoice.grouping import consolidated, part_of
from billcore.invoice.invoice import Invoice
from support.books import book, books, happened, payments
from support.laws import law

END = date(2030, 6, 30)
ACCOUNTS = ("acme", "acme-de", "umbrella")


def family(written: Iterable[dict[str, Any]], invoices: str) -> Book:
    """acme pays for acme-de; umbrella pays itself; all three want their documents so."""
    shared: dict[str, Any] = {"tax_jurisdiction": "DE", "invoices": invoices}
    made = [
        bc.Customer(id="acme", name="Acme", **shared),
        bc.Customer(id="acme-de", name="Acme DE", parent="acme", pays="parent", **shared),
        bc.Customer(id="umbrella", name="Umbrella", **shared),
    ]
    return book(bc.Contract.read(one) for one in written).revised(customers=made)


@st.composite
def families(draw: st.DrawFn) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Contracts of the family, some with a payer of their own, on dates that often meet."""
    written, facts = draw(books())
    for contract in written:
        contract["customer"] = draw(st.sampled_from(ACCOUNTS))
        contract["payer"] = draw(st.sampled_from([None, None, *ACCOUNTS]))
    return written, facts


def lines_of(documents: Iterable[Invoice]) -> list[bytes]:
    return sorted(canonical_bytes(line) for document in documents for line in document.lines)


def totals_of(documents: Iterable[Invoice]) -> Counter[Any]:
    """(kind, payer, entity, date) -> net, and with its tax the total."""
    found: Counter[Any] = Counter()
    for one in documents:
        where = (one.kind, one.payer_id, one.entity, one.invoice_date)
        found[*where, "net"] += one.net.minor
        found[*where, "total"] += one.total.minor
    return found


def posted(standing: Standing) -> Counter[Any]:
    """(contract, customer, day, role, obligation) -> debits less credits."""
    found: Counter[Any] = Counter()
    for entry in standing.entries:
        for line in entry.lines:
            where = (entry.contract, entry.customer, entry.posting_date, line.role, line.obligation)
            found[where] += line.signed
    return found


def twice(made: Book, first: Happened, then: Happened, stop: date) -> BookRun:
    """A run with the facts of before, and one that corrects them."""
    return run_book(made, then, run_book(made, first, Standing(), stop).standing, END)


@law(15, shrinks=False)
@given(st.data(), families())
def test_grouping_changes_no_line_no_total_and_no_posting(data: st.DataObject, given_family: Any) -> None:
    """Separate and consolidated books, corrected once, have the same lines, sums, revenue and postings by contract."""
    written, facts = given_family
    doubled = {name: (other_usage(usage), days) for name, (usage, days) in facts.items()}
    stop = date(2024, 1, 31) + timedelta(days=data.draw(st.integers(0, 900)))
    apart, together = (
        twice(family(written, name), happened(doubled), happened(facts), stop) for name in ("separate", "consolidated")
    )
    separate, grouped = apart.standing, together.standing
    assert lines_of(separate.documents) == lines_of(grouped.documents)
    assert totals_of(separate.documents) == totals_of(grouped.documents)
    assert separate.revenue == grouped.revenue
    assert posted(separate) == posted(grouped)
    assert len(grouped.documents) <= len(separate.documents)
    parts = [part_of(document, name) for document in grouped.documents for name in document.contracts]
    assert {one.id for one in separate.documents} == {one.id for one in parts}
    for document in grouped.documents:
        assert document.contracts == tuple(sorted({line.contract for line in document.lines}))
        assert document.contracts == tuple(dict.fromkeys(line.contract for line in document.lines))
        check_memo(document, grouped.documents)
    assert controls(family(written, "consolidated"), together)


def other_usage(usage: dict[str, dict[Any, str]]) -> dict[str, dict[Any, str]]:
    return {
        line: {start: "7" if quantity != "7" else "3" for start, quantity in mine.items()}
        for line, mine in usage.items()
    }


def check_memo(document: Invoice, documents: Iterable[Invoice]) -> None:
    """A memo of several contracts corrects lines of one document alone, and is asked of nobody else than that."""
    if document.kind == "credit_memo" and len(document.contracts) > 1:
        corrected = {line.corrects for line in document.lines}
        (source,) = [one for one in documents if corrected <= set(one.line_ids)]
        assert source.payer_id == document.payer_id


@law(10, shrinks=False)
@given(st.data(), families())
def test_order_and_steps_change_no_byte_and_a_second_run_adds_nothing(data: st.DataObject, given_family: Any) -> None:
    """Contracts in any order, runs at once or in steps: the same documents, entries and applications."""
    written, facts = given_family
    made = family(written, "consolidated")
    documents = run_book(made, happened(facts), Standing(), END).documents
    known = happened(facts, data.draw(payments([one for one in documents if one.kind == "invoice"])))
    once = run_book(made, known, Standing(), END)
    shuffled = family(data.draw(st.permutations(written)), "consolidated")
    assert canonical_bytes(once.standing) == canonical_bytes(run_book(shuffled, known, Standing(), END).standing)
    standing = run_book(made, known, Standing(), END - timedelta(days=data.draw(st.integers(1, 2_500)))).standing
    standing = run_book(made, known, standing, END).standing
    for name in ("documents", "revenue", "entries", "applications"):
        here, there = (sorted(map(canonical_bytes, getattr(one, name))) for one in (once.standing, standing))
        assert here == there, name
    again = run_book(made, known, standing, END)
    assert ((), (), (), ()) == (again.documents, again.revenue, again.entries, again.applications)


@law(20)
@given(st.data(), families())
def test_grouping_what_is_grouped_changes_nothing(data: st.DataObject, given_family: Any) -> None:
    """Documents in any order give the same groups; grouped once more, they stay."""
    written, facts = given_family
    documents = run_book(family(written, "separate"), happened(facts), Standing(), END).documents
    given_order = data.draw(st.permutations(documents))
    grouped = consolidated(given_order, set(ACCOUNTS), sources={})
    assert grouped == consolidated(documents, set(ACCOUNTS), sources={})
    assert grouped == consolidated(grouped, set(ACCOUNTS), sources={})
    assert sorted(documents, key=lambda one: one.id) == sorted(
        consolidated(documents, (), sources={}), key=lambda one: one.id
    )
