"""A general ledger in one SQLite file, for hosts without an ERP and for tests of those with one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from billcore.core.canonical import canonical_bytes, decode
from billcore.gl.entry import JournalEntry
from billcore.ports.ledger_sink import LedgerSink, Receipt
from billcore.posting.outbox import OutboxMessage
from billcore.store.sqlite_file import SqliteFile, nowhere

APPLICATION_ID = 0x62636C67
SCHEMA_VERSION = 1
_SCHEMA = (
    "CREATE TABLE entry (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, content_hash TEXT NOT NULL, "
    "book TEXT NOT NULL, entity TEXT NOT NULL, kind TEXT NOT NULL, posting_date TEXT NOT NULL, body TEXT NOT NULL)",
    "CREATE TABLE line (entry INTEGER NOT NULL REFERENCES entry (number), place INTEGER NOT NULL, "
    "account TEXT NOT NULL, role TEXT NOT NULL, side TEXT NOT NULL CHECK (side IN ('debit', 'credit')), "
    "currency TEXT NOT NULL, amount_minor INTEGER NOT NULL, "
    "functional_currency TEXT NOT NULL, functional_minor INTEGER NOT NULL CHECK (functional_minor > 0), "
    "PRIMARY KEY (entry, place)) WITHOUT ROWID",
    "CREATE INDEX line_account ON line (account)",
    *(
        f"CREATE TRIGGER {table}_{verb.lower()}_refused BEFORE {verb} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END"
        for table in ("entry", "line")
        for verb in ("UPDATE", "DELETE")
    ),
)


class SqliteLedger(LedgerSink):
    """A ledger sink in one SQLite file; its tables ``entry`` and ``line`` may be read with any SQL tool.

    The external id is ``L-`` and the entry's number, which counts from 1 without a gap.

    Raises: PortError, as in `SqliteFile`.
    """

    def __init__(self, path: str | Path, *, wait_seconds: float = 5.0, at: Callable[[str], None] = nowhere) -> None:
        self._file = SqliteFile(
            path,
            application_id=APPLICATION_ID,
            schema_version=SCHEMA_VERSION,
            schema=_SCHEMA,
            wait_seconds=wait_seconds,
            at=at,
        )

    def deliver(self, messages: Sequence[OutboxMessage]) -> tuple[Receipt, ...]:
        """Keep each entry in one transaction; one receipt per message, in their order.

        Raises: PortError, as in `SqliteFile`; then nothing of the call was kept.
        """
        with self._file.writing() as connection:
            return tuple(_kept(connection, message) for message in messages)

    def read_back(self, keys: Sequence[str]) -> tuple[Receipt, ...]:
        """Receipts of the keys that are kept; a key without one is certainly not there."""
        with self._file.reading() as connection:
            found = (_standing(connection, key) for key in keys)
            return tuple(receipt for receipt in found if receipt is not None)

    def entries(self) -> tuple[JournalEntry, ...]:
        """All entries, in the order in which they were kept."""
        with self._file.reading() as connection:
            rows = connection.execute("SELECT body FROM entry ORDER BY number").fetchall()
        return tuple(decode(body.encode(), JournalEntry) for (body,) in rows)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _standing(connection: sqlite3.Connection, key: str) -> Receipt | None:
    row = connection.execute("SELECT number, content_hash FROM entry WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    return Receipt(key=key, outcome="accepted", content_hash=row[1], external_id=f"L-{row[0]}")


def _kept(connection: sqlite3.Connection, message: OutboxMessage) -> Receipt:
    standing = _standing(connection, message.key)
    if standing is not None:
        return standing if standing.content_hash == message.content_hash else _rejected(message, "entry-differs")
    entry = message.entry
    number = connection.execute(
        "INSERT INTO entry (key, content_hash, book, entity, kind, posting_date, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            message.key,
            message.content_hash,
            entry.book,
            entry.entity,
            entry.kind,
            entry.posting_date.isoformat(),
            canonical_bytes(entry).decode(),
        ),
    ).lastrowid
    connection.executemany(
        "INSERT INTO line (entry, place, account, role, side, currency, amount_minor, functional_currency, "
        "functional_minor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                number,
                place,
                line.account,
                line.role,
                line.side,
                line.amount.currency,
                line.amount.minor,
                line.functional.currency,
                line.functional.minor,
            )
            for place, line in enumerate(entry.lines, start=1)
        ],
    )
    return Receipt(key=message.key, outcome="accepted", content_hash=message.content_hash, external_id=f"L-{number}")


def _rejected(message: OutboxMessage, reason: str) -> Receipt:
    return Receipt(key=message.key, outcome="rejected", content_hash=message.content_hash, reason=reason)
