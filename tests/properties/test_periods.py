"""Laws of boundaries, tilings, day counts and shares, against a walk through the calendar day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from billcore.periods.anchor import ContractStart, DayOfMonth, MonthEnd, OnDate
from billcore.periods.boundaries import boundary, period_of, tile
from billcore.periods.day_count import elapsed, measure
from billcore.periods.instant_grid import instant_boundary, period_at, tile_instants
from billcore.periods.instants import InstantPeriod
from billcore.periods.period import Period
from billcore.periods.stubs import STUBS
from billcore.periods.zones import local_date
from billcore.proration.convention import ProrationConvention
from billcore.proration.shares import instant_share, periods_in, share
from oracle import periods as oracle
from support.laws import law

LEAP_YEAR = oracle.walk(date(2024, 1, 1), date(2025, 1, 1))
STEPS = {"day": (0, 1), "week": (0, 7), "10 days": (0, 10), "month": (1, 0), "quarter": (3, 0), "year": (12, 0)}
SIXTY = 60

days = st.dates(date(2016, 1, 1), date(2040, 1, 1))
frequencies = st.sampled_from(["day", "week", "10 days", "month", "2 months", "quarter", "6 months", "year", "term"])
anchors = st.one_of(
    st.just(ContractStart()),
    st.just(MonthEnd()),
    st.integers(1, 31).map(lambda day: DayOfMonth(day=day)),
    days.map(lambda day: OnDate(date=day)),
)
units = st.sampled_from(["day", "month30", "month30e", "month30us", "month_actual"])


@st.composite
def spans(draw, longest=900):
    start = draw(days)
    return Period(start=start, end=start + timedelta(days=draw(st.integers(1, longest))))


@pytest.mark.parametrize("frequency", STEPS)
def test_boundaries_equal_the_walk(frequency):
    """From every day of a leap year, sixty periods of each frequency fall where the calendar's walk finds them.

    Cut from the first boundary to the last, the rows are these periods: no gap, no overlap, none missing.
    """
    assert len(LEAP_YEAR) == 366
    months, step_days = STEPS[frequency]
    for anchor in LEAP_YEAR:
        if months:
            expected = oracle.month_boundaries(anchor, months, SIXTY + 1)
        else:
            expected = oracle.day_boundaries(anchor, step_days, SIXTY + 1)
        assert expected == [boundary(anchor, frequency, n) for n in range(SIXTY + 1)]
        rows = tile(Period(start=anchor, end=expected[-1]), frequency, anchor=ContractStart())
        assert list(pairwise(expected)) == [(row.service.start, row.service.end) for row in rows]
        assert not any(row.is_stub for row in rows)


@pytest.mark.parametrize("anchor", [*(DayOfMonth(day=day) for day in (28, 29, 30, 31)), MonthEnd()], ids=str)
def test_the_ends_of_months_equal_the_walk(anchor):
    """From every day of a leap year, two years of months with an anchor at a month's end are cut where the walk cuts."""
    wanted = anchor.day if isinstance(anchor, DayOfMonth) else 31
    calendar = oracle.walk(date(2023, 11, 1), date(2027, 3, 1))
    boundaries = {day for day in calendar if oracle.falls_on(day, wanted)}
    for start in LEAP_YEAR:
        rows = tile(Period(start=start, end=date(2026, 12, 31)), "month", anchor=anchor)
        assert [(row.service.start, row.service.end) for row in rows] == list(
            pairwise(
                [start, *sorted(day for day in boundaries if start < day < date(2026, 12, 31)), date(2026, 12, 31)]
            )
        )
        assert all({row.parts[0].full.start, row.parts[0].full.end} <= boundaries for row in rows)


@given(anchor=days, n=st.integers(-400, 400), months=st.sampled_from([1, 2, 3, 6, 12]))
@law(100)
def test_boundaries_equal_dateutil(anchor, n, months):
    """One addition of dateutil to the anchor, forward and back, gives the same day."""
    assert anchor + relativedelta(months=n * months) == boundary(anchor, f"{months} month{'s' * (months > 1)}", n)


@given(day=days, away=st.integers(-900, 900), frequency=frequencies.filter(lambda f: f != "term"))
@law(100)
def test_lookup_finds_the_period_around_the_day(day, away, frequency):
    """The period found contains the day, and its ends are neighboring boundaries of the anchor."""
    anchor, n = day - timedelta(days=away), 0
    toward = 1 if away >= 0 else -1
    while not boundary(anchor, frequency, n) <= day < boundary(anchor, frequency, n + 1):
        n += toward
    expected = Period(start=boundary(anchor, frequency, n), end=boundary(anchor, frequency, n + 1))
    assert expected == period_of(day, frequency, anchor)


@given(span=spans(), frequency=frequencies, anchor=anchors, stub=st.sampled_from(STUBS), rebase=st.booleans())
@law(120)
def test_rows_tile_the_span(span, frequency, anchor, stub, rebase):
    """Whatever anchor and stub, rows and their parts cover each day of the span once, each part within its period."""
    rows = tile(span, frequency, anchor=anchor, stub=stub, rebase_month=rebase)
    parts = [part for row in rows for part in row.parts]
    for pieces in ([row.service for row in rows], [part.service for part in parts]):
        assert (span.start, span.end) == (pieces[0].start, pieces[-1].end)
        assert [piece.end for piece in pieces[:-1]] == [piece.start for piece in pieces[1:]]
    assert all(part.full.covers(part.service) for part in parts)
    # Full periods follow each other without a gap too: a share is never taken of a made-up period.
    assert [part.full.end for part in parts[:-1]] == [part.full.start for part in parts[1:]]
    assert all(part.is_whole for part in parts[1:-1])
    assert max(len(row.parts) for row in rows) <= 2


@given(span=spans(), frequency=frequencies, anchor=anchors, stub=st.sampled_from(STUBS))
@law(120)
def test_a_leading_rest_stepped_back_changes_no_day(span, frequency, anchor, stub):
    """Stepped back, the first part is of a period that ends with it; every day of service and the rest stay."""
    plain, stepped = (
        [part for row in tile(span, frequency, anchor=anchor, stub=stub, leading=leading) for part in row.parts]
        for leading in ("anchored", "stepped_back")
    )
    assert [part.service for part in plain] == [part.service for part in stepped]
    assert plain[1:] == stepped[1:]
    if plain[0].full.start == span.start or frequency == "term":
        assert plain[0] == stepped[0]
    else:
        assert stepped[0].full.end == stepped[0].service.end
        assert stepped[0].full.start == boundary(stepped[0].full.end, frequency, -1)


@given(span=spans(), wanted=st.integers(1, 31), stub=st.sampled_from(STUBS))
@law(100)
def test_monthly_rows_equal_the_walk(span, wanted, stub):
    """With a day of the month as anchor, the parts are what a walk that looks at each day cuts."""
    calendar = oracle.walk(span.start - timedelta(days=40), span.end + timedelta(days=40))
    boundaries = {day for day in calendar if oracle.falls_on(day, wanted)}
    rows = tile(span, "month", anchor=DayOfMonth(day=wanted), stub=stub)
    parts = [part for row in rows for part in row.parts]
    assert oracle.cut(span.start, span.end, boundaries) == [
        (part.service.start, part.service.end, part.full.start, part.full.end) for part in parts
    ]


@given(span=spans(), months=st.sampled_from([1, 3, 12]), origin=days)
@law(100)
def test_rows_on_a_date_equal_the_walk(span, months, origin):
    """With a date as anchor, before or after the start, the parts are cut at its steps in both directions."""
    everywhere = set()
    for place in range(oracle.PLACE[origin] % months, len(oracle.MONTHS), months):
        month = oracle.MONTHS[place]
        everywhere.add(next((day for day in month if day.day == origin.day), month[-1]))
    rows = tile(span, f"{months} month{'s' * (months > 1)}", anchor=OnDate(date=origin))
    assert oracle.cut(span.start, span.end, everywhere) == [
        (row.service.start, row.service.end, row.parts[0].full.start, row.parts[0].full.end) for row in rows
    ]


@given(span=spans(), frequency=frequencies, anchor=anchors)
@law(120)
def test_stubs_differ_only_in_where_rows_end(span, frequency, anchor):
    """A long stub is its short one joined to a neighbor: the parts are the same, and at most one row fewer."""
    for short, long in (("short_first", "long_first"), ("short_last", "long_last")):
        apart, joined = (tile(span, frequency, anchor=anchor, stub=stub) for stub in (short, long))
        assert [part for row in apart for part in row.parts] == [part for row in joined for part in row.parts]
        assert len(apart) - len(joined) in (0, 1)


@given(span=spans(), unit=st.sampled_from(["day", "month30", "month30e", "month_actual"]))
@law(120)
def test_measures_equal_the_walk(span, unit):
    """A measure is the sum of what its days weigh one by one."""
    assert oracle.weigh(unit, span.start, span.end) == measure(unit, span)


@given(span=spans(), unit=units)
@law(100)
def test_measures_never_fall(span, unit):
    """Seen from a fixed start, a later end never measures less, under every day count."""
    through = [elapsed(unit, span.start, day) for day in oracle.walk(span.start, span.end + timedelta(days=2))]
    assert through[0] == 0
    assert sorted(through) == through


@given(full=spans(400).filter(lambda p: p.days > 2), unit=units, data=st.data())
@law(100)
def test_adjacent_parts_sum_to_the_whole(full, unit, data):
    """However a full period is cut, the shares of the parts add up to exactly 1."""
    inner = data.draw(st.sets(st.sampled_from(list(full.each_day())[1:]), max_size=6))
    ends = [full.start, *sorted(inner), full.end]
    parts = [Period(start=start, end=end) for start, end in pairwise(ends)]
    convention = ProrationConvention(unit=unit)
    assert sum((share(part, full, convention).fraction for part in parts), Fraction(0)) == 1


@given(full=spans(400), unit=st.sampled_from(["day", "month30", "month30e", "month_actual"]), data=st.data())
@law(120)
def test_shares_equal_the_walk(full, unit, data):
    """A share is the weight of its days over the weight of the full period's days."""
    part = data.draw(st.sampled_from(list(full.each_day())))
    whole = oracle.weigh(unit, full.start, full.end)
    if whole:
        found = share(Period(start=part, end=full.end), full, ProrationConvention(unit=unit))
        assert oracle.weigh(unit, part, full.end) / whole == found.fraction


@given(span=spans(), unit=units, denominator=st.sampled_from(["30", "360", "365"]), anchor=anchors)
@law(120)
def test_a_share_is_at_most_the_whole(span, unit, denominator, anchor):
    """Under every fixed denominator each part is between nothing and the whole, and a row at most its parts."""
    convention = ProrationConvention(unit="day" if unit == "month_actual" else unit, denominator=denominator)
    for row in tile(span, "month", anchor=anchor, stub="long_last"):
        assert 0 <= periods_in(row, convention) <= len(row.parts)


@given(
    start=st.datetimes(
        datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2040-01-01"), timezones=st.timezones()
    ),
    seconds=st.integers(2, 10**8),
    data=st.data(),
)
@law(100)
def test_instants_sum_in_every_zone(start, seconds, data):
    """Parts of a period of instants add up to 1 whatever zone they are written in, clock changes included."""
    begin = start.astimezone(UTC)
    middle = begin + timedelta(seconds=data.draw(st.integers(1, seconds - 1)))
    end = begin + timedelta(seconds=seconds)
    full = InstantPeriod(start=start, end=end)
    parts = InstantPeriod(start=start, end=middle), InstantPeriod(start=middle.astimezone(start.tzinfo), end=end)
    assert sum(instant_share(part, full).fraction for part in parts) == 1


# Clocks that change at midnight, by half an hour, across the date line, and not at all.
ZONES = {
    "Europe/Berlin": 2024,
    "America/New_York": 2024,
    "America/Sao_Paulo": 2018,
    "Asia/Beirut": 2024,
    "Africa/Cairo": 2024,
    "Australia/Lord_Howe": 2024,
    "Pacific/Apia": 2011,
    "Asia/Kolkata": 2024,
    "UTC": 2024,
}


@pytest.mark.parametrize("zone_name", ZONES)
def test_the_second_before_and_after_midnight(zone_name):
    """A second before a local day begins is still the day before; the first second of the day is the day."""
    year = ZONES[zone_name]
    starts = oracle.starts_of_days(zone_name, year)
    assert len(starts) == len(oracle.walk(date(year, 1, 1), date(year + 1, 1, 1))) - (zone_name == "Pacific/Apia")
    for (before, _), (day, first) in pairwise(starts):
        assert local_date(first, zone_name) == day
        assert local_date(first - timedelta(seconds=1), zone_name) == before


zone_names = st.sampled_from(sorted(ZONES))
moments = st.datetimes(datetime.fromisoformat("2005-01-01"), datetime.fromisoformat("2035-01-01")).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)


@given(anchor=moments, moment=moments, zone_name=zone_names, frequency=frequencies.filter(lambda f: f != "term"))
@law(120)
def test_an_instant_lies_in_its_period(anchor, moment, zone_name, frequency):
    """The period found holds the instant, its start lies in no other, and the period before ends where it starts."""
    found = period_at(moment, frequency, anchor, zone_name=zone_name)
    assert moment in found
    assert period_at(found.start, frequency, anchor, zone_name=zone_name) == found
    before = period_at(found.start - timedelta(microseconds=1), frequency, anchor, zone_name=zone_name)
    assert before.end == found.start


@given(anchor=moments, n=st.integers(-200, 200), zone_name=zone_names, months=st.sampled_from([1, 3, 12]))
@law(120)
def test_boundaries_keep_the_time_on_the_clock(anchor, n, zone_name, months):
    """A boundary falls on the day that dates alone would give, at the anchor's time, or later where no clock showed it."""
    place = ZoneInfo(zone_name)
    local = anchor.astimezone(place)
    found = instant_boundary(anchor, f"{months} month{'s' * (months > 1)}", n, zone_name=zone_name).astimezone(place)
    wanted = datetime.combine(local.date() + relativedelta(months=n * months), local.time())
    late = found.replace(tzinfo=None) - wanted
    assert late == timedelta(0) or oracle.is_left_out(wanted, zone_name)
    assert timedelta(0) <= late <= timedelta(days=1)


@given(start=moments, seconds=st.integers(1, 10**8), anchor=moments, zone_name=zone_names)
@law(100)
def test_rows_of_instants_tile_the_span(start, seconds, anchor, zone_name):
    """Rows cover each instant of the span once; their full periods follow each other without a gap."""
    span = InstantPeriod(start=start, end=start + timedelta(seconds=seconds))
    rows = tile_instants(span, "month", anchor=anchor, zone_name=zone_name)
    assert (rows[0].service.start, rows[-1].service.end) == (span.start, span.end)
    for one, other in pairwise(rows):
        assert one.service.end == other.service.start == one.full.end == other.full.start
    assert all(row.full.covers(row.service) for row in rows)
    assert all(row.is_whole for row in rows[1:-1])
