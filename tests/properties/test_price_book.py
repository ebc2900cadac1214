"""Laws of price books: one winner or none, whatever the order; histories that say what asking each day would say."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billcore.contract.contract import Contract
from billcore.contract.price_lists import with_prices
from billcore.core.errors import BillcoreError, DocumentError, MissingInput
from billcore.periods.period import Period
from billcore.pricing.price_book import PriceBook, check_price_book
from billcore.pricing.price_questions import price_on
from billcore.pricing.price_stretches import price_history
from oracle import price_book as oracle
from support.laws import law

Plain = dict[str, Any]
FIRST = date(2026, 1, 1)
SPAN = 24  # days in which everything happens, so that entries begin and end on and beside each other
SKUS, CUSTOMERS, CONTRACTS, VERSIONS = ("API", "PRO"), ("acme", "globex"), ("C-1", "C-2"), ("1", "2")


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@st.composite
def raw_entries(draw: st.DrawFn, most: int = 8) -> list[Plain]:
    """Entries that may be no book."""
    found = []
    for number in range(draw(st.integers(0, most))):
        start = draw(st.integers(0, SPAN - 2))
        end = draw(st.none() | st.integers(start + 1, SPAN))
        found.append(
            {
                "id": f"e{number}",
                "sku": draw(st.sampled_from(SKUS)),
                "customer": draw(st.none() | st.sampled_from(CUSTOMERS)),
                "contract": draw(st.none() | st.sampled_from(CONTRACTS)),
                "version": draw(st.none() | st.sampled_from(VERSIONS)),
                "priority": draw(st.none() | st.sampled_from([0, 10, 20, 5])),
                "effective_from": day(start).isoformat(),
                "effective_to": None if end is None else day(end).isoformat(),
                "price": {"kind": "per_unit", "unit_price": str(draw(st.integers(1, 3)))},
            }
        )
    return found


@st.composite
def sound_entries(draw: st.DrawFn) -> list[Plain]:
    """Entries that are a book by the oracle: each that could meet one before it is left out."""
    kept: list[Plain] = []
    for entry in draw(raw_entries(most=14)):
        if not any(oracle.can_meet(entry, other) for other in kept):
            kept.append(entry)
    return kept


asks = st.fixed_dictionaries(
    {
        "sku": st.sampled_from(SKUS),
        "customer": st.sampled_from(["", *CUSTOMERS]),
        "contract": st.sampled_from(["", *CONTRACTS]),
        "version": st.sampled_from(["", "", *VERSIONS]),
    }
)
days = st.integers(-1, SPAN + 1).map(day)


def book(entries: list[Plain]) -> PriceBook:
    return PriceBook.read({"id": "main", "currency": "USD", "entries": entries})


def answer(prices: PriceBook, ask: Plain, on: date) -> str | None:
    try:
        return price_on(prices, **ask, on=on).entry.id
    except MissingInput:
        return None


@given(raw_entries(), asks, days)
@law(120)
def test_a_book_is_refused_exactly_where_two_could_win(entries: list[Plain], ask: Plain, on: date) -> None:
    """Comparing every entry with every other finds an overlap just where the book does, and it names two that meet.

    Two winners of any question are two that meet.
    """
    pairs = [(one, other) for index, one in enumerate(entries) for other in entries[:index]]
    meet = [(one, other) for one, other in pairs if oracle.can_meet(one, other)]
    assert meet or len(oracle.winners(entries, ask, on)) <= 1
    if not meet:
        assert len(book(entries).entries) == len(entries)
        return
    with pytest.raises(DocumentError) as raised:
        book(entries)
    assert raised.value.code == "prices-overlap"
    named = raised.value.found.split()
    both = {named[1], named[3]}
    found = next(pair for pair in meet if {one["id"] for one in pair} == both)
    assert f"in force on {max(one['effective_from'] for one in found)}" in raised.value.found


@given(sound_entries(), asks, days)
@law(160)
def test_one_wins_or_none(entries: list[Plain], ask: Plain, on: date) -> None:
    """The winner is the one of highest priority among those that apply, as the oracle judges; none is none.

    The other entries of the product are passed over, each for a reason that holds: by priority just where it applies.
    """
    won = oracle.winners(entries, ask, on)
    assert len(won) <= 1
    if not won:
        with pytest.raises(MissingInput, match="price-missing") as raised:
            price_on(book(entries), **ask, on=on)
        assert str(on) in raised.value.found
        return
    found = price_on(book(entries), **ask, on=on)
    told = {one.entry: one.cause for one in found.passed_over}
    assert (found.entry.id, len(told)) == (won[0], len(found.passed_over))
    assert {won[0], *told} == {entry["id"] for entry in entries if entry["sku"] == ask["sku"]}
    for entry in entries:
        if entry["id"] in told:
            assert oracle.applies(entry, ask, on) == (told[entry["id"]] == "lower_priority")


@given(sound_entries(), asks, days, st.randoms(use_true_random=False))
@law(60)
def test_the_order_of_entries_never_matters(entries: list[Plain], ask: Plain, on: date, chance: Any) -> None:
    """Shuffled entries give the same answer, the same text, the same warnings and the same history."""
    shuffled = list(entries)
    chance.shuffle(shuffled)
    one, other = book(entries), book(shuffled)
    told = [said(prices, ask, on) for prices in (one, other)]
    assert told[0] == told[1]
    assert [finding.found for finding in check_price_book(one)] == [
        finding.found for finding in check_price_book(other)
    ]
    span = Period(start=FIRST, end=day(SPAN))
    tables = [price_history(prices, **ask, period=span).table for prices in (one, other)]
    assert tables[0] == tables[1]


def said(prices: PriceBook, ask: Plain, on: date) -> str:
    try:
        return str(price_on(prices, **ask, on=on))
    except BillcoreError as error:
        return str(error)


@given(sound_entries(), asks, days, st.integers(1, SPAN + 2))
@law(100)
def test_a_history_is_what_each_day_would_answer(entries: list[Plain], ask: Plain, start: date, length: int) -> None:
    """The stretches tile the time, neighbors differ, and each day of each has the winner that it would be given."""
    span = Period(start=start, end=start + timedelta(days=length))
    prices = book(entries)
    history = price_history(prices, **ask, period=span)
    each = [one.entry.id if one.entry else None for one in history.stretches for _ in one.period.each_day()]
    assert oracle.day_by_day(entries, ask, span.start, span.end) == each
    assert [answer(prices, ask, on) for on in span.each_day()] == each
    edges = [span.start, *(one.period.end for one in history.stretches)]
    assert edges == [*(one.period.start for one in history.stretches), span.end]
    ids = [one.entry.id if one.entry else None for one in history.stretches]
    assert all(one != other for one, other in pairwise(ids))
    assert len(history.table) == len(history.stretches)
    assert sum(gap.days for gap in history.gaps) == each.count(None)


@given(sound_entries())
@law(60)
def test_a_gap_is_a_day_without_list_price_between_two(entries: list[Plain]) -> None:
    """The days of the warnings are those without a list price, after the first of a product and before its last."""
    warned = [finding.found for finding in check_price_book(book(entries))]
    counted = 0
    for sku in SKUS:
        listed = [entry for entry in entries if entry["sku"] == sku and oracle.applies_to_all(entry)]
        if listed:
            first, last = (edge(entry["effective_from"] for entry in listed) for edge in (min, max))
            between = oracle.day_by_day(listed, {"sku": sku}, date.fromisoformat(first), date.fromisoformat(last))
            counted += between.count(None)
    assert counted == sum(int(found.split(" for ")[1].split()[0]) for found in warned)


@given(sound_entries(), st.integers(0, SPAN - 2), st.integers(1, SPAN), asks, st.none() | days)
@law(120)
def test_a_contract_gets_the_price_of_every_day_or_none(
    entries: list[Plain], start: int, length: int, ask: Plain, as_of: date | None
) -> None:
    """Unpinned, the line's price is that of each of its days; pinned, that of the day; where there is none it is refused.

    Priced once, the contract is priced: a second time changes nothing.
    """
    version = ask["version"] or None
    span = Period(start=day(start), end=day(start + length))
    listed = {"kind": "listed", "version": version, "as_of": as_of}
    contract = Contract.read(
        {
            "id": ask["contract"] or "C-9",
            "customer": ask["customer"] or "initech",
            "entity": "US01",
            "currency": "USD",
            "billed_every": "month",
            "term": span,
            "lines": [{"id": "line", "sku": ask["sku"], "price": listed, "billed": "in_arrears"}],
        }
    )
    asked = {"sku": ask["sku"], "customer": contract.customer, "contract": contract.id, "version": version}
    pinned = as_of is not None or version is not None
    on = as_of or span.start
    won = oracle.day_by_day(entries, asked, on, on + timedelta(days=1) if pinned else span.end)
    prices = {entry["id"]: entry["price"]["unit_price"] for entry in entries}
    wanted = {prices[name] if name else "" for name in won}
    if "" in wanted:
        with pytest.raises(BillcoreError, match="price-missing"):
            with_prices(contract, book(entries))
        return
    priced = with_prices(contract, book(entries))
    on_each_day = [prices[name] for name in won]
    for number, price in enumerate(on_each_day):
        then = priced.as_of(span.start + timedelta(days=number)).line("line")
        assert str(then.price.unit_price) == price
    assert (priced.line("line").price_origin.entry, priced.line("line").price_origin.on) == (won[0], on)
    assert with_prices(priced, book([])) == priced
