"""What the rules of intake look things up in, and how they say what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from billcore.contract.catalogue import Catalogue, Product
from billcore.contract.drafts import Draft
from billcore.contract.parties import Customer, LegalEntity
from billcore.core.findings import Finding, Owner
from billcore.core.value import Value


class Desk(Value, frozen=True, kw_only=True):
    """What intake knows beside the deal.

    Attributes:
        catalogue: What can be sold.
        entities: Who can sell.
        customer: Who owes, or None where that could not be read.
    """

    catalogue: Catalogue
    entities: tuple[LegalEntity, ...]
    customer: Customer | None = None

    def entity(self, entity_id: str | None) -> LegalEntity | None:
        """The entity of that id, or None."""
        return next((entity for entity in self.entities if entity.id == entity_id), None)

    def product(self, sku: str | None) -> Product | None:
        """The product of that sku, or None."""
        return None if sku is None else self.catalogue.find(sku)


Rule: TypeAlias = Callable[[Draft, Desk], Iterator[Finding]]


def refusal(code: str, owner: Owner, path: str, *, found: str, expected: str, hint: str = "") -> Finding:
    """Say that a contract may not be billed, and who can mend it."""
    return Finding(code=code, owner=owner, path=path, found=found, expected=expected, hint=hint)
