"""Which days several periods have in common, and which are left when some are taken away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from billcore.periods.period import Period


def joined(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Join periods that touch or overlap, in order.

    >>> from datetime import date
    >>> a = Period(start=date(2026, 1, 1), end=date(2026, 1, 5))
    >>> b = Period(start=date(2026, 1, 5), end=date(2026, 1, 9))
    >>> [str(one) for one in joined([b, a])]
    ['[2026-01-01, 2026-01-09)']
    """
    found: list[Period] = []
    for period in sorted(periods, key=_start):
        if found and period.start <= found[-1].end:
            if period.end > found[-1].end:
                found[-1] = Period(start=found[-1].start, end=period.end)
        else:
            found.append(period)
    return tuple(found)


def without(periods: Iterable[Period], taken: Iterable[Period]) -> tuple[Period, ...]:
    """The days of some periods that are in none of others, in order.

    >>> from datetime import date
    >>> month = Period(start=date(2026, 1, 1), end=date(2026, 2, 1))
    >>> hole = Period(start=date(2026, 1, 10), end=date(2026, 1, 12))
    >>> [str(one) for one in without([month], [hole])]
    ['[2026-01-01, 2026-01-10)', '[2026-01-12, 2026-02-01)']
    """
    holes = joined(taken)
    found: list[Period] = []
    for period in sorted(periods, key=_start):
        start = period.start
        for hole in holes:
            if hole.end <= start or hole.start >= period.end:
                continue
            if hole.start > start:
                found.append(Period(start=start, end=hole.start))
            start = max(start, hole.end)
        if start < period.end:
            found.append(Period(start=start, end=period.end))
    return tuple(found)


def common(left: Sequence[Period], right: Sequence[Period]) -> tuple[Period, ...]:
    """The days that are in both of two sets of periods, in order.

    >>> from datetime import date
    >>> a = Period(start=date(2026, 1, 1), end=date(2026, 1, 5))
    >>> b = Period(start=date(2026, 1, 3), end=date(2026, 1, 9))
    >>> [str(one) for one in common([a], [b])]
    ['[2026-01-03, 2026-01-05)']
    """
    found = [one.overlap(other) for one in joined(left) for other in joined(right)]
    return joined(one for one in found if one is not None)


def _start(period: Period) -> date:
    return period.start
