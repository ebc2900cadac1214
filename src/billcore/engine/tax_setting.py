"""What answers tax questions: the embedded table, the place, the class of each product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from billcore.invoice.tax import TaxTable


@dataclass(frozen=True, kw_only=True)
class Taxes:
    """What the embedded tax table needs to answer: the table, the place, the class of each product.

    Attributes:
        table: A `TaxTable`.
        jurisdiction: Where the customer is taxed.
        tax_classes: Sku -> tax class.
    """

    table: TaxTable
    jurisdiction: str
    tax_classes: Mapping[str, str]
