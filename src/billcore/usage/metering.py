"""What is counted of usage records, when people write it: which records, which number, how they come to a quantity."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from billcore.core.document import Document, problem
from billcore.core.exact import FRACTION_DIGITS
from billcore.core.fields import Identifier, Items, optional
from billcore.core.whole import Whole
from billcore.money.rounding import RoundingMode
from billcore.usage.windows import OptionalWindow

Aggregation = Literal["sum", "count", "maximum", "latest", "unique_count", "weighted_sum", "high_water"]
_RUNNING = ("weighted_sum", "high_water")
_LEVELS = (*_RUNNING, "latest", "unique_count")
_LISTED = 100


def _digits(given: int) -> int:
    if not 0 <= given <= FRACTION_DIGITS:
        raise problem("number-too-large", found=str(given), expected=f"0 to {FRACTION_DIGITS} digits")
    return given


class QuantityRounding(Document):
    """Where a quantity is rounded, once, after it was aggregated.

    Attributes:
        digits: Digits after the point that stay, 0 to 12.
        mode: As of `round_ratio`.
    """

    digits: Annotated[Whole, AfterValidator(_digits)]
    mode: RoundingMode = "half_up"


class Condition(Document):
    """Records count where a property has one of some values. An absent property has none of them.

    Attributes:
        property: The property's name.
        one_of: The values, each exactly as it stands in the record.
    """

    property: Identifier
    one_of: Items[Annotated[str, Field(max_length=500)]]


class Metering(Document):
    """How records become a quantity.

    Attributes:
        aggregation: ``sum`` of the values; ``count`` of the records; ``maximum`` of the values; ``latest`` value by
            time of the event, at one instant that of the greatest id; ``unique_count`` of the values of a property;
            ``weighted_sum``: records change a running level, which is weighed by the time it stood and divided by the
            length of the period; ``high_water``: the highest that a running level was, its start included, so that a
            decrease refunds nothing. Without records each is 0, or what the level at start makes it.
        meter: Only records of this meter count; absent, all records must be of one meter.
        property: The property that is counted uniquely, or that holds the number; absent, the record's value.
        amount_property: The property that holds money that came with the event, in major units, for dynamic prices.
        group_by: Properties by whose values the records are measured apart, beside all of them together.
        where: Conditions on properties, all of which must hold.
        window: Each window of the period is measured alone and rounded alone, and the quantity is the sum of the
            windows (``maximum`` by ``day``: the sum of daily peaks). A running level, the latest value and the items
            that are there go on from window to window.
        rounding: Of the quantity; absent, it stays exact and is refused where it does not end within 12 digits.
        level_of: What a running level is: the running total of ``values``, or how many ``items`` are there.
        operation_property: The property that says whether an item is added or removed (``add``, ``remove``; absent
            from a record: added). Absent here: every record adds. Adding what is there, and removing what is not,
            changes nothing. ``unique_count`` is then what is there at the end.
        weigh_by: ``second``: by time that passed, exact; ``day``: by days of the local calendar, and a change counts
            from the start of its day.
        end_day: Under ``weigh_by="day"``, whether what is taken away is ``charged`` for the day on which it goes, or
            ``excluded``. An item that goes and comes back on one day is charged once for it.
        carries_over: Whether the level persists between periods: then all records before the period are read for the
            level at its start. Otherwise each period starts anew.

    Raises: DocumentError ``metering-does-not-fit``, ``value-repeated``, ``choice-unknown``, ``window-unknown``,
        ``text-malformed``, ``list-malformed``, ``number-too-large``, ``number-malformed``, ``float-amount``.
    Source: rules 3.

    >>> peaks = Metering(aggregation="maximum", window="day")
    >>> str(peaks.window), peaks.end_day, peaks.carries_over
    ('day', 'excluded', False)
    >>> Metering(aggregation="unique_count")
    Traceback (most recent call last):
    billcore.core.errors.DocumentError: [metering-does-not-fit] at Metering: found aggregation=unique_count without a \
property, expected the property whose values are counted.
    """

    aggregation: Aggregation
    meter: Identifier | None = None
    property: Identifier | None = None
    amount_property: Identifier | None = None
    group_by: Items[Identifier] = optional(default=())
    where: Items[Condition] = optional(default=())
    window: OptionalWindow = optional(default=None)
    rounding: QuantityRounding | None = None
    level_of: Literal["values", "items"] = "values"
    operation_property: Identifier | None = None
    weigh_by: Literal["second", "day"] = "second"
    end_day: Literal["excluded", "charged"] = "excluded"
    carries_over: bool = False

    @model_validator(mode="after")
    def _fields_fit_together(self) -> Self:
        for found, expected in self._misfits():
            raise problem("metering-does-not-fit", found=found, expected=expected)
        for wrong in self._repeated():
            raise wrong
        return self

    # The field named property hides the builtin within the class.
    @builtins.property
    def counts_items(self) -> bool:
        """Whether items are counted by their names, and not numbers added."""
        return self.aggregation == "unique_count" or self.level_of == "items"

    @builtins.property
    def has_level(self) -> bool:
        """Whether something goes on from window to window: a running level, a latest value, items that are there."""
        if self.aggregation == "unique_count":
            return self.operation_property is not None or self.carries_over
        return self.aggregation in _LEVELS

    def _misfits(self) -> Iterator[tuple[str, str]]:
        how = f"aggregation={self.aggregation}"
        if self.level_of == "items" and self.aggregation not in _RUNNING:
            yield f"{how} with level_of=items", "weighted_sum or high_water"
        if self.counts_items and self.property is None:
            what = how if self.aggregation == "unique_count" else "level_of=items"
            yield f"{what} without a property", "the property whose values are counted"
        if self.aggregation == "count" and self.property is not None:
            yield f"{how} with a property", "no property: records are counted, whatever they hold"
        if self.operation_property is not None and not self.counts_items:
            yield f"{how} with an operation_property", "unique_count or level_of=items"
        if self.carries_over and self.aggregation not in _LEVELS:
            yield f"{how} with carries_over", f"one of {', '.join(_LEVELS)}"
        if self.weigh_by == "day" and self.aggregation != "weighted_sum":
            yield f"{how} with weigh_by=day", "weighted_sum"
        if self.end_day == "charged" and self.weigh_by != "day":
            yield "end_day=charged with weigh_by=second", "weigh_by=day"
        if self.weigh_by == "day" and self.window is not None and self.window.unit == "hour":
            yield "weigh_by=day with a window of hours", "a window of days, or weigh_by=second"

    def _repeated(self) -> Iterator[PydanticCustomError]:
        lists = {"group_by": self.group_by, "where": tuple(condition.property for condition in self.where)}
        lists |= {f"where {condition.property}": condition.one_of for condition in self.where}
        for name, values in lists.items():
            if name.startswith("where ") and not values:
                yield problem("metering-does-not-fit", found=f"{name} without a value", expected="at least one")
            if len(values) > _LISTED:
                yield problem("limit-exceeded", found=f"{len(values)} in {name}", expected=f"at most {_LISTED}")
            if len(set(values)) < len(values):
                yield problem("value-repeated", found=f"a value twice in {name}", expected="each value once")
