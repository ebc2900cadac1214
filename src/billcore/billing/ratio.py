"""How exact amounts are carried between steps: a numerator and a positive denominator, never rounded, never reduced."""

from __future__ import annotations

from math import lcm
from typing import TypeAlias

Ratio: TypeAlias = tuple[int, int]
ZERO: Ratio = (0, 1)


def times(left: Ratio, right: Ratio) -> Ratio:
    """Multiply.

    >>> times((3, 4), (2, 5))
    (6, 20)
    """
    return left[0] * right[0], left[1] * right[1]


def plus(left: Ratio, right: Ratio) -> Ratio:
    """Add; equal denominators stay as they are, so that sums over a year do not grow.

    >>> plus((1, 4), (1, 4)), plus((1, 4), (1, 6))
    ((2, 4), (5, 12))
    """
    if left[1] == right[1]:
        return left[0] + right[0], left[1]
    common = lcm(left[1], right[1])
    return left[0] * (common // left[1]) + right[0] * (common // right[1]), common


def minus_not_below_zero(left: Ratio, right: Ratio) -> Ratio:
    """Subtract, but no further than zero.

    >>> minus_not_below_zero((1, 2), (3, 4)), minus_not_below_zero((3, 4), (1, 2))
    ((0, 1), (1, 4))
    """
    top, bottom = plus(left, (-right[0], right[1]))
    return (top, bottom) if top > 0 else ZERO
