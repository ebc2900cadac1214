"""How exact amounts are carried between steps: a numerator and a positive denominator, never rounded, never reduced."""

from __future__ import annotations

from decimal import Decimal
from math import lcm
from typing import TypeAlias

from billcore.core.errors import DocumentError, excerpt
from billcore.core.exact import exact, fraction_digits, plain, scaled

Ratio: TypeAlias = tuple[int, int]
ZERO: Ratio = (0, 1)
# Shares of time, reduced, have some 20 digits; a number of thousands of digits cannot even be shown.
_LARGEST = 10**60


def ratio_of(number: Decimal | int | str, *, path: str = "") -> Ratio:
    """Read an exact decimal as a ratio.

    Raises: DocumentError ``float-amount``, ``number-malformed``, ``number-too-large``.

    >>> ratio_of("0.0040"), ratio_of(12)
    ((4, 1000), (12, 1))
    """
    read = exact(number, path=path)
    scale = fraction_digits(read)
    return scaled(read, scale), 10**scale


def is_below_zero(number: str) -> bool:
    """Tell whether a decimal written plainly is below zero; ``-0`` is not.

    >>> is_below_zero("-0.5"), is_below_zero("-0"), is_below_zero("3")
    (True, False, False)
    """
    return number.startswith("-") and ratio_of(number, path="quantity")[0] < 0


def decimal_text(ratio: Ratio) -> str:
    """Spell a ratio whose decimal ends, every digit of it.

    Raises: DocumentError ``number-malformed`` where it has no end within 60 digits.

    >>> decimal_text((3, 8)), decimal_text((7, 1)), decimal_text((1, 1024))
    ('0.375', '7', '0.0009765625')
    """
    top, bottom = ratio
    for places in range(61):
        if top * 10**places % bottom == 0:
            return plain(top * 10**places // bottom, places)
    raise DocumentError("number-malformed", found=f"{top}/{bottom}"[:80], expected="a decimal that ends")


def check_ratio(numerator: object, denominator: object, *, path: str) -> None:
    """Refuse what is no ratio of two whole numbers of a size that can be written.

    Raises: DocumentError ``ratio-malformed``.

    >>> check_ratio(1, 0, path="share")
    Traceback (most recent call last):
    billcore.core.errors.DocumentError: [ratio-malformed] at share: found 1 over 0, expected two whole numbers of at \
most 60 digits, the second above 0.
    """
    fits = type(numerator) is type(denominator) is int and abs(numerator) < _LARGEST and 0 < denominator < _LARGEST
    if not fits:
        raise DocumentError(
            "ratio-malformed",
            found=f"{excerpt(numerator)} over {excerpt(denominator)}",
            expected="two whole numbers of at most 60 digits, the second above 0",
            path=path,
        )


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


def minus(left: Ratio, right: Ratio) -> Ratio:
    """Subtract.

    >>> minus((1, 2), (3, 4))
    (-1, 4)
    """
    return plus(left, (-right[0], right[1]))


def minus_not_below_zero(left: Ratio, right: Ratio) -> Ratio:
    """Subtract, but no further than zero.

    >>> minus_not_below_zero((1, 2), (3, 4)), minus_not_below_zero((3, 4), (1, 2))
    ((0, 1), (1, 4))
    """
    found = minus(left, right)
    return found if found[0] > 0 else ZERO


def is_less(left: Ratio, right: Ratio) -> bool:
    """Tell whether one ratio is below another.

    >>> is_less((1, 3), (1, 2)), is_less((2, 4), (1, 2))
    (True, False)
    """
    return left[0] * right[1] < right[0] * left[1]


def is_equal(left: Ratio, right: Ratio) -> bool:
    """Tell whether two ratios are the same number.

    >>> is_equal((1, 2), (2, 4)), is_equal((1, 2), (2, 3))
    (True, False)
    """
    return left[0] * right[1] == right[0] * left[1]
