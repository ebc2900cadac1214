"""Tests of the exported journals: golden texts, hostile texts, and what is refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from billcore.connectors import JOURNAL_COLUMNS, to_beancount, to_csv, to_hledger
from billcore.connectors.ledger_text import account_names
from billcore.core.csv_text import text_cell
from billcore.core.errors import BillcoreError
from billcore.core.printable import one_line
from billcore.gl import Account, Chart, JournalEntry
from support.ledger import chart, entry, line, sample_journal

DAY = date(2026, 2, 1)
HOSTILE = (
    'quote " back\\slash ; comment | bar\nnewline\r\t[2020-01-01] date:2020-01-01, x \u202egnp.exe\u2028 end\ud800'
)


def euro_invoice(**fields: Any) -> JournalEntry:
    """A euro invoice in the books of a dollar entity."""
    return entry(
        "inv-9",
        DAY,
        line("1200", "receivable", "debit", "EUR 100.00", "USD 108.00", document="inv-9"),
        line("2400", "contract_liability", "credit", "EUR 100.00", "USD 108.00", obligation="C-2/api"),
        **{"contract": "C-2", "description": "Invoice INV-9"} | fields,
    )


def test_beancount_golden() -> None:
    """A beancount file holds options, opened accounts, the entry in functional currency, and the balances after it."""
    assert to_beancount([euro_invoice()], chart(), title='Acme "books"') == (
        'option "title" "Acme \\"books\\""\n'
        'option "tolerance_multiplier" "0"\n'
        'option "operating_currency" "USD"\n'
        "\n"
        "2026-02-01 open Assets:US01:1200-Accounts-receivable USD\n"
        '  number: "1200"\n'
        '  name: "Accounts receivable"\n'
        "2026-02-01 open Liabilities:US01:2400-Contract-liability USD\n"
        '  number: "2400"\n'
        '  name: "Contract liability"\n'
        "\n"
        '2026-02-01 * "acme" "Invoice INV-9"\n'
        '  je_id: "je_d5db76f86e459cd4c007"\n'
        '  book: "main"\n'
        '  kind: "invoice_issued"\n'
        '  source: "inv-9"\n'
        '  contract: "C-2"\n'
        '  mapping_version: "map_1"\n'
        "  effective_date: 2026-02-01\n"
        "  Assets:US01:1200-Accounts-receivable  108.00 USD\n"
        '    amount: "EUR 100.00"\n'
        '    role: "receivable"\n'
        '    mapping_row: "row-1200"\n'
        '    document: "inv-9"\n'
        "  Liabilities:US01:2400-Contract-liability  -108.00 USD\n"
        '    amount: "EUR 100.00"\n'
        '    role: "contract_liability"\n'
        '    mapping_row: "row-2400"\n'
        '    obligation: "C-2/api"\n'
        "\n"
        "2026-02-02 balance Assets:US01:1200-Accounts-receivable  108.00 USD\n"
        "2026-02-02 balance Liabilities:US01:2400-Contract-liability  -108.00 USD\n"
    )


def test_hledger_golden() -> None:
    """An hledger journal declares what it uses, writes the transaction currency at total cost, and asserts balances."""
    assert to_hledger([euro_invoice()], chart()) == (
        "commodity 1000.00 EUR\n"
        "commodity 1000.00 USD\n"
        "account Assets:US01:1200-Accounts-receivable  ; type:A\n"
        "account Liabilities:US01:2400-Contract-liability  ; type:L\n"
        "payee acme\n"
        "\n"
        "2026-02-01 * (je_d5db76f86e459cd4c007) acme | Invoice INV-9\n"
        "    ; book: main\n"
        "    ; kind: invoice_issued\n"
        "    ; source: inv-9\n"
        "    ; contract: C-2\n"
        "    ; effective_date: 2026-02-01\n"
        "    ; mapping_version: map_1\n"
        "    Assets:US01:1200-Accounts-receivable  100.00 EUR @@ 108.00 USD =* 100.00 EUR"
        "  ; mapping_row: row-1200, document: inv-9\n"
        "    Liabilities:US01:2400-Contract-liability  -100.00 EUR @@ 108.00 USD =* -100.00 EUR"
        "  ; mapping_row: row-2400, obligation: C-2/api\n"
    )


def test_csv_golden() -> None:
    """A CSV has a header and one row a line, CRLF at each end, the side that a line is not on empty."""
    assert to_csv([euro_invoice()]) == (
        "entry,line,book,entity,posting_date,effective_date,account,role,functional_currency,debit,credit,currency,"
        "amount_debit,amount_credit,kind,source_event,contract,customer,obligation,document,mapping_version,"
        "mapping_row,description\r\n"
        "je_d5db76f86e459cd4c007,1,main,US01,2026-02-01,2026-02-01,1200,receivable,USD,108.00,,EUR,100.00,,"
        "invoice_issued,inv-9,C-2,acme,,inv-9,map_1,row-1200,Invoice INV-9\r\n"
        "je_d5db76f86e459cd4c007,2,main,US01,2026-02-01,2026-02-01,2400,contract_liability,USD,,108.00,EUR,,100.00,"
        "invoice_issued,inv-9,C-2,acme,C-2/api,,map_1,row-2400,Invoice INV-9\r\n"
    )


def test_remeasurement_in_hledger() -> None:
    """A line without amount in its transaction currency is written in the functional currency."""
    moved = entry(
        "fx-1",
        DAY,
        line("1200", "receivable", "debit", "EUR 0.00", "USD 3.00"),
        line("7000", "revenue", "credit", "USD 3.00"),
        kind="remeasurement",
    )
    assert "1200-Accounts-receivable  3.00 USD =* 3.00 USD" in to_hledger([moved], chart())


@pytest.mark.parametrize("export", [to_beancount, to_hledger])
def test_hostile_texts_stay_in_their_line(export: Callable[..., str]) -> None:
    """Texts with quotes, newlines, comment signs and direction marks add no line and no sign to the file."""
    tame = export([euro_invoice()], chart()).splitlines()
    text = export([euro_invoice(description=HOSTILE, customer=HOSTILE)], chart())
    assert len(tame) == len(text.splitlines())
    assert set() == {"\u202e", "\u2028", "\r", "\t", "\ud800"} & set(text)
    assert text.encode("utf-8")


def test_signs_of_the_syntax_are_spelled_otherwise() -> None:
    """A quote and a backslash are escaped for beancount; a comment sign and a bar are replaced for hledger."""
    said = euro_invoice(description='say "x"; a|b \\', customer="a|b; c")
    assert '2026-02-01 * "a|b; c" "say \\"x\\"; a|b \\\\"' in to_beancount([said], chart()).splitlines()
    journal = to_hledger([said], chart()).splitlines()
    assert "payee a/b, c" in journal
    assert f'2026-02-01 * ({said.id}) a/b, c | say "x", a/b \\' in journal


@pytest.mark.parametrize("export", [to_beancount, to_hledger])
def test_one_book(export: Callable[..., str]) -> None:
    """Entries of two books are refused with both names: their sum means nothing."""
    with pytest.raises(BillcoreError) as raised:
        export([euro_invoice(), euro_invoice(book="ifrs")], chart())
    assert (raised.value.code, raised.value.found) == ("books-mixed", "ifrs, main")


@pytest.mark.parametrize("export", [to_beancount, to_hledger])
def test_account_outside_the_chart(export: Callable[..., str]) -> None:
    """An entry on an account that the chart lacks is refused, naming it and its entity."""
    with pytest.raises(BillcoreError) as raised:
        export([euro_invoice(entity="FR01")], chart())
    assert (raised.value.code, raised.value.found) == ("account-unknown", "account 1200 of FR01")


def test_repeated_entry() -> None:
    """No export writes an entry twice."""
    twice = [euro_invoice(), euro_invoice()]
    for export in (lambda: to_csv(twice), lambda: to_beancount(twice, chart()), lambda: to_hledger(twice, chart())):
        with pytest.raises(BillcoreError) as raised:
            export()
        assert raised.value.code == "entry-repeated"


def test_order_and_empty() -> None:
    """The order in which entries are given changes no byte, and no entries make an empty journal."""
    journal = sample_journal()
    assert to_beancount(journal, chart()) == to_beancount(journal[::-1], chart())
    assert to_hledger(journal, chart()) == to_hledger(journal[::-1], chart())
    assert to_csv(journal) == to_csv(journal[::-1])
    assert to_beancount([], chart()).splitlines()[1:] == ['option "tolerance_multiplier" "0"']
    assert to_csv([]).count("\r\n") == 1
    assert to_hledger([], chart()) == "\n"


def test_account_names_are_safe_and_apart() -> None:
    """Whatever entities, numbers and names are, account names hold only safe signs and no two are alike."""
    keys = [
        ("us01", "1200", "Receivables"),
        ("US01", "1200", "Receivables"),
        ("US.01", "12.00", 'Receiv"ables; a:b'),
        ("US-01", "12-00", "売上"),
        ("US_01", "12_00", "Umsatzerlöse 19 %"),
        ("US01", "1200-A", "B"),
        ("US01", "1200.A", "B"),
        ("US01", "12", "00-A B"),
        ("US01", "12-00", "A B"),
    ]
    accounts = [Account(entity=e, number=n, name=name, type="asset") for e, n, name in keys]
    names = account_names(Chart(accounts=accounts))
    assert len(keys) == len(set(names.values()))
    for name in names.values():
        root, entity, last = name.split(":")
        assert root == "Assets"
        assert all(part[0].isascii() and (part[0].isupper() or part[0].isdigit()) for part in (entity, last))
        assert all(sign.isascii() and (sign.isalnum() or sign == "-") for sign in entity + last)
    assert names["US01", "1200"] == "Assets:US01:1200-Receivables"


def test_csv_reads_back() -> None:
    """A reader of RFC 4180 gets the journal back: columns, texts and amounts, one row a line."""
    text = to_csv([euro_invoice(description=HOSTILE)])
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    assert tuple(first) == JOURNAL_COLUMNS
    assert first["description"] == one_line(HOSTILE)
    assert (first["debit"], first["credit"], second["debit"], second["credit"]) == ("108.00", "", "", "108.00")
    assert 3 == text.count("\r\n") == len(text.splitlines())


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t=", "\r=", "\uff1d", "\uff0b", "\uff0d", "\uff20", " =", "\u200b="]
)
def test_formulas_do_not_run(start: str) -> None:
    """A text that a spreadsheet would run gets an apostrophe and quotes, in every text column; raw leaves it."""
    text = f"{start}1+1"
    assert f'"\'{one_line(text)}"' == text_cell(text)
    assert one_line(text) == text_cell(text, raw=True)
    risky = entry(
        text,
        DAY,
        line(text, text, "debit", "USD 1.00", mapping_row=text, obligation=text, document=text),
        line(text, text, "credit", "USD 1.00", mapping_row=text, obligation=text, document=text),
        kind=text,
        book=text,
        entity=text,
        mapping_version=text,
        description=text,
        contract=text,
        customer=text,
    )
    for row in csv.DictReader(io.StringIO(to_csv([risky]), newline="")):
        guarded = {name for name, cell in row.items() if cell.startswith("'")}
        numbers = {"line", "posting_date", "effective_date", "functional_currency", "debit", "credit", "currency"}
        assert set(JOURNAL_COLUMNS) - guarded == numbers | {"entry", "amount_debit", "amount_credit"}


def test_apostrophe_is_kept() -> None:
    """A text that begins with an apostrophe is guarded as well, so that taking one off always gives the text back."""
    assert text_cell("'s-Gravenhage") == "\"''s-Gravenhage\""
    assert text_cell("O'Neil") == "O'Neil"
