"""Price books: what they refuse, what an answer tells, histories and comparisons as tables, reading from TOML."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from billcore.connectors.toml_text import read_price_book
from billcore.contract.contract import Contract
from billcore.contract.lines import ContractLine
from billcore.contract.price_lists import with_prices
from billcore.contract.resolution import resolve
from billcore.core.errors import BillcoreError, DocumentError, MissingInput, NotApplicable
from billcore.core.value import replaced
from billcore.engine.explanation import explain
from billcore.engine.invoicing import bill
from billcore.periods.period import Period
from billcore.pricing.documents import Flat, Graduated, Overage, PerUnit, Tier
from billcore.pricing.listed import Listed
from billcore.pricing.price_book import PriceBook, check_price_book
from billcore.pricing.price_comparison import compare_books
from billcore.pricing.price_entries import PriceEntry, price_text
from billcore.pricing.price_questions import price_on
from billcore.pricing.price_stretches import price_history
from billcore.usage.measured import Group, Measured
from hostile import HUGE

Plain = dict[str, Any]
SECONDS = 1.0  # a guard against work that grows with the input, not a measure of speed
FIRST = date(2026, 1, 1)
YEAR = Period(start=FIRST, end=date(2027, 1, 1))
HURTS: list[object] = [None, 1, 1.5, True, b"x", [], {}, "", "x" * 10_000, "a\u202eb", Decimal("NaN"), HUGE, [[[[]]]]]


def entry(id: str, /, **fields: Any) -> Plain:
    return {
        "id": id,
        "sku": "API",
        "price": {"kind": "per_unit", "unit_price": "0.05"},
        "effective_from": FIRST,
    } | fields


def book(*entries: Plain, **fields: Any) -> PriceBook:
    return PriceBook.read({"id": "main", "currency": "USD", "entries": list(entries)} | fields)


def contract(*prices: object, **fields: Any) -> Contract:
    lines = [
        ContractLine.read({"id": f"line{number}", "sku": "API", "price": price, "billed": "in_arrears"})
        for number, price in enumerate(prices)
    ]
    named = {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": "month"}
    return Contract(**{**named, "term": YEAR, "lines": lines, **fields})


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"id": "two words"}, "text-malformed", "entries[0].id"),
        ({"sku": ""}, "text-malformed", "entries[0].sku"),
        ({"price": {"kind": "free"}}, "kind-unknown", "entries[0].price"),
        ({"price": {"amount": "1"}}, "kind-missing", "entries[0].price"),
        ({"price": {"kind": "listed"}}, "kind-unknown", "entries[0].price"),
        ({"price": {"kind": "flat", "amount": 1.5}}, "float-amount", "entries[0].price.amount"),
        ({"effective_from": "01.01.2026"}, "date-malformed", "entries[0].effective_from"),
        ({"effective_from": datetime(2026, 1, 1, tzinfo=UTC)}, "date-malformed", "entries[0].effective_from"),
        ({"effective_to": 20260101}, "date-malformed", "entries[0].effective_to"),
        ({"effective_to": "2025-12-31"}, "period-ends-before-start", "entries[0]"),
        ({"priority": 1.0}, "float-amount", "entries[0].priority"),
        ({"priority": True}, "number-malformed", "entries[0].priority"),
        ({"priority": HUGE}, "number-too-large", "entries[0].priority"),
        ({"priority": -1}, "value-malformed", "entries[0].priority"),
        ({"version": "2026 01"}, "text-malformed", "entries[0].version"),
        ({"reason": "a\u202eb"}, "text-hidden-character", "entries[0].reason"),
        ({"until": "2026-01-02"}, "field-unknown", "entries[0].until"),
    ],
)
def test_a_bad_entry_is_refused_with_its_place(fields: Plain, code: str, path: str) -> None:
    """Each bad field of an entry is our own error with its code and path."""
    with pytest.raises(DocumentError) as raised:
        book(entry("a", **fields))
    assert (code, path) == (raised.value.code, raised.value.path)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"currency": "XYZ"}, "currency-unknown"),
        ({"currency": "usd"}, "currency-unknown"),
        ({"entries": "a"}, "list-malformed"),
        ({"entries": [1]}, "value-malformed"),
        ({"entries": [entry("a"), entry("a")]}, "id-repeated"),
        ({"entries": [entry("a"), entry("b")]}, "prices-overlap"),
        ({"entries": [{}] * 10_001}, "limit-exceeded"),
        ({"entries": ({} for _ in count())}, "limit-exceeded"),
    ],
)
def test_a_bad_book_is_refused_at_once(fields: Plain, code: str) -> None:
    """What makes no book is our own error, quickly, however long the list is."""
    started = time.process_time()
    with pytest.raises(DocumentError) as raised:
        book(**fields)
    assert code == raised.value.code
    assert time.process_time() - started < SECONDS


def refusal(attempt: Callable[[], object]) -> str:
    """What an attempt is refused with, or nothing where it is not."""
    try:
        attempt()
    except BillcoreError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("bad", HURTS)
def test_nothing_hostile_breaks_a_book_or_a_question(bad: Any) -> None:
    """Whatever stands in a field or an argument is read or refused by our own short error."""
    prices = book(entry("a"))
    asked: Plain = {"sku": "API", "on": FIRST}
    tries = [
        *(lambda name=name: book(entry("a", **{name: bad})) for name in PriceEntry.model_fields),
        *(lambda name=name: book(**{name: bad}) for name in PriceBook.model_fields),
        *(lambda name=name: price_on(prices, **(asked | {name: bad})) for name in (*asked, "customer", "version")),
        lambda: price_on(bad, **asked),
        lambda: price_history(prices, sku="API", period=bad),
        lambda: price_history(bad, sku="API", period=YEAR),
        lambda: check_price_book(bad),
        *(lambda given=given: compare_books(prices, prices, given, on=FIRST) for given in (bad, {"API": bad})),
        lambda: compare_books(prices, bad, {"API": 1}, on=FIRST),
        lambda: with_prices(bad, prices),
        lambda: with_prices(contract(Listed()), bad),
        *(lambda name=name: Listed(**{name: bad}) for name in ("sku", "version", "as_of")),
    ]
    for one in tries:
        started = time.process_time()
        assert len(refusal(one)) <= 1_000
        assert time.process_time() - started < SECONDS


def test_a_large_book_is_read_and_asked() -> None:
    """Ten thousand customers' prices of one product are a book; one question reads only the entries of who asks."""
    prices = book(*(entry(f"e{n}", customer=f"c{n}") for n in range(9_999)), entry("list"))
    assert price_on(prices, sku="API", on=FIRST, customer="c77").entry.id == "e77"
    started = time.process_time()
    for number in range(200):
        assert price_on(prices, sku="API", on=FIRST, customer=f"x{number}").entry.id == "list"
    assert time.process_time() - started < SECONDS
    assert [len(prices.entries_for("API", who, "")) for who in ("c1", "", "x")] == [2, 1, 1]


def test_an_answer_reads_well() -> None:
    """The text of an answer names the entry with all that made it win, and each other with the reason why not."""
    found = price_on(
        book(
            entry("list", version="2026-01"),
            entry("acme", customer="acme", effective_to="2026-07-01", priority=12, reason="signed by Ada"),
            entry("c9", contract="C-9"),
            entry("later", customer="acme", effective_from="2026-08-01"),
            entry("gone", effective_from="2025-01-01", effective_to="2025-06-01", version="2025-01"),
            entry("seat", sku="SEAT"),
        ),
        sku="API",
        on=date(2026, 3, 15),
        customer="acme",
        contract="C-1",
    )
    assert str(found).splitlines() == [
        "API for customer acme, contract C-1 on 2026-03-15: entry acme (customer acme, priority 12, "
        "[2026-01-01, 2026-07-01)): per_unit, unit_price 0.05",
        "  not c9: for contract C-9",
        "  not gone: in force only before 2025-06-01",
        "  not later: in force only from 2026-08-01",
        "  not list: priority 0 by default is lower than 12",
    ]
    assert [step.rule for step in found.steps] == ["price-applied", *["price-passed-over"] * 4]
    assert found.steps[0].inputs == (("sku", "API"), ("on", "2026-03-15"), ("entry", "acme"))
    assert (found.price, found.entry.reason) == (PerUnit(unit_price="0.05"), "signed by Ada")


def test_other_versions_are_told() -> None:
    """What a pin passed over says its version, or that it has none; five versions are named and the rest counted."""
    prices = book(*(entry(f"e{n}", version=f"v{n}", priority=n) for n in range(8)), entry("plain", priority=9))
    found = price_on(prices, sku="API", on=FIRST, version="v1")
    assert found.entry.id == "e1"
    assert [one.text for one in found.passed_over][-2:] == ["e7: of version v7", "plain: of no version"]
    with pytest.raises(MissingInput, match="of version none, v0, v1, v2, v3 and 4 more"):
        price_on(prices, sku="API", on=FIRST, version="v9")
    for many, named in ((5, "v0, v1, v2, v3, v4, expected"), (6, "v0, v1, v2, v3, v4 and 1 more")):
        fewer = book(*(entry(f"e{n}", version=f"v{n}", priority=n) for n in range(many)))
        with pytest.raises(MissingInput, match=named):
            price_on(fewer, sku="API", on=FIRST, version="v9")


def test_a_strange_name_is_shown_shortened() -> None:
    """A question with a long or unprintable name is answered by an error of one printable line."""
    with pytest.raises(MissingInput) as raised:
        price_on(book(), sku="A\x1b[2J" * 5_000, on=FIRST, customer="\n" * 5_000)
    assert str(raised.value).isprintable()
    assert raised.value.code == "price-missing"


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (Flat(amount="1200.00", per="3 months"), "flat, amount 1200.00, per 3 months"),
        (PerUnit(unit_price="0.0000001"), "per_unit, unit_price 0.0000001"),
        (Overage(included=10, unit_price="1"), "overage, included 10, unit_price 1"),
        (
            Graduated(tiers=[Tier(unit_price="1")], charge_flat_at_zero=False),
            "graduated, 1 tier, charge_flat_at_zero False",
        ),
    ],
)
def test_a_price_is_said_in_a_line(price: Any, text: str) -> None:
    """Kind and written fields, exact and without an exponent; a list by its length."""
    assert text == price_text(price)


def test_a_history_is_a_table_with_its_gaps() -> None:
    """Each stretch is a row with days, entry and price; days without a price are a row that says so."""
    prices = book(
        entry("a", effective_from="2026-02-01", effective_to="2026-06-01", version="1"),
        entry("b", customer="acme", effective_from="2026-03-01", effective_to="2026-04-01"),
        entry("c", effective_from="2026-07-01"),
        entry("weak", priority=0, effective_from="2026-06-01", effective_to="2026-06-11"),
        entry("hidden", customer="acme", priority=3, effective_from="2026-03-11", effective_to="2026-03-21"),
    )
    history = price_history(prices, sku="API", period=YEAR, customer="acme")
    rows = history.table.to_dicts()
    assert [(row["start"], row["days"], row["entry"], row["whom"], row["priority"]) for row in rows] == [
        ("2026-01-01", 31, "no price", None, None),
        ("2026-02-01", 28, "a", "list price", 0),
        ("2026-03-01", 31, "b", "customer acme", 10),
        ("2026-04-01", 61, "a", "list price", 0),
        ("2026-06-01", 10, "weak", "list price", 0),
        ("2026-06-11", 20, "no price", None, None),
        ("2026-07-01", 184, "c", "list price", 0),
    ]
    assert [(row["version"], row["price"]) for row in rows][:2] == [(None, None), ("1", "per_unit, unit_price 0.05")]
    assert [str(gap) for gap in history.gaps] == ["[2026-01-01, 2026-02-01)", "[2026-06-11, 2026-07-01)"]
    assert str(history.stretches[0]) == "no price for [2026-01-01, 2026-02-01)"


def test_a_comparison_is_what_a_new_list_changes() -> None:
    """Two books, the same quantities: amounts rounded once each, the difference of the rounded amounts."""
    old = book(entry("a", price={"kind": "per_unit", "unit_price": "0.005"}), entry("p", sku="PRO"))
    new = book(
        entry("b", price={"kind": "graduated", "tiers": [{"up_to": "10", "unit_price": "1"}, {"unit_price": "0.001"}]}),
        entry("acme", customer="acme", price={"kind": "flat", "amount": "3"}),
        entry("n", sku="NEW"),
    )
    table = compare_books(old, new, {"API": ["1", 10, "15.0"], "PRO": 2, "NEW": "2"}, on=FIRST)
    cells = [
        (row[0], str(row[1]), row[2], row[3], *(None if one is None else one.text for one in row[5:]))
        for row in table.rows
    ]
    assert cells == [
        ("API", "1", "a", "b", "0.01", "1.00", "0.99"),
        ("API", "10", "a", "b", "0.05", "10.00", "9.95"),
        ("API", "15", "a", "b", "0.08", "10.01", "9.93"),
        ("PRO", "2", "p", None, "0.10", None, None),
        ("NEW", "2", None, "n", None, "0.10", None),
    ]
    assert {row[4] for row in table.rows} == {"USD"}
    down = compare_books(old, new, {"API": 1}, on=FIRST, mode="down", customer="acme").rows[0]
    assert (down[3], down[5].text, down[6].text, down[7].text) == ("acme", "0.00", "3.00", "3.00")


def test_a_comparison_takes_what_only_some_prices_ask_for() -> None:
    """A price of meters is compared by what was measured; one by properties is refused by units alone, not guessed."""
    tiers = [{"amount": "10", "limits": [{"meter": "seats", "up_to": "5"}]}, {"amount": "25"}]
    old, new = book(entry("a")), book(entry("b", price={"kind": "capacity", "tiers": tiers}))
    row = compare_books(old, new, {"API": Measured(quantity="100", meters=(("seats", "7"),))}, on=FIRST).rows[0]
    assert (row[1], row[5].text, row[6].text) == (100, "5.00", "25.00")
    cell = {"values": ["eu"], "price": {"kind": "flat", "amount": "1"}}
    matrix = {"kind": "matrix", "dimensions": ["region"], "unmatched": "refuse", "cells": [cell]}
    with pytest.raises(MissingInput, match="measure-missing"):
        compare_books(old, book(entry("b", price=matrix)), {"API": 100}, on=FIRST)


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        (1.5, "float-amount"),
        ([1, 2.5], "float-amount"),
        (True, "number-malformed"),
        (-1, "quantity-negative"),
        ("1e3", "number-malformed"),
    ],
)
def test_a_comparison_refuses_a_bad_quantity(quantity: Any, code: str) -> None:
    """A quantity is exact and not negative here as anywhere."""
    with pytest.raises(BillcoreError) as raised:
        compare_books(book(entry("a")), book(entry("a")), {"API": quantity}, on=FIRST)
    assert code == raised.value.code


def test_two_currencies_are_not_compared() -> None:
    """Books of two currencies are no comparison, and a contract is not priced by a book of another currency."""
    euro = book(entry("a"), currency="EUR")
    with pytest.raises(NotApplicable, match="currencies-differ"):
        compare_books(book(entry("a")), euro, {"API": 1}, on=FIRST)
    with pytest.raises(NotApplicable, match="currencies-differ"):
        with_prices(contract(Listed()), euro)
    own = contract({"kind": "flat", "amount": "5"})
    assert with_prices(own, euro) is own


def test_a_contract_is_not_resolved_before_it_is_priced() -> None:
    """A listed price stops resolution with its place; priced, the contract resolves as if the price had been written."""
    listed = contract({"kind": "per_unit", "unit_price": "1"}, {"kind": "listed"})
    with pytest.raises(MissingInput) as raised:
        resolve(listed)
    assert ("price-not-resolved", "lines[1].price") == (raised.value.code, raised.value.path)
    assert "with_prices" in raised.value.hint
    priced = with_prices(listed, book(entry("a", version="2026-01", priority=3)))
    written = contract({"kind": "per_unit", "unit_price": "1"}, {"kind": "per_unit", "unit_price": "0.05"})
    first, second = resolve(priced).lines
    assert "price book main, entry a" in second.price_origin
    assert (first, replaced(second, price_origin="")) == resolve(written).lines
    assert priced.line("line0") == listed.line("line0")
    told = "price book main, entry a, version 2026-01, priority 3, on 2026-01-01, not pinned"
    assert told == str(priced.line("line1").price_origin)


def test_a_reference_survives_files() -> None:
    """A listed line and a priced one are written and read back as they are."""
    for one in (contract(Listed(as_of=FIRST)), with_prices(contract(Listed(as_of=FIRST)), book(entry("a")))):
        assert one == Contract.read(one.model_dump(mode="json"))
    assert "pinned" in str(with_prices(contract(Listed(as_of=FIRST)), book(entry("a"))).line("line0").price_origin)


@pytest.mark.parametrize(
    ("price", "code", "path"),
    [
        ({"kind": "listed", "as_of": "soon"}, "date-malformed", "price.as_of"),
        ({"kind": "listed", "version": ""}, "text-malformed", "price.version"),
        ({"kind": "listed", "unit_price": "1"}, "field-unknown", "price.unit_price"),
        ({"kind": "graduated", "tiers": []}, "tiers-empty", "price"),
        ({"kind": "free"}, "kind-unknown", "price"),
        ({}, "kind-missing", "price"),
    ],
)
def test_a_bad_price_of_a_line_keeps_its_place(price: Plain, code: str, path: str) -> None:
    """That a line may refer to a book changes no other error's code or path."""
    with pytest.raises(DocumentError) as raised:
        ContractLine.read({"id": "a", "sku": "API", "price": price, "billed": "in_arrears"})
    assert (code, path) == (raised.value.code, raised.value.path)


TOML = """
id = "main"
currency = "USD"

[[entries]]
id = "api-2026"
sku = "API"
version = "2026-01"
effective_from = 2026-01-01
effective_to = 2026-07-01
price = {kind = "per_unit", unit_price = 0.050}

[[entries]]
id = "api-acme"
sku = "API"
customer = "acme"
effective_from = "2026-01-01"
priority = 15
reason = "framework agreement"
price = {kind = "graduated", tiers = [{up_to = 1000, unit_price = "0.04"}, {unit_price = "0.03"}]}

[[entries]]
id = "api-2026-07"
sku = "API"
effective_from = 2026-07-11
price = {kind = "per_unit", unit_price = "0.06"}
"""


def test_a_book_is_read_from_toml_with_its_warnings() -> None:
    """Numbers keep their text, dates are days, and a gap is a warning with file and place."""
    prices, findings = read_price_book(TOML)
    assert prices is not None
    assert [one.id for one in prices.entries] == ["api-2026", "api-acme", "api-2026-07"]
    assert prices.entries[0].price == PerUnit(unit_price="0.050")
    assert price_on(prices, sku="API", on=FIRST, customer="acme").entry.rank == 15
    assert [(one.code, one.severity, one.place) for one in findings] == [
        ("price-gap", "warning", "prices.toml entries[2].effective_from")
    ]
    assert "for 10 days, [2026-07-01, 2026-07-11)" in findings[0].found


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ('currency = "USD"', 'currency = "XYZ"', "currency-unknown", "currency"),
        ('currency = "USD"', "", "field-missing", "currency"),
        ("2026-07-01", "2026-07-01T00:00:00Z", "date-malformed", "entries[0].effective_to"),
        ("priority = 15", "priority = 1.5", "number-malformed", "entries[1].priority"),
        ('customer = "acme"', 'customers = "acme"', "field-unknown", "entries[1].customers"),
        ("priority = 15", "priority = 15\npriority = 16", "toml-malformed", ""),
        (
            'customer = "acme"\neffective_from = "2026-01-01"\npriority = 15\n',
            "effective_from = 2026-06-30\n",
            "prices-overlap",
            "",
        ),
    ],
)
def test_a_bad_file_is_told_to_the_product_s_owner(old: str, new: str, code: str, path: str) -> None:
    """Every finding names its file and place, and product owns it."""
    assert old in TOML
    prices, findings = read_price_book(TOML.replace(old, new), file="list.toml")
    assert prices is None
    assert [(one.code, one.path, one.owner, one.file) for one in findings] == [(code, path, "product", "list.toml")]


def test_all_bad_fields_of_a_file_come_at_once() -> None:
    """Two bad entries are two findings."""
    text = TOML.replace('sku = "API"', 'sku = "A P I"')
    assert [one.path for one in read_price_book(text)[1]] == [f"entries[{n}].sku" for n in range(3)]


def test_a_line_that_takes_back_names_the_entry_too() -> None:
    """A group that is gone after a correction: its credit is explained with the entry that its price was taken from."""
    agreed = with_prices(
        contract(Listed()),
        book(entry("a", price={"kind": "grouped", "by": ["r"], "price": {"kind": "per_unit", "unit_price": "1"}})),
    )
    start = agreed.term.start
    both, one = (
        Measured(groups=tuple(Group(key=(key,), measured=Measured(quantity="1")) for key in keys))
        for keys in (("eu", "us"), ("us",))
    )
    through = date(start.year, start.month + 1, 1)
    first = bill(agreed, usage={"line0": {start: both}}, through=through)
    second = bill(agreed, usage={"line0": {start: one}}, through=through, billed=first.next_billed)
    (credit,) = second.credit_memos[0].lines
    assert "usage:r=eu" == credit.component
    assert "price taken from price book main, entry a" in str(explain(credit, second))


def test_a_price_inside_a_price_is_told() -> None:
    """A reason shows what a grouped price charges in each group."""
    price = {"kind": "grouped", "by": ["r"], "price": {"kind": "per_unit", "unit_price": "0.25"}}
    assert "per_unit, unit_price 0.25" in price_text(book(entry("a", price=price)).entries[0].price)
