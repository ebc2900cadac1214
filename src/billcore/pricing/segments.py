"""What a charge is at grain ``segment``: a line for the units and the flat part of each tier, through the whole stage.

Source: rules 3. Percentages come off each line; amounts off, a maximum and a minimum go by the order of the lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from billcore.core.ratio import Ratio
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits
from billcore.money.rounding import RoundingMode, round_ratio
from billcore.pricing.details import (
    Detail,
    details_of,
    minimum_detail,
    with_amount_off,
    with_maximum,
    with_percent_off,
)
from billcore.pricing.net_amounts import refusal_below_zero
from billcore.pricing.reductions import ResolvedDiscount
from billcore.pricing.resolved_modifiers import ResolvedModifiers
from billcore.pricing.signed_units import RatedUnits

Details = tuple[Detail, ...]


def segments_of(
    units: RatedUnits,
    discounts: Sequence[ResolvedDiscount],
    rules: ResolvedModifiers,
    *,
    currency: str,
    rounding: RoundingMode,
    share: Ratio,
    path: str = "price",
) -> Details:
    """Take a rated amount through discounts and limits, line by line.

    Args:
        units: A price's exact amount with its parts, and whether it is given back.
        discounts: Those that apply, scaled to the period.
        rules: Stacking, limits, order, and what a charge below zero does.
        share: Part of a full billing period, for the limits.
        path: Where the price stands, for a refusal.

    Returns: lines that sum to the charge; a minimum is a line of its own. Lines that sum to less than zero are given
        back as `after_price` says: no amount off and no limit reaches them.
    Rounding: each line once, what is taken of it once; amounts off and limits to the currency before they are compared.
    Raises: NotApplicable ``charge-negative``.
    Source: rules 3 (grain ``segment``).
    """
    details = details_of(units.rated, currency, rounding, sign=units.sign, path=path)
    below = sum(detail.amount.minor for detail in details)
    if below < 0:
        if rules.negative == "refuse":
            raise refusal_below_zero((below, 10 ** minor_digits(currency)), path)
        for discount in discounts:
            if units.is_returned and not discount.amount_numerator:
                details = with_percent_off(details, discount, rounding, of_gross=rules.stacking == "additive")
        return details
    nothing = Amount(minor=0, currency=currency)

    def money(exact: Ratio) -> Amount:
        return Amount(minor=round_ratio(exact[0] * 10 ** minor_digits(currency), exact[1], rounding), currency=currency)

    def discounted(lines: Details) -> Details:
        ordered = list(discounts)
        if rules.stacking == "percent_first":
            ordered.sort(key=lambda discount: bool(discount.amount_numerator))
        for discount in ordered:
            if discount.amount_numerator:
                lines = with_amount_off(lines, money((discount.amount_numerator, discount.amount_denominator)))
            else:
                lines = with_percent_off(lines, discount, rounding, of_gross=rules.stacking == "additive")
        return lines

    def limited(lines: Details) -> Details:
        most, least = rules.most(share), rules.least(share)
        if most is not None:
            lines = with_maximum(lines, money(most), nothing)
        if least is not None:
            lines += minimum_detail(lines, money(least), nothing)
        return lines

    steps: list[Callable[[Details], Details]] = [discounted, limited]
    for step in steps if rules.order == "discounts_first" else reversed(steps):
        details = step(details)
    return details
