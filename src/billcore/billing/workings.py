"""How a charge tells its way: price, share of the period, discounts, rounding, each step with its exact result.

Steps are made when somebody asks, from what the charge holds; a run that bills a million lines pays nothing for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billcore.core.ratio import plus
from billcore.core.steps import Step, exact_text
from billcore.core.value import Value, replaced
from billcore.pricing.net_amounts import net_steps, rounding_step
from billcore.pricing.priced import segment_step
from billcore.pricing.signed_units import rated_units
from billcore.usage.measured import Measured

if TYPE_CHECKING:
    from billcore.billing.charge import Charge
    from billcore.contract.resolved import ResolvedLine


# Components of charges that the contract stage adds.
STAGE_KINDS = frozenset({"minimum", "true_up", "overage"})


def charge_steps(charge: Charge) -> tuple[Step, ...]:
    """List the steps from the price to the rounded net amount."""
    line = charge.line
    if charge.kind in STAGE_KINDS:
        return charge.stage
    return (*_line_steps(charge, line), *charge.stage)


def _line_steps(charge: Charge, line: ResolvedLine) -> tuple[Step, ...]:
    measured = charge.measured or Measured(quantity=charge.quantity or "1")
    units = rated_units(line.method, measured, line.modifiers)
    steps = [*units.steps, *_time_steps(charge)]
    if charge.detail is not None:
        return (*steps, segment_step(charge.detail))
    if charge.carried[0]:
        steps.append(_carried_step(charge))
    start = plus(charge.exact_gross, charge.carried)
    steps.extend(net_steps(start, charge.discounts, line.modifiers, charge.limit_share, is_returned=units.is_returned))
    if charge.component.startswith("milestone:"):
        steps.append(_milestone_step(charge))
    steps.append(_rounding_step(charge))
    return tuple(steps)


def _carried_step(charge: Charge) -> Step:
    rest = plus(charge.exact_gross, charge.carried)
    text = f"{exact_text(*charge.carried)} carried from earlier charges = {exact_text(*rest)}"
    return Step(rule="negative", text=text, numerator=rest[0], denominator=rest[1])


def _time_steps(charge: Charge) -> list[Step]:
    line, row = charge.line, charge.row
    steps = []
    if line.per is not None and line.per != line.every and charge.component == "recurring":
        steps.append(
            Step(
                rule="price-period",
                text=f"price per {line.per}, billed every {line.every}: {exact_text(*charge.exact_gross)} for this row",
                inputs=(("per", str(line.per)), ("every", str(line.every))),
                numerator=charge.exact_gross[0],
                denominator=charge.exact_gross[1],
            )
        )
    if charge.component.startswith("milestone:"):
        return steps
    for part, (numerator, denominator) in zip(row.parts, charge.shares, strict=False):
        if part.service != part.full:
            steps.append(
                Step(
                    rule="share-of-period",
                    text=f"{part.service} is {numerator}/{denominator} of {part.full}; "
                    f"with it {exact_text(*charge.exact_gross)}",
                    inputs=(("part", str(part.service)), ("full", str(part.full))),
                    numerator=numerator,
                    denominator=denominator,
                )
            )
    return steps


def _milestone_step(charge: Charge) -> Step:
    weight, whole = charge.shares[0]
    return Step(
        rule="milestone-share",
        text=f"{charge.component} is {exact_text(weight * 100, whole)} % of {exact_text(*charge.exact_net)}; "
        "parts of the rounded whole by largest remainder",
        inputs=(("milestone", charge.component), ("weight", f"{weight}/{whole}")),
        numerator=charge.exact_net[0] * weight,
        denominator=charge.exact_net[1] * whole,
    )


def _rounding_step(charge: Charge) -> Step:
    is_shared = charge.row.price_period is not None and charge.component == "recurring"
    is_cut = bool(charge.exact_before[0]) and charge.component == "recurring"
    how = (
        " on the cumulative of its price period" if is_shared else " on the cumulative of its period" if is_cut else ""
    )
    if not charge.component.startswith("milestone:"):
        rounded = replaced(charge.net, minor=charge.net.minor + charge.staged_minor)
        return rounding_step(charge.exact_net, rounded, charge.line.rounding, how)
    text = f"part of the whole, rounded {charge.line.rounding} = {charge.net}"
    return Step(
        rule="round",
        text=text,
        inputs=(("mode", charge.line.rounding), ("currency", charge.net.currency)),
        numerator=charge.net.minor,
        denominator=10 ** len(charge.net.text.partition(".")[2]),
    )


class Workings(Value, frozen=True, kw_only=True):
    """The steps behind one document line, kept at issue: the contract may change, the reason of a line may not."""

    line: str
    steps: tuple[Step, ...]
