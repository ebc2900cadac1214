"""Validate says what a run would say: what holds a contract or a payment is told before anything is issued."""

from __future__ import annotations

import pytest

from billcore.host.book import load_book
from billcore.host.rehearsal import rehearse
from support.founding_golden import copy_of_book


@pytest.fixture
def folder(tmp_path):
    return copy_of_book(tmp_path)


def change(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_founding_book_rehearses_without_a_word(folder):
    """A sound book gives no finding, and nothing is left beside it."""
    before = sorted(path.name for path in folder.iterdir())
    assert () == rehearse(load_book(folder))
    assert before == sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("gl_mapping.toml", "effective_from = ", "effective_from = 2027-01-01 # ", "mapping-not-effective"),
        ("tax.csv", "us-il", "us-xx", "tax-row-missing"),
        (
            "deals/1-halcyon-three-years.json",
            '"Enforceable_Until__c": "2028-12-31"',
            '"Enforceable_Until__c": "2027-12-31"',
            "enforceable-term-shorter",
        ),
    ],
)
def test_what_would_hold_a_contract_is_told(folder, name, old, new, told):
    """A mapping that begins too late, a tax row that is not there, an enforceable term that ends before a line."""
    if told == "tax-row-missing":
        path = folder / name
        kept = [row for row in path.read_text(encoding="utf-8").splitlines() if "US-IL" not in row]
        path.write_text("\n".join(kept), encoding="utf-8")
    else:
        change(folder, name, old, new)
    found = [one for one in rehearse(load_book(folder)) if one.code == told]
    assert "C-1001" in {one.subject for one in found}
    assert {("error", "finance")} == {(one.severity, one.owner) for one in found}
    if not name.startswith("deals"):
        assert {name} == {one.file for one in found}
        assert {True} == {name in one.hint for one in found}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("P-002,DE01", "P-001,DE01", "id-repeated"),
        ("P-004,US01,ACH-20260130-5521", "P-004,US01,WIRE-20260129-0013", "payment-differs"),
        ("P-005,US01", "P-005,FR01", "entity-unknown"),
        ("2026-02-12,USD", "2026-02-12,EUR", "currency-not-functional"),
    ],
)
def test_a_payment_that_would_be_left_out_is_told_at_its_line(folder, old, new, code):
    """A repeated id, a repeated bank reference, an unknown entity, a currency that the books are not kept in."""
    change(folder, "payments.csv", old, new)
    found = [one for one in rehearse(load_book(folder)) if one.file == "payments.csv"]
    assert [code] == [one.code for one in found]
    assert found[0].line > 1
    assert "finance" == found[0].owner


def test_usage_of_no_service_period_holds_its_contract_at_its_line(folder):
    """A mistyped day is told where it stands, and a run would not bill the line without it."""
    change(folder, "usage.csv", "2025-03,", "2025-03-02,")
    loaded = load_book(folder)
    (found,) = [one for one in loaded.findings if one.code == "usage-period-unknown"]
    text = (folder / "usage.csv").read_text(encoding="utf-8").splitlines()
    assert "2025-03-02" in text[found.line - 1]
    assert ("usage.csv", "period", "engineering", "error") == (found.file, found.path, found.owner, found.severity)
    assert found.subject not in {contract.id for contract in loaded.book.contracts}
    assert () == rehearse(loaded)
