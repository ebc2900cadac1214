"""What a unit is that is counted like money and is none: tokens, credits, with what one is worth in a currency."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Self

from pydantic import Field, model_validator

from billcore.core.document import Document, problem
from billcore.core.errors import DocumentError
from billcore.core.exact import exact, fraction_digits, scaled
from billcore.core.fields import NotNegative, optional
from billcore.core.whole import Whole
from billcore.money.currency import DIGITS, WITHDRAWN


class Unit(Document):
    """A unit of account that is no currency.

    Attributes:
        code: Its name in capitals; never an ISO 4217 code.
        digits: Digits after the point that a quantity of it may have.
        worth: What ``per`` of it are worth, in major units of the currency.
        currency: ISO 4217 code.
        per: How many of it ``worth`` stands for.

    Raises: DocumentError ``unit-is-currency``, ``currency-unknown``, ``number-not-positive``.
    Source: rules 1.

    >>> token = Unit(code="TOKEN", digits=0, worth="2.00", currency="USD", per=1_000_000)
    >>> token.convert("1500000")
    Fraction(3, 1)
    """

    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]{1,19}$")
    digits: Annotated[Whole, Field(ge=0, le=12)]
    worth: NotNegative
    currency: str
    per: NotNegative = optional(default="1")

    @model_validator(mode="after")
    def _is_no_currency(self) -> Self:
        if self.code in DIGITS or self.code in WITHDRAWN:
            raise problem("unit-is-currency", found=self.code, expected="a code that ISO 4217 does not use")
        if self.currency not in DIGITS:
            raise problem("currency-unknown", found=self.currency[:40], expected="an ISO 4217 code in use, such as USD")
        if self.per == 0:
            raise problem("number-not-positive", found="per 0 units", expected="more than 0")
        return self

    def convert(self, quantity: str | int | Decimal) -> Fraction:
        """Tell what a quantity of it is worth: exact major units of the currency, to be rounded once by a named rule.

        Raises: DocumentError ``amount-too-fine``, ``float-amount``, ``number-malformed``, ``number-too-large``.
        """
        number = exact(quantity, path="quantity")
        if fraction_digits(number) > self.digits:
            raise DocumentError(
                "amount-too-fine",
                found=f"{number} {self.code}",
                expected=f"at most {self.digits} digits after the point",
                path="quantity",
            )
        return _fraction(number) * _fraction(self.worth) / _fraction(self.per)


def _fraction(number: Decimal) -> Fraction:
    digits = fraction_digits(number)
    return Fraction(scaled(number, digits), 10**digits)
