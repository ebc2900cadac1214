"""CSV files as people save them: every malformed cell is a finding with file, line and column name, all at once."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billcore.connectors.csv_cells import documents_of, filled
from billcore.connectors.csv_rows import Rows, read_rows
from billcore.connectors.tabular import (
    DELIVERY_COLUMNS,
    PAYMENT_COLUMNS,
    TAX_COLUMNS,
    USAGE_COLUMNS,
    payment_data,
    read_deliveries,
    read_tax,
    read_usage,
)
from billcore.contract.facts import Facts
from billcore.contract.parties import Customer
from billcore.core.errors import MissingInput
from billcore.core.limits import Limits
from billcore.gl.columns import ACCESS_COLUMNS, CHART_COLUMNS, MAPPING_COLUMNS, access_fields
from founding_book import BOOK

USAGE = "contract,line,period,quantity,is_complete\n"
DELIVERIES = "contract,line,milestone,on,reference\n"
TAX = "id,jurisdiction,tax_class,name,rate,valid_from,valid_to,reason\n"


def _usage(text: str):
    rows = read_rows(USAGE + text, file="usage.csv", columns=USAGE_COLUMNS, owner="engineering")
    facts, findings = read_usage(rows)
    return facts, (*rows.findings, *findings)


def _deliveries(text: str):
    return read_deliveries(read_rows(DELIVERIES + text, file="deliveries.csv", columns=DELIVERY_COLUMNS))


def _tax(text: str):
    return read_tax(read_rows(TAX + text, file="tax.csv", columns=TAX_COLUMNS, owner="finance"))


def _told(findings) -> list[tuple[str, int, str]]:
    return [(finding.code, finding.line, finding.path) for finding in findings]


def _table(text: bytes | str, **options: object) -> Rows:
    return read_rows(text, file="t.csv", columns=("id", "note"), **options)


@pytest.mark.parametrize(
    "text",
    [
        b"id,note\n1,a\n2,b\n",
        b"\xef\xbb\xbfid,note\r\n1,a\r\n2,b",
        b"id;note\n1;a\n2;b\n",
        b"\n\nid,note\n\n1,a\n , \n2,b\n\n",
        b'"note","id"\n"a","1"\nb,2\n',
    ],
    ids=["plain", "byte order mark and crlf", "semicolon", "blank lines", "quoted and permuted"],
)
def test_spellings_of_one_table_are_one_table(text: bytes) -> None:
    """Byte order mark, line ends, separator, blank lines and the order of columns do not matter."""
    rows = _table(text)
    assert rows.findings == ()
    assert [dict(row.cells) for row in rows.rows] == [{"id": "1", "note": "a"}, {"id": "2", "note": "b"}]


def test_rows_know_their_line() -> None:
    """A row is named by the line it starts on, also behind blank lines and cells of several lines."""
    rows = _table('id,note\n\n1,"a\nb"\n2,c\n')
    assert [row.line for row in rows.rows] == [3, 5]
    assert rows.rows[0].cells["note"] == "a\nb"


def test_the_separator_is_told_by_the_header_alone() -> None:
    """A semicolon inside a cell of a comma file is text, and the other way round."""
    assert _table("id,note\n1,a;b;c\n").rows[0].cells["note"] == "a;b;c"
    assert _table("id;note\n1;a,b,c\n").rows[0].cells["note"] == "a,b,c"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", [("header-missing", 1, "")]),
        (b"\n \n", [("header-missing", 1, "")]),
        (b"id\n1\n", [("column-missing", 1, "note")]),
        (b"id,note,color\n1,a,b\n", [("column-unknown", 1, "color")]),
        (b"id,note,\n1,a,\n", [("column-unknown", 1, "")]),
        (b"id,note,id\n1,a,2\n", [("column-repeated", 1, "id")]),
        (b"ID,note\n1,a\n", [("column-missing", 1, "id"), ("column-unknown", 1, "ID")]),
        (b"id,note\n1\n2,a,b\n3,c\n", [("row-ragged", 2, ""), ("row-ragged", 3, "")]),
        (b'id,note\n1,a\n2,"never closed\n3,b\n', [("csv-malformed", 3, "")]),
        (b'id,note\n1,"a"b\n', [("csv-malformed", 2, "")]),
        (b"id,note\n1,M\xfcller\n", [("encoding-unknown", 2, "")]),
        (b"id,note\n1," + b"x" * 200_000 + b"\n", [("csv-malformed", 2, "")]),
    ],
)
def test_a_malformed_table_is_found_by_line(text: bytes, told: list[tuple[str, int, str]]) -> None:
    """Header, row lengths, quotes and encoding are judged before any cell is."""
    rows = _table(text)
    assert told == _told(rows.findings)
    assert {"t.csv"} == {finding.file for finding in rows.findings}


def test_good_rows_beside_bad_ones_are_kept() -> None:
    """A ragged row is left out, its neighbors are not; the first of two equal columns stays."""
    assert [row.cells["id"] for row in _table("id,note\n1\n3,c\n").rows] == ["3"]
    assert _table("id,note,id\n1,a,2\n").rows[0].cells["id"] == "1"


def test_a_file_above_the_limit_is_not_read() -> None:
    """Size is looked at first."""
    assert _told(_table(b"x" * 11, limits=Limits(file_bytes=10)).findings) == [("limit-exceeded", 0, "")]


def test_usage_is_read_by_month_or_by_date() -> None:
    """YYYY-MM is the first of that month; equal rows count once."""
    facts, findings = _usage(
        "C-1,api,2025-03,61234,true\nC-1,api,2025-03-01,61234,TRUE\nC-1,api,2025-04-15,1.5,false\n"
    )
    assert findings == ()
    assert [(date(2025, 3, 1), Decimal(61234), True), (date(2025, 4, 15), Decimal("1.5"), False)] == [
        (fact.start, fact.quantity, fact.is_complete) for fact in facts
    ]


def test_only_complete_reports_are_usage() -> None:
    """A window that is not complete is not reported, and what is not reported is not zero."""
    facts, _ = _usage("C-1,api,2025-03,0,true\nC-1,api,2025-04,5,false\nC-2,api,2025-03,9,true\n")
    assert {date(2025, 3, 1): Decimal(0)} == Facts(usage=facts).usage_of("C-1", "api")
    assert Facts(usage=facts).usage_of("C-1", "other") == {}


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (",api,2025-03,1,true", "cell-empty", "contract"),
        ("C 1,api,2025-03,1,true", "text-malformed", "contract"),
        ("C-1,=api,2025-03,1,true", "text-malformed", "line"),
        ("C-1,api,,1,true", "cell-empty", "period"),
        ("C-1,api,2025-3,1,true", "date-malformed", "period"),
        ("C-1,api,2025-13,1,true", "date-malformed", "period"),
        ("C-1,api,03/2025,1,true", "date-malformed", "period"),
        ("C-1,api,2025-02-29,1,true", "date-malformed", "period"),
        ("C-1,api,2025-03,,true", "cell-empty", "quantity"),
        ("C-1,api,2025-03,-1,true", "number-negative", "quantity"),
        ("C-1,api,2025-03,1e3,true", "number-malformed", "quantity"),
        ("C-1,api,2025-03, 1,true", "number-malformed", "quantity"),
        ('C-1,api,2025-03,"1,000",true', "number-malformed", "quantity"),
        ("C-1,api,2025-03,NaN,true", "number-malformed", "quantity"),
        ("C-1,api,2025-03,1234567890123456789,true", "number-too-large", "quantity"),
        ("C-1,api,2025-03,1.1234567890123,true", "number-too-large", "quantity"),
        ("C-1,api,2025-03,\u0661,true", "number-malformed", "quantity"),
        ("C-1,api,2025-03,1,", "cell-empty", "is_complete"),
        ("C-1,api,2025-03,1,yes", "choice-unknown", "is_complete"),
    ],
)
def test_a_malformed_usage_cell_is_found(row: str, code: str, column: str) -> None:
    """Each wrong cell has its line, its column's name, what was found and what is expected."""
    facts, findings = _usage(f"C-9,api,2025-03,7,true\n{row}\n")
    assert [(code, 3, column)] == _told(findings)
    assert (findings[0].file, findings[0].owner) == ("usage.csv", "engineering")
    assert findings[0].found
    assert findings[0].expected
    assert len(facts) == 1


def test_every_wrong_cell_of_a_row_is_found() -> None:
    """Five wrong cells are five findings."""
    _, findings = _usage("C 1,,never,many,perhaps\n")
    assert [finding.path for finding in findings] == ["contract", "line", "period", "quantity", "is_complete"]


def test_usage_that_is_said_twice_differently_counts_not_at_all() -> None:
    """Which of two quantities is right is for people to say; the finding names both lines."""
    facts, findings = _usage("C-1,api,2025-03,5,true\nC-1,api,2025-04,5,true\nC-1,api,2025-03-01,6,true\n")
    assert _told(findings) == [("usage-differs", 4, "quantity")]
    assert "line 2" in findings[0].found
    assert [date(2025, 4, 1)] == [fact.start for fact in facts]


def test_deliveries_are_read() -> None:
    """A point in time has no milestone; the same row twice counts once."""
    facts, findings = _deliveries("C-1,setup,,2026-02-20,doc\nC-1,setup,,2026-02-20,doc\nC-1,job,m1,2026-03-01,\n")
    known = Facts(deliveries=facts)
    assert findings == ()
    assert date(2026, 2, 20) == known.delivered_on("C-1", "setup")
    assert date(2026, 3, 1) == known.delivered_on("C-1", "job", "m1")
    assert known.delivered_on("C-1", "job", "m2") is None


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (",setup,,2026-02-20,", "cell-empty", "contract"),
        ("C-1,set up,,2026-02-20,", "text-malformed", "line"),
        ("C-1,setup,m 1,2026-02-20,", "text-malformed", "milestone"),
        ("C-1,setup,,,", "cell-empty", "on"),
        ("C-1,setup,,20.02.2026,", "date-malformed", "on"),
        ("C-1,setup,,2026-02-20,a\u202eb", "text-hidden-character", "reference"),
        ("C-1,setup,,2026-02-20," + "x" * 2_001, "text-malformed", "reference"),
    ],
)
def test_a_malformed_delivery_cell_is_found(row: str, code: str, column: str) -> None:
    """A delivery with a wrong cell is no delivery."""
    facts, findings = _deliveries(f"{row}\n")
    assert [(code, 2, column)] == _told(findings)
    assert facts == ()


def test_a_delivery_on_two_days_is_found() -> None:
    """Something is delivered once."""
    facts, findings = _deliveries("C-1,setup,,2026-02-20,\nC-1,setup,,2026-02-21,\n")
    assert _told(findings) == [("delivery-differs", 3, "on")]
    assert facts == ()


def test_the_tax_table_is_read() -> None:
    """A rate stands in its cell over its days; where no row stands, nothing is assumed."""
    table, findings = _tax(
        "A,DE,software,VAT 16 %,16,2020-07-01,2021-01-01,\nB,DE,software,VAT 19 %,19.00,2021-01-01,,\n"
    )
    assert findings == ()
    assert table.find("DE", "software", date(2020, 12, 31)).id == "A"
    assert table.find("DE", "software", date(2021, 1, 1)).id == "B"
    with pytest.raises(MissingInput):
        table.find("DE", "services", date(2021, 1, 1))


@pytest.mark.parametrize(
    ("rows", "code", "line", "column"),
    [
        ("A 1,DE,s,VAT,19,2021-01-01,,\n", "text-malformed", 2, "id"),
        ("A,DE,s,,19,2021-01-01,,\n", "field-missing", 2, "name"),
        ("A,DE,s,VAT,19%,2021-01-01,,\n", "number-malformed", 2, "rate"),
        ("A,DE,s,VAT,190,2021-01-01,,\n", "percent-out-of-range", 2, "rate"),
        ("A,DE,s,VAT,19,01.01.2021,,\n", "date-malformed", 2, "valid_from"),
        ("A,DE,s,VAT,19,,,\n", "field-missing", 2, "valid_from"),
        ("A,DE,s,VAT,19,2021-01-01,2021-01-01,\n", "interval-empty", 2, "valid_to"),
        ("A,DE,s,VAT,0,2021-01-01,,\n", "reason-missing", 2, "reason"),
        ("A,DE,s,VAT,19,2021-01-01,2022-01-01,\nA,DE,s,VAT,19,2022-01-01,,\n", "id-repeated", 3, "id"),
        ("A,DE,s,VAT,19,2021-01-01,,\nB,DE,s,VAT,16,2020-01-01,2021-01-02,\n", "tax-rows-overlap", 3, "valid_from"),
    ],
)
def test_a_malformed_tax_row_is_found(rows: str, code: str, line: int, column: str) -> None:
    """Each wrong cell of the tax table is finance's to mend."""
    _, findings = _tax(rows)
    assert [(code, line, column)] == _told(findings)
    assert {"finance"} == {finding.owner for finding in findings}


def test_rows_become_documents_with_their_lines() -> None:
    """Any document can stand in a row; what it refuses is found in the column of its field."""
    rows = read_rows("id,name\na,Anna\nb b,\n", file="c.csv", columns=("id", "name"), owner="sales")
    made, findings = documents_of(rows, Customer, filled)
    assert [(2, Customer(id="a", name="Anna"))] == list(made)
    assert _told(findings) == [("text-malformed", 3, "id"), ("field-missing", 3, "name")]
    assert documents_of(read_rows("id\na\n", file="c.csv", columns=("id", "name")), Customer, filled) == ((), ())


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("usage.csv", USAGE_COLUMNS),
        ("deliveries.csv", DELIVERY_COLUMNS),
        ("tax.csv", TAX_COLUMNS),
        ("chart.csv", CHART_COLUMNS),
        ("gl_access.csv", ACCESS_COLUMNS),
        ("gl_mapping.csv", MAPPING_COLUMNS),
        ("payments.csv", PAYMENT_COLUMNS),
    ],
)
def test_the_tables_of_the_book_have_their_columns(name: str, columns: tuple[str, ...]) -> None:
    """Every CSV file of the founding book is a whole table."""
    rows = read_rows((BOOK / name).read_bytes(), file=name, columns=columns)
    assert rows.findings == ()
    assert rows.rows
    assert columns == rows.columns


def test_the_facts_of_the_book_are_whole() -> None:
    """Usage for every month of deals 2 and 3, four deliveries in four months, no finding."""
    usage, found = read_usage(read_rows((BOOK / "usage.csv").read_bytes(), file="u", columns=USAGE_COLUMNS))
    delivered, also = read_deliveries(
        read_rows((BOOK / "deliveries.csv").read_bytes(), file="d", columns=DELIVERY_COLUMNS)
    )
    _, tax = read_tax(read_rows((BOOK / "tax.csv").read_bytes(), file="t", columns=TAX_COLUMNS))
    facts = Facts(usage=usage, deliveries=delivered)
    assert (*found, *also, *tax) == ()
    assert Decimal(12345) == facts.usage_of("C-2001", "units")[date(2026, 1, 1)]
    assert Decimal(61234) == facts.usage_of("C-1003", "api_calls")[date(2025, 3, 1)]
    months = sorted(facts.usage_of("C-2001", "units"))
    assert [date(2026 + n // 12, n % 12 + 1, 1) for n in range(36)] == months
    assert [date(2025 + (n + 2) // 12, (n + 2) % 12 + 1, 1) for n in range(12)] == sorted(
        facts.usage_of("C-1003", "api_calls")
    )
    assert len({(fact.on.year, fact.on.month) for fact in delivered}) == 4


def test_payments_and_access_rows_are_plain_data() -> None:
    """Amount and currency become one amount, joined keys a list."""
    row = read_rows((BOOK / "payments.csv").read_bytes(), file="p", columns=PAYMENT_COLUMNS).rows[0]
    assert payment_data(row.cells)["amount"] == {"amount": "1200.00", "currency": "USD"}
    access = read_rows((BOOK / "gl_access.csv").read_bytes(), file="a", columns=ACCESS_COLUMNS)
    steps = {one["role"]: one["steps"] for one in access_fields(row.cells for row in access.rows)}
    assert {"keys": ["entity", "product_class", "revenue_treatment"]} == steps["revenue"][0]
    assert {"keys": ["entity", "tax_row"]} == steps["tax_payable"][0]


def test_hostile_files_cost_one_pass() -> None:
    """Megabytes of quotes, separators or blank lines are read or refused in seconds."""
    for text in (
        b'"' * 2_000_000,
        b"id,note\n" + b"," * 2_000_000,
        b"\n" * 2_000_000,
        b'id,note\n1,"' + b"a\n" * 500_000,
    ):
        began = time.process_time()
        _table(text)
        assert time.process_time() - began < 5


@given(st.binary(max_size=120))
def test_random_bytes_never_raise(data: bytes) -> None:
    """Bytes are rows or findings."""
    for reader, head in ((read_usage, USAGE), (read_deliveries, DELIVERIES), (read_tax, TAX)):
        columns = tuple(head.strip().split(","))
        reader(read_rows(head.encode() + data, file="x.csv", columns=columns))
        reader(read_rows(data, file="x.csv", columns=columns))


def test_tabs_between_cells_are_one_finding() -> None:
    """A table saved with tabs is told once, with what to do, and not as a column that is missing for each name."""
    (found,) = read_rows("contract\tline\nC-1\tx\n", file="t.csv", columns=("contract", "line")).findings
    assert ("csv-malformed", 1) == (found.code, found.line)
    assert "comma or semicolon" in found.expected
