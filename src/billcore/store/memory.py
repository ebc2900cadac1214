"""A store in memory: for tests, notebooks and runs whose results go elsewhere; it forgets with the process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Lock

from billcore.ports.store import ChainedRecord, Record, Store
from billcore.store.chain import additions, chained, check_version


class MemoryStore(Store):
    """The store port in memory, safe among threads.

    >>> from billcore.ports.store import record_of
    >>> store = MemoryStore()
    >>> store.commit(0, [record_of("payment", "B-77", {"amount": "100.00"})])
    1
    >>> store.commit(1, [record_of("payment", "B-77", {"amount": "100.00"})])
    1
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._log: list[ChainedRecord] = []
        self._records: dict[str, list[Record]] = {}
        self._hashes: dict[tuple[str, str], str] = {}

    def version(self) -> int:
        """How many records there are."""
        return len(self._log)

    def records(self, kind: str) -> tuple[Record, ...]:
        """All records of a kind, in the order of commit."""
        with self._lock:
            return tuple(self._records.get(kind, ()))

    def commit(self, expected_version: int, records: Sequence[Record]) -> int:
        """Add records, all or none, and return the version after.

        Raises: PortError ``version-conflict``, ``record-differs``.
        """
        with self._lock:
            check_version(expected_version, len(self._log))
            for record in additions(records, lambda kind, key: self._hashes.get((kind, key))):
                previous = self._log[-1].hash if self._log else ""
                self._log.append(chained(record, len(self._log) + 1, previous))
                self._records.setdefault(record.kind, []).append(record)
                self._hashes[record.kind, record.key] = record.content_hash
            return len(self._log)

    def log(self) -> Iterator[ChainedRecord]:
        """The whole log in order, as it stood when it was asked for."""
        with self._lock:
            return iter(tuple(self._log))
