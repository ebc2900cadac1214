"""What a tier table is when people write it, and when it has no gap.

Tier bounds are inclusive and real-valued: with ``up_to=10`` quantity 10 is in the tier and 10.5 has 0.5 in the next.
Source: rules 3; other readings are named by ``reading``.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, Protocol, Self

from pydantic import field_validator, model_validator

from billcore.core.document import Document, problem
from billcore.core.exact import fraction_digits
from billcore.core.fields import Exact, Items, OptionalExact, OptionalNotNegative, optional
from billcore.core.limits import DEFAULT
from billcore.periods.frequency import OptionalEvery


class Bounded(Protocol):
    """A row of a tier table, whatever it says beside its bound."""

    @property
    def up_to(self) -> Decimal | None:
        """Upper bound, in the row; None for the last."""


# How a quantity falls into a tier table. Each name's meaning is `Tiered.reading`'s.
Reading = Literal["upper_inclusive", "lower_inclusive", "blocks", "integer_rows"]


class PriceDocument(Document):
    """What every price shares: ``per`` says which period it is for; absent, it is the billing period."""

    per: OptionalEvery = optional(default=None)


class Tier(Document):
    """One row of a tier table.

    Attributes:
        up_to: Upper bound, in it; None for the last tier, which is open.
        unit_price: Money per unit in major units, up to 12 digits after the point, never rounded.
        flat_amount: Money due once when the tier is reached, in major units.
        package_size: Units are sold in packages of this size, counted inside the tier; a started package is a whole
            one and ``unit_price`` is the price of a package.
        minimum, maximum: Least and most money of the tier once it is reached, in major units.
    """

    up_to: OptionalNotNegative = optional(default=None)
    unit_price: Exact = optional(default="0")
    flat_amount: Exact = optional(default="0")
    package_size: OptionalNotNegative = optional(default=None)
    minimum: OptionalExact = optional(default=None)
    maximum: OptionalExact = optional(default=None)

    @model_validator(mode="after")
    def _sizes_fit(self) -> Self:
        check_package_size(self.package_size)
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise problem(
                "minimum-above-maximum",
                found=f"a minimum of {self.minimum} and a maximum of {self.maximum}",
                expected="a minimum of at most the maximum",
            )
        return self


class Tiered(PriceDocument):
    """What the tier models share: a table of tiers, how zero usage is read, how a quantity falls into the table.

    Attributes:
        tiers: In order of their bounds; the last is open.
        charge_flat_at_zero: Whether the first tier's flat part is due where nothing is used.
        reading: ``upper_inclusive``: a bound is in its tier, fractions count (10.5 has 0.5 behind 10).
            ``lower_inclusive``: a bound is in the tier behind it.
            ``blocks``: the quantity is first rounded up to a whole unit.
            ``integer_rows``: a tier begins a whole unit behind the bound before; what lies between is in no tier.
    """

    tiers: Items[Tier]
    charge_flat_at_zero: bool = True
    reading: Reading = "upper_inclusive"

    @field_validator("tiers", mode="before")
    @classmethod
    def _table_is_not_too_long(cls, given: object) -> object:
        check_length(given)
        return given

    @model_validator(mode="after")
    def _table_has_no_gap(self) -> Self:
        check_tiers(self.tiers)
        if self.reading == "integer_rows":
            check_whole_bounds(self.tiers)
        if self.reading == "lower_inclusive" and self.tiers[0].up_to == 0:
            raise problem(
                "tier-part-does-not-fit",
                found="a first tier up to 0 that does not hold its bound",
                expected="a first tier that holds something",
                hint="Leave the first tier out.",
            )
        return self


def check_package_size(size: object) -> None:
    """Refuse packages of nothing.

    Codes: ``number-not-positive``.
    """
    if size is not None and size == 0:
        raise problem("number-not-positive", found="a package size of 0", expected="more than 0 units in a package")


def check_length(given: object, noun: str = "tiers", most: int = DEFAULT.tiers) -> None:
    """Refuse a list of too many rows before they are read: 10,000 take longer to read than a refusal may.

    Codes: ``limit-exceeded``.
    """
    if isinstance(given, list | tuple) and len(given) > most:
        raise problem("limit-exceeded", found=f"{len(given)} {noun}", expected=f"at most {most}")


def check_tiers(tiers: Sequence[Bounded]) -> None:
    """Refuse a table that is empty, too long, not increasing or not open at the end.

    Codes: ``tiers-empty``, ``limit-exceeded``, ``tier-bounds-not-increasing``, ``tier-not-last-open``,
    ``last-tier-not-open``.
    """
    if not tiers:
        raise problem("tiers-empty", found="no tier", expected="at least one tier")
    check_length(tiers)
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


def check_whole_bounds(tiers: Sequence[Bounded]) -> None:
    """Refuse bounds with a fraction where rows hold whole numbers only.

    Codes: ``tier-bound-not-whole``.
    """
    for index, tier in enumerate(tiers):
        if tier.up_to is not None and fraction_digits(tier.up_to):
            raise problem(
                "tier-bound-not-whole",
                found=f"tiers[{index}].up_to {tier.up_to:f}",
                expected="whole bounds under the reading integer_rows",
                hint="Read the table as upper_inclusive, where fractions have their place.",
            )
