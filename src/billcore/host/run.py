"""How a book in a folder is run: read, work out, keep in one commit, hand the entries to the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from billcore.core.errors import PortError
from billcore.engine.book import Standing
from billcore.engine.closing import BookRun, run_book
from billcore.engine.controls import controls
from billcore.host.book import LoadedBook, load_book
from billcore.host.book_files import is_named
from billcore.host.delivery import deliver_all
from billcore.host.records import messages_of, records_of, standing_of
from billcore.ports.store import Store, record_of
from billcore.store.chain import verify
from billcore.store.memory import MemoryStore
from billcore.store.sqlite import SqliteStore
from billcore.store.sqlite_ledger import SqliteLedger

STORE = "books.sqlite"
LEDGER = "ledger.sqlite"
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class HostRun:
    """A run of a folder.

    Attributes:
        loaded: What the files say.
        result: What the book comes to, or None where a file of finance has findings.
        before: What stood before the run.
        committed: Whether it was kept.
    """

    loaded: LoadedBook
    result: BookRun | None
    before: Standing
    committed: bool

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

    Args:
        folder: The book's folder.
        through: Inclusive.
        progress: Called with a few words at each stage.

    Raises: BookUnreadable where the folder is no book; PortError ``version-conflict`` where another run was faster,
        ``record-differs``, ``chain-broken``, ``store-...`` where the store cannot be used.
    """
    say = progress or _silent
    say("reading the book")
    loaded = load_book(folder)
    with SqliteStore(folder / STORE) as store:
        version = store.version()  # before anything is read: a faster run in between makes the commit fail
        made = _work(loaded, store, through, say)
        if made.result is not None:
            if made.loaded.book is not None:
                controls(made.loaded.book, made.result)  # a run that contradicts itself is not kept
            say("keeping what is new")
            store.commit(version, records_of(made.result))
            _deliver(folder, store, made.result.standing, say)
    return HostRun(loaded=loaded, result=made.result, before=made.before, committed=made.result is not None)


def preview(folder: Path, through: date, *, progress: Say | None = None) -> HostRun:
    """Work out what `run` would issue, and keep nothing."""
    say = progress or _silent
    say("reading the book")
    loaded = load_book(folder)
    if not is_named(folder / STORE):
        return _work(loaded, MemoryStore(), through, say)
    with SqliteStore(folder / STORE) as store:
        return _work(loaded, store, through, say)


def standing_in(folder: Path) -> Standing:
    """What earlier runs left beside a book; nothing where there was none."""
    if not is_named(folder / STORE):
        return Standing()
    with SqliteStore(folder / STORE) as store:
        refuse_changed(store)
        return standing_of(store)


def refuse_changed(store: Store) -> None:
    """Refuse a store of which a record is not as it was written.

    Raises: PortError ``chain-broken``.
    """
    broken = verify(store)
    if broken is not None:
        raise PortError(
            broken.code, retryable=False, found=broken.found, expected=broken.expected, path=broken.subject, hint=_HINT
        )


_HINT = "Restore the store from a copy; nothing was read or written."


def _work(loaded: LoadedBook, store: Store, through: date, say: Say) -> HostRun:
    say("checking what stands")
    refuse_changed(store)
    before = standing_of(store)
    if loaded.book is None:
        return HostRun(loaded=loaded, result=None, before=before, committed=False)
    say(f"working out {len(loaded.book.contracts)} contracts")
    result = run_book(loaded.book, loaded.happened, before, through)
    return HostRun(loaded=loaded, result=result, before=before, committed=False)


def _deliver(folder: Path, store: Store, standing: Standing, say: Say) -> None:
    """Hand the entries without a receipt to the embedded ledger, and keep its receipts."""
    known = {record.key for record in store.records("receipt")}
    waiting = [message for message in messages_of(standing.entries) if message.key not in known]
    if not waiting:
        return
    say(f"handing {len(waiting)} entries to the ledger")
    with SqliteLedger(folder / LEDGER) as ledger:
        deliveries = deliver_all(ledger, waiting)
    receipts = [record_of("receipt", one.key, one.receipt) for one in deliveries if one.state == "accepted"]
    store.commit(store.version(), receipts)
