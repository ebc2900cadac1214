"""What a line costs for a period: quantity steps, price, discounts, limits and one rounding, each with its working.

Source: rules 3, line stage. The rounding is the only one of money; what goes into it is exact.
"""

from __future__ import annotations

from collections.abc import Sequence

from billcore.core.checks import check_kind
from billcore.core.errors import DocumentError, NotApplicable, excerpt
from billcore.core.exact import exact, shortest
from billcore.core.ratio import ZERO, Ratio, is_less, plus
from billcore.core.reasons import Reason, reasons_of
from billcore.core.steps import Step, exact_text
from billcore.core.value import Value, replaced
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits
from billcore.money.rounding import RoundingMode, round_ratio
from billcore.pricing.composition import method_of
from billcore.pricing.details import Detail
from billcore.pricing.discounts import AmountOff, Discount, PercentOff
from billcore.pricing.documents import Price
from billcore.pricing.methods import CumulativeMethod, GroupMethod, Method, WeightedMethod
from billcore.pricing.modifiers import Modifiers
from billcore.pricing.net_amounts import after_price, net_steps, rounding_step
from billcore.pricing.quantities import priced_quantity
from billcore.pricing.rated import Rated
from billcore.pricing.rating import rate
from billcore.pricing.reductions import ResolvedDiscount, in_stub, resolve_discount
from billcore.pricing.resolved_modifiers import ResolvedModifiers, check_modifiers, resolve_modifiers
from billcore.pricing.segments import segments_of
from billcore.usage.measured import Measured

WHOLE: Ratio = (1, 1)


class Priced(Value, frozen=True, kw_only=True):
    """A line's charge for a period, before it is put on an invoice.

    Attributes:
        rated: The price of the units that it saw.
        exact_gross, exact_net: Unrounded, before and after discounts and limits, in major units.
        gross, net: Rounded; the discount shown beside a charge is their difference.
        carried: What is left below zero for the next charges, or zero; exact, in major units.
        details: One for the units and the flat part of each tier at grain ``segment``, else empty.
        steps: Every step from the metered quantity to the rounding.
    """

    rated: Rated
    exact_gross: Ratio
    exact_net: Ratio
    gross: Amount
    net: Amount
    carried: Ratio
    details: tuple[Detail, ...]
    steps: tuple[Step, ...]

    @property
    def reason(self) -> Reason:
        """Why the amount is what it is, as text, data or HTML."""
        return Reason(text=f"{self.net} for {self.rated.quantity} units", because=reasons_of(self.steps))

    @property
    def discount(self) -> Amount:
        """As shown beside the charge: rounded gross minus rounded net."""
        return self.gross - self.net


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
        modifiers: The steps before and after the price.
        discounts: Of the line, in the order agreed; dates and numbers of periods are the caller's, who passes those
            that apply.
        rounding: Mode of the one rounding.
        share: Part of a full billing period that the period is, exact; amounts off, maximum and minimum take it.
        carried: What earlier charges left below zero (``negative="carry"``), 0 or less.

    Rounding: once, the net amount and the gross shown beside it, at the currency's minor unit; at grain ``segment``
        units and flat part of each tier.
    Raises: NotApplicable ``charge-negative``, ``quantity-negative``, ``modifier-does-not-fit``; as `rate`.
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
    rated, sign, steps = rated_units(method, _measured(quantity), rules)
    taken = [_scaled(resolve_discount(discount), share) for discount in discounts]
    if rules.grain == "segment":
        _refuse_carried(carried)
        details = segments_of(rated, sign, taken, rules, currency=currency, rounding=rounding, share=share)
        return _in_segments(rated, details, steps, currency)
    gross = (sign * rated.numerator, rated.denominator)
    start = plus(gross, carried)
    left = after_price(start, taken, rules, share)
    net = left.net
    gross = net if is_less(gross, net) else gross
    shown = Amount(minor=_rounded(gross, currency, rounding), currency=currency)
    due = Amount(minor=_rounded(net, currency, rounding), currency=currency)
    return Priced(
        rated=rated,
        exact_gross=gross,
        exact_net=net,
        gross=shown,
        net=due,
        carried=left.carried,
        details=(),
        steps=(*steps, *net_steps(start, taken, rules, share), rounding_step(net, due, rounding)),
    )


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
    if isinstance(given, tuple) and len(given) == 2 and all(type(number) is int for number in given):
        fits = given[0] > 0 if name == "share" else given[0] <= 0
        if fits and given[1] > 0:
            return
    raise DocumentError(
        "ratio-malformed", found=excerpt(given), expected=f"(numerator, denominator), {expected}", path=name
    )


def _refuse_carried(carried: Ratio) -> None:
    if carried[0]:
        raise NotApplicable(
            "modifier-does-not-fit",
            found=f"{exact_text(*carried)} carried into a charge of several lines",
            expected="carried amounts on a charge that is rounded once",
            path="carried",
            hint="Leave the grain segment out: no line of it says which of them takes what was carried.",
        )


def _measured(quantity: Measured | int | str) -> Measured:
    if isinstance(quantity, Measured):
        return quantity
    return Measured(quantity=shortest(exact(quantity, path="quantity")))


def rated_units(method: Method, measured: Measured, rules: ResolvedModifiers) -> tuple[Rated, int, tuple[Step, ...]]:
    """Take the quantity steps and rate what is left.

    Returns: the rated amount, the sign it is charged with (a quantity below zero is rated by its size where the policy
        allows one; units taken back since the start of a term are a difference already), and the steps of both.
    Rounding: the converted quantity alone.
    Raises: as `rate`.
    """
    if isinstance(method, GroupMethod):
        groups = tuple(replaced(group, measured=_with_units(group.measured, rules)[0]) for group in measured.groups)
        rated = rate(method, replaced(measured, groups=groups))
        return rated, 1, rated.steps
    sign = 1
    # Where the amount is a difference, or the quantity only how a level ended, the sign is the price's own to tell.
    has_own_sign = isinstance(method, CumulativeMethod | WeightedMethod)
    if measured.quantity.startswith("-") and rules.negative != "refuse" and not has_own_sign:
        sign, measured = -1, replaced(measured, quantity=measured.quantity[1:])
    units, steps = _with_units(measured, rules)
    rated = rate(method, units)
    if sign < 0:
        text = f"used below zero: {rated.amount} is given back"
        step = Step(rule="negative", text=text, numerator=-rated.numerator, denominator=rated.denominator)
        return rated, sign, (*steps, *rated.steps, step)
    return rated, sign, (*steps, *rated.steps)


def _with_units(measured: Measured, rules: ResolvedModifiers) -> tuple[Measured, tuple[Step, ...]]:
    if not measured.quantity:  # the price looks at something else, or refuses it
        return measured, ()
    quantity, steps = priced_quantity(measured.quantity, rules)
    return (replaced(measured, quantity=quantity) if steps else measured), steps


def _scaled(discount: ResolvedDiscount, share: Ratio) -> ResolvedDiscount:
    return discount if share[0] == share[1] or not discount.amount_numerator else in_stub(discount, share)


def _in_segments(rated: Rated, details: tuple[Detail, ...], steps: tuple[Step, ...], currency: str) -> Priced:
    gross = Amount(minor=sum(detail.amount.minor for detail in details), currency=currency)
    net = Amount(minor=sum(detail.total.minor for detail in details), currency=currency)
    one = 10 ** minor_digits(currency)
    told = [segment_step(detail) for detail in details]
    text = f"sum of {len(details)} lines, each rounded alone = {net}"
    last = Step(rule="segments", text=text, numerator=net.minor, denominator=one)
    return Priced(
        rated=rated,
        exact_gross=(gross.minor, one),
        exact_net=(net.minor, one),
        gross=gross,
        net=net,
        carried=ZERO,
        details=details,
        steps=(*steps, *told, last),
    )


def segment_step(detail: Detail) -> Step:
    """Tell one line of a charge at grain ``segment``."""
    what = "minimum" if detail.kind == "minimum" else f"tier {detail.tier} {detail.kind}"
    parts = [
        f"less {amount.text} {word}"
        for amount, word in ((detail.off, "discount"), (detail.cut, "above the maximum"), (detail.credited, "credit"))
        if amount.minor
    ]
    text = ", ".join([f"{what}, {detail.units} x {detail.unit_price}, rounded {detail.amount.text}", *parts])
    one = 10 ** minor_digits(detail.amount.currency)
    return Step(rule="segment", text=f"{text} = {detail.total}", numerator=detail.total.minor, denominator=one)


def _rounded(amount: Ratio, currency: str, rounding: RoundingMode) -> int:
    return round_ratio(amount[0] * 10 ** minor_digits(currency), amount[1], rounding)
