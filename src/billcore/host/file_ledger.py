"""A ledger in a folder: one append-only journal of JSON lines, on the disk before it is acknowledged."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

from billcore.core.canonical import canonical_bytes, decode, digest
from billcore.core.errors import BillcoreError, PortError, excerpt
from billcore.gl.entry import JournalEntry
from billcore.host.file_lock import locked
from billcore.ports.ledger_sink import LedgerSink, Receipt
from billcore.posting.outbox import OutboxMessage
from billcore.store.sqlite_file import nowhere

JOURNAL = "journal.jsonl"
TORN = "journal.torn"
_FIELDS = {"content_hash", "entry", "external_id", "key"}


class FileLedger(LedgerSink):
    """A ledger sink in a folder.

    Each line of ``journal.jsonl`` is ``{"content_hash", "entry", "external_id", "key"}``; the external id is ``F-`` and
    the line's number. A receipt is given after the line is on the disk. A last line without its line end was never
    acknowledged: a crash tore it; it is moved to ``journal.torn`` and the ledger goes on. Any other line that is not as
    it was written is refused, by its number.

    Args:
        folder: Made where it is not there.
        at: Called at ``before-write``, ``before-sync`` and ``after-sync``; for crash tests.

    Raises: PortError ``ledger-damaged``, ``ledger-unwritable``.
    """

    def __init__(self, folder: str | Path, *, at: Callable[[str], None] = nowhere) -> None:
        self.folder = Path(folder)
        self._at, self._lock = at, Lock()
        self._read_to, self._lines = 0, 0
        self._kept: dict[str, Receipt] = {}
        with self._journal():
            pass

    def deliver(self, messages: Sequence[OutboxMessage]) -> tuple[Receipt, ...]:
        """Keep each entry; one receipt per message, in their order, after all are on the disk.

        Raises: PortError ``ledger-damaged``, ``ledger-unwritable``; what was kept can then be read back.
        """
        with self._journal() as journal:
            receipts: list[Receipt] = []
            lines: list[bytes] = []
            added: dict[str, Receipt] = {}
            for message in messages:
                standing = self._kept.get(message.key) or added.get(message.key)
                if standing is None:
                    number = self._lines + len(lines) + 1
                    standing = added[message.key] = _accepted(message.key, message.content_hash, f"F-{number}")
                    lines.append(_line(message, standing.external_id))
                elif standing.content_hash != message.content_hash:
                    standing = Receipt(
                        key=message.key, outcome="rejected", content_hash=message.content_hash, reason="entry-differs"
                    )
                receipts.append(standing)
            self._append(journal, b"".join(lines))
            self._kept.update(added)
            self._lines += len(lines)
            return tuple(receipts)

    def read_back(self, keys: Sequence[str]) -> tuple[Receipt, ...]:
        """Receipts of the keys that are kept; a key without one is certainly not there."""
        with self._journal():
            return tuple(self._kept[key] for key in keys if key in self._kept)

    def entries(self) -> tuple[JournalEntry, ...]:
        """All entries, in the order in which they were kept."""
        with self._journal() as journal:
            journal.seek(0)
            lines = journal.read().splitlines()
        return tuple(decode(canonical_bytes(json.loads(line)["entry"]), JournalEntry) for line in lines)

    @contextmanager
    def _journal(self) -> Iterator[BinaryIO]:
        """The journal, locked against other threads and processes, read up to its end."""
        with self._lock:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                with locked(self.folder / "journal.lock"), (self.folder / JOURNAL).open("a+b") as journal:
                    self._catch_up(journal)
                    yield journal
            except OSError as error:
                raise PortError(
                    "ledger-unwritable",
                    retryable=True,
                    found=excerpt(str(error)),
                    expected="a folder that can be written",
                    path=self.folder.name,
                    hint="Check the disk and the rights; what was kept can be read back.",
                ) from None

    def _catch_up(self, journal: BinaryIO) -> None:
        """Read what was added since the last look, by this process or another."""
        size = journal.seek(0, os.SEEK_END)
        if size < self._read_to:
            raise _damage(f"{size} bytes", f"at least the {self._read_to} that were there", JOURNAL)
        journal.seek(self._read_to)
        whole, end, torn = journal.read().rpartition(b"\n")
        if torn:
            self._set_aside(journal, torn)
        for line in whole.splitlines() if end else ():
            receipt = self._checked(line, self._lines + 1)
            self._kept[receipt.key] = receipt
            self._lines += 1
        self._read_to += len(whole) + len(end)

    def _set_aside(self, journal: BinaryIO, torn: bytes) -> None:
        with (self.folder / TORN).open("ab") as aside:
            aside.write(torn + b"\n")
        journal.seek(0, os.SEEK_END)
        journal.truncate(journal.tell() - len(torn))
        os.fsync(journal.fileno())

    def _append(self, journal: BinaryIO, data: bytes) -> None:
        if not data:
            return
        self._at("before-write")
        journal.seek(0, os.SEEK_END)
        journal.write(data)
        journal.flush()
        self._at("before-sync")
        os.fsync(journal.fileno())
        if self._read_to == 0:
            _sync_folder(self.folder)
        self._read_to += len(data)
        self._at("after-sync")

    def _checked(self, line: bytes, number: int) -> Receipt:
        try:
            read: Any = json.loads(line)
            if read.keys() != _FIELDS or read["content_hash"] != digest(read["entry"]):
                raise ValueError
            if read["external_id"] != f"F-{number}" or read["key"] in self._kept:
                raise ValueError
            return _accepted(read["key"], read["content_hash"], read["external_id"])
        except (ValueError, AttributeError, TypeError, RecursionError, BillcoreError):
            shown = excerpt(line.decode(errors="replace"))
            raise _damage(shown, "key, external id, entry and the entry's hash", f"{JOURNAL}:{number}") from None


def _damage(found: str, expected: str, path: str) -> PortError:
    return PortError(
        "ledger-damaged",
        retryable=False,
        found=found,
        expected=expected,
        path=path,
        hint="The journal was changed behind the ledger's back; restore it from a backup.",
    )


def _accepted(key: str, content_hash: str, external_id: str) -> Receipt:
    return Receipt(key=key, outcome="accepted", content_hash=content_hash, external_id=external_id)


def _line(message: OutboxMessage, external_id: str) -> bytes:
    fields = {
        "content_hash": message.content_hash,
        "entry": message.entry,
        "external_id": external_id,
        "key": message.key,
    }
    return canonical_bytes(fields) + b"\n"


def _sync_folder(folder: Path) -> None:
    """Put the journal's own name on the disk; systems that cannot open a folder need not."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
