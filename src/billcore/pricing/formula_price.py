"""How a formula price is rated: what its expression comes to for what was measured. Source: rules 3."""

from __future__ import annotations

import re

from billcore.core.exact import unscaled
from billcore.core.steps import Step, exact_text
from billcore.pricing.formula.evaluation import value_of
from billcore.pricing.formula.explanation import steps_of_tree
from billcore.pricing.formula.words import QUANTITY
from billcore.pricing.member_sums import missing
from billcore.pricing.methods import FormulaMethod
from billcore.pricing.rated import Rated
from billcore.pricing.totals import refuse_negative
from billcore.usage.measured import Measured


def by_formula(method: FormulaMethod, measured: Measured) -> Rated:
    """What the expression comes to; less than nothing is refused, for want of a policy."""
    if measured.quantity.startswith("-"):
        refuse_negative(*unscaled(measured.quantity, path="quantity"))
    return formula_at(method, measured)


def formula_at(method: FormulaMethod, measured: Measured) -> Rated:
    """What the expression comes to, told operation by operation; it says itself what a quantity below zero costs.

    Rounding: where the formula says so.
    Raises: MissingInput ``measure-missing``; as `value_of`.
    """
    if not measured.quantity and re.search(rf"\b{QUANTITY}\b", method.text):
        raise missing("no quantity", "the units that were used, which the formula looks at", "Pass quantity.")
    values = {QUANTITY: measured.quantity or "0", **dict(measured.variables)}
    numerator, denominator = value_of(method.tree, values)
    steps = steps_of_tree(method.tree, values)
    last = Step(
        rule=method.kind,
        text=f"{method.text} = {exact_text(numerator, denominator)}",
        inputs=tuple(values.items()),
        numerator=numerator,
        denominator=denominator,
    )
    return Rated(
        numerator=numerator,
        denominator=denominator,
        quantity=measured.quantity,
        kind=method.kind,
        parts=(),
        steps=steps or (last,),
    )
