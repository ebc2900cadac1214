"""What can be sold: products with the classes that tax and ledger go by, and the treatments finance allows."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from billcore.core.document import Document, problem
from billcore.core.fields import Identifier, Items, Name, optional

Treatment = Literal["ratable", "point_in_time", "as_used", "milestones"]


class Product(Document):
    """One product.

    Attributes:
        sku: Its key, in contracts and in the CRM.
        product_class: What the ledger mapping goes by (``subscription``, ``usage``, ``services``).
        tax_class: What the tax table goes by.
        treatments: The revenue treatments that finance allows for it.
        entities: The legal entities that sell it.
        is_active: Whether new contracts may hold it.
    """

    sku: Identifier
    name: Name
    product_class: Identifier
    tax_class: Identifier
    treatments: Items[Treatment]
    entities: Items[Identifier]
    is_active: bool = True


class Catalogue(Document):
    """All products."""

    products: Items[Product] = optional(default=())

    @model_validator(mode="after")
    def _skus_are_distinct(self) -> Self:
        skus = [product.sku for product in self.products]
        if len(set(skus)) < len(skus):
            twice = next(sku for sku in skus if skus.count(sku) > 1)
            raise problem("id-repeated", found=f"sku {twice} twice", expected="each sku once")
        return self

    def find(self, sku: str) -> Product | None:
        """The product of that sku, or None."""
        return next((product for product in self.products if product.sku == sku), None)
