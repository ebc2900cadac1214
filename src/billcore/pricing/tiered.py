"""Which prices look a quantity up in a table of tiers."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import field_validator, model_validator

from billcore.core.document import Document, problem
from billcore.core.fields import Exact, Items, NotNegative, OptionalNotNegative, optional
from billcore.pricing.tiers import PriceDocument, Tiered, check_length, check_tiers


class Graduated(Tiered):
    """Each unit at the price of the tier it falls in."""

    kind: Literal["graduated"] = "graduated"


class Volume(Tiered):
    """All units at the price of the tier that the total reaches."""

    kind: Literal["volume"] = "volume"


class Stairstep(Tiered):
    """One flat amount: that of the tier which the total reaches; its tiers have no unit price."""

    kind: Literal["stairstep"] = "stairstep"

    @model_validator(mode="after")
    def _has_no_unit_price(self) -> Self:
        for index, tier in enumerate(self.tiers):
            if tier.unit_price or tier.package_size is not None:
                raise problem(
                    "stairstep-unit-price",
                    found=f"a price per unit or package in tiers[{index}]",
                    expected="flat_amount alone",
                    hint="Use Volume where the tier also has a price per unit.",
                )
        return self


class PercentTier(Document):
    """One row of a table of percentages.

    Attributes:
        up_to: Upper bound in major units of the currency, in it; None for the last tier, which is open.
        percent: Of the money that falls in the tier; 0 or more, it may exceed 100.
        flat_amount: Money due once when the tier is reached, in major units.
    """

    up_to: OptionalNotNegative = optional(default=None)
    percent: NotNegative
    flat_amount: Exact = optional(default="0")


class GraduatedPercentage(PriceDocument):
    """A percentage of a sum of money, each part of it at the percentage of the tier that it falls in."""

    kind: Literal["graduated_percentage"] = "graduated_percentage"
    tiers: Items[PercentTier]
    charge_flat_at_zero: bool = True

    @field_validator("tiers", mode="before")
    @classmethod
    def _table_is_not_too_long(cls, given: object) -> object:
        check_length(given)
        return given

    @model_validator(mode="after")
    def _table_has_no_gap(self) -> Self:
        check_tiers(self.tiers)
        return self


class GraduatedTimeWeighted(Tiered):
    """A level that changes within the period: the level chooses the tier, the time that is left weighs the units.

    Each change of the level is priced in the tiers that it passes, in proportion; a flat part is due for each tier that
    the highest level reaches, whole. Below zero nothing is due. Source: rules 3; Lago's prorated graduated charge.
    """

    kind: Literal["graduated_time_weighted"] = "graduated_time_weighted"

    @model_validator(mode="after")
    def _units_alone(self) -> Self:
        for index, tier in enumerate(self.tiers):
            if tier.package_size is not None or tier.minimum is not None or tier.maximum is not None:
                raise problem(
                    "tier-part-does-not-fit",
                    found=f"a package size, minimum or maximum in tiers[{index}]",
                    expected="unit_price and flat_amount alone where units are weighed by time",
                )
        if self.reading != "upper_inclusive":
            raise problem("tier-part-does-not-fit", found=f"the reading {self.reading}", expected="upper_inclusive")
        return self
