"""What is left between two rated cumulatives, part by part: a part that vanished is taken back, a new one added.

Source: rules 5 (at grain ``segment`` a vanished key is reversed and a new one charged).
"""

from __future__ import annotations

from collections.abc import Iterable

from billcore.core.ratio import ZERO, Ratio, minus, ratio_of
from billcore.core.steps import exact_text
from billcore.pricing.rated import RatedPart

_Key = tuple[str, int, str]


def difference_of_parts(now: Iterable[RatedPart], before: Iterable[RatedPart]) -> tuple[RatedPart, ...]:
    """Subtract the parts of an earlier amount from those of a later one.

    Args:
        now, before: Parts of two amounts at the same price.

    Returns: parts with the differences of units, flat part and amount, in order of ``now``, then what vanished; a part
        that did not change is left out. They sum to the difference of the two amounts exactly.
    Rounding: none.
    Source: rules 5.

    >>> from billcore.pricing.documents import Graduated, Tier
    >>> from billcore.pricing.lowering import lower
    >>> from billcore.pricing.tables import rated_at
    >>> table = lower(Graduated(tiers=[Tier(up_to=5, unit_price="1"), Tier(unit_price="2")]))
    >>> parts = difference_of_parts(rated_at(table, "7").parts, rated_at(table, "3").parts)
    >>> [(part.index, part.units) for part in parts]
    [(0, '2'), (1, '2')]
    """
    stood = {_key(part): part for part in before}
    found = []
    for part in now:
        left = _less(part, stood.pop(_key(part), None))
        if left is not None:
            found.append(left)
    for part in stood.values():
        left = _less(None, part)
        if left is not None:
            found.append(left)
    return tuple(found)


def _key(part: RatedPart) -> _Key:
    return part.member, part.index, part.unit_price


def _less(now: RatedPart | None, before: RatedPart | None) -> RatedPart | None:
    shown = now or before
    if shown is None:
        return None
    units = minus(_units(now), _units(before))
    flat = minus(_flat(now), _flat(before))
    amount = minus(_amount(now), _amount(before))
    if units[0] == 0 and flat[0] == 0 and amount[0] == 0:
        return None
    return RatedPart(
        index=shown.index,
        units=exact_text(*units),
        unit_price=shown.unit_price,
        flat=exact_text(*flat),
        numerator=amount[0],
        denominator=amount[1],
        limit=shown.limit,
        member=shown.member,
    )


def _units(part: RatedPart | None) -> Ratio:
    return ZERO if part is None else ratio_of(part.units)


def _flat(part: RatedPart | None) -> Ratio:
    return ZERO if part is None else ratio_of(part.flat)


def _amount(part: RatedPart | None) -> Ratio:
    return ZERO if part is None else (part.numerator, part.denominator)
