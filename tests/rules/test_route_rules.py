"""Rule cases of the route: whole contracts as data, with what they bill and earn."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import billcore as bc
from billcore.engine.invoicing import bill
from billcore.engine.recognition import recognize
from billcore.revrec.position import position

CASES = [
    pytest.param(case, id=case["id"])
    for file in sorted((Path(__file__).parent / "route").glob("*.toml"))
    for case in tomllib.loads(file.read_text())["case"]
]
PARTIES = {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD"}


def contract_of(case: dict[str, Any]) -> bc.Contract:
    written = PARTIES | case["contract"]
    if any("revenue" in line for line in written["lines"]):
        written["enforceable"] = {"period": written["term"], "reason": "non-cancellable, section 9.2"}
    return bc.Contract.read(written)


def read_usage(case: dict[str, Any]) -> dict[str, dict[Any, str]]:
    return {
        line: {(key if len(key) == 7 else date.fromisoformat(key)): quantity for key, quantity in quantities.items()}
        for line, quantities in case.get("usage", {}).items()
    }


@pytest.mark.parametrize("case", CASES)
def test_route_case(case: dict[str, Any]) -> None:
    """A contract bills and earns to the cent what the case's source says."""
    expect, through = case["expect"], case["through"]
    assert case["source"]
    if "error" in expect:
        with pytest.raises(bc.BillcoreError) as caught:
            run_case(case, through)
        assert expect["error"] == caught.value.code
        return
    run, earned = run_case(case, through)
    if "invoices" in expect:
        assert expect["invoices"] == [[str(one.invoice_date), one.net.text] for one in run.invoices]
    if "discounts" in expect:
        assert expect["discounts"] == [
            line.discount.text for one in run.invoices for line in one.lines if line.discount is not None
        ]
    assert expect.get("findings", []) == [finding.code for finding in run.findings]
    if earned is None:
        return
    check_revenue(expect, run, earned)
    again = bill(
        contract_of(case),
        usage=read_usage(case),
        delivered=case.get("delivered"),
        through=through,
        billed=run.next_billed,
    )
    assert again.documents == ()


def run_case(case: dict[str, Any], through: date) -> tuple[bc.BillRun, Any]:
    contract = contract_of(case)
    run = bill(contract, usage=read_usage(case), delivered=case.get("delivered"), through=through)
    if contract.enforceable is None:
        return run, None
    return run, recognize(contract, run.rated, delivered=case.get("delivered"), through=through)


def check_revenue(expect: dict[str, Any], run: bc.BillRun, earned: Any) -> None:
    rows = earned.rows
    if "price" in expect:
        assert expect["price"] == earned.schedule.price.text
    if "revenue" in expect:
        assert expect["revenue"] == [[str(row.posting_date), row.amount.text] for row in rows]
    if "years" in expect:
        years: dict[str, int] = {}
        for row in rows:
            years[str(row.posting_date.year)] = years.get(str(row.posting_date.year), 0) + row.amount.minor
        assert expect["years"] == {year: bc.Amount(minor=minor, currency="USD").text for year, minor in years.items()}
    if "unscheduled" in expect:
        assert expect["unscheduled"] == {name: amount.text for name, amount in earned.schedule.unscheduled}
    for day, amount in expect.get("positions", []):
        at = position("C-1", run.next_billed.lines, rows, date.fromisoformat(day), "USD")
        assert amount == (at.contract_liability - at.contract_asset).text, day
    for day, amount in expect.get("unbilled", []):
        at = position("C-1", run.next_billed.lines, rows, date.fromisoformat(day), "USD")
        assert amount == at.unbilled_receivable.text, day
