"""What a price in the closed expression language is: read, checked, worked out, explained and printed back."""

from billcore.pricing.formula.bounds import digits_needed
from billcore.pricing.formula.closures import Closure, closure_of
from billcore.pricing.formula.document import (
    Formula,
    FormulaParameter,
    FormulaVariable,
    amount_of_formula,
    explain_formula,
)
from billcore.pricing.formula.nodes import FormulaTree
from billcore.pricing.formula.reading import read_formula
from billcore.pricing.formula.spelling import text_of
