"""What a price is when people write it: a document per model, each with one exact meaning.

Tier bounds are inclusive and real-valued: with ``up_to=10`` quantity 10 is in the tier and 10.5 has 0.5 in the next.
Source: rules 3; `lowering` turns each document into the one rate table that the kernel works on.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from billcore.core.document import Document, problem
from billcore.core.fields import Exact, Items, NotNegative, OptionalNotNegative, optional
from billcore.core.limits import DEFAULT
from billcore.periods.frequency import OptionalEvery


class Tier(Document):
    """One row of a tier table.

    Attributes:
        up_to: Upper bound, in it; None for the last tier, which is open.
        unit_price: Money per unit in major units, up to 12 digits after the point, never rounded.
        flat_amount: Money due once when the tier is reached, in major units.
    """

    up_to: OptionalNotNegative = optional(default=None)
    unit_price: Exact = optional(default="0")
    flat_amount: Exact = optional(default="0")


class Flat(Document):
    """One amount per period, whatever the quantity. ``per`` says which period; absent, it is the billing period."""

    kind: Literal["flat"] = "flat"
    amount: Exact
    per: OptionalEvery = optional(default=None)


class PerUnit(Document):
    """Quantity times unit price. ``per`` as in `Flat`, for a quantity that is agreed and not metered."""

    kind: Literal["per_unit"] = "per_unit"
    unit_price: Exact
    per: OptionalEvery = optional(default=None)


class Tiered(Document):
    """What the two tier models share: a table of tiers and how zero usage is read."""

    tiers: Items[Tier]
    per: OptionalEvery = optional(default=None)
    charge_flat_at_zero: bool = True

    @field_validator("tiers", mode="before")
    @classmethod
    def _table_is_not_too_long(cls, given: object) -> object:
        # Before the tiers are read: 10,000 of them take longer to read than a refusal may.
        if isinstance(given, list | tuple) and len(given) > DEFAULT.tiers:
            raise problem("limit-exceeded", found=f"{len(given)} tiers", expected=f"at most {DEFAULT.tiers}")
        return given

    @model_validator(mode="after")
    def _table_has_no_gap(self) -> Self:
        check_tiers(self.tiers)
        return self


class Graduated(Tiered):
    """Each unit at the price of the tier it falls in."""

    kind: Literal["graduated"] = "graduated"


class Volume(Tiered):
    """All units at the price of the tier that the total reaches."""

    kind: Literal["volume"] = "volume"


class Overage(Document):
    """A price for what goes beyond an included quantity; the included units are paid for elsewhere."""

    kind: Literal["overage"] = "overage"
    included: NotNegative
    unit_price: Exact
    per: OptionalEvery = optional(default=None)


Price = Annotated[Flat | PerUnit | Graduated | Volume | Overage, Field(discriminator="kind")]


def check_tiers(tiers: tuple[Tier, ...]) -> None:
    """Refuse a table that is empty, too long, not increasing or not open at the end.

    Codes: ``tiers-empty``, ``limit-exceeded``, ``tier-bounds-not-increasing``, ``tier-not-last-open``,
    ``last-tier-not-open``.
    """
    if not tiers:
        raise problem("tiers-empty", found="no tier", expected="at least one tier")
    if len(tiers) > DEFAULT.tiers:
        raise problem("limit-exceeded", found=f"{len(tiers)} tiers", expected=f"at most {DEFAULT.tiers}")
    before = None
    for index, tier in enumerate(tiers):
        is_last = index == len(tiers) - 1
        if tier.up_to is None and not is_last:
            raise problem(
                "tier-not-last-open",
                found=f"no up_to in tiers[{index}]",
                expected="an open bound in the last tier only",
                hint="Give the tier a bound, or remove the tiers behind it.",
            )
        if tier.up_to is not None and is_last:
            raise problem(
                "last-tier-not-open",
                found=f"up_to {tier.up_to} in the last tier",
                expected="no up_to: a quantity above every bound must have a price",
                hint="Leave up_to out of the last tier.",
            )
        if tier.up_to is not None and before is not None and tier.up_to <= before:
            raise problem(
                "tier-bounds-not-increasing",
                found=f"tiers[{index}].up_to {tier.up_to}",
                expected=f"more than {before}, the bound of the tier before",
                hint="Give each tier a larger bound than the one before, or merge the two.",
            )
        before = tier.up_to
