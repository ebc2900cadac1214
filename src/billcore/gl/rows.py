"""What one row of the mapping says: exact key values, an account or a ban, and the days it is in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import prod
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BeforeValidator, model_validator

from billcore.core.document import Document, problem
from billcore.core.errors import excerpt
from billcore.core.fields import Identifier, Note, optional
from billcore.core.ids import content_id
from billcore.gl.access import DIMENSIONS, Dimension
from billcore.gl.roles import AccountRole, EventKind
from billcore.periods.days import Day

_WILDCARDS = frozenset({"*", "any", "all"})


def _read_values(given: object) -> object:
    values = given.split("|") if isinstance(given, str) else given
    if isinstance(values, bytes) or not isinstance(values, Iterable):
        raise problem("list-malformed", found=excerpt(given), expected="values such as a|b, or a list")
    listed = list(values)
    for value in listed:
        if isinstance(value, str) and value.lower() in _WILDCARDS:
            raise problem(
                "mapping-wildcard",
                found=excerpt(value),
                expected="the values themselves, such as a|b",
                hint="There is no wildcard. Write the values, or put the row into a table without this key.",
            )
    if all(isinstance(value, str) for value in listed):
        if len(set(listed)) < len(listed):
            raise problem("value-repeated", found=excerpt("|".join(listed)), expected="each value once")
        listed.sort()
    return tuple(listed)


if TYPE_CHECKING:

    class Values:
        """A set of key values: write ``"a"``, ``"a|b"`` or a list; read a sorted tuple."""

        def __get__(self, instance: object, owner: type) -> tuple[str, ...]: ...
        def __set__(self, instance: object, value: str | Iterable[str]) -> None: ...

else:
    Values = Annotated[tuple[Identifier, ...], BeforeValidator(_read_values)]


class MappingRow(Document):
    """One row of one table: exact key values and the account they post to.

    The dimensions that have values are the row's key set; they choose the table it stands in.

    Attributes:
        id: Stable; every journal line names the row that chose its account.
        event, role: Which line of which event.
        entity: Legal entities, at least one.
        product_class, revenue_treatment, tax_jurisdiction, tax_row: Values of further keys; empty where not a key.
        account: Number in the chart of each of the entities; None on a forbidden row.
        forbidden: Whether the combination must never post.
        effective_from, effective_to: Half-open; ``effective_to`` is the first day without it, or None for open.
        note: For people; no part of the mapping's version.

    Raises: DocumentError ``access-without-entity``, ``mapping-row-without-account``, ``mapping-wildcard``,
        ``value-repeated``, ``period-ends-before-start``.
    """

    id: Identifier
    event: EventKind
    role: AccountRole
    entity: Values
    product_class: Values = optional(default=())
    revenue_treatment: Values = optional(default=())
    tax_jurisdiction: Values = optional(default=())
    tax_row: Values = optional(default=())
    account: Identifier | None = None
    forbidden: bool = False
    effective_from: Day
    effective_to: Day | None = None
    note: Note = ""

    @model_validator(mode="after")
    def _row_is_whole(self) -> Self:
        if not self.entity:
            raise problem("access-without-entity", found=f"row {self.id} without entity", expected="an entity")
        if (self.account is None) != self.forbidden:
            found = "no account" if self.account is None else f"account {self.account} on a forbidden row"
            raise problem(
                "mapping-row-without-account", found=f"row {self.id}: {found}", expected="an account, or forbidden"
            )
        if self.effective_to is not None and self.effective_to <= self.effective_from:
            raise problem(
                "period-ends-before-start",
                found=f"row {self.id}: [{self.effective_from}, {self.effective_to})",
                expected="an end later than the start",
            )
        return self

    @property
    def keys(self) -> frozenset[Dimension]:
        """The dimensions that it is keyed by."""
        return frozenset(name for name in DIMENSIONS if getattr(self, name))

    @property
    def combinations(self) -> int:
        """How many exact keys its value sets stand for."""
        return prod(len(getattr(self, name)) for name in self.keys)

    def is_effective(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)


def row_digest(row: MappingRow) -> str:
    """Hash of what a row decides; its note takes no part."""
    return content_id(row.id, {name: getattr(row, name) for name in MappingRow.model_fields if name != "note"})
