"""What SQLite can refuse, what a crash leaves, and what tampering shows."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from billcore.core.errors import InvariantBroken, PortError
from billcore.store.chain import Seal, seal_of, verify
from billcore.store.memory import MemoryStore
from billcore.store.sqlite import SqliteStore
from billcore.store.sqlite_file import SqliteFile
from billcore.store.sqlite_ledger import SqliteLedger
from billcore.testing.samples import sample_message, sample_record

POINTS = ("after-begin", "before-commit", "after-commit")
KILLED = """
import os, signal, sys
from billcore.store.sqlite_ledger import SqliteLedger
from billcore.testing.samples import sample_message
def die(point):
    if point == sys.argv[2]:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
SqliteLedger(sys.argv[1], at=die).deliver([sample_message(n) for n in range(10)])
"""


LIMITED = """
import os, resource, sys
from billcore.core.errors import PortError
from billcore.store.sqlite import SqliteStore
from billcore.testing.samples import sample_record
with SqliteStore(sys.argv[1]) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(sys.argv[1]), resource.RLIM_INFINITY))
    try:
        store.commit(5, [sample_record(n, "x" * 5_000) for n in range(10, 40)])
    except PortError as error:
        print(error.code, error.retryable, error.path, store.version())
"""


class Crash(Exception):
    """Thrown by a test at a named point."""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.sqlite"


@pytest.fixture
def filled(path):
    """A closed store of five records."""
    with SqliteStore(path) as store:
        store.commit(0, [sample_record(n) for n in range(1, 6)])
    return path


def refused(action, *args, **kwargs):
    with pytest.raises(PortError) as caught:
        action(*args, **kwargs)
    return caught.value


def tamper(path, *statements):
    """Change the file behind the store's back, as somebody with a SQL tool would."""
    with sqlite3.connect(path) as connection:
        for name in ("record_is_not_changed", "record_is_not_removed"):
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_commit_is_durable_by_the_settings(path):
    """WAL, full sync, foreign keys."""
    with SqliteStore(path) as store, store._file.reading() as connection:
        settings = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "user_version")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "user_version": 1}


def test_a_commit_takes_the_write_lock_before_it_reads(path):
    """Else two writers could read one version and one of them fail at its last step."""
    said = []
    with SqliteStore(path) as store:
        with store._file.reading() as connection:
            connection.set_trace_callback(said.append)
        store.commit(0, [sample_record(1)])
    assert (said[0], said[-1]) == ("BEGIN IMMEDIATE", "COMMIT")


def test_a_locked_file_is_told_as_retryable(filled):
    """Another writer holds the file longer than we wait."""
    with SqliteStore(filled, wait_seconds=0.05) as store:
        other = sqlite3.connect(filled, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        error = refused(store.commit, 5, [sample_record(9)])
        other.execute("ROLLBACK")
        other.close()
        assert (error.code, error.retryable, error.path) == ("store-locked", True, "store.sqlite")
        assert store.commit(5, [sample_record(9)]) == 6


def test_a_read_only_store_reads_and_refuses_a_commit(filled):
    """The error says so, and reading goes on."""
    with SqliteStore(filled, read_only=True) as store:
        error = refused(store.commit, 5, [sample_record(9)])
        assert (error.code, error.retryable) == ("store-read-only", False)
        assert (store.version(), len(store.records("invoice"))) == (5, 5)


def test_a_text_file_is_not_a_database(path):
    """A file of other content is refused and left as it was."""
    path.write_text("dear sir, please find enclosed " * 100)
    error = refused(SqliteStore, path)
    assert (error.code, error.retryable) == ("store-not-a-database", False)
    assert path.read_text().startswith("dear sir")


def test_another_programs_database_is_refused_and_left_alone(path):
    """Tables that are not ours: no table is made beside them."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customer (id)")
    connection.close()
    assert refused(SqliteStore, path).code == "store-foreign"
    with sqlite3.connect(path) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]
    connection.close()
    assert names == ["customer"]


def test_a_ledger_is_no_store(path):
    """Each file says whose it is."""
    SqliteLedger(path).close()
    assert refused(SqliteStore, path).code == "store-foreign"


def test_a_newer_schema_is_refused(filled):
    """A file of a later billcore is not written by an earlier one."""
    with sqlite3.connect(filled) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    error = refused(SqliteStore, filled)
    assert (error.code, error.retryable, error.found) == ("store-schema-newer", False, "schema version 2")


def test_a_missing_folder_is_told(tmp_path):
    """The file cannot be made where there is no folder."""
    assert refused(SqliteStore, tmp_path / "no" / "store.sqlite").code == "store-cannot-open"


def test_a_missing_file_is_not_made_for_reading(path):
    """Read-only on nothing is an error, not an empty store."""
    assert refused(SqliteStore, path, read_only=True).code == "store-cannot-open"
    assert not path.exists()


def test_a_damaged_page_is_told(filled):
    """Garbage over the tables is an error of the file, not of SQLite's own kind."""
    data = bytearray(filled.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    filled.write_bytes(bytes(data))
    with SqliteStore(filled) as store:
        assert refused(store.records, "invoice").code == "store-damaged"


def test_a_full_disk_keeps_nothing_of_the_commit(filled):
    """The page limit stands for the disk's end; the store works again when there is room."""
    big = [sample_record(n, "x" * 5_000) for n in range(10, 40)]
    with SqliteStore(filled) as store:
        with store._file.reading() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        error = refused(store.commit, 5, big)
        assert (error.code, error.retryable, store.version()) == ("store-full", True, 5)
        with store._file.reading() as connection:
            connection.execute("PRAGMA max_page_count = 100000")
        assert store.commit(5, big) == 35
        assert None is verify(store)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of a file")
def test_a_disk_that_fails_keeps_nothing_of_the_commit(filled):
    """A write that the system refuses midway: told as a fault of the disk, and what stood before stands."""
    child = subprocess.run(
        [sys.executable, "-c", LIMITED, str(filled)], check=False, timeout=60, capture_output=True, text=True
    )
    assert ("store-disk-error True store.sqlite 5\n", 0) == (child.stdout, child.returncode), child.stderr
    with SqliteStore(filled) as store:
        assert (5, None) == (store.version(), verify(store))


def test_a_file_that_cannot_promise_to_keep_a_commit_is_refused(path, monkeypatch):
    """A database in memory knows no write-ahead log: the store is not opened on it."""
    monkeypatch.setattr(SqliteFile, "_connect", lambda *_: sqlite3.connect(":memory:", isolation_level=None))
    error = refused(SqliteStore, path)
    assert ("store-not-durable", False, "store.sqlite") == (error.code, error.retryable, error.path)
    assert "journal mode memory" == error.found


def test_what_sqlite_says_without_a_name_of_ours_is_told_in_its_words(filled):
    """A table removed behind the store's back is no case that we foresaw: SQLite's words are in the error."""
    with sqlite3.connect(filled) as connection:
        connection.execute("DROP TABLE record")
    connection.close()
    with SqliteStore(filled) as store:
        error = refused(store.records, "invoice")
    assert ("store-failed", False, "store.sqlite") == (error.code, error.retryable, error.path)
    assert "no such table: record" == error.found


@pytest.mark.parametrize("is_memory", [True, False], ids=["memory", "sqlite"])
def test_a_commit_against_another_version_is_refused(path, is_memory):
    """Behind or ahead of what stands: retryable, both versions named, nothing added."""
    with nullcontext(MemoryStore()) if is_memory else SqliteStore(path) as store:
        store.commit(0, [sample_record(1), sample_record(2)])
        for expected in (0, 1, 3):
            error = refused(store.commit, expected, [sample_record(3)])
            assert ("version-conflict", True) == (error.code, error.retryable)
            assert ("version 2", f"version {expected}") == (error.found, error.expected)
        assert 2 == store.version()


@pytest.mark.parametrize("is_memory", [True, False], ids=["memory", "sqlite"])
def test_a_record_is_not_kept_with_another_content(path, is_memory):
    """Against what stands, and within one commit: the record is named, and nothing of the commit stays."""
    with nullcontext(MemoryStore()) if is_memory else SqliteStore(path) as store:
        store.commit(0, [sample_record(1)])
        for records in ([sample_record(2), sample_record(1, "9.00")], [sample_record(2), sample_record(2, "9.00")]):
            error = refused(store.commit, 1, records)
            assert ("record-differs", False) == (error.code, error.retryable)
            assert f"{records[-1].kind} {records[-1].key}" == error.path
            assert records[-1].content_hash[:12] in error.found
        assert ((sample_record(1),), 1) == (store.records("invoice"), store.version())


def test_the_file_itself_refuses_change_and_removal(filled):
    """Even by SQL a record is only added."""
    connection = sqlite3.connect(filled)
    for statement in ("UPDATE record SET body = ''", "DELETE FROM record"):
        with pytest.raises(sqlite3.IntegrityError, match="only added"):
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("point", POINTS)
def test_a_failure_at_any_point_leaves_all_or_nothing(path, point):
    """An exception before the commit undoes it, after it changes nothing; the store goes on."""

    def crash(name):
        if name == point and not crashed:
            crashed.append(name)
            raise Crash

    crashed = []
    with SqliteStore(path, at=crash) as store:
        with pytest.raises(Crash):
            store.commit(0, [sample_record(1), sample_record(2)])
        assert (2 if point == "after-commit" else 0) == store.version()
        store.commit(store.version(), [sample_record(1), sample_record(2), sample_record(3)])
        assert (store.version(), verify(store)) == (3, None)


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_ledger_has_the_whole_call_or_nothing(tmp_path, point):
    """SIGKILL at each point: none of ten entries before the commit, all ten after; a retry completes without doubling."""
    path = tmp_path / "ledger.sqlite"
    child = subprocess.run([sys.executable, "-c", KILLED, str(path), point], check=False, timeout=60)
    assert child.returncode != 0
    with SqliteLedger(path) as ledger:
        assert (10 if point == "after-commit" else 0) == len(ledger.entries())
        ids = [receipt.external_id for receipt in ledger.deliver([sample_message(n) for n in range(10)])]
        assert ([f"L-{n}" for n in range(1, 11)], 10) == (ids, len(ledger.entries()))


@pytest.mark.parametrize("sequence", range(1, 6))
@pytest.mark.parametrize("column", ["kind", "key", "body", "content_hash", "previous_hash", "hash"])
def test_a_changed_record_is_found_at_its_place(filled, sequence, column):
    """Any column of any record: the finding names the first record that is wrong."""
    tamper(filled, f"UPDATE record SET {column} = {column} || 'x' WHERE sequence = {sequence}")
    with SqliteStore(filled) as store:
        finding = verify(store)
    assert ("chain-broken", f"log[{sequence}]", "engineering") == (finding.code, finding.path, finding.owner)


def test_a_changed_body_with_a_fitting_hash_is_found(filled):
    """Whoever mends the content hash as well is betrayed by the chain."""
    other = sample_record(3, "900.00")
    tamper(
        filled,
        f"UPDATE record SET body = '{other.body}', content_hash = '{other.content_hash}' WHERE sequence = 3",
    )
    with SqliteStore(filled) as store:
        assert verify(store).path == "log[3]"


def test_a_removed_record_is_found(filled):
    """A gap in the sequence, told as such."""
    tamper(filled, "DELETE FROM record WHERE sequence = 3")
    with SqliteStore(filled) as store:
        finding = verify(store)
    assert (finding.code, finding.path, finding.found) == ("chain-broken", "log[4]", "sequence 4 in place 3")


def test_two_swapped_records_are_found(filled):
    """The order is part of the chain."""
    tamper(
        filled,
        "UPDATE record SET sequence = 99 WHERE sequence = 2",
        "UPDATE record SET sequence = 2 WHERE sequence = 3",
        "UPDATE record SET sequence = 3 WHERE sequence = 99",
    )
    with SqliteStore(filled) as store:
        assert verify(store).path == "log[2]"


def test_a_cut_tail_is_found_with_a_seal_alone(filled):
    """The chain cannot show it; the seal kept elsewhere does."""
    with SqliteStore(filled) as store:
        seal = seal_of(store)
    tamper(filled, "DELETE FROM record WHERE sequence > 3")
    with SqliteStore(filled) as store:
        assert None is verify(store)
        assert (verify(store, seal=seal).code, verify(store, seal=seal).path) == ("seal-broken", "log[4]")


def test_a_log_rewritten_whole_is_found_with_a_seal_alone():
    """Another history of the same length has another head."""
    one, other = MemoryStore(), MemoryStore()
    one.commit(0, [sample_record(1, "1.00")])
    other.commit(0, [sample_record(1, "2.00")])
    assert verify(other, seal=seal_of(one)).code == "seal-broken"
    assert Seal(version=0, hash="") == seal_of(MemoryStore())


def test_a_tampered_record_is_not_handed_out(filled):
    """Reading refuses what does not fit its hash."""
    tamper(filled, "UPDATE record SET body = replace(body, '100', '900') WHERE sequence = 2")
    with SqliteStore(filled) as store, pytest.raises(InvariantBroken) as caught:
        store.records("invoice")
    assert (caught.value.code, caught.value.path) == ("record-hash-wrong", "invoice key-2")


def test_the_log_is_read_across_pages(path):
    """More records than one page holds come in order, none twice."""
    with SqliteStore(path) as store:
        store.commit(0, [sample_record(n) for n in range(2_500)])
        assert [*range(1, 2_501)] == [record.sequence for record in store.log()]
        assert None is verify(store)


def test_sql_text_in_a_key_is_only_text(path):
    """Keys and bodies are bound, never spliced."""
    record = sample_record(1, "'); DROP TABLE record; --", kind="x'; DROP TABLE record; --")
    with SqliteStore(path) as store:
        store.commit(0, [record])
        assert (record,) == store.records(record.kind)


def test_both_stores_chain_alike(path):
    """The same commits give the same log in memory and in SQLite."""
    memory = MemoryStore()
    with SqliteStore(path) as sqlite:
        for store in (memory, sqlite):
            version = store.commit(0, [sample_record(1), sample_record(1, kind="payment")])
            store.commit(version, [sample_record(2)])
        assert list(memory.log()) == list(sqlite.log())


def test_the_ledgers_tables_add_up_by_account(tmp_path: Path):
    """A SQL tool sees debits equal to credits, by integers."""
    path = tmp_path / "ledger.sqlite"
    with SqliteLedger(path) as ledger:
        ledger.deliver([sample_message(1, "100.10"), sample_message(2, "0.20")])
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT account, side, sum(functional_minor) FROM line GROUP BY account, side ORDER BY account"
    ).fetchall()
    connection.close()
    assert rows == [("1200", "debit", 10030), ("2400", "credit", 10030)]
