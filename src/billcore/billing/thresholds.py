"""When a progressive threshold is reached inside a billing period, and what is billed at that moment.

Source: rules 3: an extra billing date at the first instant at which the rated cumulative amount reaches a threshold;
once a period each, or recurring; the run bills the whole difference.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeAlias

from billcore.billing.minor_units import check_minor
from billcore.contract.thresholds import ProgressiveThresholds
from billcore.core.checks import check_kind
from billcore.core.errors import DocumentError, NotApplicable
from billcore.core.exact import plain
from billcore.core.limits import check_limit
from billcore.core.steps import Step
from billcore.core.value import Value
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits
from billcore.periods.days import check_day
from billcore.periods.zones import check_instant

Moment: TypeAlias = date | datetime
# A quarter of a year in minutes.
MOST_MOMENTS = 150_000


class BillingPoint(Value, frozen=True, kw_only=True):
    """An extra billing point.

    Attributes:
        at: The first moment at which the threshold was reached.
        threshold_minor: The highest threshold that was reached at that moment.
        rated_minor: The rated cumulative amount of the period at that moment.
        due_minor: What is billed: the whole difference to what was billed before.
        steps: How it was found.
    """

    at: Moment
    threshold_minor: int
    rated_minor: int
    due_minor: int
    steps: tuple[Step, ...]


def billing_points(
    thresholds: ProgressiveThresholds,
    rated: Sequence[tuple[Moment, int]],
    *,
    currency: str,
    billed_minor: int = 0,
) -> tuple[BillingPoint, ...]:
    """Find the extra billing points of one billing period.

    Args:
        thresholds: What the contract says; its amounts have no more digits than the currency.
        rated: Moments, each later than the one before, all dates or all instants with a zone, each with the rated
            cumulative amount of the charges in scope since the start of the period, in minor units.
        currency: ISO 4217.
        billed_minor: What the extra points of this period billed before, in minor units, credits not taken off: the
            thresholds up to it have been reached.

    Returns: one point for each moment at which a threshold is newly reached; several thresholds at one moment are one.
    Rounding: none.
    Raises: DocumentError ``argument-wrong``, ``moments-not-increasing``, ``date-malformed``, ``instant-naive``,
        ``amount-too-fine``, ``number-negative``, ``number-malformed``, ``float-amount``, ``number-too-large``,
        ``currency-unknown``; NotApplicable ``period-kinds-mixed``; LimitExceeded ``limit-exceeded``.
    Source: rules 3; Lago (thresholds 200 and 500, use 200, 400, 600: billed 200 and then 400).

    >>> days = [(date(2022, 12, 16), 20_000), (date(2022, 12, 21), 40_000), (date(2022, 12, 26), 60_000)]
    >>> points = billing_points(ProgressiveThresholds(amounts=["200", "500"]), days, currency="EUR")
    >>> [(str(point.at), point.due_minor) for point in points]
    [('2022-12-16', 20000), ('2022-12-26', 40000)]
    """
    check_kind(thresholds, ProgressiveThresholds, "thresholds")
    check_minor(billed_minor, "billed_minor")
    _check_moments(rated)
    bounds = [Amount.of(amount, currency).minor for amount in thresholds.amounts]
    step = Amount.of(thresholds.recurring, currency).minor if thresholds.recurring is not None else 0
    points: list[BillingPoint] = []
    billed = billed_minor
    for at, amount in rated:
        reached = _highest(bounds, step, amount)
        if reached > _highest(bounds, step, billed):
            points.append(_point(at, reached, amount, billed, currency))
            billed = amount
    return tuple(points)


def _highest(bounds: Sequence[int], step: int, amount: int) -> int:
    """The highest threshold that an amount has reached, or 0."""
    last = bounds[-1] if bounds else 0
    if step and amount >= last:
        return last + (amount - last) // step * step
    number = bisect_right(bounds, amount)
    return bounds[number - 1] if number else 0


def _point(at: Moment, reached: int, amount: int, billed: int, currency: str) -> BillingPoint:
    digits = minor_digits(currency)
    shown = [f"{currency} {plain(minor, digits)}" for minor in (amount, reached, billed, amount - billed)]
    step = Step(
        rule="progressive-threshold",
        text=f"on {at.isoformat()} {shown[0]} reaches {shown[1]}; less {shown[2]} billed: {shown[3]}",
        inputs=(("rated", shown[0]), ("threshold", shown[1]), ("billed", shown[2])),
        numerator=amount - billed,
        denominator=10**digits,
    )
    return BillingPoint(at=at, threshold_minor=reached, rated_minor=amount, due_minor=amount - billed, steps=(step,))


def _check_moments(rated: object) -> None:
    """Refuse moments that are not of one kind and rising."""
    check_kind(rated, (list, tuple), "rated")
    if not isinstance(rated, list | tuple):
        return
    check_limit("moments", len(rated), MOST_MOMENTS, path="rated")
    before: Moment | None = None
    for number, pair in enumerate(rated):
        path = f"rated[{number}]"
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise DocumentError(
                "argument-wrong", found=f"a value of type {type(pair).__name__}", expected="(moment, amount)", path=path
            )
        at, amount = pair
        check_minor(amount, path)
        read = check_instant(at, path) if isinstance(at, datetime) else check_day(at, path)
        if before is not None and isinstance(read, datetime) != isinstance(before, datetime):
            raise NotApplicable("period-kinds-mixed", found="dates and instants", expected="one of the two", path=path)
        if before is not None and read <= before:
            raise DocumentError(
                "moments-not-increasing", found=f"{read} after {before}", expected="each later", path=path
            )
        before = read
