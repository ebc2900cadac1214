"""What a run or a preview comes to, for a person: deals, documents, cash, balances, what is held and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from rich.console import Console
from rich.text import Text

from billcore.cli.views import NOTHING, cells, grid, heading, number, put, said, show_finding
from billcore.core.findings import Finding
from billcore.core.printable import one_line
from billcore.core.table import Cell
from billcore.engine.book import Book
from billcore.engine.closing import BookRun
from billcore.engine.controls import controls
from billcore.engine.reports import cash_table, invoice_register, position_report, trial_balance_table
from billcore.engine.unsettled import standing_findings
from billcore.host.book import LoadedBook
from billcore.host.run import HostRun
from billcore.money.amount import Amount, total

SHOWN_DOCUMENTS = 12
SHOWN_PAYMENTS = 20
MAY_BE_LEFT_OUT = frozenset({"contract_asset", "unbilled_receivable"})


def show_summary(console: Console, host_run: HostRun, through: date) -> None:
    """Show everything that a run came to, or why nothing could be worked out."""
    loaded, result = host_run.loaded, host_run.result
    _show_title(console, host_run, through)
    if loaded.book is None or result is None:
        heading(console, "Nothing was worked out", "a file of finance has findings")
        for finding in loaded.findings:
            show_finding(console, finding)
        return
    _show_positions(console, loaded.book, result)
    _show_documents(console, loaded.book, result, is_issued=host_run.committed)
    _show_cash(console, loaded.book, result)
    _show_trial_balances(console, loaded.book, result)
    _show_held(console, loaded, result)
    _show_others(console, loaded, result)
    _show_controls(console, loaded, loaded.book, result)


def _show_title(console: Console, host_run: HostRun, through: date) -> None:
    loaded = host_run.loaded
    name = loaded.folder.resolve().name
    line = Text(one_line(f"{name} through {through}"), style="bold")
    if host_run.result is not None and not host_run.committed:
        line.append("  preview, nothing is kept", style="yellow")
    put(console, line)
    held = len(loaded.held_deals) + (len(host_run.result.held) if host_run.result else 0)
    rows = [("Deals", f"{loaded.source_count:,}, {held:,} held")]
    if host_run.result is not None:
        new, stood = host_run.is_new, host_run.before
        counts = _counts(new["documents"], new["revenue"], new["entries"], new["payments"])
        before = (len(stood.documents), len(stood.revenue), len(stood.entries), len(stood.applications))
        rows.append(("New", counts if any(new.values()) else "nothing: everything through this day stands already"))
        rows.append(("Before", _counts(*before) if any(before) else "nothing"))
    for label, text in rows:
        put(console, f"  {label:<8}{text}")


def _counts(documents: int, revenue: int, entries: int, payments: int) -> str:
    named = (
        _count(documents, "document"),
        _count(revenue, "revenue row"),
        _count(entries, "journal entry", "journal entries"),
        _count(payments, "payment"),
    )
    return ", ".join(named)


def _count(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _show_positions(console: Console, book: Book, run: BookRun) -> None:
    table = position_report(book, run, run.through)
    names = ("billed", "earned", "contract_liability", "contract_asset", "unbilled_receivable", "open_receivable")
    heads = dict(zip(names, ("Billed", "Earned", "Deferred", "Contract asset", "Unbilled", "Owed"), strict=True))
    rows = cells(table, "entity", "currency", "name", *names)
    begun = [row for row in rows if _any([row], range(3, 3 + len(names)))]
    for entity, currency in dict.fromkeys((str(row[0]), str(row[1])) for row in begun):
        mine = [row for row in begun if (row[0], row[1]) == (entity, currency)]
        shown = [n for n in names if n not in MAY_BE_LEFT_OUT or _any(mine, [3 + names.index(n)])]
        heading(console, f"{_entity(book, entity)}, {currency}", "billed and earned before tax, owed with tax")
        grid(
            console,
            [("Deal", False), *((heads[name], True) for name in shown)],
            ([str(row[2]), *(number(row[3 + names.index(name)]) for name in shown)] for row in mine),
            total=["Total", *(number(_sum((row[3 + names.index(n)] for row in mine), currency)) for n in shown)],
        )
    waiting = [str(row[2]) for row in rows if row not in begun]
    if waiting:
        put(console, "")
        said(console, f"Nothing due yet: {', '.join(waiting)}", style="dim")


def _any(rows: Iterable[tuple[Cell, ...]], places: Sequence[int]) -> bool:
    every = (row[place] for row in rows for place in places)
    return any(isinstance(cell, Amount) and cell.minor != 0 for cell in every)


def _sum(amounts: Iterable[Cell], currency: str) -> Amount:
    return total([amount for amount in amounts if isinstance(amount, Amount)], currency)


def _entity(book: Book, entity: str) -> str:
    known = book.entity_by_id.get(entity)
    return f"{entity} {known.name}" if known else entity


def _show_documents(console: Console, book: Book, run: BookRun, *, is_issued: bool) -> None:
    """New documents one by one, or where there are many, by deal."""
    names = ("number", "invoice_date", "due_date", "contracts", "currency", "total", "balance", "status")
    register = cells(invoice_register(book, run), *names)
    rows = [row for row in register if row[7] == "new"]
    verb = "Issued" if is_issued else "To be issued"
    if not rows:
        heading(console, f"{verb}: nothing new", f"{_count(len(register), 'document')} stand")
        return
    heading(console, f"{verb}: {_count(len(rows), 'document')}", "with tax; a credit memo is negative")
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


def _say_more(console: Console, count: int) -> None:
    if count > 0:
        said(console, f"and {count:,} earlier", style="dim")


def _show_cash(console: Console, book: Book, run: BookRun) -> None:
    names = ("payment", "value_date", "customer", "currency", "gross", "applied", "status")
    rows = cells(cash_table(book, run), *names)
    if not rows:
        return
    heading(console, f"Received: {_count(len(rows), 'payment')}", "all that stand")
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
    _say_more(console, len(rows) - SHOWN_PAYMENTS)


def _status(status: str) -> Text:
    return Text(status.replace("_", " "), style="" if status == "applied" else "yellow")


def _show_trial_balances(console: Console, book: Book, run: BookRun) -> None:
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


def held_in(loaded: LoadedBook, run: BookRun | None) -> Iterator[tuple[str, str, tuple[Finding, ...]]]:
    """Every deal that is held: its name, its file or contract, and why."""
    for deal in loaded.held_deals:
        yield deal.name, deal.file, deal.findings
    names = {one.id: one.name or one.id for one in loaded.book.contracts} if loaded.book else {}
    for contract in run.held if run is not None else ():
        findings = tuple(one for one in run.findings if one.subject == contract) if run is not None else ()
        yield names.get(contract, contract), f"contract {contract}", findings


def other_findings(loaded: LoadedBook, run: BookRun | None) -> tuple[Finding, ...]:
    """The findings that hold no deal."""
    told = {id(finding) for _, _, findings in held_in(loaded, run) for finding in findings}
    every = (*loaded.findings, *(standing_findings(run) if run is not None else ()))
    return tuple(finding for finding in every if id(finding) not in told)


def _show_held(console: Console, loaded: LoadedBook, run: BookRun) -> None:
    held = list(held_in(loaded, run))
    if not held:
        return
    heading(console, f"Held: {_count(len(held), 'deal')}", "nothing of it is billed or posted until its owner acts")
    for name, place, findings in held:
        said(console, name if name == place else f"{name}  ({place})", style="bold")
        for finding in findings:
            show_finding(console, finding, indent=4)


def _show_others(console: Console, loaded: LoadedBook, run: BookRun) -> None:
    others = other_findings(loaded, run)
    if others:
        heading(console, f"To look at: {_count(len(others), 'finding')}")
        for finding in others:
            show_finding(console, finding)


def _show_controls(console: Console, loaded: LoadedBook, book: Book, run: BookRun) -> None:
    checked = controls(book, run)
    heading(console, "Checks")
    said(console, f"{len(checked)} controls hold: ledger and subledgers agree to the last digit.")
    if loaded.proofs and all(proof.is_complete for proof in loaded.proofs):
        cells = max(proof.count for proof in loaded.proofs)
        said(console, f"The mapping gives one account to each of {cells:,} combinations that this book can post.")
