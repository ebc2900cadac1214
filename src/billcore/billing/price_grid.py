"""How billing periods and price periods fit together: which price period a row lies in, how many rows share one.

Source: rules 2 (a recurring price says what it is per; price periods are counted from the line's billing anchor).
"""

from __future__ import annotations

from datetime import date

from billcore.contract.resolved import ResolvedLine
from billcore.core.errors import NotApplicable
from billcore.periods.frequency import Frequency
from billcore.periods.grid import Grid
from billcore.periods.months import month_index
from billcore.periods.period import Period


def cadence(line: ResolvedLine) -> Frequency:
    """How often a line is billed: once, or at its billing frequency."""
    return Frequency(unit="once") if line.component == "one_time" else line.every


def rows_per_price(line: ResolvedLine) -> int:
    """How many billing periods one price period holds; 1 where it is the same or shorter, 0 where it is the term."""
    numerator, denominator = price_periods_per_row(line, cadence(line))
    if line.per is not None and line.per.unit == "term":
        return 0
    return denominator if numerator == 1 else 1


def price_periods_per_row(line: ResolvedLine, every: Frequency) -> tuple[int, int]:
    """How many price periods one full billing period holds, as an exact ratio.

    A year's price billed monthly is 1 / 12; a month's price billed quarterly 3 / 1.
    Raises: NotApplicable ``cadence-does-not-divide`` where neither divides the other, and where a price per month or
        year is billed once: how many of them the whole span holds is nobody's guess.
    """
    per = line.per
    if per is None or per == every or per.unit in ("term", "once"):
        return 1, 1
    if per.months and every.months:
        mine, theirs = every.months, per.months
    elif per.days and every.days:
        mine, theirs = every.days, per.days
    else:
        raise _does_not_divide(line, every, per)
    if mine % theirs == 0:
        return mine // theirs, 1
    if theirs % mine == 0:
        return 1, theirs // mine
    raise _does_not_divide(line, every, per)


def _does_not_divide(line: ResolvedLine, every: Frequency, per: Frequency) -> NotApplicable:
    return NotApplicable(
        "cadence-does-not-divide",
        found=f"a price per {per} billed every {every}",
        expected="a billing frequency that divides the price period, or is a multiple of it",
        path=f"contract {line.contract}, line {line.id}",
    )


def price_grid(line: ResolvedLine, anchor: date) -> Grid | None:
    """Boundaries of the price periods: counted from the first whole billing period, on the days that billing wants.

    The wanted day is kept beside the date: rows wanted on the 31st that begin in February belong to price periods that
    spring back to the 31st as the rows do.
    """
    if line.per is None or not line.per.recurs or line.cut is None:
        return None
    if line.per.days:
        return Grid.counted_from(anchor, line.per)
    return Grid(frequency=line.per, month=month_index(anchor), day=line.cut.grid.day)


def price_periods(line: ResolvedLine, grid: Grid | None, service: Period, *, is_regular: bool) -> tuple[Period, ...]:
    """The price periods that a service period lies in: of a regular row the first, of a stub every one it touches."""
    if line.per is None:
        return ()
    if grid is None:
        return (line.agreed,)
    last = grid.index(service.start) if is_regular else grid.index(service.last_day)
    return tuple(grid.period(n) for n in range(grid.index(service.start), last + 1))
