"""How a period that is billed in several steps is rated: what each step adds to what the steps before it came to.

Two ways: a step rates its own units, standing on the units before it (`details_between`); or it rates all units so far,
and what was booked is taken off, line by line (`difference_of_details`). Source: rules 3 and 5.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from billcore.core.errors import NotApplicable, excerpt
from billcore.core.ratio import ZERO, Ratio, decimal_text, minus, minus_not_below_zero, plus, ratio_of
from billcore.core.value import replaced
from billcore.money.amount import Amount
from billcore.money.rounding import RoundingMode
from billcore.pricing.composition import method_of
from billcore.pricing.details import Detail, details_of
from billcore.pricing.documents import Price
from billcore.pricing.methods import Method
from billcore.pricing.modifiers import Modifiers
from billcore.pricing.part_differences import difference_of_parts
from billcore.pricing.quantities import converted, priced_quantity
from billcore.pricing.rate_table import RateTable
from billcore.pricing.rating import exact_amount, rate
from billcore.pricing.resolved_modifiers import resolve_modifiers
from billcore.usage.measured import Measured

# The whole quantity decides what these cost: only the last step of the period can tell.
_WHOLE_KINDS = ("volume", "stairstep")


def priced_span(before: str, quantity: str, modifiers: Modifiers | None = None) -> tuple[str, str]:
    """Take the steps before the price from a step's units; included and given units are used up in order of time.

    Args:
        before: Metered units of the steps before, 0 or more.
        quantity: Metered units of this step, 0 or more.
        modifiers: Conversion, included units, usage discount.

    Returns: the units before and the units of the step, as the price sees them.
    Rounding: a conversion rounds both alone.
    Raises: DocumentError ``number-malformed``, ``number-too-large``; NotApplicable ``quantity-negative``.
    Source: rules 3; OpenMeter (10 units given, 8 before, 5 now: 3 are left).

    >>> priced_span("8", "5", Modifiers(usage_discount="10"))
    ('0', '3')
    """
    for path, units in (("before", before), ("quantity", quantity)):
        if ratio_of(units, path=path)[0] < 0:
            raise NotApplicable("quantity-negative", found=excerpt(units), expected="0 or more units", path=path)
    if modifiers is None:
        return before, quantity
    if modifiers.convert is not None:
        before, quantity = converted(before, modifiers.convert), converted(quantity, modifiers.convert)
    rules = replaced(resolve_modifiers(modifiers), convert=None)
    through = decimal_text(plus(ratio_of(before), ratio_of(quantity)))
    left_before, left_through = priced_quantity(before, rules)[0], priced_quantity(through, rules)[0]
    return left_before, decimal_text(minus_not_below_zero(ratio_of(left_through), ratio_of(left_before)))


def details_between(
    price: Price | Method,
    before: str,
    quantity: str,
    *,
    currency: str,
    is_first: bool = False,
    is_last: bool = False,
    billed: Literal["in_advance", "in_arrears"] = "in_arrears",
    rounding: RoundingMode = "half_up",
) -> tuple[Detail, ...]:
    """Rate the units of one step of a period, standing on the units of the steps before.

    Tiers and packages go on from where the steps before ended. A tier's flat part is due in the step that enters the
    tier; the first tier's also where nothing is used, in the period's first step, if the price says so. What the whole
    quantity decides (volume, stairstep) is due in the last step, for all units; a flat price in the first or the last
    one. Money that is passed on (dynamic) is one line of its rounded amount.

    Args:
        price: A price that one rate table says whole.
        before, quantity: Units before the step and of it, as the price sees them, 0 or more.
        currency: ISO 4217.
        is_first, is_last: Whether the period's first and last step.
        billed: Of a flat price.
        rounding: Mode of each rounding.

    Returns: the units and the flat part of each tier; what costs nothing is left out.
    Rounding: each line once.
    Raises: NotApplicable ``modifier-does-not-fit`` for a price with no table of its own, ``quantity-negative``;
        DocumentError as `rate`.
    Source: rules 3 (grain ``segment``); OpenMeter's split lines.

    >>> from billcore.pricing.documents import Graduated, Tier
    >>> tiers = [Tier(up_to=5, flat_amount="100"), Tier(up_to=10, flat_amount="50"), Tier(unit_price="5")]
    >>> [(line.kind, line.tier, str(line.amount)) for line in
    ...  details_between(Graduated(tiers=tiers), "5", "8", currency="USD")]
    [('flat', 2, 'USD 50.00'), ('units', 3, 'USD 15.00')]
    """
    table = price if isinstance(price, Method) else method_of(price)
    if not isinstance(table, RateTable):
        raise NotApplicable(
            "modifier-does-not-fit",
            found=f"a price of kind {table.kind} in steps",
            expected="a price of units, packages, tiers or money",
            path="price",
            hint="Rate the whole period.",
        )
    if table.kind == "flat":
        is_due = is_first if billed == "in_advance" else is_last
        return details_of(rate(table, 1), currency, rounding) if is_due else ()
    through = decimal_text(plus(ratio_of(before, path="before"), ratio_of(quantity, path="quantity")))
    if table.kind in _WHOLE_KINDS:
        return details_of(rate(table, through), currency, rounding) if is_last else ()
    if table.kind == "dynamic":
        return tuple(_as_one(detail) for detail in details_of(rate(table, quantity), currency, rounding))
    # A step behind the first one stands on what that one billed, also where nothing was used in it.
    stands = () if is_first and not ratio_of(before)[0] else rate(table, before).parts
    parts = difference_of_parts(rate(table, through).parts, stands)
    return details_of(replaced(rate(table, through), parts=parts), currency, rounding)


def _as_one(detail: Detail) -> Detail:
    return replaced(detail, units="1", unit_price=detail.amount.text)


def difference_of_details(now: Iterable[Detail], booked: Iterable[Detail]) -> tuple[Detail, ...]:
    """Subtract booked lines from those that should stand: a line that vanished is reversed.

    Lines are the same where kind, tier, price of a unit and member are.

    Args:
        now: What all units so far come to, with percentages, maximum, minimum and credits taken.
        booked: The net of what was booked for the same units.

    Returns: lines with the differences of every amount; those without any money are left out. What is returned, booked
        too, makes ``now``.
    Rounding: none.
    Source: rules 5; OpenMeter's deltas.

    >>> from billcore.pricing.documents import PerUnit
    >>> price = PerUnit(unit_price="0.001")
    >>> first, second = (details_between(price, "0", units, currency="USD") for units in ("333", "666"))
    >>> [(line.units, str(line.total)) for line in difference_of_details(second, first)]
    [('333', 'USD 0.34')]
    """
    stood = _summed(booked)
    found = []
    for key, detail in _summed(now).items():
        found.append(_less(detail, stood.pop(key, None)))
    for detail in stood.values():
        found.append(_less(None, detail))
    return tuple(detail for detail in found if detail is not None)


_Key = tuple[str, int, str, str]


def _summed(details: Iterable[Detail]) -> dict[_Key, Detail]:
    found: dict[_Key, Detail] = {}
    for detail in details:
        key = (detail.kind, detail.tier, decimal_text(ratio_of(detail.unit_price)), detail.member)
        found[key] = _joined(found[key], detail, 1) if key in found else detail
    return found


def _less(now: Detail | None, before: Detail | None) -> Detail | None:
    if now is None:
        if before is None:
            return None
        left = _joined(_nothing(before), before, -1)
    else:
        left = now if before is None else _joined(now, before, -1)
    has_money = any(amount.minor for amount in (left.amount, left.off, left.cut, left.credited))
    return left if has_money else None


def _nothing(detail: Detail) -> Detail:
    return _joined(detail, detail, -1)


def _joined(left: Detail, right: Detail, sign: int) -> Detail:
    """Add a line to another of its kind, or take it off."""

    def both(one: Amount, other: Amount) -> Amount:
        return Amount(minor=one.minor + sign * other.minor, currency=one.currency)

    mine, theirs = ratio_of(left.units), ratio_of(right.units)
    return replaced(
        left,
        units=decimal_text(plus(mine, theirs) if sign > 0 else minus(mine, theirs)),
        amount=both(left.amount, right.amount),
        off=both(left.off, right.off),
        cut=both(left.cut, right.cut),
        credited=both(left.credited, right.credited),
    )


def amounts_by_event(price: Price | Method, states: Iterable[Measured]) -> tuple[Ratio, ...]:
    """Tell what each event adds where it is charged at once: the price after it, less the price before it.

    Args:
        price: A price document.
        states: What was measured of the period after each event, in order of time.

    Returns: exact amounts in major units; before the first event nothing was due, no flat part either.
    Rounding: none; the caller rounds each charge alone.
    Raises: as `rate`.
    Source: rules 3; Lago's charges in advance (5 % and 1.00 an event, two free: 8, 5, 3 cost 0, 0, 1.15).

    >>> from billcore.pricing.documents import Package
    >>> counted = [Measured(quantity=units) for units in ("1", "9", "11")]
    >>> [amount[0] // amount[1] for amount in amounts_by_event(Package(package_size="10", package_price="15"), counted)]
    [15, 0, 15]
    """
    method = price if isinstance(price, Method) else method_of(price)
    found, before = [], ZERO
    for state in states:
        amount = exact_amount(method, state)
        found.append(minus(amount, before))
        before = amount
    return tuple(found)
