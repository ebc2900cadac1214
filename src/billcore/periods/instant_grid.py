"""Where boundaries with a time of day fall: counted from an anchor on the clock of one zone, as instants.

Source: rules 2 (under the unit second periods are ``[instant, instant)`` with an anchor that has a time of day).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from billcore.core.errors import DocumentError, InvariantBroken
from billcore.core.limits import DEFAULT, check_limit
from billcore.core.value import Value
from billcore.periods.days import out_of_range, shown
from billcore.periods.frequency import Frequency
from billcore.periods.grid import Grid
from billcore.periods.instants import InstantPeriod
from billcore.periods.zones import check_instant, zone

_STEPS_LIMIT = 4_000_000


class InstantPart(Value, frozen=True, kw_only=True):
    """One row of a tiling by instants.

    Attributes:
        service: The time that it covers.
        full: The whole anchored period around it: what a share of it is taken of.

    Raises: InvariantBroken ``part-outside-period``.
    """

    service: InstantPeriod
    full: InstantPeriod

    def __post_init__(self) -> None:
        if not self.full.covers(self.service):
            raise InvariantBroken("part-outside-period", found=str(self.service), expected=f"time within {self.full}")

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the full period is missing."""
        return self.service == self.full


class InstantGrid(Value, frozen=True, kw_only=True):
    """An endless row of boundaries with a time of day.

    The day of a boundary is that of the `Grid` of dates; its time is the anchor's, on the clock of the zone. Where the
    clocks go forward over that time, the boundary is that much later; where they go back, it is the first of the two,
    unless the anchor itself is a second one.

    Attributes:
        days: The days on which boundaries fall.
        anchor: The instant of boundary 0.
        zone: The IANA name of the zone whose clock counts.
    """

    days: Grid
    anchor: datetime
    zone: str

    @classmethod
    def counted_from(cls, anchor: datetime, frequency: Frequency | str, zone_name: str = "UTC") -> InstantGrid:
        """The boundaries that count from an instant.

        Raises: DocumentError ``instant-malformed``, ``instant-naive``, ``zone-unknown``, ``frequency-unknown``;
            NotApplicable ``frequency-does-not-recur``; LimitExceeded ``date-out-of-range``.
        """
        local = _local(check_instant(anchor, "anchor"), zone_name)
        days = Grid.counted_from(local.date(), Frequency.of(frequency))
        return cls(days=days, anchor=local, zone=zone_name)

    def at(self, n: int) -> datetime:
        """Boundary ``n`` in UTC.

        Raises: LimitExceeded ``date-out-of-range``.
        """
        if abs(n) > _STEPS_LIMIT:
            raise out_of_range("a boundary outside the calendar")
        local = datetime.combine(self.days.at(n), self.anchor.timetz())
        try:
            found = local.astimezone(UTC)
            if found.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
                # No clock showed that time: the offset of before puts it as much later as the clocks went forward.
                found = local.replace(fold=0).astimezone(UTC)
        except (OverflowError, ValueError):
            raise out_of_range("a boundary at the edge of the calendar") from None
        return found

    def index(self, instant: datetime) -> int:
        """The number of the last boundary at or before an instant, without walking there."""
        n = self.days.index(_local(check_instant(instant, "instant"), self.zone).date())
        while self.at(n) > instant:  # later on the same day, or moved there from a day that the zone left out
            n -= 1
        return n

    def period(self, n: int) -> InstantPeriod:
        """The period from boundary ``n`` to the next that is later."""
        start, after = self.at(n), n + 1
        while self.at(after) <= start:  # a day that the zone left out, such as 30 December 2011 in Samoa
            after += 1
        return InstantPeriod(start=start, end=self.at(after))


def instant_boundary(anchor: datetime, frequency: Frequency | str, n: int, *, zone_name: str = "UTC") -> datetime:
    """Give boundary ``n``: the anchor plus ``n`` steps, clamped to the month's end and springing back, in UTC.

    Args:
        anchor: Boundary 0, an instant.
        frequency: One step: days, weeks, months, quarters or years of the calendar.
        n: Any whole number; negative counts back.
        zone_name: The zone whose clock keeps the time of day.

    Raises: DocumentError ``number-malformed``, and as `InstantGrid.counted_from`; LimitExceeded ``date-out-of-range``.
    Source: rules 2.

    >>> anchor = datetime(2025, 1, 31, 15, tzinfo=UTC)
    >>> [str(instant_boundary(anchor, "month", n)) for n in (1, 2)]
    ['2025-02-28 15:00:00+00:00', '2025-03-31 15:00:00+00:00']
    >>> str(instant_boundary(anchor, "2 months", 1, zone_name="Europe/Berlin"))
    '2025-03-31 14:00:00+00:00'
    """
    if type(n) is not int:
        raise DocumentError("number-malformed", found=shown(n), expected="a whole number of steps", path="n")
    return InstantGrid.counted_from(anchor, frequency, zone_name).at(n)


def period_at(
    instant: datetime, frequency: Frequency | str, anchor: datetime, *, zone_name: str = "UTC"
) -> InstantPeriod:
    """Give the anchored period that an instant lies in; a boundary lies in the period that it opens.

    Raises: as `instant_boundary`.
    Source: rules 2; OpenMeter's alignment of billing cadences.

    >>> print(period_at(datetime(2025, 2, 13, tzinfo=UTC), "month", datetime(2025, 1, 30, 15, tzinfo=UTC)))
    [2025-01-30T15:00:00+00:00, 2025-02-28T15:00:00+00:00)
    """
    grid = InstantGrid.counted_from(anchor, frequency, zone_name)
    return grid.period(grid.index(instant))


def tile_instants(
    span: InstantPeriod,
    frequency: Frequency | str,
    *,
    anchor: datetime,
    zone_name: str = "UTC",
    limit: int = DEFAULT.periods,
) -> tuple[InstantPart, ...]:
    """Cut a span of instants into anchored periods; a rest at either end is a part of its full period.

    Args:
        span: What is cut.
        anchor: The instant that boundaries count from, before or after the span's start.
        limit: Most periods; counted before any is made.

    Returns: parts in order; together they cover every instant of the span once.
    Raises: DocumentError ``period-malformed``, ``number-malformed``; LimitExceeded ``limit-exceeded``; and as
        `instant_boundary`.
    Source: rules 2.

    >>> span = InstantPeriod(start=datetime(2021, 1, 1, tzinfo=UTC), end=datetime(2021, 1, 2, 15, tzinfo=UTC))
    >>> [str(row.full.end) for row in tile_instants(span, "day", anchor=span.start)]
    ['2021-01-02 00:00:00+00:00', '2021-01-03 00:00:00+00:00']
    """
    given: object = span
    if not isinstance(given, InstantPeriod):
        raise DocumentError(
            "period-malformed", found=type(given).__name__, expected="a period of instants", path="span"
        )
    if type(limit) is not int:
        raise DocumentError("number-malformed", found=shown(limit), expected="a whole number", path="limit")
    grid = InstantGrid.counted_from(anchor, frequency, zone_name)
    first, last = grid.index(span.start), grid.index(span.end - timedelta(microseconds=1))
    check_limit("periods", last - first + 1, limit, path="span")
    # A day that the zone left out has its boundary with the next day: one of the two.
    ends = dict.fromkeys([*(grid.at(n) for n in range(first, last + 1)), grid.period(last).end])
    return tuple(_part(span, InstantPeriod(start=start, end=end)) for start, end in pairwise(ends))


def _part(span: InstantPeriod, full: InstantPeriod) -> InstantPart:
    if span.covers(full):
        return InstantPart(service=full, full=full)
    service = InstantPeriod(start=max(span.start, full.start), end=min(span.end, full.end))
    return InstantPart(service=service, full=full)


def _local(instant: datetime, zone_name: str) -> datetime:
    place = zone(zone_name)
    try:
        return instant.astimezone(place)
    except (OverflowError, ValueError):
        raise out_of_range("an instant at the edge of the calendar") from None
