"""What one entry of a price book says: a price for a product, whom it is for, on which days, and how strong it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from billcore.core.document import Document, problem
from billcore.core.errors import excerpt
from billcore.core.fields import Identifier, Note
from billcore.core.whole import Whole
from billcore.core.words import counted
from billcore.periods.days import Day
from billcore.pricing.documents import Price

Scope = Literal["list", "customer", "contract"]

# Taken where an entry writes no priority. They are shown in every answer, so that nobody has to know them.
DEFAULT_PRIORITIES: Mapping[Scope, int] = {"list": 0, "customer": 10, "contract": 20}


class PriceEntry(Document):
    """One price of one product over an interval of days.

    Attributes:
        id: Stable; every answer names the entry that gave it.
        sku: The product in the catalogue.
        price: One of the price documents, in the currency of the book.
        effective_from: First day.
        effective_to: First day without it, or None for open.
        customer, contract: Whom it is for. Both absent, it is a list price; both written, both must be met.
        priority: The highest of the entries that apply wins. Absent: 0 for a list price, 10 for a customer's, 20 for a
            contract's. Nothing else decides; a contract's entry with priority 5 loses to a customer's.
            Metronome counts the other way round: there the lowest number comes first.
        version: The edition of the list that it belongs to, such as ``2026-01``; a contract can pin it.
        reason: Why it exists, for people.

    Raises: DocumentError ``period-ends-before-start``.
    Source: rules 6; Metronome's overrides with priorities.

    >>> entry = PriceEntry(id="acme", sku="API", customer="acme", price={"kind": "per_unit", "unit_price": "0.04"},
    ...                    effective_from="2026-01-01")
    >>> print(entry)
    acme (customer acme, priority 10 by default, from 2026-01-01): per_unit, unit_price 0.04
    """

    id: Identifier
    sku: Identifier
    price: Price
    effective_from: Day
    effective_to: Day | None = None
    customer: Identifier | None = None
    contract: Identifier | None = None
    priority: Annotated[Whole, Field(ge=0)] | None = None
    version: Identifier | None = None
    reason: Note = ""

    @model_validator(mode="after")
    def _has_a_day(self) -> Self:
        if self.effective_to is not None and self.effective_to <= self.effective_from:
            raise problem(
                "period-ends-before-start",
                found=f"entry {self.id}: [{self.effective_from}, {self.effective_to})",
                expected="an end later than the start",
                hint="effective_to is the first day without the price.",
            )
        return self

    @property
    def scope(self) -> Scope:
        """Whether it is a list price, a customer's or a contract's."""
        if self.contract is not None:
            return "contract"
        return "list" if self.customer is None else "customer"

    @property
    def rank(self) -> int:
        """The priority that counts: as written, else the default of its scope."""
        return DEFAULT_PRIORITIES[self.scope] if self.priority is None else self.priority

    @property
    def whom(self) -> str:
        """Whom it is for, in words."""
        names = (("customer", self.customer), ("contract", self.contract))
        return ", ".join(f"{what} {name}" for what, name in names if name is not None) or "list price"

    @property
    def days(self) -> str:
        """The days on which it is in force, as text."""
        if self.effective_to is None:
            return f"from {self.effective_from}"
        return f"[{self.effective_from}, {self.effective_to})"

    @property
    def rank_text(self) -> str:
        """The priority, and whether anybody wrote it."""
        return f"priority {self.rank}" + (" by default" if self.priority is None else "")

    def is_effective(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)

    def __str__(self) -> str:
        version = () if self.version is None else (f"version {self.version}",)
        facts = ", ".join((self.whom, *version, self.rank_text, self.days))
        return f"{self.id} ({facts}): {price_text(self.price)}"


def price_text(price: Document) -> str:
    """Say a price in one line: its kind and what was written; of a list only how long it is.

    >>> from billcore.pricing.documents import Flat, Graduated, Tier
    >>> price_text(Flat(amount="1200.00", per="month"))
    'flat, amount 1200.00, per month'
    >>> price_text(Graduated(tiers=[Tier(up_to=10), Tier(unit_price="0.5")]))
    'graduated, 2 tiers'
    """
    said = [str(getattr(price, "kind", ""))]
    fields = type(price).model_fields
    for name in sorted(fields, key=lambda name: name == "per"):  # in their order, what it is per behind what it costs
        value: object = getattr(price, name)
        if name != "kind" and value != fields[name].default:
            said.append(_field_text(name, value))
    return ", ".join(said)


def _field_text(name: str, value: object) -> str:
    if isinstance(value, tuple | Mapping):
        return counted(len(value), name.removesuffix("s"))
    if isinstance(value, Document):
        return f"{name} {price_text(value)}"
    # A Decimal's own text may have an exponent; a formula's may fill a page.
    return f"{name} {format(value, 'f') if isinstance(value, Decimal) else excerpt(str(value))}"
