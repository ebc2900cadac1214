"""Laws of proration under every convention: parts add up to the whole, shares stay between none and all, credits end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billcore.money.amount import Amount
from billcore.periods.instants import InstantPeriod
from billcore.periods.period import Period
from billcore.proration.amounts import part_amount, share_of
from billcore.proration.convention import ProrationConvention
from billcore.proration.credits import unused_credit
from billcore.proration.presets import PRESETS, preset
from oracle import periods as oracle
from support.laws import law

starts = st.dates(min_value=date(2023, 1, 1), max_value=date(2027, 12, 31))
units = st.sampled_from(["day", "month30", "month30e", "month30us", "month_actual", "none"])
prices = st.integers(0, 10**9)
CURRENCIES = st.sampled_from(["USD", "JPY", "KWD"])
modes = st.sampled_from(["half_up", "half_even", "up", "down"])


@st.composite
def fulls(draw, longest=366):
    start = draw(starts)
    return Period(start=start, end=start + timedelta(days=draw(st.integers(2, longest))))


@st.composite
def conventions(draw):
    unit = draw(units)
    fixed = ["full_period"] if unit == "month_actual" else ["full_period", "30", "360", "365"]
    return ProrationConvention(
        unit=unit,
        denominator=draw(st.sampled_from(fixed)),
        fraction_digits=draw(st.none() | st.integers(0, 12)),
        parts=draw(st.sampled_from(["cumulative", "each"])),
        credit_rounding=draw(st.sampled_from(["cumulative", "each"])),
        credit_basis=draw(st.sampled_from(["as_billed", "list_price", "as_paid"])),
        credit_cap=draw(st.sampled_from(["rest", "paid"])),
    )


def cut(full, data, most=8):
    inner = data.draw(st.sets(st.sampled_from(list(full.each_day())[1:]), max_size=most))
    return [Period(start=start, end=end) for start, end in pairwise([full.start, *sorted(inner), full.end])]


@given(full=fulls(), convention=conventions(), price=prices, currency=CURRENCIES, mode=modes, data=st.data())
@law(200)
def test_cumulative_parts_add_up_to_the_whole(full, convention, price, currency, mode, data):
    """Under cumulative parts, whatever unit, denominator, digits and mode, the parts of a period cost the period."""
    additive = convention.revised(parts="cumulative")
    costs = [
        part_amount((price, 1000), part, full, additive, currency=currency, rounding=mode) for part in cut(full, data)
    ]
    # Under a day count that finds no day in a period's first days nothing is lost: its last part takes what is left.
    whole = Amount.rounded(price, 1000, currency, mode)
    assert whole.minor == sum(cost.minor for cost in costs)
    assert all(cost.minor >= 0 for cost in costs)


@given(full=fulls(), price=prices, data=st.data())
@law(120)
def test_parts_alone_are_off_by_half_a_cent_each_at_most(full, price, data):
    """Rounded each, n parts by days miss the whole by at most n halves of a cent."""
    alone = ProrationConvention(parts="each")
    parts = cut(full, data)
    costs = sum(part_amount((price, 100), part, full, alone, currency="USD").minor for part in parts)
    assert abs(costs - price) * 2 <= len(parts)


@given(full=fulls(), convention=conventions(), data=st.data())
@law(200)
def test_a_share_is_between_none_and_all(full, convention, data):
    """Under every convention a part is at least nothing and at most the whole, and the whole is all."""
    for part in cut(full, data):
        assert 0 <= Fraction(*share_of(part, full, convention)) <= 1
    assert Fraction(*share_of(full, full, convention)) == 1


@given(full=fulls(), digits=st.integers(0, 12), data=st.data())
@law(120)
def test_digits_of_a_share_are_the_nearest(full, digits, data):
    """A share at so many digits is off by at most half of the last one, and halves go up."""
    part = data.draw(st.sampled_from(cut(full, data)))
    exact = Fraction(part.days, full.days)
    found = Fraction(*share_of(part, full, ProrationConvention(fraction_digits=digits)))
    off = (found - exact) * 10**digits
    assert -Fraction(1, 2) < off <= Fraction(1, 2)


@given(full=fulls(60), price=prices, data=st.data())
@law(100)
def test_amounts_equal_the_walk(full, price, data):
    """A part costs the difference of two cumulatives that a walk day by day adds up."""
    part = data.draw(st.sampled_from(cut(full, data)))
    through, before = (
        Fraction(len(oracle.walk(full.start, end)), len(oracle.walk(full.start, full.end))) * price
        for end in (part.end, part.start)
    )
    found = part_amount((price, 100), part, full, ProrationConvention(), currency="USD")
    assert found.minor == int(through + Fraction(1, 2)) - int(before + Fraction(1, 2))


@given(full=fulls(), convention=conventions(), billed=prices, paid=prices, listed=prices, data=st.data(), mode=modes)
@law(200)
def test_credits_stay_within_the_line(full, convention, billed, paid, listed, data, mode):
    """Whatever the convention, credits one after the other never exceed the line, and a full withdrawal takes it all."""
    money = {name: Amount(minor=minor, currency="USD") for name, minor in (("paid", paid), ("list_price", listed))}
    line = Amount(minor=billed, currency="USD")
    given, before = Amount(minor=0, currency="USD"), []
    for part in data.draw(st.permutations(cut(full, data, 5))):
        found = unused_credit(
            part, full, convention, billed=line, credited=given, unused_before=before, rounding=mode, **money
        )
        assert 0 <= found.amount.minor <= billed - given.minor
        given, before = given + found.amount, [*before, part]
    assert given.minor == (min(billed, paid) if convention.credit_cap == "paid" else billed)


@given(full=fulls(), billed=prices, unit=units, data=st.data())
@law(120)
def test_the_route_does_not_matter(full, billed, unit, data):
    """As billed and cumulative, days given back in any order and in any pieces give back the same."""
    convention, line = ProrationConvention(unit=unit), Amount(minor=billed, currency="USD")
    pieces = cut(full, data, 5)
    tail = pieces[data.draw(st.integers(0, len(pieces) - 1)) :]
    at_once = unused_credit(Period(start=tail[0].start, end=full.end), full, convention, billed=line).amount
    given, before = Amount(minor=0, currency="USD"), []
    for part in data.draw(st.permutations(tail)):
        given += unused_credit(part, full, convention, billed=line, credited=given, unused_before=before).amount
        before.append(part)
    if unit != "none":  # under none each piece that is kept is whole, so how many there are would count
        assert given == at_once


@pytest.mark.parametrize("name", PRESETS)
@given(data=st.data(), price=prices)
@law(40)
def test_a_preset_shares_between_none_and_all(name, data, price):
    """Each preset prices a part at no more than the whole, and the whole at its price."""
    convention = preset(name)
    start = data.draw(starts)
    days = data.draw(st.integers(2, 31))
    cuts = sorted(data.draw(st.sets(st.integers(1, days - 1), max_size=4)))
    ends = [start + timedelta(days=n) for n in (0, *cuts, days)]
    if convention.unit == "second":
        moments = [datetime(day.year, day.month, day.day, 7, 30, tzinfo=UTC) for day in ends]
        full = InstantPeriod(start=moments[0], end=moments[-1])
        parts = [InstantPeriod(start=one, end=other) for one, other in pairwise(moments)]
    else:
        full = Period(start=ends[0], end=ends[-1])
        parts = [Period(start=one, end=other) for one, other in pairwise(ends)]
    whole = part_amount((price, 100), full, full, convention, currency="USD")
    assert whole.minor == price
    assert all(0 <= part_amount((price, 100), part, full, convention, currency="USD").minor <= price for part in parts)
