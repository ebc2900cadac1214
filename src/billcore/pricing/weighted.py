"""What a level that changes within the period costs: the level chooses the tier, the time that is left weighs it.

Source: rules 3; Lago's prorated graduated charge. A change from 4 to 6 units that passes a bound at 5 is half in each
tier; what it costs is its time-weighted size, split in that proportion. A flat part is due for each tier that the
highest level reaches, and is not weighed.
"""

from __future__ import annotations

from collections.abc import Iterator

from billcore.core.errors import MissingInput
from billcore.core.exact import exact, fraction_digits, scaled
from billcore.core.ratio import ZERO, Ratio, plus, ratio_of, times
from billcore.core.steps import Step, exact_text
from billcore.core.words import counted
from billcore.pricing.methods import WeightedMethod
from billcore.pricing.rate_table import RateTable, at_quantity_scale
from billcore.pricing.rated import Rated
from billcore.pricing.tier_steps import short
from billcore.usage.measured import LevelChange, Measured


def rated_by_time(method: WeightedMethod, measured: Measured) -> Rated:
    """Rate the changes of a level.

    Returns: the exact amount, never below zero.
    Rounding: none.
    Raises: MissingInput ``measure-missing``; DocumentError ``number-malformed``, ``number-too-large``.

    >>> from billcore.pricing.documents import GraduatedTimeWeighted, Tier
    >>> from billcore.pricing.composition import method_of
    >>> tiers = [Tier(up_to=5, unit_price="10", flat_amount="100"), Tier(unit_price="5", flat_amount="50")]
    >>> four = LevelChange(delta="4", numerator=28, denominator=10)
    >>> changes = (four, LevelChange(delta="2", numerator=1, denominator=1))
    >>> rated_by_time(method_of(GraduatedTimeWeighted(tiers=tiers)), Measured(changes=changes)).amount
    '185.5'
    """
    if not measured.changes and (not measured.quantity or ratio_of(measured.quantity)[0] != 0):
        raise MissingInput(
            "measure-missing",
            found=f"a quantity of {measured.quantity or 'nothing'} without the changes of its level",
            expected="each change of the level, weighed by the time that was left",
            path="quantity",
            hint="Measure the records with the aggregation weighted_sum.",
        )
    digits = max((fraction_digits(exact(change.delta)) for change in measured.changes), default=0)
    table = at_quantity_scale(method.table, max(digits, method.table.quantity_scale))
    steps, total, level, highest = [], ZERO, 0, 0
    for change in measured.changes:
        delta = scaled(exact(change.delta), table.quantity_scale)
        for step in _passed(table, level, delta, change):
            total = plus(total, (step.numerator, step.denominator))
            steps.append(step)
        level += delta
        highest = max(highest, level)
    for step in _flats(table, highest):
        total = plus(total, (step.numerator, step.denominator))
        steps.append(step)
    due = total if total[0] > 0 else ZERO
    text = f"sum of {counted(len(steps), 'part')}{'' if total[0] >= 0 else ', not below zero'} = {exact_text(*due)}"
    steps.append(Step(rule=method.kind, text=text, numerator=due[0], denominator=due[1]))
    return Rated(
        numerator=due[0],
        denominator=due[1],
        quantity=short(level, table.quantity_scale),
        kind=method.kind,
        parts=(),
        steps=tuple(steps),
    )


def _passed(table: RateTable, level: int, delta: int, change: LevelChange) -> Iterator[Step]:
    """What a change costs in each tier that it passes; what lies below zero is in the first."""
    low, high = sorted((level, level + delta))
    for index, segment in enumerate(table.segments):
        bottom = low if index == 0 else max(low, segment.lower)
        inside = min(high, segment.upper) - bottom
        if inside <= 0:
            continue
        weighed = times((change.numerator, change.denominator), (inside, high - low))
        price = (segment.unit_price, 10**table.price_scale)
        amount = times(weighed, price)
        units = short(inside if delta > 0 else -inside, table.quantity_scale)
        text = (
            f"tier {index + 1}: {units} of {change.delta} units, {exact_text(*weighed)} by time x "
            f"{short(segment.unit_price, table.price_scale)} = {exact_text(*amount)}"
        )
        yield Step(rule=table.kind, text=text, inputs=(("units", units),), numerator=amount[0], denominator=amount[1])


def _flats(table: RateTable, highest: int) -> Iterator[Step]:
    """The flat part of each tier that the highest level reaches."""
    for index, segment in enumerate(table.segments):
        is_reached = segment.lower < highest or (segment.includes_lower and segment.lower == highest)
        if is_reached and segment.flat_amount:
            flat: Ratio = ratio_of(short(segment.flat_amount, table.price_scale))
            text = f"tier {index + 1} reached: {exact_text(*flat)} flat"
            yield Step(rule=table.kind, text=text, numerator=flat[0], denominator=flat[1])
