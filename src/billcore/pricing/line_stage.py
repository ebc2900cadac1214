"""What a line costs for a period: quantity steps, price, discounts, limits and one rounding, each with its working.

Source: rules 3, line stage. The rounding is the only one of money; what goes into it is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from billcore.core.checks import check_kind
from billcore.core.errors import DocumentError, NotApplicable, excerpt
from billcore.core.exact import exact, shortest
from billcore.core.ratio import ZERO, Ratio, check_ratio, is_less, plus
from billcore.core.steps import Step, exact_text
from billcore.core.value import replaced
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits
from billcore.money.rounding import RoundingMode, round_ratio
from billcore.money.size import check_amount_size
from billcore.pricing.composition import method_of
from billcore.pricing.discounts import AmountOff, Discount, PercentOff
from billcore.pricing.documents import Price
from billcore.pricing.methods import GroupMethod, Method
from billcore.pricing.modifiers import Modifiers
from billcore.pricing.net_amounts import after_price, net_steps, rounding_step
from billcore.pricing.priced import Priced, in_groups, in_segments
from billcore.pricing.rated import Rated
from billcore.pricing.reductions import ResolvedDiscount, in_stub, resolve_discount
from billcore.pricing.resolved_modifiers import ResolvedModifiers, check_modifiers, resolve_modifiers
from billcore.pricing.segments import segments_of
from billcore.pricing.signed_units import rated_units
from billcore.usage.measured import Measured, check_numbers

WHOLE: Ratio = (1, 1)


def price_line(
    price: Price | Method,
    quantity: Measured | int | str,
    *,
    currency: str,
    modifiers: Modifiers | None = None,
    discounts: Sequence[Discount] = (),
    rounding: RoundingMode = "half_up",
    share: Ratio = WHOLE,
    carried: Ratio = ZERO,
) -> Priced:
    """Work out what a line costs for a period.

    Args:
        price: A price document.
        quantity: Units, or what was measured of the period where the price looks at more.
        currency: ISO 4217.
        modifiers: The steps before and after the price. Each group of a grouped price is a charge of its own: it takes
            them, the discounts and the rounding alone.
        discounts: Of the line, in the order agreed; dates and numbers of periods are the caller's, who passes those
            that apply.
        rounding: Mode of the one rounding.
        share: Part of a full billing period that the period is, exact; amounts off, maximum and minimum take it.
        carried: What earlier charges left below zero (``negative="carry"``), 0 or less.

    Rounding: once, the net amount and the gross shown beside it, at the currency's minor unit; at grain ``segment``
        units and flat part of each tier.
    Raises: NotApplicable ``charge-negative``, ``quantity-negative``, ``modifier-does-not-fit``; LimitExceeded
        ``amount-too-large``; DocumentError ``argument-wrong``, ``ratio-malformed``; as `rate`.
    Source: rules 3.

    >>> from billcore.pricing.documents import PerUnit
    >>> priced = price_line(PerUnit(unit_price="0.10"), 80, currency="USD", modifiers=Modifiers(minimum="10.00"))
    >>> print(priced.net, [step.text for step in priced.steps][1:])
    USD 10.00 ['at least 10 = 10', '10 rounded half_up = USD 10.00']
    """
    _check_arguments(modifiers, discounts, share, carried)
    method: Method = price if isinstance(price, Method) else method_of(price)
    rules = resolve_modifiers(modifiers)
    check_modifiers(method, rules)
    measured = _measured(quantity)
    terms = _Terms(
        rules=rules,
        taken=[_scaled(resolve_discount(discount), share) for discount in discounts],
        currency=currency,
        rounding=rounding,
        share=share,
    )
    if not isinstance(method, GroupMethod) or len(measured.groups) < 2:
        return _charge(method, measured, terms, carried)[0]
    _refuse_carried(carried, "groups")
    charges = [_charge(method, part, terms, ZERO) for part in measured.by_group()]
    return in_groups(_together(measured, charges), [priced for priced, _ in charges], currency)


class _Terms(NamedTuple):
    """What is the same for every group of a line: resolved modifiers and discounts, and how it is rounded."""

    rules: ResolvedModifiers
    taken: list[ResolvedDiscount]
    currency: str
    rounding: RoundingMode
    share: Ratio


def _charge(method: Method, measured: Measured, terms: _Terms, carried: Ratio) -> tuple[Priced, int]:
    """Price what is one charge; with the sign of its units."""
    rules, taken, currency, rounding, share = terms
    units = rated_units(method, measured, rules)
    rated, sign, is_returned, steps = units
    if rules.grain == "segment":
        _refuse_carried(carried, "lines")
        details = segments_of(units, taken, rules, currency=currency, rounding=rounding, share=share)
        return in_segments(rated, details, steps, currency), sign
    start = plus(units.gross, carried)
    left = after_price(start, taken, rules, share, is_returned=is_returned)
    net = left.net
    gross = net if is_less(start, net) else start
    shown = Amount(minor=_rounded(gross, currency, rounding), currency=currency)
    due = Amount(minor=_rounded(net, currency, rounding), currency=currency)
    if carried[0]:
        text = f"less {exact_text(-carried[0], carried[1])} carried = {exact_text(*start)}"
        steps = (*steps, Step(rule="carried", text=text, numerator=start[0], denominator=start[1]))
    told = net_steps(start, taken, rules, share, is_returned=is_returned)
    priced = Priced(
        rated=rated,
        exact_gross=gross,
        exact_net=net,
        gross=shown,
        net=due,
        carried=left.carried,
        details=(),
        steps=(*steps, *told, rounding_step(net, due, rounding)),
    )
    return priced, sign


def _together(measured: Measured, charges: Sequence[tuple[Priced, int]]) -> Rated:
    """What the units of all groups cost, groups below zero given back."""
    total: Ratio = ZERO
    for priced, sign in charges:
        total = plus(total, (sign * priced.rated.numerator, priced.rated.denominator))
    first = charges[0][0].rated
    together: Rated = replaced(
        first,
        numerator=total[0],
        denominator=total[1],
        quantity=measured.quantity,
        parts=tuple(part for priced, _ in charges for part in priced.rated.parts),
        steps=tuple(step for priced, _ in charges for step in priced.rated.steps),
        groups=tuple(group for priced, _ in charges for group in priced.rated.groups),
    )
    return together


def _check_arguments(modifiers: object, discounts: object, share: object, carried: object) -> None:
    """Refuse arguments of another kind, and parts of a period or carried amounts that cannot be."""
    if modifiers is not None:
        check_kind(modifiers, Modifiers, "modifiers")
    check_kind(discounts, (list, tuple), "discounts")
    for number, discount in enumerate(discounts if isinstance(discounts, list | tuple) else ()):
        check_kind(discount, (PercentOff, AmountOff), f"discounts[{number}]")
    _check_ratio("share", share, "more than 0")
    _check_ratio("carried", carried, "0 or less")


def _check_ratio(name: str, given: object, expected: str) -> None:
    if isinstance(given, tuple) and len(given) == 2:
        check_ratio(*given, path=name)
        if given[0] > 0 if name == "share" else given[0] <= 0:
            return
    raise DocumentError(
        "ratio-malformed", found=excerpt(given), expected=f"(numerator, denominator), {expected}", path=name
    )


def _refuse_carried(carried: Ratio, what: str) -> None:
    if carried[0]:
        raise NotApplicable(
            "modifier-does-not-fit",
            found=f"{exact_text(*carried)} carried into a charge of several {what}",
            expected="carried amounts on a charge that is rounded once",
            path="carried",
            hint=f"Nothing says which of the {what} takes what was carried: price each alone.",
        )


def _measured(quantity: Measured | int | str) -> Measured:
    if isinstance(quantity, Measured):
        check_numbers(quantity)
        return quantity
    return Measured(quantity=shortest(exact(quantity, path="quantity")))


def _scaled(discount: ResolvedDiscount, share: Ratio) -> ResolvedDiscount:
    return discount if share[0] == share[1] or not discount.amount_numerator else in_stub(discount, share)


def _rounded(amount: Ratio, currency: str, rounding: RoundingMode) -> int:
    check_amount_size(amount, currency, "charge", path="price")
    return round_ratio(amount[0] * 10 ** minor_digits(currency), amount[1], rounding)
