"""What a usage record is: one metered fact with an id, an instant and an exact value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, cast

import msgspec
from pydantic import BeforeValidator

from billcore.core.checks import check_kind
from billcore.core.document import problem
from billcore.core.errors import BillcoreError, DocumentError, excerpt
from billcore.core.exact import exact, shortest
from billcore.core.fields import Identifier
from billcore.core.limits import check_limit
from billcore.core.value import Value
from billcore.periods.days import out_of_range
from billcore.periods.instants import Instant
from billcore.periods.period import Period, check_period
from billcore.periods.zones import check_instant

RECORD_LIMIT = 1_000_000
PROPERTY_LIMIT = 50
TEXT_LIMIT = 500

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,119}", re.ASCII)
# A number as its shortest text: nothing is left to read.
_SHORTEST = re.compile(r"(?!-0\Z)-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{0,11}[1-9])?", re.ASCII)
# What would not print, would turn the direction of a line, or has no bytes.
_HIDDEN = re.compile("[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
_ID_EXPECTED = "1 to 120 letters, digits, . _ : / -, beginning with a letter or digit"

if TYPE_CHECKING:

    class ExactText:
        """A number: write text, int or Decimal; read its shortest plain text."""

        def __get__(self, instance: object, owner: type) -> str: ...
        def __set__(self, instance: object, value: str | int | Decimal) -> None: ...

    class Properties:
        """Named texts: write a mapping; read (name, value) pairs in the order of the names."""

        def __get__(self, instance: object, owner: type) -> tuple[tuple[str, str], ...]: ...
        def __set__(self, instance: object, value: Mapping[str, str] | Iterable[tuple[str, str]]) -> None: ...

else:
    # The record checks its own fields; in a document the place of the field is told as well.
    ExactText = Annotated[str, BeforeValidator(lambda given: _in_document(check_number, given))]
    Properties = Annotated[
        tuple[tuple[str, str], ...], BeforeValidator(lambda given: _in_document(check_properties, given))
    ]


class UsageRecord(Value, frozen=True, kw_only=True):
    """One metered fact.

    Attributes:
        id: Names the record. The same id with the same content counts once, with other content it is a finding.
        meter: What was metered (``api_calls``).
        at: When it happened: a datetime with its zone, kept in UTC.
        value: Units, exact, of any sign: a negative value corrects an earlier one.
        properties: Named texts by which records are chosen, grouped, summed or counted (``{"region": "eu"}``).
        known_at: When the record became known, a datetime with its zone; absent, it was always known.
        replaces: Id of the record that this one corrects; that one no longer counts.

    Rounding: none.
    Raises: DocumentError ``text-malformed``, ``text-hidden-character``, ``instant-malformed``, ``instant-naive``,
        ``float-amount``, ``number-malformed``, ``number-too-large``, ``value-malformed``, ``value-repeated``;
        LimitExceeded ``limit-exceeded``, ``date-out-of-range``.
    Source: rules 2 and 3.

    >>> from datetime import UTC, datetime
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> record = UsageRecord(id="e-1", meter="api_calls", at=noon, value="2.50", properties={"region": "eu"})
    >>> record.value, record.properties
    ('2.5', (('region', 'eu'),))
    """

    IDENTITY = ("id",)

    id: Identifier
    meter: Identifier
    at: Instant
    value: ExactText = cast("Any", "1")
    properties: Properties = cast("Any", ())
    known_at: Instant | None = None
    replaces: Identifier | None = None

    def __post_init__(self) -> None:
        check_id(self.id, "id")
        check_id(self.meter, "meter")
        _set(self, "at", check_moment(self.at, "at"))
        _set(self, "value", check_number(self.value, "value"))
        if type(self.properties) is not tuple or self.properties:
            _set(self, "properties", check_properties(self.properties, "properties"))
        if self.known_at is not None:
            _set(self, "known_at", check_moment(self.known_at, "known_at"))
        if self.replaces is not None:
            check_id(self.replaces, "replaces")

    def said(self, name: str) -> str | None:
        """Give what a property says, or None where the record does not have it."""
        for held, value in self.properties:
            if held == name:
                return value
        return None


class UsageReport(Value, frozen=True, kw_only=True):
    """What is said about one meter in one window. A closed window without records is zero; without a report it is open.

    Attributes:
        meter: What was metered.
        period: The window.
        records: Its records, in any order.
        is_complete: Whether every record of the window is here; until then it counts as not reported.

    Raises: DocumentError ``text-malformed``, ``period-malformed``, ``list-malformed``, ``argument-wrong``,
        ``usage-meters-mixed``; LimitExceeded ``limit-exceeded``.
    Source: rules 3.
    """

    meter: Identifier
    period: Period
    records: tuple[UsageRecord, ...] = ()
    is_complete: bool = True

    def __post_init__(self) -> None:
        check_id(self.meter, "meter")
        check_period(self.period, "period")
        _set(self, "records", check_records(self.records))
        check_kind(self.is_complete, bool, "is_complete")
        for index, record in enumerate(self.records):
            if record.meter != self.meter:
                raise DocumentError(
                    "usage-meters-mixed", found=record.meter, expected=self.meter, path=f"records[{index}].meter"
                )


_set = msgspec.structs.force_setattr


def _in_document(check: Callable[[object], object], given: object) -> object:
    try:
        return check(given)
    except BillcoreError as error:
        raise problem(error.code, found=error.found, expected=error.expected, hint=error.hint) from None


def check_id(given: object, path: str = "") -> str:
    """Give back a machine name, or refuse what is none. Raises: DocumentError ``text-malformed``."""
    if isinstance(given, str) and _ID.fullmatch(given):
        return given
    found = excerpt(given) or "an empty text" if isinstance(given, str) else f"a value of type {type(given).__name__}"
    raise DocumentError("text-malformed", found=found, expected=_ID_EXPECTED, path=path)


def check_moment(given: object, path: str = "") -> datetime:
    """Give an instant in UTC. Raises: as `check_instant`, and LimitExceeded ``date-out-of-range``."""
    instant = check_instant(given, path)
    if instant.tzinfo is UTC:
        return instant
    try:
        return instant.astimezone(UTC)
    except (OverflowError, ValueError):
        raise out_of_range("an instant at the edge of the calendar") from None


def check_number(given: object, path: str = "") -> str:
    """Give an exact number as its shortest text. Raises: as `exact`."""
    if type(given) is str and _SHORTEST.fullmatch(given):
        return given
    return shortest(exact(given, path=path))


def check_properties(given: object, path: str = "") -> tuple[tuple[str, str], ...]:
    """Give named texts as pairs in the order of the names.

    Raises: DocumentError ``value-malformed``, ``text-malformed``, ``text-hidden-character``, ``value-repeated``;
        LimitExceeded ``limit-exceeded``.
    """
    listed = given.items() if isinstance(given, Mapping) else given
    if isinstance(listed, str | bytes) or not isinstance(listed, Iterable):
        raise _no_properties(given, path)
    pairs = []
    for pair in listed:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise _no_properties(given, path)
        name, value = check_id(pair[0], path), pair[1]
        pairs.append((name, _text(value, path, name)))
        check_limit("properties", len(pairs), PROPERTY_LIMIT, path=path)
    pairs.sort()
    for (name, _), (after, _) in pairwise(pairs):
        if name == after:
            raise DocumentError("value-repeated", found=f"{name} twice", expected="each name once", path=path)
    return tuple(pairs)


def _text(given: object, path: str, name: str) -> str:
    if isinstance(given, str) and len(given) <= TEXT_LIMIT and not _HIDDEN.search(given):
        return given
    path = f"{path}.{name}" if path else name
    if not isinstance(given, str):
        found = f"a value of type {type(given).__name__}"
        raise DocumentError("text-malformed", found=found, expected="a text", path=path, hint="Write it in quotes.")
    if len(given) > TEXT_LIMIT:
        raise DocumentError(
            "text-malformed", found=f"{len(given)} characters", expected=f"at most {TEXT_LIMIT}", path=path
        )
    found = f"the hidden character U+{ord(_HIDDEN.findall(given)[0]):04X}"
    expected = "text without control or direction characters"
    raise DocumentError("text-hidden-character", found=found, expected=expected, path=path)


def _no_properties(given: object, path: str) -> DocumentError:
    found = f"a value of type {type(given).__name__}"
    return DocumentError("value-malformed", found=found, expected='an object such as {"name": "value"}', path=path)


def check_records(given: object) -> tuple[UsageRecord, ...]:
    """Give records as a tuple, or name the first thing that is none.

    Raises: DocumentError ``list-malformed``, ``argument-wrong``; LimitExceeded ``limit-exceeded``.
    """
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise DocumentError(
            "list-malformed",
            found=f"a value of type {type(given).__name__}",
            expected="a list of records",
            path="records",
        )
    taken: list[UsageRecord] = []
    # A list is looked at before it is walked; what is made while it is read is stopped at the limit.
    if isinstance(given, list | tuple):
        check_limit("records", len(given), RECORD_LIMIT, path="records")
    for index, record in enumerate(given):
        if not isinstance(record, UsageRecord):
            found = f"a value of type {type(record).__name__}"
            raise DocumentError("argument-wrong", found=found, expected="a UsageRecord", path=f"records[{index}]")
        taken.append(record)
        if index >= RECORD_LIMIT:
            check_limit("records", len(taken), RECORD_LIMIT, path="records")
    return tuple(taken)
