"""Laws of usage: what must hold for all records, in every zone, however they arrive."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billcore.periods.period import Period
from billcore.periods.zones import zone as zone_of
from billcore.usage import Measured, Metering, UsageRecord, explain_measured, measure, measure_all
from billcore.usage.windows import Window, cut, stretch_of
from oracle import usage as oracle
from support.laws import law

Row = dict[str, Any]
# Clocks change in each: by an hour, over midnight, by half an hour, by a whole day; and in two never.
PLACES = {
    "Europe/Berlin": date(2026, 3, 29),
    "America/New_York": date(2026, 11, 1),
    "America/Havana": date(2026, 11, 1),
    "Africa/Cairo": date(2026, 4, 24),
    "Australia/Lord_Howe": date(2026, 4, 5),
    "Pacific/Apia": date(2011, 12, 30),
    "UTC": date(2026, 2, 28),
    "Asia/Kolkata": date(2026, 12, 31),
}
FINE = {"digits": 12, "mode": "down"}
ONE_DAY = timedelta(days=1)


@st.composite
def places(draw: st.DrawFn, longest: int = 4) -> tuple[str, Period]:
    """A zone, and a few days around a day on which something happens to its clocks."""
    zone = draw(st.sampled_from(sorted(PLACES)))
    start = PLACES[zone] - draw(st.integers(0, 2)) * ONE_DAY
    return zone, Period(start=start, end=start + draw(st.integers(2, longest)) * ONE_DAY)


@st.composite
def rows(draw: st.DrawFn, zone: str, period: Period, most: int = 8) -> list[Row]:
    """Rows in and around a period, many of them within a second of a local midnight."""
    edges = [stretch_of(Period(start=day, end=day + ONE_DAY), zone_of(zone)).start for day in period.each_day()]
    low, high = edges[0] // 10**6 - 100_000, edges[-1] // 10**6 + 200_000
    near = st.builds(lambda edge, off: edge // 10**6 + off, st.sampled_from(edges), st.integers(-1, 1))
    found = []
    for index in range(draw(st.integers(0, most))):
        seconds = draw(st.integers(low, high) | near)
        found.append(
            {
                "id": f"r{index}",
                "at": datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds),
                "value": str(draw(st.integers(-5, 9)))
                if draw(st.booleans())
                else draw(st.sampled_from(["0.5", "2.25"])),
                "item": draw(st.sampled_from("abc")),
                "op": draw(st.sampled_from(["add", "add", "remove"])),
            }
        )
    return found


CASES = places().flatmap(lambda at: st.tuples(st.just(at), rows(*at)))


def records(given_rows: list[Row]) -> list[UsageRecord]:
    return [
        UsageRecord(
            id=row["id"],
            meter="m",
            at=row["at"],
            value=row["value"],
            properties={"item": row["item"], "op": row["op"]},
        )
        for row in given_rows
    ]


def meterings() -> list[Metering]:
    """One of each kind, with and without what they may have."""
    items = {"property": "item", "operation_property": "op"}
    day = {"weigh_by": "day", "end_day": "charged"}
    given: list[dict[str, Any]] = [
        {"aggregation": "sum", "group_by": ["item"]},
        {"aggregation": "sum", "window": "6 hours"},
        {"aggregation": "count", "window": "day"},
        {"aggregation": "maximum", "window": "hour"},
        {"aggregation": "latest", "carries_over": True, "window": "day"},
        {"aggregation": "unique_count", **items, "carries_over": True},
        {"aggregation": "unique_count", "property": "item", "window": "day"},
        {"aggregation": "high_water", "carries_over": True, "group_by": ["op"]},
        {"aggregation": "high_water", "level_of": "items", **items},
        {"aggregation": "weighted_sum", "rounding": FINE, "group_by": ["item"]},
        {"aggregation": "weighted_sum", "rounding": FINE, "window": "day", "carries_over": True},
        {"aggregation": "weighted_sum", "rounding": FINE, "level_of": "items", **items, **day},
    ]
    return [Metering.read(one) for one in given]


METERINGS = meterings()


def exactly(value: Fraction) -> Fraction:
    """A quantity rounded as `FINE` says."""
    scaled = value * 10**12
    return Fraction(int(scaled), 10**12)


@law(40)
@given(CASES, st.sampled_from(METERINGS), st.integers(0, 10**6))
def test_the_order_of_records_never_matters(case: Any, metering: Metering, seed: int) -> None:
    """Records in another order are measured the same, to the last part, and so are their workings."""
    (zone, period), given_rows = case
    taken = records(given_rows)
    shuffled = random.Random(seed).sample(taken, len(taken))
    assert measure(metering, taken, period, zone) == measure(metering, shuffled, period, zone)
    assert explain_measured(metering, taken, period, zone) == explain_measured(metering, shuffled, period, zone)


@law(40)
@given(CASES, st.sampled_from(METERINGS), st.data())
def test_duplicates_change_nothing(case: Any, metering: Metering, data: st.DataObject) -> None:
    """Records delivered again count once, and are counted as duplicates."""
    (zone, period), given_rows = case
    taken = records(given_rows)
    again = data.draw(st.lists(st.sampled_from(taken), max_size=5)) if taken else []
    assert measure(metering, taken, period, zone) == measure(metering, [*taken, *again], period, zone)
    assert len(again) == measure_all(metering, [*again, *taken], [period], zone).duplicates


@law(40)
@given(CASES, st.sampled_from(METERINGS), st.data())
def test_a_corrected_record_is_as_if_never_sent(case: Any, metering: Metering, data: st.DataObject) -> None:
    """A wrong record and its correction are measured as the right record alone, whatever the wrong one said."""
    (zone, period), given_rows = case
    taken = records(given_rows)
    if not taken:
        return
    index = data.draw(st.integers(0, len(taken) - 1))
    wrong = msgspec.structs.replace(taken[index], id="wrong", value=data.draw(st.sampled_from(["0", "77", "-5"])))
    corrected = [*taken[:index], msgspec.structs.replace(taken[index], replaces="wrong"), *taken[index + 1 :], wrong]
    assert measure(metering, taken, period, zone) == measure(metering, corrected, period, zone)


@law(40)
@given(CASES, st.integers(-100, 100))
def test_a_record_split_in_two_sums_to_the_same(case: Any, part: int) -> None:
    """Splitting events cannot change a sum, a weighted sum or the level's changes together."""
    (zone, period), given_rows = case
    if not given_rows:
        return
    first = given_rows[0]
    rest = {**first, "id": "rest", "value": decimal_text(Fraction(first["value"]) - Fraction(part, 4))}
    parts = [{**first, "value": decimal_text(Fraction(part, 4))}, rest, *given_rows[1:]]
    for metering in (METERINGS[0], METERINGS[1], Metering(aggregation="weighted_sum", rounding=FINE)):
        whole, split = (measure(metering, records(one), period, zone) for one in (given_rows, parts))
        assert (whole.quantity, whole.windows) == (split.quantity, split.windows)
        assert weight(whole) == weight(split)


def decimal_text(value: Fraction) -> str:
    sign, scaled = ("-", -value) if value < 0 else ("", value)
    hundredths = int(scaled * 100)
    return f"{sign if hundredths else ''}{hundredths // 100}.{hundredths % 100:02d}"


def weight(measured: Measured) -> Fraction:
    return sum((Fraction(one.numerator, one.denominator) for one in measured.changes), Fraction(0))


@law(50)
@given(CASES, st.sampled_from(["sum", "count", "maximum", "latest", "unique_count"]))
def test_plain_aggregations_are_the_oracle_s(case: Any, how: str) -> None:
    """Each is what naive counting of the period's rows gives."""
    (zone, period), given_rows = case
    metering = Metering(aggregation=how, property="item" if how == "unique_count" else None)
    expected = oracle.plain(how, oracle.inside(given_rows, period.start, period.end, zone))
    assert expected == Fraction(measure(metering, records(given_rows), period, zone).quantity)


@law(50)
@given(CASES, st.booleans(), st.integers(-3, 5))
def test_high_water_is_the_oracle_s(case: Any, carries_over: bool, start: int) -> None:
    """The highest of the levels before, between and after the rows, of values and of items."""
    (zone, period), given_rows = case
    inside = oracle.inside(given_rows, period.start, period.end, zone)
    earlier = oracle.before(given_rows, period.start, zone) if carries_over else []
    values = Metering(aggregation="high_water", carries_over=carries_over)
    found = measure(values, records(given_rows), period, zone, level_at_start=start)
    assert oracle.highest(inside, lambda r: oracle.level(r, Fraction(start)), earlier) == Fraction(found.quantity)
    items = values.revised(level_of="items", property="item", operation_property="op")
    found = measure(items, records(given_rows), period, zone)
    assert oracle.highest(inside, lambda r: Fraction(len(oracle.present(r))), earlier) == Fraction(found.quantity)
    at_end = items.revised(aggregation="unique_count", level_of="values")
    assert len(oracle.present([*earlier, *inside])) == Fraction(
        measure(at_end, records(given_rows), period, zone).quantity
    )


@law(50)
@given(CASES, st.booleans(), st.booleans(), st.integers(-3, 5))
def test_weighing_by_day_is_the_oracle_s(case: Any, carries_over: bool, charged: bool, start: int) -> None:
    """The level of each calendar day, added; and the changes of the level weigh the same."""
    (zone, period), given_rows = case
    known = oracle.inside(given_rows, period.start, period.end, zone)
    if carries_over:
        known = [*oracle.before(given_rows, period.start, zone), *known]
    metering = Metering(
        aggregation="weighted_sum",
        weigh_by="day",
        end_day="charged" if charged else "excluded",
        carries_over=carries_over,
        rounding=FINE,
    )
    found = measure(metering, records(given_rows), period, zone, level_at_start=start)
    expected = oracle.by_day(known, period.start, period.end, zone, Fraction(start), charged=charged)
    assert exactly(expected) == Fraction(found.quantity)
    assert expected == weight(found)
    items = metering.revised(level_of="items", property="item", operation_property="op")
    found = measure(items, records(given_rows), period, zone)
    expected = oracle.items_by_day(known, period.start, period.end, zone, charged=charged)
    assert exactly(expected) == Fraction(found.quantity)
    assert expected == weight(found)


@law(4, shrinks=False)
@given(st.data())
def test_weighing_by_second_is_the_oracle_s(data: st.DataObject) -> None:
    """The level of every second of a local day, added, also where it has 23, 24 or 25 hours."""
    zone = data.draw(st.sampled_from(sorted(set(PLACES) - {"Pacific/Apia"})))
    period = Period(start=PLACES[zone], end=PLACES[zone] + ONE_DAY)
    given_rows = data.draw(rows(zone, period, most=5))
    metering = Metering(aggregation="weighted_sum", rounding=FINE)
    found = measure(metering, records(given_rows), period, zone, level_at_start="2")
    known = oracle.inside(given_rows, period.start, period.end, zone)
    expected = oracle.by_second(known, period.start, period.end, zone, Fraction(2))
    assert expected == weight(found)
    assert exactly(expected) == Fraction(found.quantity)


@law(40)
@given(places(longest=9), st.sampled_from(["hour", "4 hours", "12 hours", "day", "2 days", "7 days"]))
def test_windows_tile_the_period(at: tuple[str, Period], window: str) -> None:
    """Each window begins where the one before ends; the first and the last are the period's; none is too long."""
    zone, period = at
    whole, parts = stretch_of(period, zone_of(zone)), cut(period, zone_of(zone), Window.of(window))
    assert (whole.start, whole.end) == (parts[0].start, parts[-1].end)
    for one, after in pairwise(parts):
        assert one.end == after.start
    length = Window.of(window)
    if length.unit == "hour":
        assert all(0 < one.end - one.start <= length.count * 3_600_000_000 for one in parts)
    else:
        assert (whole.first_day, whole.end_day) == (parts[0].first_day, parts[-1].end_day)
        assert all(0 < one.end_day - one.first_day <= length.count for one in parts)


@law(40)
@given(CASES, st.sampled_from(["hour", "4 hours", "day", "3 days"]), st.sampled_from(["sum", "count"]))
def test_windows_and_groups_add_up(case: Any, window: str, how: str) -> None:
    """What is added is the same in windows, in groups, day by day and as a whole."""
    (zone, period), given_rows = case
    taken = records(given_rows)
    whole = Fraction(measure(Metering(aggregation=how), taken, period, zone).quantity)
    cut_up = measure(Metering(aggregation=how, window=window, group_by=["item", "op"]), taken, period, zone)
    assert whole == sum(Fraction(one) for one in cut_up.windows) == Fraction(cut_up.quantity)
    assert whole == sum(Fraction(group.measured.quantity) for group in cut_up.groups)
    days = [Period(start=day, end=day + ONE_DAY) for day in period.each_day()]
    by_day = measure_all(Metering(aggregation=how), taken, days, zone)
    assert whole == sum(Fraction(measured.quantity) for _, measured in by_day.periods)


@law(40)
@given(CASES, st.sampled_from(METERINGS))
def test_a_batch_gives_what_single_calls_give(case: Any, metering: Metering) -> None:
    """Each period of a batch is measured as alone; counted and outside records are all records."""
    (zone, period), given_rows = case
    taken = records(given_rows)
    middle = period.start + ONE_DAY
    both = [Period(start=middle, end=period.end), Period(start=period.start, end=middle)]
    if zone == "Pacific/Apia" and metering.aggregation == "weighted_sum":
        return
    batch = measure_all(metering, taken, both, zone)
    for one in both:
        assert measure(metering, taken, one, zone) == batch.measured[one.start]
    assert not batch.incomplete
    if not metering.carries_over:
        inside = oracle.inside(given_rows, period.start, period.end, zone)
        assert len(taken) == len(inside) + len(batch.outside)


@law(40)
@given(CASES)
def test_a_group_is_what_its_records_alone_are(case: Any) -> None:
    """A group's part is the same as measuring only the records of the group."""
    (zone, period), given_rows = case
    for metering in (one for one in METERINGS if one.group_by):
        alone = metering.revised(group_by=())
        for group in measure(metering, records(given_rows), period, zone).groups:
            mine = [row for row in given_rows if tuple(row[name] for name in metering.group_by) == group.key]
            assert measure(alone, records(mine), period, zone) == group.measured


def test_the_oracle_counts_a_second() -> None:
    """The oracle itself: a level of 86,400 for the last second of a day is 1."""
    row = {"id": "a", "at": datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC), "value": "86400", "item": "a", "op": "add"}
    assert oracle.by_second([row], date(2026, 2, 28), date(2026, 3, 1), "UTC", Fraction(0)) == 1


@pytest.mark.parametrize("zone", sorted(PLACES))
def test_a_day_begins_where_its_date_begins(zone: str) -> None:
    """The instant at which a day starts is the first of its local date, in every zone of these laws."""
    place = zone_of(zone)
    for day in Period(start=PLACES[zone] - 3 * ONE_DAY, end=PLACES[zone] + 4 * ONE_DAY).each_day():
        start = stretch_of(Period(start=day, end=day + ONE_DAY), place).start
        instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=start)
        assert day <= instant.astimezone(place).date()
        assert (instant - timedelta(microseconds=1)).astimezone(place).date() < day
