"""Which prices have no table of tiers."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from billcore.core.document import problem
from billcore.core.fields import Exact, NotNegative, OptionalNotNegative, optional
from billcore.core.whole import Whole
from billcore.pricing.tiers import PriceDocument, check_package_size


class Flat(PriceDocument):
    """One amount per period, whatever the quantity. ``per`` says which period; absent, it is the billing period."""

    kind: Literal["flat"] = "flat"
    amount: Exact


class PerUnit(PriceDocument):
    """Quantity times unit price. ``per`` as in `Flat`, for a quantity that is agreed and not metered."""

    kind: Literal["per_unit"] = "per_unit"
    unit_price: Exact


class Overage(PriceDocument):
    """A price for what goes beyond an included quantity; the included units are paid for elsewhere."""

    kind: Literal["overage"] = "overage"
    included: NotNegative
    unit_price: Exact


class Package(PriceDocument):
    """Whole packages of units.

    Attributes:
        package_size: Units in a package, more than 0.
        package_price: Money per package, in major units.
        included: Units that are free; packages are counted on what goes beyond them.
        package_rounding: ``up``: a started package is a whole one, none where nothing is used. ``down``: only full
            packages count. ``at_least_one``: as ``up``, and one package even where nothing is used.
    """

    kind: Literal["package"] = "package"
    package_size: NotNegative
    package_price: Exact
    included: NotNegative = optional(default="0")
    package_rounding: Literal["up", "down", "at_least_one"] = "up"

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        check_package_size(self.package_size)
        if self.package_rounding == "at_least_one" and self.included:
            raise problem(
                "package-parts-do-not-fit",
                found=f"{self.included} units included and at least one package",
                expected="one of them",
                hint="Leave out included, or round packages up.",
            )
        return self


class Dynamic(PriceDocument):
    """Money that came with the events, times a factor; 1 passes it on as it is."""

    kind: Literal["dynamic"] = "dynamic"
    multiplier: NotNegative = optional(default="1")


class Percentage(PriceDocument):
    """A percentage of a sum of money, with what is due or free for each event.

    Attributes:
        percent: Of the money; 0 or more, it may exceed 100.
        fixed_fee: Money for each event that is not free, in major units.
        free_events: The first so many events are free; with ``free_amount`` as well, an event is free while both hold.
        free_amount: Money that bears no percentage, taken by the events in order of time, in major units. An event that
            it covers whole is free of the fixed fee too; the one that goes beyond it pays the fee, and the percentage
            on what is beyond.
        minimum, maximum: Least and most money for each event that is not free, fee included, in major units.
    """

    kind: Literal["percentage"] = "percentage"
    percent: NotNegative
    fixed_fee: NotNegative = optional(default="0")
    free_events: Annotated[Whole, Field(ge=0)] | None = None
    free_amount: OptionalNotNegative = optional(default=None)
    minimum: OptionalNotNegative = optional(default=None)
    maximum: OptionalNotNegative = optional(default=None)

    @model_validator(mode="after")
    def _limits_fit(self) -> Self:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise problem(
                "minimum-above-maximum",
                found=f"a minimum of {self.minimum} and a maximum of {self.maximum}",
                expected="a minimum of at most the maximum",
            )
        return self
