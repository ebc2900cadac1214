"""What a total is: whole minor units with a currency, immutable, printed the same on every machine."""

from __future__ import annotations

from decimal import Decimal
from functools import total_ordering
from typing import TYPE_CHECKING, Any

from billcore.core.errors import DocumentError, NotApplicable
from billcore.core.exact import MONEY_DIGITS, exact, fraction_digits, plain, scaled
from billcore.core.value import Value
from billcore.money.currency import minor_digits
from billcore.money.rounding import RoundingMode, round_ratio

if TYPE_CHECKING:
    from moneyed import Money
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


@total_ordering
class Amount(Value, frozen=True, kw_only=True):
    """Money in whole minor units.

    Attributes:
        minor: Whole minor units of the currency (cents; yen; thousandths of a dinar); any sign.
        currency: ISO 4217 code.

    >>> Amount.of("1388.09", "USD")
    Amount(minor=138809, currency='USD')
    >>> print(Amount.of("1388.09", "USD") + Amount.of("0.01", "USD"))
    USD 1388.10
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        # bool is an int to Python; as money it is a mistake of the caller.
        if type(self.minor) is not int:
            code = "float-amount" if isinstance(self.minor, float) else "number-malformed"
            raise DocumentError(code, found=repr(self.minor), expected="whole minor units as int", path="minor")
        minor_digits(self.currency)

    @classmethod
    def of(cls, amount: str | int | Decimal | Money, currency: str | None = None) -> Amount:
        """Read an amount in major units, or a py-moneyed ``Money``.

        Rounding: none; more digits than the currency has are refused.
        Raises: DocumentError ``float-amount``, ``number-malformed``, ``number-too-large``, ``amount-too-fine``,
            ``currency-unknown``, ``currency-missing``.

        >>> Amount.of("12.345", "USD")
        Traceback (most recent call last):
        billcore.core.errors.DocumentError: [amount-too-fine]: found 12.345 USD, expected at most 2 digits after the \
point. Round it by a named rule first, or write a unit price instead of an amount.
        """
        if not isinstance(amount, str | int | Decimal | float):
            number, code = exact(amount.amount), str(amount.currency.code)
        elif currency is None:
            raise DocumentError("currency-missing", found="no currency", expected="an ISO 4217 code")
        else:
            number, code = exact(amount), currency
        digits = minor_digits(code)
        if fraction_digits(number) > digits:
            raise DocumentError(
                "amount-too-fine",
                found=f"{number} {code}",
                expected=f"at most {digits} digits after the point",
                hint="Round it by a named rule first, or write a unit price instead of an amount.",
            )
        # Compared as integers: abs() of a decimal would round in the caller's decimal context.
        if abs(scaled(number, digits)) >= 10 ** (MONEY_DIGITS + digits):
            raise DocumentError("number-too-large", found=str(number), expected=f"below 1E{MONEY_DIGITS}")
        return cls(minor=scaled(number, digits), currency=code)

    @classmethod
    def rounded(cls, numerator: int, denominator: int, currency: str, mode: RoundingMode = "half_up") -> Amount:
        """Round an exact rational of major units to the currency, once.

        >>> print(Amount.rounded(188085, 1000, "USD", "half_even"))
        USD 188.08
        """
        return cls(minor=round_ratio(numerator * 10 ** minor_digits(currency), denominator, mode), currency=currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, with all digits of the currency."""
        return Decimal(self.text)

    @property
    def text(self) -> str:
        """The number alone: ``1388.09``."""
        return plain(self.minor, minor_digits(self.currency))

    @property
    def money(self) -> Money:
        """A fresh py-moneyed ``Money``; changing it in place changes nothing here."""
        from moneyed import Money

        return Money(self.decimal, self.currency)

    def __str__(self) -> str:
        return f"{self.currency} {self.text}"

    def __bool__(self) -> bool:
        raise TypeError("an Amount has no truth value; compare amount.minor with 0")

    def _same(self, other: Amount) -> int:
        if other.currency != self.currency:
            raise NotApplicable(
                "currencies-differ", found=f"{self.currency} and {other.currency}", expected="one currency"
            )
        return other.minor

    def __add__(self, other: Amount) -> Amount:
        if not isinstance(other, Amount):
            return NotImplemented
        return Amount(minor=self.minor + self._same(other), currency=self.currency)

    def __sub__(self, other: Amount) -> Amount:
        if not isinstance(other, Amount):
            return NotImplemented
        return Amount(minor=self.minor - self._same(other), currency=self.currency)

    def __neg__(self) -> Amount:
        return Amount(minor=-self.minor, currency=self.currency)

    def __lt__(self, other: Amount) -> bool:
        if not isinstance(other, Amount):
            return NotImplemented
        return self.minor < self._same(other)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """In documents and JSON an amount is ``{"amount": "10.50", "currency": "USD"}``."""
        from billcore.money.schema import amount_schema

        return amount_schema(cls, handler)


def total(amounts: list[Amount] | tuple[Amount, ...], currency: str) -> Amount:
    """Add amounts of one currency; none give zero. Totals are sums, never rounded.

    Raises: NotApplicable ``currencies-differ``.
    """
    summed: Any = Amount(minor=0, currency=currency)
    for amount in amounts:
        summed = summed + amount
    return summed  # type: ignore[no-any-return]
