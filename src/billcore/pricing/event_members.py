"""How a percentage is rated: each event alone, after what is free. Source: rules 3."""

from __future__ import annotations

from billcore.core.errors import DocumentError, NotApplicable, excerpt
from billcore.core.ratio import ZERO, Ratio, is_less, minus, plus, ratio_of
from billcore.core.steps import Step, exact_text
from billcore.core.value import replaced
from billcore.pricing.member_sums import added_up, lacks, missing
from billcore.pricing.methods import EventMethod
from billcore.pricing.rate_table import RateTable
from billcore.pricing.rated import Rated
from billcore.pricing.tables import rated_at
from billcore.usage.measured import Measured, adds_up

# Of so many events each has its own step; the rest are told as one sum.
SHOWN_EVENTS = 50


def by_event(method: EventMethod, measured: Measured) -> Rated:
    """Each event's money at the table, after what is free; a fee or limit per event needs the events themselves."""
    values = measured.values
    if lacks(values, measured):
        if method.needs_events or not measured.quantity:
            raise missing(
                f"a sum of {measured.quantity or 'nothing'} without its events",
                "the value of each event",
                "Pass what was measured with values=: the price has a fee, a limit or free events for each of them.",
            )
        values = (measured.quantity,)
    elif measured.quantity and not adds_up(measured.quantity, values):
        raise _another_sum(measured)
    members, left, running = [], method.free_amount, ZERO
    for index, value in enumerate(values):
        money = ratio_of(value, path=f"values[{index}]")
        if money[0] < 0:
            raise NotApplicable(
                "quantity-negative",
                found=f"an event of {value}",
                expected="0 or more in each event",
                path=f"values[{index}]",
                hint="Leave a reversed event out, with the one that it reverses.",
            )
        may_be_free = index < method.free_events or (method.free_events < 0 and left is not None)
        free = ZERO if not may_be_free else money if left is None else _smaller(money, left)
        is_free = may_be_free and not is_less(free, money)
        if left is not None:
            left = minus(left, free)
        running = plus(running, money)
        if not is_free:
            members.append((f"event {index + 1}", _event(method.table, value, minus(money, free))))
    rated = added_up(method.kind, exact_text(*running), members, "event")
    return _shortened(rated, len(members))


def _another_sum(measured: Measured) -> DocumentError:
    return DocumentError(
        "measure-parts-differ",
        found=f"events that do not sum to {excerpt(measured.quantity)}",
        expected="the value of every event",
        path="measured.values",
        hint="Add the missing events, or leave the quantity out.",
    )


def _smaller(left: Ratio, right: Ratio) -> Ratio:
    return left if is_less(left, right) else right


def _event(table: RateTable, value: str, charged: Ratio) -> Rated:
    rated = rated_at(table, exact_text(*charged))
    if exact_text(*charged) == value:
        return rated
    first = rated.steps[0]
    return replaced(rated, steps=(replaced(first, text=f"{exact_text(*charged)} of {value}, {first.text}"),))


def _shortened(rated: Rated, count: int) -> Rated:
    """Keep the steps of the first events and the sum: a million lines would explain nothing."""
    if count <= SHOWN_EVENTS:
        return rated
    text = f"and {count - SHOWN_EVENTS} more events"
    more = Step(rule=rated.kind, text=text, numerator=rated.numerator, denominator=rated.denominator)
    return replaced(rated, steps=(*rated.steps[:SHOWN_EVENTS], more, rated.steps[-1]))
