"""What every store must do, as tests that a host runs on its own.

from billcore.testing.conformance import StoreSuite

class TestMyStore(StoreSuite):
    def make_store(self, folder):
        return MyStore(folder / "store.db")
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from billcore.core.errors import PortError
from billcore.ports.store import Record, Store
from billcore.store.chain import seal_of, verify
from billcore.testing.samples import sample_record

THREADS = 8
COMMITS = 10
# A thread loses at most once to each commit of the others; more would mean that nobody gets on.
TRIES = 5 * THREADS * COMMITS


def commit_with_retries(store: Store, records: list[Record]) -> int:
    """Commit as a host does: on a version conflict read again and try again, a bounded number of times."""
    for _ in range(TRIES):
        try:
            return store.commit(store.version(), records)
        except PortError as error:
            if not error.retryable:
                raise
    raise AssertionError(f"no commit in {TRIES} tries")


class StoreSuite:
    """Inherit as ``class TestMine(StoreSuite)`` and override `make_store`, and the others where they fit."""

    def make_store(self, folder: Path) -> Store:
        """Make an empty store in or beside an empty folder."""
        raise NotImplementedError("override make_store(folder) to return your store")

    def close(self, store: Store) -> None:
        """Give back what the store holds open; by default its ``close``, if it has one."""
        getattr(store, "close", lambda: None)()

    def reopened(self, store: Store, folder: Path) -> Store:
        """Open the same store once more, as another process would; by default the same object."""
        return store

    def kill_during_commit(self, store: Store, folder: Path, records: list[Record]) -> bool:
        """Let another process begin to commit the records to this store and die before they are durable.

        Returns: whether that was done; by default False, for stores that no other process reaches.
        """
        return False

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        """An empty store."""
        store = self.make_store(tmp_path)
        yield store
        self.close(store)

    def test_a_new_store_is_empty(self, store: Store) -> None:
        """Version 0, no record, an unbroken chain."""
        assert (store.version(), store.records("invoice"), verify(store)) == (0, (), None)

    def test_records_come_back_in_the_order_of_commit(self, store: Store) -> None:
        """Each kind by itself, as it was committed."""
        first, second = sample_record(2), sample_record(1)
        other = sample_record(1, kind="payment")
        store.commit(store.commit(0, [first, other]), [second])
        assert (first, second) == store.records("invoice")
        assert (other,) == store.records("payment")

    def test_the_version_moves_with_what_is_added(self, store: Store) -> None:
        """A commit that adds moves it, one that brings nothing new does not."""
        version = store.commit(0, [sample_record(1)])
        assert version == store.version() > 0
        assert version == store.commit(version, [sample_record(1)])
        assert version == store.commit(version, [])

    def test_a_stale_version_is_refused_and_nothing_is_kept(self, store: Store) -> None:
        """The error is version-conflict and may be retried."""
        version = store.commit(0, [sample_record(1)])
        for stale in (0, version + 1, -1):
            with pytest.raises(PortError) as caught:
                store.commit(stale, [sample_record(2)])
            assert (caught.value.code, caught.value.retryable) == ("version-conflict", True)
        assert (sample_record(1),) == store.records("invoice")

    def test_the_same_record_again_is_left_out(self, store: Store) -> None:
        """A retry of a commit that had succeeded adds nothing; a repeat inside a commit is one record."""
        version = store.commit(0, [sample_record(1), sample_record(1)])
        store.commit(version, [sample_record(1), sample_record(2)])
        assert (sample_record(1), sample_record(2)) == store.records("invoice")

    def test_other_content_under_a_key_is_refused_and_nothing_is_kept(self, store: Store) -> None:
        """The error is record-differs, cannot be retried, names the record; the whole commit is undone."""
        version = store.commit(0, [sample_record(1, "100.00")])
        with pytest.raises(PortError) as caught:
            store.commit(version, [sample_record(2), sample_record(1, "100.01"), sample_record(3)])
        assert (caught.value.code, caught.value.retryable) == ("record-differs", False)
        assert caught.value.path == "invoice key-1"
        assert (version, (sample_record(1, "100.00"),)) == (store.version(), store.records("invoice"))

    def test_two_contents_of_one_key_in_one_commit_are_refused(self, store: Store) -> None:
        """Neither is kept."""
        with pytest.raises(PortError) as caught:
            store.commit(0, [sample_record(1, "1.00"), sample_record(1, "2.00")])
        assert caught.value.code == "record-differs"
        assert (store.version(), store.records("invoice")) == (0, ())

    def test_one_key_of_two_kinds_is_two_records(self, store: Store) -> None:
        """The kind is part of the key."""
        store.commit(0, [sample_record(1, kind="invoice"), sample_record(1, kind="message")])
        assert (len(store.records("invoice")), len(store.records("message"))) == (1, 1)

    def test_there_is_no_verb_to_change_or_remove(self, store: Store) -> None:
        """What is kept is never changed: a store offers no such method."""
        verbs = {"update", "delete", "remove", "replace", "put", "set", "clear", "truncate", "rollback", "pop"}
        assert set() == verbs & set(dir(store))

    def test_the_log_is_one_unbroken_chain(self, store: Store) -> None:
        """Sequences without a gap, each record holding the hash before it, over several commits and a refused one."""
        version = store.commit(0, [sample_record(n) for n in range(5)])
        with pytest.raises(PortError):
            store.commit(version, [sample_record(9), sample_record(1, "7.00")])
        seal = seal_of(store)
        store.commit(version, [sample_record(n) for n in range(5, 9)])
        log = list(store.log())
        assert [*range(1, 10)] == [record.sequence for record in log]
        assert ["", *(record.hash for record in log[:-1])] == [record.previous_hash for record in log]
        assert (verify(store), verify(store, seal=seal)) == (None, None)

    def test_text_of_every_script_comes_back_as_it_was(self, store: Store) -> None:
        """Bodies keep quotes, line ends inside JSON, and scripts beyond ASCII."""
        record = sample_record(1, 'Šárka "O\'Neil" \n 株式会社 \u0000 🧾')
        store.commit(0, [record])
        assert (record,) == store.records("invoice")

    def test_what_was_committed_is_there_after_a_restart(self, tmp_path: Path) -> None:
        """A reopened store has the version, the records and the chain, and goes on from there."""
        store = self.make_store(tmp_path)
        version = store.commit(0, [sample_record(1)])
        again = self.reopened(store, tmp_path)
        try:
            assert (version, (sample_record(1),)) == (again.version(), again.records("invoice"))
            again.commit(version, [sample_record(2)])
            assert None is verify(again)
        finally:
            self.close(again)
            if again is not store:
                self.close(store)

    def test_eight_threads_commit_and_no_record_is_lost(self, tmp_path: Path) -> None:
        """Each thread opens the store for itself and retries on conflict; all records stand once, in one chain."""
        store = self.make_store(tmp_path)

        def work(thread: int) -> None:
            mine = self.reopened(store, tmp_path)
            try:
                for number in range(COMMITS):
                    # One key of its own, and one that every thread brings.
                    commit_with_retries(mine, [sample_record(100 * thread + number), sample_record(-number)])
            finally:
                if mine is not store:
                    self.close(mine)

        try:
            with ThreadPoolExecutor(THREADS) as pool:
                list(pool.map(work, range(1, THREADS + 1)))
            keys = [record.key for record in store.records("invoice")]
            expected = {f"key-{100 * t + n}" for t in range(1, THREADS + 1) for n in range(COMMITS)}
            expected |= {f"key-{-n}" for n in range(COMMITS)}
            assert (len(keys), expected) == (len(set(keys)), set(keys))
            assert len(keys) == store.version()
            assert None is verify(store)
        finally:
            self.close(store)

    def test_a_process_killed_before_its_commit_leaves_nothing(self, tmp_path: Path) -> None:
        """Neither a record nor half a commit nor a lock stays behind."""
        store = self.make_store(tmp_path)
        try:
            version = store.commit(0, [sample_record(1)])
            if not self.kill_during_commit(store, tmp_path, [sample_record(2), sample_record(3)]):
                pytest.skip("no other process reaches this store")
            assert (version, (sample_record(1),)) == (store.version(), store.records("invoice"))
            store.commit(version, [sample_record(2)])
            assert None is verify(store)
        finally:
            self.close(store)
