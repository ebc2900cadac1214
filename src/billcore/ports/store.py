"""Where a host keeps what was decided: records that are added in whole commits and never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import ClassVar, Protocol, runtime_checkable

from billcore.core.canonical import canonical_bytes
from billcore.core.errors import InvariantBroken
from billcore.core.value import Value
from billcore.ports.direction import Inside


class Record(Value, frozen=True, kw_only=True):
    """One fact to keep.

    Attributes:
        kind: What it is: ``invoice``, ``credit_memo``, ``billed_line``, ``revenue_row``, ``journal_entry``,
            ``message``, ``payment``, ``application``, or a host's own.
        key: Natural key; one record per kind and key for ever.
        body: The canonical bytes, as text.
        content_hash: SHA-256 of the body.

    Raises: InvariantBroken ``record-hash-wrong``, ``record-unnamed``.
    """

    kind: str
    key: str
    body: str
    content_hash: str

    def __post_init__(self) -> None:
        if not self.kind or not self.key:
            raise InvariantBroken("record-unnamed", found=f"kind {self.kind!r}, key {self.key!r}", expected="both")
        if self.content_hash != text_hash(self.body):
            raise InvariantBroken(
                "record-hash-wrong",
                found=f"hash {self.content_hash[:12]}...",
                expected="the hash of the body",
                path=f"{self.kind} {self.key}",
                hint="The record was changed after it was written; find the place with billcore.store.verify.",
            )


class ChainedRecord(Value, frozen=True, kw_only=True):
    """A record as it stands in the store's log, unchecked, so that a broken one can be shown.

    Attributes:
        sequence: 1 for the first, then without a gap.
        previous_hash: ``hash`` of the record before, empty for the first.
        hash: Hash over sequence, kind, key, content hash and the previous hash.
    """

    sequence: int
    kind: str
    key: str
    body: str
    content_hash: str
    previous_hash: str
    hash: str


@runtime_checkable
class Store(Protocol):
    """A host's memory. One verb writes, and it only adds. Run `StoreSuite` on yours."""

    direction: ClassVar[Inside] = "inside"

    def version(self) -> int:
        """How many records there are; it moves with every commit that adds something."""
        ...

    def records(self, kind: str) -> tuple[Record, ...]:
        """All records of a kind, in the order of commit.

        Raises: InvariantBroken ``record-hash-wrong`` where one was changed behind the store's back.
        """
        ...

    def commit(self, expected_version: int, records: Sequence[Record]) -> int:
        """Add records, all or none, and return the version after.

        A record that is there with the same content is left out; where all are, nothing is written.

        Raises: PortError ``version-conflict`` (retryable) where the version is not the expected one; ``record-differs``
            (not retryable) where a key is there with other content. Nothing is kept in either case.
        """
        ...

    def log(self) -> Iterator[ChainedRecord]:
        """The whole log in order, unchecked; `billcore.store.verify` walks it."""
        ...


def text_hash(body: str) -> str:
    """Hash a body: 64 hexadecimal digits of SHA-256."""
    return hashlib.sha256(body.encode()).hexdigest()


def record_of(kind: str, key: str, value: object) -> Record:
    """Make the record that keeps a value or document.

    >>> record_of("payment", "US01||B-77|1", {"amount": "100.00"}).body
    '{"amount":"100.00"}'
    """
    body = canonical_bytes(value).decode()
    return Record(kind=kind, key=key, body=body, content_hash=text_hash(body))
