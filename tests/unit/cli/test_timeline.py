"""``billcore timeline``: what it prints, the files that it writes, what it refuses, and what it ends with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from billcore.cli.app import app
from support.golden import golden
from support.sources import KEPT_BESIDE, ROOT
from support.svg import parsed
from support.timelines import project, seats_and_calls


def call(*arguments: object) -> Any:
    """Run the command line; anything but an exit is shown as itself."""
    result = CliRunner().invoke(app, [str(one) for one in arguments], prog_name="billcore")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A copy of the founding book."""
    shutil.copytree(ROOT / "examples" / "founding", tmp_path / "founding", ignore=KEPT_BESIDE)
    return tmp_path / "founding"


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """Seats and calls in a file."""
    file = tmp_path / "contract.json"
    file.write_text(seats_and_calls().model_dump_json(exclude_none=True), "utf-8")
    return file


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_screen_is_the_one_that_a_person_has_read(book: Path) -> None:
    """The third deal of the founding book after a run, byte for byte."""
    call("run", book, "--through", "2025-06-30")
    result = call("timeline", book, "C-1003", "--through", "2025-08-15")
    assert (0, "") == (result.exit_code, result.stderr)
    assert golden("timeline/C-1003.txt") == result.stdout


def test_a_contract_file_alone_is_enough(contract: Path) -> None:
    """Without a book nothing stands, and usage is awaited; its id may be named, another one is refused."""
    result = call("timeline", contract)
    assert 0 == result.exit_code
    assert "awaits usage" in result.stdout
    assert "Document" not in result.stdout
    assert result.stdout == call("timeline", contract, "C-1").stdout
    other = call("timeline", contract, "C-2")
    assert (2, "") == (other.exit_code, other.stdout)
    assert "[contract-unknown]" in other.stderr


def test_pieces_and_stubs_are_named(tmp_path: Path) -> None:
    """A milestone says which, an open date says so, a stub what it is a part of."""
    file = tmp_path / "c.json"
    file.write_text(project().model_dump_json(exclude_none=True), "utf-8")
    shown = call("timeline", file).stdout
    assert "open      design, PROJECT   2026-01-01 to 03-31  300.00  awaits delivery" in shown
    assert "Invoices" not in shown
    file.write_text(
        seats_and_calls(start=seats_and_calls().term.start.replace(day=15)).model_dump_json(exclude_none=True)
    )
    shown = call("timeline", file).stdout
    assert "2026-01-15 to 01-31 *" in shown
    assert "* SEATS, 2026-01-15 to 2026-01-31: a part of 2026-01-01 to 2026-01-31" in shown


def test_json_holds_the_same_rows(book: Path) -> None:
    """One JSON document: half-open periods, amounts as text, what stands, and the totals."""
    call("run", book, "--through", "2025-06-30")
    data = json.loads(call("timeline", book, "C-1003", "--through", "2025-08-15", "--format", "json").stdout)
    assert ("billcore/timeline/1", "C-1003", "2025-08-15") == (data["schema"], data["contract"], data["through"])
    calls = next(row for row in data["rows"] if row["line"] == "api_calls")
    assert {"start": "2025-03-01", "end": "2025-04-01", "last_day": "2025-03-31"} == calls["service_period"]
    assert ("billed", {"amount": "188.09", "currency": "USD"}) == (calls["status"], calls["net"])
    assert ["US01-INV-2025-000002"] == calls["documents"]
    assert len(data["rows"]) == sum(total["rows"] for total in data["totals"])


def test_picture_and_page_are_written(contract: Path, tmp_path: Path) -> None:
    """--svg and --html write files; --format html prints the same page; a second run writes the same bytes."""
    svg, html = tmp_path / "t.svg", tmp_path / "t.html"
    for _ in range(2):
        result = call("timeline", contract, "--svg", svg, "--html", html, "--format", "html")
        assert (0, html.read_text("utf-8")) == (result.exit_code, result.stdout)
        before = snapshot(tmp_path)
    assert "svg" in parsed(svg.read_text("utf-8")).tag
    assert svg.read_text("utf-8") in html.read_text("utf-8")
    call("timeline", contract, "--svg", svg, "--html", html)
    assert before == snapshot(tmp_path)


def test_a_book_is_left_as_it_was(book: Path, tmp_path: Path) -> None:
    """Looking leaves no trace, before the first run and after it."""
    for _ in range(2):
        before = snapshot(book)
        assert 0 == call("timeline", book, "C-1001", "--svg", tmp_path / "t.svg").exit_code
        assert before == snapshot(book)
        call("run", book, "--through", "2026-03-31")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["{book}"], "contract-unknown"),
        (["{book}", ""], "contract-unknown"),
        (["{book}", "C-9"], "contract-unknown"),
        (["{book}/nowhere", "C-1001"], "contract-file-unreadable"),
        (["{book}/deals", "C-1001"], "book-empty"),
        (["{book}/chart.csv"], "json-malformed"),
        (["{book}/deals/1-halcyon-three-years.json"], "float-amount"),
        (["{book}", "C-1001", "--svg", "{book}"], "output-is-source"),
        (["{book}", "C-1001", "--svg", "{book}/chart.csv"], "output-is-source"),
        (["{book}", "C-1001", "--html", "{book}/deals/../tax.csv"], "output-is-source"),
        (["{book}", "C-1001", "--html", "{book}/notes.csv"], "output-is-source"),
        (["{book}", "C-1001", "--svg", "{book}/books.seal"], "output-is-source"),
        (["{book}", "C-1001", "--svg", "{book}/nowhere/t.svg"], "output-not-writable"),
        (["{contract}", "--svg", "{contract}"], "output-is-source"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else one,
)
def test_what_cannot_be_shown_ends_with_2(book: Path, contract: Path, arguments: list[str], code: str) -> None:
    """One line on stderr with our code, nothing on stdout, no file written or changed."""
    before = snapshot(book.parent)
    result = call("timeline", *(one.format(book=book, contract=contract) for one in arguments))
    assert (2, "") == (result.exit_code, result.stdout)
    assert 1 == result.stderr.count("\n")
    assert result.stderr.startswith(f"billcore: [{code}]")
    assert before == snapshot(book.parent)


@pytest.mark.parametrize(
    "more",
    [["--through", "soon"], ["--format", "table"], ["--format", "xml"], ["C-1", "more"], ["--svg"]],
    ids=" ".join,
)
def test_wrong_arguments_end_with_2(contract: Path, more: list[str]) -> None:
    """Arguments that are malformed or too many are refused by the reader of arguments."""
    result = call("timeline", contract, *more)
    assert (2, "") == (result.exit_code, result.stdout)
    assert 2 == call("timeline").exit_code


def test_picture_and_page_are_two_files(contract: Path, tmp_path: Path) -> None:
    """One file for both would lose the picture; a picture may stand in the folder of a book, and be written again."""
    before = snapshot(tmp_path)
    result = call("timeline", contract, "--svg", tmp_path / "t.html", "--html", tmp_path / "x" / ".." / "t.html")
    assert (2, "") == (result.exit_code, result.stdout)
    assert "name one file" in result.stderr
    assert before == snapshot(tmp_path)


def test_a_picture_may_stand_beside_a_book(book: Path) -> None:
    """It is written, written again, and the book is still a book."""
    for _ in range(2):
        assert 0 == call("timeline", book, "C-1001", "--svg", book / "t.svg").exit_code
    assert (book / "t.svg").read_bytes().startswith(b"<svg")


def test_a_day_before_the_term_is_no_error(contract: Path) -> None:
    """Everything is planned or awaits usage."""
    result = call("timeline", contract, "--through", "0001-01-01")
    assert 0 == result.exit_code
    assert "  due" not in result.stdout
    assert 0 == call("timeline", contract, "--through", "9999-12-31", "--svg", contract.parent / "t.svg").exit_code


def test_names_reach_the_terminal_as_text(tmp_path: Path) -> None:
    """Markup of terminals and of rich in a name is shown, not obeyed."""
    deal = seats_and_calls().with_line("seats", name="[bold]Seats[/bold] <b>")
    file = tmp_path / "c.json"
    file.write_text(deal.model_dump_json(exclude_none=True), "utf-8")
    assert "[bold]Seats[/bold] <b>" in call("timeline", file).stdout
    assert "<b>" not in call("timeline", file, "--format", "html").stdout
