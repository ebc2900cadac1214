"""How one Salesforce record is read: field by field, each value checked for its type, nothing guessed.

A query returns every selected field, null where it is blank. So a field that is not there at all was not selected,
renamed or removed, and the finding says so; null is an empty field. A custom field is never optional in this sense: a
discount that vanished from the export would else be billed as no discount.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from billcore.connectors.salesforce.fields import USED, FieldMap, is_custom, owner_of
from billcore.connectors.salesforce.notes import Notes
from billcore.core.errors import DocumentError, excerpt
from billcore.core.exact import exact
from billcore.core.findings import Owner
from billcore.core.json_places import Path
from billcore.core.json_text import NumberText

T = TypeVar("T")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Record:
    """One record with its place in the payload. Every reader gives None where there is no usable value."""

    def __init__(self, kind: str, fields: Mapping[str, object], path: Path, notes: Notes, field_map: FieldMap) -> None:
        self.kind, self.path, self.notes = kind, path, notes
        self._fields, self._map = fields, field_map

    def place(self, field: str) -> Path:
        """The path of a field in the payload, also where it is absent."""
        return (*self.path, self._map.name_of(self.kind, field))

    def value(self, field: str) -> object:
        """The field's value as it stands, None where null, blank or absent."""
        value = self._fields.get(self._map.name_of(self.kind, field))
        return None if isinstance(value, str) and not value.strip() else value

    def note(
        self, field: str, code: str, *, found: str, expected: str, hint: str = "", owner: Owner | None = None
    ) -> None:
        """Note a problem of a field; its owner unless another is named."""
        who = owner or owner_of(self.kind, field)
        self.notes.add(self.place(field), code, who, found=found, expected=expected, hint=hint)

    def is_vanished(self, field: str) -> bool:
        """Whether a custom field is not there at all, which is another thing than empty."""
        return is_custom(field) and self._map.name_of(self.kind, field) not in self._fields

    def check_schema(self) -> None:
        """Note every custom field that is not there, and every one with a value that no one reads.

        Codes: ``schema-drift``; ``field-unclaimed`` as a warning.
        """
        for field in USED[self.kind]:
            if self.is_vanished(field):
                self._vanished(field)
        known = {self._map.name_of(self.kind, field) for field in USED[self.kind]}
        for name, value in self._fields.items():
            if name.endswith("__c") and name not in known and value is not None:
                self.notes.add(
                    (*self.path, name),
                    "field-unclaimed",
                    "engineering",
                    found=f"the field {excerpt(name)}, which is not read",
                    expected=f"a field of {self.kind} that the field map knows",
                    hint="If it bears on the price, map it in FieldMap; else leave it out of the export.",
                    severity="warning",
                )

    def _vanished(self, field: str) -> None:
        name = self._map.name_of(self.kind, field)
        self.notes.add(
            self.place(field),
            "schema-drift",
            "engineering",
            found=f"no field {name}",
            expected=f"the field {name} in each record of {self.kind}, null where nothing is agreed",
            hint="If it was renamed in Salesforce, map the new name in FieldMap; else add it to the query.",
        )

    def missing(self, field: str, code: str = "field-missing", *, expected: str = "", hint: str = "") -> None:
        """Note that a needed field has no value, and whether the org sends the field at all."""
        if self.is_vanished(field):
            self._vanished(field)
            return
        name = self._map.name_of(self.kind, field)
        is_sent = name in self._fields
        drift = f"The record has no field {name}: select it in the query, or map its name in the field map."
        self.note(
            field,
            code,
            found="an empty field" if is_sent else "no such field in the record",
            expected=expected or f"a value in {self.kind}.{name}",
            hint=hint if is_sent else drift,
        )

    def text(self, field: str, *, is_needed: bool = False, code: str = "field-missing") -> str | None:
        """A text."""
        value = self.value(field)
        if value is None:
            if is_needed:
                self.missing(field, code)
            return None
        if not isinstance(value, str) or isinstance(value, NumberText):
            self.note(field, "text-malformed", found=excerpt(_shown(value)), expected="a text")
            return None
        return value

    def number(self, field: str, *, is_needed: bool = False) -> Decimal | None:
        """A number, 0 or more, by its literal digits: 120000.0 is 120000."""
        value = self.value(field)
        if value is None:
            if is_needed:
                self.missing(field)
            return None
        if not isinstance(value, NumberText):
            self.note(field, "number-malformed", found=excerpt(_shown(value)), expected="a JSON number")
            return None
        try:
            number = exact(value.plain)
        except DocumentError as error:
            self.note(field, error.code, found=error.found, expected=error.expected)
            return None
        if number < 0:
            self.note(field, "number-negative", found=excerpt(value), expected="0 or more")
            return None
        return number

    def day(self, field: str, *, is_needed: bool = False) -> date | None:
        """A date ``YYYY-MM-DD``."""
        text = self.text(field, is_needed=is_needed)
        if text is None:
            return None
        try:
            if _DAY.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        self.note(field, "date-malformed", found=excerpt(text), expected="a date such as 2026-01-31")
        return None

    def flag(self, field: str, *, is_needed: bool = False) -> bool | None:
        """True or false."""
        value = self.value(field)
        if value is None:
            if is_needed:
                self.missing(field)
            return None
        if not isinstance(value, bool):
            self.note(field, "flag-malformed", found=excerpt(_shown(value)), expected="true or false")
            return None
        return value

    def choice(
        self, field: str, options: Mapping[str, T], *, code: str = "choice-unknown", missing: str = ""
    ) -> T | None:
        """What a picklist value stands for.

        Args:
            options: Picklist label to meaning.
            code: What an unknown label is.
            missing: What no value is; empty, the field may be blank.
        """
        value = self.value(field)
        expected = ", ".join(options)
        if value is None:
            if missing:
                self.missing(field, missing, expected=expected)
            return None
        if isinstance(value, NumberText) or not isinstance(value, str) or value not in options:
            self.note(field, code, found=excerpt(_shown(value)), expected=expected)
            return None
        return options[value]

    def child(self, field: str, kind: str) -> Record | None:
        """A parent record that the query joined (``Product2.ProductCode``)."""
        value = self.value(field)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.note(field, "record-malformed", found=excerpt(_shown(value)), expected="a record")
            return None
        record = Record(kind, value, self.place(field), self.notes, self._map)
        record.check_schema()
        return record

    def children(self, field: str, kind: str) -> tuple[Record, ...]:
        """Child records: the query result of a child relationship, null where there are none."""
        value = self.value(field)
        return () if value is None else query_result(value, kind, self.place(field), self.notes, self._map)


def query_result(value: object, kind: str, path: Path, notes: Notes, field_map: FieldMap) -> tuple[Record, ...]:
    """The records of a query result, which must be whole; each is checked for its custom fields.

    Codes: ``record-malformed``, ``export-incomplete`` (a page of several, or fewer records than it counts),
        ``record-mismatch`` (records of another object), and those of `Record.check_schema`.
    """
    records = value.get("records") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(records, list):
        found = excerpt(_shown(value))
        expected = "a query result with totalSize, done and records"
        notes.add(path, "record-malformed", "engineering", found=found, expected=expected)
        return ()
    total, done = value.get("totalSize"), value.get("done")
    if done is not True or not isinstance(total, NumberText) or total.plain != str(len(records)):
        notes.add(
            (*path, "totalSize" if done is True else "done"),
            "export-incomplete",
            "engineering",
            found=f"{len(records)} records, totalSize {excerpt(_shown(total))}, done {excerpt(_shown(done))}",
            expected="every record of the query: done true and totalSize records",
            hint="Follow nextRecordsUrl until done is true, then export the deal again.",
        )
    made = (
        record_of(record, kind, (*path, "records", index), notes, field_map) for index, record in enumerate(records)
    )
    whole = tuple(record for record in made if record is not None)
    for record in whole:
        record.check_schema()
    return whole


def record_of(value: object, kind: str, path: Path, notes: Notes, field_map: FieldMap) -> Record | None:
    """One record, whose attributes name the expected object where they are there."""
    if not isinstance(value, Mapping):
        notes.add(path, "record-malformed", "engineering", found=excerpt(_shown(value)), expected=f"a record of {kind}")
        return None
    attributes = value.get("attributes")
    told = attributes.get("type") if isinstance(attributes, Mapping) else None
    if told is not None and told != kind:
        place = (*path, "attributes", "type")
        notes.add(place, "record-mismatch", "engineering", found=excerpt(_shown(told)), expected=kind)
    return Record(kind, value, path, notes, field_map)


def _shown(value: object) -> str:
    """A payload's value for a finding: as JSON spells the simple ones, by kind where it is large."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, NumberText):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text {value!r}"
    return "an object" if isinstance(value, Mapping) else "a list"
