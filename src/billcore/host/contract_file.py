"""What a file says as a contract: one document, JSON or TOML, with every problem of it at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from billcore.connectors.toml_text import read_toml
from billcore.contract.contract import Contract
from billcore.core.errors import DocumentError, excerpt
from billcore.core.findings import Finding, Owner
from billcore.core.json_text import read_json
from billcore.core.limits import DEFAULT
from billcore.core.value import replaced

_OWNER: Owner = "sales"


def load_contract(path: Path) -> Contract:
    """Read a contract document from a file: TOML where its name ends so, else JSON.

    Raises: DocumentError with every problem of the file in ``findings``: ``contract-file-unreadable``,
        ``json-malformed``, ``toml-malformed``, ``float-amount``, ``encoding-unknown``, and the codes of the document.
    """
    data = _file_bytes(path)
    shown = str(path)
    content: Any
    if path.suffix.lower() == ".toml":
        content, findings = read_toml(data, file=shown, owner=_OWNER)
    else:
        reading = read_json(data, file=shown, owner=_OWNER)
        content, findings = reading.content, reading.findings
    if findings:
        raise _told(findings)
    try:
        return Contract.read(content)
    except DocumentError as error:
        raise _told(tuple(replaced(one, file=shown, owner=_OWNER) for one in error.findings)) from None


def _file_bytes(path: Path) -> bytes:
    """Read a file whole, or one byte more than may be, so that its reader refuses it."""
    # A pipe or a device would be waited for without end.
    if not os.path.isfile(path):
        raise _unreadable(path, "no such file, or something else than a file")
    try:
        with path.open("rb") as file:
            return file.read(DEFAULT.file_bytes + 1)
    except OSError as error:
        raise _unreadable(path, error.strerror or type(error).__name__) from None


def _unreadable(path: Path, reason: str) -> DocumentError:
    return DocumentError(
        "contract-file-unreadable",
        found=f"{excerpt(str(path))}: {reason}",
        expected="a contract document, JSON or TOML, or the folder of a book",
    )


def _told(findings: tuple[Finding, ...]) -> DocumentError:
    """The first problem speaks, with its place in the file."""
    first = findings[0]
    return DocumentError(
        first.code, found=first.found, expected=first.expected, path=first.place, hint=first.hint, findings=findings
    )
