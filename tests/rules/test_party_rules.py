"""Rule cases of who pays: small books of a parent and its children, with their documents, open items and cash."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import billcore as bc
from billcore.cash.payment import Payment
from billcore.engine.book import Happened, Standing
from billcore.engine.closing import BookRun, run_book
from billcore.engine.controls import controls
from billcore.engine.reports.positions import position_report
from support import families

CASES = [
    pytest.param(case, id=case["id"])
    for case in tomllib.loads((Path(__file__).parent / "parties" / "books.toml").read_text("utf-8"))["case"]
]


def payments(case: dict[str, Any], issued: BookRun) -> tuple[Payment, ...]:
    """Payments as the case writes them; the text names invoices by the contracts that they bill."""
    number = {name: document.number for document in issued.documents for name in document.contracts}
    return tuple(
        Payment(
            id=f"P-{place}",
            entity="DE01",
            bank_reference=f"B-{place}",
            value_date=date(2026, 1, 20),
            amount=bc.Amount.of(one["amount"], "EUR"),
            payer=one["payer"],
            reference=", ".join(number[name] for name in one["names"]),
        )
        for place, one in enumerate(case.get("payments", ()))
    )


def documents(run: BookRun) -> list[list[Any]]:
    return [
        [
            *(one.kind, str(one.invoice_date), one.customer, one.payer_id, list(one.contracts)),
            *(amount.text for amount in (one.net, one.tax, one.total)),
        ]
        for one in run.documents
    ]


@pytest.mark.parametrize("case", CASES)
def test_a_family_is_billed_and_pays_as_the_case_says(case: dict[str, Any]) -> None:
    """Who used, who owes, what is on one document and what the money clears, to the cent; a second run adds nothing."""
    made = families.book([families.contract(name) for name in case["contracts"]], case["parent"])
    issued = run_book(made, Happened(), Standing(), case["through"])
    run = run_book(made, Happened(payments=payments(case, issued)), Standing(), case["through"])
    expect = case["expect"]
    assert expect["documents"] == documents(run)
    assert expect["lines"] == [
        [line.contract, one.user_of(line.contract), line.net.text] for one in run.documents for line in one.lines
    ]
    order = {document.id: place for place, document in enumerate(run.documents)}
    items = sorted(run.open_items, key=lambda item: order[item.document])
    assert expect["open_items"] == [[one.customer, one.original.text, one.balance.text] for one in items]
    assert expect["applications"] == [
        [one.customer, one.applied.text, one.unapplied.text, [flag for flag in one.flags if flag in FLAGS]]
        for one in run.applications
    ]
    if "candidates" in expect:
        numbers = {one.id: one.contracts[0] for one in run.documents}
        assert expect["candidates"] == [numbers[name] for one in run.applications for name in one.candidates]
    assert expect["receivable"] == receivables(run)
    if "owed" in expect:
        table = position_report(made, run, case["through"])
        names = [column.name for column in table.columns]
        told = {row[names.index("contract")]: row[names.index("open_receivable")] for row in table.rows}
        assert expect["owed"] == {name: amount.text for name, amount in told.items()}
    missing = ["enforceable-term-missing"] * len(case["contracts"])
    known = [*missing, *expect.get("findings", ()), *(["payment-partial"] if "owed" in expect else [])]
    assert sorted(known) == sorted(one.code for one in run.findings)
    assert controls(made, run)
    again = run_book(made, Happened(payments=payments(case, issued)), run.standing, case["through"])
    assert ((), (), ()) == (again.documents, again.entries, again.applications)


FLAGS = ("short-payment", "third-party-payer")


def receivables(run: BookRun) -> dict[str, str]:
    """Contract -> receivable that its documents debit; each entry's customer is who owes it."""
    found: dict[str, bc.Amount] = {}
    for entry in run.entries:
        if entry.kind == "invoice_issued":
            payer = next(one.payer_id for one in run.documents if one.id == entry.document)
            assert payer == entry.customer
            (amount,) = (line.amount for line in entry.lines if line.role == "receivable")
            found[entry.contract] = amount
    return {name: amount.text for name, amount in sorted(found.items())}
