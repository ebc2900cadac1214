"""How a whole number of units is split so that the parts always add up to it.

By weight: largest remainder. By time: differences of rounded cumulative shares, so that each row stands alone.
Source: rules 1; revenue.md section 3.2 (published examples of the standards agree with largest remainder).
"""

from __future__ import annotations

from collections.abc import Sequence

from billcore.core.errors import DocumentError
from billcore.money.rounding import RoundingMode, check_integers, round_ratio


def split_by_weight(total: int, weights: Sequence[int], *, ties: Sequence[object] | None = None) -> tuple[int, ...]:
    """Split a total in proportion to weights, by largest remainder.

    Args:
        total: Whole units, of any sign.
        weights: Non-negative integers with a positive sum (scale decimals to integers first).
        ties: Sort keys that decide who of equal remainders gets the unit; without them the earlier does.

    Returns: one part per weight; they sum to ``total`` exactly; a zero weight gets zero; each part is within one unit
        of its exact share; ``split(-t) == -split(t)``.
    Raises: DocumentError ``weights-empty``, ``weight-negative``, ``weights-sum-to-zero``, ``ties-do-not-match``,
        ``float-amount``, ``number-malformed``.
    Source: rules 1.

    >>> split_by_weight(100, [1, 1, 1])
    (34, 33, 33)
    >>> split_by_weight(5_500_000, [6_000, 54_000])
    (550000, 4950000)
    """
    check_integers(total=total)
    whole = _sum_of(weights)
    if ties is not None and len(ties) != len(weights):
        raise DocumentError(
            "ties-do-not-match", found=f"{len(ties)} ties", expected=f"{len(weights)}, one for each weight", path="ties"
        )
    sign = -1 if total < 0 else 1
    floors, rests = zip(*(divmod(abs(total) * weight, whole) for weight in weights), strict=True)
    parts = list(floors)
    order = sorted(range(len(weights)), key=lambda i: (-rests[i], ties[i] if ties is not None else i, i))
    for index in order[: abs(total) - sum(floors)]:
        parts[index] += 1
    return tuple(sign * part for part in parts)


def _sum_of(weights: Sequence[int]) -> int:
    if len(weights) == 0:
        raise DocumentError("weights-empty", found="no weights", expected="at least one weight")
    for index, weight in enumerate(weights):
        check_integers(**{f"weights[{index}]": weight})
        if weight < 0:
            raise DocumentError(
                "weight-negative", found="a weight below 0", expected="0 or more", path=f"weights[{index}]"
            )
    whole = sum(weights)
    if whole == 0:
        raise DocumentError("weights-sum-to-zero", found="only weights of zero", expected="a positive sum")
    return whole


def cumulative_part(
    total: int, before: int, through: int, whole: int, *, mode: RoundingMode = "half_up", increment: int = 1
) -> int:
    """Give the part of a total between two points of progress: rounded share to date minus rounded share before.

    Args:
        total: Whole units, of any sign.
        before, through, whole: Progress on one scale (days, months), ``0 <= before <= through <= whole``.
        mode, increment: As in `round_ratio`.

    Returns: the part; adjacent parts that cover ``0 .. whole`` sum to ``total`` exactly (with an increment: to the
        total rounded to it).
    Rounding: each cumulative once, by the mode.
    Raises: DocumentError ``share-above-whole``, ``weights-sum-to-zero``, ``float-amount``, ``number-malformed``, and as
        `round_ratio`.
    Source: rules 1 ("by time: difference of cumulative shares").

    >>> [cumulative_part(10_000_000, k, k + 1, 12) for k in range(3)]
    [833333, 833334, 833333]
    """
    check_integers(total=total, before=before, through=through, whole=whole)
    if not 0 <= before <= through <= whole:
        raise DocumentError(
            "share-above-whole", found="progress outside the whole", expected="0 <= before <= through <= whole"
        )
    if whole == 0:
        raise DocumentError("weights-sum-to-zero", found="a whole of 0", expected="more than 0", path="whole")
    done = round_ratio(total * through, whole, mode, increment=increment)
    return done - round_ratio(total * before, whole, mode, increment=increment)


def split_by_time(total: int, weights: Sequence[int], *, mode: RoundingMode = "half_up") -> tuple[int, ...]:
    """Split a total over consecutive rows in proportion to their lengths, each row the difference of cumulatives.

    Rounding: each cumulative once, by the mode.
    Raises: as `split_by_weight` and `round_ratio`.

    >>> split_by_time(10_000, [31, 28, 31])
    (3444, 3112, 3444)
    """
    whole, before, parts = _sum_of(weights), 0, []
    for weight in weights:
        parts.append(cumulative_part(total, before, before + weight, whole, mode=mode))
        before += weight
    return tuple(parts)
