"""How large a computed amount may be: 14 digits before the point, so that 64 bits hold it at 4 decimals.

Source: rules 1.
"""

from __future__ import annotations

from billcore.core.errors import LimitExceeded
from billcore.core.exact import MONEY_DIGITS
from billcore.core.ratio import Ratio

LARGEST = 10**MONEY_DIGITS


def check_amount_size(amount: Ratio, currency: str, what: str, *, path: str = "") -> None:
    """Refuse a computed amount of more than 14 digits before the point.

    Args:
        amount: Exact, in major units.
        what: What it is, for the error: ``charge``, ``true_up``.
        path: Where it stands.

    Raises: LimitExceeded ``amount-too-large``.
    Source: rules 1.

    >>> check_amount_size((10**14, 1), "USD", "charge", path="price")
    Traceback (most recent call last):
    billcore.core.errors.LimitExceeded: [amount-too-large] at price: found a charge of 1E14 USD or more, expected at \
most 14 digits before the point. Look at the quantity and the price: one of them has too many digits.
    """
    if abs(amount[0]) >= amount[1] * LARGEST:
        raise LimitExceeded(
            "amount-too-large",
            found=f"a {what} of 1E{MONEY_DIGITS} {currency} or more",
            expected=f"at most {MONEY_DIGITS} digits before the point",
            path=path,
            hint="Look at the quantity and the price: one of them has too many digits.",
        )
