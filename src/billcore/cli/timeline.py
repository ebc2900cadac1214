"""``billcore timeline``: what a contract bills when, as a table and as a picture."""

from __future__ import annotations

import json
import os
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from billcore.cli.terminal import console_of
from billcore.cli.terms import one_line_errors, read_day
from billcore.cli.timeline_view import show_timeline
from billcore.core.errors import DocumentError, PortError, excerpt
from billcore.engine.timeline import timeline as timeline_of
from billcore.engine.timeline_rows import Timeline
from billcore.host.contract_file import load_contract
from billcore.host.contract_view import timeline_in
from billcore.host.whole_file import replace_file
from billcore.render.timeline_data import timeline_data
from billcore.render.timeline_page import timeline_page
from billcore.render.timeline_svg import timeline_svg


class Form(StrEnum):
    """How a timeline is printed."""

    text = "text"
    json = "json"
    html = "html"


Source = Annotated[
    Path,
    typer.Argument(
        metavar="SOURCE", help="A book's folder, or a contract document (JSON or TOML).", show_default=False
    ),
]
ContractId = Annotated[
    str, typer.Argument(metavar="[CONTRACT]", help="Id of a contract of the book.", show_default=False)
]
Day = Annotated[
    date | None,
    typer.Option(
        "--through",
        parser=read_day,
        metavar="DATE",
        help="Last day that counts, inclusive; absent, everything known counts and nothing is due yet.",
        show_default=False,
    ),
]
Picture = Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Also write the picture into this file.")]
Page = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Also write picture and tables as one HTML page.")
]
Printed = Annotated[Form, typer.Option("--format", help="Text for people, JSON for programs, or the HTML page.")]


def timeline(
    source: Source,
    contract: ContractId = "",
    through: Day = None,
    svg: Picture = None,
    html: Page = None,
    form: Printed = Form.text,
) -> None:
    """Show what a contract bills when: every service period with its invoice date, its amount, and what stands billed.

    In a book's folder, usage and deliveries are those of its files, and what stands billed is read without a trace.

    Exit codes: 0 shown; 2 where the book or the file cannot be read, or has no such contract.
    """
    with one_line_errors():
        for target, option in ((svg, "--svg"), (html, "--html")):
            if target is not None:
                _check_target(target, option, source)
        laid = _laid(source, contract, through)
        if svg is not None:
            _write(svg, timeline_svg(laid), "--svg")
        if html is not None:
            _write(html, timeline_page(laid), "--html")
        _print(console_of(), laid, form)


def _laid(source: Path, contract: str, through: date | None) -> Timeline:
    if os.path.isdir(source):
        return timeline_in(source, contract, through)
    document = load_contract(source)
    if contract and contract != document.id:
        raise DocumentError(
            "contract-unknown",
            found=excerpt(contract),
            expected=f"{document.id}, the contract of the file, or no id",
            path=excerpt(str(source)),
        )
    return timeline_of(document, through=through)


def _print(console: Console, laid: Timeline, form: Form) -> None:
    if form is Form.json:
        typer.echo(json.dumps(timeline_data(laid), indent=2, ensure_ascii=False))
    elif form is Form.html:
        typer.echo(timeline_page(laid), nl=False)
    else:
        show_timeline(console, laid)


def _check_target(target: Path, option: str, source: Path) -> None:
    """Refuse a file that would replace the contract itself, or a file of the book.

    Raises: PortError ``output-is-source``.
    """
    # realpath, unlike Path.resolve, has an answer for links that go in circles too.
    real, read = os.path.realpath(target), os.path.realpath(source)
    is_inside = os.path.isdir(source) and os.path.exists(real) and os.path.commonpath([real, read]) == read
    if real == read or is_inside:
        raise PortError(
            "output-is-source",
            retryable=False,
            found=f"{excerpt(str(target))}, which is read",
            expected="another file",
            path=option,
            hint="Name a file that does not exist yet, such as timeline.svg.",
        )


def _write(target: Path, text: str, option: str) -> None:
    """Write a file whole or not at all.

    Raises: PortError ``output-not-writable``.
    """
    try:
        replace_file(target, text.encode("utf-8", "replace"))
    except OSError as error:
        raise PortError(
            "output-not-writable",
            retryable=True,
            found=f"{target}: {error.strerror or type(error).__name__}",
            expected="a file that can be written",
            path=option,
        ) from None
