"""What happens when a file of the founding book is missing, broken or wrong in one place."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from billcore.host.book_files import BookUnreadable
from billcore.host.run import STORE, run, standing_in
from support.founding_golden import THROUGH, copy_of_book

DEAL = "deals/3-larkspur-platform-and-api.json"
NEEDED = (
    "catalogue.toml",
    "entities.toml",
    "tax.csv",
    "chart.csv",
    "gl_access.csv",
    "gl_mapping.csv",
    "gl_mapping.toml",
)


@pytest.fixture
def folder(tmp_path):
    return copy_of_book(tmp_path)


def change(folder, name, old, new):
    """Replace one text in one file; it must be there."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refusal(folder):
    """The book's refusal: one line, and nothing written."""
    with pytest.raises(BookUnreadable) as caught:
        run(folder, THROUGH)
    assert "\n" not in str(caught.value)
    assert not (folder / STORE).exists()
    return caught.value


def test_a_folder_that_is_not_there(tmp_path):
    """The refusal names the folder."""
    error = refusal(tmp_path / "nowhere")
    assert "book-missing" == error.code
    assert "nowhere" in str(error)


def test_an_empty_folder(tmp_path):
    """The refusal says which files a book has."""
    (tmp_path / "empty").mkdir()
    error = refusal(tmp_path / "empty")
    assert "book-empty" == error.code
    assert "catalogue.toml" in str(error)


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_file(folder, name):
    """The refusal names the file that is missing."""
    (folder / name).unlink()
    error = refusal(folder)
    assert "book-file-missing" == error.code
    assert name in error.found


BROKEN = {
    "catalogue.toml": (b'[[products]\nsku = "X"', "toml-malformed"),
    "entities.toml": (b"id = ", "toml-malformed"),
    "gl_mapping.toml": (b"= 3", "toml-malformed"),
    "tax.csv": (b'id,jurisdiction\n"DE', "csv-malformed"),
    "chart.csv": (b'entity,account\n"US01', "csv-malformed"),
    "gl_access.csv": (b"", "header-missing"),
    "gl_mapping.csv": (b"\xff\xfe\x00 nonsense", "encoding-unknown"),
    "usage.csv": (b'contract,line\n"C', "csv-malformed"),
    "deliveries.csv": (b"", "header-missing"),
    "payments.csv": (b'id,entity\n"P', "csv-malformed"),
    DEAL: (b'{"Account": {', "json-malformed"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_broken_as_a_file(folder, name):
    """TOML, CSV and JSON that cannot be read: one line with the file and what is wrong; nothing is read or written."""
    data, code = BROKEN[name]
    (folder / name).write_bytes(data)
    error = refusal(folder)
    assert (code, True) == (error.code, name in error.path)


# One field wrong in a file of finance: every place is told, and nothing at all is issued.
FINANCE = {
    "catalogue field": (
        "catalogue.toml",
        'treatments = ["ratable"]',
        'treatments = ["sometimes"]',
        "products[0].treatments[0]",
    ),
    "catalogue key": ("catalogue.toml", 'sku = "PLATFORM"', 'skuu = "PLATFORM"', "products[1]"),
    "entity currency": ("entities.toml", 'currency = "EUR"', 'currency = "EURO"', "entities[1].currency"),
    "entity zone": ("entities.toml", 'zone = "Europe/Berlin"', 'zone = "+01:00"', "entities[1].zone"),
    "tax rate": ("tax.csv", "USt 19 %,19,2021-01-01", "USt 19 %,19%,2021-01-01", "tax.csv:3"),
    "tax date": ("tax.csv", "USt 16 %,16,2020-07-01", "USt 16 %,16,1.7.2020", "tax.csv:2"),
    "chart type": ("chart.csv", "Contract assets,asset", "Contract assets,assets", "chart.csv:5"),
    "chart flag": ("chart.csv", "Accounts receivable,asset,true", "Accounts receivable,asset,yes!", "chart.csv:3"),
    "access step": ("gl_access.csv", "revenue,2,entity", "revenue,two,entity", "gl_access.csv"),
    "access key": (
        "gl_access.csv",
        "cash_applied,receivable,1,entity",
        "cash_applied,receivable,1,everything",
        "gl_access.csv",
    ),
    "mapping header": ("gl_mapping.toml", 'approver = "j.lindqvist"', 'approver = "m.okafor"', "gl_mapping.toml"),
    "mapping date": (
        "gl_mapping.toml",
        "effective_from = 2020-01-01",
        'effective_from = "soon"',
        "gl_mapping.toml effective_from",
    ),
    "mapping role": (
        "gl_mapping.csv",
        "receivable-US01,invoice_issued,receivable",
        "receivable-US01,invoice_issued,receivables",
        "gl_mapping.csv:2",
    ),
    "mapping row date": ("gl_mapping.csv", "DE01,,,,,1200,2020-01-01", "DE01,,,,,1200,2020-13-01", "gl_mapping.csv:3"),
}


@pytest.mark.parametrize(("name", "old", "new", "place"), FINANCE.values(), ids=FINANCE)
def test_a_wrong_field_of_finance_stops_the_book(folder, name, old, new, place):
    """A finding with file and line (TOML: path), owned by who keeps the file; nothing of any deal is issued."""
    change(folder, name, old, new)
    made = run(folder, THROUGH)
    found = [one for one in made.loaded.malformed if one.file == name]
    assert found, made.loaded.findings
    assert place in found[0].place
    assert ("product" if name == "catalogue.toml" else "finance") == found[0].owner
    assert found[0].expected
    assert (None, False) == (made.result, made.committed)
    assert () == standing_in(folder).documents


# One field wrong in a deal: that deal is held, every other is issued.
DEALS = {
    "amount with two points": ('"UnitPrice": 1200.0', '"UnitPrice": "1.200.00"', "UnitPrice"),
    "amount as words": ('"UnitPrice": 1200.0', '"UnitPrice": "twelve hundred"', "UnitPrice"),
    "date of another calendar": ('"StartDate": "2025-03-01"', '"StartDate": "03/01/2025"', "StartDate"),
    "last day that is none": ('"EndDate": "2026-02-28"', '"EndDate": "2026-02-30"', "EndDate"),
    "unknown frequency": (
        '"Billing_Frequency__c": "Monthly"',
        '"Billing_Frequency__c": "Moonly"',
        "Billing_Frequency__c",
    ),
    "unknown model": ('"Pricing_Model__c": "Graduated"', '"Pricing_Model__c": "Slab"', "Pricing_Model__c"),
    "no account": ('"AccountId": "0018d000000Fb014AA"', '"AccountId": null', "AccountId"),
    "unknown entity": ('"Legal_Entity__c": "US01"', '"Legal_Entity__c": "US99"', "Legal_Entity__c"),
    "billed never": ('"Billed__c": "In Arrears"', '"Billed__c": "Never"', "Billed__c"),
}


@pytest.mark.parametrize(("old", "new", "place"), DEALS.values(), ids=DEALS)
def test_a_wrong_field_of_a_deal_holds_that_deal(folder, old, new, place):
    """A finding with file, line, column and path; nothing of that deal is issued, the other deals are."""
    change(folder, DEAL, old, new)
    line = next(n for n, text in enumerate((folder / DEAL).read_text(encoding="utf-8").splitlines(), 1) if new in text)
    made = run(folder, THROUGH)
    found = [one for one in made.loaded.findings if one.file == DEAL]
    assert any(place in one.path and one.line == line and one.column for one in found), found
    assert DEAL in [held.file for held in made.loaded.held_deals]
    issued = {one.contracts[0] for one in made.result.standing.documents}
    assert {"C-1001", "C-1002", "C-1004", "C-2001"} == issued
    assert not [entry for entry in made.result.standing.entries if entry.contract == "C-1003"]


# One row of facts wrong: the deal that it belongs to waits, every other is issued.
FACTS = {
    "usage that is no number": ("usage.csv", "2025-03,61234", "2025-03,61k", "usage.csv:2", "C-1003"),
    "negative usage": ("usage.csv", "2026-01,12345", "2026-01,-12345", "usage.csv:14", "C-2001"),
    "usage of no month": ("usage.csv", "units,2026-02", "units,2026-14", "usage.csv:15", "C-2001"),
    "usage half complete": ("usage.csv", "2025-04,48702,true", "2025-04,48702,maybe", "usage.csv:3", "C-1003"),
    "usage twice": ("usage.csv", "2025-04,48702,true", "2025-03,48702,true", "usage.csv:3", "C-1003"),
    "delivery on no day": ("deliveries.csv", "design,2026-04-15", "design,2026-04-31", "deliveries.csv:3", "C-1004"),
    "delivery of no line": ("deliveries.csv", "C-1004,setup,,", "C-1004,,,", "deliveries.csv:2", "C-1004"),
}


@pytest.mark.parametrize(("name", "old", "new", "place", "contract"), FACTS.values(), ids=FACTS)
def test_a_wrong_fact_holds_its_deal(folder, name, old, new, place, contract):
    """A finding with file and line; nothing of the deal is issued on half of its facts, the other deals are."""
    change(folder, name, old, new)
    made = run(folder, THROUGH)
    assert place in [one.place.split()[0] for one in made.loaded.malformed]
    issued = {one.contracts[0] for one in made.result.standing.documents}
    assert {"C-1001", "C-1002", "C-1003", "C-1004", "C-2001"} - {contract} == issued
    assert not [row for row in made.result.standing.revenue if row.contract == contract]


PAYMENTS = {
    "amount with a comma": ("2026-01-26,EUR,42840.00", '2026-01-26,EUR,"42840,00"', "payments.csv:3"),
    "too many digits": ("USD,96000.00", "USD,96000.001", "payments.csv:4"),
    "no value date": ("2026-01-30,USD", ",USD", "payments.csv:5"),
    "no such currency": ("2026-02-12,USD", "2026-02-12,XXZ", "payments.csv:6"),
}


@pytest.mark.parametrize(("old", "new", "place"), PAYMENTS.values(), ids=PAYMENTS)
def test_a_wrong_payment_is_told_and_left_out(folder, old, new, place):
    """A finding with file and line; that payment is not applied, the others and every document are."""
    change(folder, "payments.csv", old, new)
    made = run(folder, THROUGH)
    assert place in [one.place.split()[0] for one in made.loaded.malformed]
    assert (4, 59) == (len(made.result.applications), len(made.result.documents))


@pytest.mark.parametrize("name", ["usage.csv", "deliveries.csv", "payments.csv"])
def test_a_file_of_facts_may_be_absent(folder, name):
    """No usage holds the metered lines, no deliveries earn nothing of deal 4, no payments leave all items open."""
    (folder / name).unlink()
    made = run(folder, THROUGH)
    assert () == made.loaded.malformed
    missing = {one.subject for one in made.result.findings if one.code == "usage-missing"}
    assert ({"C-1003", "C-2001"} if name == "usage.csv" else set()) == missing
    earned = {row.contract for row in made.result.revenue}
    assert ("C-1004" in earned) == (name != "deliveries.csv")
    assert (len(made.result.applications) == 0) == (name == "payments.csv")


def test_a_book_without_deals(folder):
    """Nothing is issued, and the run does not call that sound."""
    shutil.rmtree(folder / "deals")
    (folder / "usage.csv").unlink()
    (folder / "deliveries.csv").unlink()
    made = run(folder, date(2026, 12, 31))
    assert (0, ()) == (made.loaded.source_count, made.result.documents)
    assert ["export-silent"] == [one.code for one in made.loaded.malformed]


def test_a_mended_field_lets_the_deal_go(folder):
    """What was held is issued by the next run, as if nothing had been wrong, and nothing else is added."""
    change(folder, "usage.csv", "2025-03,61234", "2025-03,61k")
    first = run(folder, THROUGH)
    change(folder, "usage.csv", "2025-03,61k", "2025-03,61234")
    second = run(folder, THROUGH)
    assert {"C-1003"} == {one.contracts[0] for one in second.result.documents}
    assert 59 == len(first.result.documents) + len(second.result.documents)


def test_tiers_out_of_order_hold_their_deal(folder):
    """What is wrong with several records together is told at the line's price model."""
    change(folder, DEAL, '"Up_To__c": 50000.0', '"Up_To__c": 5000.0')
    made = run(folder, THROUGH)
    (found,) = [one for one in made.loaded.findings if one.file == DEAL]
    assert ("tier-bounds-not-increasing", "OpportunityLineItem.records[1].Pricing_Model__c") == (found.code, found.path)
    assert "C-1003" not in {one.contracts[0] for one in made.result.standing.documents}
