"""A store in one SQLite file: durable, safe among threads and processes, and only ever added to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self

from billcore.ports.store import ChainedRecord, Record, Store
from billcore.store.chain import Seal, additions, chained, check_version
from billcore.store.sqlite_file import SqliteFile, nowhere

APPLICATION_ID = 0x62636F72
SCHEMA_VERSION = 1
_PAGE = 1_000
# A record below 1 is none that we wrote; the log shows it, so that it is found.
_BEFORE_ALL = -(2**63)
_SCHEMA = (
    "CREATE TABLE record (sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, "
    "content_hash TEXT NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL)",
    "CREATE UNIQUE INDEX record_natural_key ON record (kind, key)",
    "CREATE INDEX record_kind ON record (kind, sequence)",
    "CREATE TRIGGER record_is_not_changed BEFORE UPDATE ON record "
    "BEGIN SELECT RAISE(ABORT, 'records are only added'); END",
    "CREATE TRIGGER record_is_not_removed BEFORE DELETE ON record "
    "BEGIN SELECT RAISE(ABORT, 'records are only added'); END",
)


class SqliteStore(Store):
    """The store port in one SQLite file.

    Args:
        path: The file; it is made where it is not there.
        read_only: Read a private copy of the file as it stands now; a commit is then ``store-read-only``, and nothing
            is written beside the file, not even the files of a write-ahead log.
        wait_seconds: How long a commit waits for another writer before ``store-locked``.
        at: Called at ``after-begin``, ``before-commit`` and ``after-commit``; for crash tests.

    Raises: PortError, as in `SqliteFile`.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        read_only: bool = False,
        wait_seconds: float = 5.0,
        at: Callable[[str], None] = nowhere,
    ) -> None:
        self._file = SqliteFile(
            path,
            application_id=APPLICATION_ID,
            schema_version=SCHEMA_VERSION,
            schema=_SCHEMA,
            read_only=read_only,
            wait_seconds=wait_seconds,
            at=at,
        )

    def version(self) -> int:
        """How many records there are."""
        with self._file.reading() as connection:
            version: int = connection.execute("SELECT coalesce(max(sequence), 0) FROM record").fetchone()[0]
            return version

    def seal(self) -> Seal:
        """The seal of the store as it stands, without a walk through the log."""
        with self._file.reading() as connection:
            row = connection.execute("SELECT sequence, hash FROM record ORDER BY sequence DESC LIMIT 1").fetchone()
        return Seal(version=row[0], hash=row[1]) if row else Seal(version=0, hash="")

    def records(self, kind: str) -> tuple[Record, ...]:
        """All records of a kind, in the order of commit.

        Raises: InvariantBroken ``record-hash-wrong`` where one was changed behind the store's back.
        """
        query = "SELECT kind, key, body, content_hash FROM record WHERE kind = ? ORDER BY sequence"
        with self._file.reading() as connection:
            rows = connection.execute(query, (kind,)).fetchall()
        return tuple(Record(kind=kind, key=key, body=body, content_hash=hashed) for kind, key, body, hashed in rows)

    def commit(self, expected_version: int, records: Sequence[Record]) -> int:
        """Add records, all or none, and return the version after.

        Raises: PortError ``version-conflict``, ``record-differs``, and as in `SqliteFile`.
        """
        with self._file.writing() as connection:
            row = connection.execute("SELECT sequence, hash FROM record ORDER BY sequence DESC LIMIT 1").fetchone()
            version, previous = row or (0, "")
            check_version(expected_version, version)

            def known_hash(kind: str, key: str) -> str | None:
                found = connection.execute(
                    "SELECT content_hash FROM record WHERE kind = ? AND key = ?", (kind, key)
                ).fetchone()
                return found[0] if found else None

            for record in additions(records, known_hash):
                version += 1
                link = chained(record, version, previous)
                previous = link.hash
                connection.execute(
                    "INSERT INTO record (sequence, kind, key, body, content_hash, previous_hash, hash) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (version, link.kind, link.key, link.body, link.content_hash, link.previous_hash, link.hash),
                )
            return int(version)

    def log(self) -> Iterator[ChainedRecord]:
        """The whole log in order, read page by page."""
        query = (
            "SELECT sequence, kind, key, body, content_hash, previous_hash, hash FROM record "
            "WHERE sequence > ? ORDER BY sequence LIMIT ?"
        )
        after = _BEFORE_ALL
        while True:
            with self._file.reading() as connection:
                rows = connection.execute(query, (after, _PAGE)).fetchall()
            for sequence, kind, key, body, content_hash, previous_hash, chain_hash in rows:
                yield ChainedRecord(
                    sequence=sequence,
                    kind=kind,
                    key=key,
                    body=body,
                    content_hash=content_hash,
                    previous_hash=previous_hash,
                    hash=chain_hash,
                )
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
