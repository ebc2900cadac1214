"""The table of currencies against three other tables."""

from __future__ import annotations

from datetime import date, datetime

import iso4217
import pytest
from babel.core import get_global
from babel.numbers import get_currency_precision
from moneyed import CURRENCIES

from billcore.core.errors import DocumentError
from billcore.money.currency import DIGITS, INTRODUCED, WITHDRAWN, check_currency, minor_digits
from hostile import HUGE

# Codes of list one that are no money to be owed: metals, bond units, testing, none; they have no minor unit.
NO_MONEY = {"XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"}
# Where our last day is not the one of CLDR: CLDR leaves out the time of double circulation, or the exchange period.
OTHER_LAST_DAY = {"CUC", "EEK", "LTL", "LVL", "SKK", "STD"}


def test_live_codes_and_digits_equal_iso():
    """Our live codes are those of ISO 4217 list one that are money, with its minor units."""
    theirs = {currency.code: currency.exponent for currency in iso4217.Currency if currency.code not in NO_MONEY}
    assert theirs == DIGITS


def test_digits_equal_moneyed():
    """Where py-moneyed knows a code too, its sub-units are ours, for withdrawn codes as well."""
    shared = [code for code in [*DIGITS, *WITHDRAWN] if code in CURRENCIES]
    assert len(shared) > 150
    assert {code: CURRENCIES[code].sub_unit for code in shared} == {code: 10 ** minor_digits(code) for code in shared}


def test_display_digits_differ_where_stated():
    """CLDR shows fewer digits than ISO gives for exactly these codes; billing by CLDR would lose money there."""
    fewer = {code for code in DIGITS if get_currency_precision(code) < DIGITS[code]}
    assert {"IQD", "AFN", "ALL", "IRR", "LAK", "LBP", "MMK", "SOS", "SYP", "YER"} <= fewer
    assert not {"USD", "EUR", "KWD", "JPY"} & fewer
    assert {code for code in DIGITS if get_currency_precision(code) > DIGITS[code]} <= {"UYI"}


def test_no_code_is_both_live_and_withdrawn():
    """A code is in use or withdrawn, and only codes in use began."""
    assert not set(DIGITS) & set(WITHDRAWN)
    assert set(INTRODUCED) <= set(DIGITS)


def test_days_equal_cldr():
    """First and last days are CLDR's to the day after, where the two tables mean the same."""
    begins, ends = {}, {}
    for rows in get_global("territory_currencies").values():
        for code, first, last, _ in rows:
            if first:
                begins[code] = min(date(*first), begins.get(code, date.max))
            if last:
                ends[code] = max(date(*last), ends.get(code, date.min))
    for code, (_, last) in WITHDRAWN.items():
        if code in ends and code not in OTHER_LAST_DAY:
            assert abs((last - ends[code]).days) <= 1, code
        elif code in ends:
            assert 1 < (last - ends[code]).days <= 181, code
    assert {code: begins[code] for code in INTRODUCED} == INTRODUCED


@pytest.mark.parametrize("code", sorted(WITHDRAWN))
def test_a_withdrawn_code_ends_after_its_last_day(code):
    """On its last day a withdrawn currency passes; the day after it is refused, with the day named."""
    digits, last = WITHDRAWN[code]
    assert digits == check_currency(code, last)
    with pytest.raises(DocumentError) as caught:
        check_currency(code, date.fromordinal(last.toordinal() + 1))
    assert caught.value.code == "currency-withdrawn"
    assert str(last) in str(caught.value)


@pytest.mark.parametrize("on", [datetime.fromisoformat("2026-01-01"), "2026-01-01", None, 5, HUGE])
def test_the_day_is_a_date(on):
    """A day of any wrong kind is refused at its place."""
    with pytest.raises(DocumentError) as caught:
        check_currency("USD", on)
    assert (caught.value.code, caught.value.path) == ("date-malformed", "on")
