"""What is left of a price after discounts and limits, and how its rounding is told.

Source: rules 3, line stage: discounts of the line -> maximum -> minimum -> round; or limits first, by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from billcore.core.errors import NotApplicable
from billcore.core.ratio import ZERO, Ratio, is_less, minus
from billcore.core.steps import Step, exact_text
from billcore.core.value import Value
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits
from billcore.money.rounding import RoundingMode
from billcore.pricing.reductions import ResolvedDiscount, taken_off
from billcore.pricing.resolved_modifiers import ResolvedModifiers

# What was done (a discount, ``at most``, ``at least``), what it is, and what is left after it.
_Taken: TypeAlias = tuple[ResolvedDiscount | str, Ratio, Ratio]


class NetAmount(Value, frozen=True, kw_only=True):
    """What is left of a price, exact, in major units.

    Attributes:
        net: After discounts and limits.
        carried: What is left below zero for the next charge, or zero.
        off: (discount, what it took), in the order in which they were taken.
    """

    net: Ratio
    carried: Ratio
    off: tuple[tuple[ResolvedDiscount, Ratio], ...]


def after_price(
    gross: Ratio,
    discounts: Sequence[ResolvedDiscount],
    rules: ResolvedModifiers,
    share: Ratio,
    *,
    is_returned: bool = False,
    path: str = "price",
) -> NetAmount:
    """Take discounts and limits from a price, exactly.

    Args:
        gross: The price, with what was carried; exact, in major units.
        discounts: Those that apply, scaled to the period.
        rules: Stacking, limits, order, and what a charge below zero does.
        share: Part of a full billing period, for the limits.
        is_returned: Whether units below zero made the price: they are given back less the percentages, as they were
            charged. What a price below zero gives is given whole. No amount off and no limit reaches either.
        path: Where the price stands, for a refusal.

    Rounding: none.
    Raises: NotApplicable ``charge-negative``.
    Source: rules 3 (usage 8.00, monthly minimum 10.00, 15 of 31 days: max(8.00, 4.84) = 8.00).

    >>> from billcore.pricing.modifiers import Modifiers
    >>> from billcore.pricing.resolved_modifiers import resolve_modifiers
    >>> rules = resolve_modifiers(Modifiers(minimum="10.00"))
    >>> after_price((8, 1), (), rules, (15, 31)).net
    (8, 1)
    """
    if gross[0] < 0:
        return _below_zero(gross, discounts if is_returned else (), rules, path)
    net, off = gross, []
    for what, _, rest in _taken(gross, discounts, rules, share):
        if isinstance(what, ResolvedDiscount):
            off.append((what, minus(net, rest)))
        net = rest
    return NetAmount(net=net, carried=ZERO, off=tuple(off))


def before_discounts(gross: Ratio, rules: ResolvedModifiers, share: Ratio) -> Ratio:
    """Give what discounts are taken of: the price, or what its limits make of it where they come first.

    >>> from billcore.pricing.modifiers import Modifiers
    >>> from billcore.pricing.resolved_modifiers import resolve_modifiers
    >>> before_discounts((0, 1), resolve_modifiers(Modifiers(minimum="10", order="limits_first")), (1, 1))
    (10, 1)
    """
    if gross[0] < 0 or rules.order == "discounts_first":
        return gross
    for _, _, bound in _limits(gross, rules, share):
        gross = bound
    return gross


def net_steps(
    gross: Ratio,
    discounts: Sequence[ResolvedDiscount],
    rules: ResolvedModifiers,
    share: Ratio,
    *,
    is_returned: bool = False,
) -> tuple[Step, ...]:
    """Tell what `after_price` did."""
    if gross[0] < 0:
        if rules.negative == "carry":
            return (Step(rule="negative", text=f"{exact_text(*gross)} is carried to the next charges"),)
        shares = discounts if is_returned else ()
        return tuple(_step(discount, ZERO, rest, share) for discount, rest in _given_back(gross, shares, rules))
    return tuple(_step(*taken, share) for taken in _taken(gross, discounts, rules, share))


def _taken(
    gross: Ratio, discounts: Sequence[ResolvedDiscount], rules: ResolvedModifiers, share: Ratio
) -> Iterator[_Taken]:
    """What is taken or added, in the order of the rules."""
    net = gross
    for stage in ("discounts", "limits") if rules.order == "discounts_first" else ("limits", "discounts"):
        if stage == "discounts":
            for discount, rest in taken_off(net, discounts, rules.stacking):
                net = rest
                yield discount, ZERO, rest
        else:
            for name, limit, bound in _limits(net, rules, share):
                net = bound
                yield name, limit, bound


def _limits(amount: Ratio, rules: ResolvedModifiers, share: Ratio) -> Iterator[tuple[str, Ratio, Ratio]]:
    """Cut to the most, then raise to the least; each takes its share of a full period."""
    most, least = rules.most(share), rules.least(share)
    if most is not None and is_less(most, amount):
        amount = most
        yield "at most", rules.maximum or most, most
    if least is not None and is_less(amount, least):
        yield "at least", rules.minimum or least, least


def _below_zero(gross: Ratio, discounts: Sequence[ResolvedDiscount], rules: ResolvedModifiers, path: str) -> NetAmount:
    if rules.negative == "refuse":
        raise refusal_below_zero(gross, path)
    if rules.negative == "carry":
        return NetAmount(net=ZERO, carried=gross, off=())
    net = gross
    for _, rest in _given_back(gross, discounts, rules):
        net = rest
    return NetAmount(net=net, carried=ZERO, off=())


def _given_back(
    gross: Ratio, discounts: Sequence[ResolvedDiscount], rules: ResolvedModifiers
) -> Iterator[tuple[ResolvedDiscount, Ratio]]:
    """Take percentages off what is given back."""
    shares = [discount for discount in discounts if not discount.amount_numerator]
    for discount, rest in taken_off((-gross[0], gross[1]), shares, rules.stacking):
        yield discount, (-rest[0], rest[1])


def refusal_below_zero(amount: Ratio, path: str) -> NotApplicable:
    """Make the refusal of a charge below zero: ``charge-negative``."""
    return NotApplicable(
        "charge-negative",
        found=exact_text(*amount),
        expected="0 or more",
        path=path,
        hint="Write a reduction as a discount, or say what a charge below zero does: negative=carry or credit.",
    )


def _step(what: ResolvedDiscount | str, limit: Ratio, rest: Ratio, share: Ratio) -> Step:
    if isinstance(what, ResolvedDiscount):
        text = f"less {what.text} = {exact_text(*rest)}"
        inputs = (("discount", what.text),)
        return Step(rule="discount", text=text, inputs=inputs, numerator=rest[0], denominator=rest[1])
    # A limit that no part of a period scales is what it is.
    part = "" if share[0] == share[1] or limit == rest else f" x {exact_text(*share)} of a period"
    text = f"{what} {exact_text(*limit)}{part} = {exact_text(*rest)}"
    return Step(rule="limit", text=text, numerator=rest[0], denominator=rest[1])


def rounding_step(exact: Ratio, rounded: Amount, mode: RoundingMode, how: str = "") -> Step:
    """Tell a rounding: the unrounded value, the rounded one, the mode and what was left over.

    Args:
        exact: In major units.
        rounded: What it became.
        mode: How.
        how: Words behind the mode, such as where the rounding took place.

    >>> rounding_step((188085, 1000), Amount.of("188.09", "USD"), "half_up").inputs[-1]
    ('remainder', '-0.005')
    """
    one = 10 ** minor_digits(rounded.currency)
    left = exact_text(exact[0] * one - rounded.minor * exact[1], exact[1] * one)
    return Step(
        rule="round",
        text=f"{exact_text(*exact)} rounded {mode}{how}{f' (remainder {left})' if left != '0' else ''} = {rounded}",
        inputs=(
            ("mode", mode),
            ("currency", rounded.currency),
            ("unrounded", exact_text(*exact)),
            ("remainder", left),
        ),
        numerator=rounded.minor,
        denominator=one,
    )
