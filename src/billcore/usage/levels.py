"""How the events of one stretch of time come to a number, and what goes on into the next stretch."""

from __future__ import annotations

from collections.abc import Sequence

from billcore.core.ratio import Ratio
from billcore.core.value import Value
from billcore.usage.events import ONE, UsageEvent
from billcore.usage.metering import Metering
from billcore.usage.windows import Stretch


class Move(Value, frozen=True, kw_only=True):
    """A change of a running level within a stretch.

    Attributes:
        delta: What it adds to the level, in units of 1E-12.
        position: When it counts from, in units of weighing (microseconds or days) since the start of the stretch.
        day: Ordinal of the local day on which it happened; the first of the stretch for the level at its start.
    """

    delta: int
    position: int
    day: int


class Tally(Value, frozen=True, kw_only=True):
    """What the events of a stretch come to.

    Attributes:
        numerator, denominator: The quantity in units of 1, exact.
        moves: The changes of the level that are weighed, the level at the start first; empty where nothing is weighed.
        length: Units of weighing that the stretch has.
        events: How many events fell into it.
    """

    numerator: int
    denominator: int = ONE
    moves: tuple[Move, ...] = ()
    length: int = 0
    events: int = 0

    @property
    def ratio(self) -> Ratio:
        """The quantity."""
        return self.numerator, self.denominator


class Level:
    """What persists from stretch to stretch: a running number, and the items that are there.

    The one thing here that changes in place: it is made, walked over the events of one group, and thrown away.
    """

    __slots__ = ("charged_until", "items", "number")

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.items: set[str] = set()
        # The first day on which an item that went is not charged already.
        self.charged_until: dict[str, int] = {}

    def takes(self, event: UsageEvent) -> int:
        """Add or remove an item; give what that changes: 1, -1, or 0 where it changes nothing."""
        if event.removes == (event.item not in self.items):
            return 0
        if event.removes:
            self.items.discard(event.item)
            return -1
        self.items.add(event.item)
        return 1


def tally(metering: Metering, stretch: Stretch, events: Sequence[UsageEvent], level: Level, full: int) -> Tally:
    """Aggregate the events of a stretch.

    Args:
        events: Those of the stretch, in order.
        level: What went on from before; it is carried on in place.
        full: Units of weighing by which a weighted sum is divided.
    """
    if metering.aggregation == "weighted_sum":
        return _weighted(metering, stretch, events, level, full)
    return Tally(numerator=_plain(metering, events, level), events=len(events))


def _plain(metering: Metering, events: Sequence[UsageEvent], level: Level) -> int:
    how = metering.aggregation
    if how == "count":
        return len(events) * ONE
    if how == "unique_count":
        return _unique(metering, events, level) * ONE
    if how == "high_water":
        return _high_water(metering, events, level)
    if how == "maximum":
        return max((event.number for event in events), default=0)
    if how == "latest":
        level.number = events[-1].number if events else level.number
        return level.number
    return sum([event.number for event in events])


def _unique(metering: Metering, events: Sequence[UsageEvent], level: Level) -> int:
    if not metering.has_level:
        return len({event.item for event in events})
    for event in events:
        level.takes(event)
    return len(level.items)


def _high_water(metering: Metering, events: Sequence[UsageEvent], level: Level) -> int:
    if metering.counts_items:
        peak = len(level.items)
        for event in events:
            level.takes(event)
            peak = max(peak, len(level.items))
        return peak * ONE
    highest = level.number
    for event in events:
        level.number += event.number
        highest = max(highest, level.number)
    return highest


def _weighted(metering: Metering, stretch: Stretch, events: Sequence[UsageEvent], level: Level, full: int) -> Tally:
    by_day, charged, items = metering.weigh_by == "day", metering.end_day == "charged", metering.counts_items
    origin, length = (stretch.first_day, stretch.end_day - stretch.first_day) if by_day else _instants(stretch)
    start = len(level.items) * ONE if items else level.number
    moves = [Move(delta=start, position=0, day=stretch.first_day)] if start else []
    for event in events:
        delta = level.takes(event) * ONE if items else event.number
        if delta == 0:
            continue
        place = event.day if by_day else event.moment
        if charged and delta < 0:
            place += 1
        if charged and items:
            # An item that comes back on the day it went is not charged twice for that day.
            place = max(place, level.charged_until.get(event.item, place))
            level.charged_until[event.item] = place
        if not items:
            level.number += delta
        # Where clocks go back over midnight, an instant of the day before may lie behind the end of its day.
        moves.append(Move(delta=delta, position=min(max(place - origin, 0), length), day=event.day))
    numerator = sum(move.delta * (length - move.position) for move in moves)
    return Tally(
        numerator=numerator if full else 0,
        denominator=full * ONE or 1,
        moves=tuple(moves),
        length=length,
        events=len(events),
    )


def _instants(stretch: Stretch) -> tuple[int, int]:
    return stretch.start, max(stretch.end - stretch.start, 0)
