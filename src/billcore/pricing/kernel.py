"""How a quantity becomes money: the formulas of every price, written once for integers, columns and bounds alike.

What comes in are numbers that know ``+ - *``, ``<``, ``&`` and ``|``, and five operations that say the rest for them.
Python integers are such numbers, a column of them is one, and so is a pair of bounds that proves there is no overflow.

Three demands keep the formulas true for all of them (a test reads this file's syntax tree):
  no choice by the language (``if``, ``and``, ``or``, ``not``), because a column holds both answers at once;
  no literal but through ``constant``, because a column's library may give it a smaller type and wrap in silence;
  no sign but the quantity's, which is settled before: a quantity is never below zero here.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

from billcore.core.value import Value

Number: TypeAlias = Any  # an integer, a column of integers, or a bound on integers
Truth: TypeAlias = Any  # a bool, or a column of them


class Operations(Value, frozen=True, kw_only=True):
    """What a kind of number does where Python's operators do not serve them all.

    Attributes:
        minimum: The smaller of two numbers.
        maximum: The larger of two numbers.
        where: ``where(truth, a, b)`` is a where the truth holds, else b; both are worked out.
        floor_div: Quotient of a number and a positive number, rounded down.
        constant: A Python integer as this kind of number.
    """

    minimum: Callable[[Number, Number], Number]
    maximum: Callable[[Number, Number], Number]
    where: Callable[[Truth, Any, Any], Any]
    floor_div: Callable[[Number, Number], Number]
    constant: Callable[[int], Number]


INTEGERS = Operations(
    minimum=min,
    maximum=max,
    where=lambda truth, yes, no: (no, yes)[truth],
    floor_div=operator.floordiv,
    constant=int,
)


class KernelSegment(Value, frozen=True, kw_only=True):
    """A segment as the formulas read it: each field a number or a truth, so that a column can stand for each.

    Attributes:
        one: One whole unit at the quantity scale; what money without a quantity is multiplied by.
        is_whole: Whether the segment's ``applies_to`` is ``whole``.
        start: ``lower`` plus the gap behind it: where the segment begins.
        is_limited: Whether it has a least or a most money.
        minimum, maximum: As in `Segment`; read where it is limited.
        lower, upper, unit_price, flat_amount, package_size, includes_lower, includes_upper, is_package_down,
            least_packages: As in `Segment`.
    """

    one: Number
    lower: Number
    upper: Number
    unit_price: Number
    flat_amount: Number
    package_size: Number
    is_whole: Truth
    includes_lower: Truth
    start: Number
    includes_upper: Truth
    is_package_down: Truth
    least_packages: Number
    is_limited: Truth
    minimum: Number
    maximum: Number


def rounded_up(op: Operations, quantity: Number, step: Number) -> Number:
    """Give the quantity rounded up to a multiple of a step, or as it is where the step is 0."""
    size = op.maximum(step, op.constant(1))
    blocks = op.floor_div(quantity + size - op.constant(1), size)
    return op.where(op.constant(0) < step, blocks * step, quantity)


def is_reached(op: Operations, quantity: Number, segment: KernelSegment) -> Truth:
    """Tell whether the quantity goes beyond the segment's start, or stands on it where the start is in the segment."""
    on_or_beyond = segment.start - op.constant(1) < quantity
    return (segment.start < quantity) | (segment.includes_lower & on_or_beyond)


def ends_inside(op: Operations, quantity: Number, segment: KernelSegment) -> Truth:
    """Tell whether the quantity ends in the segment."""
    # The one is taken from the quantity, never added to the bound: an open bound may be the largest number there is.
    last = op.where(segment.includes_upper, quantity - op.constant(1), quantity)
    return is_reached(op, quantity, segment) & (last < segment.upper)


def is_due(op: Operations, quantity: Number, segment: KernelSegment) -> Truth:
    """Tell whether the segment has a say in the total: reached by single units, or holding the end of the whole."""
    return op.where(segment.is_whole, ends_inside(op, quantity, segment), is_reached(op, quantity, segment))


def units_inside(op: Operations, quantity: Number, segment: KernelSegment) -> Number:
    """Give the part of the quantity between the bounds."""
    return op.maximum(op.minimum(quantity, segment.upper) - segment.lower, op.constant(0))


def units_priced(op: Operations, quantity: Number, segment: KernelSegment) -> Number:
    """Give the units that the segment prices: those inside it, or the whole quantity, or none."""
    units = op.where(segment.is_whole, quantity, units_inside(op, quantity, segment))
    return op.where(is_due(op, quantity, segment), units, op.constant(0))


def packages_started(op: Operations, units: Number, segment: KernelSegment) -> Number:
    """Give the packages that the units fill; a started one counts unless only full ones do."""
    size = op.maximum(segment.package_size, op.constant(1))
    slack = op.where(segment.is_package_down, op.constant(0), size - op.constant(1))
    return op.floor_div(units + slack, size)


def units_billed(op: Operations, quantity: Number, segment: KernelSegment) -> Number:
    """Give the units priced, or the packages they fill as whole units, where they are packaged."""
    units = units_priced(op, quantity, segment)
    least = op.where(is_due(op, quantity, segment), segment.least_packages, op.constant(0))
    packages = op.maximum(packages_started(op, units, segment), least)
    return op.where(op.constant(0) < segment.package_size, packages * segment.one, units)


def flat_due(op: Operations, quantity: Number, segment: KernelSegment) -> Number:
    """Give the flat part, once, where the segment has a say."""
    return op.where(is_due(op, quantity, segment), segment.flat_amount, op.constant(0))


def amount_for(units: Number, flat: Number, segment: KernelSegment) -> Number:
    """Give the money for units billed and a flat part due, at the price scale plus the quantity scale."""
    return units * segment.unit_price + flat * segment.one


def limited(op: Operations, amount: Number, quantity: Number, segment: KernelSegment) -> Number:
    """Give the money raised to the segment's least and cut to its most, where the segment has a say."""
    raised = op.maximum(amount, segment.minimum * segment.one)
    cut = op.minimum(raised, segment.maximum * segment.one)
    return op.where(segment.is_limited & is_due(op, quantity, segment), cut, amount)


def segment_amount(op: Operations, quantity: Number, segment: KernelSegment) -> Number:
    """Give the segment's part of the total, at the price scale plus the quantity scale."""
    amount = amount_for(units_billed(op, quantity, segment), flat_due(op, quantity, segment), segment)
    return limited(op, amount, quantity, segment)
