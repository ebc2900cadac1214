"""Tables: what fits, and their four forms."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billcore.core.errors import InvariantBroken
from billcore.core.table import Column, Table
from billcore.money.amount import Amount
from support.payloads import FORMULAS, HOSTILE, MARKUP

COLUMNS = (
    Column(name="name", kind="text", header="Name"),
    Column(name="on", kind="date", header="On"),
    Column(name="count", kind="integer", header="Count"),
    Column(name="rate", kind="decimal", header="Rate"),
    Column(name="currency", kind="text", header="Cur."),
    Column(name="amount", kind="money", header="Amount"),
)


def table(*rows: tuple[Any, ...], columns: tuple[Column, ...] = COLUMNS) -> Table:
    """A table with a column of each kind."""
    return Table(name="sample", columns=columns, rows=rows)


def usd(text: str) -> Amount:
    """Dollars."""
    return Amount.of(text, "USD")


SAMPLE = table(
    ("Müller & Söhne", date(2026, 1, 31), 1_234, Decimal("0.0040"), "USD", usd("-1234567.80")),
    ("東京", None, 0, None, "JPY", Amount.of("5", "JPY")),
    ("", date(2028, 2, 29), None, Decimal("-19"), "USD", None),
)


def test_text_is_aligned() -> None:
    """Numbers stand at the right with thousands apart, texts at the left, empty cells are empty."""
    expected = """\
Name            On          Count   Rate  Cur.         Amount
--------------  ----------  -----  -----  ----  -------------
Müller & Söhne  2026-01-31  1,234  0.004  USD   -1,234,567.80
東京                            0         JPY               5
                2028-02-29           -19  USD"""
    assert expected == SAMPLE.to_text()


def test_csv_is_plain_numbers() -> None:
    """Numbers in CSV have no groups, a negative amount stays a number, lines end with CR LF."""
    assert (
        "name,on,count,rate,currency,amount\r\n"
        "Müller & Söhne,2026-01-31,1234,0.004,USD,-1234567.80\r\n"
        "東京,,0,,JPY,5\r\n"
        ",2028-02-29,,-19,USD,\r\n"
    ) == SAMPLE.to_csv()


def test_data_is_json() -> None:
    """Money is its text beside its currency, days are ISO, and nothing is a float."""
    data = SAMPLE.to_dicts()
    assert {
        "name": "Müller & Söhne",
        "on": "2026-01-31",
        "count": 1234,
        "rate": "0.004",
        "currency": "USD",
        "amount": {"amount": "-1234567.80", "currency": "USD"},
    } == data[0]
    assert {"name": "", "on": "2028-02-29", "count": None, "rate": "-19", "currency": "USD", "amount": None} == data[2]
    assert data == json.loads(json.dumps(data))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_csv_survives_hostile_text(text: str) -> None:
    """A reader of RFC 4180 finds one row of the same cells, and no cell begins like a formula."""
    made = table((text, None, 1, None, "USD", usd("-1.00")))
    rows = list(csv.reader(io.StringIO(made.to_csv(), newline=""), strict=True))
    assert 2 == len(rows)
    assert ["1", "", "USD", "-1.00"] == rows[1][2:]
    assert not rows[1][0].startswith(tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20"))


@pytest.mark.parametrize("text", FORMULAS, ids=range(len(FORMULAS)))
def test_csv_gives_the_text_back(text: str) -> None:
    """Taking one leading apostrophe off gives the text as it is shown; raw output needs no taking off."""
    made = table((text, None, 1, None, "USD", None))
    guarded = list(csv.reader(io.StringIO(made.to_csv(), newline="")))[1][0]
    raw = list(csv.reader(io.StringIO(made.to_csv(raw=True), newline="")))[1][0]
    assert raw == guarded.removeprefix("'")


@pytest.mark.parametrize("place", range(2))
@pytest.mark.parametrize("text", MARKUP, ids=range(len(MARKUP)))
def test_html_escapes_every_text(text: str, place: int) -> None:
    """A payload in a cell, the caption or a header is text, not markup."""
    columns = (Column(name="a", kind="text", header=text if place else "A"),)
    shown = Table(name=text, columns=columns, rows=((text,),))._repr_html_()
    for tag in ("<script", "<img", "<b>", "<a ", "<svg"):
        assert tag not in shown
    assert 1 == shown.count("<table>") == shown.count("</table>")
    assert 1 == shown.count("</td>")


def test_html_is_exact() -> None:
    """The markup is a caption, a head and a body, numbers at the right."""
    made = table(("a<b", None, 2, None, "USD", usd("1200.00")), columns=COLUMNS)
    assert '<td style="text-align:left">a&lt;b</td>' in made._repr_html_()
    assert '<td style="text-align:right">1,200.00</td>' in made._repr_html_()
    assert made._repr_html_().startswith("<table>\n<caption>sample</caption>\n<thead><tr><th ")


def test_html_has_a_limit_of_rows_and_bytes() -> None:
    """A long table tells how many rows it left out; no table passes 50 KB, however wide its cells."""
    narrow = table(*((f"row {n}", None, n, None, "USD", None) for n in range(1_000)))
    wide = table(*(("&" * 5_000, None, n, None, "USD", None) for n in range(1_000)))
    emoji = table(*(("🧾" * 5_000, None, n, None, "USD", None) for n in range(1_000)))
    assert "800 more" in narrow._repr_html_()
    for made in (narrow, wide, emoji):
        assert len(made._repr_html_().encode()) < 50_000
        assert " more</td>" in made._repr_html_()
    assert "more" not in SAMPLE._repr_html_()


BAD_ROWS = {
    "too short": ("a",),
    "text for a date": ("a", "2026-01-01", 1, None, "USD", None),
    "bool for an integer": ("a", None, True, None, "USD", None),
    "float for a decimal": ("a", None, 1, 1.5, "USD", None),
    "float for money": ("a", None, 1, None, "USD", 1.5),
    "integer for money": ("a", None, 1, None, "USD", 100),
    "another currency": ("a", None, 1, None, "USD", Amount.of("1.00", "EUR")),
    "no currency": ("a", None, 1, None, None, Amount.of("1.00", "EUR")),
    "number for a text": (1, None, 1, None, "USD", None),
}


@pytest.mark.parametrize("row", BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_cell_that_does_not_fit_is_refused(row: tuple[Any, ...]) -> None:
    """A row that does not fit its columns makes no table."""
    with pytest.raises(InvariantBroken) as caught:
        table(row)
    assert "table-malformed" == caught.value.code


def test_columns_that_do_not_fit_are_refused() -> None:
    """No columns, a name twice, or money without a currency make no table."""
    money = Column(name="amount", kind="money", header="Amount")
    for columns in ((), (COLUMNS[0], COLUMNS[0]), (money,)):
        with pytest.raises(InvariantBroken, match="table-malformed"):
            table(columns=columns)


def test_an_empty_table_has_its_head() -> None:
    """A report without rows is a head, in every form."""
    assert "name,on,count,rate,currency,amount\r\n" == table().to_csv()
    assert "Name  On  Count  Rate  Cur.  Amount\n----  --  -----  ----  ----  ------" == table().to_text()
    assert [] == table().to_dicts()
    assert 0 == len(table())
