"""The kinds of sequences and ledgers of the parity runner: forms that no published case has, and refusals."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from parity.cases import judged
from parity.comparison import compared
from parity.documents import Asserted, Moment

MONTHLY = {"id": "m", "price": "31.00", "billing_period": {"unit": "month", "count": 1}, "billing_mode": "in_advance"}
DEARER = {**MONTHLY, "id": "d", "price": "62.00"}
START = {"op": "subscribe", "on": "2014-01-01", "subscription": "s1", "plan": "m", "anchor_day": 1}


def bill(on: str) -> dict[str, str]:
    return {"op": "bill", "on": on, "bill_through": on}


def outcome_of(kind: str, given: Any, expect: Any, preset: str = "killbill") -> tuple[str, str]:
    found = judged({"id": "own", "kind": kind, "given": given, "expect": expect}, preset)
    return found.outcome, found.why


def plans(*steps: Any, **fields: Any) -> dict[str, Any]:
    return {"currency": "USD", "plans": [MONTHLY, DEARER], "steps": [START, *steps], **fields}


def recurring(start: str, end: str, amount: str, name: str = "s1") -> dict[str, str]:
    return {"type": "recurring", "subscription": name, "start": start, "end": end, "amount": amount}


def credit(start: str, end: str, amount: str, name: str = "s1") -> dict[str, str]:
    return {"type": "unused_credit", "subscription": name, "start": start, "end": end, "amount": amount}


JANUARY = recurring("2014-01-01", "2014-02-01", "31.00")
PASSING = [
    (
        "invoice_sequence",
        {"currency": "EUR", "subscriptions": ["10.00", "5.50", "1"], "same_customer": True, "same_renewal_day": True},
        {
            "documents": [
                {"type": "invoice", "at": "renewal day", "total": "16.50", "children": ["10.00", "5.50", "1.00"]}
            ]
        },
        "meteroid",
    ),
    (
        "invoice_sequence",
        {"currency": "EUR", "subscriptions": ["10.00", "5.50"], "same_customer": False, "same_renewal_day": True},
        {
            "documents": [
                {"type": "invoice", "at": "renewal day", "total": "10.00", "children": ["10.00"]},
                {"type": "invoice", "at": "renewal day", "total": "5.50", "children": ["5.50"]},
            ]
        },
        "meteroid",
    ),
    # A person takes 25.00 off January; of the 11 days given back 6.00 are left.
    (
        "invoice_sequence",
        plans(
            bill("2014-01-01"),
            {"op": "adjust_item", "on": "2014-01-05", "subscription": "s1", "start": "2014-01-01", "amount": "-25.00"},
            bill("2014-01-06"),
            {"op": "cancel", "on": "2014-01-21", "subscription": "s1"},
            bill("2014-01-21"),
            bill("2014-03-01"),
        ),
        {
            "invoices": [
                {"at_step": 1, "on": "2014-01-01", "lines": [JANUARY], "total": "31.00"},
                {
                    "at_step": 5,
                    "on": "2014-01-21",
                    "lines": [credit("2014-01-21", "2014-02-01", "-6.00")],
                    "total": "-6.00",
                    "account_credit_movement": "6.00",
                },
            ]
        },
        "killbill",
    ),
    # A plan is replaced from the start, later; what stood is given back and the other charged, and credit pays of it.
    (
        "invoice_sequence",
        plans(
            bill("2014-01-01"),
            {
                "op": "backdated_replace_plan",
                "on": "2014-01-10",
                "effective": "2014-01-01",
                "subscription": "s1",
                "plan": "d",
            },
            bill("2014-01-10"),
        ),
        {
            "invoices": [
                {"at_step": 1, "on": "2014-01-01", "lines": [JANUARY]},
                {
                    "at_step": 3,
                    "on": "2014-01-10",
                    "lines": [
                        recurring("2014-01-01", "2014-02-01", "62.00"),
                        credit("2014-01-01", "2014-02-01", "-31.00"),
                    ],
                    "total": "31.00",
                },
            ]
        },
        "killbill",
    ),
    # A subscription is taken out of history.
    (
        "invoice_sequence",
        plans(
            bill("2014-01-01"),
            {"op": "backdated_remove", "on": "2014-01-10", "effective": "2014-01-01", "subscription": "s1"},
            bill("2014-02-01"),
        ),
        {
            "invoices": [
                {"at_step": 1, "on": "2014-01-01", "lines": [JANUARY]},
                {"at_step": 3, "on": "2014-02-01", "lines": [credit("2014-01-01", "2014-02-01", "-31.00")]},
            ]
        },
        "killbill",
    ),
    # Two subscriptions of one account on one invoice; each is compared with its own lines.
    (
        "invoice_sequence",
        plans(
            {"op": "subscribe", "on": "2014-01-16", "subscription": "s2", "plan": "d", "anchor_day": 1},
            {"op": "change_plan", "on": "2014-01-16", "subscription": "s1", "plan": "d"},
            bill("2014-01-16"),
        ),
        {
            "invoices": [
                {
                    "at_step": 3,
                    "on": "2014-01-16",
                    "lines": [
                        recurring("2014-01-01", "2014-01-16", "15.00"),
                        recurring("2014-01-16", "2014-02-01", "32.00"),
                        recurring("2014-01-16", "2014-02-01", "32.00", "s2"),
                    ],
                    "total": "79.00",
                }
            ]
        },
        "killbill",
    ),
    # A credit in the middle leaves two parts of an item; a credit with an amount is taken as it stands.
    (
        "net_charges",
        {
            "billed": [{"id": "i", "start": "2014-01-01", "end": "2014-02-01", "amount": "31.00", "plan": "A"}],
            "credited": [{"item": "i", "start": "2014-01-11", "end": "2014-01-21", "amount": "-9.00"}],
        },
        {
            "net": [
                {"start": "2014-01-01", "end": "2014-01-11", "amount": "10.00"},
                {"start": "2014-01-21", "end": "2014-02-01", "amount": "12.00"},
            ]
        },
        "killbill",
    ),
    # A ledger without anything to settle, and one with nothing billed.
    ("reconcile", {"billed": [], "desired": []}, {"lines": []}, "killbill"),
    (
        "reconcile",
        {"billed": [], "desired": [{"start": "2014-01-01", "end": "2014-01-11", "amount": "5", "plan": "A"}]},
        {"lines": [{"type": "recurring", "start": "2014-01-01", "end": "2014-01-11", "amount": "5.00"}]},
        "killbill",
    ),
    # Two grants pay what is owed, the older first.
    (
        "account_credit",
        {
            "steps": [
                {"op": "grant_credit", "amount": "10"},
                {"op": "grant_credit", "amount": "5"},
                {"op": "invoice", "amount": "20"},
            ]
        },
        {"balance_after": ["-10.00", "-15.00", "5.00"]},
        "killbill",
    ),
    # A quarter by the calendar, changed at once: the day of the change is the new plan's, the rest comes back.
    (
        "invoice_sequence",
        {
            "currency": "EUR",
            "timezone": "UTC",
            "billing": {"interval": "quarter", "alignment": "calendar", "timing": "advance"},
            "plans": {"A": "91.00", "B": "182.00"},
            "timeline": [
                {"at": "2025-04-01T08:00:00Z", "action": "start", "plan": "A"},
                {"at": "2025-06-01T08:00:00Z", "action": "upgrade", "plan": "B"},
            ],
        },
        {
            "documents": [
                {"type": "invoice", "at": "2025-04-01", "total": "91.00"},
                {"type": "credit_note", "at": "2025-06-01", "credits": "A", "net": "30.00"},
                {"type": "invoice", "at": "2025-06-01", "credits_applied": "30.00", "total": "30.00"},
            ]
        },
        "lago",
    ),
    # Paid in full and refunded: 91.00 less the 62 days that were served and charged.
    (
        "invoice_sequence",
        {
            "currency": "EUR",
            "billing": {"interval": "quarter", "alignment": "calendar", "timing": "advance"},
            "plan": {"price": "91.00"},
            "timeline": [
                {"at": "2025-04-01T08:00:00Z", "action": "start"},
                {"at": "2025-04-02T08:00:00Z", "action": "pay_in_full"},
                {"at": "2025-06-01T08:00:00Z", "action": "terminate", "option": "refund"},
            ],
        },
        {
            "documents": [
                {"type": "invoice", "at": "2025-04-01", "total": "91.00"},
                {"type": "credit_note", "at": "2025-06-01", "total": "29.00", "refund": "29.00", "credit": "0.00"},
            ]
        },
        "lago",
    ),
    # A component comes back as another line; the first stub runs to the anchor's day.
    (
        "invoice_sequence",
        {
            "currency": "EUR",
            "billing": {"interval": "month", "timing": "advance", "anchor_day": 1},
            "timeline": [
                {"at": "2025-03-17", "action": "start", "lines": ["platform 31.00", "seat 1.00 x 31"]},
                {"at": "2025-04-16", "action": "remove", "line": "platform"},
                {"action": "schedule_at_period_end", "lines": ["platform 10.00", "seat 1.00 x 5"]},
            ],
        },
        {
            "documents": [
                {"type": "invoice", "at": "2025-03-17", "total": "30.00"},
                {"type": "invoice", "at": "2025-04-01", "total": "62.00"},
                {"type": "credit_note", "at": "2025-04-16", "net": "15.50"},
                {"type": "invoice", "at": "2025-05-01", "total": "15.00"},
            ]
        },
        "meteroid",
    ),
    # Two steps of a period without bill_through: the flat part of a tier in the step that enters it.
    (
        "invoice_sequence",
        {
            "items": [
                {
                    "item": "g",
                    "price": {
                        "model": "graduated",
                        "tiers": [
                            {"up_to": "5", "flat_amount": "7"},
                            {"up_to": None, "unit_amount": "2", "flat_amount": "3"},
                        ],
                    },
                }
            ],
            "invoices": [{"usage_in_window": "2"}, {"usage_in_window": "4"}],
        },
        {"invoices": [{"index": 1, "total": "7.00"}, {"index": 2, "total": "5.00"}]},
        "openmeter",
    ),
]


@pytest.mark.parametrize(("kind", "given", "expect", "preset"), PASSING)
def test_a_form_that_nobody_published_is_judged(kind: str, given: Any, expect: Any, preset: str) -> None:
    """The general form is mapped, not the published cases."""
    assert outcome_of(kind, given, expect, preset) == ("passed", "")


COMPONENTS = {"currency": "EUR", "billing": {"interval": "month", "timing": "advance", "anchor_day": 1}}
FEE = {"currency": "EUR", "billing": {"interval": "month", "timing": "advance"}, "plan": {"price": "10"}}
SEATS = {"billing": {"interval": "month", "alignment": "calendar", "timing": "advance"}}
NOT_KNOWN = [
    ("invoice_sequence", {"nothing": "known"}, "invoice_sequence of an unknown shape"),
    ("invoice_sequence", {"subscriptions": ["35.00"]}, "subscriptions that renew on several days"),
    (
        "invoice_sequence",
        {"subscriptions": [35], "same_renewal_day": True},
        "given.subscriptions is no list of prices as texts",
    ),
    ("invoice_sequence", plans({"op": "dance", "on": "2014-01-02"}), "'dance' is unknown"),
    ("invoice_sequence", plans({"op": "cancel", "on": "2014-01-02", "subscription": "s9"}), "'s9' is unknown"),
    ("invoice_sequence", plans(START), "subscribes s1 again"),
    (
        "invoice_sequence",
        plans({"op": "adjust_item", "on": "2014-01-02", "subscription": "s1", "amount": "1"}),
        "names no item that was billed",
    ),
    ("invoice_sequence", plans({**bill("2014-01-01"), "dunning": "yes"}), "steps[1].dunning"),
    ("account_credit", {"steps": [{"op": "dance", "amount": "1"}]}, "'dance' is unknown"),
    (
        "net_charges",
        {"billed": [], "credited": [{"item": "x", "start": "2014-01-01", "end": "2014-01-02"}]},
        "a credit of an item that was not billed",
    ),
    ("error", {"situation": "the sky falls"}, "names no days which stand billed twice"),
    (
        "invoice_sequence",
        {**FEE, "timeline": [{"at": "2025-01-01T00:00:00Z", "action": "start"}] * 2},
        "starts a second subscription",
    ),
    (
        "invoice_sequence",
        {**FEE, "usage": {"unit_price": "1", "aggregation": "guess"}, "timeline": []},
        "'guess' is unknown",
    ),
    (
        "invoice_sequence",
        {**COMPONENTS, "timeline": [{"at": "2025-01-01", "action": "start", "lines": ["what is this"]}]},
        "is no name, price and count",
    ),
    (
        "invoice_sequence",
        {
            **COMPONENTS,
            "timeline": [
                {"at": "2025-01-01", "action": "start", "price": "1"},
                {"at": "2025-01-02", "action": "edit_price", "api_unit_price": "1"},
            ],
        },
        "edits api, which is not there",
    ),
    ("invoice_sequence", {"bill_through": "2024-02-01", "steps": []}, "no item is subscribed to"),
    (
        "invoice_sequence",
        {"items": [{"item": "a"}], "invoices": [{"usage_in_window": "1"}]},
        "has no price",
    ),
    (
        "invoice_sequence",
        {"currency": "USD", "seat_price": "1", "seat_adds": ["no day"], **SEATS},
        "'no day', and a date is expected",
    ),
]


@pytest.mark.parametrize(("kind", "given", "why"), NOT_KNOWN)
def test_what_is_not_known_is_told(kind: str, given: Any, why: str) -> None:
    """Nothing is skipped in silence: the case is not applicable, and the reason says what was not understood."""
    outcome, told = outcome_of(kind, given, {"documents": [], "invoices": []})
    assert outcome == "not_applicable"
    assert why in told


def test_of_a_day_with_an_asserted_document_every_document_is_asserted() -> None:
    """A document of another day is left out; one more of the same day differs."""
    got = {"documents": Asserted([{"at": "d1", "total": "1"}, {"at": "d2", "total": "2"}], "at")}
    assert compared({"documents": [{"at": "d2", "total": "2.00"}]}, got).different == []
    got = {"documents": Asserted([{"at": "d2", "total": "1"}, {"at": "d2", "total": "2"}], "at")}
    assert compared({"documents": [{"at": "d2", "total": "2"}]}, got).different


def test_a_moment_is_its_instant_or_its_day() -> None:
    """A local day, a day in UTC, the instant itself; nothing else."""
    moment = Moment("2024-03-31T22:01:00Z", datetime.date(2024, 4, 1))
    assert moment.fits("2024-03-31T22:01:00Z")
    assert moment.fits("2024-04-01")
    assert moment.fits("2024-03-31")
    assert not moment.fits("2024-04-02")
    assert compared({"at": "2024-04-01"}, {"at": moment}).different == []
    assert compared({"at": "2024-04-02"}, {"at": moment}).different


@pytest.mark.parametrize(("kind", "given", "expect", "preset"), PASSING)
def test_a_form_does_not_pass_with_another_number(kind: str, given: Any, expect: Any, preset: str) -> None:
    """One more entry in what is expected fails."""
    ((name, value),) = expect.items()
    assert outcome_of(kind, given, {name: [*value, {"amount": "-1.00"}]}, preset)[0] == "failed"
