"""Runs of a host without a folder: the founding book as if it had been read and kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from billcore.core.findings import Finding
from billcore.engine.book import Book, Standing
from billcore.engine.closing import BookRun
from billcore.host.book import HeldDeal, LoadedBook
from billcore.host.run import HostRun
from support import founding

UNPRICED = Finding(
    code="price-unmapped",
    owner="sales",
    file="deals/6-globex.json",
    line=22,
    column=3,
    path="Special_Terms__c",
    found="a price in words: flat 4500",
    expected="a structured price",
    hint="Write the price into the line.",
    subject="C-1006",
)


def loaded_book(*findings: Finding, book: Book | None = None, is_sound: bool = True) -> LoadedBook:
    """The founding book as read, with one deal held at the door and some more findings."""
    return LoadedBook(
        folder=Path("books/founding"),
        book=(book or founding.book()) if is_sound else None,
        proofs=(),
        happened=founding.happened(),
        findings=(UNPRICED, *findings),
        held_deals=(HeldDeal(file="deals/6-globex.json", name="Globex, negotiated", findings=(UNPRICED,)),),
        skipped=(),
        source_count=6,
    )


def host_run(
    result: BookRun | None, *findings: Finding, before: Standing | None = None, book: Book | None = None
) -> HostRun:
    """A run that was kept, or one of an unsound book where there is no result."""
    loaded = loaded_book(*findings, book=book, is_sound=result is not None)
    return HostRun(loaded=loaded, result=result, before=before or Standing(), committed=result is not None)


def founding_host_run(through: date, before: Standing | None = None) -> HostRun:
    """The founding book run through a day."""
    return host_run(founding.founding_run(through, before), before=before)
