"""How a quantity of a case is converted: names of operations and roundings."""

from __future__ import annotations

from billcore.core.ratio import ratio_of
from billcore.pricing.modifiers import Modifiers, UnitConversion
from parity.given import Given

_ROUNDINGS = {"none": "none", "half_up": "half_up", "half_even": "half_even", "ceiling": "ceiling", "floor": "floor"}


def conversion_of(given: Given, quantity: str = "0") -> UnitConversion:
    """Translate a conversion of units.

    Args:
        given: Operation, factor, rounding, precision.
        quantity: Decides what a ceiling is: ours go away from zero and toward it.
    """
    operation = given.choice("operation", {"multiply": "multiply_by", "divide": "divide_by"})
    rounding = given.choice("rounding", _ROUNDINGS, "none")
    is_negative = ratio_of(quantity)[0] < 0
    if rounding == "ceiling":
        rounding = "down" if is_negative else "up"
    elif rounding == "floor":
        rounding = "up" if is_negative else "down"
    return UnitConversion(**{operation: given.text("factor")}, rounding=rounding, digits=given.whole("precision", 0))


def modifiers_of(given: Given) -> Modifiers:
    """Translate what happens to a quantity before the price sees it."""
    return Modifiers(
        convert=conversion_of(given.inner("unit_conversion")) if given.has("unit_conversion") else None,
        usage_discount=given.text("usage_discount") if given.has("usage_discount") else None,
    )
