"""Laws of rounding, splitting and amounts, against definitions and under hostile decimal contexts."""

from __future__ import annotations

import decimal
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billcore.money.allocation import cumulative_part, split_by_time, split_by_weight
from billcore.money.amount import Amount, total
from billcore.money.currency import DIGITS
from billcore.money.display import localized
from billcore.money.rounding import MODES, round_ratio
from billcore.money.unit_price import UnitPrice
from billcore.money.units import Unit
from oracle.rounding import rounded
from support.laws import law

wholes = st.integers(-(10**18), 10**18)
modes = st.sampled_from(MODES)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any)


@given(
    n=st.integers(-(10**30), 10**30), d=st.integers(1, 10**12), mode=modes, increment=st.sampled_from([1, 5, 10, 25])
)
@law(200)
def test_rounding_is_its_definition(n, d, mode, increment):
    """Every mode at every increment picks the multiple that its definition names."""
    assert rounded(Fraction(n, d), mode, increment) == round_ratio(n, d, mode, increment=increment)


@given(half=st.integers(-(10**12), 10**12), scale=st.integers(1, 50), mode=modes, increment=st.sampled_from([1, 5]))
@law(200)
def test_ties_round_by_definition(half, scale, mode, increment):
    """Exact halves, written in any terms, round as the mode says."""
    n, d = (2 * half + 1) * increment * scale, 2 * scale
    assert rounded(Fraction(n, d), mode, increment) == round_ratio(n, d, mode, increment=increment)


@given(n=wholes, d=st.integers(1, 10**9), mode=modes)
@law(200)
def test_rounding_is_sign_safe(n, d, mode):
    """What is owed and what is credited round to the same figure."""
    assert -round_ratio(n, d, mode) == round_ratio(-n, d, mode)


@given(whole=wholes, parts=weights)
@law(200)
def test_parts_by_weight(whole, parts):
    """Parts sum to the whole, are within one unit of their exact share, sign-safe, and nothing for no weight."""
    found = split_by_weight(whole, parts)
    assert whole == sum(found)
    assert found == tuple(-part for part in split_by_weight(-whole, parts))
    for part, weight in zip(found, parts, strict=True):
        assert abs(part - Fraction(whole * weight, sum(parts))) < 1
        assert weight or part == 0


@given(whole=st.integers(0, 10**9), parts=st.lists(st.integers(0, 1000), min_size=2, max_size=8).filter(any))
@law(200)
def test_largest_remainders_get_the_units(whole, parts):
    """No weight that got a unit on top has a smaller remainder than one that got none."""
    exact = [Fraction(whole * weight, sum(parts)) for weight in parts]
    extra = {True: [], False: []}
    for part, share in zip(split_by_weight(whole, parts), exact, strict=True):
        extra[part > share // 1].append(share % 1)
    assert min(extra[True], default=1) >= max(extra[False], default=0)


@given(whole=wholes, parts=weights, mode=modes)
@law(200)
def test_parts_by_time(whole, parts, mode):
    """Rows by time sum to the whole, and each row stands alone as a difference of cumulative shares."""
    found = split_by_time(whole, parts, mode=mode)
    assert whole == sum(found)
    before = 0
    for row, weight in zip(found, parts, strict=True):
        assert row == cumulative_part(whole, before, before + weight, sum(parts), mode=mode)
        assert abs(row - Fraction(whole * weight, sum(parts))) < 2
        before += weight


@given(minor=st.integers(-(10**15), 10**15), currency=st.sampled_from(sorted(DIGITS)))
@law(200)
def test_an_amount_survives_its_text(minor, currency):
    """In every currency, the text read back is the amount; and so is py-moneyed's Money."""
    given_amount = Amount(minor=minor, currency=currency)
    if abs(minor) < 10 ** (14 + DIGITS[currency]):
        assert given_amount == Amount.of(given_amount.text, currency)
        assert given_amount == Amount.of(given_amount.money)
    assert Fraction(minor, 10 ** DIGITS[currency]) == Fraction(given_amount.text)


def face():
    """A little of everything that touches a Decimal; its answers must not depend on who asks."""
    token = Unit(code="TOKEN", digits=2, worth="0.000123456789", currency="USD", per="999.99")
    price = UnitPrice.of("123456.123456789012", "USD")
    return (
        str(Amount.of("99999999999999.99", "USD")),
        str(Amount.of(Decimal("-12345678.90"), "USD") - Amount.of("0.01", "USD")),
        str(Amount.rounded(2**70, 3 * 10**9, "KWD", "half_even")),
        Amount.of("1234567.891", "KWD").decimal,
        str(total([Amount.of("33333333.33", "EUR")] * 3, "EUR")),
        split_by_weight(10**15 + 1, [1, 2, 4]),
        str(price),
        price.times("999999.999999999999"),
        token.convert("123456789.01"),
        localized(Amount.of("-123456789.12", "USD"), "de"),
        localized(Amount.of("1234567.891", "KWD"), "ar"),
    )


EXPECTED_FACE = face()


def hostile():
    return decimal.Context(
        prec=3,
        rounding=decimal.ROUND_UP,
        Emin=-5,
        Emax=5,
        clamp=1,
        traps=list(decimal.getcontext().traps),
    )


def test_a_hostile_decimal_context_changes_nothing():
    """Precision 3, rounding up and every trap set in the caller's context change no figure and raise nothing."""
    with decimal.localcontext(hostile()):
        with pytest.raises(decimal.Inexact):
            Decimal("12.34") + Decimal("0.001")
        assert face() == EXPECTED_FACE


def test_threads_with_hostile_contexts_agree():
    """Eight threads, each with its own context, switching often, all see the same figures."""

    def work(seed):
        decimal.setcontext(hostile() if seed % 2 else decimal.Context(prec=1 + seed, traps=[]))
        return [face() for _ in range(20)]

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(work, range(16)))
    finally:
        sys.setswitchinterval(before)
    assert all(figures == EXPECTED_FACE for result in results for figures in result)


def test_changing_money_in_place_moves_nothing():
    """Money handed out, changed by its receiver, and money handed in, changed by its giver, leave amounts alone."""
    amount = Amount.of("10.00", "USD")
    money = amount.money
    money.amount = Decimal("999")
    assert str(amount) == "USD 10.00"
    assert Decimal("10.00") == amount.money.amount
    kept = Amount.of(money)
    money.amount = Decimal("1")
    assert str(kept) == "USD 999.00"


@pytest.mark.parametrize("other", [decimal.ROUND_FLOOR, decimal.ROUND_05UP])
def test_the_context_is_left_as_it_was(other):
    """Showing an amount leaves the caller's context and its flags untouched."""
    with decimal.localcontext() as context:
        context.rounding = other
        context.clear_flags()
        localized(Amount.of("1234.50", "USD"), "en")
        assert decimal.getcontext() is context
        assert other == context.rounding
        assert not any(context.flags.values())
