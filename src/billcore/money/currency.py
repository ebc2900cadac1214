"""Which currencies there are, and how many digits after the point each one's money has.

Source: ISO 4217 list one, amendment in force on 2026-01-01. Digits for display (CLDR) differ for some codes and are no
business of money: amounts are whole minor units by ISO, then formatted.
"""

from __future__ import annotations

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
DIGITS: dict[str, int] = {code: digits for digits, codes in _BY_DIGITS.items() for code in codes.split()}


def minor_digits(code: str) -> int:
    """Tell how many digits after the point the currency's money has: 0, 2, 3 or 4.

    Raises: DocumentError ``currency-unknown``.
    Source: ISO 4217.

    >>> minor_digits("USD"), minor_digits("JPY"), minor_digits("KWD")
    (2, 0, 3)
    """
    try:
        return DIGITS[code]
    except (KeyError, TypeError):
        raise DocumentError(
            "currency-unknown", found=excerpt(code), expected="an ISO 4217 code in capitals, such as USD"
        ) from None
