"""Rounding and splitting as their definitions say, by comparing candidates. Nothing of billcore is imported here."""

from __future__ import annotations

from fractions import Fraction
from math import floor


def rounded(number: Fraction, mode: str, increment: int = 1) -> int:
    """The multiple of the increment that the mode's definition picks of the two around the number."""
    below = floor(number / increment) * increment
    if number == below:
        return below
    near, far = sorted((below, below + increment), key=abs)
    if mode == "down":
        return near
    if mode == "up":
        return far
    to_near, to_far = abs(number - near), abs(number - far)
    if to_near != to_far:
        return near if to_near < to_far else far
    if mode == "half_up":
        return far
    return near if (near // increment) % 2 == 0 else far
