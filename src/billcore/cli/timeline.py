"""``billcore timeline``: what a contract bills when, as a table and as a picture."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
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
        _check_targets({option: target for option, target in (("--svg", svg), ("--html", html)) if target}, source)
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


def _check_targets(targets: Mapping[str, Path], source: Path) -> None:
    """Refuse a file that would replace the contract itself, a file of the book's kind in its folder, or the other one.

    Raises: PortError ``output-is-source``; BadParameter where picture and page are one file.
    """
    # realpath, unlike Path.resolve, has an answer for links that go in circles too.
    real, read = {option: os.path.realpath(target) for option, target in targets.items()}, os.path.realpath(source)
    for option, target in real.items():
        # Nothing of a book is a picture or a page, so these may stand in its folder.
        is_page = Path(target).suffix.lower() in (".svg", ".html", ".htm")
        is_inside = os.path.isdir(read) and Path(target).is_relative_to(read)
        if target == read or (is_inside and not is_page):
            raise PortError(
                "output-is-source",
                retryable=False,
                found=f"{excerpt(str(targets[option]))}, where the book or the contract is read from",
                expected="another file",
                path=option,
                hint="Name a file that ends with .svg or .html, or one elsewhere.",
            )
    if len(set(real.values())) < len(real):
        raise typer.BadParameter("--svg and --html name one file; name two")


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
