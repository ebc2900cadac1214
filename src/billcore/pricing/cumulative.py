"""What the units of a period cost where tiers are counted from the start of the term: a difference of two totals.

Source: rules 3.
"""

from __future__ import annotations

from collections.abc import Callable

from billcore.core.ratio import is_below_zero, minus, plus, ratio_of
from billcore.core.steps import Step, exact_text
from billcore.core.value import replaced
from billcore.pricing.member_sums import counted
from billcore.pricing.methods import CumulativeMethod
from billcore.pricing.part_differences import difference_of_parts
from billcore.pricing.rate_table import RateTable, units_alone
from billcore.pricing.rated import Rated, RatedPart
from billcore.pricing.tables import rated_at
from billcore.usage.measured import Measured


def over_term(method: CumulativeMethod, measured: Measured, at: Callable[[RateTable, str], Rated] = rated_at) -> Rated:
    """What all units since the start of the term cost, minus what those before this period cost.

    Args:
        at: How a table rates a total; `signed_at` where it may stand below zero.

    Rounding: none.
    Raises: MissingInput ``measure-missing``; as ``at``.
    """
    quantity = counted(method.table, measured)
    through = exact_text(*plus(ratio_of(measured.before or "0", path="before"), ratio_of(quantity, path="quantity")))
    now = at(method.table, through)
    if not measured.before:
        return replaced(now, kind=method.kind, quantity=measured.quantity)
    earlier = at(method.table, measured.before)
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


def signed_at(table: RateTable, quantity: str) -> Rated:
    """Rate a total that may stand below zero: what it would cost by its size, without what does not depend on units.

    Rounding: none.
    Source: rules 3 (units below zero).

    >>> from billcore.pricing.documents import Graduated, Tier
    >>> from billcore.pricing.lowering import lower
    >>> signed_at(lower(Graduated(tiers=[Tier(unit_price="1", flat_amount="5")])), "-4").amount
    '-4'
    """
    if not is_below_zero(quantity):
        return rated_at(table, quantity)
    size = rated_at(units_alone(table), quantity[1:])
    text = f"{quantity} units: {exact_text(-size.numerator, size.denominator)}"
    step = Step(rule="negative", text=text, numerator=-size.numerator, denominator=size.denominator)
    return replaced(
        size,
        numerator=-size.numerator,
        quantity=quantity,
        parts=tuple(_turned(part) for part in size.parts),
        steps=(*size.steps, step),
    )


def takes_back(method: CumulativeMethod, measured: Measured) -> bool:
    """Tell whether a difference below zero takes back what was charged, and is no price below zero."""
    if is_below_zero(measured.quantity):
        return True
    return bool(measured.before) and signed_at(method.table, measured.before).numerator > 0


def _turned(part: RatedPart) -> RatedPart:
    units = ratio_of(part.units)
    return replaced(part, units=exact_text(-units[0], units[1]), numerator=-part.numerator)
