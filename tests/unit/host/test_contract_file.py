"""Contract documents in files, and one contract of a book: what is read, and what is refused by which name."""

from __future__ import annotations

import json
import os
import shutil
from datetime import date
from pathlib import Path

import pytest

import billcore as bc
from billcore.host.book_files import BookUnreadable
from billcore.host.contract_file import load_contract
from billcore.host.contract_view import timeline_in
from billcore.host.run import run
from support.sources import KEPT_BESIDE, ROOT

TOML = """
id = "C-1"
customer = "acme"
entity = "US01"
currency = "USD"
term = {start = 2026-01-01, end = 2026-04-01}
billed_every = "month"
[[lines]]
id = "seats"
sku = "SEATS"
billed = "in_advance"
price = {kind = "flat", amount = "310"}
"""
PLAIN = {
    "id": "C-1",
    "customer": "acme",
    "entity": "US01",
    "currency": "USD",
    "term": {"start": "2026-01-01", "end": "2026-04-01"},
    "billed_every": "month",
    "lines": [{"id": "seats", "sku": "SEATS", "billed": "in_advance", "price": {"kind": "flat", "amount": "310"}}],
}


def written(folder: Path, name: str, text: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_json_and_toml_say_the_same(tmp_path: Path) -> None:
    """The same contract in both spellings, also with a byte order mark, is one document."""
    first = load_contract(written(tmp_path, "c.toml", TOML))
    second = load_contract(written(tmp_path, "c.json", b"\xef\xbb\xbf" + json.dumps(PLAIN).encode()))
    assert first == second == bc.Contract.read(PLAIN)


@pytest.mark.parametrize(
    ("name", "text", "code", "place"),
    [
        ("c.json", "{", "json-malformed", "c.json:1:2"),
        ("c.json", "", "json-malformed", "c.json:1:1"),
        ("c.json", "[]", "value-malformed", "c.json"),
        ("c.json", "null", "value-malformed", "c.json"),
        ("c.json", "{}", "field-missing", "c.json id"),
        ("c.json", '{"id": "a", "id": "b"}', "key-repeated", "c.json:1:19 id"),
        ("c.json", b'{"id": "\xff"}', "encoding-unknown", "c.json:1:9"),
        ("c.json", json.dumps(PLAIN).replace('"310"', "310.5"), "float-amount", "lines[0].price.amount"),
        ("c.json", "[" * 5_000, "limit-exceeded", "c.json:1:"),
        ("c.toml", "id = ", "toml-malformed", "c.toml:1:6"),
        ("c.TOML", TOML.replace('"310"', '"much"'), "number-malformed", "lines[0].price.amount"),
        ("c.toml", TOML.replace("2026-04-01", "2025-04-01"), "period-ends-before-start", "term"),
        ("c.toml", TOML + "color = 1", "field-unknown", "lines[0].color"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, name: str, text: str | bytes, code: str, place: str
) -> None:
    """Each problem by code, file and place; the findings are for sales, who write contracts."""
    file = written(tmp_path, name, text)
    with pytest.raises(bc.DocumentError) as caught:
        load_contract(file)
    assert code == caught.value.code
    assert place in caught.value.path
    assert str(file) in caught.value.path
    assert {("sales", str(file))} == {(one.owner, one.file) for one in caught.value.findings}


def test_every_problem_of_a_file_is_found_at_once(tmp_path: Path) -> None:
    """Three slips are three findings."""
    text = TOML.replace('"USD"', '"XXQ"').replace('"310"', '"much"').replace('"month"', '"moon"')
    with pytest.raises(bc.DocumentError) as caught:
        load_contract(written(tmp_path, "c.toml", text))
    assert {"number-malformed", "frequency-unknown"} <= {one.code for one in caught.value.findings}


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    """Nothing there, a folder, a link to nothing, a pipe that nobody writes to: our error, and no waiting."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for path in (tmp_path / "c.json", tmp_path, tmp_path / "pipe", tmp_path / "link", Path("x" * 5_000)):
        with pytest.raises(bc.DocumentError) as caught:
            load_contract(path)
        assert "contract-file-unreadable" == caught.value.code
        assert len(str(caught.value)) < 1_000


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A copy of the founding book."""
    shutil.copytree(ROOT / "examples" / "founding", tmp_path / "founding", ignore=KEPT_BESIDE)
    return tmp_path / "founding"


def test_a_book_without_books_stands_at_nothing(book: Path) -> None:
    """Before the first run nothing is billed; what files tell counts: 188.09 for March's calls."""
    laid = timeline_in(book, "C-1003", date(2025, 4, 30))
    assert not any(row.numbers for row in laid.rows)
    assert "USD 188.09" == str(laid.of_line("api_calls")[0].amount)


def test_what_stands_is_read_without_a_trace(book: Path) -> None:
    """After a run its documents stand with their numbers; looking changes no file and makes none."""
    run(book, date(2026, 3, 31))
    before = {path: path.read_bytes() for path in sorted(book.rglob("*")) if path.is_file()}
    laid = timeline_in(book, "C-1003")
    assert {"billed"} == {row.status for row in laid.rows}
    assert ("US01-INV-2025-000001",) == laid.rows[0].numbers
    assert before == {path: path.read_bytes() for path in sorted(book.rglob("*")) if path.is_file()}
    design = timeline_in(book, "C-1004", date(2026, 4, 30)).of_line("project")[0]
    assert ("due", date(2026, 4, 15)) == (design.status, design.invoice_date)


def test_a_contract_that_the_book_does_not_bill_is_named(book: Path) -> None:
    """An unknown id lists what there is; a held deal says that it is held."""
    with pytest.raises(bc.DocumentError, match=r"contract-unknown.*found C-9, expected one of C-1001"):
        timeline_in(book, "C-9")
    held = next(path for path in (book / "deals").iterdir() if "held" in path.name)
    named = json.loads(held.read_text("utf-8"))
    number = next(value for value in _texts(named) if value.startswith("C-"))
    with pytest.raises(bc.DocumentError, match=rf"contract-unknown.*found {number}, which is held"):
        timeline_in(book, number)


def _texts(node: object) -> list[str]:
    if isinstance(node, dict):
        return [text for inner in node.values() for text in _texts(inner)]
    if isinstance(node, list):
        return [text for inner in node for text in _texts(inner)]
    return [node] if isinstance(node, str) else []


def test_a_book_that_is_none_or_not_sound_is_refused(book: Path, tmp_path: Path) -> None:
    """No folder, and a folder whose tax table is wrong."""
    with pytest.raises(BookUnreadable, match="book-missing"):
        timeline_in(tmp_path / "nowhere", "C-1003")
    tax = book / "tax.csv"
    tax.write_text(tax.read_text("utf-8").replace(",19,", ",19.0.0,"), "utf-8")
    with pytest.raises(bc.DocumentError, match="book-not-sound"):
        timeline_in(book, "C-1003")
