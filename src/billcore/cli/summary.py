"""What a run or a preview comes to, for a person: deals, documents, cash, balances, what is held and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.console import Console
from rich.text import Text

from billcore.cli.sections import count_text, show_cash, show_documents, show_positions, show_trial_balances
from billcore.cli.views import heading, put, said, show_finding
from billcore.core.findings import Finding
from billcore.core.printable import one_line
from billcore.engine.book import Book
from billcore.engine.closing import BookRun
from billcore.engine.controls import controls
from billcore.engine.unsettled import standing_findings
from billcore.host.book import LoadedBook
from billcore.host.run import HostRun


def show_summary(console: Console, host_run: HostRun, through: date) -> None:
    """Show everything that a run came to, or why nothing could be worked out."""
    loaded, result = host_run.loaded, host_run.result
    _show_title(console, host_run, through)
    if loaded.book is None or result is None:
        heading(console, "Nothing was worked out", "a file of finance has findings")
        for finding in loaded.findings:
            show_finding(console, finding)
        _show_ledger(console, host_run)
        return
    show_positions(console, loaded.book, result)
    show_documents(console, loaded.book, result, is_issued=host_run.committed)
    show_cash(console, loaded.book, result)
    show_trial_balances(console, loaded.book, result)
    _show_held(console, loaded, result)
    _show_others(console, loaded, result)
    _show_ledger(console, host_run)
    _show_controls(console, host_run, loaded.book, result)


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
        count_text(documents, "document"),
        count_text(revenue, "revenue row"),
        count_text(entries, "journal entry", "journal entries"),
        count_text(payments, "payment"),
    )
    return ", ".join(named)


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
    heading(console, f"Held: {count_text(len(held), 'deal')}", "nothing of it is billed or posted until its owner acts")
    for name, place, findings in held:
        said(console, name if name == place else f"{name}  ({place})", style="bold")
        for finding in findings:
            show_finding(console, finding, indent=4)


def _show_others(console: Console, loaded: LoadedBook, run: BookRun) -> None:
    others = other_findings(loaded, run)
    if others:
        heading(console, f"To look at: {count_text(len(others), 'finding')}")
        for finding in others:
            show_finding(console, finding)


def _show_ledger(console: Console, host_run: HostRun) -> None:
    if host_run.redelivered:
        heading(console, "Delivered again")
        entries = count_text(host_run.redelivered, "entry", "entries")
        said(console, f"{entries} that the ledger had taken once and had no more.")
    problems = host_run.ledger_problems
    if problems:
        heading(console, f"The ledger does not agree: {count_text(len(problems), 'finding')}", "do not close on it")
        for finding in problems:
            show_finding(console, finding)


def _show_controls(console: Console, host_run: HostRun, book: Book, run: BookRun) -> None:
    loaded, checked = host_run.loaded, controls(book, run)
    heading(console, "Checks")
    if host_run.ledger_problems:
        problems = count_text(len(host_run.ledger_problems), "finding")
        said(console, f"The ledger does not agree with the store: {problems}.", style="bold")
        said(console, f"{len(checked)} controls hold among the entries and subledgers of the store itself.")
    else:
        said(console, f"{len(checked)} controls hold: ledger and subledgers agree to the last digit.")
    if loaded.proofs and all(proof.is_complete for proof in loaded.proofs):
        cells = max(proof.count for proof in loaded.proofs)
        said(console, f"The mapping gives one account to each of {cells:,} combinations that this book can post.")
