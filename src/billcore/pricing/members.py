"""How the prices that one table does not say whole are rated: each member alone, then added up.

Source: rules 3. A member is an event, a cell, a window, a group; it is rated at its own table like any quantity.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from billcore.core.errors import DocumentError, MissingInput, NotApplicable, excerpt
from billcore.core.exact import unscaled
from billcore.core.ratio import ZERO, Ratio, is_less, minus, plus, ratio_of
from billcore.core.steps import Step, exact_text
from billcore.core.value import replaced
from billcore.pricing.formula.evaluation import value_of
from billcore.pricing.formula.explanation import steps_of_tree
from billcore.pricing.formula.words import QUANTITY
from billcore.pricing.methods import (
    CapacityMethod,
    CumulativeMethod,
    EventMethod,
    FormulaMethod,
    GroupMethod,
    MatrixMethod,
    Method,
    WeightedMethod,
    WindowMethod,
)
from billcore.pricing.part_differences import difference_of_parts
from billcore.pricing.rate_table import RateTable
from billcore.pricing.rated import Rated
from billcore.pricing.tables import rated_at
from billcore.pricing.totals import amount_of, refuse_negative
from billcore.pricing.weighted import rated_by_time
from billcore.usage.measured import Measured

# Of so many events each has its own step; the rest are told as one sum.
SHOWN_EVENTS = 50


def rated_by(method: Method, measured: Measured) -> Rated:
    """Rate what was measured of a period.

    Rounding: none.
    Raises: MissingInput ``measure-missing``; NotApplicable ``quantity-negative``, ``matrix-unmatched``.
    """
    if isinstance(method, RateTable):
        return rated_at(method, counted(method, measured))
    if isinstance(method, EventMethod):
        return _by_event(method, measured)
    if isinstance(method, MatrixMethod):
        return _by_cell(method, measured)
    if isinstance(method, CumulativeMethod):
        return _over_term(method, measured)
    if isinstance(method, WindowMethod):
        return _by_window(method, measured)
    if isinstance(method, WeightedMethod):
        return rated_by_time(method, measured)
    if isinstance(method, CapacityMethod):
        return _by_capacity(method, measured)
    if isinstance(method, FormulaMethod):
        return _by_formula(method, measured)
    return _by_group(method, measured)


def counted(table: RateTable, measured: Measured) -> str:
    """Give what a table counts: money that came with the events where it passes money on, else units.

    Raises: MissingInput ``measure-missing`` where nobody said how much: that is not zero.
    """
    if table.kind == "dynamic" and measured.amount:
        return measured.amount
    if table.kind == "flat":  # whatever the quantity
        return measured.quantity or "0"
    if not measured.quantity:
        raise _missing("no quantity", "the units that were used, 0 where there were none", "Pass quantity.")
    return measured.quantity


def _lacks(part: object, measured: Measured) -> bool:
    """Tell whether what a price looks at was not said: it is empty, and nobody said that nothing was used."""
    return not part and (not measured.quantity or ratio_of(measured.quantity)[0] != 0)


def added_up(kind: str, quantity: str, members: Sequence[tuple[str, Rated]], what: str) -> Rated:
    """Add members up, each with its name before its steps."""
    total: Ratio = ZERO
    for _, rated in members:
        total = plus(total, (rated.numerator, rated.denominator))
    steps = [replaced(step, text=f"{name}: {step.text}") for name, rated in members for step in rated.steps]
    text = f"sum of {len(members)} {what} = {exact_text(*total)}"
    inputs = tuple((name, rated.amount) for name, rated in members)
    steps.append(Step(rule=kind, text=text, inputs=inputs, numerator=total[0], denominator=total[1]))
    return Rated(
        numerator=total[0],
        denominator=total[1],
        quantity=quantity,
        kind=kind,
        parts=tuple(replaced(part, member=name) for name, rated in members for part in rated.parts),
        steps=tuple(steps),
    )


def _check_keys(measured: Measured, names: Sequence[str]) -> None:
    """Refuse a group that does not name a value for each property of the price."""
    for number, group in enumerate(measured.groups):
        if len(group.key) != len(names):
            raise DocumentError(
                "argument-wrong",
                found=f"a group with {len(group.key)} values",
                expected=f"one for each of {', '.join(names)}"[:200],
                path=f"groups[{number}].key",
            )


def _missing(found: str, expected: str, hint: str) -> MissingInput:
    return MissingInput("measure-missing", found=found, expected=expected, path="quantity", hint=hint)


def _by_event(method: EventMethod, measured: Measured) -> Rated:
    """Each event's money at the table, after what is free; a fee or limit per event needs the events themselves."""
    values = measured.values
    if _lacks(values, measured):
        if method.needs_events or not measured.quantity:
            raise _missing(
                f"a sum of {measured.quantity} without its events",
                "the value of each event",
                "Pass what was measured with values=: the price has a fee, a limit or free events for each of them.",
            )
        values = (measured.quantity,)
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
    rated = added_up(method.kind, exact_text(*running), members, "events")
    return _shortened(rated, len(members))


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


def _by_cell(method: MatrixMethod, measured: Measured) -> Rated:
    """The units of each combination of values at the table of its cell."""
    if _lacks(measured.groups, measured):
        raise _missing(
            f"a quantity of {measured.quantity} that is not split",
            f"the quantity for each {' and '.join(method.dimensions)}",
            "Measure the records grouped by the dimensions of the matrix.",
        )
    _check_keys(measured, method.dimensions)
    cells = dict(method.cells)
    members = []
    for group in measured.groups:
        name = ", ".join(f"{key}={value}" for key, value in zip(method.dimensions, group.key, strict=False))
        table = cells.get(group.key, method.default)
        if table is not None:
            members.append((name, rated_by(table, group.measured)))
        elif not method.is_free:
            raise NotApplicable(
                "matrix-unmatched",
                found=f"{group.measured.quantity or group.measured.amount} units with {excerpt(name)}",
                expected="a cell of the matrix for each combination that is used",
                path="quantity",
                hint="Add the cell, or say what unmatched units cost.",
            )
    return added_up(method.kind, measured.quantity, members, "cells")


def _over_term(method: CumulativeMethod, measured: Measured) -> Rated:
    """What all units since the start of the term cost, minus what those before this period cost."""
    quantity = counted(method.table, measured)
    through = exact_text(*plus(ratio_of(measured.before or "0"), ratio_of(quantity)))
    now = rated_at(method.table, through)
    if not measured.before:
        return replaced(now, kind=method.kind, quantity=measured.quantity)
    earlier = rated_at(method.table, measured.before)
    total = minus((now.numerator, now.denominator), (earlier.numerator, earlier.denominator))
    text = (
        f"{through} units since the start of the term {now.amount}, less {measured.before} units before "
        f"{earlier.amount} = {exact_text(*total)}"
    )
    inputs = (("through", through), ("before", measured.before))
    step = Step(rule=method.kind, text=text, inputs=inputs, numerator=total[0], denominator=total[1])
    return Rated(
        numerator=total[0],
        denominator=total[1],
        quantity=measured.quantity,
        kind=method.kind,
        parts=difference_of_parts(now.parts, earlier.parts),
        steps=(*now.steps, step),
    )


def _by_window(method: WindowMethod, measured: Measured) -> Rated:
    is_nothing = not measured.windows and not _lacks(measured.windows, measured)
    # Nothing used in a period is nothing to pay only where a window without use costs nothing.
    if not measured.windows and not (is_nothing and amount_of(method.table, 0, 0)[0] == 0):
        raise _missing(
            f"a quantity of {measured.quantity or 'nothing'} that is not split",
            "the quantity of each window",
            "Measure the records with the window of the price.",
        )
    members = [(f"window {number}", rated_at(method.table, one)) for number, one in enumerate(measured.windows, 1)]
    return added_up(method.kind, measured.quantity, members, "windows")


def _by_capacity(method: CapacityMethod, measured: Measured) -> Rated:
    """The amount of the first tier whose limits all hold; the last has none."""
    if _lacks(measured.meters, measured):
        raise _missing(
            f"a quantity of {measured.quantity} without its meter",
            "the quantity of each meter",
            "Measure each meter that the tiers limit.",
        )
    limited = {meter for _, limits in method.tiers for meter, _ in limits}
    named = {meter for meter, _ in measured.meters}
    if named - limited and limited - named:
        # A name that no tier knows beside one that is missing is a slip; a limited meter alone may not have moved.
        raise _missing(
            f"the meter {', '.join(sorted(named - limited))[:80]}, which no tier limits",
            f"{', '.join(sorted(limited - named))[:80]}, which a tier limits",
            "Correct the name, or pass 0 for a meter that did not move.",
        )
    for _, quantity in measured.meters:
        refuse_negative(*unscaled(quantity, path="meters"))
    used = {meter: ratio_of(quantity, path=f"meters.{meter}") for meter, quantity in measured.meters}
    moved = any(quantity[0] for quantity in used.values())
    index = next(
        index
        for index, (_, limits) in enumerate(method.tiers)
        if not any(is_less(most, used.get(meter, ZERO)) for meter, most in limits)
    )
    amount = method.tiers[index][0] if moved or method.charge_at_zero else ZERO
    shown = ", ".join(f"{meter} {quantity}" for meter, quantity in measured.meters) or "no use"
    held = "holds" if amount is not ZERO else "and no meter moved"
    text = f"tier {index + 1} {held} {shown}: {exact_text(*amount)}"
    step = Step(rule=method.kind, text=text, inputs=measured.meters, numerator=amount[0], denominator=amount[1])
    return Rated(
        numerator=amount[0],
        denominator=amount[1],
        quantity=shown,
        kind=method.kind,
        parts=(),
        steps=(step,),
    )


def _by_formula(method: FormulaMethod, measured: Measured) -> Rated:
    if measured.quantity.startswith("-"):
        refuse_negative(*unscaled(measured.quantity, path="quantity"))
    return formula_at(method, measured)


def formula_at(method: FormulaMethod, measured: Measured) -> Rated:
    """What the expression comes to, told operation by operation; it says itself what a quantity below zero costs.

    Rounding: where the formula says so.
    Raises: MissingInput ``measure-missing``; as `value_of`.
    """
    if not measured.quantity and re.search(rf"\b{QUANTITY}\b", method.text):
        raise _missing("no quantity", "the units that were used, which the formula looks at", "Pass quantity.")
    values = {QUANTITY: measured.quantity or "0", **dict(measured.variables)}
    numerator, denominator = value_of(method.tree, values)
    steps = steps_of_tree(method.tree, values)
    last = Step(
        rule=method.kind,
        text=f"{method.text} = {exact_text(numerator, denominator)}",
        inputs=tuple(values.items()),
        numerator=numerator,
        denominator=denominator,
    )
    return Rated(
        numerator=numerator,
        denominator=denominator,
        quantity=measured.quantity,
        kind=method.kind,
        parts=(),
        steps=steps or (last,),
    )


def _by_group(method: GroupMethod, measured: Measured) -> Rated:
    """Each group at the same price, tiers counted anew."""
    _check_keys(measured, method.by)
    if _lacks(measured.groups, measured):
        raise _missing(
            f"a quantity of {measured.quantity} that is not split",
            f"the quantity for each {' and '.join(method.by)}",
            "Measure the records grouped by the properties of the price.",
        )
    groups = [(group.key, rated_by(method.method, group.measured)) for group in measured.groups]
    named = [
        (", ".join(f"{name}={value}" for name, value in zip(method.by, key, strict=False)), rated)
        for key, rated in groups
    ]
    return replaced(added_up(method.kind, measured.quantity, named, "groups"), groups=tuple(groups))
