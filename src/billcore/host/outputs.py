"""Which files a run leaves for people and other systems: documents, schedules, journals, balances, findings.

What a file holds depends on what stands and on nothing else: the same state gives the same bytes. A file is replaced
whole or not at all. Documents are written as of their issue, all that stand and not only the new.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from billcore.connectors.beancount import to_beancount
from billcore.connectors.hledger import to_hledger
from billcore.connectors.journal_csv import to_csv
from billcore.core.errors import NotApplicable, PortError, excerpt
from billcore.core.findings import Finding
from billcore.core.printable import one_line
from billcore.engine.book import Book
from billcore.engine.closing import BookRun
from billcore.engine.reports.ledger import trial_balance_table
from billcore.engine.reports.problems import findings_table
from billcore.engine.reports.revenue import revenue_schedule_table
from billcore.engine.unsettled import standing_findings
from billcore.host.whole_file import replace_file
from billcore.render.json_document import document_json
from billcore.render.text import document_text

if TYPE_CHECKING:
    from billcore.host.run import HostRun

# A point in front would hide the file, or name a folder.
_UNSAFE = re.compile(r"^\.|[^A-Za-z0-9._-]", re.ASCII)
NAME_LIMIT = 200
INVOICES, FINDINGS, MANIFEST = "invoices", "findings.csv", ".billcore-files"
_OURS = re.compile(rf"{INVOICES}/[A-Za-z0-9_=-][A-Za-z0-9._=-]*\.(json|txt)", re.ASCII)


def write_outputs(folder: Path, host_run: HostRun) -> tuple[Path, ...]:
    """Write the files of a run into a folder, which is made where it does not exist.

    Args:
        folder: Where to. Files of documents that an earlier run wrote and this one has not are removed; which those
            are stands in ``.billcore-files``. Every other file is left alone.
        host_run: A run, or a preview (its documents have the numbers that an issue now would give). Where a file of
            finance has findings nothing was worked out, and only the findings are written.

    Returns: the files, in the order of their names.
    Raises: PortError ``output-not-writable``; NotApplicable ``file-name-too-long``; as the exports.
    """
    loaded, result = host_run.loaded, host_run.result
    if loaded.book is None or result is None:
        findings = findings_table((*loaded.findings, *host_run.ledger_problems)).to_csv()
        return (_written(folder, FINDINGS, findings),)
    files = output_files(loaded.book, result, (*loaded.findings, *standing_findings(result), *host_run.ledger_problems))
    earlier = _listed(folder)
    # Named before they are written: a crash in between leaves no file that the next run does not know as ours.
    _write_manifest(folder, {*files, *earlier})
    written = tuple(_written(folder, name, files[name]) for name in sorted(files))
    for name in sorted(earlier - files.keys()):
        _remove(folder, name)
    _write_manifest(folder, set(files))
    return written


def check_output_folder(folder: Path, book: Path) -> None:
    """Refuse a folder that files of a run cannot be written to, before anything is run; nothing is left in it.

    Raises: PortError ``output-is-book``, ``output-not-writable``.
    """
    if os.path.realpath(folder) == os.path.realpath(book):
        raise PortError(
            "output-is-book",
            retryable=False,
            found=f"the folder of the book, {excerpt(str(folder))}",
            expected="a folder of its own",
            path="--out",
            hint="Name another folder, such as out; files of a book are written by people.",
        )
    try:
        for place in (folder, folder / INVOICES):
            there = place
            while not os.path.lexists(there) and there != there.parent:
                there = there.parent
            with tempfile.TemporaryFile(dir=there):
                pass
    except OSError as error:
        raise _not_writable(folder, error) from None


def _listed(folder: Path) -> set[str]:
    """The files of documents that the last run wrote; a name that we would not write is left alone."""
    try:
        lines = (folder / MANIFEST).read_bytes().decode().split("\n")
    except FileNotFoundError:
        return set()
    except (OSError, ValueError) as error:
        raise _not_writable(folder / MANIFEST, error) from None
    return {line for line in lines if _OURS.fullmatch(line)}


def _write_manifest(folder: Path, names: set[str]) -> None:
    _written(folder, MANIFEST, "".join(f"{name}\n" for name in sorted(names)))


def _remove(folder: Path, name: str) -> None:
    try:
        (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise _not_writable(folder / name, error) from None


def output_files(book: Book, run: BookRun, findings: Iterable[Finding] = ()) -> dict[str, str]:
    """Make the files of a run as texts, by their name inside the folder.

    Returns: ``invoices/<number>.json`` and ``.txt`` of every document dated through the run's day, and
        ``revenue_schedule.csv``, ``journal.csv``, ``journal.beancount``, ``journal.hledger``, ``trial_balance.csv``,
        ``findings.csv``.
    Raises: NotApplicable ``file-name-too-long``; as the exports.
    """
    entries = [entry for entry in run.standing.entries if entry.posting_date <= run.through]
    files = _documents(run)
    files["revenue_schedule.csv"] = revenue_schedule_table(book, run).to_csv()
    files["journal.csv"] = to_csv(entries)
    files["journal.beancount"] = to_beancount(entries, book.chart)
    files["journal.hledger"] = to_hledger(entries, book.chart)
    files["trial_balance.csv"] = trial_balance_table(book, run, run.through).to_csv()
    files[FINDINGS] = findings_table(findings).to_csv()
    return files


def _documents(run: BookRun) -> dict[str, str]:
    workings = {one.line: one.steps for one in run.standing.workings}
    files: dict[str, str] = {}
    for document in run.standing.documents:
        if document.invoice_date <= run.through:
            name = f"{INVOICES}/{safe_name(document.number)}"
            files[f"{name}.json"] = document_json(document, workings)
            files[f"{name}.txt"] = document_text(document)
    return files


def safe_name(number: str) -> str:
    """Give a document's number as the stem of a file's name; two numbers never share one.

    Letters, digits, points, underscores and hyphens stay; any other character is written as ``=`` and its bytes in
    hexadecimal digits, so that no number names a file outside the folder.

    Raises: NotApplicable ``file-name-too-long`` above 200 characters.

    >>> safe_name("US01-INV-2026-000001"), safe_name("RE/2026-000001"), safe_name("..")
    ('US01-INV-2026-000001', 'RE=2F2026-000001', '=2E.')
    """
    stem = _UNSAFE.sub(lambda found: "".join(f"={byte:02X}" for byte in found.group().encode()), number)
    if not stem or len(stem) > NAME_LIMIT:
        raise NotApplicable(
            "file-name-too-long",
            found=f"the number {excerpt(number)}",
            expected=f"1 to {NAME_LIMIT} characters",
            hint="Choose a shorter number prefix of the legal entity.",
        )
    return stem


def _written(folder: Path, name: str, text: str) -> Path:
    target = folder / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, text.encode())
    except OSError as error:
        raise _not_writable(target, error) from None
    return target


def _not_writable(target: Path, error: Exception) -> PortError:
    return PortError(
        "output-not-writable",
        retryable=True,
        found=getattr(error, "strerror", None) or type(error).__name__,
        expected="a folder that can be written",
        path=one_line(str(target)),  # whole: where it ends is what a person looks for
    )
