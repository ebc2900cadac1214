"""``billcore explain``: why a number is what it is, from the ledger back to the clause that was signed."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

import typer
from rich.console import Console

from billcore.cli.terminal import console_of
from billcore.cli.terms import BookFolder, Format, Shown, one_line_errors, read_day
from billcore.cli.views import said
from billcore.core.errors import DocumentError
from billcore.core.reasons import Reason
from billcore.engine.closing import BookRun
from billcore.engine.explainer import Explainer
from billcore.host.run import HostRun, standing_in
from billcore.host.run import preview as preview_folder
from billcore.revrec.allocations import Allocation

Subject = Annotated[
    str,
    typer.Argument(
        metavar="SUBJECT",
        help="Number or id of an invoice or credit memo, id of a journal entry, or id of a contract.",
        show_default=False,
    ),
]
Part = Annotated[
    str,
    typer.Argument(
        metavar="[PART]", help="A line of the document; for a contract, a month (2026-01).", show_default=False
    ),
]
Preview = Annotated[
    date | None,
    typer.Option("--through", parser=read_day, metavar="DATE", help="Explain what a run through this day would issue."),
]


def explain(
    book: BookFolder, subject: Subject, part: Part = "", through: Preview = None, shown: Shown = Format.table
) -> None:
    """Say why a document, one of its lines, a journal entry or a contract's numbers are what they are.

    What earlier runs kept is explained from the workings kept with it. With --through also what a run would issue.

    Exit codes: 0 explained; 2 where the book cannot be read or has no such subject.
    """
    with one_line_errors():
        day = through or standing_in(book).through or date.min
        reason = _reason(preview_folder(book, day), subject, part)
    if shown is Format.json:
        typer.echo(json.dumps(reason.to_dict(), indent=2, ensure_ascii=False))
    else:
        _show(console_of(), reason)


def _reason(made: HostRun, subject: str, part: str) -> Reason:
    if made.loaded.book is None or made.result is None:
        raise DocumentError(
            "book-not-sound",
            found=f"{len(made.loaded.findings)} findings in the files of finance",
            expected="files of finance without errors",
            hint="billcore validate lists them.",
        )
    explainer = Explainer(made.loaded.book, made.result.standing, _allocations(made.result))
    return explainer.explain(subject, part)


def _allocations(run: BookRun) -> dict[tuple[str, str], Allocation]:
    return {
        (one.contract, allocation.obligation.id): allocation
        for one in run.runs
        if one.recognition is not None
        for allocation in one.recognition.schedule.allocations
    }


def _show(console: Console, reason: Reason, depth: int = 0) -> None:
    said(console, reason.text, style="bold" if depth == 0 else "", indent=2 * depth, hanging=4)
    for because in reason.because:
        _show(console, because, depth + 1)
