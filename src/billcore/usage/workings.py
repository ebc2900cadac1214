"""How a measured quantity was reached: which records counted, how long a level stood, what was rounded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from billcore.core.ratio import minus
from billcore.core.steps import Step, exact_text
from billcore.core.words import counted
from billcore.periods.period import Period, check_period
from billcore.periods.zones import zone as zone_of
from billcore.usage.aggregation import level_of, touches
from billcore.usage.events import ONE, number_text
from billcore.usage.levels import Tally
from billcore.usage.metering import Metering
from billcore.usage.preparation import Prepared, check_metering, prepared
from billcore.usage.records import UsageRecord
from billcore.usage.spans import Tallied, Walk, quantity_of, span_of

# More pieces or windows than these are told by their number and their sum.
PIECES = 50
_WHAT = {
    "sum": "sum of the values",
    "count": "number of records",
    "maximum": "highest value",
    "latest": "latest value",
    "unique_count": "different items",
    "weighted_sum": "level weighed by time",
    "high_water": "highest level",
}


def explain_measured(
    metering: Metering,
    records: Iterable[UsageRecord],
    period: Period,
    zone: str,
    *,
    level_at_start: str | int | Decimal = "0",
    full: Period | None = None,
    as_known_at: datetime | None = None,
) -> tuple[Step, ...]:
    """Tell how `measure` reaches its quantity; the arguments are the same.

    A record that a finding leaves out refuses nothing here: the first step counts such findings.

    Returns: the records that counted and did not; for each window, or the whole period, what was aggregated, with each
        piece of time in which a level stood; and each rounding with what it left. The results are units.
    Rounding: as of `measure`.
    Raises: as `measure`, without what makes a period incomplete.
    Source: rules 3.

    >>> from datetime import UTC, date
    >>> from billcore.usage import QuantityRounding
    >>> may = Period(start=date(2023, 5, 1), end=date(2023, 6, 1))
    >>> seats = [UsageRecord(id="a", meter="seats", at=datetime(2023, 5, 26, tzinfo=UTC), value="24")]
    >>> up = QuantityRounding(digits=5, mode="up")
    >>> by_day = Metering(aggregation="weighted_sum", weigh_by="day", rounding=up)
    >>> for step in explain_measured(by_day, seats, may, "UTC", level_at_start="5"):
    ...     print(step.text)
    1 record counted in [2023-05-01, 2023-06-01), UTC
    level 5 for 25 of 31 days = 125/31
    level 29 for 6 of 31 days = 174/31
    level weighed by time = 299/31
    299/31 rounded up to 5 digits = 9.64517, which is 27/3100000 more
    """
    start = level_of(check_metering(metering), level_at_start)
    span = span_of(metering, check_period(period, "period"), zone_of(zone), full)
    ready = prepared(metering, records, zone, as_known_at)
    tallied = Walk(metering, ready.events, start).over(span)
    steps = [_records(metering, ready, tallied, period, zone)]
    in_windows = metering.window is not None
    for index, one in enumerate(tallied.tallies[:PIECES]):
        name = f"window {index + 1} of {len(tallied.tallies)}: " if in_windows else ""
        steps.extend(_tally(metering, one, name))
    if in_windows:
        steps.append(_windows(metering, tallied))
    return tuple(steps)


def _records(metering: Metering, ready: Prepared, tallied: Tallied, period: Period, zone: str) -> Step:
    inside = len(tallied.events)
    left_out = sum(touches(metering, days, period) for _, days in ready.doubts)
    told = {
        "counted": inside,
        "repeated": ready.duplicates,
        "corrected by later ones": ready.replaced,
        "not known yet": ready.unknown_yet,
        "of other meters or conditions": ready.others,
        "of other periods": len(ready.events) - inside,
        "findings of records left out": left_out,
    }
    others = [f"{number} {what}" for what, number in list(told.items())[1:] if number]
    text = "; ".join([f"{counted(inside, 'record')} counted in {period}, {zone}", *others])
    inputs = tuple((what, str(number)) for what, number in told.items())
    return Step(rule="usage-records", text=text, inputs=inputs, numerator=inside, denominator=1)


def _tally(metering: Metering, one: Tally, name: str) -> list[Step]:
    pieces = _pieces(one, name, metering.weigh_by) if one.moves else []
    if len(pieces) > PIECES:
        pieces = [*pieces[:PIECES], Step(rule="level", text=f"{name}and {len(pieces) - PIECES} more pieces of time")]
    text = f"{name}{_WHAT[metering.aggregation]} = {exact_text(*one.ratio)}"
    step = Step(rule=metering.aggregation, text=text, numerator=one.numerator, denominator=one.denominator)
    rounded = [] if metering.rounding is None else [_rounded(metering, one, name)]
    return [*pieces, step, *rounded]


def _pieces(one: Tally, name: str, unit: str) -> list[Step]:
    """Each piece of time in which the level stood."""
    ends = [*(move.position for move in sorted(one.moves, key=lambda move: move.position)), one.length]
    full = one.denominator // ONE
    level, begins, steps = 0, 0, []
    for move, ends_at in zip(sorted(one.moves, key=lambda move: move.position), ends[1:], strict=True):
        level, begins = level + move.delta, move.position
        if ends_at > begins and level:
            stood = level * (ends_at - begins)
            text = f"{name}level {number_text(level)} for {_time(ends_at - begins, full, unit)}"
            text = f"{text} = {exact_text(stood, one.denominator)}"
            inputs = (("level", number_text(level)), ("stood", str(ends_at - begins)), ("of", str(full)))
            steps.append(Step(rule="level", text=text, inputs=inputs, numerator=stood, denominator=one.denominator))
    return steps


def _time(part: int, full: int, unit: str) -> str:
    if unit == "day":
        return f"{part} of {full} days"
    return f"{exact_text(part, 1_000_000)} of {exact_text(full, 1_000_000)} seconds"


def _rounded(metering: Metering, one: Tally, name: str) -> Step:
    rounding, quantity = metering.rounding, quantity_of(metering, one.ratio)
    digits, mode = (rounding.digits, rounding.mode) if rounding is not None else (0, "half_up")
    rest = minus((quantity, ONE), one.ratio)
    kept = exact_text(*one.ratio)
    left = f", which is {exact_text(abs(rest[0]), rest[1])} {'more' if rest[0] > 0 else 'less'}" if rest[0] else ""
    text = f"{name}{kept} rounded {mode} to {digits} digits = {number_text(quantity)}{left}"
    inputs = (("unrounded", kept), ("digits", str(digits)), ("mode", mode), ("difference", exact_text(*rest)))
    return Step(rule="round-quantity", text=text, inputs=inputs, numerator=quantity, denominator=ONE)


def _windows(metering: Metering, tallied: Tallied) -> Step:
    quantities = [quantity_of(metering, one.ratio) for one in tallied.tallies]
    more = f", {len(quantities) - PIECES} of them not shown" if len(quantities) > PIECES else ""
    text = f"sum of {counted(len(quantities), 'window')} = {number_text(sum(quantities))}{more}"
    return Step(rule="windows", text=text, numerator=sum(quantities), denominator=ONE)
