"""How a capacity price is rated: the amount of the first tier whose limits all hold. Source: rules 3."""

from __future__ import annotations

from billcore.core.exact import unscaled
from billcore.core.ratio import ZERO, is_less, ratio_of
from billcore.core.steps import Step, exact_text
from billcore.pricing.member_sums import lacks, missing
from billcore.pricing.methods import CapacityMethod
from billcore.pricing.rated import Rated
from billcore.pricing.totals import refuse_negative
from billcore.usage.measured import Measured


def by_capacity(method: CapacityMethod, measured: Measured) -> Rated:
    """The amount of the first tier whose limits all hold; the last has none."""
    if lacks(measured.meters, measured):
        raise missing(
            f"a quantity of {measured.quantity} without its meter",
            "the quantity of each meter",
            "Measure each meter that the tiers limit.",
        )
    limited = {meter for _, limits in method.tiers for meter, _ in limits}
    named = {meter for meter, _ in measured.meters}
    if named - limited and limited - named:
        # A name that no tier knows beside one that is missing is a slip; a limited meter alone may not have moved.
        raise missing(
            f"the meter {', '.join(sorted(named - limited))[:80]}, which no tier limits",
            f"{', '.join(sorted(limited - named))[:80]}, which a tier limits",
            "Correct the name, or pass 0 for a meter that did not move.",
        )
    for meter, quantity in measured.meters:
        hint = "A meter of a capacity price may not be below zero, whatever the line says."
        refuse_negative(*unscaled(quantity, path=f"meters.{meter}"), path=f"meters.{meter}", hint=hint)
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
