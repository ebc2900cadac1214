"""``billcore run``: bill, recognize, post and apply what is due through a day, once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from billcore.cli.summary import show_summary
from billcore.cli.summary_data import summary_data
from billcore.cli.terminal import console_of, progress_of
from billcore.cli.terms import FINDINGS, BookFolder, Format, Shown, Through, one_line_errors
from billcore.cli.views import heading, said
from billcore.host.outputs import check_output_folder, write_outputs
from billcore.host.run import run as run_folder

Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Also write documents, schedule, journals and balances into this folder."
    ),
]


def run(book: BookFolder, through: Through, out: Out = None, shown: Shown = Format.table) -> None:
    """Bill, recognize, post and apply what is due through a day, and keep it beside the book.

    Running again adds nothing: only the difference to what stands is issued.

    Exit codes: 0 also where a deal is held because sales, finance or product must decide, or a payment matches
    nothing: those are normal states, shown with their owner. 1 where input is malformed (a cell, a field, a file of
    finance), or the ledger did not take an entry or has one otherwise than the store; everything sound was still
    issued. 2 where the book cannot be read, or its store was changed, cut or lost.
    """
    with one_line_errors():
        if out is not None:
            check_output_folder(out, book)
        with progress_of(console_of(stderr=True)) as progress:
            made = run_folder(book, through, progress=progress)
        if shown is Format.json:
            files = write_outputs(out, made) if out is not None else ()
            typer.echo(json.dumps(summary_data(made, through, files), indent=2, ensure_ascii=False))
        else:
            # Shown first: the run is kept already, whatever becomes of the files.
            console = console_of()
            show_summary(console, made, through)
            if out is not None:
                _show_files(console, out, write_outputs(out, made))
    if made.loaded.malformed or made.ledger_problems:
        raise typer.Exit(FINDINGS)


def _show_files(console: Console, out: Path, files: tuple[Path, ...]) -> None:
    heading(console, f"Written: {len(files)} files in {out}")
    by_folder: dict[Path, list[Path]] = {}
    for file in files:
        by_folder.setdefault(file.parent, []).append(file)
    for folder, listed in sorted(by_folder.items()):
        if folder == out:
            said(console, ", ".join(file.name for file in listed))
        else:
            kinds = ", ".join(f"*{suffix}" for suffix in sorted({file.suffix for file in listed}))
            said(console, f"{folder.relative_to(out)}/: {len(listed)} files, {kinds}")
