"""What is left of a price after discounts and limits, and how its rounding is told.

Source: rules 3, line stage: discounts of the line -> maximum -> minimum -> round; or limits first, by name.
"""

from __future__ import annotations

from collections.abc import Sequence

from billcore.core.errors import NotApplicable
from billcore.core.ratio import ZERO, Ratio, is_less, times
from billcore.core.steps import Step, exact_text
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits
from billcore.money.rounding import RoundingMode
from billcore.pricing.reductions import ResolvedDiscount, taken_off
from billcore.pricing.resolved_modifiers import ResolvedModifiers


def after_price(
    gross: Ratio, discounts: Sequence[ResolvedDiscount], rules: ResolvedModifiers, share: Ratio
) -> tuple[Ratio, Ratio, tuple[Step, ...]]:
    """Take discounts and limits from a price, exactly.

    Args:
        gross: The price, with what was carried; exact, in major units.
        discounts: Those that apply, scaled to the period.
        rules: Stacking, limits, order, and what a charge below zero does.
        share: Part of a full billing period, for the limits.

    Returns: the net amount, what is carried to the next charge (0 or less), and the steps.
    Rounding: none.
    Raises: NotApplicable ``charge-negative``.
    Source: rules 3 (usage 8.00, monthly minimum 10.00, 15 of 31 days: max(8.00, 4.84) = 8.00).

    >>> from billcore.pricing.modifiers import Modifiers
    >>> from billcore.pricing.resolved_modifiers import resolve_modifiers
    >>> rules = resolve_modifiers(Modifiers(minimum="10.00"))
    >>> after_price((8, 1), (), rules, (15, 31))[0]
    (8, 1)
    """
    if gross[0] < 0:
        return _below_zero(gross, rules)
    steps: list[Step] = []
    net = gross
    if rules.order == "limits_first":
        net = _limited(net, rules, share, steps)
    for discount, rest in taken_off(net, discounts, rules.stacking):
        net = rest
        text = f"less {discount.text} = {exact_text(*rest)}"
        inputs = (("discount", discount.text),)
        steps.append(Step(rule="discount", text=text, inputs=inputs, numerator=rest[0], denominator=rest[1]))
    if rules.order == "discounts_first":
        net = _limited(net, rules, share, steps)
    return net, ZERO, tuple(steps)


def _below_zero(gross: Ratio, rules: ResolvedModifiers) -> tuple[Ratio, Ratio, tuple[Step, ...]]:
    if rules.negative == "refuse":
        raise NotApplicable(
            "charge-negative",
            found=exact_text(*gross),
            expected="0 or more",
            path="price",
            hint="Write a reduction as a discount, or say what a charge below zero does: negative=carry or credit.",
        )
    if rules.negative == "carry":
        text = f"{exact_text(*gross)} is carried to the next charges"
        return ZERO, gross, (Step(rule="negative", text=text),)
    return gross, ZERO, ()


def _limited(amount: Ratio, rules: ResolvedModifiers, share: Ratio, steps: list[Step]) -> Ratio:
    """Cut to the most, then raise to the least; each takes its share of a full period."""
    if rules.maximum is not None and is_less(times(rules.maximum, share), amount):
        amount = times(rules.maximum, share)
        steps.append(_limit_step("at most", rules.maximum, share))
    if rules.minimum is not None and is_less(amount, times(rules.minimum, share)):
        amount = times(rules.minimum, share)
        steps.append(_limit_step("at least", rules.minimum, share))
    return amount


def _limit_step(word: str, limit: Ratio, share: Ratio) -> Step:
    bound = times(limit, share)
    part = "" if share[0] == share[1] else f" x {exact_text(*share)} of a period"
    text = f"{word} {exact_text(*limit)}{part} = {exact_text(*bound)}"
    return Step(rule="limit", text=text, numerator=bound[0], denominator=bound[1])


def rounding_step(exact: Ratio, rounded: Amount, mode: RoundingMode, how: str = "") -> Step:
    """Tell a rounding: the unrounded value, the rounded one, the mode and what was left over.

    >>> rounding_step((188085, 1000), Amount.of("188.09", "USD"), "half_up").inputs[-1]
    ('remainder', '-0.005')
    """
    one = 10 ** minor_digits(rounded.currency)
    left = exact_text(exact[0] * one - rounded.minor * exact[1], exact[1] * one)
    return Step(
        rule="round",
        text=f"{exact_text(*exact)} rounded {mode}{how} = {rounded}",
        inputs=(
            ("mode", mode),
            ("currency", rounded.currency),
            ("unrounded", exact_text(*exact)),
            ("remainder", left),
        ),
        numerator=rounded.minor,
        denominator=one,
    )
