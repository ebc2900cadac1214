"""How rows of plain data become usage records: every problem of every row at once, each with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from billcore.core.errors import BillcoreError, DocumentError, excerpt
from billcore.core.findings import Finding, finding_of
from billcore.core.limits import check_limit
from billcore.usage.records import (
    RECORD_LIMIT,
    UsageRecord,
    check_id,
    check_moment,
    check_number,
    check_properties,
)

# Narrower than Python's own reader, which drops digits after the sixth in silence.
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)
_EXPECTED = "a text such as 2026-01-31T10:00:00+01:00 or 2026-01-31T09:00:00Z"


def read_records(rows: Iterable[Mapping[str, object]]) -> tuple[tuple[UsageRecord, ...], tuple[Finding, ...]]:
    """Read plain rows as usage records.

    Args:
        rows: One mapping a record, with the names of the fields of `UsageRecord`. ``at`` and ``known_at`` are instants
            as ISO 8601 text with an offset or Z, or datetimes with a zone.

    Returns: the records of the sound rows, in their order, and every problem of the others, with the row's index from 0
        in its path (``[3].at``).
    Rounding: none.
    Raises: DocumentError ``list-malformed``; LimitExceeded ``limit-exceeded``.
    Source: rules 2 and 3.

    >>> records, findings = read_records([{"id": "e-1", "meter": "api", "at": "2026-01-31T10:00:00"}])
    >>> records, [str(finding) for finding in findings]
    ((), ['[0].at: [instant-naive] found 2026-01-31T10:00:00 without an offset, expected a text such as \
2026-01-31T10:00:00+01:00 or 2026-01-31T09:00:00Z. (billing)'])
    """
    if isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Iterable):
        found = f"a value of type {type(rows).__name__}"
        raise DocumentError("list-malformed", found=found, expected="a list of objects", path="rows")
    records: list[UsageRecord] = []
    findings: list[Finding] = []
    for index, row in enumerate(rows):
        check_limit("rows", index + 1, RECORD_LIMIT, path="rows")
        read, problems = _read(row)
        if problems:
            findings.extend(_placed(problem, index, row) for problem in problems)
        else:
            records.append(UsageRecord(**read))
    return tuple(records), tuple(findings)


def _read(row: object) -> tuple[dict[str, Any], list[BillcoreError]]:
    if not isinstance(row, Mapping):
        found = f"a value of type {type(row).__name__}"
        return {}, [DocumentError("value-malformed", found=found, expected='an object such as {"id": "e-1"}')]
    read: dict[str, Any] = {}
    problems: list[BillcoreError] = []
    for name in _NEEDED:
        if name not in row:
            problems.append(DocumentError("field-missing", found="nothing", expected=f"the field {name}", path=name))
    for name, given in row.items():
        check = _CHECKS.get(name) if isinstance(name, str) else None
        if check is None:
            found = f"the unknown field {excerpt(name)}"
            problems.append(DocumentError("field-unknown", found=found, expected="only the fields of a usage record"))
        elif given is not None or name not in _OPTIONAL:
            try:
                read[name] = check(given, name)
            except BillcoreError as error:
                problems.append(error)
    return read, problems


def _placed(problem: BillcoreError, index: int, row: object) -> Finding:
    found = finding_of(problem, subject=_id_of(row))
    path = f"[{index}].{found.path}" if found.path else f"[{index}]"
    return Finding(
        code=found.code, path=path, found=found.found, expected=found.expected, hint=found.hint, subject=found.subject
    )


def _id_of(row: object) -> str:
    given = row.get("id") if isinstance(row, Mapping) else None
    return excerpt(given) if isinstance(given, str) else ""


def _instant(given: object, path: str) -> datetime:
    if not isinstance(given, str):
        return check_moment(given, path)
    match = _INSTANT.fullmatch(given)
    if match and not match[1]:
        raise DocumentError("instant-naive", found=f"{given} without an offset", expected=_EXPECTED, path=path)
    try:
        if match:
            return check_moment(datetime.fromisoformat(given), path)
    except ValueError as error:  # a day that the calendar does not have, an offset of a day or more
        if isinstance(error, BillcoreError):
            raise
    raise DocumentError("instant-malformed", found=excerpt(given) or "an empty text", expected=_EXPECTED, path=path)


_NEEDED = ("id", "meter", "at")
_OPTIONAL = ("known_at", "replaces")
_CHECKS: dict[str, Callable[[object, str], object]] = {
    "id": check_id,
    "meter": check_id,
    "at": _instant,
    "value": check_number,
    "properties": check_properties,
    "known_at": _instant,
    "replaces": check_id,
}
