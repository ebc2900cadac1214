"""Who pays through a book: memos go to whoever was asked, one held contract holds no other, each line says whose it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import billcore as bc
from billcore.core.canonical import canonical_bytes
from billcore.engine.book import Happened, Standing
from billcore.engine.closing import BookRun, run_book
from billcore.engine.controls import controls
from billcore.engine.explainer import Explainer
from billcore.engine.reports.names import contract_owners
from billcore.host.records import records_of, standing_of
from billcore.invoice.grouping import consolidated
from billcore.render.json_document import document_data
from billcore.render.text import document_text
from billcore.store.memory import MemoryStore
from support import families

JANUARY, LATER = date(2026, 1, 1), date(2026, 1, 15)


def run(*names: str, parent: str = "consolidated", standing: Standing | None = None, **changes: Any) -> BookRun:
    made = families.book([families.contract(name, **changes.get(name, {})) for name in names], parent)
    return run_book(made, Happened(), standing or Standing(), LATER)


def cheaper(*names: str) -> dict[str, Any]:
    return {name: {"amount": "8.00"} for name in names}


def test_memos_of_one_document_are_one_memo() -> None:
    """C-1 and C-2 stand on one invoice and both become cheaper: 92.00 and 42.00 given back on one memo, with 19 %."""
    first = run("C-1", "C-2")
    then = run("C-1", "C-2", standing=first.standing, **{"C-1": {"amount": "8.00"}, "C-2": {"amount": "8.00"}})
    (memo,) = then.documents
    assert ("credit_memo", ("C-1", "C-2"), "acme") == (memo.kind, memo.contracts, memo.payer_id)
    assert ("134.00", "25.46") == (memo.net.text, memo.tax.text)
    assert set(first.documents[0].line_ids) == {line.corrects for line in memo.lines}
    assert controls(families.book([families.contract("C-1"), families.contract("C-2")]), then)
    assert () == run("C-1", "C-2", standing=then.standing, **cheaper("C-1", "C-2")).documents


def test_memos_of_two_documents_stay_two() -> None:
    """The invoices were separate; that the parent wants one document now does not put two sources on one memo."""
    first = run("C-1", "C-2", parent="separate")
    then = run("C-1", "C-2", standing=first.standing, **cheaper("C-1", "C-2"))
    assert [("C-1",), ("C-2",)] == [memo.contracts for memo in then.documents]
    assert {"credit_memo"} == {memo.kind for memo in then.documents}


def test_a_memo_that_corrects_no_line_stays_alone() -> None:
    """Without a source nothing says that two memos belong together."""
    first = run("C-1", "C-2", parent="separate")
    memos = run("C-1", "C-2", parent="separate", standing=first.standing, **cheaper("C-1", "C-2")).documents
    assert 2 == len(consolidated(memos, {"acme"}, sources={}))
    same = {line.corrects: "inv_1" for memo in memos for line in memo.lines}
    assert 1 == len(consolidated(memos, {"acme"}, sources=same))


def test_a_memo_goes_to_whoever_was_asked_for_what_it_corrects() -> None:
    """acme was asked; acme-de pays itself from now on: the memo is still acme's, by name and address; new invoices are not."""
    first = run("C-1")
    assert ("acme", ("Acme Group", "1 Main St")) == (first.documents[0].payer_id, first.documents[0].customer_address)
    then = run_book(
        families.book([families.contract("C-1", amount="8.00", payer="acme-de")]),
        Happened(),
        first.standing,
        date(2026, 2, 1),
    )
    memo, invoice = sorted(then.documents, key=lambda one: one.kind)
    assert ("credit_memo", "acme", "acme-de") == (memo.kind, memo.payer_id, memo.customer)
    assert ("Acme Group", "1 Main St") == memo.customer_address
    assert ("invoice", "acme-de", "") == (invoice.kind, invoice.payer_id, invoice.payer)
    assert ("Acme GmbH",) == invoice.customer_address
    owed = {item.document: item.customer for item in then.open_items}
    assert ("acme", "acme-de") == (owed[memo.id], owed[invoice.id])


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"entity": "FR01"}, "entity-unknown"), ({"payer": "nobody"}, "payer-unknown")],
)
def test_a_held_contract_holds_no_other_and_joins_later_by_itself(changes: dict[str, Any], code: str) -> None:
    """C-2 is held and C-1 issued; mended, C-2 comes on a document of its own, and nothing of C-1 comes again."""
    first = run("C-1", "C-2", **{"C-2": changes})
    assert (("C-2",), [("C-1",)]) == (first.held, [one.contracts for one in first.documents])
    assert code in {one.code for one in first.findings if one.subject == "C-2"}
    then = run("C-1", "C-2", standing=first.standing)
    assert [("C-2",)] == [one.contracts for one in then.documents]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([{"id": "acme-de", "parent": "gone", "pays": "parent"}], "parent-unknown"),
        (
            [
                {"id": "acme-de", "parent": "acme", "pays": "parent"},
                {"id": "acme", "parent": "acme-de", "pays": "parent"},
            ],
            "parents-in-a-circle",
        ),
    ],
)
def test_a_payer_that_cannot_be_told_holds_the_contract(rows: list[dict[str, str]], code: str) -> None:
    """Sales is told; a contract of another customer is issued."""
    made = families.book([families.contract("C-1"), families.contract("C-3")])
    others = [one for one in families.customers() if one.id not in {row["id"] for row in rows}]
    broken = [bc.Customer.read({"name": row["id"], "tax_jurisdiction": "DE", **row}) for row in rows]
    made = made.revised(customers=[*(one for one in others if one.id == "acme-us"), *broken])
    held = run_book(made, Happened(), Standing(), LATER)
    (found,) = [one for one in held.findings if one.severity == "error"]
    assert (code, "sales", "C-1") == (found.code, found.owner, found.subject)
    assert (("C-1",), [("C-3",)]) == (held.held, [one.contracts for one in held.documents])


def test_a_line_of_a_document_of_several_contracts_is_named_by_both() -> None:
    """Both contracts have a line ``seats``: alone the name is ambiguous, with the contract it is not."""
    (document,) = run("C-1", "C-2").documents
    with pytest.raises(bc.DocumentError) as caught:
        document.line("seats")
    assert ("line-ambiguous", "one of C-1/seats, C-2/seats") == (caught.value.code, caught.value.expected)
    assert "C-2" == document.line("C-2/seats").contract
    assert document.lines[0] == document.line(document.lines[0].id)


def test_explanations_follow_the_contract_of_each_line() -> None:
    """A document tells the clause of each line; an entry and a contract tell their own lines alone."""
    made = run("C-1", "C-2")
    explainer = Explainer(families.book([families.contract("C-1"), families.contract("C-2")]), made.standing, {})
    number = made.documents[0].number
    whole = str(explainer.explain(number))
    assert "of 2 contracts, paid by acme" in whole
    assert "contract C-1, line seats" in whole
    assert "contract C-2, line seats" in whole
    for name, other in (("C-1", "C-2"), ("C-2", "C-1")):
        (entry,) = [one for one in made.entries if one.contract == name]
        for told in (explainer.explain(entry.id), explainer.explain(name), explainer.explain(number, f"{name}/seats")):
            assert f"contract {name}, line seats" in str(told)
            assert f"contract {other}, line" not in str(told)


def test_a_store_keeps_and_gives_back_documents_of_several_contracts() -> None:
    """What was kept is what stands, and the run after it adds nothing."""
    first = run("C-1", "C-2", "C-3")
    store = MemoryStore()
    store.commit(0, records_of(first))
    standing = standing_of(store)
    assert canonical_bytes(first.standing.documents) == canonical_bytes(standing.documents)
    assert first.standing.documents == standing.documents
    assert () == run("C-1", "C-2", "C-3", standing=standing).documents
    assert "acme-de" == contract_owners(families.book([]), standing)["C-1"][1]
    assert "acme" == contract_owners(families.book([]), standing)["C-2"][1]


def test_a_document_without_another_payer_has_the_bytes_that_it_had() -> None:
    """Neither document nor line says a word of payers where nobody else pays."""
    (document,) = run("C-3").documents
    assert b"payer" not in canonical_bytes(document)
    assert b'"customer":"acme-us"' in canonical_bytes(document)
    assert 1 == canonical_bytes(document).count(b'"customer"')
    assert "payer" not in document_data(document)
    assert "Payer" not in document_text(document)


def test_a_document_shows_who_pays_and_whose_each_line_is() -> None:
    """Separate: the customer and the payer. Consolidated: the payer alone, and each line its contract and customer."""
    (apart,) = run("C-1", parent="separate").documents
    assert ["Customer      acme-de", "Payer         acme"] == document_text(apart).splitlines()[9:11]
    assert ("acme-de", "acme") == (document_data(apart)["customer"], document_data(apart)["payer"])
    (together,) = run("C-1", "C-2").documents
    text = document_text(together)
    assert "Payer" not in text
    assert "  2026-01-01 to 2026-01-31, C-1 of acme-de\n" in text
    assert "  2026-01-01 to 2026-01-31, C-2 of acme\n" in text
    assert max(map(len, text.splitlines())) <= 80
    lines: Any = document_data(together)["lines"]
    assert ["acme-de", None] == [line.get("customer") for line in lines]


def test_a_payer_passed_to_one_contract_stands_on_its_documents() -> None:
    """`bill` for one contract: the payer that is passed, else the one the contract names, else nobody."""
    agreed = families.contract("C-1")
    acme, child, _ = families.customers()
    (passed,) = bc.bill(agreed, through=JANUARY, customer=child, payer=acme).invoices
    assert ("acme", ("Acme Group", "1 Main St")) == (passed.payer_id, passed.customer_address)
    (named,) = bc.bill(agreed.revised(payer="acme"), through=JANUARY, customer=child).invoices
    assert ("acme", ()) == (named.payer_id, named.customer_address)
    assert "To" in document_text(named)
    (own,) = bc.bill(agreed, through=JANUARY, customer=child, payer=child).invoices
    assert ("", "acme-de", ("Acme GmbH",)) == (own.payer, own.payer_id, own.customer_address)
    with pytest.raises(bc.DocumentError) as caught:
        bc.bill(agreed, through=JANUARY, payer="acme")  # type: ignore[arg-type]
    assert ("argument-wrong", "payer") == (caught.value.code, caught.value.path)


def test_a_payer_other_than_the_one_the_contract_names_is_refused() -> None:
    """The contract's word is the last: who is passed must be who it names."""
    agreed = families.contract("C-1", payer="acme")
    acme, child, _ = families.customers()
    assert "acme" == bc.bill(agreed, through=JANUARY, payer=acme).invoices[0].payer
    with pytest.raises(bc.DocumentError) as caught:
        bc.bill(agreed, through=JANUARY, payer=child)
    assert ("argument-wrong", "payer", "the payer acme-de") == (
        caught.value.code,
        caught.value.path,
        caught.value.found,
    )
