"""What becomes of a book whose store, seal or ledger was changed, cut, lost or cannot be used."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from billcore.cli.app import app
from billcore.core.errors import PortError
from billcore.store.sqlite import SqliteStore
from billcore.store.sqlite_ledger import SqliteLedger
from support.sources import KEPT_BESIDE

EXAMPLE = Path(__file__).parents[3] / "examples" / "founding"
DAY, NEXT_DAY = "2026-03-31", "2026-06-30"
STORE, LEDGER, SEAL = "books.sqlite", "ledger.sqlite", "books.seal"
AGREES = "ledger and subledgers agree"
VERBS = {
    "run": ("--through", NEXT_DAY),
    "preview": ("--through", NEXT_DAY),
    "explain": ("C-1001",),
}


def call(verb: str, book: Path, *arguments: object) -> Any:
    """Run the command line; anything but an exit is shown as itself."""
    result = CliRunner().invoke(app, [verb, str(book), *map(str, arguments)], prog_name="billcore")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The founding book after its first run."""
    folder = tmp_path_factory.mktemp("ran") / "founding"
    shutil.copytree(EXAMPLE, folder, ignore=KEPT_BESIDE)
    assert 0 == call("run", folder, "--through", DAY).exit_code
    return folder


@pytest.fixture
def book(ran: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(ran, tmp_path / "founding")
    return tmp_path / "founding"


def by_sql(path: Path, *statements: str) -> None:
    """Change a file as somebody with a SQL tool would."""
    connection = sqlite3.connect(path)
    with connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def marks(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file with its size, time of change and content."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def contents(folder: Path) -> dict[str, bytes]:
    """Every file with its content."""
    return {name: data for name, (_, _, data) in marks(folder).items()}


def records(book: Path) -> int:
    """How many records the store has."""
    with SqliteStore(book / STORE, read_only=True) as store:
        return store.version()


def refused(book: Path, verb: str, code: str) -> None:
    """The verb ends with 2 and one line, and no file holds anything else than before."""
    before = contents(book)
    result = call(verb, book, *VERBS[verb])
    assert (2, "") == (result.exit_code, result.stdout)
    assert result.stderr.startswith(f"billcore: [{code}]")
    assert 1 == result.stderr.count("\n")
    assert before == contents(book)


FIRST_ENTRY = "(SELECT min(number) FROM entry)"
LEDGER_CHANGES = {
    "another amount": f"UPDATE line SET amount_minor = amount_minor + 1 WHERE entry = {FIRST_ENTRY} AND place = 1",
    "another account": f"UPDATE line SET account = '9999' WHERE entry = {FIRST_ENTRY} AND place = 1",
    "a line removed": f"DELETE FROM line WHERE entry = {FIRST_ENTRY} AND place = 2",
    "a line added": (
        f"INSERT INTO line SELECT entry, 99, account, role, side, currency, amount_minor, functional_currency, "
        f"functional_minor FROM line WHERE entry = {FIRST_ENTRY} AND place = 1"
    ),
    "another body": f"UPDATE entry SET body = replace(body, '2025', '2024') WHERE number = {FIRST_ENTRY}",
    "a body that is none": f"UPDATE entry SET body = '{{}}' WHERE number = {FIRST_ENTRY}",
    "another day": f"UPDATE entry SET posting_date = '2024-01-01' WHERE number = {FIRST_ENTRY}",
    "another hash": f"UPDATE entry SET content_hash = 'x' WHERE number = {FIRST_ENTRY}",
}


@pytest.mark.parametrize("change", LEDGER_CHANGES.values(), ids=LEDGER_CHANGES)
def test_a_ledger_that_was_changed_is_found_by_the_run(book: Path, change: str) -> None:
    """The entry is named, the report says that the ledger does not agree, and the exit code is 1."""
    with SqliteLedger(book / LEDGER, read_only=True) as ledger:
        key = next(iter(ledger.hashes()))
    by_sql(book / LEDGER, change)
    shown = call("run", book, "--through", DAY)
    assert 1 == shown.exit_code
    assert f"ledger.sqlite {key}" in shown.stdout
    assert "ledger-differs  finance" in shown.stdout
    assert "The ledger does not agree with the store" in shown.stdout
    assert AGREES not in shown.stdout
    told = call("run", book, "--through", DAY, "--format", "json", "--out", book.parent / "out")
    assert 1 == told.exit_code
    data = json.loads(told.stdout)
    assert not data["ledger_agrees"]
    assert [key] == [one["path"] for one in data["findings"] if one["code"] == "ledger-differs"]
    assert "ledger-differs" in (book.parent / "out" / "findings.csv").read_text("utf-8")
    assert 1 == call("preview", book, "--through", DAY).exit_code


def test_a_ledger_that_was_not_changed_agrees_with_itself(book: Path) -> None:
    """`verify` finds nothing in what a run wrote."""
    with SqliteLedger(book / LEDGER) as ledger:
        assert () == ledger.verify()
        assert len(ledger.entries()) == len(ledger.hashes()) > 0


def test_lines_without_an_entry_are_found(book: Path) -> None:
    """The lines of an entry that was removed are named by their number, and the entry is delivered again."""
    by_sql(book / LEDGER, "DELETE FROM entry WHERE number = 3")
    with SqliteLedger(book / LEDGER, read_only=True) as ledger:
        assert ["L-3"] == [one.path for one in ledger.verify()]
    assert 1 == call("run", book, "--through", DAY).exit_code


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole ledger", "one entry"])
def test_what_the_ledger_lost_is_delivered_again(book: Path, is_whole: bool) -> None:
    """An entry with a receipt that the ledger has no more is delivered again, and said; then all is as before."""
    with SqliteLedger(book / LEDGER, read_only=True) as ledger:
        before = ledger.hashes()
    if is_whole:
        (book / LEDGER).unlink()
    else:
        by_sql(book / LEDGER, "DELETE FROM line WHERE entry = 3", "DELETE FROM entry WHERE number = 3")
    shown = call("run", book, "--through", DAY)
    assert 0 == shown.exit_code, shown.stdout
    count = len(before) if is_whole else 1
    assert f"{count} {'entries' if is_whole else 'entry'} that the ledger had taken once" in shown.stdout
    assert AGREES in shown.stdout
    with SqliteLedger(book / LEDGER, read_only=True) as ledger:
        assert (before, ()) == (ledger.hashes(), ledger.verify())
    again = call("run", book, "--through", DAY)
    assert 0 == again.exit_code
    assert "Delivered again" not in again.stdout


def test_an_entry_that_the_store_does_not_have_is_found(book: Path) -> None:
    """What somebody else wrote into the ledger is a finding, not a part of the book."""
    (book / "other").mkdir()
    other = book.parent / "other"
    shutil.copytree(EXAMPLE, other, ignore=KEPT_BESIDE)
    call("run", other, "--through", NEXT_DAY)
    shutil.copy(other / LEDGER, book / LEDGER)
    shown = call("run", book, "--through", DAY)
    assert 1 == shown.exit_code
    assert "an entry that the store does not have" in shown.stdout
    assert AGREES not in shown.stdout


def test_an_entry_that_the_ledger_rejects_is_a_finding(book: Path) -> None:
    """Every entry that is not accepted is shown with its key, reason and remedy; the exit code is 1, at every run."""
    ahead = book.parent / "ahead"
    shutil.copytree(book, ahead)
    call("run", ahead, "--through", NEXT_DAY)
    with SqliteLedger(book / LEDGER, read_only=True) as ledger:
        known = ledger.hashes()
    with SqliteLedger(ahead / LEDGER, read_only=True) as ledger:
        key = next(key for key in ledger.hashes() if key not in known)
    columns = "content_hash, book, entity, kind, posting_date, body"
    by_sql(
        book / LEDGER,
        f"INSERT INTO entry (key, {columns}) SELECT '{key}', {columns} FROM entry WHERE number = 1",
    )
    for _ in range(2):
        shown = call("run", book, "--through", NEXT_DAY)
        assert 1 == shown.exit_code
        assert "posting-failed  finance" in shown.stdout
        assert f"ledger.sqlite {key}" in shown.stdout
        assert "found rejected: entry-differs" in shown.stdout
        assert AGREES not in shown.stdout


def test_an_entry_of_which_nobody_knows_is_a_finding(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the ledger breaks at each call the run is kept, every entry is a finding, and the next run delivers it."""

    def broken(*_: object) -> None:
        raise PortError("connection-lost", retryable=True)

    with monkeypatch.context() as patch:
        patch.setattr(SqliteLedger, "deliver", broken)
        patch.setattr(SqliteLedger, "read_back", broken)
        shown = call("run", book, "--through", NEXT_DAY, "--format", "json")
    data = json.loads(shown.stdout)
    failed = [one for one in data["findings"] if one["code"] == "posting-failed"]
    assert (1, data["new"]["entries"]) == (shown.exit_code, len(failed))
    assert {("unknown: connection-lost", "finance")} == {(one["found"], one["owner"]) for one in failed}
    after = call("run", book, "--through", NEXT_DAY)
    assert 0 == after.exit_code
    assert AGREES in after.stdout


@pytest.mark.parametrize("verb", ["run", "preview"])
def test_a_ledger_that_is_no_database_is_refused_before_the_commit(book: Path, verb: str) -> None:
    """One line, exit 2, and nothing is kept."""
    (book / LEDGER).write_text("dear sir, please find enclosed " * 100)
    refused(book, verb, "store-not-a-database")


def lose(book: Path) -> None:
    """The store is gone."""
    (book / STORE).unlink()


def empty(book: Path) -> None:
    """The store has no byte."""
    (book / STORE).write_bytes(b"")


def empty_without_seal(book: Path) -> None:
    """The store has its tables and no record, and nobody sealed it."""
    by_sql(book / STORE, "DELETE FROM record")
    (book / SEAL).unlink()


def lose_store_and_seal(book: Path) -> None:
    """Only the ledger is left."""
    (book / STORE).unlink()
    (book / SEAL).unlink()


def lose_store_and_ledger(book: Path) -> None:
    """Only the seal is left."""
    (book / STORE).unlink()
    (book / LEDGER).unlink()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "lost",
    [lose, empty, empty_without_seal, lose_store_and_seal, lose_store_and_ledger],
    ids=lambda one: one.__name__,
)
def test_a_store_that_is_lost_is_not_begun_anew(book: Path, verb: str, lost: Callable[[Path], None]) -> None:
    """Else everything would be issued a second time, under numbers that customers have."""
    lost(book)
    refused(book, verb, "store-missing")


def test_a_book_begins_anew_where_ledger_and_seal_are_moved_away(book: Path) -> None:
    """As the hint says."""
    for name in (STORE, LEDGER, SEAL):
        (book / name).unlink()
    assert 0 == call("run", book, "--through", DAY).exit_code


TAILS = {
    "all": "DELETE FROM record",
    "the last record": "DELETE FROM record WHERE sequence = (SELECT max(sequence) FROM record)",
    "the last commit": "DELETE FROM record WHERE kind = 'receipt'",
    "half of the first commit": "DELETE FROM record WHERE sequence > 100",
    "the last record below the first": "UPDATE record SET sequence = -1 WHERE sequence = (SELECT max(sequence) FROM record)",
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("cut", TAILS.values(), ids=TAILS)
def test_a_tail_that_was_cut_is_found(book: Path, verb: str, cut: str) -> None:
    """By the seal, before anything is read or written."""
    by_sql(book / STORE, cut)
    refused(book, verb, "chain-broken" if "sequence = -1" in cut else "seal-broken")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kept", [1, 30, 100, 165, 220])
def test_half_a_commit_without_a_seal_is_found(book: Path, verb: str, kept: int) -> None:
    """A commit that lacks its end is told as the store's damage, not as a contradiction of billcore."""
    by_sql(book / STORE, f"DELETE FROM record WHERE sequence > {kept}")
    (book / SEAL).unlink()
    refused(book, verb, "seal-broken")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", ["document", "number", "revenue_row", "journal_entry", "application", "run"])
def test_a_record_removed_from_the_middle_is_found(book: Path, verb: str, kind: str) -> None:
    """It is a broken chain, whatever the record was, and no contradiction of billcore."""
    by_sql(
        book / STORE, f"DELETE FROM record WHERE sequence = (SELECT max(sequence) FROM record WHERE kind = '{kind}')"
    )
    refused(book, verb, "chain-broken")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", "{}", '{"version": 5}', '{"version": true, "hash": ""}', '{"version": "5", "hash": "a"}', "\xff"],
)
def test_a_seal_that_is_none_is_refused(book: Path, verb: str, text: str) -> None:
    """A file of any other content is refused, and is not taken for none."""
    (book / SEAL).write_bytes(text.encode("latin-1"))
    refused(book, verb, "seal-malformed")


def test_a_seal_of_another_book_is_refused(book: Path) -> None:
    """The sealed record must be there with its hash."""
    seal = json.loads((book / SEAL).read_text())
    (book / SEAL).write_text(json.dumps(seal | {"hash": "0" * 64}))
    refused(book, "run", "seal-broken")


def test_a_crash_between_commit_and_seal_does_not_stop_the_book(book: Path) -> None:
    """An older seal whose record is there, or none from before there were seals, is renewed by the next run."""
    older = (book / SEAL).read_bytes()
    assert 0 == call("run", book, "--through", NEXT_DAY).exit_code
    newer = (book / SEAL).read_bytes()
    assert older != newer
    (book / SEAL).write_bytes(older)
    assert 0 == call("preview", book, "--through", NEXT_DAY).exit_code
    assert 0 == call("run", book, "--through", NEXT_DAY).exit_code
    assert newer == (book / SEAL).read_bytes()
    (book / SEAL).unlink()
    assert 0 == call("run", book, "--through", NEXT_DAY).exit_code
    assert newer == (book / SEAL).read_bytes()


def test_a_seal_that_cannot_be_written_is_told(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run is kept, the line says so, and the next run seals it."""

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("billcore.host.whole_file.os.replace", refuse)
        told = call("run", book, "--through", NEXT_DAY)
    assert 2 == told.exit_code
    assert "[seal-not-writable]" in told.stderr
    after = call("run", book, "--through", NEXT_DAY)
    assert 0 == after.exit_code
    assert records(book) == json.loads((book / SEAL).read_text())["version"]


@pytest.mark.parametrize("verb", ["preview", "explain", "validate"])
@pytest.mark.parametrize("has_log", [False, True], ids=["closed", "log of a crash"])
def test_reading_verbs_change_no_file(book: Path, verb: str, has_log: bool) -> None:
    """No file is made, changed or touched, also where a crash left a write-ahead log, which is read."""
    if has_log:
        crashed = book.parent / "crashed"
        with SqliteStore(book / STORE) as store:
            store.commit(store.version(), store.records("run")[:0])
            with store._file.reading() as connection:
                connection.execute("PRAGMA wal_autocheckpoint = 0")
                connection.execute("PRAGMA user_version = 1")
            assert (book / f"{STORE}-wal").stat().st_size > 0
            shutil.copytree(book, crashed, ignore=shutil.ignore_patterns("*-shm"))
        book = crashed
    before = marks(book)
    listing = sorted(os.listdir(book))
    result = call(verb, book, *VERBS.get(verb, ()))
    assert result.exit_code == (1 if verb == "validate" else 0), result.stderr
    assert (before, listing) == (marks(book), sorted(os.listdir(book)))


def test_a_log_that_a_crash_left_is_read(tmp_path: Path) -> None:
    """What was committed to the write-ahead log alone is in the private copy too."""
    from billcore.testing.samples import sample_record

    (tmp_path / "crashed").mkdir()
    with SqliteStore(tmp_path / STORE) as store:
        store.commit(0, [sample_record(n) for n in range(1, 6)])
        for name in (STORE, f"{STORE}-wal"):
            shutil.copy(tmp_path / name, tmp_path / "crashed" / name)
    before = marks(tmp_path / "crashed")
    with SqliteStore(tmp_path / "crashed" / STORE, read_only=True) as store:
        assert 5 == store.version()
    assert before == marks(tmp_path / "crashed")


def test_a_faster_run_is_told_in_plain_words(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who meets it at the command line need not know of versions."""

    def conflict(*_: object) -> None:
        raise PortError("version-conflict", retryable=True, found="version 2", expected="version 1")

    monkeypatch.setattr(SqliteStore, "commit", conflict)
    told = call("run", book, "--through", NEXT_DAY)
    assert 2 == told.exit_code
    assert "billcore: [version-conflict] another run was faster; run it again\n" == told.stderr
