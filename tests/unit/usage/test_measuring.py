"""Measuring: what is refused, what a refusal names, what the workings say, and how long it takes."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from billcore.core.errors import BillcoreError, DocumentError, LimitExceeded, NotApplicable
from billcore.periods.period import Period
from billcore.pricing.documents import GraduatedTimeWeighted
from billcore.pricing.rating import rate
from billcore.usage import Metering, UsageRecord, explain_measured, late, measure, measure_all, standing

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAIVE = NOON.replace(tzinfo=None)
MARCH = Period(start=date(2026, 3, 1), end=date(2026, 4, 1))
SUM = Metering(aggregation="sum")


def record(name: str, value: str = "1", **given: Any) -> UsageRecord:
    return UsageRecord(**({"id": name, "meter": "api", "at": NOON, "value": value} | given))


ARGUMENTS: list[tuple[dict[str, Any], str, str]] = [
    ({"metering": {"aggregation": "sum"}}, "argument-wrong", "metering"),
    ({"metering": None}, "argument-wrong", "metering"),
    ({"records": "e-1"}, "list-malformed", "records"),
    ({"records": [record("a"), None]}, "argument-wrong", "records[1]"),
    ({"period": (date(2026, 3, 1), date(2026, 4, 1))}, "period-malformed", "period"),
    ({"period": "2026-03"}, "period-malformed", "period"),
    ({"zone": "Mars/Olympus"}, "zone-unknown", ""),
    ({"zone": None}, "zone-unknown", ""),
    ({"zone": ["UTC"]}, "zone-unknown", ""),
    ({"level_at_start": 1.5}, "float-amount", "level_at_start"),
    ({"level_at_start": True}, "number-malformed", "level_at_start"),
    ({"level_at_start": None}, "number-malformed", "level_at_start"),
    ({"level_at_start": 10**10**6}, "number-too-large", "level_at_start"),
    ({"level_at_start": "1"}, "level-does-not-fit", "level_at_start"),
    ({"full": "2026-03"}, "period-malformed", "full"),
    ({"as_known_at": NAIVE}, "instant-naive", "as_known_at"),
    ({"as_known_at": "2026-03-01"}, "instant-malformed", "as_known_at"),
]


@pytest.mark.parametrize(("given", "code", "path"), ARGUMENTS)
def test_a_bad_argument_is_refused(given: dict[str, Any], code: str, path: str) -> None:
    """Measuring and its workings refuse the same, by our own error, at once."""
    arguments = {"metering": SUM, "records": [record("a")], "period": MARCH, "zone": "UTC"} | given
    for call in (measure, explain_measured):
        start = time.process_time()
        with pytest.raises(BillcoreError) as caught:
            call(**arguments)
        assert (code, path) == (caught.value.code, caught.value.path)
        assert time.process_time() - start < 0.1


BATCHES: list[tuple[dict[str, Any], str, str]] = [
    ({"periods": MARCH}, "list-malformed", "periods"),
    ({"periods": "2026-03"}, "list-malformed", "periods"),
    ({"periods": [MARCH, date(2026, 3, 1)]}, "period-malformed", "periods[1]"),
    ({"periods": [MARCH, MARCH]}, "periods-overlap", "periods"),
    ({"periods": (MARCH for _ in range(10**9))}, "limit-exceeded", "periods"),
    ({"full": [MARCH]}, "argument-wrong", "full"),
    ({"full": {date(2026, 3, 1): "2026-03"}}, "period-malformed", "full"),
]


@pytest.mark.parametrize(("given", "code", "path"), BATCHES)
def test_a_bad_argument_of_a_batch_is_refused(given: dict[str, Any], code: str, path: str) -> None:
    """What belongs to no item of the batch is refused as a whole."""
    arguments = {"metering": SUM, "records": [record("a")], "periods": [MARCH], "zone": "UTC"} | given
    with pytest.raises(BillcoreError) as caught:
        measure_all(**arguments)
    assert (code, path) == (caught.value.code, caught.value.path)


def test_a_single_call_tells_every_finding_of_its_period() -> None:
    """The first speaks, with the record's id in its path, and all are in findings; those of other periods are not."""
    records = [
        record("a"),
        record("a", "2"),
        record("b", replaces="z"),
        record("c", at=NOON + timedelta(days=40)),
        record("c", "9", at=NOON + timedelta(days=40)),
    ]
    with pytest.raises(DocumentError) as caught:
        measure(SUM, records, MARCH, "UTC")
    assert ["usage-record-conflict", "usage-replaced-unknown"] == [one.code for one in caught.value.findings]
    assert "records.a" == caught.value.path
    assert "value 1 and value 2" in caught.value.found
    assert len(measure_all(SUM, records, [MARCH], "UTC").findings) == 3


def test_a_conflict_names_both_contents() -> None:
    """The first field that differs is shown of both, whatever it is."""
    later = NOON + timedelta(seconds=1)
    for given, shown in [
        ({"at": later}, "at 2026-03-01T12:00:00+00:00 and at 2026-03-01T12:00:01+00:00"),
        ({"meter": "disk"}, "meter api and meter disk"),
        ({"properties": {"x": "1"}}, "properties () and properties (('x', '1'),)"),
        ({"replaces": "b"}, "replaces None and replaces b"),
    ]:
        (finding,) = standing([record("a"), record("a", **given), record("b")]).findings
        assert finding.found == f"a with 2 contents: {shown}"


def test_the_edge_of_the_calendar_is_refused_in_our_words() -> None:
    """An instant whose local day lies beyond the years of dates."""
    last = record("a", at=datetime(9999, 12, 31, 23, tzinfo=UTC))
    first = record("b", at=datetime(1, 1, 1, tzinfo=UTC))
    for one, zone in ((last, "Asia/Tokyo"), (first, "America/New_York")):
        with pytest.raises(LimitExceeded) as caught:
            measure(SUM, [one], MARCH, zone)
        assert "date-out-of-range" == caught.value.code
        with pytest.raises(LimitExceeded):
            late([one], MARCH, zone, NOON)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "UTC"])
def test_periods_at_the_edge_of_the_calendar_are_measured(zone: str) -> None:
    """The first and the last days that dates can hold."""
    level = Metering(aggregation="weighted_sum", window="day")
    for start, end in ((date(1, 1, 1), date(1, 1, 3)), (date(9999, 12, 29), date(9999, 12, 31))):
        found = measure(level, [], Period(start=start, end=end), zone, level_at_start="3")
        assert ("6", ("3", "3")) == (found.quantity, found.windows)


def test_a_stub_is_divided_by_its_full_period_in_a_batch() -> None:
    """15 of 31 days of a level of 31; the period beside it is whole."""
    stub = Period(start=date(2026, 2, 14), end=date(2026, 3, 1))
    full = Period(start=date(2026, 1, 29), end=date(2026, 3, 1))
    level = Metering(aggregation="weighted_sum", weigh_by="day")
    found = measure_all(level, [], [MARCH, stub], "UTC", level_at_start=31, full={stub.start: full})
    assert {stub.start: "15", MARCH.start: "31"} == {start: one.quantity for start, one in found.periods}
    with pytest.raises(DocumentError) as caught:
        measure_all(level, [], [MARCH], "UTC", full={MARCH.start: stub})
    assert "part-outside-period" == caught.value.code


def test_a_period_in_which_no_time_passes_is_a_finding_of_the_batch() -> None:
    """Samoa's day that never was; the day after is measured."""
    level = Metering(aggregation="weighted_sum")
    days = [Period(start=date(2011, 12, day), end=date(2011, 12, day + 1)) for day in (29, 30)]
    found = measure_all(level, [], days, "Pacific/Apia", level_at_start=2)
    assert {days[0].start: "2"} == {start: one.quantity for start, one in found.periods}
    assert (days[1].start,) == found.incomplete
    assert [("period-counts-nothing", str(days[1]))] == [(one.code, one.subject) for one in found.findings]


def test_a_level_that_does_not_end_names_the_way_out() -> None:
    """The refusal shows the exact quantity and how a rounding is written."""
    third = Period(start=date(2026, 3, 1), end=date(2026, 3, 4))
    with pytest.raises(NotApplicable) as caught:
        measure(
            Metering(aggregation="weighted_sum", weigh_by="day"),
            [record("a", at=NOON + timedelta(days=1))],
            third,
            "UTC",
        )
    assert ("weighted-sum-needs-rounding", "rounding", "2/3") == (
        caught.value.code,
        caught.value.path,
        caught.value.found,
    )
    assert "QuantityRounding(digits=5, mode='up')" in caught.value.hint


def test_the_changes_of_a_level_price_what_lago_publishes() -> None:
    """Four, two more, three less, weighed by time: a price by time takes the changes as they are measured."""
    tiers = [{"up_to": "1", "unit_price": "10", "flat_amount": "100"}, {"unit_price": "5", "flat_amount": "50"}]
    price = GraduatedTimeWeighted(tiers=tiers)
    said = [("10", "1", "add"), ("12", "1", "remove"), ("14", "1", "add"), ("15", "2", "add"), ("16", "2", "add")]
    records = [
        record(f"e{day}", at=datetime(2023, 9, int(day), tzinfo=UTC), properties={"item": item, "op": op})
        for day, item, op in [*said, ("20", "3", "add")]
    ]
    seats = Metering(
        aggregation="weighted_sum",
        level_of="items",
        property="item",
        operation_property="op",
        weigh_by="day",
        end_day="charged",
        rounding={"digits": 5, "mode": "up"},
    )
    september = Period(start=date(2023, 9, 1), end=date(2023, 10, 1))
    rated = rate(price, measure(seats, records, september, "UTC"))
    # 100 and 50 flat; 20/30 x 10; 16/30 x 5 and 11/30 x 5: published as 161.17.
    assert rated.amount == "967/6"


def test_the_changes_of_a_level_are_in_lowest_terms() -> None:
    """Equal changes are equal values, whatever the length of the period in microseconds."""
    level = Metering(aggregation="weighted_sum", rounding={"digits": 2})
    (change,) = measure(level, [record("a", "2.50", at=NOON + timedelta(days=15))], MARCH, "UTC").changes
    assert ("2.5", 5, 4) == (change.delta, change.numerator, change.denominator)


def steps(metering: Metering, records: list[UsageRecord], period: Period, **given: Any) -> list[str]:
    return [step.text for step in explain_measured(metering, records, period, "UTC", **given)]


def test_the_workings_say_what_counted_and_what_did_not() -> None:
    """Repeated, corrected, unknown, foreign records and those of other periods are told apart."""
    chosen = Metering(aggregation="sum", where=[{"property": "x", "one_of": ["1"]}])
    yes = {"properties": {"x": "1"}}
    records = [
        record("a", "2", **yes),
        record("a", "2", **yes),
        record("b", "3", **yes),
        record("c", "4", replaces="b", **yes),
        record("d"),
        record("e", known_at=NOON + timedelta(days=9), **yes),
        record("f", at=NOON + timedelta(days=40), **yes),
        record("g", **yes),
        record("g", "7", **yes),
    ]
    first, second = steps(chosen, records, MARCH, as_known_at=NOON + timedelta(days=1))
    assert first == (
        "2 records counted in [2026-03-01, 2026-04-01), UTC; 1 repeated; 1 corrected by later ones; 1 not known yet; "
        "1 of other meters or conditions; 1 of other periods; 1 findings of records left out"
    )
    assert second == "sum of the values = 6"


def test_the_workings_of_a_level_show_its_pieces_of_time() -> None:
    """Each piece with how long the level stood, in days or seconds; windows each with their own."""
    two = Period(start=date(2026, 3, 1), end=date(2026, 3, 3))
    level = Metering(aggregation="weighted_sum", window="day", rounding={"digits": 1, "mode": "half_even"})
    assert steps(level, [record("a", "3")], two)[1:] == [
        "window 1 of 2: level 3 for 43200 of 86400 seconds = 1.5",
        "window 1 of 2: level weighed by time = 1.5",
        "window 1 of 2: 1.5 rounded half_even to 1 digits = 1.5",
        "window 2 of 2: level 3 for 86400 of 86400 seconds = 3",
        "window 2 of 2: level weighed by time = 3",
        "window 2 of 2: 3 rounded half_even to 1 digits = 3",
        "sum of 2 windows = 4.5",
    ]


def test_the_workings_stay_short() -> None:
    """A thousand changes, and a thousand windows, are told by the first fifty and their number."""
    records = [record(f"e{n}", at=NOON + timedelta(minutes=n)) for n in range(1_000)]
    level = Metering(aggregation="weighted_sum", rounding={"digits": 2})
    told = steps(level, records, MARCH)
    assert len(told) < 60
    assert "and 950 more pieces of time" in told
    hourly = Metering(aggregation="sum", window="hour")
    told = steps(hourly, records, MARCH)
    assert len(told) < 60
    assert told[-1] == "sum of 744 windows = 1000, 694 of them not shown"


def test_many_records_in_many_groups_take_linear_time() -> None:
    """20,000 records in 1,000 groups; ten times the time that a quiet machine needs is still allowed."""
    records = [
        record(f"e{n}", at=NOON + timedelta(seconds=n), properties={"customer": f"c{n % 1000}"}) for n in range(20_000)
    ]
    start = time.process_time()
    found = measure(Metering(aggregation="sum", group_by=["customer"]), records, MARCH, "Europe/Berlin")
    assert time.process_time() - start < 4
    assert (1_000, "20000", {"20"}) == (
        len(found.groups),
        found.quantity,
        {group.measured.quantity for group in found.groups},
    )


def test_long_chains_of_corrections_are_followed() -> None:
    """50,000 corrections of corrections: the last stands, no recursion ends it."""
    chain = [record("e0")] + [record(f"e{n}", str(n), replaces=f"e{n - 1}") for n in range(1, 50_000)]
    found = standing(reversed(chain))
    assert ["e49999"] == [one.id for one in found.records]
    assert (49_999, ()) == (len(found.replaced), found.findings)


@pytest.mark.parametrize(
    ("metering", "quantity", "apart"),
    [
        # Two in one region, three in the other: 5 in all; at most 2 and 3, at most 3 of all; 0.5 each is 1 and 1, of 1.0.
        ({"aggregation": "sum"}, "5", False),
        ({"aggregation": "maximum"}, "3", True),
    ],
)
def test_groups_that_need_not_sum_to_the_whole_say_so(metering: Any, quantity: str, apart: bool) -> None:
    """The whole is counted from all records; where its groups come to something else, the measure says it."""
    records = [record("a", "2", properties={"region": "eu"}), record("b", "3", properties={"region": "us"})]
    found = measure(Metering(group_by=["region"], **metering), records, MARCH, "UTC")
    assert (quantity, apart) == (found.quantity, found.counted_apart)
    assert {"2", "3"} == {group.measured.quantity for group in found.groups}


def test_a_level_at_the_start_is_of_no_group() -> None:
    """Five units before the first record are in no region: by region they are told by records."""
    for aggregation in ("high_water", "latest", "weighted_sum"):
        metering = Metering(aggregation=aggregation, group_by=["region"])
        with pytest.raises(NotApplicable) as refusal:
            measure(metering, [], MARCH, "UTC", level_at_start="5")
        assert ("level-does-not-fit", "level_at_start") == (refusal.value.code, refusal.value.path)
        assert "0" == measure(metering, [], MARCH, "UTC").quantity
