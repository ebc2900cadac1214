"""How one rate table rates a quantity written as text: the amount with its parts and steps."""

from __future__ import annotations

from billcore.core.exact import unscaled
from billcore.pricing.rate_table import RateTable
from billcore.pricing.rated import Rated
from billcore.pricing.tier_steps import short, steps_of
from billcore.pricing.totals import amount_of, parts_of


def rated_at(table: RateTable, quantity: str) -> Rated:
    """Rate a quantity at a table.

    Rounding: none.
    Raises: NotApplicable ``quantity-negative``; DocumentError ``number-malformed``, ``number-too-large``.
    """
    number, scale = unscaled(quantity, path="quantity")
    numerator, denominator = amount_of(table, number, scale)
    parts = parts_of(table, number, scale)
    text = short(number, scale)
    return Rated(
        numerator=numerator,
        denominator=denominator,
        quantity=text,
        kind=table.kind,
        parts=parts,
        steps=steps_of(table, parts, text, table.price_scale + max(scale, table.quantity_scale)),
    )
