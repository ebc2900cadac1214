"""The ledger that the page on ports writes passes the suite that the page recommends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from billcore.testing import LedgerSinkSuite
from support.examples import blocks

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-port.md"


def written_on_the_page(name: str) -> Any:
    """A class as the page's blocks define it."""
    names: dict[str, Any] = {"__name__": "page"}
    for block in blocks(PAGE.read_text(encoding="utf-8")):
        if block.language == "python" and "class Test" not in block.text:
            exec(compile(block.text, PAGE.name, "exec"), names)
    return names[name]


class TestThePagesLedger(LedgerSinkSuite):
    """The page's ledger, under the whole suite."""

    def make_sink(self, folder: Path) -> Any:
        return written_on_the_page("OurLedger")()
