"""``billcore preview``: what a run would issue, with nothing kept."""

from __future__ import annotations

import json

import typer

from billcore.cli.summary import show_summary
from billcore.cli.summary_data import summary_data
from billcore.cli.terminal import console_of, progress_of
from billcore.cli.terms import FINDINGS, BookFolder, Format, Shown, Through, one_line_errors
from billcore.host.run import preview as preview_folder


def preview(book: BookFolder, through: Through, shown: Shown = Format.table) -> None:
    """Show what a run through a day would issue, writing nothing.

    Exit codes: as `run`.
    """
    with one_line_errors():
        with progress_of(console_of(stderr=True)) as progress:
            made = preview_folder(book, through, progress=progress)
        if shown is Format.json:
            typer.echo(json.dumps(summary_data(made, through), indent=2, ensure_ascii=False))
        else:
            show_summary(console_of(), made, through)
    if made.loaded.malformed or made.ledger_problems:
        raise typer.Exit(FINDINGS)
