"""How a number written by people or systems becomes an exact decimal, or is refused before any arithmetic.

Source: rules 1. ASCII text without exponent, separator or blank; at most 18 digits before the point and 12 after.
A float is refused: it has already lost what was written.
"""

from __future__ import annotations

import decimal
import re
from decimal import Decimal

from billcore.core.errors import DocumentError, excerpt

# The only decimal context in billcore. It is never used to round: Inexact traps, so a lost digit is an error.
CONTEXT = decimal.Context(
    prec=60,
    Emin=-999999,
    Emax=999999,
    traps=[decimal.Inexact, decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)

INTEGER_DIGITS = 18
FRACTION_DIGITS = 12
MONEY_DIGITS = 14
_WRITTEN_DIGITS = 80

_TEXT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,12})?", re.ASCII)
_EXPECTED = "an exact decimal as text, int or Decimal: at most 18 digits before the point and 12 after, no exponent"


def exact(given: object, *, path: str = "") -> Decimal:
    """Read an exact decimal.

    Args:
        given: ``str``, ``int`` or ``Decimal``. Nothing else: a float or bool is refused.
        path: Where it stands, for the error.

    Rounding: none; ``-0`` becomes ``0``, trailing zeros stay (the document keeps its spelling).
    Raises: DocumentError ``float-amount``, ``number-malformed``, ``number-too-large``.
    Source: rules 1.

    >>> exact("1200.00")
    Decimal('1200.00')
    >>> exact(12.5)
    Traceback (most recent call last):
    billcore.core.errors.DocumentError: [float-amount]: found the float 12.5, expected an exact decimal as text, \
int or Decimal: at most 18 digits before the point and 12 after, no exponent. Write "12.5" in quotes.
    """
    if isinstance(given, str):
        text = given
    elif isinstance(given, float):
        raise DocumentError(
            "float-amount",
            found=f"the float {given!r}",
            expected=_EXPECTED,
            path=path,
            hint=f'Write "{given!r}" in quotes.',
        )
    elif isinstance(given, bool) or not isinstance(given, int | Decimal):
        raise DocumentError("number-malformed", found=excerpt(given), expected=_EXPECTED, path=path)
    elif isinstance(given, int):
        # Compared before it is printed: the text of an integer of a million digits takes seconds.
        if not -(10**INTEGER_DIGITS) < given < 10**INTEGER_DIGITS:
            raise DocumentError(
                "number-too-large", found="an integer of more than 18 digits", expected=_EXPECTED, path=path
            )
        return Decimal(given)
    else:
        text = _decimal_text(given, path)
    if len(text) > 40 or not _TEXT.fullmatch(text):
        raise DocumentError(_text_code(text), found=excerpt(text) or "an empty text", expected=_EXPECTED, path=path)
    number = Decimal(text)
    return number.copy_abs() if number.is_zero() else number


def _decimal_text(given: Decimal, path: str) -> str:
    """Spell a Decimal plainly, after its size has been looked at: printing 1E+1000000 would fill memory."""
    _, digits, exponent = given.as_tuple()
    if not isinstance(exponent, int):
        raise DocumentError("number-malformed", found=f"Decimal {given}", expected=_EXPECTED, path=path)
    if len(digits) > INTEGER_DIGITS + FRACTION_DIGITS or not -FRACTION_DIGITS <= exponent <= INTEGER_DIGITS:
        raise DocumentError(
            "number-too-large", found=f"a Decimal with exponent {exponent}", expected=_EXPECTED, path=path
        )
    return format(given, "f")


def _text_code(text: str) -> str:
    looks_like_a_number = re.fullmatch(r"-?[0-9]{1,40}(\.[0-9]{1,40})?", text[:82], re.ASCII)
    whole = text.lstrip("-").split(".")[0]
    return (
        "number-too-large" if looks_like_a_number and not (len(whole) > 1 and whole[0] == "0") else "number-malformed"
    )


def unscaled(text: str, *, path: str = "") -> tuple[int, int]:
    """Read a plain decimal that billcore itself wrote as an integer and its scale; it may be finer than a document's.

    Raises: DocumentError ``number-malformed``.

    >>> unscaled("12.50"), unscaled("-0.000000000000001")
    ((125, 1), (-1, 15))
    """
    whole, _, part = text.partition(".")
    body = whole.removeprefix("-")
    digits = body + part
    is_plain = digits.isascii() and digits.isdigit() and body[:1] != "" and (body[0] != "0" or body == "0")
    if not is_plain or len(digits) > _WRITTEN_DIGITS or text.endswith("."):
        raise DocumentError("number-malformed", found=excerpt(text) or "an empty text", expected=_EXPECTED, path=path)
    part = part.rstrip("0")
    return int(whole + part), len(part)


def scaled(number: Decimal, scale: int) -> int:
    """Give ``number * 10**scale`` as an integer; the scale must hold every digit.

    >>> scaled(Decimal("0.004"), 3)
    4
    """
    sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or exponent + scale < 0:
        number = number.normalize(CONTEXT)
        sign, digits, exponent = number.as_tuple()
        if not isinstance(exponent, int) or exponent + scale < 0:
            raise DocumentError(
                "number-too-fine", found=str(number), expected=f"at most {scale} digits after the point"
            )
    unsigned: int = int("".join(map(str, digits))) * 10 ** (exponent + scale)
    return -unsigned if sign else unsigned


def fraction_digits(number: Decimal) -> int:
    """Count the digits after the point that carry value.

    >>> fraction_digits(Decimal("0.0040")), fraction_digits(Decimal("1200.00"))
    (3, 0)
    """
    exponent = number.normalize(CONTEXT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def plain(unscaled: int, scale: int) -> str:
    """Spell an integer at a scale as a plain decimal text, all digits shown.

    >>> plain(138809, 2), plain(-5, 2), plain(7, 0)
    ('1388.09', '-0.05', '7')
    """
    sign, digits = ("-", -unscaled) if unscaled < 0 else ("", unscaled)
    if scale == 0:
        return f"{sign}{digits}"
    whole, part = divmod(digits, 10**scale)
    return f"{sign}{whole}.{part:0{scale}d}"


def shortest(number: Decimal) -> str:
    """Spell a decimal without trailing zeros or exponent: the canonical form of a number.

    >>> shortest(Decimal("1200.00")), shortest(Decimal("0.0040"))
    ('1200', '0.004')
    """
    return format(number.normalize(CONTEXT), "f")
