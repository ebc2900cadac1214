"""How an exact rational becomes a whole number of units: the only place in billcore where anything is rounded.

Source: rules 1. Every rounding is ``round_ratio(n, d, mode)`` of an exact rational at a named point.
"""

from __future__ import annotations

from typing import Literal

from billcore.core.errors import DocumentError, InvariantBroken, excerpt

RoundingMode = Literal["half_up", "half_even", "up", "down"]
MODES: tuple[RoundingMode, ...] = ("half_up", "half_even", "up", "down")


def round_ratio(numerator: int, denominator: int, mode: RoundingMode = "half_up", increment: int = 1) -> int:
    """Round ``numerator / denominator`` to a whole multiple of ``increment``.

    Args:
        numerator: Any integer.
        denominator: A positive integer.
        mode: ``half_up`` rounds a half away from zero (what invoices do), ``half_even`` to the even neighbour,
            ``up`` away from zero, ``down`` toward zero.
        increment: The step the result is a multiple of, in the same units: 5 rounds CHF cash to 0.05.

    Returns: the rounded integer, sign-safe: the result for ``-x`` is minus the result for ``x``.
    Raises: DocumentError ``rounding-mode-unknown``, ``increment-not-positive``, ``float-amount``,
        ``number-malformed``; InvariantBroken ``denominator-not-positive``.
    Source: rules 1.

    >>> round_ratio(188085, 1000, "half_up"), round_ratio(-5, 2), round_ratio(5, 2, "half_even")
    (188, -3, 2)
    >>> round_ratio(1237, 100, increment=5)
    10
    """
    if type(numerator) is not int or type(denominator) is not int or type(increment) is not int:
        check_integers(numerator=numerator, denominator=denominator, increment=increment)
    if denominator <= 0:
        raise InvariantBroken("denominator-not-positive", found="0 or less", expected="more than 0")
    if increment != 1:
        if increment <= 0:
            raise DocumentError("increment-not-positive", found="0 or less", expected="more than 0", path="increment")
        return round_ratio(numerator, denominator * increment, mode) * increment
    if numerator < 0:
        return -round_ratio(-numerator, denominator, mode)
    if mode == "half_up":
        # Half of an odd denominator is cut: no numerator over it ends at a half.
        return (numerator + (denominator >> 1)) // denominator
    if mode == "half_even":
        whole, rest = divmod(numerator, denominator)
        return whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1))
    if mode == "up":
        return (numerator + denominator - 1) // denominator
    if mode == "down":
        return numerator // denominator
    raise DocumentError("rounding-mode-unknown", found=excerpt(mode), expected=", ".join(MODES))


def check_integers(**numbers: object) -> None:
    """Refuse a number that is no int: a float would round in silence, a bool is a mistake of the caller.

    Raises: DocumentError ``float-amount``, ``number-malformed``.
    """
    for name, number in numbers.items():
        if type(number) is not int:
            code = "float-amount" if isinstance(number, float) else "number-malformed"
            found = f"a value of type {type(number).__name__}"
            raise DocumentError(code, found=found, expected="a whole number as int", path=name)
