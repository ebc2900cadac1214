"""A general ledger in one SQLite file, for hosts without an ERP and for tests of those with one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from billcore.core.canonical import canonical_bytes, decode
from billcore.core.errors import InvariantBroken
from billcore.core.findings import Finding
from billcore.gl.entry import JournalEntry
from billcore.ports.ledger_sink import LedgerSink, Receipt
from billcore.ports.store import text_hash
from billcore.posting.outbox import OutboxMessage, entry_key
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

    Args:
        read_only: Read a private copy of the file as it stands now, and write nothing.

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

    def hashes(self) -> dict[str, str]:
        """Content hash by key, of all entries, in the order in which they were kept."""
        with self._file.reading() as connection:
            return dict(connection.execute("SELECT key, content_hash FROM entry ORDER BY number").fetchall())

    def verify(self) -> tuple[Finding, ...]:
        """Say where the ledger contradicts itself: a body, a column or a line that is not as it was written.

        Returns: one ``ledger-differs`` for each entry, its key as the path; empty where all agree.
        """
        with self._file.reading() as connection:
            entries = connection.execute(f"SELECT number, {_ENTRY_COLUMNS} FROM entry ORDER BY number").fetchall()
            lines: dict[object, list[tuple[object, ...]]] = {}
            for number, *line in connection.execute(f"SELECT entry, {_LINE_COLUMNS} FROM line ORDER BY entry, place"):
                lines.setdefault(number, []).append(tuple(line))
        found = [
            _differs(str(row[1]), broken) for row in entries if (broken := _contradiction(row, lines.pop(row[0], [])))
        ]
        return (*found, *(_differs(f"L-{number}", "lines without an entry") for number in lines))

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
    number = connection.execute(
        f"INSERT INTO entry ({_ENTRY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", _entry_row(message.entry, message.key)
    ).lastrowid
    connection.executemany(
        f"INSERT INTO line (entry, {_LINE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(number, *line) for line in _line_rows(message.entry)],
    )
    return Receipt(key=message.key, outcome="accepted", content_hash=message.content_hash, external_id=f"L-{number}")


def _rejected(message: OutboxMessage, reason: str) -> Receipt:
    return Receipt(key=message.key, outcome="rejected", content_hash=message.content_hash, reason=reason)


_ENTRY_COLUMNS = "key, content_hash, book, entity, kind, posting_date, body"
_LINE_COLUMNS = "place, account, role, side, currency, amount_minor, functional_currency, functional_minor"


def _entry_row(entry: JournalEntry, key: str) -> tuple[object, ...]:
    body = canonical_bytes(entry).decode()
    return key, text_hash(body), entry.book, entry.entity, entry.kind, entry.posting_date.isoformat(), body


def _line_rows(entry: JournalEntry) -> list[tuple[object, ...]]:
    return [
        (
            place,
            line.account,
            line.role,
            line.side,
            line.currency,
            line.amount_minor,
            line.functional_currency,
            line.functional_minor,
        )
        for place, line in enumerate(entry.lines, start=1)
    ]


def _contradiction(row: tuple[object, ...], lines: list[tuple[object, ...]]) -> str:
    """What of an entry does not go together, or empty."""
    try:
        entry = decode(str(row[-1]).encode(), JournalEntry)
    except InvariantBroken:
        return "a body that is no entry"
    if row[1:] != _entry_row(entry, entry_key(entry)):
        return "a body that is not the one kept"
    if lines != _line_rows(entry):
        return "lines that are not those of the entry's body"
    return ""


def _differs(key: str, found: str) -> Finding:
    return Finding(
        code="ledger-differs",
        owner="finance",
        file="ledger.sqlite",
        path=key,
        found=found,
        expected="the entry as it was written",
        hint="The ledger was changed behind its back; restore it from a copy, or move it away and run again.",
    )
