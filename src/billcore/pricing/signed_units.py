"""What a line's units cost before discounts, and with which sign: the quantity steps, then the price.

Source: rules 3. Units below zero are given back at what they would have cost: by their size, and without what does not
depend on them (a flat part, a least amount), because that was charged for other units or never.
"""

from __future__ import annotations

from typing import NamedTuple

from billcore.core.ratio import ZERO, Ratio, is_below_zero
from billcore.core.steps import Step
from billcore.core.value import replaced
from billcore.pricing.cumulative import over_term, signed_at, takes_back
from billcore.pricing.formula_price import formula_at
from billcore.pricing.methods import (
    CumulativeMethod,
    EventMethod,
    FormulaMethod,
    GroupMethod,
    MatrixMethod,
    Method,
    WeightedMethod,
    WindowMethod,
)
from billcore.pricing.quantities import priced_quantity
from billcore.pricing.rate_table import RateTable, units_alone
from billcore.pricing.rated import Rated
from billcore.pricing.rating import rate
from billcore.pricing.resolved_modifiers import ResolvedModifiers
from billcore.usage.measured import Measured


class RatedUnits(NamedTuple):
    """What units cost before discounts.

    Attributes:
        rated: The amount, by the size of the units where they are below zero.
        sign: -1 where units below zero are given back; units taken back since the start of a term are a difference
            already.
        is_returned: Whether an amount below zero takes back what units were charged, with the percentages off them.
        steps: Of the quantity, then of the price.
    """

    rated: Rated
    sign: int
    is_returned: bool
    steps: tuple[Step, ...]

    @property
    def gross(self) -> Ratio:
        """The signed amount, exact, in major units."""
        return self.sign * self.rated.numerator, self.rated.denominator


def rated_units(method: Method, measured: Measured, rules: ResolvedModifiers) -> RatedUnits:
    """Take the quantity steps and rate what is left.

    Args:
        measured: Of a grouped price one group (`Measured.by_group`), so that each has its own sign.

    Rounding: the converted quantity alone.
    Raises: as `rate`.
    """
    sign = 1
    measured = _seen_by(method, measured)
    if rules.negative != "refuse":
        if isinstance(method, CumulativeMethod):
            rated = over_term(method, measured, signed_at)
            return RatedUnits(rated, 1, takes_back(method, measured), rated.steps)
        if isinstance(method, FormulaMethod) and is_below_zero(measured.quantity):
            rated = formula_at(method, measured)
            return RatedUnits(rated, 1, False, rated.steps)
        method, measured, sign = _by_size(method, measured)
    units, steps = _with_units(method, measured, rules)
    rated = rate(method, units)
    if sign < 0:
        text = f"used below zero: {rated.amount} is given back"
        step = Step(rule="negative", text=text, numerator=-rated.numerator, denominator=rated.denominator)
        return RatedUnits(rated, sign, True, (*steps, *rated.steps, step))
    return RatedUnits(rated, sign, False, (*steps, *rated.steps))


def _seen_by(method: Method, measured: Measured) -> Measured:
    """Leave windows and groups out that a price does not look at: a quantity that is changed would contradict them."""
    if isinstance(method, GroupMethod):
        groups = tuple(replaced(one, measured=_seen_by(method.method, one.measured)) for one in measured.groups)
    else:
        groups = measured.groups if isinstance(method, MatrixMethod) else ()
    windows = measured.windows if isinstance(method, WindowMethod) else ()
    if (windows, groups) == (measured.windows, measured.groups):
        return measured
    return replaced(measured, windows=windows, groups=groups)


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
    if _looks_at_parts(method, measured):
        return method, measured, 1
    is_money = isinstance(method, RateTable) and method.kind == "dynamic" and bool(measured.amount)
    counts = "amount" if is_money else "quantity"
    number: str = getattr(measured, counts)
    if not is_below_zero(number):
        return method, measured, 1
    turned = replaced(measured, **{counts: number[1:]})
    if not isinstance(method, RateTable):
        return method, turned, -1
    return (method, turned, 1) if method.kind == "flat" else (units_alone(method), turned, -1)


def _looks_at_parts(method: Method, measured: Measured) -> bool:
    """Whether a price looks at cells, windows, events or moves of a level: each of them says itself what it may be."""
    if isinstance(method, EventMethod):
        return bool(measured.values) or method.needs_events
    return isinstance(method, MatrixMethod | WindowMethod | WeightedMethod)


def _with_units(method: Method, measured: Measured, rules: ResolvedModifiers) -> tuple[Measured, tuple[Step, ...]]:
    if isinstance(method, GroupMethod):
        groups = tuple(replaced(one, measured=_stepped(one.measured, rules)[0]) for one in measured.groups)
        return replaced(measured, groups=groups, counted_apart=True), ()
    return _stepped(measured, rules)


def _stepped(measured: Measured, rules: ResolvedModifiers) -> tuple[Measured, tuple[Step, ...]]:
    if not measured.quantity or (rules.convert is None and rules.included == rules.usage_discount == ZERO):
        return measured, ()  # without a quantity the price looks at something else, or refuses it
    quantity, steps = priced_quantity(measured.quantity, rules)
    return (replaced(measured, quantity=quantity) if steps else measured), steps
