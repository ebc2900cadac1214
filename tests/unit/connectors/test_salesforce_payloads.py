"""Payloads that are cut, doubled, mixed up, huge or hostile give findings, and never an exception."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from founding_book import DEALS, deal, read

LINE = "OpportunityLineItem"


def _codes(reading) -> set[str]:
    return {finding.code for finding in reading.findings}


def _only(reading, code: str, owner: str = "engineering"):
    assert [(code, owner)] == [(finding.code, finding.owner) for finding in reading.findings]
    assert reading.contract is None
    return reading.findings[0]


@pytest.mark.parametrize("kind", ["Account", "Opportunity", "Contract", LINE])
def test_a_record_that_is_not_in_the_file_is_named(kind: str) -> None:
    """A file without one of its four records is an incomplete export, not a deal of nobody."""
    data = deal("1")
    del data[kind]
    found = _only(read(data), "export-incomplete")
    assert kind in found.found


def test_what_stands_beside_a_missing_record_is_still_read() -> None:
    """A missing account hides no other finding."""
    data = deal("1")
    del data["Account"]
    data[LINE]["records"][0]["Billed__c"] = None
    assert {"export-incomplete", "billing-timing-unknown"} == _codes(read(data))


@pytest.mark.parametrize(
    ("change", "place"),
    [({"done": False}, "OpportunityLineItem.done"), ({"totalSize": 9}, "OpportunityLineItem.totalSize")],
)
def test_a_page_of_a_query_is_no_whole_query(change: dict[str, Any], place: str) -> None:
    """A truncated page, or fewer records than the query counts, holds the deal."""
    data = deal("1")
    data[LINE].update(change)
    assert place == _only(read(data), "export-incomplete").path


def test_a_truncated_page_of_tiers_is_found() -> None:
    """Half a tier table would be another price."""
    data = deal("3")
    data[LINE]["records"][1]["Price_Tiers__r"]["done"] = False
    assert "export-incomplete" in _codes(read(data))


def test_a_missing_line_is_found_by_the_amount() -> None:
    """Salesforce sums the lines into Amount: a line that did not arrive shows."""
    data = deal("4")
    data[LINE]["records"].pop(0)
    data[LINE]["totalSize"] = 1
    found = _only(read(data), "export-incomplete")
    assert found.path == "Opportunity.Amount"


def test_a_deal_without_lines_is_found() -> None:
    """A query that found no line is a deal that promises nothing."""
    data = deal("1")
    data[LINE] = {"totalSize": 0, "done": True, "records": []}
    _only(read(data), "lines-empty", "sales")


def test_two_lines_of_one_key_are_found() -> None:
    """Pieces are compared by line id: it is unique."""
    data = deal("2")
    for record in data[LINE]["records"]:
        record["Line_Key__c"] = "same"
    _only(read(data), "id-repeated", "sales")


def test_a_record_of_another_object_is_found() -> None:
    """A record that says it is another object's is not read as this one's."""
    data = deal("1")
    data["Account"]["attributes"]["type"] = "Lead"
    assert _only(read(data), "record-mismatch").path == "Account.attributes.type"


@pytest.mark.parametrize("wrong", [[], "text", 7, True])
@pytest.mark.parametrize("kind", ["Account", "Opportunity", "Contract", LINE])
def test_a_record_that_is_no_object_is_found(kind: str, wrong: object) -> None:
    """Every object's place in the file is checked before it is read."""
    reading = read({**deal("1"), kind: wrong})
    assert "record-malformed" in _codes(reading)
    assert reading.contract is None


@pytest.mark.parametrize("content", [b"[]", b'"deal"', b"7", b"null", b"{}"])
def test_a_file_that_holds_no_deal_is_found(content: bytes) -> None:
    """JSON that is something else than a deal gives findings."""
    reading = read(content)
    assert reading.is_held
    assert not reading.is_closed_won


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "json-malformed"),
        (b'{"Account": {', "json-malformed"),
        (b"\xff\xfe", "encoding-unknown"),
        (b'{"a": NaN}', "number-not-finite"),
        (b'{"a": 1, "a": 2}', "key-repeated"),
        (b"[" * 100_000, "limit-exceeded"),
        (b" " * 16_000_001, "limit-exceeded"),
        (b'{"a": "\\ud800"}', "text-malformed"),
    ],
)
def test_a_file_that_is_no_json_is_one_finding(content: bytes, code: str) -> None:
    """What cannot be parsed is one finding with a place, in well under a second."""
    began = time.process_time()
    _only(read(content), code)
    assert time.process_time() - began < 2


def test_a_number_that_no_float_holds_is_refused_by_its_digits() -> None:
    """A decimal bomb is a finding at once, not an integer of a million digits."""
    data = DEALS["1"].read_text(encoding="utf-8")
    for bomb in ("1E999999", "1e-999999", "9" * 100_000, "0." + "1" * 100_000):
        reading = read(data.replace('"UnitPrice": 120000.0', f'"UnitPrice": {bomb}').encode())
        assert {"number-malformed", "number-too-large"} & _codes(reading)
        assert all(len(str(finding)) < 1_000 for finding in reading.findings)


@pytest.mark.parametrize(
    "text", ["=cmd|'/c calc'!A0", "<script>alert(1)</script>", "'; DROP TABLE x;--", "\x00", "\u202e"]
)
def test_hostile_text_is_text_or_refused(text: str) -> None:
    """A name may hold any script's letters and signs; control and direction characters are refused."""
    data = deal("1")
    data["Account"]["Name"] = text
    reading = read(data)
    if text in ("\x00", "\u202e"):
        assert {"text-hidden-character"} == _codes(reading)
    else:
        assert text == reading.customer.name


def test_unmapped_prices_are_never_the_list_price() -> None:
    """A price in words beside a list price holds the deal; so does a flag without figures."""
    for change in ({"Custom_Price_Note__c": "95k first year"}, {"Custom_Price__c": True}):
        data = deal("2")
        data[LINE]["records"][0].update(change)
        found = _only(read(data), "price-unmapped", "sales")
        assert "Custom_Price" in found.path


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"TotalPrice": 119999.99}, "TotalPrice", "price-contradictory"),
        ({"Discount": 10.0}, "Discount", "price-contradictory"),
        ({"Discount": 10.0, "ListPrice": 130000.0}, "Discount", "price-contradictory"),
        ({"Discount": 10.0, "Quantity": None}, "Discount", "price-contradictory"),
        ({"Discount": 10.0, "TotalPrice": None}, "Discount", "price-contradictory"),
        ({"Discount": 120.0}, "Discount", "percent-out-of-range"),
    ],
)
def test_figures_that_contradict_each_other_hold_the_deal(change: dict[str, Any], path: str, code: str) -> None:
    """A Discount that fits neither reading of UnitPrice, ListPrice and TotalPrice is no price."""
    data = deal("2")
    data[LINE]["records"][0].update(UnitPrice=120000.0, ListPrice=120000.0, TotalPrice=120000.0)
    data[LINE]["records"][0].update(change)
    data["Opportunity"]["Amount"] = None
    assert f"{LINE}.records[0].{path}" == _only(read(data), code, "sales").path


def test_a_standard_discount_on_tiers_is_never_dropped() -> None:
    """The standard Discount works on UnitPrice; beside tiers it is held, not forgotten."""
    data = deal("3")
    data[LINE]["records"][1]["Discount"] = 10.0
    _only(read(data), "price-contradictory", "sales")


def test_two_discounts_of_one_line_are_found() -> None:
    """The standard Discount and the structured one may not both come off."""
    data = deal("1")
    data[LINE]["records"][0].update(Discount=20.0, TotalPrice=96000.0)
    data["Opportunity"]["Amount"] = 96000.0
    _only(read(data), "price-contradictory", "sales")


def test_a_unit_price_beside_tiers_is_found() -> None:
    """Where tiers are the price, a UnitPrice is a second one."""
    data = deal("3")
    data[LINE]["records"][1].update(UnitPrice=5.0, TotalPrice=5.0)
    data["Opportunity"]["Amount"] = 1205.0
    _only(read(data), "price-contradictory", "sales")


def test_a_term_that_disagrees_with_its_end_is_found() -> None:
    """36 months from 2026-01-01 do not end on 2029-01-01, which would be a day more."""
    data = deal("1")
    data["Contract"]["EndDate"] = "2029-01-01"
    found = _only(read(data), "term-contradictory", "sales")
    assert "2028-12-31" in found.expected


def test_the_four_currencies_are_named() -> None:
    """Account, opportunity, contract and entity are told with the code that each has."""
    data = deal("1")
    data["Opportunity"]["CurrencyIsoCode"] = "GBP"
    found = _only(read(data), "currency-mismatch", "sales")
    assert found.found == "contract USD, account USD, opportunity GBP, entity US01 USD"
    assert found.path == "Opportunity.CurrencyIsoCode"


def test_a_currency_that_the_books_are_not_kept_in_is_refused_for_now() -> None:
    """A deal that agrees in GBP with an entity that keeps USD books is held, and says what is not supported."""
    data = deal("1")
    for record in (data["Account"], data["Opportunity"], data["Contract"], data[LINE]["records"][0]):
        record["CurrencyIsoCode"] = "GBP"
    found = _only(read(data), "currency-not-functional", "finance")
    assert "not supported yet" in found.hint


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def _places(node: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [place for key, item in items for place in ((*path, key), *_places(item, (*path, key)))]


PLACES = {name: _places(deal(name)) for name in ("1", "2", "3", "4", "5")}


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_random_mutations_give_findings_or_a_contract(data: st.DataObject) -> None:
    """Whatever stands in up to three places of a deal, reading it never raises."""
    name = data.draw(st.sampled_from(sorted(PLACES)))
    content = deal(name)
    for place in data.draw(st.lists(st.sampled_from(PLACES[name]), min_size=1, max_size=3)):
        node: Any = content
        try:
            for key in place[:-1]:
                node = node[key]
            node[place[-1]] = data.draw(JSON)
        except (TypeError, KeyError, IndexError):
            continue  # an earlier mutation has taken the place away
    reading = read(json.dumps(content).encode())
    assert (reading.contract is None) == (reading.is_held or not reading.is_closed_won)


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_random_json_gives_findings(content: object) -> None:
    """JSON that is no deal is held."""
    assert read(json.dumps(content).encode()).is_held


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_give_findings(content: bytes) -> None:
    """Bytes that are no deal are held."""
    assert read(content).is_held


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 8_000), st.binary(min_size=1, max_size=3))
def test_a_damaged_file_is_found_or_harmless(at: int, damage: bytes) -> None:
    """Bytes written over a good file never raise."""
    content = DEALS["4"].read_bytes()
    read(content[:at] + damage + content[at + len(damage) :])
