"""Failures between CRM, billing and ledger, each brought about in a copy of the founding book and caught."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from billcore.core.errors import InvariantBroken
from billcore.core.value import replaced
from billcore.gl.balances import balance_of
from billcore.host.run import run, standing_in
from billcore.money.amount import Amount
from support.founding_golden import THROUGH, copy_of_book, whole_run

THEN = date(2026, 3, 31)
HALCYON = "deals/1-halcyon-three-years.json"
KESSLER = "deals/2-kessler-germany.json"


@pytest.fixture
def folder(tmp_path):
    return copy_of_book(tmp_path)


def change(folder, name, old, new):
    """Replace one text in one file; it must be there."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_late_usage_is_credited_and_points_at_its_line(folder):
    """Usage corrected after the invoice: one credit memo for the difference with its tax, one revenue row now."""
    run(folder, THEN)
    change(folder, "usage.csv", "C-2001,units,2026-01,12345", "C-2001,units,2026-01,12145")
    again = run(folder, THEN).result
    (memo,) = again.documents
    assert ("credit_memo", THEN, "10.00", "1.90") == (memo.kind, memo.invoice_date, memo.net.text, memo.tax.text)
    corrected = {line.id: line for one in standing_in(folder).documents for line in one.lines}[memo.lines[0].corrects]
    assert ("units", "117.25") == (corrected.line, corrected.net.text)
    assert [("-10.00", THEN)] == [(row.amount.text, row.posting_date) for row in again.revenue]
    assert () == run(folder, THEN).result.documents


def test_a_late_price_is_credited_and_points_at_its_line(folder):
    """The discount reaches the CRM after the invoice went out at list: the difference is credited, not reissued."""
    change(folder, HALCYON, '"Discount_Percent__c": 20.0', '"Discount_Percent__c": null')
    change(folder, HALCYON, '"Discount_Until__c": "2026-12-31"', '"Discount_Until__c": null')
    first = run(folder, date(2026, 1, 31)).result
    (invoice,) = [one for one in first.documents if one.contracts == ("C-1001",)]
    change(folder, HALCYON, '"Discount_Percent__c": null', '"Discount_Percent__c": 20.0')
    change(folder, HALCYON, '"Discount_Until__c": null', '"Discount_Until__c": "2026-12-31"')
    second = run(folder, date(2026, 2, 10)).result
    (memo,) = [one for one in second.documents if one.contracts == ("C-1001",)]
    assert ("120000.00", "credit_memo", "24000.00") == (invoice.net.text, memo.kind, memo.net.text)
    assert invoice.lines[0].id == memo.lines[0].corrects


def test_a_late_price_corrects_revenue_in_the_open(folder):
    """What was earned at the wrong price is caught up in the next row, and the year comes to 112,000 all the same."""
    change(folder, HALCYON, '"Discount_Percent__c": 20.0', '"Discount_Percent__c": null')
    change(folder, HALCYON, '"Discount_Until__c": "2026-12-31"', '"Discount_Until__c": null')
    posted = run(folder, date(2026, 1, 31)).result.revenue
    assert "10000.00" == next(row.amount.text for row in posted if row.contract == "C-1001")
    change(folder, HALCYON, '"Discount_Percent__c": null', '"Discount_Percent__c": 20.0')
    change(folder, HALCYON, '"Discount_Until__c": null', '"Discount_Until__c": "2026-12-31"')
    run(folder, date(2026, 12, 31))
    rows = [row for row in standing_in(folder).revenue if row.contract == "C-1001"]
    assert 11_200_000 == sum(row.amount.minor for row in rows)
    assert rows[0] in posted


def test_a_deal_that_comes_twice_is_billed_by_nobody(folder):
    """Two files of one contract: both are held, the finding names them, the other deals run."""
    shutil.copy(folder / HALCYON, folder / "deals" / "again.json")
    made = run(folder, THROUGH)
    (found,) = [one for one in made.loaded.findings if one.code == "contract-repeated"]
    assert ("sales", "C-1001") == (found.owner, found.subject)
    assert "C-1001" not in {one.contracts[0] for one in made.result.documents}
    assert 56 == len(made.result.documents)


def test_rows_that_come_twice_count_once(folder):
    """Usage, deliveries and payments repeated row by row change nothing."""
    for name in ("usage.csv", "deliveries.csv", "payments.csv"):
        head, *rows = (folder / name).read_text(encoding="utf-8").splitlines()
        (folder / name).write_text("\n".join([head, *rows, *rows, ""]), encoding="utf-8")
    made = run(folder, THROUGH).result
    assert whole_run().result.documents == made.documents
    assert whole_run().result.applications == made.applications


def test_an_account_without_row_holds_its_contract(folder):
    """No row for the German VAT: the cell is named, nothing of that contract is issued or posted, the others run."""
    change(
        folder,
        "gl_mapping.csv",
        "INV-tax-payable-DE01-software-19,invoice_issued,tax_payable,DE01,,,,DE-software-19,3806,2020-01-01,,\n",
        "",
    )
    made = run(folder, THROUGH)
    assert ("C-2001",) == made.result.held
    (found,) = [one for one in made.result.findings if one.code == "account-unmapped"]
    assert "DE-software-19" in found.found
    assert "finance" == found.owner
    assert not [one for one in made.result.standing.entries if one.contract == "C-2001"]


def test_a_schedule_of_another_sum_does_not_exist():
    """A revenue schedule that is one cent off the transaction price cannot be built."""
    (made,) = [one for one in whole_run().result.runs if one.contract == "C-1001"]
    schedule = made.recognition.schedule
    with pytest.raises(InvariantBroken) as caught:
        replaced(schedule, price=Amount(minor=schedule.price.minor + 1, currency="USD"))
    assert "revenue-schedule-mismatch" == caught.value.code


def test_a_discount_is_in_the_one_price():
    """20 % off the first of three years: invoices and revenue both come to 336,000, not revenue to 360,000."""
    standing = whole_run().result.standing
    billed = sum(one.net.minor for one in standing.documents if one.contracts == ("C-1001",))
    earned = sum(row.amount.minor for row in standing.revenue if row.contract == "C-1001")
    assert (33_600_000, 33_600_000) == (billed, earned)


def test_a_short_payment_leaves_the_rest_open():
    """50,000 of 96,000: applied in full, 46,000 stay open on the invoice, and a finding says so."""
    made = whole_run().result
    (short,) = [one for one in made.findings if one.code == "payment-partial"]
    assert "P-004" == short.subject
    (item,) = [one for one in made.open_items if one.number == "US01-INV-2026-000002"]
    assert "46000.00" == item.balance.text


def test_money_that_nobody_can_place_is_a_named_liability():
    """777.77 without a number stands as unidentified cash, with a finding for finance."""
    made = whole_run().result
    (found,) = [one for one in made.findings if one.code == "payment-unmatched"]
    assert ("P-005", "finance") == (found.subject, found.owner)
    held = balance_of(made.standing.entries, role="unidentified_cash", currency="USD", through=THROUGH, entity="US01")
    assert "-777.77" == held.text


def test_a_reference_that_is_not_the_number_still_pays():
    """`pmt us01/inv 2026-000001 thx` pays US01-INV-2026-000001, and the reason says by what."""
    (paid,) = [one for one in whole_run().result.applications if one.payment == "P-003"]
    assert ["US01-INV-2026-000001"] == [item.number for item in paid.items]
    assert "the text names US01-INV-2026-000001" in paid.reason


def test_a_price_is_read_from_its_fields_and_never_from_the_list(folder):
    """A negotiated price that stands in fields is billed; the list price beside it is not."""
    change(folder, KESSLER, '"ListPrice": 36000.0', '"ListPrice": 48000.0')
    made = run(folder, THEN).result
    (invoice,) = [one for one in made.documents if one.number == "DE01-RE-2026-000001"]
    assert "36000.00" == invoice.net.text
