"""``billcore validate``: every finding of a book at once, under the owner who can mend it."""

from __future__ import annotations

import json

import typer

from billcore.cli.summary_data import findings_data
from billcore.cli.terminal import console_of
from billcore.cli.terms import FINDINGS, BookFolder, Format, Shown, one_line_errors
from billcore.cli.views import findings_by_owner, said
from billcore.host.book import load_book
from billcore.host.rehearsal import rehearse


def validate(book: BookFolder, shown: Shown = Format.table) -> None:
    """Read a whole book and list every finding, grouped by who can mend it; nothing is written.

    The book is also run in memory through its last day, so that what a run would hold is told before it.

    Exit codes: 0 where no finding is an error; 1 where one is, also a deal held for a business reason; 2 where the
    book cannot be read.
    """
    with one_line_errors():
        loaded = load_book(book)
        findings = (*loaded.findings, *rehearse(loaded))
    errors = [finding for finding in findings if finding.severity == "error"]
    if shown is Format.json:
        held = [{"name": deal.name, "file": deal.file} for deal in loaded.held_deals]
        data = {"book": str(book), "deals": loaded.source_count, "held": held}
        listed = findings_data(findings)
        typer.echo(json.dumps({**data, "findings": listed}, indent=2, ensure_ascii=False))
    else:
        console = console_of()
        warnings = len(findings) - len(errors)
        said(
            console,
            f"{book}: {loaded.source_count} deals, {len(loaded.held_deals)} held, {len(errors)} errors, "
            f"{warnings} warnings",
            style="bold",
            indent=0,
        )
        for deal in loaded.held_deals:
            said(console, f"held: {deal.name}" if deal.name == deal.file else f"held: {deal.name}  ({deal.file})")
        findings_by_owner(console, findings)
    if errors:
        raise typer.Exit(FINDINGS)
