"""The conformance suites, run on every store and ledger of ours as a host runs them on its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from billcore.core.canonical import canonical_bytes
from billcore.host.file_ledger import FileLedger
from billcore.ports.store import Record, Store
from billcore.store.memory import MemoryStore
from billcore.store.sqlite import SqliteStore
from billcore.store.sqlite_ledger import SqliteLedger
from billcore.testing.conformance import LedgerSinkSuite, StoreSuite
from billcore.testing.fakes import MemoryLedger

# The child kills itself with SIGKILL (or its like): no handler runs, nothing is rolled back by Python.
COMMIT_AND_DIE = """
import os, signal, sys
from pathlib import Path
import msgspec
from billcore.ports.store import Record
from billcore.store.sqlite import SqliteStore

def die(point):
    if point == "before-commit":
        print("dying", flush=True)
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

store = SqliteStore(Path(sys.argv[1]), at=die)
store.commit(int(sys.argv[2]), msgspec.json.decode(sys.argv[3], type=list[Record]))
print("survived", flush=True)
"""


class TestMemoryStore(StoreSuite):
    """The store in memory."""

    def make_store(self, folder: Path) -> Store:
        return MemoryStore()


class TestSqliteStore(StoreSuite):
    """The store in one SQLite file."""

    def make_store(self, folder: Path) -> SqliteStore:
        return SqliteStore(folder / "store.sqlite")

    def reopened(self, store: Store, folder: Path) -> SqliteStore:
        return self.make_store(folder)

    def kill_during_commit(self, store: Store, folder: Path, records: list[Record]) -> bool:
        command = [
            sys.executable,
            "-c",
            COMMIT_AND_DIE,
            str(folder / "store.sqlite"),
            str(store.version()),
            canonical_bytes(records).decode(),
        ]
        child = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert (child.stdout, child.stderr) == ("dying\n", "")
        assert child.returncode != 0
        return True


class TestSqliteLedger(LedgerSinkSuite):
    """The ledger in one SQLite file."""

    def make_sink(self, folder: Path) -> SqliteLedger:
        return SqliteLedger(folder / "ledger.sqlite")

    def reopened(self, sink: object, folder: Path) -> SqliteLedger:
        return self.make_sink(folder)


class TestFileLedger(LedgerSinkSuite):
    """The ledger in a folder."""

    def make_sink(self, folder: Path) -> FileLedger:
        return FileLedger(folder / "ledger")

    def reopened(self, sink: object, folder: Path) -> FileLedger:
        return self.make_sink(folder)


class TestMemoryLedger(LedgerSinkSuite):
    """The fake that other fakes are made of."""

    def make_sink(self, folder: Path) -> MemoryLedger:
        return MemoryLedger()
