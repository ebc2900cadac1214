"""What a run would hold, found by running the book in memory through its last day, with nothing kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from billcore.core.findings import Finding
from billcore.core.value import replaced
from billcore.engine.book import Book, Standing
from billcore.engine.closing import BookRun, run_book
from billcore.host.book import LoadedBook

# Where a person who edits the files mends what the engine says of values: code -> file, path in it, what to do.
_PLACES = {
    "tax-row-missing": ("tax.csv", "", "Add the row to tax.csv, or correct where the customer is taxed."),
    "mapping-not-effective": (
        "gl_mapping.toml",
        "effective_from",
        "Set effective_from to the first day that anything posts, or earlier; it stands in gl_mapping.toml.",
    ),
}
_LAST = timedelta(days=366)


def rehearse(loaded: LoadedBook) -> tuple[Finding, ...]:
    """List what holds contracts and payments of a book that its files alone do not show.

    Returns: findings of `run_book` on a book without history, through the year after the last term: each contract or
        payment that a run would leave out, at its file where one is known. Usage that is yet to come, and payments
        that match nothing, are states and no faults of the files.
    """
    book = loaded.book
    if book is None or not book.contracts:
        return ()
    made = run_book(book, loaded.happened, Standing(), _end(book))
    return tuple(dict.fromkeys((*_of_contracts(made), *_of_payments(made, loaded))))


def _end(book: Book) -> date:
    last = max(contract.term.end for contract in book.contracts)
    return last + _LAST if last < date.max - _LAST else date.max


def _of_contracts(made: BookRun) -> Iterator[Finding]:
    held = set(made.held)
    for finding in made.findings:
        if finding.subject in held and finding.severity == "error":
            place = finding.path or f"contract {finding.subject}"
            yield _placed(finding) if finding.code in _PLACES else replaced(finding, path=place)


def _of_payments(made: BookRun, loaded: LoadedBook) -> Iterator[Finding]:
    applied = {one.payment for one in made.applications}
    for finding in made.findings:
        if finding.subject in loaded.payment_lines and finding.subject not in applied:
            placed = replaced(finding, file="payments.csv", line=loaded.payment_lines[finding.subject], path="")
            yield _placed(finding) if finding.code in _PLACES else placed


def _placed(finding: Finding) -> Finding:
    file, path, hint = _PLACES[finding.code]
    return replaced(finding, file=file, path=path, hint=hint, owner="finance")
