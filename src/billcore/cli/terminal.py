"""How a console is set up: width, color, and a word on long work where a person watches."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

WIDTH = 100
PATIENCE_SECONDS = 1.0


def console_of(*, stderr: bool = False) -> Console:
    """Make a console: as wide as the terminal, 100 columns where there is none; NO_COLOR is honored by rich."""
    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console = Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=WIDTH)
    return console


@contextmanager
def progress_of(console: Console) -> Iterator[Callable[[str], None]]:
    """Show the stage of long work: only on a terminal, and only once it has taken a second."""
    if not console.is_terminal:
        yield lambda stage: None
        return
    status = console.status("")
    timer = threading.Timer(PATIENCE_SECONDS, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda stage: status.update(f"{stage} ...")
    finally:
        timer.cancel()
        timer.join()
        status.stop()
