"""Which prices are made of other prices: by property, by group, by window, over the term, over several meters."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from billcore.core.document import Document, problem
from billcore.core.fields import Exact, Identifier, Items, NotNegative, optional
from billcore.core.limits import DEFAULT
from billcore.pricing.simple import Dynamic, Flat, Overage, Package, Percentage, PerUnit
from billcore.pricing.tiered import Graduated, GraduatedPercentage, Stairstep, Volume
from billcore.pricing.tiers import PriceDocument, check_length

# The prices that one rate table says whole.
TablePrice = Annotated[
    Flat | PerUnit | Graduated | Volume | Stairstep | Package | Overage | GraduatedPercentage | Dynamic,
    Field(discriminator="kind"),
]
# A price that counts units from the start of a term: only tables that look at units alone.
CountedPrice = Annotated[PerUnit | Graduated | Volume | Package | Overage, Field(discriminator="kind")]
# A record is grouped by so many at most, as when it is metered.
MOST_PROPERTIES = 100
# Of all cells of a matrix: ten for each of as many cells as there may be.
MOST_TIERS = 10 * DEFAULT.tiers
PropertyText = Annotated[str, StringConstraints(max_length=200)]


class MatrixCell(Document):
    """One cell of a matrix: the values of the dimensions, in their order, and the price of the units that have them."""

    values: Items[PropertyText]
    price: TablePrice


def _tiers_of(cell: object) -> int:
    """How many tiers a cell has, before it is read."""
    price = cell.get("price") if isinstance(cell, Mapping) else None
    tiers = price.get("tiers") if isinstance(price, Mapping) else None
    return len(tiers) if isinstance(tiers, Sized) else 0


class Matrix(PriceDocument):
    """A price looked up by the values of one or two properties.

    Attributes:
        dimensions: Names of the properties, one or two.
        cells: Each combination once, with its price.
        unmatched: What units cost whose values have no cell: ``refuse`` holds the charge, ``free`` bills nothing,
            ``default`` takes the price in ``default``. Always written: nobody guesses it.
        default: The price for ``unmatched="default"``.
    """

    kind: Literal["matrix"] = "matrix"
    dimensions: Items[Identifier]
    cells: Items[MatrixCell]
    unmatched: Literal["refuse", "free", "default"]
    default: TablePrice | None = None

    @field_validator("cells", mode="before")
    @classmethod
    def _matrix_is_not_too_large(cls, given: object) -> object:
        check_length(given, "cells")
        tiers = sum(map(_tiers_of, given)) if isinstance(given, list | tuple) else 0
        if tiers > MOST_TIERS:
            raise problem("limit-exceeded", found=f"{tiers} tiers", expected=f"at most {MOST_TIERS} in all cells")
        return given

    @model_validator(mode="after")
    def _cells_fit(self) -> Self:
        if not 1 <= len(self.dimensions) <= 2 or len(set(self.dimensions)) < len(self.dimensions):
            raise problem(
                "matrix-malformed", found=f"{len(self.dimensions)} dimensions", expected="one or two, distinct"
            )
        if not self.cells:
            raise problem("matrix-malformed", found="no cell", expected="at least one cell")
        seen = set()
        for index, cell in enumerate(self.cells):
            if len(cell.values) != len(self.dimensions):
                raise problem(
                    "matrix-malformed",
                    found=f"{len(cell.values)} values in cells[{index}]",
                    expected=f"{len(self.dimensions)}, one for each dimension",
                )
            if cell.values in seen:
                raise problem("matrix-malformed", found=f"cells[{index}] again", expected="each combination once")
            seen.add(cell.values)
        if (self.unmatched == "default") != (self.default is not None):
            raise problem(
                "matrix-malformed",
                found=f"unmatched {self.unmatched} {'with' if self.default else 'without'} a default price",
                expected='unmatched "default" together with its price',
            )
        return self


class CapacityLimit(Document):
    """How much of one meter a tier of capacity holds; the bound is in it."""

    meter: Identifier
    up_to: NotNegative


class CapacityTier(Document):
    """A flat amount for use within all of its limits; a meter that is not listed is not limited."""

    amount: Exact
    limits: Items[CapacityLimit] = optional(default=())


class Capacity(PriceDocument):
    """One flat amount for several meters: that of the first tier whose limits all hold.

    Attributes:
        tiers: From small to large; the last has no limit.
        charge_at_zero: Whether the first tier's amount is due where no meter moved.
    """

    kind: Literal["capacity"] = "capacity"
    tiers: Items[CapacityTier]
    charge_at_zero: bool = True

    @field_validator("tiers", mode="before")
    @classmethod
    def _table_is_not_too_long(cls, given: object) -> object:
        check_length(given)
        return given

    @model_validator(mode="after")
    def _last_is_open(self) -> Self:
        if not self.tiers:
            raise problem("tiers-empty", found="no tier", expected="at least one tier")
        for index, tier in enumerate(self.tiers):
            meters = [limit.meter for limit in tier.limits]
            if len(set(meters)) < len(meters):
                raise problem("id-repeated", found=f"a meter twice in tiers[{index}]", expected="each meter once")
        if self.tiers[-1].limits:
            raise problem(
                "last-tier-not-open",
                found="limits in the last tier",
                expected="no limit: use above every limit must have a price",
                hint="Leave limits out of the last tier.",
            )
        return self


class Grouped(PriceDocument):
    """The same price for each group of records alone, tiers counted anew in each; a charge for each group.

    Attributes:
        by: Names of the properties whose values make a group.
        price: What each group costs.
    """

    kind: Literal["grouped"] = "grouped"
    by: Items[Identifier]
    price: Annotated[
        Flat
        | PerUnit
        | Graduated
        | Volume
        | Stairstep
        | Package
        | Overage
        | GraduatedPercentage
        | Dynamic
        | Percentage
        | Matrix,
        Field(discriminator="kind"),
    ]

    @field_validator("by", mode="before")
    @classmethod
    def _names_are_not_too_many(cls, given: object) -> object:
        check_length(given, "properties", MOST_PROPERTIES)
        return given

    @model_validator(mode="after")
    def _has_properties(self) -> Self:
        if not self.by or len(set(self.by)) < len(self.by):
            raise problem("group-malformed", found=f"{len(self.by)} properties", expected="one or more, distinct")
        check_length(self.by, "properties", MOST_PROPERTIES)  # an iterator has no length before it is read
        return self


class Cumulative(PriceDocument):
    """A price whose tiers are counted from the start of the term and not anew in each period."""

    kind: Literal["cumulative"] = "cumulative"
    price: CountedPrice


class Windowed(PriceDocument):
    """The same price for each window of the period alone (an hour, a day), added up; tiers begin anew in each."""

    kind: Literal["windowed"] = "windowed"
    price: TablePrice
