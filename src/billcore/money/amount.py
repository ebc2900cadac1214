"""What a total is: whole minor units with a currency, immutable, printed the same on every machine."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billcore.core.errors import DocumentError, NotApplicable, excerpt
from billcore.core.exact import MONEY_DIGITS, exact, fraction_digits, plain, scaled
from billcore.core.value import Value
from billcore.money.currency import DIGITS, minor_digits
from billcore.money.rounding import RoundingMode, check_integers, round_ratio

if TYPE_CHECKING:
    from moneyed import Money
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

_LARGEST = 2**63 - 1


class Amount(Value, frozen=True, kw_only=True):
    """Money in whole minor units.

    Attributes:
        minor: Whole minor units of the currency (cents; yen; thousandths of a dinar); any sign; within 64 bits.
        currency: ISO 4217 code, in use or withdrawn: an old invoice keeps its currency.

    Raises: DocumentError ``float-amount``, ``number-malformed``, ``number-too-large``, ``currency-unknown``.

    >>> Amount.of("1388.09", "USD")
    Amount(minor=138809, currency='USD')
    >>> print(Amount.of("1388.09", "USD") + Amount.of("0.01", "USD"))
    USD 1388.10
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            check_integers(minor=self.minor)
        if not -_LARGEST <= self.minor <= _LARGEST:
            raise DocumentError(
                "number-too-large", found="more than 64 bits", expected="minor units within 64 bits", path="minor"
            )
        if type(self.currency) is not str or self.currency not in DIGITS:
            minor_digits(self.currency)  # raises

    @classmethod
    def of(cls, amount: str | int | Decimal | Money, currency: str | None = None) -> Amount:
        """Read an amount in major units, or a py-moneyed ``Money``.

        Rounding: none; more digits than the currency has are refused.
        Raises: DocumentError ``float-amount``, ``number-malformed``, ``number-too-large``, ``amount-too-fine``,
            ``currency-unknown``, ``currency-missing``; NotApplicable ``currencies-differ``.

        >>> Amount.of("12.345", "USD")
        Traceback (most recent call last):
        billcore.core.errors.DocumentError: [amount-too-fine]: found 12.345 USD, expected at most 2 digits after the \
point. Round it by a named rule first, or write a unit price instead of an amount.
        """
        number, code = _number_and_code(amount, currency)
        digits = minor_digits(code)
        if fraction_digits(number) > digits:
            raise DocumentError(
                "amount-too-fine",
                found=f"{number} {code}",
                expected=f"at most {digits} digits after the point",
                hint="Round it by a named rule first, or write a unit price instead of an amount.",
            )
        if number.copy_abs() >= 10**MONEY_DIGITS:  # abs() would round to the caller's decimal context
            raise DocumentError("number-too-large", found=str(number), expected=f"below 1E{MONEY_DIGITS}")
        return cls(minor=scaled(number, digits), currency=code)

    @classmethod
    def rounded(cls, numerator: int, denominator: int, currency: str, mode: RoundingMode = "half_up") -> Amount:
        """Round an exact rational of major units to the currency, once.

        Raises: DocumentError ``currency-unknown``, ``number-too-large``, and as `round_ratio`.

        >>> print(Amount.rounded(188085, 1000, "USD", "half_even"))
        USD 188.08
        """
        check_integers(numerator=numerator)  # a float times a power of ten may look whole
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
        from moneyed import CURRENCIES, Currency, Money

        # py-moneyed knows no currency younger than 2022.
        young = Currency(code=self.currency, name=self.currency, sub_unit=10 ** minor_digits(self.currency))
        return Money(self.decimal, CURRENCIES.get(self.currency, young))

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

    # functools.total_ordering adds nothing to a Struct, which has all four comparisons, each refusing.
    def __le__(self, other: Amount) -> bool:
        if not isinstance(other, Amount):
            return NotImplemented
        return self.minor <= self._same(other)

    def __gt__(self, other: Amount) -> bool:
        if not isinstance(other, Amount):
            return NotImplemented
        return self.minor > self._same(other)

    def __ge__(self, other: Amount) -> bool:
        if not isinstance(other, Amount):
            return NotImplemented
        return self.minor >= self._same(other)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """In documents and JSON an amount is ``{"amount": "10.50", "currency": "USD"}``."""
        from billcore.money.schema import amount_schema

        return amount_schema(cls, handler)


def _number_and_code(amount: Any, currency: str | None) -> tuple[Decimal, str]:
    if hasattr(amount, "amount") and hasattr(amount, "currency"):
        code = str(getattr(amount.currency, "code", amount.currency))
        if currency is not None and currency != code:
            raise NotApplicable("currencies-differ", found=f"{code} and {excerpt(currency)}", expected="one currency")
        return exact(amount.amount), code
    number = exact(amount)
    if currency is None:
        raise DocumentError("currency-missing", found="no currency", expected="an ISO 4217 code", path="currency")
    return number, currency


def total(amounts: list[Amount] | tuple[Amount, ...], currency: str) -> Amount:
    """Add amounts of one currency; none give zero. Totals are sums, never rounded.

    Raises: NotApplicable ``currencies-differ``.
    """
    minor = 0
    for amount in amounts:
        if amount.currency != currency:
            raise NotApplicable("currencies-differ", found=f"{currency} and {amount.currency}", expected="one currency")
        minor += amount.minor
    return Amount(minor=minor, currency=currency)
