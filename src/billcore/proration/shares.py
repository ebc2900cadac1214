"""What part of a full period some days are: an exact fraction, never above the whole."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from billcore.core.errors import DocumentError, InvariantBroken, MissingInput, NotApplicable
from billcore.core.ratio import Ratio
from billcore.core.value import Value
from billcore.money.rounding import round_ratio
from billcore.periods.boundaries import TiledPeriod
from billcore.periods.day_count import DayCount, elapsed
from billcore.periods.days import shown
from billcore.periods.instants import InstantPeriod
from billcore.periods.period import Period, check_period
from billcore.proration.convention import ProrationConvention

_FIXED = {"30": 30, "360": 360, "365": 365}


class Share(Value, frozen=True, kw_only=True):
    """An exact part of a whole, not reduced: 10 of 31 days stays ``10/31`` and 14 of 28 stays ``14/28``.

    Attributes:
        numerator: What is taken, 0 or more.
        denominator: The whole, more than 0; both in the unit of the day count.

    Raises: DocumentError ``share-above-whole``, ``share-negative``, ``number-malformed``; InvariantBroken
        ``denominator-not-positive``.
    Source: rules 4; Lago #6194 and BCApps #5718 show what a share of a truncated period does.

    >>> str(Share(numerator=10, denominator=31)), Share(numerator=14, denominator=28).fraction
    ('10/31', Fraction(1, 2))
    """

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        for name, number in (("numerator", self.numerator), ("denominator", self.denominator)):
            if type(number) is not int:
                raise DocumentError("number-malformed", found=shown(number), expected="a whole number", path=name)
        if self.denominator <= 0:
            raise InvariantBroken("denominator-not-positive", found="0 or less", expected="more than 0")
        if self.numerator < 0:
            raise DocumentError("share-negative", found="less than nothing", expected="0 to the whole")
        if self.numerator > self.denominator:
            raise DocumentError(
                "share-above-whole",
                found="more than the whole",
                expected="a part of one full period",
                hint="A row longer than its full period is made of parts, each with its own full period.",
            )

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"

    @property
    def fraction(self) -> Fraction:
        """The share as a number, in lowest terms."""
        return Fraction(self.numerator, self.denominator)

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole."""
        return self.numerator == self.denominator


def share(part: Period, full: Period, convention: ProrationConvention, *, price_period: Period | None = None) -> Share:
    """Give the share that a part takes of its whole.

    What the whole is, is the convention's ``denominator``, and the amount to multiply by goes with it:

    - ``full_period``: the full billing period; times the amount of a full billing period.
    - ``price_period``: the price period; times the amount of the price period.
    - ``30``: of so many days, whatever the calendar says; times the amount of a full billing period, a month.
    - ``360``, ``365``: of so many days; times the amount of the price period, a year (of the full billing period where
      no price period is given).

    Under the fixed numbers 31 of 30 days would be more than the whole, so the share is at most 1; and a whole period is
    never prorated, so February is 30/30 and not 28/30. Parts of one period add up to its whole only where it has that
    many days.

    The part is measured as the difference of two measures from the start of the whole, so that adjacent parts add up
    to the whole under every day count. ``none`` gives the whole for any part.

    Args:
        part: The days of service.
        full: The full untruncated billing period around them.
        convention: Day count and denominator.
        price_period: The period the price is for; needed for ``price_period``.

    Rounding: none; half up to the convention's ``fraction_digits`` where it names some.
    Raises: DocumentError ``period-malformed``, ``part-outside-period``; MissingInput ``price-period-missing``;
        NotApplicable ``period-kinds-mixed``, ``period-counts-nothing``, ``day-count-not-in-days``.
    Source: rules 1, 2 and 4.

    >>> from datetime import date
    >>> december = Period(start=date(2025, 12, 1), end=date(2026, 1, 1))
    >>> year = Period(start=date(2025, 1, 1), end=date(2026, 1, 1))
    >>> ten_days = Period(start=date(2025, 12, 1), end=date(2025, 12, 11))
    >>> str(share(ten_days, december, ProrationConvention()))
    '10/31'
    >>> str(share(ten_days, december, ProrationConvention(denominator="price_period"), price_period=year))
    '10/365'
    >>> str(share(ten_days, december, ProrationConvention(fraction_digits=9)))
    '322580645/1000000000'
    """
    return at_digits(exact_share(part, full, convention, price_period=price_period), convention)


def exact_share(
    part: Period, full: Period, convention: ProrationConvention, *, price_period: Period | None = None
) -> Share:
    """Give the share as `share` does, before any digits are cut: for shares that are added up first.

    Raises: as `share`.
    """
    periods = {"part": part, "full": full} | ({} if price_period is None else {"price_period": price_period})
    for name, period in periods.items():
        _check_dates(period, name, convention)
    whole = _whole(full, convention, price_period)
    if not full.covers(part) or not whole.covers(part):
        raise DocumentError("part-outside-period", found=str(part), expected=f"days of {full} in {whole}", path="part")
    if convention.unit == "none":
        return Share(numerator=1, denominator=1)
    taken = elapsed(convention.unit, whole.start, part.end) - elapsed(convention.unit, whole.start, part.start)
    if convention.denominator in _FIXED:
        return _of_fixed(taken, _FIXED[convention.denominator], convention.unit, is_whole=part == whole)
    return _of(taken, elapsed(convention.unit, whole.start, whole.end), whole)


def at_digits(found: Share, convention: ProrationConvention) -> Share:
    """Round a share to the convention's ``fraction_digits``, half up; without any it stays exact.

    >>> str(at_digits(Share(numerator=14, denominator=31), ProrationConvention(fraction_digits=9)))
    '451612903/1000000000'
    """
    if convention.fraction_digits is None:
        return found
    numerator, denominator = ratio_at_digits((found.numerator, found.denominator), convention)
    return Share(numerator=numerator, denominator=denominator)


def ratio_at_digits(taken: Ratio, convention: ProrationConvention) -> Ratio:
    """Round a sum of shares as `at_digits` rounds one; it may be more than a whole."""
    if convention.fraction_digits is None:
        return taken
    whole = 10**convention.fraction_digits
    return round_ratio(taken[0] * whole, taken[1]), whole


def instant_share(part: InstantPeriod, full: InstantPeriod, convention: ProrationConvention | None = None) -> Share:
    """Give the share of the time that passes in a part, in microseconds; for the unit ``second``.

    Args:
        convention: For its ``fraction_digits``; without one the share is exact.

    Rounding: none; half up to the convention's ``fraction_digits`` where it names some.
    Raises: NotApplicable ``period-kinds-mixed``; DocumentError ``part-outside-period``.
    Source: rules 2 and 4.
    """
    for name, period in (("part", part), ("full", full)):
        if not isinstance(period, InstantPeriod):
            raise _mixed(f"{name} of type {type(period).__name__}", "periods of instants", name)
    if not full.covers(part):
        raise DocumentError("part-outside-period", found=str(part), expected=f"time within {full}", path="part")
    found = Share(numerator=part.microseconds, denominator=full.microseconds)
    return found if convention is None else at_digits(found, convention)


def periods_in(row: TiledPeriod, convention: ProrationConvention, *, price_period: Period | None = None) -> Fraction:
    """Count a row in full periods: 1 for a regular row, less for a short stub, more than 1 for a long one.

    Rounding: none; the amount is this times the amount of a full period, rounded once.
    Raises: as `share`.

    >>> from datetime import date
    >>> from billcore.periods.anchor import ContractStart
    >>> from billcore.periods.boundaries import tile
    >>> span = Period(start=date(2026, 1, 1), end=date(2026, 3, 15))
    >>> [str(periods_in(row, ProrationConvention())) for row in tile(span, "month", anchor=ContractStart())]
    ['1', '1', '14/31']
    """
    return sum(
        (share(part.service, part.full, convention, price_period=price_period).fraction for part in row.parts),
        Fraction(0),
    )


def _check_dates(period: object, name: str, convention: ProrationConvention) -> None:
    if isinstance(period, InstantPeriod):
        raise _mixed("a period of instants", "periods of dates; instant_share for instants", name)
    check_period(period, name)
    if convention.unit == "second":
        raise _mixed("the unit second for dates", "a unit of dates, or periods of instants", "convention.unit")


def _mixed(found: str, expected: str, path: str) -> NotApplicable:
    return NotApplicable("period-kinds-mixed", found=found, expected=expected, path=path)


def _whole(full: Period, convention: ProrationConvention, price_period: Period | None) -> Period:
    if convention.denominator in ("full_period", "30"):
        return full
    if price_period is not None:
        return price_period
    if convention.denominator == "price_period":
        raise MissingInput(
            "price-period-missing",
            found="no price period",
            expected="the period that the price is for, as the convention divides by it",
            path="price_period",
        )
    return full


def _of_fixed(taken: Fraction, days: int, unit: DayCount, *, is_whole: bool) -> Share:
    if unit == "month_actual":
        raise NotApplicable(
            "day-count-not-in-days",
            found=f"month_actual of {days} days",
            expected="day, month30, month30e or month30us",
        )
    return Share(numerator=days if is_whole else min(int(taken), days), denominator=days)


def _of(taken: Fraction, whole: Fraction, period: Period) -> Share:
    if whole == 0:
        raise NotApplicable(
            "period-counts-nothing",
            found=f"no day in {period} by the day count",
            expected="a full period that counts at least one day",
        )
    common = lcm(taken.denominator, whole.denominator)
    return Share(numerator=int(taken * common), denominator=int(whole * common))
