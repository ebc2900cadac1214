"""How one rate table rates a quantity written as text: the amount with its parts and steps."""

from __future__ import annotations

from billcore.core.exact import exact, fraction_digits, scaled
from billcore.pricing.rate_table import RateTable
from billcore.pricing.rated import Rated
from billcore.pricing.tier_steps import short, steps_of
from billcore.pricing.totals import amount_of, parts_of


def scaled_quantity(text: str, path: str = "quantity") -> tuple[int, int]:
    """Read a quantity as an integer at the smallest scale that is exact.

    Raises: DocumentError ``number-malformed``, ``number-too-large``.

    >>> scaled_quantity("12.50")
    (125, 1)
    """
    number = exact(text, path=path)
    scale = fraction_digits(number)
    return scaled(number, scale), scale


def rated_at(table: RateTable, quantity: str) -> Rated:
    """Rate a quantity at a table.

    Rounding: none.
    Raises: NotApplicable ``quantity-negative``; DocumentError ``number-malformed``, ``number-too-large``.
    """
    unscaled, scale = scaled_quantity(quantity)
    numerator, denominator = amount_of(table, unscaled, scale)
    parts = parts_of(table, unscaled, scale)
    text = short(unscaled, scale)
    return Rated(
        numerator=numerator,
        denominator=denominator,
        quantity=text,
        kind=table.kind,
        parts=parts,
        steps=steps_of(table, parts, text, table.price_scale + max(scale, table.quantity_scale)),
    )
