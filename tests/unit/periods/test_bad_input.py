"""What the functions of periods and proration refuse, and how they name it."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from billcore.core.document import Document
from billcore.core.errors import BillcoreError, DocumentError, InvariantBroken, LimitExceeded, NotApplicable
from billcore.periods.anchor import BillingAnchor, ContractStart, DayOfMonth, OnDate, calendar, co_term
from billcore.periods.boundaries import PeriodPart, TiledPeriod, boundary, period_of, tile
from billcore.periods.day_count import count_days, elapsed, measure
from billcore.periods.frequency import Every, Frequency
from billcore.periods.instants import InstantPeriod
from billcore.periods.period import Period
from billcore.periods.zones import check_instant, local_date, zone
from billcore.proration.convention import ProrationConvention
from billcore.proration.shares import Share, instant_share, periods_in, share
from hostile import HUGE

DAY = date(2026, 1, 31)
MONTH = Period(start=date(2026, 1, 1), end=date(2026, 2, 1))
HOURS = InstantPeriod(start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, 1, 2, tzinfo=UTC))
PLAIN = ProrationConvention()
NO_DAYS = [
    None,
    "2026-01-31",
    0,
    1.5,
    True,
    HUGE,
    datetime.fromisoformat("2026-01-31"),
    datetime(2026, 1, 31, tzinfo=UTC),
    [DAY],
]
NO_PERIODS = [None, "2026", MONTH.start, (MONTH.start, MONTH.end), HUGE, SimpleNamespace(start=DAY, end=DAY)]


@pytest.mark.parametrize("bad", NO_DAYS)
def test_days_are_dates(bad):
    """Everything but a date without time of day is refused where a day is wanted, and named."""
    for call, path in (
        (lambda: boundary(bad, "month", 1), "anchor"),
        (lambda: period_of(bad, "month", DAY), "day"),
        (lambda: period_of(DAY, "month", bad), "anchor"),
        (lambda: Period(start=bad, end=DAY), "start"),
        (lambda: Period(start=DAY, end=bad), "end"),
        (lambda: bad in MONTH, "day"),
        (lambda: count_days("day", bad, DAY), "start"),
        (lambda: count_days("day", DAY, bad), "end"),
        (lambda: elapsed("month_actual", bad, DAY), "start"),
        (lambda: elapsed("none", DAY, bad), "end"),
    ):
        with pytest.raises(DocumentError) as caught:
            call()
        assert ("date-malformed", path) == (caught.value.code, caught.value.path)


@pytest.mark.parametrize("bad", NO_PERIODS)
def test_periods_are_periods(bad):
    """Everything but a Period is refused where one is wanted, and named."""
    for call, path in (
        (lambda: tile(bad, "month", anchor=ContractStart()), "span"),
        (lambda: measure("day", bad), "period"),
        (lambda: share(bad, MONTH, PLAIN), "part"),
        (lambda: share(MONTH, bad, PLAIN), "full"),
    ):
        with pytest.raises(DocumentError) as caught:
            call()
        assert ("period-malformed", path) == (caught.value.code, caught.value.path)


def test_dates_and_instants_never_mix():
    """A period of instants where dates count, and the other way round, is refused."""
    for call in (
        lambda: share(HOURS, MONTH, PLAIN),
        lambda: share(MONTH, HOURS, PLAIN),
        lambda: share(MONTH, MONTH, PLAIN, price_period=HOURS),
        lambda: share(MONTH, MONTH, ProrationConvention(unit="second")),
        lambda: instant_share(MONTH, HOURS),
        lambda: instant_share(HOURS, MONTH),
        lambda: measure("second", MONTH),
    ):
        with pytest.raises(NotApplicable) as caught:
            call()
        assert caught.value.code == "period-kinds-mixed"


@pytest.mark.parametrize("n", [1.0, True, "1", None, float("nan")])
def test_steps_are_whole(n):
    """The number of steps is an int."""
    with pytest.raises(DocumentError) as caught:
        boundary(DAY, "month", n)
    assert (caught.value.code, caught.value.path) == ("number-malformed", "n")


@pytest.mark.parametrize("n", [HUGE, -HUGE, 10**9, -(10**9)])
@pytest.mark.parametrize("frequency", ["day", "week", "month", "year"])
def test_far_boundaries_are_refused_at_once(n, frequency):
    """A boundary outside the years 1 to 9999 is refused without being walked to."""
    began = time.process_time()
    with pytest.raises(LimitExceeded) as caught:
        boundary(DAY, frequency, n)
    assert caught.value.code == "date-out-of-range"
    assert time.process_time() - began < 0.1


@pytest.mark.parametrize(
    "bad",
    ["", "months", "0 months", "1.5 months", "01 month", "2 terms", "1201 days", "\uff11 month", "month ", None, 5],
)
def test_frequencies_are_known(bad):
    """A frequency that is none is refused by every function that takes one."""
    for call in (
        lambda: Frequency.of(bad),
        lambda: boundary(DAY, bad, 1),
        lambda: period_of(DAY, bad, DAY),
        lambda: tile(MONTH, bad, anchor=ContractStart()),
        lambda: calendar(bad),
    ):
        with pytest.raises(DocumentError) as caught:
            call()
        assert caught.value.code == "frequency-unknown"


@pytest.mark.parametrize(
    "fields",
    [
        {"unit": "month", "count": HUGE},
        {"unit": "month", "count": 0},
        {"unit": "month", "count": 1.0},
        {"unit": "month", "count": True},
        {"unit": "term", "count": 2},
        {"unit": "fortnight"},
        {"unit": ["month"]},
        {"unit": HUGE},
    ],
)
def test_a_frequency_checks_its_fields(fields):
    """A frequency built by hand is checked like one that was read."""
    with pytest.raises(DocumentError) as caught:
        Frequency(**fields)
    assert caught.value.code == "frequency-unknown"


@pytest.mark.parametrize("frequency", ["term", "once"])
def test_what_does_not_recur_has_no_boundaries(frequency):
    """The whole term and a one-time charge have no next boundary and no calendar."""
    for call in (lambda: boundary(DAY, frequency, 1), lambda: period_of(DAY, frequency, DAY)):
        with pytest.raises(NotApplicable) as caught:
            call()
        assert caught.value.code == "frequency-does-not-recur"
    with pytest.raises(NotApplicable) as caught:
        calendar(frequency)
    assert caught.value.code == "frequency-not-in-calendar"


@pytest.mark.parametrize(
    ("arguments", "code", "path"),
    [
        ({"anchor": None}, "anchor-unknown", "anchor"),
        ({"anchor": DAY}, "anchor-unknown", "anchor"),
        ({"anchor": "contract_start"}, "anchor-unknown", "anchor"),
        ({"stub": "short"}, "choice-unknown", "stub"),
        ({"stub": None}, "choice-unknown", "stub"),
        ({"limit": 1.5}, "number-malformed", "limit"),
        ({"limit": None}, "number-malformed", "limit"),
    ],
)
def test_choices_of_a_tiling_are_checked(arguments, code, path):
    """A wrong anchor, stub or limit is refused at its name, also where the frequency would not need it."""
    for frequency in ("month", "term"):
        with pytest.raises(DocumentError) as caught:
            tile(MONTH, frequency, **({"anchor": ContractStart()} | arguments))
        assert (code, path) == (caught.value.code, caught.value.path)


def test_a_tiling_is_measured_before_it_is_made():
    """Three and a half million days are refused at once, and a higher limit admits what a host can afford."""
    ages = Period(start=date(1, 1, 1), end=date(9999, 12, 31))
    began = time.process_time()
    with pytest.raises(LimitExceeded) as caught:
        tile(ages, "day", anchor=ContractStart())
    assert (caught.value.code, caught.value.path) == ("limit-exceeded", "span")
    assert time.process_time() - began < 0.1
    years = Period(start=date(2000, 1, 1), end=date(2005, 1, 1))
    assert len(tile(years, "day", anchor=ContractStart(), limit=2000)) == 1827


def test_a_full_period_beyond_the_calendar_is_refused():
    """A stub whose full period would end after 9999 is refused, not shortened."""
    with pytest.raises(LimitExceeded) as caught:
        tile(Period(start=date(9999, 1, 1), end=date(9999, 12, 31)), "year", anchor=ContractStart())
    assert caught.value.code == "date-out-of-range"


@pytest.mark.parametrize("unit", ["", "days", None, HUGE, ["day"]])
def test_units_are_known(unit):
    """A day count that is none is refused."""
    with pytest.raises(DocumentError) as caught:
        count_days(unit, DAY, DAY)
    assert (caught.value.code, caught.value.path) == ("choice-unknown", "unit")


def test_days_do_not_count_backwards():
    """An end before the start is refused; the same day counts nothing."""
    for unit in ("day", "month30e", "month30us"):
        assert count_days(unit, DAY, DAY) == 0
        with pytest.raises(DocumentError) as caught:
            count_days(unit, DAY, date(2026, 1, 30))
        assert caught.value.code == "period-ends-before-start"


@pytest.mark.parametrize("unit", ["month_actual", "none"])
def test_fractions_are_not_counted_in_days(unit):
    """A day count that gives fractions has no whole number of days."""
    with pytest.raises(NotApplicable) as caught:
        count_days(unit, DAY, date(2026, 2, 1))
    assert caught.value.code == "day-count-not-in-days"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ((32, 31), "share-above-whole"),
        ((HUGE, 1), "share-above-whole"),
        ((-1, 31), "share-negative"),
        ((-HUGE, 31), "share-negative"),
        ((1.0, 31), "number-malformed"),
        ((True, 31), "number-malformed"),
        ((0, 0), "denominator-not-positive"),
        ((1, -HUGE), "denominator-not-positive"),
    ],
)
def test_a_share_is_part_of_a_whole(fields, code):
    """A share below nothing or above the whole cannot be made."""
    with pytest.raises(BillcoreError) as caught:
        Share(numerator=fields[0], denominator=fields[1])
    assert code == caught.value.code


def test_parts_that_do_not_fit_cannot_be_made():
    """A part outside its full period, and a row that its parts do not cover, contradict themselves."""
    half, rest = Period(start=MONTH.start, end=DAY), Period(start=DAY, end=MONTH.end)
    with pytest.raises(InvariantBroken) as caught:
        PeriodPart(service=MONTH, full=half)
    assert caught.value.code == "part-outside-period"
    whole = [PeriodPart(service=part, full=MONTH) for part in (half, rest)]
    assert TiledPeriod(service=MONTH, parts=tuple(whole)).is_stub
    for parts in ((), whole[:1], whole[1:], whole[::-1], whole + whole):
        with pytest.raises(InvariantBroken) as caught:
            TiledPeriod(service=MONTH, parts=tuple(parts))
        assert caught.value.code == "parts-do-not-tile"


def test_a_row_counts_with_its_price_period():
    """The price period reaches every part of a row."""
    year = Period(start=date(2026, 1, 1), end=date(2027, 1, 1))
    (row,) = tile(MONTH, "month", anchor=DayOfMonth(day=1))
    assert str(periods_in(row, ProrationConvention(denominator="price_period"), price_period=year)) == "31/365"


@pytest.mark.parametrize("name", ["", "Nowhere/City", "CET+1", "utc", None, 5, HUGE, ["UTC"], "U" * 10**6, "Factory"])
def test_zones_are_names(name):
    """What is no zone's name is refused in a short message."""
    for call in (lambda: zone(name), lambda: local_date(datetime(2026, 1, 1, tzinfo=UTC), name)):
        with pytest.raises(DocumentError) as caught:
            call()
        assert caught.value.code == "zone-unknown"
        assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("bad", [None, DAY, "2026-01-01T00:00:00Z", 0, HUGE])
def test_instants_are_datetimes(bad):
    """What is no datetime is no instant."""
    for call in (
        lambda: check_instant(bad),
        lambda: local_date(bad, "UTC"),
        lambda: InstantPeriod(start=bad, end=HOURS.end),
        lambda: bad in HOURS,
    ):
        with pytest.raises(DocumentError) as caught:
            call()
        assert caught.value.code == "instant-malformed"


def test_naive_instants_are_refused():
    """A datetime without a zone is refused everywhere; the machine's own zone is never assumed."""
    naive = datetime.fromisoformat("2026-01-01T12:00")
    for call in (
        lambda: local_date(naive, "UTC"),
        lambda: InstantPeriod(start=naive, end=HOURS.end),
        lambda: InstantPeriod(start=HOURS.start, end=naive),
        lambda: naive in HOURS,
    ):
        with pytest.raises(DocumentError) as caught:
            call()
        assert caught.value.code == "instant-naive"


def test_instants_at_the_edge_of_the_calendar():
    """An instant whose local day lies outside the calendar is refused by our own error."""
    for call in (
        lambda: local_date(datetime.max.replace(tzinfo=UTC), "Asia/Tokyo"),
        lambda: local_date(datetime.min.replace(tzinfo=UTC), "America/New_York"),
        lambda: InstantPeriod(start=HOURS.start, end=datetime.max.replace(tzinfo=zone("America/New_York"))),
    ):
        with pytest.raises(LimitExceeded) as caught:
            call()
        assert caught.value.code == "date-out-of-range"


class Plan(Document):
    """Stands in for any document with time in it."""

    term: Period | None = None
    hours: InstantPeriod | None = None
    anchor: BillingAnchor = ContractStart()
    every: Every = Frequency(unit="month")


@pytest.mark.parametrize(
    ("written", "code", "path"),
    [
        ({"term": {"start": 0, "end": 86400}}, "date-malformed", "term.start"),
        ({"term": {"start": "0", "end": "1700006400"}}, "date-malformed", "term.start"),
        ({"term": {"start": "2026-01-01T00:00:00", "end": "2026-02-01"}}, "date-malformed", "term.start"),
        ({"term": {"start": "2026-02-30", "end": "2026-03-01"}}, "date-malformed", "term.start"),
        ({"term": {"start": "\uff12\uff10\uff12\uff16-01-01", "end": "2026-03-01"}}, "date-malformed", "term.start"),
        ({"term": {"start": "2026-01-01"}}, "field-missing", "term.end"),
        ({"term": {"start": "2026-02-01", "end": "2026-01-01"}}, "period-ends-before-start", "term.end"),
        ({"hours": {"start": 0, "end": 5}}, "instant-malformed", "hours.start"),
        ({"hours": {"start": "2026-01-01T00:00:00", "end": "2026-01-02T00:00:00Z"}}, "instant-naive", "hours.start"),
        ({"hours": {"start": "noon", "end": "2026-01-02T00:00:00Z"}}, "instant-malformed", "hours.start"),
        ({"anchor": {"kind": "day_of_month", "day": True}}, "number-malformed", "anchor.day"),
        ({"anchor": {"kind": "day_of_month", "day": 15.0}}, "float-amount", "anchor.day"),
        ({"anchor": {"kind": "day_of_month", "day": 32}}, "value-malformed", "anchor.day"),
        ({"anchor": {"kind": "day_of_month", "day": "0"}}, "value-malformed", "anchor.day"),
        ({"anchor": {"kind": "on_date", "date": 1_700_000_000}}, "date-malformed", "anchor.date"),
        ({"anchor": {"kind": "full_moon"}}, "kind-unknown", "anchor"),
        ({"anchor": {}}, "kind-missing", "anchor"),
        ({"every": "fortnight"}, "frequency-unknown", "every"),
        ({"every": 1}, "frequency-unknown", "every"),
    ],
)
def test_documents_name_the_culprit(written, code, path):
    """Time written wrongly in a document is refused with its own code at its own place; no number is read as a date."""
    with pytest.raises(DocumentError) as caught:
        Plan.read(written)
    assert (code, path) == (caught.value.code, caught.value.path)


def test_documents_read_what_is_right():
    """Dates, instants and days written as text are read as what they say."""
    plan = Plan.read(
        {
            "term": {"start": "2026-01-01", "end": date(2026, 2, 1)},
            "hours": {"start": "2026-01-01T01:00:00+01:00", "end": "2026-01-02T00:00:00Z"},
            "anchor": {"kind": "day_of_month", "day": "31"},
            "every": "3 months",
        }
    )
    assert (plan.term, plan.hours, plan.anchor.day, plan.every.months) == (MONTH, HOURS, 31, 3)
    assert plan == Plan.model_validate_json(plan.model_dump_json())


def test_co_term_counts_from_the_end():
    """Co-terming is an anchor on the existing term's end."""
    assert OnDate(date=MONTH.end) == co_term(MONTH.end)
