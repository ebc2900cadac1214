"""What a contract is when it begins on another day: each date as many months and days behind the new start as before."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

import billcore as bc
from billcore.contract.begun import begun_on
from support import activations


def begun(start: str, end: str, day: date, **line: Any) -> bc.Contract:
    term = {"start": start, "end": end}
    first = {**activations.LINES[1], **line}
    return begun_on(activations.contract(term=term, lines=[first]), day)


@pytest.mark.parametrize(
    ("start", "end", "day", "moved"),
    [
        ("2025-01-01", "2025-04-01", date(2025, 2, 1), "[2025-02-01, 2025-05-01)"),
        ("2024-02-01", "2025-02-01", date(2024, 3, 10), "[2024-03-10, 2025-03-10)"),
        ("2026-01-31", "2026-02-28", date(2026, 2, 28), "[2026-02-28, 2026-03-28)"),
        ("2026-01-31", "2027-01-31", date(2026, 2, 28), "[2026-02-28, 2027-02-28)"),
        ("2026-01-15", "2026-02-14", date(2026, 2, 20), "[2026-02-20, 2026-03-19)"),
        ("2026-01-01", "2026-01-31", date(2026, 2, 1), "[2026-02-01, 2026-02-28)"),
        ("2026-01-01", "2026-03-11", date(2026, 1, 31), "[2026-01-31, 2026-04-10)"),
    ],
)
def test_a_term_keeps_its_months_and_days(start: str, end: str, day: date, moved: str) -> None:
    """Whole months stay whole months whatever their days; odd days are counted behind them, within the month."""
    assert moved == str(begun(start, end, day).term)


def test_lines_discounts_and_the_enforceable_term_move_with_it() -> None:
    """A line from the third month on, a discount of the first quarter, the whole term; the anchor stays."""
    line = {
        **activations.LINES[1],
        "period": {"start": "2026-03-01", "end": "2026-07-01"},
        "discounts": [
            {"kind": "percent_off", "percent": "10", "until": "2026-04-01"},
            {"kind": "amount_off", "amount": "1.00"},
        ],
    }
    stage = {"discounts": [{"kind": "percent_off", "id": "early", "percent": "5", "until": "2026-02-16"}]}
    agreed = activations.contract(
        lines=[activations.LINES[0], line],
        enforceable={"period": {"start": "2026-01-01", "end": "2026-06-01"}, "reason": "section 9"},
        anchor={"kind": "on_date", "date": "2026-01-10"},
        stage=stage,
    )
    moved = begun_on(agreed, date(2026, 2, 14))
    assert "[2026-02-14, 2026-08-14)" == str(moved.term)
    assert agreed.lines[0] == moved.lines[0]
    assert "[2026-04-14, 2026-08-14)" == str(moved.lines[1].period)
    assert [date(2026, 5, 14), None] == [one.until for one in moved.lines[1].discounts]
    assert moved.enforceable is not None
    assert "[2026-02-14, 2026-07-14)" == str(moved.enforceable.period)
    assert moved.stage is not None
    assert [date(2026, 3, 29)] == [one.until for one in moved.stage.discounts]
    assert agreed.anchor == moved.anchor


def test_a_discount_that_had_ended_before_the_term_ends_before_it_still() -> None:
    """Days before the start are counted in days."""
    moved = begun(
        "2026-01-01",
        "2026-07-01",
        date(2026, 3, 1),
        discounts=[{"kind": "percent_off", "percent": "10", "until": "2025-12-31"}],
    )
    assert [date(2026, 2, 28)] == [one.until for one in moved.lines[0].discounts]


def test_a_line_of_a_day_at_the_end_of_a_long_month_keeps_a_day() -> None:
    """30 January is a day that February does not have: the line falls on its last."""
    moved = begun("2026-01-01", "2026-07-01", date(2026, 2, 1), period={"start": "2026-01-30", "end": "2026-01-31"})
    assert "[2026-02-28, 2026-03-01)" == str(moved.lines[0].period)


def test_the_day_of_the_term_changes_nothing() -> None:
    """The very same contract."""
    agreed = activations.contract()
    assert agreed is begun_on(agreed, agreed.term.start)


def test_a_term_beyond_the_calendar_is_refused() -> None:
    """Six months from the last month of year 9999."""
    with pytest.raises(bc.LimitExceeded) as caught:
        begun_on(activations.contract(), date(9999, 12, 1))
    assert "date-out-of-range" == caught.value.code


@pytest.mark.parametrize("day", [datetime(2026, 2, 1, tzinfo=UTC), "2026-02-01", None])
def test_a_day_is_a_date(day: Any) -> None:
    """No instant, no text, not nothing."""
    with pytest.raises(bc.DocumentError) as caught:
        begun_on(activations.contract(), day)
    assert "date-malformed" == caught.value.code


def test_ramps_and_trials_move_with_their_line() -> None:
    """Two steps of a year from 15 January, six months each, and a trial until the 29th: from 4 March, the same apart."""
    steps = [("2026-01-15", "2026-07-15", "10"), ("2026-07-15", "2027-01-15", "20")]
    ramp = [{"period": {"start": a, "end": b}, "quantity": units} for a, b, units in steps]
    line = {"id": "seats", "sku": "SEATS", "billed": "in_advance", "price": {"kind": "per_unit", "unit_price": "1"}}
    named = {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": "month"}
    term = {"start": "2026-01-15", "end": "2027-01-15"}
    agreed = bc.Contract.read(
        named
        | {
            "term": term,
            "lines": [
                line | {"quantity": "5", "ramp": ramp, "trial": {"until": "2026-01-29", "billing_from": "start"}}
            ],
        }
    )
    moved = begun_on(agreed, date(2026, 3, 4)).line("seats")
    assert ["[2026-03-04, 2026-09-04)", "[2026-09-04, 2027-03-04)"] == [str(step.period) for step in moved.ramp]
    assert moved.trial is not None
    assert date(2026, 3, 18) == moved.trial.until
