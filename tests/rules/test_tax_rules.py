"""Rule cases of tax: the row that a line bears, its amount, and the shares that credits give back."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import billcore as bc
from billcore.engine.invoicing import Taxes
from billcore.invoice.tax import TaxQuestion, answer, given_back

CASES = [
    pytest.param(case, id=case["id"])
    for file in sorted((Path(__file__).parent / "tax").glob("*.toml"))
    for case in tomllib.loads(file.read_text())["case"]
]
TABLE = bc.TaxTable.read(
    {
        "rows": [
            {"jurisdiction": "DE", "tax_class": "std", "name": "VAT"} | row
            for row in (
                {"id": "S-16", "rate": "16", "valid_from": "2020-07-01", "valid_to": "2021-01-01"},
                {"id": "S-19", "rate": "19", "valid_from": "2021-01-01"},
                {"id": "S-7", "rate": "7", "valid_from": "2020-01-01", "tax_class": "books"},
                {
                    "id": "AT-RC",
                    "rate": "0",
                    "valid_from": "2020-01-01",
                    "jurisdiction": "AT",
                    "reason": "reverse-charge",
                },
            )
        ]
    }
)


@pytest.mark.parametrize("case", CASES)
def test_tax_case(case: dict[str, Any]) -> None:
    """A line bears the tax of its cell on its tax point, and credits give back exactly that."""
    assert case["source"]
    start, end = (date.fromisoformat(day) for day in case.get("service", ["2026-01-01", "2026-02-01"]))
    net = bc.Amount.of(case["net"], "EUR")
    question = TaxQuestion(
        key="x",
        jurisdiction=case.get("jurisdiction", "DE"),
        tax_class=case.get("tax_class", "std"),
        tax_point=bc.Period(start=start, end=end).last_day,
        base=net,
    )
    if "error" in case:
        with pytest.raises(bc.MissingInput) as caught:
            answer(TABLE, question)
        assert case["error"] == caught.value.code
        return
    (tax,) = answer(TABLE, question, case.get("mode", "half_up"))
    assert (case["row"], case["tax"]) == (tax.row, tax.tax.text)
    assert bool(tax.reason) == (tax.tax.minor == 0)
    before, back = 0, []
    for credit in case.get("credits", []):
        through = before + bc.Amount.of(credit, "EUR").minor
        back.append(given_back((tax,), net.minor, before, through)[0].tax.text)
        before = through
    assert case.get("given_back", []) == back


@pytest.mark.parametrize(
    ("service", "expected"),
    [(("2020-12-01", "2021-01-01"), "16.00"), (("2021-01-01", "2021-02-01"), "19.00")],
)
def test_an_invoice_asks_at_the_last_service_day(service: tuple[str, str], expected: str) -> None:
    """A service in arrears is invoiced on its exclusive end and taxed by its last day."""
    term = {"start": service[0], "end": service[1]}
    line = {"id": "a", "sku": "A", "billed": "in_arrears", "price": {"kind": "flat", "amount": "100"}}
    contract = bc.Contract.read(
        {"id": "C-1", "customer": "a", "entity": "E", "currency": "EUR", "term": term, "billed_every": "month"}
        | {"lines": [line]}
    )
    taxes = Taxes(table=TABLE, jurisdiction="DE", tax_classes={"A": "std"})
    (invoice,) = bc.bill(contract, through=date(2022, 1, 1), taxes=taxes).invoices
    assert (service[1], expected) == (str(invoice.invoice_date), invoice.tax.text)
