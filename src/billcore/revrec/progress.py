"""How far an obligation is satisfied, and when: dated points of cumulative progress.

Source: rules 7; revenue.md section 3.1. Revenue is the allocated amount times the progress, rounded on the cumulative.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date

from billcore.core.errors import NotApplicable
from billcore.core.value import Value
from billcore.periods.boundaries import boundary
from billcore.periods.frequency import Frequency
from billcore.periods.period import ONE_DAY, Period
from billcore.revrec.obligations import Obligation

MONTH = Frequency(unit="month")


class ProgressPoint(Value, frozen=True, kw_only=True):
    """Cumulative progress at the end of a day.

    Attributes:
        posting_date: The day on which revenue of it is posted.
        earned: The days in which it was earned.
        part, whole: Progress to date, as an exact ratio; ``part`` grows to ``whole``.
        unit: What is counted: ``days``, ``service months``, ``milestones``, ``satisfaction``.
        what: What happened, in words.
    """

    posting_date: date
    earned: Period
    part: int
    whole: int
    unit: str
    what: str


def month_end(day: date) -> date:
    """The last day of the month that a day lies in.

    >>> month_end(date(2028, 2, 10))
    datetime.date(2028, 2, 29)
    """
    return day.replace(day=monthrange(day.year, day.month)[1])


def accounting_months(span: Period) -> Iterator[Period]:
    """The parts of a span in each calendar month, in order."""
    start = span.start
    while start < span.end:
        end = min(month_end(start) + ONE_DAY, span.end)
        yield Period(start=start, end=end)
        start = end


def progress(obligation: Obligation, delivered: Mapping[str, date]) -> tuple[ProgressPoint, ...]:
    """List the points at which an obligation progresses.

    Args:
        obligation: Not one of usage, which is earned as it is rated.
        delivered: Milestone id -> day reached; the empty id is the whole of a point-in-time obligation.

    Returns: in order of date. Points not yet reached (a milestone, a delivery) are not in it.
    Raises: NotApplicable ``service-months-not-whole``.
    Source: rules 7.
    """
    if obligation.treatment == "point_in_time":
        return _delivery(delivered)
    if obligation.treatment == "milestones":
        return _milestones(obligation, delivered)
    return _by_day(obligation) if obligation.grain == "day" else _by_service_month(obligation)


def _by_day(obligation: Obligation) -> tuple[ProgressPoint, ...]:
    service = obligation.service
    return tuple(
        ProgressPoint(
            posting_date=month_end(month.start),
            earned=month,
            part=(month.end - service.start).days,
            whole=service.days,
            unit="days",
            what=f"{month.days} days of service",
        )
        for month in accounting_months(service)
    )


def _by_service_month(obligation: Obligation) -> tuple[ProgressPoint, ...]:
    service = obligation.service
    starts = [service.start]
    while starts[-1] < service.end:
        starts.append(boundary(service.start, MONTH, len(starts)))
    if starts[-1] != service.end:
        raise NotApplicable(
            "service-months-not-whole",
            found=f"service {service} is not a whole number of months",
            expected="whole months from its first day",
            path=f"contract {obligation.contract}, obligation {obligation.id}",
            hint="Recognize it by day, or correct the service period.",
        )
    whole = len(starts) - 1
    return tuple(
        ProgressPoint(
            posting_date=month_end(starts[number]),
            earned=Period(start=starts[number], end=starts[number + 1]),
            part=number + 1,
            whole=whole,
            unit="service months",
            what=f"service month {number + 1} of {whole}",
        )
        for number in range(whole)
    )


def _delivery(delivered: Mapping[str, date]) -> tuple[ProgressPoint, ...]:
    day = delivered.get("")
    if day is None:
        return ()
    earned = Period(start=day, end=day + ONE_DAY)
    return (
        ProgressPoint(
            posting_date=day, earned=earned, part=1, whole=1, unit="satisfaction", what=f"satisfied on {day}"
        ),
    )


def _milestones(obligation: Obligation, delivered: Mapping[str, date]) -> tuple[ProgressPoint, ...]:
    whole, done, points = sum(weight for _, weight in obligation.milestones), 0, []
    reached = [
        (delivered[name], n, name, weight)
        for n, (name, weight) in enumerate(obligation.milestones)
        if name in delivered
    ]
    for day, _, name, weight in sorted(reached):
        done += weight
        points.append(
            ProgressPoint(
                posting_date=day,
                earned=Period(start=day, end=day + ONE_DAY),
                part=done,
                whole=whole,
                unit="milestones",
                what=f"milestone {name} reached on {day}",
            )
        )
    return tuple(points)
