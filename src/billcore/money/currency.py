"""Which currencies there are, how many digits after the point each one's money has, and until when it may be used.

Source: ISO 4217 list one, amendment in force on 2026-01-01, and list three for what was withdrawn. Digits for display
(CLDR) differ for some codes and are no business of money: amounts are whole minor units by ISO, then formatted.
"""

from __future__ import annotations

from datetime import date, datetime

from billcore.core.errors import DocumentError, excerpt

_BY_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
    "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR "
    "ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV "
    "MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD "
    "SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
# Codes of list one.
DIGITS: dict[str, int] = {code: digits for digits, codes in _BY_DIGITS.items() for code in codes.split()}

# Codes withdrawn since 2008: digits and the last day on which money in it could be owed, the time of double circulation
# included. Older codes are unknown.
WITHDRAWN: dict[str, tuple[int, date]] = {
    "ANG": (2, date(2025, 6, 30)),  # XCG from 2025-03-31; ISO 4217 amendment 176
    "BGN": (2, date(2026, 1, 31)),  # EUR from 2026-01-01
    "BYR": (0, date(2016, 12, 31)),  # BYN from 2016-07-01; amendment 161
    "CUC": (2, date(2021, 6, 30)),  # CUP alone from 2021-01-01, six months to exchange; amendment 178
    "CYP": (2, date(2008, 1, 31)),  # EUR from 2008-01-01
    "EEK": (2, date(2011, 1, 14)),  # EUR from 2011-01-01
    "HRK": (2, date(2023, 1, 14)),  # EUR from 2023-01-01; amendment 174
    "LTL": (2, date(2015, 1, 15)),  # EUR from 2015-01-01; amendment 159
    "LVL": (2, date(2014, 1, 14)),  # EUR from 2014-01-01; amendment 156
    "MRO": (2, date(2018, 6, 30)),  # MRU from 2018-01-01; amendment 165
    "MTL": (2, date(2008, 1, 31)),  # EUR from 2008-01-01
    "SKK": (2, date(2009, 1, 16)),  # EUR from 2009-01-01
    "SLL": (2, date(2023, 12, 31)),  # SLE from 2022-07-01; amendments 171 to 175
    "STD": (2, date(2018, 6, 30)),  # STN from 2018-01-01; amendment 164
    "VEF": (2, date(2018, 8, 20)),  # VES from 2018-08-20; amendment 168
    "ZMK": (2, date(2012, 12, 31)),  # ZMW from 2013-01-01
    "ZWL": (2, date(2024, 8, 31)),  # ZWG from 2024-06-25; amendment 177
}

# First days of codes introduced since 2008, where they are known to the day.
INTRODUCED: dict[str, date] = {
    "BYN": date(2016, 7, 1),
    "MRU": date(2018, 1, 1),
    "SLE": date(2022, 7, 1),
    "SSP": date(2011, 7, 18),
    "STN": date(2018, 1, 1),
    "VES": date(2018, 8, 20),
    "XCG": date(2025, 3, 31),
    "ZMW": date(2013, 1, 1),
    "ZWG": date(2024, 6, 25),
}


def minor_digits(code: str) -> int:
    """Tell how many digits after the point the currency's money has: 0, 2, 3 or 4.

    A withdrawn currency keeps its digits, because old invoices keep their currency; `check_currency` judges by date.

    Raises: DocumentError ``currency-unknown``.
    Source: ISO 4217.

    >>> minor_digits("USD"), minor_digits("JPY"), minor_digits("KWD"), minor_digits("HRK")
    (2, 0, 3, 2)
    """
    try:
        digits = DIGITS.get(code)
        return WITHDRAWN[code][0] if digits is None else digits
    except (KeyError, TypeError):
        given: object = code
        raise DocumentError(
            "currency-unknown",
            found=(excerpt(given) or "an empty text") if isinstance(given, str) else type(given).__name__,
            expected="an ISO 4217 code in capitals, such as USD",
        ) from None


def check_currency(code: str, on: date) -> int:
    """Refuse a currency that is not in use on a day; tell its digits otherwise.

    Args:
        code: ISO 4217 code.
        on: The day that judges: of the invoice, or on which a contract begins.

    Raises: DocumentError ``currency-unknown``, ``currency-withdrawn``, ``currency-not-yet-in-use``, ``date-malformed``.
    Source: ISO 4217 lists one and three; the days of double circulation are those of the countries' laws.

    >>> check_currency("HRK", date(2022, 12, 31))
    2
    >>> check_currency("HRK", date(2026, 1, 1))
    Traceback (most recent call last):
    billcore.core.errors.DocumentError: [currency-withdrawn]: found HRK on 2026-01-01, expected a currency in use; HRK \
ended on 2023-01-14.
    """
    digits = minor_digits(code)
    given: object = on
    if not isinstance(given, date) or isinstance(given, datetime):
        raise DocumentError("date-malformed", found=type(on).__name__, expected="a date without time of day", path="on")
    if code in WITHDRAWN and on > WITHDRAWN[code][1]:
        raise DocumentError(
            "currency-withdrawn",
            found=f"{code} on {on}",
            expected=f"a currency in use; {code} ended on {WITHDRAWN[code][1]}",
        )
    if code in INTRODUCED and on < INTRODUCED[code]:
        raise DocumentError(
            "currency-not-yet-in-use",
            found=f"{code} on {on}",
            expected=f"a currency in use; {code} began on {INTRODUCED[code]}",
        )
    return digits
