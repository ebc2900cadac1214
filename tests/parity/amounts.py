"""How amounts of a case are read and written: rounded by the case's convention, in its currency."""

from __future__ import annotations

from collections.abc import Iterable

from billcore.core.ratio import ZERO, Ratio, decimal_text, plus, ratio_of
from billcore.core.steps import exact_text
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits
from parity.given import Given, NotKnown
from parity.presets import Convention


def currency_of(given: Given) -> str:
    """Give the case's currency; its digits must be those of ISO 4217."""
    currency = given.text("currency", "USD")
    digits = minor_digits(currency)
    if given.has("minor_unit_digits") and given.whole("minor_unit_digits") != digits:
        raise NotKnown(f"{currency} has {digits} digits, and the case says {given.whole('minor_unit_digits')}")
    return currency


def rounded(exact: Ratio, currency: str, convention: Convention) -> Amount:
    """Round an exact amount of major units, once."""
    return Amount.rounded(exact[0], exact[1], currency, convention.use("rounding"))


def money(text: str, currency: str, convention: Convention) -> Amount:
    """Read an amount of the case, rounded to the currency."""
    return rounded(ratio_of(text), currency, convention)


def major_of_minor(text: str, currency: str) -> Ratio:
    """Read an amount that stands in minor units, with any digits."""
    top, bottom = ratio_of(text)
    return top, bottom * 10 ** minor_digits(currency)


def divided(amount: Ratio, quantity: str) -> str:
    """Write an amount by a quantity, exactly: the unit price that it comes to."""
    top, bottom = ratio_of(quantity)
    return "0" if top == 0 else exact_text(amount[0] * bottom, amount[1] * top)


def written(exact: Ratio) -> str:
    """Write an exact amount."""
    return exact_text(*exact)


def added(texts: Iterable[str]) -> str:
    """Add exact numbers."""
    whole = ZERO
    for text in texts:
        whole = plus(whole, ratio_of(text))
    return decimal_text(whole)
