"""Usage records: what a field may hold, how it is kept, and how rows of plain data are read."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from billcore.core.canonical import canonical_bytes, decode
from billcore.core.document import Document
from billcore.core.errors import BillcoreError, DocumentError, LimitExceeded
from billcore.periods.period import Period
from billcore.usage import UsageRecord, UsageReport, read_records
from billcore.usage.records import check_records

SECONDS = 0.1
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAIVE = NOON.replace(tzinfo=None)
MARCH = Period(start=date(2026, 3, 1), end=date(2026, 4, 1))
MILLION_DIGITS = 10**1_000_000


def record(**given: Any) -> UsageRecord:
    return UsageRecord(**({"id": "e-1", "meter": "api", "at": NOON} | given))


def refusal(call: Callable[[], object]) -> BillcoreError:
    """The refusal of a call, which comes in under 100 ms and 1,000 characters."""
    start = time.process_time()
    with pytest.raises(BillcoreError) as caught:
        call()
    assert time.process_time() - start < SECONDS
    assert len(str(caught.value)) <= 1_000
    return caught.value


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"id": ""}, "text-malformed", "id"),
    ({"id": "a b"}, "text-malformed", "id"),
    ({"id": "a\n"}, "text-malformed", "id"),
    ({"id": "\uff11"}, "text-malformed", "id"),
    ({"id": "x" * 121}, "text-malformed", "id"),
    ({"id": "x" * 10**7}, "text-malformed", "id"),
    ({"id": 5}, "text-malformed", "id"),
    ({"id": MILLION_DIGITS}, "text-malformed", "id"),
    ({"id": None}, "text-malformed", "id"),
    ({"meter": "-api"}, "text-malformed", "meter"),
    ({"meter": ["api"]}, "text-malformed", "meter"),
    ({"at": NAIVE}, "instant-naive", "at"),
    ({"at": date(2026, 3, 1)}, "instant-malformed", "at"),
    ({"at": "2026-03-01T00:00:00Z"}, "instant-malformed", "at"),
    ({"at": 1_772_323_200}, "instant-malformed", "at"),
    ({"at": datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5)))}, "date-out-of-range", ""),
    ({"at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5)))}, "date-out-of-range", ""),
    ({"value": 1.5}, "float-amount", "value"),
    ({"value": float("nan")}, "float-amount", "value"),
    ({"value": True}, "number-malformed", "value"),
    ({"value": None}, "number-malformed", "value"),
    ({"value": "1e3"}, "number-malformed", "value"),
    ({"value": "1,5"}, "number-malformed", "value"),
    ({"value": " 1"}, "number-malformed", "value"),
    ({"value": "1\n"}, "number-malformed", "value"),
    ({"value": ""}, "number-malformed", "value"),
    ({"value": "\uff11"}, "number-malformed", "value"),
    ({"value": Decimal("NaN")}, "number-malformed", "value"),
    ({"value": MILLION_DIGITS}, "number-too-large", "value"),
    ({"value": "9" * 19}, "number-too-large", "value"),
    ({"value": "0." + "1" * 13}, "number-too-large", "value"),
    ({"properties": "a=b"}, "value-malformed", "properties"),
    ({"properties": None}, "value-malformed", "properties"),
    ({"properties": ["ab"]}, "value-malformed", "properties"),
    ({"properties": {"a b": "x"}}, "text-malformed", "properties"),
    ({"properties": {1: "x"}}, "text-malformed", "properties"),
    ({"properties": {"a": 1}}, "text-malformed", "properties.a"),
    ({"properties": {"a": None}}, "text-malformed", "properties.a"),
    ({"properties": {"a": {"b": "c"}}}, "text-malformed", "properties.a"),
    ({"properties": {"a": "x" * 501}}, "text-malformed", "properties.a"),
    ({"properties": {"a": "x\x00"}}, "text-hidden-character", "properties.a"),
    ({"properties": {"a": "\u202ex"}}, "text-hidden-character", "properties.a"),
    ({"properties": {"a": "\ud800"}}, "text-hidden-character", "properties.a"),
    ({"properties": [("a", "1"), ("a", "2")]}, "value-repeated", "properties"),
    ({"properties": {f"p{n}": "" for n in range(51)}}, "limit-exceeded", "properties"),
    ({"properties": ((f"p{n}", "") for n in range(10**9))}, "limit-exceeded", "properties"),
    ({"known_at": NAIVE}, "instant-naive", "known_at"),
    ({"replaces": ""}, "text-malformed", "replaces"),
    ({"replaces": 5}, "text-malformed", "replaces"),
]


@pytest.mark.parametrize(("given", "code", "path"), BAD)
def test_a_bad_field_is_refused_with_its_place(given: dict[str, Any], code: str, path: str) -> None:
    """Whatever a field is given, it is kept exactly or refused by our own error."""
    error = refusal(lambda: record(**given))
    assert (code, path) == (error.code, error.path)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (1, "1"),
        ("1.50", "1.5"),
        (Decimal("1.50"), "1.5"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("0.000000000001", "0.000000000001"),
        ("-2.5", "-2.5"),
        (-7, "-7"),
        ("999999999999999999.999999999999", "999999999999999999.999999999999"),
        ("100", "100"),
    ],
)
def test_a_value_is_kept_exactly_in_its_shortest_text(given: Any, kept: str) -> None:
    """Every spelling of one number is one value."""
    assert kept == record(value=given).value


def test_defaults_and_spellings() -> None:
    """One unit by default; instants are kept in UTC; properties stand in the order of their names."""
    here = datetime(2026, 3, 1, 14, tzinfo=timezone(timedelta(hours=2)))
    one = record(at=here, properties={"b": "2", "a": "1"}, known_at=here)
    assert ("1", NOON, NOON, (("a", "1"), ("b", "2"))) == (one.value, one.at, one.known_at, one.properties)
    assert one == record(properties=(("a", "1"), ("b", "2")), known_at=NOON)
    assert one.at.tzinfo is UTC
    assert ("1", None) == (one.said("a"), one.said("c"))


def test_a_record_has_bytes_and_comes_back_from_them() -> None:
    """A record can be stored and hashed."""
    one = record(value="2.5", properties={"b": "\u00e9"}, known_at=NOON, replaces="e-0")
    assert one == decode(canonical_bytes(one), UsageRecord)


class Batch(Document):
    """The smallest document with a record in it."""

    record: UsageRecord


def test_a_record_may_stand_in_a_document() -> None:
    """It is written as an object, and a bad field is told with its place."""
    plain = {"id": "e-1", "meter": "api", "at": "2026-03-01T13:00:00+01:00", "value": "2.50", "properties": {"a": "1"}}
    assert record(value="2.5", properties={"a": "1"}) == Batch.read({"record": plain}).record
    for field, given, code in [
        ("value", 1.5, "float-amount"),
        ("at", "2026-03-01T13:00:00", "instant-naive"),
        ("properties", {"a": 5}, "text-malformed"),
    ]:
        with pytest.raises(DocumentError) as caught:
            Batch.read({"record": plain | {field: given}})
        assert (code, f"record.{field}") == (caught.value.code, caught.value.path)


def test_a_list_of_records_names_the_first_that_is_none() -> None:
    """A dict among records, a text instead of them, and too many are refused."""
    assert "records[1]" == refusal(lambda: check_records([record(), {"id": "e-1"}])).path
    for wrong in ("e-1", b"e-1", {"e-1": record()}, None, 5):
        assert "list-malformed" == refusal(lambda given=wrong: check_records(given)).code
    many = [record()] * 1_000_001
    error = refusal(lambda: check_records(many))
    assert (LimitExceeded, "limit-exceeded") == (type(error), error.code)
    with pytest.raises(LimitExceeded):
        check_records(one for one in many)
    assert len(check_records(one for one in many[:2])) == 2


def test_a_report_is_about_one_meter() -> None:
    """A report holds records of its meter alone, in a tuple, and says whether they are all."""
    report = UsageReport(meter="api", period=MARCH, records=[record()])  # type: ignore[arg-type]
    assert ((record(),), True) == (report.records, report.is_complete)
    bad: list[tuple[dict[str, Any], str, str]] = [
        ({"records": [record(), record(meter="disk")]}, "usage-meters-mixed", "records[1].meter"),
        ({"records": [5]}, "argument-wrong", "records[0]"),
        ({"period": "2026-03"}, "period-malformed", "period"),
        ({"is_complete": 1}, "argument-wrong", "is_complete"),
        ({"meter": ""}, "text-malformed", "meter"),
    ]
    for given, code, path in bad:
        error = refusal(lambda given=given: UsageReport(**({"meter": "api", "period": MARCH} | given)))
        assert (code, path) == (error.code, error.path)


ROW = {"id": "e-1", "meter": "api", "at": "2026-03-01T13:00:00+01:00"}


@pytest.mark.parametrize(
    "at",
    ["2026-03-01T12:00:00Z", "2026-03-01 12:00:00Z", "2026-03-01T12:00Z", "2026-03-01T07:00:00.000000-05:00", NOON],
)
def test_an_instant_is_read_from_text_with_an_offset(at: object) -> None:
    """ISO 8601 with an offset or Z, or a datetime."""
    found, findings = read_records([ROW | {"at": at}])
    assert ((record(),), ()) == (found, findings)


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2026-03-01T12:00:00", "instant-naive"),
        ("2026-03-01", "instant-malformed"),
        ("2026-03-01T12:00:00.1234567Z", "instant-malformed"),
        ("2026-02-30T12:00:00Z", "instant-malformed"),
        ("2026-03-01T24:00:00Z", "instant-malformed"),
        ("2026-03-01T23:59:60Z", "instant-malformed"),
        ("2026-03-01T12:00:00+25:00", "instant-malformed"),
        ("20260301T120000Z", "instant-malformed"),
        ("2026-W09-7T12:00:00Z", "instant-malformed"),
        ("\uff12026-03-01T12:00:00Z", "instant-malformed"),
        ("2026-03-01T12:00:00Z\n", "instant-malformed"),
        ("9999-12-31T23:00:00-05:00", "date-out-of-range"),
        ("", "instant-malformed"),
        ("2" * 10**6, "instant-malformed"),
        (1_772_323_200, "instant-malformed"),
        (1_772_323_200.5, "instant-malformed"),
        (None, "instant-malformed"),
    ],
)
def test_a_bad_instant_is_a_finding(at: object, code: str) -> None:
    """Nothing is read that would lose a digit or guess a zone."""
    found, findings = read_records([ROW | {"at": at}])
    assert ((), [code]) == (found, [one.code for one in findings])


def test_every_problem_of_every_row_is_found_at_once() -> None:
    """The sound rows are read, the others told with index, field and id."""
    rows: list[Any] = [
        ROW,
        ROW | {"id": "e-2", "value": 1.5, "at": "yesterday", "color": "red", 5: "x"},
        {"meter": "api", "properties": {"a": 1}},
        "e-4",
        ROW | {"id": "e-5", "known_at": None, "replaces": None, "value": "2", "properties": {"a": "b"}},
    ]
    found, findings = read_records(rows)
    assert ["e-1", "e-5"] == [one.id for one in found]
    expected = [
        ("[1].at", "instant-malformed", "e-2"),
        ("[1].value", "float-amount", "e-2"),
        ("[1]", "field-unknown", "e-2"),
        ("[1]", "field-unknown", "e-2"),
        ("[2].id", "field-missing", ""),
        ("[2].at", "field-missing", ""),
        ("[2].properties.a", "text-malformed", ""),
        ("[3]", "value-malformed", ""),
    ]
    assert expected == [(one.path, one.code, one.subject) for one in findings]


@pytest.mark.parametrize("rows", ["rows", None, 5, {"id": "e-1"}, b"x"])
def test_what_is_no_list_of_rows_is_refused(rows: Any) -> None:
    """A single mapping is not taken for a list of them."""
    assert "list-malformed" == refusal(lambda: read_records(rows)).code


def test_a_record_can_be_made_again_with_changes() -> None:
    """The fields are checked again."""
    assert "2" == msgspec.structs.replace(record(), value=2).value
    with pytest.raises(DocumentError):
        msgspec.structs.replace(record(), value=0.5)
