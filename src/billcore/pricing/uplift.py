"""What a price becomes when everything it charges goes up by a percentage: an uplift at a renewal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from billcore.core.errors import LimitExceeded, NotApplicable
from billcore.core.exact import fraction_digits, plain, scaled
from billcore.money.rounding import round_ratio
from billcore.pricing.documents import Price

# The fields that hold money, of every price that is made of money alone.
_MONEY = frozenset({"amount", "unit_price", "flat_amount", "package_price", "minimum", "maximum"})
_KINDS = frozenset({"flat", "per_unit", "graduated", "volume", "stairstep", "package", "overage"})
_MOST_DIGITS = 12


def uplifted(price: Price, percent: Decimal, *, digits: int | None = None, path: str = "price") -> Price:
    """Raise every amount of a price by a percentage.

    Args:
        price: Made of amounts: flat, per unit, graduated, volume, stairstep, package, overage.
        percent: More than -100; negative lowers.
        digits: The new amounts are rounded half up to so many digits after the point; None keeps every digit.

    Returns: a price of the same model; tiers, included units and package sizes stay.
    Rounding: none, or each amount at ``digits``: the rounded amount is the price that is agreed.
    Raises: NotApplicable ``uplift-does-not-fit``; LimitExceeded ``uplift-too-fine``.

    >>> from billcore.pricing.documents import Flat
    >>> print(uplifted(Flat(amount="100.00"), Decimal("3.5")).amount)
    103.5
    """
    if price.kind not in _KINDS:
        raise NotApplicable(
            "uplift-does-not-fit",
            found=f"an uplift of a price of kind {price.kind}",
            expected=f"one of {', '.join(sorted(_KINDS))}",
            path=path,
            hint="Write the new price as an amendment effective at the renewal.",
        )
    return type(price)(**_raised(price, percent, digits, path))


def _raised(node: BaseModel, percent: Decimal, digits: int | None, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in type(node).model_fields:
        value = getattr(node, name)
        if isinstance(value, Decimal) and name in _MONEY:
            value = _by_percent(value, percent, digits, f"{path}.{name}")
        elif isinstance(value, tuple):
            value = tuple(
                type(one)(**_raised(one, percent, digits, f"{path}.{name}[{n}]")) if isinstance(one, BaseModel) else one
                for n, one in enumerate(value)
            )
        found[name] = value
    return found


def _by_percent(amount: Decimal, percent: Decimal, digits: int | None, path: str) -> str:
    mine, theirs = fraction_digits(amount), fraction_digits(percent)
    numerator = scaled(amount, mine) * (100 * 10**theirs + scaled(percent, theirs))
    places = mine + theirs + 2
    if digits is not None:
        return plain(round_ratio(numerator * 10**digits, 10**places, "half_up"), digits)
    while places and numerator % 10 == 0:
        numerator, places = numerator // 10, places - 1
    if places > _MOST_DIGITS:
        raise LimitExceeded(
            "uplift-too-fine",
            found=f"{amount} raised by {percent} percent, with {places} digits after the point",
            expected=f"at most {_MOST_DIGITS}",
            path=path,
            hint="Say price_digits in the renewal: the new price is rounded to them.",
        )
    return plain(numerator, places)
