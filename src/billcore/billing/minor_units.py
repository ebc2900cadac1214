"""What may be passed in as whole minor units of a currency: a whole number of 0 or more that 64 bits hold."""

from __future__ import annotations

from billcore.core.errors import DocumentError
from billcore.money.currency import minor_digits
from billcore.money.rounding import check_integers
from billcore.money.size import check_amount_size

_LARGEST = 2**63 - 1


def check_minor(given: object, path: str) -> None:
    """Refuse what is no whole number of minor units.

    Raises: DocumentError ``float-amount``, ``number-malformed``, ``number-negative``, ``number-too-large``.

    >>> check_minor(-5, "amount")
    Traceback (most recent call last):
    billcore.core.errors.DocumentError: [number-negative] at amount: found less than 0, expected 0 or more.
    """
    check_integers(**{path: given})
    if isinstance(given, int) and not 0 <= given <= _LARGEST:
        if given < 0:
            raise DocumentError("number-negative", found="less than 0", expected="0 or more", path=path)
        raise DocumentError(
            "number-too-large", found="more than 64 bits", expected="minor units within 64 bits", path=path
        )


def check_size(minor: int, currency: str, what: str) -> None:
    """Refuse a computed amount of more than 14 digits before the point.

    Raises: LimitExceeded ``amount-too-large``.
    """
    check_amount_size((minor, 10 ** minor_digits(currency)), currency, what)
