"""What a price per unit is: money finer than the minor unit, exact, never rounded by itself."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from billcore.core.errors import DocumentError
from billcore.core.exact import FRACTION_DIGITS, INTEGER_DIGITS, exact, fraction_digits, plain, scaled
from billcore.core.value import Value
from billcore.money.currency import minor_digits
from billcore.money.rounding import check_integers


class UnitPrice(Value, frozen=True, kw_only=True):
    """An exact price of one unit.

    Attributes:
        unscaled: The price without its point.
        scale: Digits after the point, 0 to 12; the price is ``unscaled / 10**scale`` in major units.
        currency: ISO 4217 code.

    Raises: DocumentError ``float-amount``, ``number-malformed``, ``number-too-large``, ``currency-unknown``.
    Source: rules 1.

    >>> price = UnitPrice.of("0.0040", "USD")
    >>> print(price, price.times("61234.5"))
    USD 0.004 122469/500
    """

    unscaled: int
    scale: int
    currency: str

    def __post_init__(self) -> None:
        check_integers(unscaled=self.unscaled, scale=self.scale)
        if not 0 <= self.scale <= FRACTION_DIGITS:
            raise DocumentError(
                "number-too-large", found="a scale out of range", expected=f"0 to {FRACTION_DIGITS}", path="scale"
            )
        if not -(10 ** (INTEGER_DIGITS + self.scale)) < self.unscaled < 10 ** (INTEGER_DIGITS + self.scale):
            raise DocumentError(
                "number-too-large",
                found="a price out of range",
                expected=f"at most {INTEGER_DIGITS} digits before the point",
                path="unscaled",
            )
        minor_digits(self.currency)

    @classmethod
    def of(cls, price: str | int | Decimal, currency: str) -> UnitPrice:
        """Read a price in major units, at the smallest scale that holds it.

        Rounding: none.
        Raises: DocumentError ``float-amount``, ``number-malformed``, ``number-too-large``, ``currency-unknown``.
        """
        number = exact(price, path="price")
        scale = fraction_digits(number)
        return cls(unscaled=scaled(number, scale), scale=scale, currency=currency)

    def __str__(self) -> str:
        return f"{self.currency} {plain(self.unscaled, self.scale)}"

    def times(self, quantity: str | int | Decimal) -> Fraction:
        """Multiply by a quantity, exactly: major units of the currency, to be rounded once by a named rule.

        Raises: DocumentError ``float-amount``, ``number-malformed``, ``number-too-large``.
        """
        number = exact(quantity, path="quantity")
        digits = fraction_digits(number)
        return Fraction(self.unscaled * scaled(number, digits), 10 ** (self.scale + digits))
