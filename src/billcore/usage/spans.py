"""How a whole period is tallied: its windows one after the other, for one group of events, period after period."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from zoneinfo import ZoneInfo

from billcore.core.errors import DocumentError, LimitExceeded, NotApplicable
from billcore.core.exact import FRACTION_DIGITS, INTEGER_DIGITS
from billcore.core.ratio import Ratio
from billcore.core.steps import exact_text
from billcore.core.value import Value
from billcore.money.rounding import round_ratio
from billcore.periods.period import Period, check_period
from billcore.usage.events import ONE, UsageEvent, number_text
from billcore.usage.levels import Level, Tally, tally
from billcore.usage.measured import LevelChange, Measured
from billcore.usage.metering import Metering
from billcore.usage.windows import Stretch, cut, stretch_of


class Span(Value, frozen=True, kw_only=True):
    """A period in a zone, ready to be tallied.

    Attributes:
        period: The service period.
        stretches: Its windows in order; the whole of it alone where there are none.
        full: Units of weighing by which a weighted sum of each stretch is divided.
    """

    period: Period
    stretches: tuple[Stretch, ...]
    full: tuple[int, ...]


def span_of(metering: Metering, period: Period, place: ZoneInfo, full: Period | None) -> Span:
    """Place a period in a zone.

    Args:
        full: The full period where ``period`` is a part of it: a weighted sum is divided by its length. In windows each
            window is divided by its own.

    Raises: DocumentError ``part-outside-period``; NotApplicable ``period-counts-nothing``; LimitExceeded
        ``limit-exceeded``.
    """
    if full is not None and not check_period(full, "full").covers(period):
        raise DocumentError("part-outside-period", found=str(period), expected=f"a part of {full}", path="period")
    by_day = metering.weigh_by == "day"
    if metering.window is not None:
        stretches = cut(period, place, metering.window)
        return Span(period=period, stretches=stretches, full=tuple(_length(one, by_day) for one in stretches))
    whole = stretch_of(period, place)
    length = _length(stretch_of(full, place) if full is not None else whole, by_day)
    if metering.aggregation == "weighted_sum" and length == 0:
        raise NotApplicable(
            "period-counts-nothing",
            found=f"{full or period}, which the zone {place.key} skipped",
            expected="a period in which time passes",
            path="period",
        )
    return Span(period=period, stretches=(whole,), full=(length,))


def _length(stretch: Stretch, by_day: bool) -> int:
    return stretch.end_day - stretch.first_day if by_day else max(stretch.end - stretch.start, 0)


# Where events are only read for the level that they leave.
_BEFORE = Stretch(first_day=0, end_day=0, start=0, end=0)
_NOTHING = Tally(numerator=0)


class Tallied(Value, frozen=True, kw_only=True):
    """What one period came to for one group: a tally for each stretch, and the events that fell into it."""

    tallies: tuple[Tally, ...]
    events: tuple[UsageEvent, ...]
    had_before: bool


class Walk:
    """Walks over the events of one group, period after period in order, and carries its level on."""

    def __init__(self, metering: Metering, events: Sequence[UsageEvent], level_at_start: int) -> None:
        self._metering, self._events, self._start = metering, events, level_at_start
        self._next, self._level = 0, Level(level_at_start)
        # A thousand groups have many windows in which nothing happened.
        self._is_empty_zero = not metering.has_level

    def over(self, span: Span) -> Tallied:
        """Tally the next period; events before it count for the level where it carries over, and nowhere else."""
        first_day = span.period.start.toordinal()
        before = self._take(Stretch(first_day=0, end_day=first_day, start=0, end=0))
        if not self._metering.carries_over:
            self._level = Level(self._start)
        elif before:
            tally(self._metering, _BEFORE, before, self._level, 0)
        begins = self._next
        had_before = begins > 0 and self._metering.carries_over
        tallies = []
        for stretch, full in zip(span.stretches, span.full, strict=True):
            inside = self._take(stretch)
            if not inside and self._is_empty_zero:
                tallies.append(_NOTHING)
                continue
            tallies.append(tally(self._metering, stretch, inside, self._level, full))
        return Tallied(tallies=tuple(tallies), events=tuple(self._events[begins : self._next]), had_before=had_before)

    def _take(self, stretch: Stretch) -> Sequence[UsageEvent]:
        begins, events = self._next, self._events
        while self._next < len(events) and not stretch.is_before(events[self._next].day, events[self._next].moment):
            self._next += 1
        return events[begins : self._next]


def measured_of(metering: Metering, tallied: Tallied) -> Measured:
    """Spell what a period came to.

    Rounding: of each stretch, once, where the metering says so.
    Raises: NotApplicable ``weighted-sum-needs-rounding``; LimitExceeded ``quantity-too-large``.
    """
    quantities = [quantity_of(metering, one.ratio) for one in tallied.tallies]
    in_windows = metering.window is not None
    asks_money = metering.amount_property is not None
    return Measured(
        quantity=_within(sum(quantities)),
        values=() if metering.counts_items else tuple(_value(metering, event) for event in tallied.events),
        amount=_within(sum(event.money for event in tallied.events)) if asks_money and tallied.events else "",
        windows=tuple(number_text(quantity) for quantity in quantities) if in_windows else (),
        changes=() if in_windows else tuple(_changes(tallied.tallies[0])),
    )


def quantity_of(metering: Metering, ratio: Ratio) -> int:
    """Round a quantity by the metering's rule, or give it exactly, in units of 1E-12.

    Raises: NotApplicable ``weighted-sum-needs-rounding``.
    """
    numerator, denominator = ratio
    if numerator == 0:
        return 0
    if metering.rounding is not None:
        scale: int = 10**metering.rounding.digits
        rounded = round_ratio(numerator * scale, denominator, metering.rounding.mode)
        return rounded * (ONE // scale)
    whole, rest = divmod(numerator * ONE, denominator)
    if rest:
        raise NotApplicable(
            "weighted-sum-needs-rounding",
            found=exact_text(numerator, denominator),
            expected=f"a quantity that ends within {FRACTION_DIGITS} digits",
            path="rounding",
            hint="Say where it is rounded: Metering(rounding=QuantityRounding(digits=5, mode='up')).",
        )
    return whole


def _within(number: int) -> str:
    if not -(10**INTEGER_DIGITS) < number // ONE < 10**INTEGER_DIGITS:
        raise LimitExceeded(
            "quantity-too-large",
            found=f"a quantity of more than {INTEGER_DIGITS} digits",
            expected=f"at most {INTEGER_DIGITS} digits before the point",
            path="quantity",
        )
    return number_text(number)


def _value(metering: Metering, event: UsageEvent) -> str:
    return event.record.value if metering.property is None else number_text(event.number)


def _changes(one: Tally) -> list[LevelChange]:
    changes = []
    for move in one.moves:
        numerator, denominator = move.delta * (one.length - move.position), one.denominator
        common = gcd(numerator, denominator)
        changes.append(
            LevelChange(delta=number_text(move.delta), numerator=numerator // common, denominator=denominator // common)
        )
    return changes
