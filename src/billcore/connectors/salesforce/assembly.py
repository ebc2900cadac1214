"""A document in the making: its plain fields, the CRM field that each came from, and what could not be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from billcore.connectors.salesforce.fields import owner_of
from billcore.connectors.salesforce.notes import Notes
from billcore.connectors.salesforce.record import Record
from billcore.core.exact import shortest
from billcore.core.findings import Finding, Owner
from billcore.core.json_places import Path
from billcore.core.value import Value


class Origin(Value, frozen=True, kw_only=True):
    """The CRM field behind a field of ours."""

    path: Path
    owner: Owner


class Assembly:
    """Plain data by field name, on its way to a document.

    Args:
        origins: Shared by all parts of a deal: our path to the CRM field.
        prefix: Where the part stands in the contract (``lines[0].``), or empty.
    """

    def __init__(self, origins: dict[str, Origin], prefix: str = "") -> None:
        self.origins, self.prefix = origins, prefix
        self.fields: dict[str, object] = {}
        self.unread: set[str] = set()

    def came_from(self, name: str, record: Record, field: str) -> None:
        """Remember the CRM field behind a path of ours (``price.unit_price``)."""
        self.origins[self.prefix + name] = Origin(path=record.place(field), owner=owner_of(record.kind, field))

    def fill(self, name: str, record: Record, field: str, read: Callable[[], object]) -> None:
        """Read one field of ours; where the reading notes a problem or the CRM field vanished, the field is unread."""
        before = len(record.notes)
        self.came_from(name, record, field)
        value = read()
        if len(record.notes) > before or record.is_vanished(field):
            self.unread.add(name)
        elif value is not None:
            self.fields[name] = value


def written(number: Decimal | None) -> str | None:
    """A number as documents write it, or None."""
    return None if number is None else shortest(number)


def translated(finding: Finding, origins: Mapping[str, Origin], notes: Notes, *, keeps_owner: bool) -> None:
    """Note a finding of ours at the CRM field that caused it; the closest field around it where none is known."""
    path = finding.path
    while path and path not in origins:
        path = re.sub(r"(^|\.)[^.\[\]]*$|\[[0-9]+\]$", "", path)
    origin = origins.get(path, Origin(path=(), owner="engineering"))
    notes.add(
        origin.path,
        finding.code,
        finding.owner if keeps_owner else origin.owner,
        found=finding.found,
        expected=finding.expected,
        hint=finding.hint,
        severity=finding.severity,
    )
