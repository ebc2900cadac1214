"""What the contract stage does to invoices: discounts on each, a true-up at the end, differences when facts change."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import billcore as bc
from billcore.core.errors import DocumentError

JAN, FEB, MAR, APR = (date(2026, month, 1) for month in (1, 2, 3, 4))
USED = {JAN: 50, FEB: 150, MAR: 0}


def contract(stage: Any, *, start: date = JAN, **line: Any) -> bc.Contract:
    """100.00 a month in advance and 1.00 for each call in arrears."""
    return bc.Contract.read(
        {
            "id": "C-1",
            "customer": "acme",
            "entity": "US01",
            "currency": "USD",
            "billed_every": "month",
            "anchor": {"kind": "day_of_month", "day": 1},
            "stub": "short_first",
            "term": {"start": start, "end": APR},
            "enforceable": {"period": {"start": start, "end": APR}, "reason": "fixed term"},
            "stage": stage,
            "lines": [
                {
                    "id": "seats",
                    "sku": "SEATS",
                    "price": {"kind": "flat", "amount": "100"},
                    "billed": "in_advance",
                    "revenue": {"kind": "ratable", "by": "day"},
                    "ssp": {"amount": "300"},
                },
                {
                    "id": "calls",
                    "sku": "API",
                    "price": {"kind": "per_unit", "unit_price": "1"},
                    "billed": "in_arrears",
                    "revenue": {"kind": "as_used"},
                    **line,
                },
            ],
        }
    )


def bill(agreed: bc.Contract, used: Any = USED, through: date = APR, billed: Any = None) -> bc.BillRun:
    return bc.bill(agreed, usage={"calls": used}, through=through, billed=billed)


def totals(run: bc.BillRun) -> dict[str, str]:
    return {f"{one.invoice_date:%b}": one.total.text for one in run.invoices}


TENTH = {"kind": "percent_off", "id": "tenth", "percent": "10"}
OFF = {"kind": "amount_off", "id": "off", "amount": "120"}
COMMITTED = {"id": "deal", "amount": "200", "per": "period"}


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        # Seats 100 in advance each month; calls of January 50, of February 150, of March 0 a month later.
        ({"discounts": [TENTH]}, {"Jan": "90.00", "Feb": "135.00", "Mar": "225.00", "Apr": "0.00"}),
        # 120 off a month: January's seats take 100 of it, January's calls the other 20 in February's invoice.
        ({"discounts": [OFF]}, {"Jan": "0.00", "Feb": "30.00", "Mar": "130.00", "Apr": "0.00"}),
        ({"discounts": [{**OFF, "periods": 1}]}, {"Jan": "0.00", "Feb": "130.00", "Mar": "250.00", "Apr": "0.00"}),
        # For the calls alone: 50 - 50, 150 - 120.
        (
            {"discounts": [{**OFF, "scope": {"skus": ["API"]}}]},
            {"Jan": "100.00", "Feb": "100.00", "Mar": "130.00", "Apr": "0.00"},
        ),
        # At most 120 a month: 100 + 20, 100 + 20, 100 + 0.
        ({"maximum": {"amount": "120"}}, {"Jan": "100.00", "Feb": "120.00", "Mar": "120.00", "Apr": "0.00"}),
        # At least 200 a month, due at its end: 150 + 50, 250, 100 + 100.
        ({"minimum": {"amount": "200"}}, {"Jan": "100.00", "Feb": "200.00", "Mar": "250.00", "Apr": "100.00"}),
        ({"commitments": [COMMITTED]}, {"Jan": "100.00", "Feb": "200.00", "Mar": "250.00", "Apr": "100.00"}),
        # A minimum's top-up counts toward the commitment (rules 3): 150 + 10 + 40.
        (
            {"minimum": {"amount": "160"}, "commitments": [COMMITTED]},
            {"Jan": "100.00", "Feb": "200.00", "Mar": "250.00", "Apr": "100.00"},
        ),
        # 800 over the term: 500 charged, 300 trued up at its end.
        (
            {"commitments": [{"id": "deal", "amount": "800", "per": "term"}]},
            {"Jan": "100.00", "Feb": "150.00", "Mar": "250.00", "Apr": "300.00"},
        ),
        # Above 200 a month at one and a half times the price: 250 - 200 = 50 x 0.5 = 25 more for February.
        (
            {"commitments": [{**COMMITTED, "overage_factor": "1.5", "is_trued_up": False}]},
            {"Jan": "100.00", "Feb": "150.00", "Mar": "275.00", "Apr": "0.00"},
        ),
        # Counted before discounts: 150 gross, 50 missing, though 135 were charged.
        (
            {"discounts": [TENTH], "commitments": [{**COMMITTED, "counts": "gross"}]},
            {"Jan": "90.00", "Feb": "185.00", "Mar": "225.00", "Apr": "100.00"},
        ),
    ],
)
def test_each_invoice_bears_its_part(stage: Any, expected: dict[str, str]) -> None:
    """The amounts worked by hand, by the month of the invoice date; run month by month it comes to the same."""
    agreed = contract(stage)
    assert expected == totals(bill(agreed))
    billed, found = None, {}
    for through in (JAN, FEB, MAR, APR):
        known = {start: used for start, used in USED.items() if start < through}
        run = bill(agreed, known, through, billed)
        assert () == run.credit_memos
        found |= totals(run)
        billed = run.next_billed
    assert expected == found
    assert () == bill(agreed, USED, APR, billed).documents


def test_a_true_up_is_borne_by_the_lines() -> None:
    """50.00 for January by 100.00 and 50.00: 33.33 and 16.67, each with its line's name and reason."""
    run = bill(contract({"commitments": [COMMITTED]}), through=FEB)
    lines = [line for line in run.invoices[-1].lines if line.component == "true_up:deal"]
    assert [("seats", "33.33"), ("calls", "16.67")] == [(line.line, line.net.text) for line in lines]
    assert "SEATS, true-up deal" == lines[0].description
    told = str(bc.explain(lines[0], run))
    assert "USD 200.00 committed less USD 150.00 counted net: USD 50.00" in told


def test_more_usage_takes_a_true_up_back() -> None:
    """70 more calls of January: 70.00 to pay, 50.00 of true-up given back; an earlier run takes nothing back."""
    agreed = contract({"commitments": [COMMITTED]})
    first = bill(agreed, {JAN: 50}, FEB)
    more = bill(agreed, {JAN: 120}, FEB, first.next_billed)
    assert 7000 == sum(one.total.minor for one in more.invoices)
    assert 5000 == sum(one.total.minor for one in more.credit_memos)
    assert () == bill(agreed, {JAN: 120}, FEB, more.next_billed).documents
    assert () == bill(agreed, {}, JAN, first.next_billed).documents


def test_a_commitment_waits_for_all_usage() -> None:
    """Without January's calls nobody knows what is missing: no true-up, the line is held."""
    run = bill(contract({"commitments": [COMMITTED]}), {}, FEB)
    assert {"Jan": "100.00", "Feb": "100.00"} == totals(run)
    assert ["usage-missing"] == [finding.code for finding in run.findings]


def test_a_stub_takes_its_share() -> None:
    """From 17 January, 15 of 31 days: 96.77 committed, 48.39 + 10 charged, 38.38 trued up."""
    start = date(2026, 1, 17)
    run = bill(contract({"commitments": [COMMITTED]}, start=start), {start: 10}, FEB)
    assert "38.38" == str(sum(_minor(run, "true_up:deal")) / 100)


def _minor(run: bc.BillRun, component: str) -> list[int]:
    return [charge.net_minor for charge in run.rated.charges if charge.component == component]


def test_revenue_ties_to_what_is_billed() -> None:
    """Discounts lower, true-ups raise what is earned; at the end of the term all of it is."""
    agreed = contract({"discounts": [TENTH], "commitments": [COMMITTED]})
    run = bill(agreed)
    billed = sum(one.total.minor for one in run.invoices)
    earned = bc.recognize(agreed, run.rated, through=date(2026, 4, 30))
    assert billed == sum(row.amount_minor for row in earned.schedule.rows)


def test_every_staged_charge_explains_itself() -> None:
    """The last step of every charge is its net, with discounts, limits and additions of the contract."""
    stage = {"discounts": [TENTH, {**OFF, "amount": "7.77"}], "maximum": {"amount": "240"}, "commitments": [COMMITTED]}
    for charge in bill(contract(stage)).rated.charges:
        last = charge.steps[-1]
        assert charge.net.minor * last.denominator == last.numerator * 100, charge.component


def test_a_scope_that_reaches_nothing_is_refused() -> None:
    """A discount on a product that the contract does not have would do nothing in silence."""
    with pytest.raises(DocumentError) as refusal:
        contract({"discounts": [{**TENTH, "scope": {"skus": ["NONE"]}}]})
    assert "scope-unknown" == refusal.value.code
