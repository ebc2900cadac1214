"""Which entries a run makes: every event in order of date, each seeing the balances that the ones before left.

On one day: reversals of yesterday's netting, then documents, revenue, cash, and at the month's end the netting.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from billcore.cash.outcome import CashApplication
from billcore.engine.book import Standing
from billcore.gl.entry import JournalEntry, entry_id
from billcore.invoice.grouping import part_of
from billcore.invoice.invoice import Invoice
from billcore.periods.period import ONE_DAY
from billcore.posting.cash import post_receipt
from billcore.posting.cells import CELL_ROLES, EMPTY, CellBalance, CellKey, Move, cells_of, moved
from billcore.posting.documents import post_document
from billcore.posting.entries import ContractAccounts, LedgerSetting
from billcore.posting.presentation import post_presentation
from billcore.posting.revenue import post_revenue
from billcore.posting.reversal import reverse
from billcore.revrec.progress import month_end
from billcore.revrec.schedules import RevenueRow

Cells: TypeAlias = dict[CellKey, CellBalance]
_Make: TypeAlias = Callable[[Cells], "JournalEntry | None"]
_Event: TypeAlias = "tuple[date, int, str, _Make]"
NETTING_KINDS = frozenset({"presentation", "presentation_reversal"})
_REVERSAL, _DOCUMENT, _REVENUE, _CASH, _NETTING = range(5)


def journalize(
    setting: LedgerSetting,
    accounts: Mapping[str, ContractAccounts],
    documents: Sequence[Invoice],
    revenue: Sequence[RevenueRow],
    applications: Sequence[CashApplication],
    standing: Standing,
    through: date,
    *,
    complete: Mapping[str, date] | None = None,
) -> tuple[JournalEntry, ...]:
    """Make the entries of a run.

    Args:
        accounts: By contract.
        documents, revenue, applications: New in this run.
        standing: Entries that stand, and the day an earlier run reached: no month's end before it is netted again.
        through: Inclusive.
        complete: Contract -> day from which nothing of it is left to bill or earn: its last netting is final.

    Returns: in order of posting.
    Raises: as `make_entry`.
    Source: rules 8.
    """
    # Netting only shows: what an event takes is taken of the balances per obligation, whether they are netted or not.
    cells = cells_of(entry for entry in standing.entries if entry.kind not in NETTING_KINDS)
    events: list[_Event] = []
    for document in documents:
        for contract in document.contracts:
            make = _document_maker(setting, accounts[contract], document)
            events.append((document.invoice_date, _DOCUMENT, _document_key(document, contract), make))
    for row in revenue:
        key = f"{row.contract}:{row.obligation}:{row.number:06d}"
        events.append((row.posting_date, _REVENUE, key, _revenue_maker(setting, accounts[row.contract], row)))
    for application in applications:
        events.append((application.value_date, _CASH, application.id, _receipt_maker(setting, application)))
    events.extend(_nettings(setting, accounts, documents, revenue, standing, through, complete or {}))
    for entry in _not_reversed(standing.entries):
        events.append(_reversal(entry))
    return tuple(_in_order(events, cells, through))


def _in_order(events: list[_Event], cells: Cells, through: date) -> Iterator[JournalEntry]:
    heapq.heapify(events)
    while events:
        day, _, _, make = heapq.heappop(events)
        if day > through:
            continue
        entry = make(cells)
        if entry is None:
            continue
        if entry.kind not in NETTING_KINDS:
            _move(cells, entry)
        elif entry.kind == "presentation":
            heapq.heappush(events, _reversal(entry))
        yield entry


def _move(cells: Cells, entry: JournalEntry) -> None:
    for line in entry.lines:
        if line.obligation and line.role in CELL_ROLES:
            key = (entry.contract, line.obligation)
            cells[key] = moved(cells.get(key, EMPTY), (Move(role=line.role, side=line.side, minor=line.amount_minor),))


def _document_key(document: Invoice, contract: str) -> str:
    """Order the documents of a day as the contract alone would post them: what each takes of balances hangs on it."""
    if len(document.contracts) == 1:
        return document.id
    return f"{part_of(document, contract).id}:{document.id}"


def _document_maker(setting: LedgerSetting, mine: ContractAccounts, document: Invoice) -> _Make:
    return lambda cells: post_document(setting, mine, document, cells)


def _revenue_maker(setting: LedgerSetting, mine: ContractAccounts, row: RevenueRow) -> _Make:
    return lambda cells: post_revenue(setting, mine, row, cells)


def _receipt_maker(setting: LedgerSetting, application: CashApplication) -> _Make:
    return lambda cells: post_receipt(setting, application)


def _reversal(entry: JournalEntry) -> _Event:
    def make(cells: Cells) -> JournalEntry:
        what = f"Netting of {entry.posting_date} taken back: {entry.contract}"
        return reverse(entry, on=entry.posting_date + ONE_DAY, kind="presentation_reversal", description=what)

    return (entry.posting_date + ONE_DAY, _REVERSAL, entry.id, make)


def _not_reversed(entries: Sequence[JournalEntry]) -> Iterator[JournalEntry]:
    there = {entry.id for entry in entries}
    for entry in entries:
        taken_back = entry_id(entry.book, entry.entity, entry.source_event, "presentation_reversal")
        if entry.kind == "presentation" and taken_back not in there:
            yield entry


def _nettings(
    setting: LedgerSetting,
    accounts: Mapping[str, ContractAccounts],
    documents: Sequence[Invoice],
    revenue: Sequence[RevenueRow],
    standing: Standing,
    through: date,
    complete: Mapping[str, date],
) -> Iterator[_Event]:
    """A look at every month's end not yet passed, of every contract with several obligations."""
    first = _first_days(documents, revenue, standing)
    for contract, mine in sorted(accounts.items()):
        if len(set(mine.obligation_of.values())) < 2 or contract not in first:
            continue
        day = month_end(first[contract])
        while day <= through:
            if standing.through is None or day > standing.through:
                is_final = contract in complete and complete[contract] <= day
                yield (day, _NETTING, contract, _netting_maker(setting, mine, day, is_final))
            day = month_end(day + ONE_DAY)


def _first_days(documents: Sequence[Invoice], revenue: Sequence[RevenueRow], standing: Standing) -> dict[str, date]:
    """The day on which anything of a contract first posts."""
    days = [(contract, one.invoice_date) for one in documents for contract in one.contracts]
    days += [(row.contract, row.posting_date) for row in revenue]
    days += [(entry.contract, entry.posting_date) for entry in standing.entries]
    first: dict[str, date] = {}
    for contract, day in days:
        first[contract] = min(day, first.get(contract, day))
    return first


def _netting_maker(setting: LedgerSetting, mine: ContractAccounts, day: date, is_final: bool) -> _Make:
    def make(cells: Cells) -> JournalEntry | None:
        return post_presentation(setting, mine, cells, day, setting.functional[mine.entity], is_final=is_final)

    return make
