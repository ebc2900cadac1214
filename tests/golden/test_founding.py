"""The founding book to the cent: what was stated when it was agreed, and the whole result as golden files."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from billcore.engine.invoicing import bill
from billcore.engine.recognition import recognize
from billcore.gl.balances import balance_of
from billcore.money.amount import Amount
from billcore.revrec.position import position
from support.founding_golden import BOOK, CHANGED, GOLDEN, THROUGH, month_ends, tables, whole_run

GOLDEN_FILES = ("invoices.csv", "payments.csv", "positions.csv", "revenue.csv", "trial_balance.csv")


@pytest.fixture(scope="module")
def made():
    return whole_run()


@pytest.fixture(scope="module")
def standing(made):
    return made.result.standing


def contract_of(made, contract_id):
    return next(contract for contract in made.loaded.book.contracts if contract.id == contract_id)


def documents(standing, contract_id):
    return [document for document in standing.documents if document.contracts == (contract_id,)]


def document(standing, number):
    return next(document for document in standing.documents if document.number == number)


def totals(standing, contract_id):
    return [
        (str(one.invoice_date), one.net.text, one.tax.text, one.total.text) for one in documents(standing, contract_id)
    ]


def revenue_of_year(standing, contract_id, year):
    rows = [row for row in standing.revenue if row.contract == contract_id and row.posting_date.year == year]
    return Amount(minor=sum(row.amount.minor for row in rows), currency=rows[0].amount.currency).text


def at(made, contract_id, day):
    standing, contract = made.result.standing, contract_of(made, contract_id)
    return position(contract_id, standing.billed.lines, standing.revenue, day, contract.currency)


def schedule_of(made, contract_id):
    return next(run.recognition.schedule for run in made.result.runs if run.contract == contract_id)


def sides(standing, source_event):
    """Of the entry of an event: side, account, amount, as the ledger got them."""
    entry = next(entry for entry in standing.entries if entry.source_event == source_event)
    return [("Dr" if line.side == "debit" else "Cr", line.account, line.functional.text) for line in entry.lines]


@pytest.mark.parametrize("name", GOLDEN_FILES)
def test_the_whole_book_gives_its_golden_file(made, name):
    """Invoices, revenue, payments, balances and positions are what they were, line by line."""
    expected = (GOLDEN / name).read_text(encoding="utf-8").splitlines()
    actual = tables(made)[name].splitlines()
    differing = [f"- {was}\n+ {now}" for was, now in zip(expected, actual, strict=False) if was != now]
    assert expected == actual, f"{CHANGED}\nfirst differences in {name}:\n" + "\n".join(differing[:5])


def test_every_golden_table_has_its_file(made):
    """No table is left unguarded and no file is left over."""
    assert sorted(GOLDEN_FILES) == sorted(tables(made)) == sorted(path.name for path in GOLDEN.iterdir())


# Deal 1: three years at 120,000, the first at 20 % off


def test_deal_1_asks_for_the_discounted_first_year(standing):
    """Three invoices in advance: 96,000, 120,000, 120,000."""
    expected = [
        ("2026-01-01", "96000.00", "0.00", "96000.00"),
        ("2027-01-01", "120000.00", "0.00", "120000.00"),
        ("2028-01-01", "120000.00", "0.00", "120000.00"),
    ]
    assert expected == totals(standing, "C-1001")
    assert expected == totals(standing, "C-1002")


@pytest.mark.parametrize(
    ("contract", "years", "assets"),
    [
        ("C-1001", ("112000.00", "112000.00", "112000.00"), ("16000.00", "8000.00", "0.00")),
        ("C-1002", ("111897.81", "111897.81", "112204.38"), ("15897.81", "7795.62", "0.00")),
    ],
)
def test_deal_1_earns_one_price_over_three_years(made, standing, contract, years, assets):
    """The price is 336,000 by even months and by days; what is earned ahead of the invoices is contract asset."""
    assert "336000.00" == schedule_of(made, contract).price.text
    for year, earned, asset in zip((2026, 2027, 2028), years, assets, strict=True):
        assert earned == revenue_of_year(standing, contract, year)
        assert asset == at(made, contract, date(year, 12, 31)).contract_asset.text


def test_deal_1_even_months_are_differences_of_cumulative_sums(standing):
    """36 rows of 9,333.33 or 9,333.34, each year 112,000.00 exactly."""
    rows = [row.amount.text for row in standing.revenue if row.contract == "C-1001"]
    assert ["9333.33", "9333.34", "9333.33"] * 12 == rows


def test_deal_1_second_invoice_clears_the_contract_asset(made, standing):
    """On 2027-01-01 the asset of 16,000 is relieved before a liability of 104,000 is set up."""
    invoice = document(standing, "US01-INV-2027-000001")
    expected = [("Dr", "1200", "120000.00"), ("Cr", "1220", "16000.00"), ("Cr", "2400", "104000.00")]
    assert expected == sides(standing, f"invoice:{invoice.id}")
    after = at(made, "C-1001", date(2027, 1, 1))
    assert ("104000.00", "0.00") == (after.contract_liability.text, after.contract_asset.text)


# Deal 2: an entity in Germany, VAT, units beyond an included quantity


def test_deal_2_bills_the_year_in_advance_with_vat(standing):
    """36,000.00 + 19 % = 42,840.00, each January; the ones of 2027 and 2028 bear December's units too."""
    lines = [line for one in documents(standing, "C-2001") for line in one.lines if line.line == "platform"]
    assert [("36000.00", "6840.00", "42840.00")] * 3 == [(one.net.text, one.tax.text, one.gross.text) for one in lines]
    assert ("2026-01-01", "36000.00", "6840.00", "42840.00") == totals(standing, "C-2001")[0]


def test_deal_2_bills_units_beyond_the_included(standing):
    """January's 12,345 units: 2,345 x 0.05 = 117.25, VAT 22.28, together 139.53."""
    assert ("2026-02-01", "117.25", "22.28", "139.53") == totals(standing, "C-2001")[1]


def test_deal_2_posts_to_the_german_chart(standing):
    """Each part of both invoices and of January's revenue debits and credits the accounts of DE01's mapping."""
    year, units = document(standing, "DE01-RE-2026-000001"), document(standing, "DE01-RE-2026-000002")
    assert [("Dr", "1200", "42840.00"), ("Cr", "3900", "36000.00"), ("Cr", "3806", "6840.00")] == sides(
        standing, f"invoice:{year.id}"
    )
    assert [("Dr", "1216", "117.25"), ("Cr", "4410", "117.25")] == sides(standing, "revenue:C-2001:units:0")
    assert [("Dr", "3900", "3000.00"), ("Cr", "4400", "3000.00")] == sides(standing, "revenue:C-2001:platform:0")
    assert [("Dr", "1200", "139.53"), ("Cr", "1216", "117.25"), ("Cr", "3806", "22.28")] == sides(
        standing, f"invoice:{units.id}"
    )


# Deal 3: a platform fee in advance and graduated calls in arrears


def test_deal_3_first_mixed_invoice(standing):
    """On 2025-04-01: April's fee of 1,200.00 and March's 61,234 calls at 188.09."""
    invoice = document(standing, "US01-INV-2025-000002")
    assert date(2025, 4, 1) == invoice.invoice_date
    assert [("platform", "1200.00"), ("api_calls", "188.09")] == [(one.line, one.net.text) for one in invoice.lines]
    assert "USD 1388.09" == str(invoice.total)


def test_deal_3_rounded_half_even(made):
    """188.085 is half a cent: half up gives 188.09, half even 188.08."""
    contract = contract_of(made, "C-1003").revised(rounding="half_even")
    run = bill(contract, usage={"api_calls": {date(2025, 3, 1): Decimal(61234)}}, through=date(2025, 4, 1))
    assert "USD 1388.08" == str(run.invoices[-1].total)


# Deal 4: setup at a point in time, a project on milestones


def test_deal_4_allocates_by_standalone_prices(made):
    """55,000 by 6,000 : 54,000 is 5,500.00 and 49,500.00."""
    found = {one.obligation.id: one.amount.text for one in schedule_of(made, "C-1004").allocations}
    assert {"setup": "5500.00", "project": "49500.00"} == found


@pytest.mark.parametrize(
    ("day", "billed", "earned", "asset"),
    [
        (date(2026, 2, 20), "5000.00", "5500.00", "500.00"),
        (date(2026, 4, 15), "20000.00", "20350.00", "350.00"),
        (date(2026, 7, 31), "35000.00", "35200.00", "200.00"),
        (date(2026, 10, 30), "55000.00", "55000.00", "0.00"),
    ],
)
def test_deal_4_position_as_each_step_is_reached(made, day, billed, earned, asset):
    """Billed at stated prices, earned at allocated ones: the difference is contract asset until the last step."""
    reached = at(made, "C-1004", day)
    assert (billed, earned, asset) == (reached.billed.text, reached.recognized.text, reached.contract_asset.text)


def test_deal_4_bills_and_earns_step_by_step(standing):
    """5,000, 15,000, 15,000, 20,000 billed; 5,500, 14,850, 14,850, 19,800 earned."""
    billed = [one.total.text for one in documents(standing, "C-1004")]
    assert ["5000.00", "15000.00", "15000.00", "20000.00"] == billed
    earned = [row.amount.text for row in standing.revenue if row.contract == "C-1004"]
    assert ["5500.00", "14850.00", "14850.00", "19800.00"] == earned


# Deal 5: must not bill


def test_deal_5_is_held_with_four_findings(made, standing):
    """Currency, price, treatment and product: each at its place in the file, each with who mends it."""
    (held,) = made.loaded.held_deals
    expected = [
        ("currency-mismatch", "sales", 7),
        ("price-unmapped", "sales", 72),
        ("revenue-treatment-missing", "finance", 76),
        ("sku-unknown", "product", 87),
    ]
    assert expected == [(one.code, one.owner, one.line) for one in held.findings]
    assert all(one.file == "deals/5-tamarack-held.json" and one.column and one.path for one in held.findings)
    assert not [one for one in standing.documents if "C-1005" in one.contracts or one.customer == "tamarack"]
    assert not [row for row in standing.revenue if row.contract == "C-1005"]
    assert not [entry for entry in standing.entries if entry.contract == "C-1005"]


def test_deal_5_findings_point_at_what_they_name(made):
    """Line and column are where the value stands in the file."""
    (held,) = made.loaded.held_deals
    lines = (BOOK / held.file).read_text(encoding="utf-8").splitlines()
    shown = [json.loads(lines[one.line - 1][one.column - 1 :].rstrip("},")) for one in held.findings]
    assert ["EUR", "agreed 72k year one w/ Dana, 5k credit if live by May - see email", None, "ANALYTICS-PRO"] == shown


# The whole


def test_nothing_else_is_found(made):
    """Besides deal 5, one short payment and one that nobody can place."""
    assert ["payment-partial", "payment-unmatched"] == [one.code for one in made.result.findings]
    assert () == made.result.held
    assert 4 == len(made.loaded.findings)


def test_numbers_run_without_a_gap(standing):
    """Each series of each year counts from 1."""
    series = {}
    for one in standing.documents:
        name, _, number = one.number.rpartition("-")
        series.setdefault(name, []).append(int(number))
    assert {"US01-INV-2025", "US01-INV-2026", "US01-INV-2027", "US01-INV-2028"} < set(series)
    assert all(list(range(1, len(numbers) + 1)) == numbers for numbers in series.values())


@pytest.mark.parametrize("role", ["contract_liability", "contract_asset", "unbilled_receivable"])
def test_the_ledger_shows_every_position(made, standing, role):
    """At the end of every month the accounts of a contract hold what billed and earned amounts say."""
    compared = 0
    for contract in made.loaded.book.contracts:
        for day in month_ends(contract.term.start, THROUGH):
            shown = balance_of(
                standing.entries, role=role, currency=contract.currency, through=day, contract=contract.id
            )
            held = getattr(at(made, contract.id, day), role)
            assert held == (-shown if role == "contract_liability" else shown), f"{contract.id} {day}"
            compared += 1
    assert compared > 150


def test_open_items_are_the_receivables(made, standing):
    """What is open of all documents is what stands on the receivable accounts, by entity."""
    for entity, currency in (("US01", "USD"), ("DE01", "EUR")):
        owed = sum(item.balance.minor for item in made.result.open_items if item.balance.currency == currency)
        shown = balance_of(standing.entries, role="receivable", currency=currency, through=THROUGH, entity=entity)
        assert owed == shown.minor


def test_every_price_is_earned_in_full(made):
    """No obligation waits: each schedule is recognized to its end, and adds up to price and usage."""
    for run in made.result.runs:
        schedule = run.recognition.schedule
        assert () == schedule.unscheduled
        earned = sum(row.amount.minor for row in made.result.standing.revenue if row.contract == run.contract)
        assert schedule.price.minor + schedule.usage.minor == earned


def test_revenue_worked_out_alone_is_the_books(made):
    """One contract by itself, without the book around it, earns the same rows."""
    contract = contract_of(made, "C-1001")
    run = bill(contract, through=THROUGH)
    alone = recognize(contract, run.rated, through=THROUGH).rows
    assert alone == tuple(row for row in made.result.standing.revenue if row.contract == "C-1001")
