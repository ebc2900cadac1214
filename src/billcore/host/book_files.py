"""Which files a book's folder holds: read once, whole, in one order; a folder that is no book says so in one line."""

from __future__ import annotations

import os
from pathlib import Path

from billcore.core.errors import DocumentError
from billcore.core.findings import Finding
from billcore.core.limits import DEFAULT
from billcore.core.value import Value

DEALS = "deals"
NEEDED = (
    "catalogue.toml",
    "entities.toml",
    "tax.csv",
    "chart.csv",
    "gl_access.csv",
    "gl_mapping.csv",
    "gl_mapping.toml",
)
FACTS = ("usage.csv", "deliveries.csv")
AMENDMENTS = "amendments.toml"
CUSTOMERS = "customers.csv"
PAYMENTS = "payments.csv"
# Findings after which a file says nothing at all; any other finding leaves the rest of the file readable.
BROKEN = frozenset({"toml-malformed", "json-malformed", "csv-malformed", "encoding-unknown", "header-missing"})


class BookUnreadable(DocumentError):
    """The folder is no book, or one of its files is broken as a file; nothing was read or written."""


class BookFiles(Value, frozen=True, kw_only=True):
    """The bytes of a book.

    Attributes:
        folder: As it was given.
        files: Name -> bytes, of the files of finance.
    """

    folder: str
    files: dict[str, bytes]


def read_files(folder: Path) -> BookFiles:
    """Read a book's folder.

    Raises: BookUnreadable ``book-missing``, ``book-empty``, ``book-file-missing``, ``book-file-unreadable``.
    """
    if not os.path.isdir(folder):  # unlike Path.is_dir it says no, and does not raise, where nothing can be told
        raise BookUnreadable(
            "book-missing", found=f"no folder {folder}", expected="a folder with the files of a book", hint=_HINT
        )
    there = names_in(folder)
    if not there & {*NEEDED, *FACTS, AMENDMENTS, CUSTOMERS, PAYMENTS, DEALS}:
        raise BookUnreadable(
            "book-empty", found=f"no file of a book in {folder}", expected=", ".join(NEEDED), hint=_HINT
        )
    missing = [name for name in NEEDED if name not in there]
    if missing:
        raise BookUnreadable(
            "book-file-missing", found=f"{folder} without {', '.join(missing)}", expected=", ".join(NEEDED), hint=_HINT
        )
    files = {name: file_bytes(folder / name) for name in (*NEEDED, *FACTS, AMENDMENTS, CUSTOMERS) if name in there}
    return BookFiles(folder=str(folder), files=files)


_HINT = "See examples/founding for a whole book."


def is_named(path: Path) -> bool:
    """Whether a path is there, also as a link to nothing: what cannot be read is not the same as none."""
    return os.path.lexists(path)


def names_in(folder: Path) -> frozenset[str]:
    """List a folder; a link to nothing counts, so that reading it tells.

    Raises: BookUnreadable ``book-file-unreadable``.
    """
    try:
        return frozenset(path.name for path in folder.iterdir())
    except OSError as error:
        raise _unreadable(folder, error, "a folder that can be listed") from None


def file_bytes(path: Path) -> bytes:
    """Read a file whole, or one byte more than the limit, so that its reader refuses it by name.

    Raises: BookUnreadable ``book-file-unreadable``.
    """
    try:
        with path.open("rb") as file:
            return file.read(DEFAULT.file_bytes + 1)
    except OSError as error:
        raise _unreadable(path, error, "a readable file") from None


def _unreadable(path: Path, error: OSError, expected: str) -> BookUnreadable:
    reason = error.strerror or type(error).__name__
    return BookUnreadable("book-file-unreadable", found=f"{path}: {reason}", expected=expected)


def refuse_broken(findings: tuple[Finding, ...]) -> None:
    """Refuse a book of which a file is broken as a file, in one line that names the first place.

    Raises: BookUnreadable with the code of the finding.
    """
    broken = [finding for finding in findings if finding.code in BROKEN]
    if broken:
        first = broken[0]
        raise BookUnreadable(
            first.code,
            found=first.found,
            expected=first.expected,
            path=first.place,
            hint=first.hint or "Mend the file; nothing was read.",
            findings=tuple(broken),
        )
