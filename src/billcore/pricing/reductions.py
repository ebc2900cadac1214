"""Which discounts a row bears, and what is left after one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from billcore.core.exact import fraction_digits, scaled
from billcore.core.ratio import Ratio, minus, minus_not_below_zero, plus, times
from billcore.core.steps import exact_text
from billcore.core.value import Value, replaced
from billcore.periods.period import Period
from billcore.pricing.discounts import AmountOff, PercentOff
from billcore.pricing.modifiers import Stacking


class ResolvedDiscount(Value, frozen=True, kw_only=True):
    """A discount as integers: a share off (``numerator / denominator`` of the rest) or an amount off.

    Attributes:
        numerator, denominator: Share of the charge that is taken off; 0 / 1 for an amount.
        amount_numerator, amount_denominator: Amount off in major units; 0 / 1 for a share.
        until: First day without it, judged at the start of the service period, or None.
        periods: Number of the line's billing periods with a charge that it lasts, or 0 for no such end.
        splits: Whether a period in which it ends takes the share of its days.
        carries: Whether what a charge leaves of an amount is taken from the next.
        text: As the workings show it.
    """

    LATER = ("splits", "carries")

    numerator: int = 0
    denominator: int = 1
    amount_numerator: int = 0
    amount_denominator: int = 1
    until: date | None = None
    periods: int = 0
    splits: bool = False
    carries: bool = False
    text: str = ""


def resolve_discount(discount: PercentOff | AmountOff) -> ResolvedDiscount:
    """Write a discount as integers.

    >>> resolve_discount(PercentOff(percent="12.5")).numerator
    125
    """
    until, periods = discount.until, discount.periods or 0
    if isinstance(discount, PercentOff):
        scale = fraction_digits(discount.percent)
        return ResolvedDiscount(
            numerator=scaled(discount.percent, scale),
            denominator=100 * 10**scale,
            until=until,
            periods=periods,
            splits=discount.at == "split",
            text=f"{discount.percent} %",
        )
    scale = fraction_digits(discount.amount)
    return ResolvedDiscount(
        amount_numerator=scaled(discount.amount, scale),
        amount_denominator=10**scale,
        until=until,
        periods=periods,
        splits=discount.at == "split",
        carries=discount.unused == "carry",
        text=f"{discount.amount} off",
    )


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


def split_at_end(discount: ResolvedDiscount, service: Period) -> ResolvedDiscount:
    """Scale a discount that ends inside a service period to the days before its end.

    Source: rules 3 (a discount that ends inside a period: ``at=split``).

    >>> half = split_at_end(
    ...     ResolvedDiscount(numerator=10, denominator=100, until=date(2026, 4, 16), splits=True, text="10 %"),
    ...     Period(start=date(2026, 4, 1), end=date(2026, 5, 1)))
    >>> half.text, half.numerator, half.denominator
    ('10 % x 15/30 of the days', 150, 3000)
    """
    if not discount.splits or discount.until is None or not service.start < discount.until < service.end:
        return discount
    days = ((discount.until - service.start).days, (service.end - service.start).days)
    share = times((discount.numerator, discount.denominator), days)
    amount = times((discount.amount_numerator, discount.amount_denominator), days)
    scaled: ResolvedDiscount = replaced(
        discount,
        numerator=share[0],
        denominator=share[1],
        amount_numerator=amount[0],
        amount_denominator=amount[1],
        text=f"{discount.text} x {days[0]}/{days[1]} of the days",
    )
    return scaled


def with_unused(discount: ResolvedDiscount, left: Ratio, *, is_over: bool) -> ResolvedDiscount:
    """Add to an amount off what earlier charges did not find of it.

    Args:
        left: What is left, exact, in major units.
        is_over: Whether the discount itself has ended, so that what is left is all there is.

    Source: rules 3 (``unused=carry``).

    >>> with_unused(ResolvedDiscount(amount_numerator=10, text="10 off"), (4, 1), is_over=False).text
    '10 off and 4 carried'
    """
    own: Ratio = (0, 1) if is_over else (discount.amount_numerator, discount.amount_denominator)
    numerator, denominator = plus(own, left)
    carried = f"{exact_text(*left)} carried"
    both: ResolvedDiscount = replaced(
        discount,
        amount_numerator=numerator,
        amount_denominator=denominator,
        text=f"{carried} of {discount.text}" if is_over else f"{discount.text} and {carried}",
    )
    return both


def after_discount(rest: Ratio, discount: ResolvedDiscount) -> Ratio:
    """Take one discount from what is left, exactly; never below zero.

    >>> after_discount((100, 1), ResolvedDiscount(numerator=20, denominator=100))
    (8000, 100)
    """
    if discount.amount_numerator:
        return minus_not_below_zero(rest, (discount.amount_numerator, discount.amount_denominator))
    return times(rest, (discount.denominator - discount.numerator, discount.denominator))


def taken_off(
    gross: Ratio, discounts: Iterable[ResolvedDiscount], stacking: Stacking = "as_listed"
) -> tuple[tuple[ResolvedDiscount, Ratio], ...]:
    """Take several discounts, by a named stacking.

    Args:
        gross: The charge before them, 0 or more.
        discounts: In the order in which they were agreed.
        stacking: ``as_listed``, ``percent_first`` or ``additive``; see `Modifiers.stacking`.

    Returns: each discount in the order in which it was taken, with what is left after it; never below zero.
    Rounding: none.
    Source: rules 3 (100.00 less 10.00, then 10 %: 81.00 as listed, 80.00 with the percentage first).

    >>> ten = ResolvedDiscount(amount_numerator=10)
    >>> tenth = ResolvedDiscount(numerator=10, denominator=100)
    >>> [rest for _, rest in taken_off((100, 1), [ten, tenth], "percent_first")]
    [(9000, 100), (8000, 100)]
    """
    order = list(discounts)
    if stacking == "percent_first":
        order.sort(key=lambda discount: bool(discount.amount_numerator))
    found, rest = [], gross
    for discount in order:
        if stacking == "additive":
            rest = minus_not_below_zero(rest, minus(gross, after_discount(gross, discount)))
        else:
            rest = after_discount(rest, discount)
        found.append((discount, rest))
    return tuple(found)


def after_discounts(gross: Ratio, discounts: Iterable[ResolvedDiscount], stacking: Stacking = "as_listed") -> Ratio:
    """Give what is left after several discounts; as `taken_off`.

    Source: rules 3, stacking ``as_listed`` (100.00 less 10.00, then 10 %: 81.00).
    """
    taken = taken_off(gross, discounts, stacking)
    return taken[-1][1] if taken else gross
