"""Reports of the founding book, with exact amounts."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from billcore.core.findings import Finding
from billcore.core.table import Table
from billcore.engine.closing import BookRun, run_book
from billcore.engine.reports import (
    cash_table,
    findings_table,
    invoice_register,
    open_items_table,
    position_report,
    revenue_schedule_table,
    trial_balance_table,
)
from billcore.money.amount import Amount
from support import founding

YEAR_END = date(2026, 12, 31)


@cache
def year_one() -> BookRun:
    """The founding book through the end of its first year."""
    return founding.founding_run(YEAR_END)


def texts(table: Table, *names: str) -> list[tuple[Any, ...]]:
    """Some columns of a table, money as its text."""
    places = [[column.name for column in table.columns].index(name) for name in names]
    return [
        tuple(cell.text if isinstance(cell := row[place], Amount) else cell for place in places) for row in table.rows
    ]


MONEY = ("billed", "earned", "contract_liability", "contract_asset", "unbilled_receivable", "open_receivable")


def test_positions_at_the_end_of_year_one() -> None:
    """The three-year deal is billed 96,000, has earned 112,000 and shows a contract asset of 16,000.

    Source: revenue.md, founding example.
    """
    assert [
        ("C-1002", "14970.00", "12550.19", "2419.81", "0.00", "0.00", "13360.74"),
        ("C-1001", "96000.00", "112000.00", "0.00", "16000.00", "0.00", "0.00"),
        ("C-1003", "13031.18", "13327.26", "0.00", "72.33", "223.75", "12031.18"),
        ("C-1004", "60000.00", "60000.00", "0.00", "0.00", "0.00", "60000.00"),
    ] == texts(position_report(founding.book(), year_one(), YEAR_END), "contract", *MONEY)


def test_the_year_two_invoice_clears_the_asset_first() -> None:
    """A day later the invoice of 120,000 has taken the asset of 16,000 and left a liability of 104,000."""
    run = founding.founding_run(date(2027, 1, 1))
    rows = {row[0]: row for row in texts(position_report(founding.book(), run, date(2027, 1, 1)), "contract", *MONEY)}
    assert ("C-1001", "216000.00", "112000.00", "104000.00", "0.00", "0.00", "120000.00") == rows["C-1001"]


def test_positions_of_an_earlier_day() -> None:
    """What came later does not count: at the end of January one invoice is out and paid, and one month is earned."""
    table = position_report(founding.book(), year_one(), date(2026, 1, 31))
    rows = {row[0]: row[1:] for row in texts(table, "contract", *MONEY)}
    assert ("96000.00", "9333.33", "86666.67", "0.00", "0.00", "0.00") == rows["C-1001"]
    assert ("0.00",) * 6 == rows["C-1004"]


def test_a_held_contract_has_no_position() -> None:
    """The deal without a revenue treatment is not in the report: nothing of it stands."""
    table = position_report(founding.book(), year_one(), YEAR_END)
    assert "C-1005" not in {row[0] for row in texts(table, "contract")}


def test_a_deal_that_left_the_book_still_stands() -> None:
    """What was issued of a contract stays in the reports when its file is gone, named by its id."""
    smaller = founding.book([founding.german_deal()])
    run = run_book(smaller, founding.happened(), year_one().standing, YEAR_END)
    rows = {row[0]: row[1:] for row in texts(position_report(smaller, run, YEAR_END), "contract", "name", "billed")}
    assert ("C-1001", "96000.00") == rows["C-1001"]
    assert len(year_one().standing.documents) == len(invoice_register(smaller, run))


def test_the_register_lists_what_stands_and_what_is_new() -> None:
    """Documents of earlier runs are standing, those of this run new; balances are after payments."""
    before = founding.founding_run(date(2026, 3, 31))
    run = founding.founding_run(date(2026, 4, 30), before.standing)
    rows = texts(invoice_register(founding.book(), run), "number", "net", "tax", "total", "balance", "status")
    assert ("US01-INV-2026-000001", "96000.00", "0.00", "96000.00", "0.00", "standing") == rows[0]
    assert ("DE01-RE-2026-000001", "3742.50", "711.08", "4453.58", "0.00", "standing") == rows[2]
    assert ("US01-INV-2026-000005", "1388.09", "0.00", "1388.09", "1388.09", "new") == rows[-1]
    assert 1 == [row[-1] for row in rows].count("new")


def test_a_credit_memo_is_negative() -> None:
    """A deal that becomes cheaper is credited, and the register and the open items show it below zero."""
    standing = founding.founding_run(date(2026, 2, 28)).standing
    cheaper = founding.setup_and_milestones_deal().with_line("setup", price={"kind": "flat", "amount": "5000.00"})
    deals = [founding.three_year_deal(), cheaper]
    run = run_book(founding.book(deals), founding.happened(), standing, date(2026, 2, 28))
    rows = texts(invoice_register(founding.book(deals), run), "number", "kind", "total", "status")
    assert ("US01-CM-2026-000001", "credit_memo", "-1000.00", "new") == rows[-1]
    owed = texts(open_items_table(founding.book(deals), run), "number", "balance", "days_overdue")
    assert [("US01-CM-2026-000001", "-1000.00", 0), ("US01-INV-2026-000002", "6000.00", 0)] == sorted(owed)


@pytest.mark.parametrize("through", [date(2025, 12, 31), date(2026, 7, 15), YEAR_END, founding.LAST_DAY])
def test_posted_and_planned_revenue_are_the_price(through: date) -> None:
    """At any day the schedule of the three-year deal adds up to 336,000, posted through the day and planned after."""
    run = founding.founding_run(through)
    rows = [row for row in revenue_schedule_table(founding.book(), run).rows if row[0] == "C-1001"]
    assert 33_600_000 == sum(row[7].minor for row in rows if isinstance(row[7], Amount))
    assert all((row[9] == "posted") == (row[5] <= through) for row in rows if isinstance(row[5], date))
    assert 36 == len(rows)


def test_the_schedule_is_the_same_when_it_is_run_month_by_month() -> None:
    """Twelve runs and one run leave the same rows."""
    standing = None
    for month in range(1, 13):
        run = founding.founding_run(date(2026, month, 28), standing)
        standing = run.standing
    run = founding.founding_run(YEAR_END, standing)
    assert revenue_schedule_table(founding.book(), year_one()).rows == revenue_schedule_table(founding.book(), run).rows


def test_a_schedule_row_says_how() -> None:
    """The first month of the three-year deal is 9,333.33, with the progress in words."""
    first = revenue_schedule_table(founding.book(), year_one()).to_dicts()[0]
    assert {
        "contract": "C-1001",
        "name": "Acme platform, three years",
        "obligation": "platform",
        "treatment": "ratable",
        "accounting_month": "2026-01",
        "posting_date": "2026-01-31",
        "currency": "USD",
        "amount": {"amount": "9333.33", "currency": "USD"},
        "entitled_to_date": {"amount": "9333.33", "currency": "USD"},
        "status": "posted",
        "how": "service month 1 of 36: USD 336000.00 x 1/36 service months = USD 9333.33 to date; "
        "USD 9333.33 entitled to date - USD 0.00 recognized before = USD 9333.33",
    } == first


def test_the_trial_balance_is_by_entity() -> None:
    """Each entity's accounts in its own currency, with names of its chart."""
    rows = texts(trial_balance_table(founding.book(), year_one(), YEAR_END), "entity", "account", "name", "balance")
    assert ("DE01", "2200", "Tax payable", "-2844.32") in rows
    assert ("US01", "1300", "Contract asset", "16072.33") in rows
    assert ("US01", "2510", "Unidentified cash", "-777.77") in rows
    assert ["DE01"] * 6 + ["US01"] * 9 == [row[0] for row in rows]


def test_open_items_tell_how_late_they_are() -> None:
    """Days count from the due date to the run's day; what is paid is left out, what is short stays with its rest."""
    rows = texts(open_items_table(founding.book(), year_one()), "number", "due_date", "days_overdue", "balance")
    assert ("DE01-RE-2026-000002", date(2026, 6, 15), 199, "4453.58") == rows[0]
    assert ("US01-INV-2026-000003", date(2026, 3, 31), 275, "200.00") in rows
    assert ("US01-INV-2026-000015", YEAR_END, 0, "1388.09") == rows[-1]
    assert "US01-INV-2026-000001" not in {row[0] for row in rows}


def test_cash_is_shared_out_whole() -> None:
    """Each payment is applied, unapplied or unidentified, and the three are what was received."""
    rows = texts(cash_table(founding.book(), year_one()), "payment", "gross", "applied", "unidentified", "status")
    assert [
        ("P-1", "96000.00", "96000.00", "0.00", "applied"),
        ("P-2", "4453.58", "4453.58", "0.00", "applied"),
        ("P-3", "1000.00", "1000.00", "0.00", "applied"),
        ("P-4", "777.77", "0.00", "777.77", "unidentified"),
    ] == rows


def test_findings_are_grouped_by_owner() -> None:
    """Owners in order of the alphabet, each one's findings as they came; no line is an empty cell, not 0."""
    made = findings_table(
        [
            Finding(code="b", owner="sales", found="=1+1", file="f.csv", line=3),
            Finding(code="c", owner="finance", found="x"),
            Finding(code="a", owner="sales", found="y"),
        ]
    )
    assert [("finance", "c", None), ("sales", "b", 3), ("sales", "a", None)] == texts(made, "owner", "code", "line")
    assert 'sales,error,b,,f.csv,,3,,"\'=1+1",,' == made.to_csv().splitlines()[2]


def test_reports_before_anything_are_empty() -> None:
    """A day before the book begins every report has a head and no amounts."""
    run = founding.founding_run(date(2025, 6, 30))
    book = founding.book()
    for table in (
        invoice_register(book, run),
        trial_balance_table(book, run, run.through),
        open_items_table(book, run),
    ):
        assert 0 == len(table)
    assert {"0.00"} == {text for row in texts(position_report(book, run, run.through), *MONEY) for text in row}
