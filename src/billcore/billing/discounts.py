"""Which discounts a row bears, and what is left after one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from billcore.contract.resolution import ResolvedDiscount
from billcore.core.ratio import Ratio, minus_not_below_zero, times
from billcore.core.value import replaced


def applies(discount: ResolvedDiscount, start: date, charged_before: int) -> bool:
    """Tell whether a discount reaches a service period.

    Args:
        start: First day of the service period; a discount that ends later still takes the whole period.
        charged_before: Billing periods of the line before this one that had a charge.

    Source: rules 3 (n counts billing periods of the line with a charge; ``at=period_start``).
    """
    if discount.until is not None:
        return start < discount.until
    return not discount.periods or charged_before < discount.periods


def in_stub(discount: ResolvedDiscount, periods: Ratio) -> ResolvedDiscount:
    """Scale an amount off to a row that is no single full billing period.

    Args:
        periods: Full billing periods that the row holds, as an exact ratio.

    Source: rules 3 (an amount discount per period is scaled, a percentage never).

    >>> in_stub(ResolvedDiscount(amount_numerator=10, text="10 off"), (10, 31)).text
    '10 off x 10/31 of a period'
    """
    numerator, denominator = times((discount.amount_numerator, discount.amount_denominator), periods)
    scaled: ResolvedDiscount = replaced(
        discount,
        amount_numerator=numerator,
        amount_denominator=denominator,
        text=f"{discount.text} x {periods[0]}/{periods[1]} of a period",
    )
    return scaled


def after_discount(rest: Ratio, discount: ResolvedDiscount) -> Ratio:
    """Take one discount from what is left, exactly; never below zero.

    >>> after_discount((100, 1), ResolvedDiscount(numerator=20, denominator=100))
    (8000, 100)
    """
    if discount.amount_numerator:
        return minus_not_below_zero(rest, (discount.amount_numerator, discount.amount_denominator))
    return times(rest, (discount.denominator - discount.numerator, discount.denominator))


def after_discounts(gross: Ratio, discounts: Iterable[ResolvedDiscount]) -> Ratio:
    """Take the discounts in order, each from what the ones before left.

    Source: rules 3, stacking ``as_listed`` (100.00 less 10.00, then 10 %: 81.00).
    """
    rest = gross
    for discount in discounts:
        rest = after_discount(rest, discount)
    return rest
