"""What each operation of a formula does to numbers at known scales, for integers, columns and bounds alike.

The scale of a result follows from the scales of what goes in, never from the numbers themselves. So choices are made
once, when an operation is prepared, and what it returns chooses nothing: it uses ``+ - *``, ``<``, ``&``, ``|`` and
the five operations of the kernel (see `kernel`), takes every literal through ``constant`` and divides by positive
numbers alone. Integers are rounded by the house's one rounding function, columns by the same rule in kernel operations.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import TypeAlias

from billcore.core.value import Value
from billcore.money.rounding import RoundingMode, round_ratio
from billcore.pricing.formula.nodes import (
    Call,
    Choice,
    Compared,
    Divided,
    Inner,
    Inverted,
    Joined,
    Negated,
    Power,
    Product,
    Rounded,
    Sum,
)
from billcore.pricing.kernel import INTEGERS, Number, Operations, Truth

Scales: TypeAlias = tuple[int, ...]
Function: TypeAlias = Callable[..., Number | Truth]


class Operation(Value, frozen=True, kw_only=True):
    """An operation prepared for the scales of its operands.

    Attributes:
        function: Takes the operands, each an integer at its scale (or a truth), and gives the result.
        scale: Digits after the point that the result carries; 0 for a truth.
    """

    function: Function
    scale: int = 0


def operation(op: Operations, node: Inner, scales: Scales) -> Operation:
    """Prepare what a node does.

    Args:
        op: The kind of numbers.
        node: An inner node.
        scales: The scale of each operand; 0 for a truth.

    >>> from billcore.pricing.formula.nodes import Variable
    >>> half, two = Variable(name="half"), Variable(name="two")
    >>> added = operation(INTEGERS, Sum(operands=(half, two), signs=("+",)), (1, 0))
    >>> added.function(5, 2), added.scale
    (25, 1)
    """
    match node:
        case Sum():
            return _sum(op, node, scales)
        case Product():
            return Operation(function=_folded(operator.mul, len(scales)), scale=sum(scales))
        case Negated():
            zero = op.constant(0)
            return Operation(function=lambda number: zero - number, scale=scales[0])
        case Power():
            return _power(op, node, scales[0])
        case Compared():
            return _compared(op, node, scales)
        case Joined():
            return Operation(function=_folded(operator.and_ if node.word == "and" else operator.or_, len(scales)))
        case Inverted():
            return Operation(function=inverted(op))
        case Choice():
            return _choice(op, scales)
        case Call():
            return _call(op, node, scales)
        case Rounded():
            return _rounded(op, node.places, scales[0])
        case Divided():
            return _divided(op, node, scales)


def _folded(function: Function, operands: int) -> Function:
    """Let a function of two take several, from left to right."""
    return function if operands == 2 else lambda *numbers: reduce(function, numbers)


def _factors(op: Operations, scales: Scales) -> tuple[int, list[Number | None]]:
    """Give the finest scale, and what brings each number to it; None where it is there already."""
    finest = max(scales)
    return finest, [op.constant(10 ** (finest - scale)) if scale < finest else None for scale in scales]


def _at_one_scale(function: Function, factors: list[Number | None]) -> Function:
    """Let a function of two numbers take them at their own scales."""
    left, right = factors
    if left is not None:
        return lambda a, b: function(a * left, b)
    if right is not None:
        return lambda a, b: function(a, b * right)
    return function


def _sum(op: Operations, node: Sum, scales: Scales) -> Operation:
    scale, factors = _factors(op, scales)
    signed = [operator.add if sign == "+" else operator.sub for sign in node.signs]
    if len(scales) == 2:
        return Operation(function=_at_one_scale(signed[0], factors), scale=scale)

    def added(*numbers: Number) -> Number:
        first, *rest = _times(numbers, factors)
        for function, number in zip(signed, rest, strict=True):
            first = function(first, number)
        return first

    return Operation(function=added, scale=scale)


def _times(numbers: Sequence[Number], factors: list[Number | None]) -> list[Number]:
    return [one if factor is None else one * factor for one, factor in zip(numbers, factors, strict=True)]


def _power(op: Operations, node: Power, scale: int) -> Operation:
    exponent = node.exponent
    if exponent == 0:
        one, zero = op.constant(1), op.constant(0)
        # The base is worked out like any operand, so it takes part: its bound counts in the proof of the limits.
        return Operation(function=lambda base: one + base * zero)
    return Operation(function=lambda base: reduce(operator.mul, (base,) * exponent), scale=scale * exponent)


def _compared(op: Operations, node: Compared, scales: Scales) -> Operation:
    one = op.constant(1)
    functions: dict[str, Function] = {
        "<": operator.lt,
        ">": lambda a, b: b < a,
        "<=": lambda a, b: a < b + one,
        ">=": lambda a, b: b < a + one,
        "==": lambda a, b: (a < b + one) & (b < a + one),
        "!=": lambda a, b: (a < b) | (b < a),
    }
    _, factors = _factors(op, scales)
    return Operation(function=_at_one_scale(functions[node.operator], factors))


def truths(op: Operations) -> tuple[Truth, Truth]:
    """Give the truth that holds nowhere, and the one that holds everywhere."""
    zero, one = op.constant(0), op.constant(1)
    return zero < zero, zero < one


def inverted(op: Operations) -> Callable[[Truth], Truth]:
    """Give what turns a truth around."""
    never, always = truths(op)
    return lambda truth: op.where(truth, never, always)


def _choice(op: Operations, scales: Scales) -> Operation:
    scale, (left, right) = _factors(op, scales[1:])
    where = op.where
    if left is not None:
        return Operation(function=lambda truth, yes, no: where(truth, yes * left, no), scale=scale)
    if right is not None:
        return Operation(function=lambda truth, yes, no: where(truth, yes, no * right), scale=scale)
    return Operation(function=where, scale=scale)


def _call(op: Operations, node: Call, scales: Scales) -> Operation:
    zero = op.constant(0)
    if node.function == "abs":
        return Operation(function=lambda number: op.maximum(number, zero - number), scale=scales[0])
    if node.function in ("ceil", "floor"):
        return _to_whole(op, node.function == "ceil", scales[0])
    function = op.minimum if node.function == "min" else op.maximum
    scale, factors = _factors(op, scales)
    if len(scales) == 2:
        return Operation(function=_at_one_scale(function, factors), scale=scale)
    return Operation(function=lambda *numbers: reduce(function, _times(numbers, factors)), scale=scale)


def _to_whole(op: Operations, is_ceiling: bool, scale: int) -> Operation:
    if scale == 0:
        return Operation(function=_same)
    rounding, zero, unit = rounding_of(op), op.constant(0), op.constant(10**scale)
    below: RoundingMode = "down" if is_ceiling else "up"
    above: RoundingMode = "up" if is_ceiling else "down"
    return Operation(
        function=lambda number: op.where(number < zero, rounding(number, unit, below), rounding(number, unit, above))
    )


def _rounded(op: Operations, places: int, scale: int) -> Operation:
    if places >= scale:
        return Operation(function=_same, scale=scale)
    rounding, unit = rounding_of(op), op.constant(10 ** (scale - places))
    return Operation(function=lambda number: rounding(number, unit, "half_up"), scale=places)


def _divided(op: Operations, node: Divided, scales: Scales) -> Operation:
    """Divide by the divisor's size, the dividend taking its sign; by one where it is 0, which `faults` reports."""
    rounding, zero, one, mode = rounding_of(op), op.constant(0), op.constant(1), node.mode
    more = scales[1] + node.places - scales[0]
    upper, lower = op.constant(10 ** max(more, 0)), op.constant(10 ** max(-more, 0))

    def quotient(dividend: Number, divisor: Number) -> Number:
        size = op.maximum(op.maximum(divisor, zero - divisor), one)
        signed = op.where(divisor < zero, zero - dividend, dividend)
        return rounding(signed * upper, size * lower, mode)

    return Operation(function=quotient, scale=node.places)


def _same(number: Number) -> Number:
    return number


def rounding_of(op: Operations) -> Callable[[Number, Number, RoundingMode], Number]:
    """Give what rounds a numerator over a positive denominator for a kind of numbers."""
    return round_ratio if op is INTEGERS else partial(rounded, op)


def rounded(op: Operations, numerator: Number, unit: Number, mode: RoundingMode) -> Number:
    """Round a quotient as `round_ratio` does, in kernel operations: by size, the sign put back behind.

    >>> [rounded(INTEGERS, n, 2, "half_even") for n in (-3, -1, 1, 3)]
    [-2, 0, 0, 2]
    """
    zero, one = op.constant(0), op.constant(1)
    two = op.constant(2)
    size = op.maximum(numerator, zero - numerator)
    if mode == "half_up":
        whole = op.floor_div(size * two + unit, unit * two)
    elif mode == "up":
        whole = op.floor_div(size + unit - one, unit)
    else:
        whole = op.floor_div(size, unit)
    if mode == "half_even":
        twice = (size - whole * unit) * two
        is_odd = zero < whole - op.floor_div(whole, two) * two
        is_half = (twice < unit + one) & (unit < twice + one)
        whole = whole + op.where((unit < twice) | (is_half & is_odd), one, zero)
    return op.where(numerator < zero, zero - whole, whole)
