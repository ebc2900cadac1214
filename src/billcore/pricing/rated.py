"""What rating a quantity gives: the exact amount with the tiers that made it, before any rounding."""

from __future__ import annotations

from billcore.core.reasons import Reason, reasons_of
from billcore.core.steps import Step, exact_text
from billcore.core.value import Value


class RatedPart(Value, frozen=True, kw_only=True):
    """What one segment adds to the amount.

    Attributes:
        index: Position of the segment in the rate table, from 0.
        units: Units that it prices, as text; packages where units are packaged.
        unit_price: Money per unit (per package), as text.
        flat: Flat part that is due, as text.
        limit: ``minimum`` or ``maximum`` where the tier's least or most money took the place of units and flat part.
        member: Which part of the period it prices, where a price has several (a cell, an event), else empty.
        numerator, denominator: What it adds, exact, in major units of the currency.
    """

    index: int
    units: str
    unit_price: str
    flat: str
    numerator: int
    denominator: int
    limit: str = ""
    member: str = ""


class Rated(Value, frozen=True, kw_only=True):
    """A quantity at a price, exact.

    Attributes:
        numerator: Exact amount, top; in major units of the currency, never rounded.
        denominator: Exact amount, bottom; a power of ten.
        quantity: The quantity that was rated, as text without trailing zeros.
        kind: The price document's kind.
        parts: One for each segment that the quantity reached, in order; of a price on the whole quantity only the one
            in which it ends.
        steps: The workings: one for each part, and their sum where there is not exactly one.
        groups: (values, what the group costs) of a grouped price, in order of the values; else empty.
    """

    numerator: int
    denominator: int
    quantity: str
    kind: str
    parts: tuple[RatedPart, ...]
    steps: tuple[Step, ...]
    groups: tuple[tuple[tuple[str, ...], Rated], ...] = ()

    @property
    def reason(self) -> Reason:
        """Why the amount is what it is, as text, data or HTML."""
        return Reason(text=f"{self.kind} price of {self.quantity}: {self.amount}", because=reasons_of(self.steps))

    @property
    def amount(self) -> str:
        """The exact amount as text: ``188.085``."""
        return exact_text(self.numerator, self.denominator)
