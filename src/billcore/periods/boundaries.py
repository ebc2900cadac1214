"""How a span is cut into billing periods: boundaries counted from the anchor, stubs by a named convention."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Literal

from billcore.core.errors import DocumentError, InvariantBroken
from billcore.core.limits import DEFAULT, check_limit
from billcore.core.value import Value
from billcore.periods.anchor import BillingAnchor, ContractStart, DayOfMonth, MonthEnd, OnDate
from billcore.periods.days import check_day, out_of_range, shown
from billcore.periods.frequency import Frequency
from billcore.periods.grid import Grid, grid_for
from billcore.periods.period import Period, check_period
from billcore.periods.stubs import STUBS, StubConvention

# More steps than there are days in the calendar: no boundary can lie there, and no integer of a million digits is
# multiplied to find that out.
_STEPS_LIMIT = 4_000_000
# What a rest at the beginning is a part of.
Leading = Literal["anchored", "stepped_back"]
_LEADING: tuple[Leading, ...] = ("anchored", "stepped_back")


def boundary(anchor: date, frequency: Frequency | str, n: int) -> date:
    """Give boundary ``n``: the anchor plus ``n`` steps, clamped to the month's end and springing back.

    Args:
        anchor: Boundary 0.
        frequency: One step: days, weeks, months, quarters or years.
        n: Any whole number; negative counts back.

    Raises: DocumentError ``date-malformed``, ``frequency-unknown``, ``number-malformed``; NotApplicable
        ``frequency-does-not-recur``; LimitExceeded ``date-out-of-range``.
    Source: rules 2.

    >>> [str(boundary(date(2025, 1, 31), "month", n)) for n in (0, 1, 2, -2)]
    ['2025-01-31', '2025-02-28', '2025-03-31', '2024-11-30']
    """
    if type(n) is not int:
        raise DocumentError("number-malformed", found=shown(n), expected="a whole number of steps", path="n")
    grid = Grid.counted_from(check_day(anchor, "anchor"), Frequency.of(frequency))
    if abs(n) > _STEPS_LIMIT:
        raise out_of_range("a boundary outside the calendar")
    return grid.at(n)


def period_of(day: date, frequency: Frequency | str, anchor: date) -> Period:
    """Give the anchored period that a day lies in, without walking from the anchor.

    Raises: as `boundary`.

    >>> print(period_of(date(2026, 3, 30), "month", date(2025, 1, 31)))
    [2026-02-28, 2026-03-31)
    """
    grid = Grid.counted_from(check_day(anchor, "anchor"), Frequency.of(frequency))
    return grid.period(grid.index(check_day(day, "day")))


class PeriodPart(Value, frozen=True, kw_only=True):
    """One part of a row, within one anchored period.

    Attributes:
        service: The days that it covers.
        full: The whole anchored period that they lie in: what a share of them is taken of.

    Raises: InvariantBroken ``part-outside-period``.
    """

    service: Period
    full: Period

    def __post_init__(self) -> None:
        if not self.full.covers(self.service):
            raise InvariantBroken("part-outside-period", found=str(self.service), expected=f"days of {self.full}")

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the full period is missing."""
        return self.service == self.full


class TiledPeriod(Value, frozen=True, kw_only=True):
    """One row of a tiling.

    Attributes:
        service: The days that the row covers.
        parts: One part, or two in a long stub; in order, without gap or overlap.

    Raises: InvariantBroken ``parts-do-not-tile``.
    """

    service: Period
    parts: tuple[PeriodPart, ...]

    def __post_init__(self) -> None:
        starts = [part.service.start for part in self.parts]
        ends = [part.service.end for part in self.parts]
        if [self.service.start, *ends] != [*starts, self.service.end]:
            raise InvariantBroken(
                "parts-do-not-tile",
                found=f"{len(starts)} parts with a gap or an overlap",
                expected=f"parts that cover {self.service}",
            )

    @property
    def is_stub(self) -> bool:
        """Whether it is anything but one whole anchored period."""
        return len(self.parts) != 1 or not self.parts[0].is_whole


def tile(
    span: Period,
    frequency: Frequency | str,
    *,
    anchor: BillingAnchor,
    stub: StubConvention = "short_last",
    limit: int = DEFAULT.periods,
    rebase_month: bool = False,
    leading: Leading = "anchored",
) -> tuple[TiledPeriod, ...]:
    """Cut a span into billing periods.

    Args:
        span: What is cut.
        frequency: One step; ``term`` and ``once`` give one row over the span.
        anchor: The day that boundaries align to. A day of the month has no month of its own: longer steps count from
            the month in which the span starts.
        stub: What becomes of a rest, with examples at `billcore.periods.stubs`.
        limit: Most periods; counted before any is made.
        rebase_month: For an anchor on a date and steps of months: keep only the date's day, and count from the month in
            which the span starts.
        leading: What a rest at the beginning is a part of: the ``anchored`` period around it, or the one
            ``stepped_back`` once from where the rest ends, without going back to the anchor's day: [10 April, 30 April)
            under an anchor on the 31st is 20 of 30 days of [31 March, 30 April), or 20 of 31 of [30 March, 30 April).
            It exists so that Kill Bill's stubs can be reproduced.

    Returns: rows in order; together they cover every day of the span once.
    Raises: DocumentError ``period-malformed``, ``frequency-unknown``, ``anchor-unknown``, ``choice-unknown``;
        LimitExceeded ``limit-exceeded``, ``date-out-of-range``.
    Source: rules 2.

    >>> half_year = Period(start=date(2026, 1, 31), end=date(2026, 6, 15))
    >>> for row in tile(half_year, "2 months", anchor=ContractStart(), stub="long_last"):
    ...     print(row.service, "is", " + ".join(f"{part.service} of {part.full}" for part in row.parts))
    [2026-01-31, 2026-03-31) is [2026-01-31, 2026-03-31) of [2026-01-31, 2026-03-31)
    [2026-03-31, 2026-06-15) is [2026-03-31, 2026-05-31) of [2026-03-31, 2026-05-31) + \
[2026-05-31, 2026-06-15) of [2026-05-31, 2026-07-31)
    """
    step = Frequency.of(frequency)
    _check_choices(check_period(span, "span"), anchor, stub, limit, leading)
    if not step.recurs:
        return (_row((PeriodPart(service=span, full=span),)),)
    grid = grid_for(span, step, anchor, stub, rebase_month)
    return tile_on(span, grid, stub=stub, limit=limit, leading=leading)


def tile_on(
    span: Period,
    grid: Grid,
    *,
    stub: StubConvention = "short_last",
    limit: int = DEFAULT.periods,
    leading: Leading = "anchored",
) -> tuple[TiledPeriod, ...]:
    """Cut a span at boundaries that are given, so that a span which grew or shrank is cut where it was before.

    Args: as `tile`.

    Raises: LimitExceeded ``limit-exceeded``, ``date-out-of-range``.

    >>> from billcore.periods.grid import Grid
    >>> monthly = Grid.counted_from(date(2026, 1, 31), Frequency.of("month"))
    >>> [str(row.service) for row in tile_on(Period(start=date(2026, 2, 10), end=date(2026, 4, 1)), monthly)]
    ['[2026-02-10, 2026-02-28)', '[2026-02-28, 2026-03-31)', '[2026-03-31, 2026-04-01)']
    """
    first, last = grid.index(span.start), grid.index(span.last_day)
    check_limit("periods", last - first + 1, limit, path="span")
    ends = [grid.at(n) for n in range(first, last + 2)]
    parts = [_part(span, Period(start=start, end=end)) for start, end in pairwise(ends)]
    if leading == "stepped_back" and parts[0].full.start < span.start:
        parts[0] = _stepped_back(parts[0].service, grid.frequency)
    return tuple(_row(row) for row in _joined(parts, stub))


def _check_choices(span: Period, anchor: object, stub: object, limit: object, leading: object) -> None:
    if not isinstance(anchor, ContractStart | DayOfMonth | MonthEnd | OnDate):
        raise DocumentError(
            "anchor-unknown", found=type(anchor).__name__, expected="one of the billing anchors", path="anchor"
        )
    if stub not in STUBS:
        raise DocumentError("choice-unknown", found=shown(stub), expected=", ".join(STUBS), path="stub")
    if leading not in _LEADING:
        raise DocumentError("choice-unknown", found=shown(leading), expected=", ".join(_LEADING), path="leading")
    if type(limit) is not int:
        raise DocumentError("number-malformed", found=shown(limit), expected="a whole number", path="limit")


def _part(span: Period, full: Period) -> PeriodPart:
    if span.covers(full):
        return PeriodPart(service=full, full=full)
    return PeriodPart(service=Period(start=max(span.start, full.start), end=min(span.end, full.end)), full=full)


def _stepped_back(rest: Period, step: Frequency) -> PeriodPart:
    # Clamping never moves a day forward, so one step before the end is never after the anchored start.
    start = Grid.counted_from(rest.end, step).at(-1)
    return PeriodPart(service=rest, full=Period(start=start, end=rest.end))


def _joined(parts: list[PeriodPart], stub: StubConvention) -> list[tuple[PeriodPart, ...]]:
    """Put a rest together with its neighbor where the convention wants it long."""
    rows: list[tuple[PeriodPart, ...]] = [(part,) for part in parts]
    if len(rows) > 1 and stub == "long_first" and not parts[0].is_whole:
        rows[:2] = [rows[0] + rows[1]]
    elif len(rows) > 1 and stub == "long_last" and not parts[-1].is_whole:
        rows[-2:] = [rows[-2] + rows[-1]]
    return rows


def _row(parts: tuple[PeriodPart, ...]) -> TiledPeriod:
    if len(parts) == 1:
        return TiledPeriod(service=parts[0].service, parts=parts)
    return TiledPeriod(service=Period(start=parts[0].service.start, end=parts[-1].service.end), parts=parts)
