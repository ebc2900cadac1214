"""How an amount is shown to a reader of some language; money itself is printed the same everywhere by ``str``."""

from __future__ import annotations

import decimal
from typing import Any

from billcore.core.errors import DocumentError, excerpt
from billcore.core.exact import CONTEXT
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits


def localized(amount: Amount, locale: str) -> str:
    """Show an amount as readers of a locale write it.

    The digits after the point are those of ISO 4217: CLDR's own count differs for some currencies and would drop money
    (0 for the Iraqi dinar, which has 3).

    Args:
        amount: What is shown.
        locale: A CLDR locale such as ``en_US`` or ``de``; always said, never the machine's.

    Rounding: none.
    Raises: DocumentError ``locale-unknown``, ``amount-malformed``.
    Source: CLDR, by Babel; ISO 4217.

    >>> localized(Amount.of("1388.09", "USD"), "en_US")
    '$1,388.09'
    >>> localized(Amount.of("1.250", "IQD"), "en")
    'IQD1.250'
    """
    if not isinstance(amount, Amount):
        raise DocumentError("amount-malformed", found=type(amount).__name__, expected="an Amount", path="amount")
    known = _locale(locale)
    digits = minor_digits(amount.currency)
    pattern = _with_digits(known.currency_formats["standard"].pattern, digits)
    # Babel computes in the ambient context; ours holds every digit and traps a lost one.
    with decimal.localcontext(CONTEXT):  # noqa: TID251 - set for Babel's own arithmetic, not for ours
        shown: str = pattern.apply(
            amount.decimal,
            known,
            currency=amount.currency,
            currency_digits=False,
            decimal_quantization=False,
        )
    return shown


def _with_digits(text: str, digits: int) -> Any:
    from babel.numbers import parse_pattern

    pattern = parse_pattern(text)
    pattern.frac_prec = (digits, digits)
    return pattern


def _locale(name: str) -> Any:
    from babel.core import Locale, UnknownLocaleError

    given: object = name
    if isinstance(given, str) and len(given) <= 40:
        try:
            return Locale.parse(given.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            pass
    raise DocumentError(
        "locale-unknown",
        found=(excerpt(given) or "an empty text") if isinstance(given, str) else type(given).__name__,
        expected="a CLDR locale such as en_US or de",
        path="locale",
    )
