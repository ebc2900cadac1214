"""How records hang together: what a commit may add, the running hash, and where the log is broken if it is.

The chain shows a record that was changed, removed or swapped. It cannot show a cut tail or a log rewritten whole: for
that the host keeps a seal elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from billcore.core.canonical import digest
from billcore.core.errors import PortError
from billcore.core.findings import Finding
from billcore.core.value import Value
from billcore.ports.store import ChainedRecord, Record, Store, text_hash


class Seal(Value, frozen=True, kw_only=True):
    """How long the log is and what its last record's hash is; kept outside, it shows a cut tail."""

    version: int
    hash: str


def additions(records: Iterable[Record], known_hash: Callable[[str, str], str | None]) -> tuple[Record, ...]:
    """The records of a commit that are new.

    Args:
        records: What the commit brings.
        known_hash: Content hash of what stands under a kind and key, or None.

    Raises: PortError ``record-differs``, not retryable.
    """
    added: dict[tuple[str, str], Record] = {}
    for record in records:
        place = record.kind, record.key
        standing = added[place].content_hash if place in added else known_hash(*place)
        if standing is None:
            added[place] = record
        elif standing != record.content_hash:
            raise PortError(
                "record-differs",
                retryable=False,
                found=f"content {record.content_hash[:12]}...",
                expected=f"the content that stands there, {standing[:12]}...",
                path=f"{record.kind} {record.key}",
                hint="What is kept is never changed; a correction is another record with its own key.",
            )
    return tuple(added.values())


def check_version(expected: int, actual: int) -> None:
    """Refuse a commit that was prepared against another version.

    Raises: PortError ``version-conflict``, retryable.
    """
    if expected != actual:
        raise PortError(
            "version-conflict",
            retryable=True,
            found=f"version {actual}",
            expected=f"version {expected}",
            hint="Somebody else committed: read again, compute again, commit with the new version.",
        )


def chained(record: Record, sequence: int, previous_hash: str) -> ChainedRecord:
    """Hang a record on the chain."""
    return ChainedRecord(
        sequence=sequence,
        kind=record.kind,
        key=record.key,
        body=record.body,
        content_hash=record.content_hash,
        previous_hash=previous_hash,
        hash=_link(sequence, record.kind, record.key, record.content_hash, previous_hash),
    )


def seal_of(store: Store) -> Seal:
    """The seal of a store as it stands."""
    last = Seal(version=0, hash="")
    for record in store.log():
        last = Seal(version=record.sequence, hash=record.hash)
    return last


def verify(store: Store, *, seal: Seal | None = None) -> Finding | None:
    """Walk the log and name the first record that is not as it was written, or None.

    Args:
        seal: A seal taken earlier and kept elsewhere; with it a cut tail and a rewritten log are found too.

    Returns: a finding ``chain-broken`` or ``seal-broken``, or None.
    """
    previous, length = "", 0
    for record in store.log():
        length += 1
        broken = _first_break(record, length, previous)
        if broken:
            return _finding("chain-broken", record.sequence, broken, subject=f"{record.kind} {record.key}")
        if seal is not None and record.sequence == seal.version and record.hash != seal.hash:
            return _finding("seal-broken", record.sequence, "another hash than in the seal", subject=record.key)
        previous = record.hash
    if seal is not None and length < seal.version:
        return _finding("seal-broken", length + 1, f"{length} records, {seal.version} at the seal", subject="")
    return None


def _link(sequence: int, kind: str, key: str, content_hash: str, previous_hash: str) -> str:
    return digest([sequence, kind, key, content_hash, previous_hash])


def _first_break(record: ChainedRecord, sequence: int, previous: str) -> str:
    if record.sequence != sequence:
        return f"sequence {record.sequence} in place {sequence}"
    if record.previous_hash != previous:
        return "a previous hash that is not the hash before"
    if record.content_hash != text_hash(record.body):
        return "a body that is not the one hashed"
    if record.hash != _link(record.sequence, record.kind, record.key, record.content_hash, previous):
        return "a hash that is not of this record"
    return ""


def _finding(code: str, sequence: int, found: str, *, subject: str) -> Finding:
    return Finding(
        code=code,
        owner="engineering",
        path=f"log[{sequence}]",
        found=found,
        expected="the log as it was written",
        hint="The store was changed behind its back; restore it, and compare with the ledger.",
        subject=subject,
    )
