"""What happens to a quantity before a price sees it, and to the price before it is a charge.

Source: rules 3 (line stage): convert and round the quantity, included quantity, usage discount, price, discounts of the
line, maximum, minimum, round. Discounts stand beside these, because they have dates: `discounts`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from billcore.core.document import Document, problem
from billcore.core.fields import OptionalNotNegative, optional
from billcore.core.whole import Whole

QuantityRounding = Literal["none", "half_up", "half_even", "up", "down"]
Stacking = Literal["as_listed", "percent_first", "additive"]
Order = Literal["discounts_first", "limits_first"]
Negative = Literal["refuse", "carry", "credit"]
Grain = Literal["line", "segment"]


class UnitConversion(Document):
    """How metered units become priced units: multiplied or divided, then rounded.

    Attributes:
        multiply_by, divide_by: The factor; one of the two, more than 0.
        rounding: ``none``, or how the quantity is rounded: ``half_up`` (a half away from zero), ``half_even``, ``up``
            to the next, ``down``.
        digits: Digits after the point that rounding keeps.
    """

    multiply_by: OptionalNotNegative = optional(default=None)
    divide_by: OptionalNotNegative = optional(default=None)
    rounding: QuantityRounding = "none"
    digits: Annotated[Whole, Field(ge=0, le=12)] = 0

    @model_validator(mode="after")
    def _has_one_factor(self) -> Self:
        factors = [factor for factor in (self.multiply_by, self.divide_by) if factor is not None]
        if len(factors) != 1:
            raise problem(
                "conversion-malformed",
                found="multiply_by and divide_by" if factors else "no factor",
                expected="one of multiply_by and divide_by",
            )
        if factors[0] == 0:
            raise problem("number-not-positive", found="a factor of 0", expected="more than 0")
        if self.rounding == "none" and self.divide_by is not None and not _ends(self.divide_by.as_integer_ratio()[0]):
            raise problem(
                "conversion-malformed",
                found=f"a division by {self.divide_by} without rounding",
                expected="a rounding: the quotient has no end",
                hint="Say rounding and digits.",
            )
        return self


def _ends(divisor: int) -> bool:
    """Tell whether every division by it ends: it has no factor but 2 and 5."""
    for factor in (2, 5):
        while divisor % factor == 0:
            divisor //= factor
    return divisor == 1


class Modifiers(Document):
    """The steps before and after a price, in the order in which they are taken.

    Attributes:
        convert: Metered units to priced units.
        included: Units that are paid for elsewhere; they never reach the price.
        usage_discount: Units given away; taken after the included ones.
        stacking: ``as_listed``: each discount on the rest of the one before. ``percent_first``: percentages, then
            amounts, each in the order listed. ``additive``: each on the whole charge.
        maximum, minimum: Most and least money for a full billing period, in major units; a part of a period takes its
            share of them.
        order: ``discounts_first``: discounts, maximum, minimum. ``limits_first``: maximum, minimum, discounts.
        negative: What a charge below zero does: ``refuse`` holds it, ``carry`` bills nothing and takes it from the next
            charges, ``credit`` gives it back.
        grain: ``line``: rounded once. ``segment``: the units and the flat part of each tier are rounded alone.
    """

    convert: UnitConversion | None = None
    included: OptionalNotNegative = optional(default=None)
    usage_discount: OptionalNotNegative = optional(default=None)
    stacking: Stacking = "as_listed"
    maximum: OptionalNotNegative = optional(default=None)
    minimum: OptionalNotNegative = optional(default=None)
    order: Order = "discounts_first"
    negative: Negative = "refuse"
    grain: Grain = "line"

    @model_validator(mode="after")
    def _limits_fit(self) -> Self:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise problem(
                "minimum-above-maximum",
                found=f"a minimum of {self.minimum} and a maximum of {self.maximum}",
                expected="a minimum of at most the maximum",
            )
        return self
