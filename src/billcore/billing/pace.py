"""How the amount of a line runs over its days: what any part of them came to when it was billed.

A line that covers one full period at a price of whole minor units runs evenly, and needs no pace of its own: any part
of it is the difference of its rounded shares. A stub, or a price of a fraction of a minor unit, was rounded at a place
in its price period; its pace keeps that place, so that what is left after a credit is what would have been billed at
once.
Source: rules 1 (by time: difference of cumulative shares) and 4 (a credit is a share of what its line was billed).
"""

from __future__ import annotations

from datetime import date
from math import gcd

from billcore.billing.charge import Charge
from billcore.billing.row_amounts import is_by_position, part_shares, sum_of
from billcore.core.ratio import Ratio, minus, plus, times
from billcore.core.value import Value
from billcore.money.currency import minor_digits
from billcore.money.rounding import RoundingMode, round_ratio
from billcore.periods.day_count import DayCount, elapsed
from billcore.periods.period import Period
from billcore.proration.convention import ProrationConvention


class Pace(Value, frozen=True, kw_only=True):
    """How an amount runs over the days of a full period.

    Attributes:
        full: The full period that shares are taken of.
        start: What had come to before its first day, exact, in minor units.
        rate: What the whole of it comes to, exact, in minor units.
        then: The pace from the next full period on, for a line that lies in several; else None.
    """

    LATER = ("then",)

    full: Period
    start: Ratio
    rate: Ratio
    then: Pace | None = None

    def through(self, day: date, unit: DayCount, mode: RoundingMode) -> int:
        """What had come to before a day, rounded."""
        if self.then is not None and day > self.then.full.start:
            return self.then.through(day, unit, mode)
        share = _share_before(day, self.full, unit)
        numerator, denominator = plus(self.start, times(self.rate, share))
        return round_ratio(numerator, denominator, mode)

    def amount(self, days: Period, unit: DayCount, mode: RoundingMode) -> int:
        """What some of its days came to, in minor units; adjacent parts add up."""
        return self.through(days.end, unit, mode) - self.through(days.start, unit, mode)


def pace_of(charge: Charge, convention: ProrationConvention) -> Pace | None:
    """The pace of a charge, or None where it runs evenly over its service period.

    Rounding: none.
    """
    row = charge.row
    unit = 10 ** minor_digits(charge.line.currency)
    if charge.staged_minor or not is_by_position(convention):
        return None
    if row.is_whole and _is_minor(charge.exact_before, unit) and _is_minor(charge.exact_net, unit):
        return None
    shares = part_shares(row.parts, convention)
    whole = sum_of(shares)
    if not whole[0]:
        return None
    rate = times(charge.exact_net, (whole[1] * unit, whole[0]))
    # From the last part on: each begins where the one before it ends, the first one before the days that it lacks.
    earlier = sum_of(part_shares((one for one in row.before if one.full == row.parts[0].full), convention))
    pace = None
    for number in reversed(range(len(row.parts))):
        passed = sum_of(shares[:number]) if number else minus((0, 1), earlier)
        start = plus(times(charge.exact_before, (unit, 1)), times(rate, passed))
        pace = Pace(full=row.parts[number].full, start=_reduced(start), rate=_reduced(rate), then=pace)
    assert pace is not None
    return pace if pace.amount(row.service, convention.unit, charge.line.rounding) == charge.net_minor else None


def _is_minor(amount: Ratio, unit: int) -> bool:
    return amount[0] * unit % amount[1] == 0


def _reduced(amount: Ratio) -> Ratio:
    common = gcd(amount[0], amount[1]) or 1
    return amount[0] // common, amount[1] // common


def even_amount(minor: int, days: Period, service: Period, unit: DayCount, mode: RoundingMode) -> int:
    """What some days of an amount that runs evenly over its service period came to; adjacent parts add up.

    >>> from datetime import date
    >>> month = Period(start=date(2014, 1, 1), end=date(2014, 2, 1))
    >>> rest = Period(start=date(2014, 1, 25), end=date(2014, 2, 1))
    >>> even_amount(1200, rest, month, "day", "half_up")
    271
    """
    return _even(minor, days.end, service, unit, mode) - _even(minor, days.start, service, unit, mode)


def _even(minor: int, day: date, service: Period, unit: DayCount, mode: RoundingMode) -> int:
    if day >= service.end:
        return minor
    taken, whole = _share_before(day, service, unit)
    return round_ratio(minor * taken, whole, mode)


def _share_before(day: date, period: Period, unit: DayCount) -> Ratio:
    """What part of a period lies before a day; where no day counts (a 30th before a 31st) all lies at its end."""
    whole = elapsed(unit, period.start, period.end)
    if not whole:
        return (1, 1) if day >= period.end else (0, 1)
    taken = elapsed(unit, period.start, day)
    return taken.numerator * whole.denominator, taken.denominator * whole.numerator
