"""The page that works the founding book by hand says what the run says, in every table and every line of arithmetic."""

from __future__ import annotations

import re
from datetime import date

import pytest

from billcore.gl.balances import trial_balance
from billcore.money.amount import Amount
from billcore.revrec.position import position
from support.founding_golden import ROOT, THROUGH, whole_run
from support.page_tables import arithmetic, is_right, marked_tables

PAGE = (ROOT / "docs" / "founding-book.md").read_text(encoding="utf-8")
TABLES = list(marked_tables(PAGE))
SUMS = list(arithmetic(PAGE))


def standing():
    return whole_run().result.standing


def invoices(contract, *days):
    """Number, date, net, tax, total of a contract's invoices; all, or those of the named days."""
    found = [one for one in standing().documents if one.contracts == (contract,)]
    kept = [one for one in found if not days or str(one.invoice_date) in days]
    return [(one.number, str(one.invoice_date), one.net.text, one.tax.text, one.total.text) for one in kept]


def lines(number):
    """Line, service from, to, net, tax, gross of an invoice."""
    (document,) = [one for one in standing().documents if one.number == number]
    return [
        (one.line, str(one.service.start), str(one.service.end), one.net.text, one.tax.text, one.gross.text)
        for one in document.lines
    ]


def allocation(contract):
    """Obligation and its part of the price."""
    (run,) = [run for run in whole_run().result.runs if run.contract == contract]
    return [(one.obligation.id, one.amount.text) for one in run.recognition.schedule.allocations]


def revenue(contract, obligation, *days):
    """Posting date, amount, earned to date."""
    rows = [row for row in standing().revenue if (row.contract, row.obligation) == (contract, obligation)]
    return [
        (str(row.posting_date), row.amount.text, row.entitled.text) for row in rows if str(row.posting_date) in days
    ]


def revenue_by_year(contract):
    """Year and revenue."""
    years = {}
    for row in standing().revenue:
        if row.contract == contract:
            year = row.posting_date.year
            years[year] = years.get(year, 0) + row.amount.minor
    return [(str(year), Amount(minor=minor, currency="USD").text) for year, minor in sorted(years.items())]


def positions(contract_id, *days):
    """Day, billed, recognized, contract liability, contract asset, unbilled receivable."""
    (contract,) = [one for one in whole_run().loaded.book.contracts if one.id == contract_id]
    found = []
    for day in days:
        at = position(
            contract_id,
            standing().billed.lines,
            standing().revenue,
            date.fromisoformat(day),
            contract.currency,
        )
        amounts = (at.billed, at.recognized, at.contract_liability, at.contract_asset, at.unbilled_receivable)
        found.append((day, *(amount.text for amount in amounts)))
    return found


def entry(*event):
    """Side, account, name, amount of the one entry of an event."""
    (made,) = [one for one in standing().entries if _is_of(one, event)]
    chart = whole_run().loaded.book.chart
    return [
        (
            "Dr" if line.side == "debit" else "Cr",
            line.account,
            chart.account(made.entity, line.account).name,
            line.functional.text,
        )
        for line in made.lines
    ]


def _is_of(made, event):
    kind, *what = event
    if kind == "invoice":
        return made.kind == "invoice_issued" and made.description == f"Invoice {what[0]}"
    if kind == "payment":
        return made.kind == "cash_received" and made.description.startswith(f"Payment {what[0]}:")
    if kind == "netting":
        return made.kind == "presentation" and (made.contract, str(made.posting_date)) == tuple(what)
    assert kind == "revenue", event
    contract, obligation, day = what
    is_row = made.kind == "revenue_recognized" and made.source_event.startswith(f"revenue:{contract}:{obligation}:")
    return is_row and str(made.posting_date) == day


def payments(*ids):
    """Payment, status, item, applied, left open."""
    return [
        (one.payment, one.status, item.number, item.amount.text, item.balance.text)
        for one in standing().applications
        for item in one.items
        if one.payment in ids
    ]


def findings(file):
    """Code, owner, line."""
    return [(one.code, one.owner, str(one.line)) for one in whole_run().loaded.findings if one.file == file]


def balances(entity):
    """Account, name, balance with its side."""
    rows = trial_balance(standing().entries, through=THROUGH, chart=whole_run().loaded.book.chart).rows
    return [(row.account, row.name, _sided(row.balance)) for row in rows if row.entity == entity]


def _sided(balance):
    if not balance.minor:
        return balance.text
    return f"{balance.text} Dr" if balance.minor > 0 else f"{(-balance).text} Cr"


CHECKS = {
    "invoices": invoices,
    "lines": lines,
    "allocation": allocation,
    "revenue": revenue,
    "revenue-by-year": revenue_by_year,
    "position": positions,
    "entry": entry,
    "payments": payments,
    "findings": findings,
    "trial-balance": balances,
}


@pytest.mark.parametrize("table", [pytest.param(one, id=f"line{one.line}-{'-'.join(one.words)}") for one in TABLES])
def test_a_table_says_what_the_run_says(table):
    """Each cell of a marked table is the run's, row by row; further columns are for readers."""
    name, *words = table.words
    expected = [list(row) for row in CHECKS[name](*words)]
    assert expected, f"the run has nothing for {table.words}"
    assert expected == [row[: len(expected[0])] for row in table.rows]


@pytest.mark.parametrize("line", [pytest.param(one, id=f"line{one.line}") for one in SUMS])
def test_a_line_of_arithmetic_is_right(line):
    """Each side is exactly the one before it, or that one rounded half up."""
    assert is_right(line), f"{line.first} {line.rest}"


def test_the_page_is_checked_at_all():
    """Every check is used, and every table with amounts but the ones of what was agreed is marked."""
    assert set(CHECKS) == {table.words[0] for table in TABLES}
    assert len(SUMS) > 50
    sections = re.split(r"^#+ ", PAGE, flags=re.MULTILINE)
    for section in sections:
        heading, _, text = section.partition("\n")
        tables = len(re.findall(r"^\|[-|]+$", text, flags=re.MULTILINE))
        if heading != "What was agreed":
            assert tables == text.count("<!-- check: "), heading


def test_a_wrong_number_is_found():
    """A changed cell and a changed sum do not pass."""
    (table,) = marked_tables("<!-- check: lines X -->\n| a |\n|---|\n| `1,388.08` |\n")
    assert [["1388.08"]] == table.rows
    wrong, right = arithmetic("```text\n2 x 3 = 7\n(1 + 1) / 3 -> 0.67 = 0.670\n```\n")
    assert (False, True) == (is_right(wrong), is_right(right))
