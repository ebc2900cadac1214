"""Every cash case in the TOML files beside this one, to the cent.

A case names items, payments and what is expected of each payment. Money is written ``"100.00 USD"``. Items are invoices
of entity US01 and payments are booked to US01 on 2025-03-10 unless the case says otherwise.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from billcore.cash.application import apply_cash
from billcore.cash.payment import Payment
from billcore.invoice.open_items import OpenItem
from billcore.money.amount import Amount

HERE = Path(__file__).parent
CASES = [(path.stem, case) for path in sorted(HERE.glob("*.toml")) for case in tomllib.loads(path.read_text())["case"]]
NO_REVIEW = {"review": "", "flags": []}


def money(text: str) -> Amount:
    number, currency = text.split(" ")
    return Amount.of(number, currency)


def item(given: dict) -> OpenItem:
    balance = money(given["balance"])
    return OpenItem(
        document=given["number"],
        kind=given.get("kind", "invoice"),
        number=given["number"],
        entity=given.get("entity", "US01"),
        customer=given.get("customer", "acme"),
        issue_date=given.get("issued", date(2025, 1, 1)),
        due_date=given.get("due", date(2025, 1, 31)),
        original=money(given["original"]) if "original" in given else balance,
        balance=balance,
    )


def payment(place: int, given: dict) -> Payment:
    return Payment(
        id=given.get("id", f"P-{place}"),
        entity=given.get("entity", "US01"),
        bank_reference=given.get("bank_reference", f"B-{place}"),
        tx_ordinal=given.get("tx_ordinal", 1),
        value_date=given.get("value_date", date(2025, 3, 10)),
        amount=money(given["amount"]),
        reference=given.get("reference", ""),
        payer=given.get("payer"),
        status=given.get("status", "booked"),
    )


@pytest.mark.parametrize(("file", "case"), CASES, ids=[f"{file}: {case['name']}" for file, case in CASES])
def test_case(file: str, case: dict) -> None:
    """Each payment does what the case says, and the items stand as it says."""
    assert case["source"]
    items = [item(given) for given in case["items"]]
    given = [payment(place, fields) for place, fields in enumerate(case["payments"], start=1)]
    run = apply_cash(given, items, seen=frozenset(case.get("seen", [])))
    expected = [{**NO_REVIEW, "tier": "R2", **fields} for fields in case.get("expect", [])]
    actual = [
        {
            "payment": made.payment,
            "status": made.status,
            "tier": made.tier,
            "applied": [f"{part.number} {part.amount.text}" for part in made.items],
            "unapplied": made.unapplied.text,
            "unidentified": made.unidentified.text,
            "customer": made.customer,
            "review": made.review,
            "flags": list(made.flags),
        }
        for made in run.applications
    ]
    assert expected == actual
    assert case["balances"] == {after.number: after.balance.text for after in run.open_items}
    assert case.get("duplicates", []) == list(run.duplicates)
    assert case.get("ignored", []) == list(run.ignored)
    assert case.get("held", []) == list(run.held)
    assert case.get("findings", []) == [finding.code for finding in run.findings]


def test_there_are_cases():
    """A renamed folder must not turn this file into no test at all."""
    assert len(CASES) >= 25
