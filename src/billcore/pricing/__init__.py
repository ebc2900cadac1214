"""What a quantity costs: price documents, what each becomes, and rating by one kernel."""

from billcore.pricing.composition import method_of
from billcore.pricing.documents import (
    Capacity,
    CapacityLimit,
    CapacityTier,
    Cumulative,
    Dynamic,
    Flat,
    Formula,
    FormulaParameter,
    FormulaVariable,
    Graduated,
    GraduatedPercentage,
    GraduatedTimeWeighted,
    Grouped,
    Matrix,
    MatrixCell,
    Overage,
    Package,
    Percentage,
    PercentTier,
    PerUnit,
    Price,
    Stairstep,
    TablePrice,
    Tier,
    Volume,
    Windowed,
)
from billcore.pricing.line_stage import price_line
from billcore.pricing.listed import Listed, PriceOrigin
from billcore.pricing.lowering import lower
from billcore.pricing.modifiers import Modifiers, UnitConversion
from billcore.pricing.priced import Priced
from billcore.pricing.rate_table import RateTable, Segment
from billcore.pricing.rated import Rated, RatedPart
from billcore.pricing.rating import rate
