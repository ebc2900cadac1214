"""Every charge, tax and revenue row of the founding book, worked out a second time from its raw files."""

from __future__ import annotations

import pytest

from oracle import founding as oracle
from support.founding_golden import BOOK, THROUGH, whole_run

DEALS = {
    "C-1001": "1-halcyon-three-years.json",
    "C-1002": "1b-brightwater-by-day.json",
    "C-2001": "2-kessler-germany.json",
    "C-1003": "3-larkspur-platform-and-api.json",
    "C-1004": "4-pinecrest-setup-and-project.json",
}


@pytest.fixture(scope="module")
def standing():
    return whole_run().result.standing


def test_every_deal_that_runs_is_worked_out_twice():
    """All deals of the folder but the held one are in the list."""
    names = {path.name for path in (BOOK / "deals").iterdir()}
    assert names - {"5-tamarack-held.json"} == set(DEALS.values())


@pytest.mark.parametrize("contract", DEALS)
def test_every_charge(standing, contract):
    """Line, service period, invoice date, net and tax of every invoice line."""
    deal = oracle.read(BOOK, DEALS[contract])
    assert contract == deal["id"]
    expected = sorted((c["line"], c["start"], c["end"], c["on"], c["net"], c["tax"]) for c in oracle.charges(deal))
    actual = sorted(
        (line.line, line.service.start, line.service.end, document.invoice_date, line.net.minor, line.tax.minor)
        for document in standing.documents
        for line in document.lines
        if line.contract == contract and document.kind == "invoice"
    )
    assert [row for row in expected if row[3] <= THROUGH] == actual
    assert actual


@pytest.mark.parametrize("contract", DEALS)
def test_every_revenue_row(standing, contract):
    """Obligation, posting date and amount of every row."""
    deal = oracle.read(BOOK, DEALS[contract])
    expected = sorted((row["obligation"], row["on"], row["amount"]) for row in oracle.revenue(deal))
    actual = sorted(
        (row.obligation, row.posting_date, row.amount.minor) for row in standing.revenue if row.contract == contract
    )
    assert expected == actual
    assert expected
