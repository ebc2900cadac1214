"""What a contract of a book is held for, while every other contract runs."""

from __future__ import annotations

import decimal
from datetime import date
from typing import Any

import pytest

import billcore as bc
from billcore.engine import closing
from billcore.engine.book import Standing
from billcore.engine.closing import BookRun, run_book
from billcore.engine.explainer import Explainer
from support import books

JANUARY = date(2026, 1, 31)


def contract(name: str, **more: Any) -> bc.Contract:
    line = {"id": "seats", "sku": "A", "billed": "in_advance", "price": {"kind": "flat", "amount": "10.00"}}
    return bc.Contract.read(
        {"id": name, "customer": "acme", "entity": "DE01", "currency": "EUR", "billed_every": "month"}
        | {"term": {"start": "2026-01-01", "end": "2027-01-01"}, "lines": [line]}
        | more
    )


def run(*contracts: bc.Contract) -> BookRun:
    return run_book(books.book(contracts), books.happened({}), Standing(), JANUARY)


def test_an_entity_that_the_book_does_not_hold_stops_its_contract_alone() -> None:
    """Finance is told the entity and those that there are; the other contract is issued."""
    made = run(contract("C-1", entity="FR01"), contract("C-2"))
    (found,) = [one for one in made.findings if one.severity == "error"]
    assert ("entity-unknown", "finance", "C-1") == (found.code, found.owner, found.subject)
    assert ("legal entity FR01", "one of DE01, US01") == (found.found, found.expected)
    assert (("C-1",), {"C-2"}) == (made.held, {one.contracts[0] for one in made.documents})
    assert {"C-2"} == {entry.contract for entry in made.entries}


@pytest.mark.parametrize("trouble", [decimal.Inexact("1/3"), OverflowError("date value out of range")], ids=repr)
def test_numbers_out_of_range_stop_their_contract_alone(
    monkeypatch: pytest.MonkeyPatch, trouble: ArithmeticError
) -> None:
    """What no check foresaw is a finding of the contract with Python's own words; the other contract is issued."""

    def out_of_range(given: bc.Contract, **facts: Any) -> Any:
        if given.id == "C-1":
            raise trouble
        return bc.bill(given, **facts)

    monkeypatch.setattr(closing, "bill", out_of_range)
    made = run(contract("C-1"), contract("C-2"))
    (found,) = [one for one in made.findings if one.severity == "error"]
    assert ("arithmetic-failed", "C-1", str(trouble)) == (found.code, found.subject, found.found)
    assert (("C-1",), {"C-2"}) == (made.held, {one.contracts[0] for one in made.documents})


@pytest.mark.parametrize("subject", ["", "C-3", "DE01-INV-2026-000001", "c-1", "seats"])
def test_a_subject_that_is_not_in_the_run_is_named(subject: str) -> None:
    """Not a contract, a document of another series, another case, a line's id."""
    made = run(contract("C-1"))
    explainer = Explainer(books.book([contract("C-1")]), made.standing, {})
    assert explainer.explain("C-1").text.startswith("Contract C-1: 1 document, ")
    with pytest.raises(bc.DocumentError) as caught:
        explainer.explain(subject)
    assert ("subject-unknown", subject) == (caught.value.code, caught.value.found)
