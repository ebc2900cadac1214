"""What the verbs share: arguments, exit codes, and how an error becomes one line."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from billcore.core.errors import BillcoreError, InvariantBroken, excerpt
from billcore.core.printable import one_line

FINDINGS, UNREADABLE, CONTRADICTION = 1, 2, 3

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Format(StrEnum):
    """How a result is shown."""

    table = "table"
    json = "json"


def read_day(text: str) -> date:
    """Read a day in ISO form."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{excerpt(text)!r} is no day; write it like 2026-12-31") from None


BookFolder = Annotated[Path, typer.Argument(metavar="BOOK", help="The book's folder.", show_default=False)]
Through = Annotated[
    date,
    typer.Option(
        "--through",
        parser=read_day,
        metavar="DATE",
        help="Last day that counts, inclusive (2026-12-31).",
        show_default=False,
    ),
]
Shown = Annotated[Format, typer.Option("--format", help="Tables for people, or JSON for programs.")]


@contextmanager
def one_line_errors() -> Iterator[None]:
    """End with an exit code and one line on stderr where billcore raises; anything else is a bug and shows itself."""
    try:
        yield
    except InvariantBroken as error:
        print(f"billcore contradicts itself, please report this: {one_line(str(error))}", file=sys.stderr)
        raise typer.Exit(CONTRADICTION) from None
    except BillcoreError as error:
        if error.code == "version-conflict":
            print("billcore: [version-conflict] another run was faster; run it again", file=sys.stderr)
            raise typer.Exit(UNREADABLE) from None
        print(f"billcore: {one_line(str(error))}", file=sys.stderr)
        raise typer.Exit(UNREADABLE) from None
