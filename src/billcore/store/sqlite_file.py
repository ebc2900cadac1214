"""How one SQLite file is opened and written so that a commit is whole and stays: WAL, full sync, immediate locks.

Everything SQLite can refuse becomes one clear PortError; the host need not know SQLite's own errors.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import Self

from billcore.core.errors import PortError
from billcore.store.private_copy import copy_of_moment

# SQLite's primary result codes, with what they mean to a host and whether trying again can help.
_MEANINGS: dict[int, tuple[str, bool, str]] = {
    sqlite3.SQLITE_BUSY: ("store-locked", True, "Another process is writing; try again, or wait longer."),
    sqlite3.SQLITE_LOCKED: ("store-locked", True, "Another connection is writing; try again, or wait longer."),
    sqlite3.SQLITE_READONLY: ("store-read-only", False, "Give the process the right to write the file and its folder."),
    sqlite3.SQLITE_PERM: ("store-read-only", False, "Give the process the right to use the file and its folder."),
    sqlite3.SQLITE_NOTADB: ("store-not-a-database", False, "Name another file, or restore this one from a backup."),
    sqlite3.SQLITE_CORRUPT: ("store-damaged", False, "Restore the file from a backup."),
    sqlite3.SQLITE_CANTOPEN: ("store-cannot-open", False, "Check that the folder is there and may be used."),
    sqlite3.SQLITE_FULL: ("store-full", True, "Free space on the disk; nothing of this commit was kept."),
    sqlite3.SQLITE_IOERR: ("store-disk-error", True, "Check the disk; nothing of this commit was kept."),
}
_PAUSE_SECONDS = 0.02


def nowhere(point: str) -> None:
    """No fault is injected unless a test asks for it."""


class SqliteFile:
    """One SQLite file that belongs to one purpose.

    Args:
        path: The file; it is made where it is not there, unless ``read_only``.
        read_only: Read a private copy of the file as it is now; nothing is written beside the file.
        application_id: Number in the file's head that says whose file it is.
        schema_version: Version of the tables that this code knows.
        schema: Statements that make the tables.
        wait_seconds: How long to wait for another writer before ``store-locked``.
        at: Called with the name of each point of a commit at which a crash would matter; for crash tests.

    Raises: PortError ``store-locked``, ``store-read-only``, ``store-not-a-database``, ``store-foreign``,
        ``store-schema-newer``, ``store-cannot-open``, ``store-not-durable``, ``store-full``, ``store-damaged``,
        ``store-disk-error``.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        application_id: int,
        schema_version: int,
        schema: tuple[str, ...],
        read_only: bool = False,
        wait_seconds: float = 5.0,
        at: Callable[[str], None] = nowhere,
    ) -> None:
        self.path = Path(path)
        self._application_id, self._schema_version = application_id, schema_version
        self._lock, self._at, self._wait_seconds = RLock(), at, wait_seconds
        self._copies = TemporaryDirectory(prefix="billcore-") if read_only else None
        try:
            with self._translated():
                self._connection = self._connect()
            try:
                with self._translated():
                    self._set_up(schema, read_only)
            except BaseException:
                self._connection.close()
                raise
        except BaseException:
            self._remove_copies()
            raise

    def _connect(self) -> sqlite3.Connection:
        address = self.path.absolute().as_uri() + "?mode=rwc"
        if self._copies is not None:
            copy = copy_of_moment(self.path, Path(self._copies.name), wait_seconds=self._wait_seconds)
            address = copy.as_uri() + "?mode=ro"
        # isolation_level None: transactions begin and end where this file says so, and nowhere else.
        return sqlite3.connect(
            address, uri=True, timeout=self._wait_seconds, isolation_level=None, check_same_thread=False
        )

    def _set_up(self, schema: tuple[str, ...], read_only: bool) -> None:
        execute = self._connection.execute
        execute("PRAGMA foreign_keys = ON")
        execute("PRAGMA synchronous = FULL")
        if not read_only:
            self._use_wal()
            if self._pragma("application_id") == 0:
                self._make_tables(schema)
        if self._pragma("application_id") != self._application_id:
            raise self._refusal("store-foreign", "a SQLite file of another program", "a file that billcore made")
        version = self._pragma("user_version")
        if version > self._schema_version:
            raise self._refusal(
                "store-schema-newer",
                f"schema version {version}",
                f"at most {self._schema_version}",
                "The file was written by a newer billcore; install that one.",
            )

    def _use_wal(self) -> None:
        """Switch to WAL; unlike other statements it does not wait for another that is switching too."""
        until = time.monotonic() + self._wait_seconds
        while True:
            try:
                mode = self._connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(_PAUSE_SECONDS)
                continue
            if mode != "wal":
                raise self._refusal("store-not-durable", f"journal mode {mode}", "a file on a disk that can hold WAL")
            return

    def _make_tables(self, schema: tuple[str, ...]) -> None:
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        try:
            # Two processes may open a new file at once; who comes second finds the tables made.
            if self._pragma("application_id") == 0:
                if execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    raise self._refusal("store-foreign", "a SQLite file of another program", "a new or own file")
                for statement in schema:
                    execute(statement)
                execute(f"PRAGMA application_id = {self._application_id}")
                execute(f"PRAGMA user_version = {self._schema_version}")
            execute("COMMIT")
        except BaseException:
            execute("ROLLBACK")
            raise

    def _pragma(self, name: str) -> int:
        value: int = self._connection.execute(f"PRAGMA {name}").fetchone()[0]
        return value

    def _refusal(self, code: str, found: str, expected: str, hint: str = "Name another file.") -> PortError:
        return PortError(code, retryable=False, found=found, expected=expected, path=self.path.name, hint=hint)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            number = getattr(error, "sqlite_errorcode", None)
            if number is None:  # a closed connection and the like: our own mistake, told as it is
                raise
            code, retryable, hint = _MEANINGS.get(number & 0xFF, ("store-failed", False, "See SQLite's own words."))
            raise PortError(
                code,
                retryable=retryable,
                found=str(error),
                expected="a SQLite file that can be used",
                path=self.path.name,
                hint=hint,
            ) from None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read, one thread at a time."""
        with self._lock, self._translated():
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write as one transaction: all of it stays, on the disk, or nothing does."""
        with self._lock, self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._at("after-begin")
                yield self._connection
                self._at("before-commit")
                self._connection.execute("COMMIT")
            except BaseException:
                # After a failed COMMIT on a full disk SQLite may have rolled back by itself.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            self._at("after-commit")

    def close(self) -> None:
        """Close the file; closing twice is harmless."""
        self._connection.close()
        self._remove_copies()

    def _remove_copies(self) -> None:
        if self._copies is not None:
            self._copies.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
