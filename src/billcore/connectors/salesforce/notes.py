"""The findings of one deal while it is read: each with its path into the payload, placed in the text at the end."""

from __future__ import annotations

from collections.abc import Mapping

from billcore.core.document import path_text
from billcore.core.errors import excerpt
from billcore.core.findings import Finding, Owner, Severity
from billcore.core.json_places import Path, Position, nearest, places
from billcore.core.value import Value


class Note(Value, frozen=True, kw_only=True):
    """One problem, before line and column are known."""

    path: Path
    code: str
    owner: Owner
    found: str
    expected: str
    hint: str = ""
    severity: Severity = "error"


class Notes:
    """Collects the problems of one deal."""

    def __init__(self) -> None:
        self._notes: dict[Note, None] = {}
        self._count = 0

    def __len__(self) -> int:
        """How often an error was met: one that two parts of a deal meet is told once and counted twice."""
        return self._count

    def add(
        self,
        path: Path,
        code: str,
        owner: Owner,
        *,
        found: str,
        expected: str,
        hint: str = "",
        severity: Severity = "error",
    ) -> None:
        """Note a problem."""
        note = Note(path=path, code=code, owner=owner, found=found, expected=expected, hint=hint, severity=severity)
        self._notes.setdefault(note)
        self._count += severity == "error"

    @property
    def hold(self) -> bool:
        """Whether any of them holds the deal."""
        return any(note.severity == "error" for note in self._notes)

    def findings(self, text: str, *, file: str, subject: str) -> tuple[Finding, ...]:
        """Place every problem in the text, in the order of the text."""
        where = places(text) if self._notes and text else {}
        found = [_placed(note, where, file=file, subject=subject) for note in self._notes]
        return tuple(sorted(found, key=lambda finding: (finding.line, finding.column)))


def _placed(note: Note, where: Mapping[Path, Position], *, file: str, subject: str) -> Finding:
    line, column = nearest(where, note.path)
    return Finding(
        code=note.code,
        owner=note.owner,
        severity=note.severity,
        file=file,
        path=path_text(excerpt(part) if isinstance(part, str) else part for part in note.path),
        line=line,
        column=column,
        found=note.found,
        expected=note.expected,
        hint=note.hint,
        subject=subject,
    )
