"""How what stands is kept in a store and read back: one record a thing, by natural key."""

from __future__ import annotations

from datetime import date

from billcore.billing.workings import Workings
from billcore.cash.outcome import CashApplication
from billcore.core.canonical import decode
from billcore.core.value import Value
from billcore.engine.book import Standing
from billcore.engine.closing import BookRun
from billcore.gl.entry import JournalEntry
from billcore.invoice.invoice import Invoice
from billcore.ports.store import Record, Store, record_of
from billcore.posting.outbox import OutboxMessage, enqueue
from billcore.revrec.schedules import RevenueRow


class RunMark(Value, frozen=True, kw_only=True):
    """That a run reached a day."""

    through: date


def standing_of(store: Store) -> Standing:
    """Read what stands from a store."""
    marks = [decode(record.body.encode(), RunMark) for record in store.records("run")]
    documents = [decode(record.body.encode(), Invoice) for record in store.records("document")]
    return Standing(
        documents=tuple(documents),
        revenue=tuple(decode(record.body.encode(), RevenueRow) for record in store.records("revenue_row")),
        entries=tuple(decode(record.body.encode(), JournalEntry) for record in store.records("journal_entry")),
        applications=tuple(decode(record.body.encode(), CashApplication) for record in store.records("application")),
        workings=tuple(decode(record.body.encode(), Workings) for record in store.records("workings")),
        through=max((mark.through for mark in marks), default=None),
    )


def records_of(run: BookRun) -> tuple[Record, ...]:
    """The records that a run adds: all of them in one commit, or none."""
    records = [record_of("document", one.id, one) for one in run.documents]
    records += [record_of("number", one.number, one.id) for one in run.documents]
    records += [record_of("workings", one.line, one) for one in run.workings]
    records += [record_of("revenue_row", f"{one.contract}:{one.obligation}:{one.number}", one) for one in run.revenue]
    records += [record_of("journal_entry", one.id, one) for one in run.entries]
    records += [record_of("message", message.key, message.content_hash) for message in messages_of(run.entries)]
    records += [record_of("application", one.key, one) for one in run.applications]
    mark = RunMark(through=run.through)
    return (*records, record_of("run", run.through.isoformat(), mark)) if records else ()


def messages_of(entries: tuple[JournalEntry, ...]) -> tuple[OutboxMessage, ...]:
    """The outbox messages of entries."""
    return tuple(enqueue(entry) for entry in entries)
