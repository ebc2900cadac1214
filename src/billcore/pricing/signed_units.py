"""What a line's units cost before discounts, and with which sign: the quantity steps, then the price.

Source: rules 3. Units below zero are given back at what they would have cost: by their size, and without what does not
depend on them (a flat part, a least amount), because that was charged for other units or never.
"""

from __future__ import annotations

from billcore.core.ratio import ZERO, ratio_of
from billcore.core.steps import Step
from billcore.core.value import replaced
from billcore.pricing.formula_price import formula_at
from billcore.pricing.methods import CumulativeMethod, FormulaMethod, GroupMethod, Method, WeightedMethod
from billcore.pricing.quantities import priced_quantity
from billcore.pricing.rate_table import RateTable, units_alone
from billcore.pricing.rated import Rated
from billcore.pricing.rating import rate
from billcore.pricing.resolved_modifiers import ResolvedModifiers
from billcore.usage.measured import Measured


def rated_units(method: Method, measured: Measured, rules: ResolvedModifiers) -> tuple[Rated, int, tuple[Step, ...]]:
    """Take the quantity steps and rate what is left.

    Args:
        measured: Of a grouped price one group (`Measured.by_group`), so that each has its own sign.

    Returns: the rated amount, the sign it is charged with (-1 where units below zero are given back; units taken back
        since the start of a term are a difference already), and the steps of both.
    Rounding: the converted quantity alone.
    Raises: as `rate`.
    """
    sign = 1
    if rules.negative != "refuse":
        if isinstance(method, FormulaMethod) and _is_below_zero(measured.quantity):
            rated = formula_at(method, measured)
            return rated, 1, rated.steps
        method, measured, sign = _by_size(method, measured)
    units, steps = _with_units(method, measured, rules)
    rated = rate(method, units)
    if sign < 0:
        text = f"used below zero: {rated.amount} is given back"
        step = Step(rule="negative", text=text, numerator=-rated.numerator, denominator=rated.denominator)
        return rated, sign, (*steps, *rated.steps, step)
    return rated, sign, (*steps, *rated.steps)


def _by_size(method: Method, measured: Measured) -> tuple[Method, Measured, int]:
    """Turn what is below zero around, and leave out of the price what does not depend on it."""
    if isinstance(method, GroupMethod):
        if len(measured.groups) != 1:
            return method, measured, 1
        (group,) = measured.groups
        inner, turned, sign = _by_size(method.method, group.measured)
        if sign > 0 or not isinstance(inner, RateTable):
            return method, measured, 1
        groups = (replaced(group, measured=turned),)
        return replaced(method, method=inner), replaced(measured, quantity=turned.quantity, groups=groups), sign
    # Where the amount is a difference, or the quantity only how a level ended, the sign is the price's own to tell.
    if isinstance(method, CumulativeMethod | WeightedMethod):
        return method, measured, 1
    is_money = isinstance(method, RateTable) and method.kind == "dynamic" and bool(measured.amount)
    counts = "amount" if is_money else "quantity"
    number: str = getattr(measured, counts)
    if not _is_below_zero(number):
        return method, measured, 1
    turned = replaced(measured, **{counts: number[1:]})
    if not isinstance(method, RateTable):
        return method, turned, -1
    return (method, turned, 1) if method.kind == "flat" else (units_alone(method), turned, -1)


def _is_below_zero(number: str) -> bool:
    return number.startswith("-") and ratio_of(number, path="quantity")[0] < 0


def _with_units(method: Method, measured: Measured, rules: ResolvedModifiers) -> tuple[Measured, tuple[Step, ...]]:
    if isinstance(method, GroupMethod):
        groups = tuple(replaced(one, measured=_stepped(one.measured, rules)[0]) for one in measured.groups)
        return replaced(measured, groups=groups), ()
    return _stepped(measured, rules)


def _stepped(measured: Measured, rules: ResolvedModifiers) -> tuple[Measured, tuple[Step, ...]]:
    if not measured.quantity or (rules.convert is None and rules.included == rules.usage_discount == ZERO):
        return measured, ()  # without a quantity the price looks at something else, or refuses it
    quantity, steps = priced_quantity(measured.quantity, rules)
    return (replaced(measured, quantity=quantity) if steps else measured), steps
