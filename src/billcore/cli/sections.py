"""What each section of a run's screen shows: positions, documents, payments, balances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from billcore.cli.views import NOTHING, cells, grid, heading, number, put, said
from billcore.core.table import Cell
from billcore.engine.book import Book
from billcore.engine.closing import BookRun
from billcore.engine.reports.ledger import trial_balance_table
from billcore.engine.reports.positions import position_report
from billcore.engine.reports.receipts import cash_table
from billcore.engine.reports.receivables import invoice_register
from billcore.money.amount import Amount, total

SHOWN_DEALS, SHOWN_WAITING = 40, 10
SHOWN_DOCUMENTS = 12
SHOWN_PAYMENTS = 20
MAY_BE_LEFT_OUT = frozenset({"contract_asset", "unbilled_receivable"})


def count_text(count: int, one: str, many: str = "") -> str:
    """Say how many there are.

    >>> count_text(1, "journal entry", "journal entries"), count_text(1_200, "deal")
    ('1 journal entry', '1,200 deals')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def show_positions(console: Console, book: Book, run: BookRun) -> None:
    """Where each deal stands, by legal entity and currency."""
    table = position_report(book, run, run.through)
    names = ("billed", "earned", "contract_liability", "contract_asset", "unbilled_receivable", "open_receivable")
    heads = dict(zip(names, ("Billed", "Earned", "Deferred", "Contract asset", "Unbilled", "Owed"), strict=True))
    rows = cells(table, "entity", "currency", "name", *names)
    begun: list[tuple[Cell, ...]] = []
    waiting: list[tuple[Cell, ...]] = []
    for row in rows:
        (begun if _any([row], range(3, 3 + len(names))) else waiting).append(row)
    for entity, currency in dict.fromkeys((str(row[0]), str(row[1])) for row in begun):
        mine = [row for row in begun if (row[0], row[1]) == (entity, currency)]
        shown = [n for n in names if n not in MAY_BE_LEFT_OUT or _any(mine, [3 + names.index(n)])]
        heading(console, f"{_entity(book, entity)}, {currency}", "billed and earned before tax, owed with tax")
        grid(
            console,
            [("Deal", False), *((heads[name], True) for name in shown)],
            ([str(row[2]), *(number(row[3 + names.index(name)]) for name in shown)] for row in mine[:SHOWN_DEALS]),
            total=["Total", *(number(_sum((row[3 + names.index(n)] for row in mine), currency)) for n in shown)],
        )
        _say_more(console, len(mine) - SHOWN_DEALS, "more deals, in the total")
    if waiting:
        put(console, "")
        more = f" and {len(waiting) - SHOWN_WAITING:,} more" if len(waiting) > SHOWN_WAITING else ""
        said(
            console, f"Nothing due yet: {', '.join(str(row[2]) for row in waiting[:SHOWN_WAITING])}{more}", style="dim"
        )


def _any(rows: Iterable[tuple[Cell, ...]], places: Sequence[int]) -> bool:
    every = (row[place] for row in rows for place in places)
    return any(isinstance(cell, Amount) and cell.minor != 0 for cell in every)


def _sum(amounts: Iterable[Cell], currency: str) -> Amount:
    return total([amount for amount in amounts if isinstance(amount, Amount)], currency)


def _entity(book: Book, entity: str) -> str:
    known = book.entity_by_id.get(entity)
    return f"{entity} {known.name}" if known else entity


def show_documents(console: Console, book: Book, run: BookRun, *, is_issued: bool) -> None:
    """New documents one by one, or where there are many, by deal."""
    names = ("number", "invoice_date", "due_date", "contracts", "currency", "total", "balance", "status")
    register = cells(invoice_register(book, run), *names)
    rows = [row for row in register if row[7] == "new"]
    verb = "Issued" if is_issued else "To be issued"
    if not rows:
        heading(console, f"{verb}: nothing new", f"{count_text(len(register), 'document')} stand")
        return
    heading(console, f"{verb}: {count_text(len(rows), 'document')}", "with tax; a credit memo is negative")
    deals = {contract.id: contract.name or contract.id for contract in book.contracts}
    if len(rows) > SHOWN_DOCUMENTS:
        _show_documents_by_deal(console, rows, deals)
        return
    grid(
        console,
        [*_texts("Number", "Date", "Due", "Deal", "Cur."), ("Total", True), ("Open", True)],
        (
            [
                *map(str, row[:3]),
                deals.get(str(row[3]), str(row[3])),
                str(row[4]),
                number(row[5], zero="0.00"),
                number(row[6]),
            ]
            for row in rows
        ),
        flexible=3,
    )


def _show_documents_by_deal(console: Console, rows: list[tuple[Cell, ...]], deals: dict[str, str]) -> None:
    by_deal: dict[tuple[str, str], list[tuple[Cell, ...]]] = {}
    for row in rows:
        by_deal.setdefault((str(row[3]), str(row[4])), []).append(row)
    grid(
        console,
        [*_texts("Deal", "Cur."), ("Documents", True), *_texts("First", "Last"), ("Total", True), ("Open", True)],
        (
            [
                *(deals.get(deal, deal), currency, number(len(mine)), str(mine[0][1]), str(mine[-1][1])),
                *(number(_sum((row[place] for row in mine), currency)) for place in (5, 6)),
            ]
            for (deal, currency), mine in by_deal.items()
        ),
    )


def _texts(*headers: str) -> list[tuple[str, bool]]:
    return [(header, False) for header in headers]


def _say_more(console: Console, count: int, what: str) -> None:
    if count > 0:
        said(console, f"and {count:,} {what}", style="dim")


def show_cash(console: Console, book: Book, run: BookRun) -> None:
    """The payments that stand, newest last, and what became of each."""
    names = ("payment", "value_date", "customer", "currency", "gross", "applied", "status")
    rows = cells(cash_table(book, run), *names)
    if not rows:
        return
    heading(console, f"Received: {count_text(len(rows), 'payment')}", "all that stand")
    grid(
        console,
        [*_texts("Payment", "Date", "From", "Cur."), ("Received", True), ("Applied", True), ("Result", False)],
        (
            [
                *map(str, row[:2]),
                str(row[2]) or "nobody known",
                str(row[3]),
                *map(number, row[4:6]),
                _status(str(row[6])),
            ]
            for row in rows[-SHOWN_PAYMENTS:]
        ),
        flexible=2,
    )
    _say_more(console, len(rows) - SHOWN_PAYMENTS, "earlier")


def _status(status: str) -> Text:
    return Text(status.replace("_", " "), style="" if status == "applied" else "yellow")


def show_trial_balances(console: Console, book: Book, run: BookRun) -> None:
    """The accounts of each legal entity, with both totals."""
    rows = cells(
        trial_balance_table(book, run, run.through),
        "entity",
        "currency",
        "account",
        "name",
        "debit",
        "credit",
        "balance",
    )
    for entity, currency in dict.fromkeys((str(row[0]), str(row[1])) for row in rows):
        mine = [row for row in rows if row[0] == entity]
        heading(console, f"Trial balance {_entity(book, entity)}, {currency}", f"at the end of {run.through}")
        sums = [_sum((row[place] for row in mine), currency) for place in (4, 5, 6)]
        grid(
            console,
            [("Account", False), ("Name", False), ("Debits", True), ("Credits", True), ("Balance", True)],
            ([str(row[2]), str(row[3]), number(row[4]), number(row[5]), _balance(row[6])] for row in mine),
            total=["", "Total", number(sums[0]), number(sums[1]), number(sums[2])],
            flexible=1,
        )


def _balance(balance: Cell) -> Text:
    """A balance with its side in words, so that nobody must know what a minus means."""
    if not isinstance(balance, Amount) or balance.minor == 0:
        return Text(f"{NOTHING}   ", style="dim")
    size = Amount(minor=abs(balance.minor), currency=balance.currency)
    return number(size).append(" Dr" if balance.minor > 0 else " Cr")
