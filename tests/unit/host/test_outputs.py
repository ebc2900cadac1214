"""The files of a run: names, contents, sameness, and what happens where they cannot be written."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from billcore.core.errors import NotApplicable, PortError
from billcore.core.findings import Finding
from billcore.engine.closing import BookRun, run_book
from billcore.host.outputs import check_output_folder, output_files, safe_name, write_outputs
from support import founding
from support.payloads import HOSTILE
from support.runs import host_run

QUARTER_END = date(2026, 3, 31)
SHEETS = [
    "findings.csv",
    "journal.beancount",
    "journal.csv",
    "journal.hledger",
    "revenue_schedule.csv",
    "trial_balance.csv",
]


@cache
def quarter() -> BookRun:
    """The founding book through its first quarter."""
    return founding.founding_run(QUARTER_END)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def sheet(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))


def test_every_document_and_sheet_is_written(tmp_path: Path) -> None:
    """Each document as JSON and text, each sheet once, and nothing is left beside them."""
    written = write_outputs(tmp_path / "out", host_run(quarter()))
    numbers = [one.number for one in quarter().documents]
    expected = sorted([*SHEETS, *(f"invoices/{number}.{kind}" for number in numbers for kind in ("json", "txt"))])
    assert expected == [str(path.relative_to(tmp_path / "out")) for path in written]
    listed = contents(tmp_path / "out")
    assert sorted([".billcore-files", *expected]) == sorted(listed)
    assert expected == listed[".billcore-files"].decode().splitlines()


def test_a_second_run_writes_the_same_bytes(tmp_path: Path) -> None:
    """One run, or a run that found everything standing, leave the same files."""
    first, second = tmp_path / "first", tmp_path / "second"
    again = founding.founding_run(QUARTER_END, quarter().standing)
    assert () == again.documents
    write_outputs(first, host_run(quarter()))
    write_outputs(second, host_run(again))
    write_outputs(second, host_run(again))
    assert contents(first) == contents(second)


def test_month_by_month_is_the_same_as_at_once(tmp_path: Path) -> None:
    """Three runs leave the files that one run leaves."""
    standing = None
    for day in (date(2026, 1, 31), date(2026, 2, 28), QUARTER_END):
        run = founding.founding_run(day, standing)
        standing = run.standing
    write_outputs(tmp_path / "steps", host_run(run))
    write_outputs(tmp_path / "whole", host_run(quarter()))
    assert contents(tmp_path / "whole") == contents(tmp_path / "steps")


def test_an_earlier_day_shows_what_stood_then() -> None:
    """A run through an earlier day writes no document, entry or balance of a later one."""
    later = founding.founding_run(date(2026, 12, 31)).standing
    earlier = run_book(founding.book(), founding.happened(), later, QUARTER_END)
    files = output_files(founding.book(), earlier)
    assert "invoices/US01-INV-2026-000005.txt" not in files
    assert output_files(founding.book(), quarter())["trial_balance.csv"] == files["trial_balance.csv"]
    days = {row["posting_date"] for row in csv.DictReader(io.StringIO(files["journal.csv"]))}
    assert "2026-03-31" == max(days)


def test_an_issued_document_is_written_as_it_was_issued() -> None:
    """When the contract changes after issue, the invoice's file keeps its amounts and its workings."""
    before = output_files(founding.book(), quarter())
    dearer = founding.three_year_deal().with_price("platform", {"kind": "flat", "amount": "200000.00", "per": "year"})
    book = founding.book([dearer, *founding.contracts()[1:]])
    after = output_files(book, run_book(book, founding.happened(), quarter().standing, QUARTER_END))
    name = "invoices/US01-INV-2026-000001.json"
    assert before[name] == after[name]
    assert "flat: 120000" in after[name]
    assert "invoices/US01-INV-2026-000005.json" in after


def test_findings_are_guarded(tmp_path: Path) -> None:
    """A formula in what was found is a text in the sheet."""
    formula = Finding(code="number-malformed", owner="finance", found="=cmd|'/c calc'!A1", path="\t@x")
    write_outputs(tmp_path, host_run(quarter(), formula))
    rows = sheet(tmp_path / "findings.csv")
    assert ["number-malformed", "revenue-treatment-missing", "price-unmapped"] == [row["code"] for row in rows]
    assert ("'=cmd|'/c calc'!A1", "'@x") == (rows[0]["found"], rows[0]["path"])


def test_an_unsound_book_leaves_its_findings_alone(tmp_path: Path) -> None:
    """Where nothing could be worked out, only the findings are written."""
    bad = Finding(code="number-malformed", owner="finance", file="tax.csv", line=3, found="19,0")
    assert [tmp_path / "findings.csv"] == list(write_outputs(tmp_path, host_run(None, bad)))
    assert b"number-malformed" in (tmp_path / "findings.csv").read_bytes()


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    """What is in the folder already and is none of ours stays as it is."""
    (tmp_path / "notes.txt").write_text("mine")
    write_outputs(tmp_path, host_run(quarter()))
    assert "mine" == (tmp_path / "notes.txt").read_text()


def test_documents_that_the_run_has_not_are_removed(tmp_path: Path) -> None:
    """A run through an earlier day leaves no document of a later one; a file that no run wrote stays, also if named."""
    later = founding.founding_run(date(2026, 12, 31))
    write_outputs(tmp_path / "out", host_run(later))
    mine, outside = tmp_path / "out" / "invoices" / "mine.txt", tmp_path / "outside.txt"
    for path in (mine, outside):
        path.write_text("mine")
    manifest = tmp_path / "out" / ".billcore-files"
    manifest.write_text(f"{manifest.read_text()}../outside.txt\ninvoices/../../outside.txt\n{outside}\n")
    earlier = run_book(founding.book(), founding.happened(), later.standing, QUARTER_END)
    write_outputs(tmp_path / "out", host_run(earlier))
    assert ("mine", "mine") == (mine.read_text(), outside.read_text())
    mine.unlink()
    write_outputs(tmp_path / "new", host_run(earlier))
    assert sorted(contents(tmp_path / "new")) == sorted(contents(tmp_path / "out"))


def test_an_unsound_book_removes_no_document(tmp_path: Path) -> None:
    """Where nothing could be worked out nothing is known of the documents, so those of the last run stay."""
    write_outputs(tmp_path, host_run(quarter()))
    before = contents(tmp_path)
    bad = Finding(code="number-malformed", owner="finance", file="tax.csv", line=3, found="19,0")
    write_outputs(tmp_path, host_run(None, bad))
    assert before.keys() == contents(tmp_path).keys()


def test_a_folder_is_checked_without_a_trace(tmp_path: Path) -> None:
    """What can be written passes and is not made; the book's own folder and a file in the way are refused."""
    (tmp_path / "book").mkdir()
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "book")
    check_output_folder(tmp_path / "new" / "deep", tmp_path / "book")
    check_output_folder(tmp_path / "book" / "out", tmp_path / "book")
    for name, code in {"book": "output-is-book", "link": "output-is-book", "file/out": "output-not-writable"}.items():
        with pytest.raises(PortError) as caught:
            check_output_folder(tmp_path / name, tmp_path / "book")
        assert code == caught.value.code
    assert ["book", "file", "link"] == sorted(path.name for path in tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file where the folder should be ends in our own error with the path, and the file stays."""
    (tmp_path / "out").write_text("a file")
    with pytest.raises(PortError) as caught:
        write_outputs(tmp_path / "out", host_run(quarter()))
    assert "output-not-writable" == caught.value.code
    assert str(tmp_path / "out") in caught.value.path
    assert "a file" == (tmp_path / "out").read_text()


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is replaced whole or not at all, and no half is left beside it."""
    write_outputs(tmp_path, host_run(quarter()))
    before = contents(tmp_path)

    def refuse(source: str, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("billcore.host.whole_file.os.replace", refuse)
    with pytest.raises(PortError, match="No space left on device"):
        write_outputs(tmp_path, host_run(founding.founding_run(date(2026, 12, 31))))
    assert before == contents(tmp_path)


@pytest.mark.parametrize("prefix", ["RE/", "A:B-", "x.y_", "a/../b-"])
def test_any_number_prefix_is_a_safe_name(tmp_path: Path, prefix: str) -> None:
    """Prefixes that documents allow, with slashes and colons, stay inside the folder."""
    entities = [one.revised(invoice_prefix=prefix + one.id) for one in founding.entities()]
    book = founding.book([founding.three_year_deal()]).revised(entities=entities)
    run = run_book(book, founding.Happened(), founding.Standing(), QUARTER_END)
    for name in output_files(book, run):
        assert (tmp_path / name).resolve().is_relative_to(tmp_path)
        assert name.count("/") == name.startswith("invoices/")


@pytest.mark.parametrize("number", [*(one for one in HOSTILE if "\ud800" not in one), "..", ".", "../x", "a/b", "a\\b"])
def test_a_hostile_number_is_a_safe_name(number: str) -> None:
    """Whatever a number holds, its name has safe characters only and does not begin with a point."""
    name = safe_name(number)
    assert name.isascii()
    assert set(name) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-=")
    assert not name.startswith(".")


def test_two_numbers_never_share_a_name() -> None:
    """Numbers that differ in any character have names that differ."""
    numbers = ["A/1", "A_1", "A-1", "A=2F1", "A.1", "A 1", "A:1"]
    assert len(numbers) == len({safe_name(number) for number in numbers})


@pytest.mark.parametrize("number", ["", "A" * 201, "/" * 67])
def test_a_name_without_end_is_refused(number: str) -> None:
    """No number, or one too long for a file system, is refused by its own code."""
    with pytest.raises(NotApplicable, match="file-name-too-long"):
        safe_name(number)


def test_the_schedule_sheet_adds_up(tmp_path: Path) -> None:
    """The sheet as a spreadsheet reads it: the three-year deal is 336,000.00 to the cent."""
    write_outputs(tmp_path, host_run(quarter()))
    rows = sheet(tmp_path / "revenue_schedule.csv")
    assert 33_600_000 == sum(int(row["amount"].replace(".", "")) for row in rows if row["contract"] == "C-1001")


def test_documents_are_json(tmp_path: Path) -> None:
    """Every JSON file is one document with the number that names the file."""
    write_outputs(tmp_path, host_run(quarter()))
    for path in (tmp_path / "invoices").glob("*.json"):
        assert path.stem == json.loads(path.read_text("utf-8"))["number"]
