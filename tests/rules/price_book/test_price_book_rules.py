"""The cases of price books, written as data: which entry wins on a day and why, what makes a book, contracts priced."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billcore.contract.contract import Contract
from billcore.contract.price_lists import with_prices
from billcore.core.errors import BillcoreError
from billcore.pricing.price_book import PriceBook, check_price_book
from billcore.pricing.price_questions import price_on
from oracle import price_book as oracle

Plain = dict[str, Any]
FOLDER = Path(__file__).parent
FILES = {file.stem: tomllib.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.toml"))}
START = "2026-01-01"


def cases(*names: str) -> list[Any]:
    found = [(name, case) for name in names for case in FILES[name]["cases"]]
    return [pytest.param(name, case, id=f"{name}:{case['id']}") for name, case in found]


def entry(plain: Plain) -> Plain:
    """An entry as a file would have it; in the cases its price is a unit price alone."""
    price = {"kind": "per_unit", "unit_price": plain.get("unit_price", "1")}
    rest = {name: value for name, value in plain.items() if name != "unit_price"}
    return {"sku": "API", "effective_from": START, "price": price, **rest}


def book(entries: list[Plain]) -> PriceBook:
    return PriceBook.read({"id": "main", "currency": "USD", "entries": [entry(one) for one in entries]})


def test_the_cases_are_whole() -> None:
    """Every case has an id of its own and a source; there are enough of them."""
    ids = [parameter.id for parameter in cases(*FILES)]
    assert len(set(ids)) == len(ids) >= 60
    for name, file in FILES.items():
        for case in file["cases"]:
            assert case["source"].strip(), f"{name}: {case['id']}"
            answers = {"error", "entry", "gaps"} & set(case)
            assert len(answers) == 1, f"{name}: {case['id']}"


@pytest.mark.parametrize(("name", "case"), cases("priorities", "versions"))
def test_a_day_has_its_price(name: str, case: Plain) -> None:
    """The entry of the case wins, the others are passed over for the reason of the case; or its error says why none."""
    asked = {**case["ask"], "on": date.fromisoformat(case["ask"]["on"])}
    won = oracle.winners(FILES[name]["entries"], case["ask"], asked["on"])
    if "error" in case:
        with pytest.raises(BillcoreError) as raised:
            price_on(book(FILES[name]["entries"]), **asked)
        assert case["error"] == raised.value.code
        assert [text for text in case["says"] if text not in str(raised.value)] == []
        assert won == []
        return
    found = price_on(book(FILES[name]["entries"]), **asked)
    assert (found.entry.id, str(found.price.unit_price)) == (case["entry"], case["unit_price"])
    assert won == [case["entry"]]
    if "passed_over" in case:
        assert case["passed_over"] == {one.entry: one.cause for one in found.passed_over}


@pytest.mark.parametrize(("name", "case"), cases("books"))
def test_entries_make_a_book_or_are_refused(name: str, case: Plain) -> None:
    """A book is refused with the code and the names of the case, or read with the warnings of the case."""
    if "error" in case:
        with pytest.raises(BillcoreError) as raised:
            book(case["entries"])
        assert case["error"] == raised.value.code
        assert [text for text in case["says"] if text not in str(raised.value)] == []
        return
    findings = check_price_book(book(case["entries"]))
    assert case["gaps"] == [finding.found for finding in findings]
    assert {("price-gap", "warning", "product")} >= {(one.code, one.severity, one.owner) for one in findings}


@pytest.mark.parametrize(("name", "case"), cases("contracts"))
def test_a_line_gets_the_price_that_applied(name: str, case: Plain) -> None:
    """The line has the price of the case and names where it came from; or the contract is refused, naming why."""
    line = {"id": "line", "sku": case["sku"], "price": {"kind": "listed", **case["listed"]}, "billed": "in_arrears"}
    line |= {"period": case["period"]} if "period" in case else {}
    named = {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": "month"}
    contract = Contract.read(named | {"term": {"start": "2026-03-01", "end": "2027-03-01"}, "lines": [line]})
    prices = book(FILES[name]["entries"])
    if "error" in case:
        with pytest.raises(BillcoreError) as raised:
            with_prices(contract, prices)
        assert (case["error"], "lines[0].price") == (raised.value.code, raised.value.path)
        assert [text for text in case["says"] if text not in str(raised.value)] == []
        return
    priced = with_prices(contract, prices).line("line")
    assert str(priced.price.unit_price) == case["unit_price"]
    origin = priced.price_origin
    assert origin is not None
    assert (origin.book, origin.entry, str(origin.on)) == ("main", case["entry"], case["on"])
    assert origin.listed == contract.line("line").price
    later = [[str(one.since), one.price_origin.entry, str(one.price.unit_price)] for one in priced.list_prices]
    assert later == case.get("later", [])
    assert priced.revised(price=origin.listed, price_origin=None, list_prices=()) == contract.line("line")


def test_every_entry_is_asked_for() -> None:
    """Each entry of a file wins in one of its cases, but for the one that is too weak and two that are only nearest."""
    for name in ("priorities", "versions"):
        won = {case.get("entry") for case in FILES[name]["cases"]}
        assert {"acme-c2-weak", "old", "old-back"} >= {one["id"] for one in FILES[name]["entries"]} - won
