"""Which price documents there are: one per model, each with one exact meaning.

Source: rules 3; `lowering` turns each document into what rating works on.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from billcore.pricing.composed import (
    Capacity,
    CapacityLimit,
    CapacityTier,
    CountedPrice,
    Cumulative,
    Grouped,
    Matrix,
    MatrixCell,
    TablePrice,
    Windowed,
)
from billcore.pricing.formula.document import Formula, FormulaParameter, FormulaVariable
from billcore.pricing.simple import Dynamic, Flat, Overage, Package, Percentage, PerUnit
from billcore.pricing.tiered import (
    Graduated,
    GraduatedPercentage,
    GraduatedTimeWeighted,
    PercentTier,
    Stairstep,
    Volume,
)
from billcore.pricing.tiers import Reading, Tier, Tiered

__all__ = [
    "Capacity",
    "CapacityLimit",
    "CapacityTier",
    "CountedPrice",
    "Cumulative",
    "Dynamic",
    "Flat",
    "Formula",
    "FormulaParameter",
    "FormulaVariable",
    "Graduated",
    "GraduatedPercentage",
    "GraduatedTimeWeighted",
    "Grouped",
    "Matrix",
    "MatrixCell",
    "Overage",
    "Package",
    "PerUnit",
    "PercentTier",
    "Percentage",
    "Price",
    "Reading",
    "Stairstep",
    "TablePrice",
    "Tier",
    "Tiered",
    "Volume",
    "Windowed",
]

Price = Annotated[
    Flat
    | PerUnit
    | Graduated
    | Volume
    | Stairstep
    | Package
    | Overage
    | Percentage
    | GraduatedPercentage
    | GraduatedTimeWeighted
    | Matrix
    | Dynamic
    | Capacity
    | Grouped
    | Cumulative
    | Windowed
    | Formula,
    Field(discriminator="kind"),
]
