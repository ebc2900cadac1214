"""Whether the embedded ledger says what stands: compared at every run, entry by entry; what differs is a finding."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from billcore.core.errors import PortError
from billcore.core.findings import Finding
from billcore.core.value import Value
from billcore.host.book_files import is_named
from billcore.host.delivery import Delivery
from billcore.posting.outbox import OutboxMessage
from billcore.store.sqlite_ledger import SqliteLedger

LEDGER = "ledger.sqlite"


class LedgerState(Value, frozen=True, kw_only=True):
    """What the ledger keeps.

    Attributes:
        hashes: Content hash by entry key.
        findings: Where the ledger contradicts itself.
    """

    hashes: dict[str, str]
    findings: tuple[Finding, ...] = ()


def read_ledger(folder: Path) -> LedgerState:
    """Read the ledger beside a book whole; none is as good as an empty one.

    Raises: PortError ``store-...`` where the file is no ledger or cannot be used.
    """
    path = folder / LEDGER
    if not is_named(path) or (path.is_file() and path.stat().st_size == 0):
        return LedgerState(hashes={})
    with SqliteLedger(path, read_only=True) as ledger:
        return LedgerState(hashes=ledger.hashes(), findings=ledger.verify())


def refuse_lost_store(version: int, sealed: bool, ledger: LedgerState) -> None:
    """Refuse to begin anew beside the traces of an earlier store: everything would be issued a second time.

    Args:
        version: How many records the store has; 0 where there is no store.
        sealed: Whether a seal says that there were records.

    Raises: PortError ``store-missing``.
    """
    if version or not (sealed or ledger.hashes):
        return
    count = len(ledger.hashes)
    raise PortError(
        "store-missing",
        retryable=False,
        found=f"no record in the store, {count} in the ledger" if count else "no record in the store, and a seal",
        expected="the store that earlier runs kept",
        path="books.sqlite",
        hint="Restore books.sqlite, or move ledger.sqlite and books.seal away to begin anew; nothing was kept.",
    )


def ledger_findings(ledger: LedgerState, standing: Iterable[OutboxMessage]) -> tuple[Finding, ...]:
    """What the ledger has otherwise than the store, before anything is added to either.

    An entry that the ledger lacks is no finding: it is delivered.
    """
    stands = {message.key: message.content_hash for message in standing}
    found = list(ledger.findings)
    told = {finding.path for finding in found}
    for key, content_hash in ledger.hashes.items():
        if key in told or stands.get(key) == content_hash:
            continue
        is_foreign = key not in stands
        found.append(
            Finding(
                code="ledger-differs",
                owner="finance",
                file=LEDGER,
                path=key,
                found="an entry that the store does not have" if is_foreign else "an entry with other content",
                expected="the entries that stand, as they stand",
                hint="Find out who wrote it; restore books.sqlite and ledger.sqlite from one copy.",
            )
        )
    return tuple(found)


def posting_findings(deliveries: Iterable[Delivery]) -> tuple[Finding, ...]:
    """One finding for each entry that the ledger did not take."""
    return tuple(
        Finding(
            code="posting-failed",
            owner="finance",
            file=LEDGER,
            path=one.key,
            found=f"{one.state}: {one.reason or 'no answer'}",
            expected="accepted",
            hint=_HINTS.get(one.reason, _AGAIN) if one.state == "rejected" else _AGAIN,
        )
        for one in deliveries
        if one.state not in ("accepted", "confirmed")
    )


_AGAIN = "The entry stands and waits; mend the ledger and run again, which delivers it."
_HINTS = {
    "entry-differs": "The ledger keeps another entry under this key; find out who wrote it, then reverse or remove it "
    "there and run again."
}
