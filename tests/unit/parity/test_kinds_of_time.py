"""The kinds proration, period, schedule and error of the parity runner: forms that no published case has, and refusals."""

from __future__ import annotations

from typing import Any

import pytest

from parity.cases import judged
from parity.comparison import Excerpt, compared
from parity.given import Given, NotKnown
from parity.presets import Convention

MONTH = {"unit": "month", "count": 1}
SERVICE = {
    "billing_period": MONTH,
    "billing_mode": "in_advance",
    "anchor_day": 31,
    "service_start": "2011-04-10",
    "service_end": None,
    "bill_through": "2011-04-30",
    "unit_price": "1",
}
SCHEDULE = {name: value for name, value in SERVICE.items() if name != "unit_price"}
WINDOWS = {"start": "2021-01-15T10:00:00Z", "cadence": "P1M", "billing_cadence": "P1M"}


def outcome_of(kind: str, given: Any, expect: Any, preset: str = "killbill") -> tuple[str, str]:
    found = judged({"id": "own", "kind": kind, "given": given, "expect": expect}, preset)
    return found.outcome, found.why


PASSING = [
    # 20 of 31 days of [30 March, 30 April) by Kill Bill's quirk, 20 of 30 by the anchored cycle; then a whole month.
    ("proration", SERVICE, {"total_cycles": "1.64516129"}, "killbill"),
    ("proration", SERVICE, {"total_cycles": "5/3"}, "billcore"),
    # A segment that ends before its first anchor: 10 of 31 days of [20 March, 20 April).
    ("proration", {**SERVICE, "service_end": "2011-04-20"}, {"total_cycles": "0.322580645"}, "killbill"),
    # In arrears the month is due at its end; a cancellation bills the stub at once.
    ("proration", {**SERVICE, "billing_mode": "in_arrears"}, {"total_cycles": "0.64516129"}, "killbill"),
    (
        "proration",
        {**SERVICE, "billing_mode": "in_arrears", "service_end": "2011-05-10", "bill_through": "2011-05-10"},
        {"total_cycles": "0.967741935"},
        "killbill",
    ),
    # Weeks and days have no anchor day: they count from the start.
    (
        "schedule",
        {**SCHEDULE, "billing_period": {"unit": "week", "count": 2}},
        {"periods": [{"start": "2011-04-10", "end": "2011-04-24"}, {"start": "2011-04-24", "end": "2011-05-08"}]},
        "killbill",
    ),
    ("schedule", {**SCHEDULE, "bill_through": "2011-04-09"}, {"periods": []}, "killbill"),
    (
        "schedule",
        {"question": "step_forward", "date": "2024-01-31", "billing_period": MONTH, "times": 1},
        {"date": "2024-02-29"},
        "killbill",
    ),
    ("error", {**SERVICE, "bill_through": "2011-04-09"}, {"error": "invalid_date_sequence"}, "killbill"),
    ("error", {**SERVICE, "service_end": "2011-04-10"}, {"error": "invalid_date_sequence"}, "killbill"),
    ("error", {"price_model": "unit", "usage_discount": "1"}, {"error": "none"}, "openmeter"),
    # Windows in advance are due at their start, in arrears at their end.
    (
        "schedule",
        {**WINDOWS, "bill_through": "2021-02-20"},
        {
            "windows": [
                {
                    "service": ["2021-01-15T10:00:00Z", "2021-02-15T10:00:00Z"],
                    "full_service": ["2021-01-15T10:00:00Z", "2021-02-15T10:00:00Z"],
                    "billing": ["2021-01-15T10:00:00Z", "2021-02-15T10:00:00Z"],
                }
            ]
        },
        "openmeter",
    ),
    (
        "schedule",
        {**WINDOWS, "cadence": None, "bill_through": "2021-01-20"},
        {"windows": [{"service": ["2021-01-15T10:00:00Z", "2021-01-15T10:00:00Z"]}]},
        "openmeter",
    ),
    (
        "schedule",
        {
            "question": "next_collection",
            "line_invoice_at": ["2025-06-15T12:00:00Z"],
            "collection_anchor": "2025-01-01T00:00:00Z",
            "collection_cadence": "P1M",
        },
        {"at": "2025-07-01"},
        "openmeter",
    ),
    # The clock of a zone: 31 January 15:00 in Berlin, a month later in winter, half a year later in summer.
    (
        "schedule",
        {
            "question": "period_at",
            "anchor": "2025-01-31T14:00:00Z",
            "billing_cadence": "P1M",
            "at": "2025-08-01T00:00:00Z",
            "time_zone": "Europe/Berlin",
        },
        {"period": {"start": "2025-07-31T13:00:00Z", "end": "2025-08-31T13:00:00Z"}},
        "openmeter",
    ),
    # More time than the full period never costs more than the whole.
    (
        "proration",
        {
            "amount": "100",
            "prorate": True,
            "service_period": {"start": "2026-01-01", "end": "2026-03-01"},
            "full_period": {"start": "2026-01-01", "end": "2026-02-01"},
        },
        {"amount": "100"},
        "openmeter",
    ),
    # A subscription that ends in its third calendar quarter: 1 July to 2 July are 2 of 92 days, the last day charged.
    (
        "proration",
        {
            "price": "92.00",
            "currency": "EUR",
            "timezone": "Asia/Tokyo",
            "start_instant": "2024-02-29T15:00:00Z",
            "end_instant": "2024-07-01T15:30:00Z",
            "billing": {"interval": "quarter", "alignment": "calendar", "timing": "arrears"},
        },
        {"amount": "2.00", "billed_period": {"start": "2024-07-01", "end": "2024-07-03"}},
        "lago",
    ),
    (
        "period",
        {"start_instant": "2024-02-28T23:30:00Z", "timezone": "Europe/Paris", "billing": {"interval": "half_year"}},
        {"periods": [{"start": "2024-02-29", "end": "2024-08-29"}, {"start": "2024-08-29", "end": "2025-02-28"}]},
        "lago",
    ),
    (
        "period",
        {
            "start": "2021-01-10",
            "billing": {"interval": "month", "anchor_day": "1", "timing": "advance"},
            "invoice_date": "2021-02-01",
        },
        {"period_billed": {"start": "2021-02-01", "end": "2021-03-01"}},
        "meteroid",
    ),
    (
        "proration",
        {
            "full_period": {"start": "2024-04-01", "end": "2024-05-01"},
            "remaining_period": {"start": "2024-04-16", "end": "2024-05-01"},
            "old_amount": "10",
            "new_amount": "20",
        },
        {"lines": [{"kind": "credit", "amount": "-5.00"}, {"kind": "charge", "amount": "10.00"}], "net": "5.00"},
        "flexprice",
    ),
    (
        "proration",
        {
            "period": {"start": "2025-04-01", "end": "2025-05-01"},
            "from_instant": "2025-04-16T12:00:00Z",
            "credits": "100",
            "strategy": "days",
        },
        {"credits": "50"},
        "flexprice",
    ),
]


@pytest.mark.parametrize(("kind", "given", "expect", "preset"), PASSING)
def test_the_form_is_general(kind: str, given: Any, expect: Any, preset: str) -> None:
    """A case that no engine published comes out by the same form; with another number it fails."""
    assert outcome_of(kind, given, expect, preset) == ("passed", "")
    name = next(iter(expect))
    changed = [*expect[name], {"start": "x"}] if isinstance(expect[name], list) else "-1"
    assert outcome_of(kind, given, {**expect, name: changed}, preset)[0] == "failed"


@pytest.mark.parametrize(
    ("kind", "given", "told"),
    [
        ("proration", {"moon": "full"}, "proration with none of stub_start"),
        ("schedule", {"moon": "full"}, "schedule with none of question"),
        ("error", {"moon": "full"}, "error with none of situation"),
        ("error", {"situation": "billed twice"}, "a situation in words"),
        ("proration", {**SERVICE, "moon": "full"}, "not known: given.moon"),
        ("proration", {**SERVICE, "billing_period": {"unit": "moon"}}, "'moon' is unknown"),
        ("proration", {**SERVICE, "billing_period": {"unit": "month", "count": 0}}, "a count is expected"),
        ("schedule", {"question": "moon"}, "'moon' is unknown"),
        ("schedule", {**WINDOWS, "cadence": "PT1H", "bill_through": "2021-02-20"}, "no step of days"),
        ("schedule", {**WINDOWS, "start": "yesterday", "bill_through": "2021-02-20"}, "an instant is expected"),
        ("schedule", {**WINDOWS, "start": "2021-01-15T10:00:00", "bill_through": "2021-02-20"}, "with its zone"),
        ("period", {"start": "2021-01-10", "billing": {"interval": "month"}, "date": "2021-01-01"}, "before the start"),
        (
            "period",
            {"start": "2021-01-10", "billing": {"interval": "month"}, "invoice_date": "2021-01-11"},
            "no period has ended",
        ),
    ],
)
def test_what_is_not_known_does_not_apply(kind: str, given: Any, told: str) -> None:
    """Each unknown shape, word, count or field is named, and never passes."""
    outcome, why = outcome_of(kind, given, {"amount": "1"})
    assert outcome == "not_applicable"
    assert told in why


def test_a_refusal_that_does_not_come_fails() -> None:
    """Dates in order are not refused, so an expected refusal fails."""
    outcome, why = outcome_of("error", SERVICE, {"error": "invalid_date_sequence"})
    assert (outcome, "got none" in why) == ("failed", True)


def test_an_excerpt_is_compared_without_a_gap() -> None:
    """From a list that goes on, a run is asserted: an entry too many, too few or changed differs."""
    got = {"periods": Excerpt({"start": n} for n in range(9))}

    def differs(*numbers: int) -> bool:
        return bool(compared({"periods": [{"start": n} for n in numbers]}, got).different)

    assert not differs(0, 1, 2)
    assert not differs(4, 5)
    assert differs(4, 6)
    assert differs(4, 5, 5)
    assert differs(8, 9)
    assert not compared({"periods": list(got["periods"])}, got).different
    assert compared({"periods": []}, got).different


def test_what_binary_floating_point_showed_is_compared_at_its_digits() -> None:
    """28/31 of 100 is 90.3225806451612903; a peer's double shows ...128; a digit that a double holds still counts."""
    exact = {"amount_unrounded_minor_units": "2800/31"}
    assert not compared({"amount_unrounded_minor_units": "90.32258064516128"}, exact).different
    assert compared({"amount_unrounded_minor_units": "90.3225806451630"}, exact).different
    assert compared({"amount_unrounded": "90.32258064516128"}, {"amount_unrounded": "2800/31"}).different
    zero = {"amount_unrounded_minor_units": "0"}
    assert not compared({"amount_unrounded_minor_units": "0.0"}, zero).different


def test_an_instant_is_read_in_its_zone() -> None:
    """A date is its midnight in UTC; an offset is one instant with UTC's."""
    given = Given({"a": "2026-01-31", "b": "2026-01-31T01:00:00+01:00"})
    assert given.instant("a") == given.instant("b")
    with pytest.raises(NotKnown):
        Given({"a": "2026-01-31T01:00:00"}).instant("a")


def test_the_convention_is_told() -> None:
    """A case names the preset by which time was shared and what it changed in it."""
    convention = Convention("lago")
    assert convention.sharing().end_day == "charged"
    assert convention.sharing("killbill_fixed_30").unit == "month30"
    convention.sharing(unit="second")
    assert str(convention) == "lago(proration=lago, unit=second)"
