"""How the workings of a rated quantity read: one line for each tier that it reached, and their sum.

Every number here comes out of the kernel; this file only spells it.
"""

from __future__ import annotations

from billcore.core.exact import plain
from billcore.core.steps import Step
from billcore.pricing.rate_table import OPEN, RateTable
from billcore.pricing.rated import RatedPart


def short(unscaled: int, scale: int) -> str:
    """Spell an integer at a scale without trailing zeros.

    >>> short(12500, 3), short(4, 3), short(0, 2)
    ('12.5', '0.004', '0')
    """
    text = plain(unscaled, scale)
    return text.rstrip("0").rstrip(".") if scale else text


def steps_of(table: RateTable, parts: tuple[RatedPart, ...], quantity: str, scale: int) -> tuple[Step, ...]:
    """Spell the parts of an amount, and their sum where there is not exactly one.

    Args:
        table: At the scale of its bounds.
        parts: What each segment adds, all with the denominator ``10**scale``.
        quantity: The quantity that was rated, as text.
        scale: Digits after the point that the parts' amounts carry.
    """
    steps = [_step(table, part, quantity, scale) for part in parts]
    if len(parts) == 1:
        return tuple(steps)
    total = sum(part.numerator for part in parts)
    what = f"sum of {len(parts)} tiers" if parts else f"{quantity} units reach no tier"
    inputs = tuple((f"tier {part.index + 1}", short(part.numerator, scale)) for part in parts)
    text = f"{what} = {short(total, scale)}"
    steps.append(Step(rule=table.kind, text=text, inputs=inputs, numerator=total, denominator=10**scale))
    return tuple(steps)


def _step(table: RateTable, part: RatedPart, quantity: str, scale: int) -> Step:
    segment, total = table.segments[part.index], short(part.numerator, scale)
    noun = " packages" if segment.package_size else ""
    units = [f"{part.units}{noun} x {part.unit_price}"] if segment.unit_price or not segment.flat_amount else []
    flat = [f"{part.flat} flat"] if segment.flat_amount else []
    has_no_units = len(table.segments) == 1 and segment.applies_to == "whole" and segment.unit_price == 0
    limit = f", at its {part.limit}" if part.limit else ""
    body = total if has_no_units else f"{' + '.join(units + flat)}{limit} = {total}"
    return Step(
        rule=table.kind,
        text=f"{_place(table, part.index, quantity)}: {body}",
        inputs=(("units", part.units), ("unit_price", part.unit_price), ("flat", part.flat)),
        numerator=part.numerator,
        denominator=part.denominator,
    )


def _place(table: RateTable, index: int, quantity: str) -> str:
    """Name the tier with its bounds; a price without tiers by its kind."""
    kind = table.kind.replace("_", " ")
    if len(table.segments) == 1:
        return kind
    segment, scale = table.segments[index], table.quantity_scale
    sign = "<=" if segment.includes_lower else "<"
    upper_sign = "<=" if segment.includes_upper else "<"
    upper = "" if segment.upper == OPEN else f" {upper_sign} {short(segment.upper, scale)}"
    whole = f", all {quantity} units" if segment.applies_to == "whole" else ""
    return f"tier {index + 1} ({short(segment.lower + segment.gap, scale)} {sign} units{upper}){whole}"
