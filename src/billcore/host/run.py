"""How a book in a folder is run: read, work out, keep in one commit, hand the entries to the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from billcore.core.errors import PortError
from billcore.core.findings import Finding
from billcore.engine.book import Standing
from billcore.engine.closing import BookRun, run_book
from billcore.engine.controls import controls
from billcore.host.book import LoadedBook, load_book
from billcore.host.book_files import is_named
from billcore.host.delivery import Delivery, deliver_all
from billcore.host.ledger_check import LEDGER, ledger_findings, posting_findings, read_ledger, refuse_lost_store
from billcore.host.records import messages_of, records_of, standing_of
from billcore.host.seal_file import read_seal, write_seal
from billcore.ports.store import Store, record_of
from billcore.store.chain import Seal, verify
from billcore.store.memory import MemoryStore
from billcore.store.sqlite import SqliteStore
from billcore.store.sqlite_ledger import SqliteLedger

STORE = "books.sqlite"
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class HostRun:
    """A run of a folder.

    Attributes:
        loaded: What the files say.
        result: What the book comes to, or None where a file of finance has findings.
        before: What stood before the run.
        committed: Whether it was kept.
        undelivered: Entries that the ledger did not take; they stand, and the next run delivers them again.
        differences: What the ledger had otherwise than the store when the run began.
        redelivered: Entries that the ledger had taken once, had no more, and took again.
        receipts: Keys of the entries that the ledger had taken before the run.
        in_ledger: Keys of the entries that the ledger had when the run began.
    """

    loaded: LoadedBook
    result: BookRun | None
    before: Standing
    committed: bool
    undelivered: tuple[Finding, ...] = ()
    differences: tuple[Finding, ...] = ()
    redelivered: int = 0
    receipts: frozenset[str] = frozenset()
    in_ledger: frozenset[str] = frozenset()

    @property
    def ledger_problems(self) -> tuple[Finding, ...]:
        """Everything for which the ledger does not agree with what stands."""
        return (*self.differences, *self.undelivered)

    @property
    def is_new(self) -> dict[str, int]:
        """How many documents, revenue rows, entries and payments the run added."""
        if self.result is None:
            return {"documents": 0, "revenue": 0, "entries": 0, "payments": 0}
        return {
            "documents": len(self.result.documents),
            "revenue": len(self.result.revenue),
            "entries": len(self.result.entries),
            "payments": len(self.result.applications),
        }


def _silent(_: str) -> None:
    return None


def run(folder: Path, through: date, *, progress: Say | None = None) -> HostRun:
    """Run a book and keep what is new beside it; running again adds nothing.

    What the embedded ledger does not take, or has otherwise than the store, is in the run's `ledger_problems`.

    Args:
        folder: The book's folder.
        through: Inclusive.
        progress: Called with a few words at each stage.

    Raises: BookUnreadable where the folder is no book; PortError ``version-conflict`` where another run was faster,
        ``record-differs``, ``chain-broken``, ``seal-broken``, ``seal-malformed``, ``seal-not-writable``,
        ``store-missing``, ``store-...`` where the store or the ledger cannot be used.
    """
    say = progress or _silent
    say("reading the book")
    loaded = load_book(folder)
    if not has_store(folder):
        refuse_lost_store(0, read_seal(folder) is not None, read_ledger(folder))
    with SqliteStore(folder / STORE) as store:
        version = store.version()  # before anything is read: a faster run in between makes the commit fail
        made = _work(loaded, store, through, say)
        if made.result is None:
            return made
        if made.loaded.book is not None:
            controls(made.loaded.book, made.result)  # a run that contradicts itself is not kept
        say("keeping what is new")
        store.commit(version, records_of(made.result))
        write_seal(folder, store.seal())
        made = replace(made, committed=True)
        deliveries = _deliver(made, store, say)
        write_seal(folder, store.seal())
    return replace(
        made,
        undelivered=posting_findings(deliveries),
        redelivered=sum(one.state == "accepted" and one.key in made.receipts for one in deliveries),
    )


def preview(folder: Path, through: date, *, progress: Say | None = None) -> HostRun:
    """Work out what `run` would issue; no file is written, also not beside the store.

    Raises: as `run`.
    """
    say = progress or _silent
    say("reading the book")
    loaded = load_book(folder)
    with _opened(folder) as store:
        return _work(loaded, store, through, say)


def standing_in(folder: Path) -> Standing:
    """What earlier runs left beside a book; nothing where there was none.

    Raises: PortError ``chain-broken``, ``seal-broken``, ``seal-malformed``, ``store-missing``, ``store-...``.
    """
    with _opened(folder) as store:
        refuse_changed(store, read_seal(folder))
        return standing_of(store)


def has_store(folder: Path) -> bool:
    """Whether a book has a store; a file of no bytes is none."""
    path = folder / STORE
    return is_named(path) and not (path.is_file() and path.stat().st_size == 0)


@contextmanager
def _opened(folder: Path) -> Iterator[Store]:
    """The store of a book for reading alone; an empty one where there is none."""
    if not has_store(folder):
        refuse_lost_store(0, read_seal(folder) is not None, read_ledger(folder))
        yield MemoryStore()
        return
    with SqliteStore(folder / STORE, read_only=True) as store:
        yield store


def refuse_changed(store: Store, seal: Seal | None = None) -> None:
    """Refuse a store of which a record is not as it was written, or that is shorter than its seal says.

    Raises: PortError ``chain-broken``, ``seal-broken``.
    """
    broken = verify(store, seal=seal) or (_half_commit(store) if seal is None else None)
    if broken is not None:
        raise PortError(
            broken.code,
            retryable=False,
            found=broken.found,
            expected=broken.expected,
            path=broken.subject or STORE,
            hint=_HINT,
        )


def _half_commit(store: Store) -> Finding | None:
    """Where there is no seal: a log whose last commit lacks its end, which is the mark of a run.

    The first commit of a book ends with a mark, so a crash before the first seal is no such log.
    """
    last = None
    for record in store.log():
        last = last if record.kind in RECEIPTS else record
    if last is None or last.kind == "run":
        return None
    return Finding(
        code="seal-broken",
        owner="engineering",
        found=f"no seal, and {last.kind} {last.key} as the last of what a run kept",
        expected="a seal, or the mark of a run at the end",
    )


RECEIPTS = frozenset({"receipt", "receipt_again"})
_HINT = "Restore the store from a copy; nothing was read or written."


def _work(loaded: LoadedBook, store: Store, through: date, say: Say) -> HostRun:
    say("checking what stands")
    seal = read_seal(loaded.folder)  # before the log: a seal is never newer than what it seals
    refuse_changed(store, seal)
    ledger = read_ledger(loaded.folder)
    refuse_lost_store(store.version(), seal is not None, ledger)
    before = standing_of(store)
    receipts = frozenset(record.key for record in store.records("receipt"))
    differences = ledger_findings(ledger, messages_of(before.entries))
    result = None
    if loaded.book is not None:
        say(f"working out {len(loaded.book.contracts)} contracts")
        result = run_book(loaded.book, loaded.happened, before, through)
    return HostRun(
        loaded=loaded,
        result=result,
        before=before,
        committed=False,
        differences=differences,
        receipts=receipts,
        in_ledger=frozenset(ledger.hashes),
    )


def _deliver(made: HostRun, store: Store, say: Say) -> tuple[Delivery, ...]:
    """Hand the ledger what it has not got or not confirmed, and keep its receipts."""
    standing = made.result.standing.entries if made.result is not None else ()
    waiting = [one for one in messages_of(standing) if one.key not in made.receipts or one.key not in made.in_ledger]
    if not waiting:
        return ()
    say(f"handing {len(waiting)} entries to the ledger")
    with SqliteLedger(made.loaded.folder / LEDGER) as ledger:
        deliveries = deliver_all(ledger, waiting)
    kept = [one for one in deliveries if one.state == "accepted" and one.receipt is not None]
    records = [
        # A receipt is never changed: the one of an entry that the ledger had lost stands beside the first.
        record_of("receipt_again", f"{one.receipt.external_id} {one.key}", one.receipt)
        if one.key in made.receipts
        else record_of("receipt", one.key, one.receipt)
        for one in kept
        if one.receipt is not None
    ]
    store.commit(store.version(), records)
    return deliveries
