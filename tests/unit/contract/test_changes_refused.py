"""What is no change is refused: our own error, with code, place, what was found and what may stand there, and fast."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

import billcore as bc
from billcore.contract.amendments import Amendment
from billcore.usage.measured import Group, Measured

KNOWN = datetime(2026, 3, 5, tzinfo=UTC)
NAIVE = KNOWN.replace(tzinfo=None)
CHANGED = date(2026, 3, 16)
SEATS = {
    "id": "seats",
    "sku": "SEAT",
    "billed": "in_advance",
    "quantity": 5,
    "price": {"kind": "per_unit", "unit_price": "10"},
}
SETUP = {"id": "setup", "sku": "SETUP", "billed": "once", "price": {"kind": "flat", "amount": "5"}}
CALLS = {"id": "calls", "sku": "CALL", "billed": "in_arrears", "price": {"kind": "per_unit", "unit_price": "1"}}


def plan(**fields: Any) -> dict[str, Any]:
    flat = {"kind": "flat", "amount": "100"}
    return {"id": "plan", "sku": "PLAN", "billed": "in_advance", "price": flat, **fields}


def days(start: date, end: date) -> dict[str, date]:
    return {"start": start, "end": end}


def contract(*lines: dict[str, Any], **fields: Any) -> bc.Contract:
    written = {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": "month"}
    term = days(date(2026, 3, 1), date(2027, 3, 1))
    return bc.Contract.read(written | {"zone": "UTC", "term": term, "lines": list(lines) or [plan()]} | fields)


def amended(before: bc.Contract, *changes: Any, effective: date = CHANGED, **fields: Any) -> bc.Contract:
    given = {"known_at": KNOWN, "actor": "sales", "reason": "as the customer asked"} | fields
    return before.amended(*changes, effective=effective, **given)


def written(before: bc.Contract, **fields: Any) -> bc.Contract:
    """The contract with an amendment as it is read from JSON."""
    amendment = {
        "id": "A-1",
        "effective": "2026-03-16",
        "known_at": "2026-03-05T00:00:00Z",
        "actor": "sales",
        "reason": "as the customer asked",
        "changes": [{"kind": "cancel"}],
    }
    return before.revised(amendments=[*before.amendments, Amendment.read(amendment | fields)])


def line(fields: dict[str, Any]) -> bc.ContractLine:
    return bc.ContractLine.read(fields)


def many_amendments(count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"A-{number}",
            "effective": CHANGED + timedelta(days=number % 300),
            "known_at": "2026-03-05T00:00:00Z",
            "actor": "sales",
            "reason": "as the customer asked",
            "changes": [{"kind": "quantity", "line": "seats", "quantity": number + 1}],
        }
        for number in range(count)
    ]


def ramp(*ends: tuple[date, date]) -> list[dict[str, Any]]:
    return [{"period": days(start, end)} for start, end in ends]


FIRST, MAY, JUNE, LAST = date(2026, 3, 1), date(2026, 5, 1), date(2026, 6, 1), date(2027, 3, 1)
Refused = tuple[Callable[[], object], str, str, str]
REFUSED: dict[str, Refused] = {
    "before the term": (
        lambda: amended(contract(), bc.Change.cancel(), effective=date(2026, 2, 28)),
        "amendment-before-term",
        "amendments[0].effective",
        "2026-02-28",
    ),
    "a line that was removed": (
        lambda: amended(
            amended(contract(plan(), SEATS), bc.Change.remove("seats")), bc.Change.quantity("seats", 8), effective=MAY
        ),
        "line-ended",
        "amendments[1].changes[0].line",
        "2026-05-01",
    ),
    "a line behind its own end": (
        lambda: amended(contract(plan(period=days(FIRST, MAY))), bc.Change.discounts("plan", []), effective=MAY),
        "line-ended",
        "amendments[0].changes[0].line",
        "plan",
    ),
    "a line behind the term": (
        lambda: amended(contract(), bc.Change.remove("plan"), effective=LAST),
        "line-ended",
        "amendments[0].changes[0].line",
        "2027-03-01",
    ),
    "a cancellation behind the term": (
        lambda: amended(contract(), bc.Change.cancel(), effective=LAST),
        "line-ended",
        "amendments[0].changes[0]",
        "2027-03-01",
    ),
    "a pause of everything behind the term": (
        lambda: amended(contract(), bc.Change.pause(), effective=LAST),
        "line-ended",
        "amendments[0].changes[0]",
        "every line",
    ),
    "other billing behind the term": (
        lambda: amended(contract(), bc.Change.billing(billed_every="year"), effective=LAST),
        "line-ended",
        "amendments[0].changes[0]",
        "every line",
    ),
    "a line before its start": (
        lambda: amended(contract(plan(period=days(MAY, LAST))), bc.Change.discounts("plan", [])),
        "line-not-begun",
        "amendments[0].changes[0].line",
        "plan",
    ),
    "a pause before any line begins": (
        lambda: amended(contract(plan(period=days(MAY, LAST))), bc.Change.pause()),
        "line-not-begun",
        "amendments[0].changes[0].lines",
        "every line",
    ),
    "a line that is not there": (
        lambda: amended(contract(), bc.Change.quantity("seat", 1)),
        "line-unknown",
        "amendments[0].changes[0].line",
        "seat",
    ),
    "dates of a line that is not there": (
        lambda: amended(contract(), bc.Change.dates("seat", end=MAY)),
        "line-unknown",
        "amendments[0].changes[0].line",
        "seat",
    ),
    "a pause of a line that is not there": (
        lambda: amended(contract(), bc.Change.pause("seat")),
        "line-unknown",
        "amendments[0].changes[0].line",
        "seat",
    ),
    "billing of a line that is not there": (
        lambda: amended(contract(), bc.Change.billing("seat", billed_every="year")),
        "line-unknown",
        "amendments[0].changes[0].line",
        "seat",
    ),
    "a line's id again": (
        lambda: amended(contract(), bc.Change.add(line(plan()))),
        "id-repeated",
        "amendments[0].changes[0].line",
        "plan",
    ),
    "an amendment's id again": (
        lambda: amended(amended(contract(), bc.Change.pause(), id="A"), bc.Change.resume(), id="A"),
        "id-repeated",
        "Contract",
        "amendment A",
    ),
    "an added line before the term": (
        lambda: amended(contract(), bc.Change.add(line(SEATS | {"period": days(date(2026, 1, 1), MAY)}))),
        "line-outside-term",
        "amendments[0].changes[0].line.period",
        "2026-01-01",
    ),
    "an added line beyond the term": (
        lambda: amended(contract(), bc.Change.add(line(SEATS | {"period": days(MAY, date(2029, 1, 1))}))),
        "line-outside-term",
        "amendments[0].changes[0].line.period",
        "2029-01-01",
    ),
    "an added line behind the term": (
        lambda: amended(contract(), bc.Change.add(line(SEATS)), effective=LAST),
        "line-outside-term",
        "amendments[0].changes[0].line.period",
        "2027-03-01",
    ),
    "an added add-on without its base": (
        lambda: amended(contract(), bc.Change.add(line(SEATS | {"base": "nothing"}))),
        "line-unknown",
        "amendments[0].changes[0].line",
        "nothing",
    ),
    "a base that is not there": (
        lambda: contract(plan(), SEATS | {"base": "nothing"}),
        "line-unknown",
        "lines[1].base",
        "nothing",
    ),
    "a base that is the line itself": (lambda: line(SEATS | {"base": "seats"}), "base-unknown", "", "seats"),
    "bases in a circle": (
        lambda: contract(plan(base="seats"), SEATS | {"base": "plan"}),
        "base-unknown",
        "lines[0].base",
        "plan, seats",
    ),
    "aligned to a base that is not named": (lambda: line(SEATS | {"aligned_to": "base"}), "base-unknown", "", "None"),
    "aligned to a base that stands behind": (
        lambda: contract(SEATS | {"base": "plan", "aligned_to": "base"}, plan()),
        "line-unknown",
        "lines[0].base",
        "plan",
    ),
    "a pause of a paused line": (
        lambda: amended(amended(contract(), bc.Change.pause()), bc.Change.pause(), effective=date(2026, 3, 20)),
        "line-paused",
        "amendments[1].changes[0].lines",
        "plan",
    ),
    "a resume of a served line": (
        lambda: amended(contract(), bc.Change.resume()),
        "line-not-paused",
        "amendments[0].changes[0].lines",
        "plan",
    ),
    "a resume behind the day of return": (
        lambda: amended(amended(contract(), bc.Change.pause(until=MAY)), bc.Change.resume(), effective=JUNE),
        "line-not-paused",
        "amendments[1].changes[0].lines",
        "2026-06-01",
    ),
    "a pause that ends as it begins": (
        lambda: amended(contract(), bc.Change.pause(until=CHANGED)),
        "period-ends-before-start",
        "amendments[0].changes[0].until",
        "2026-03-16",
    ),
    "no change at all": (lambda: amended(contract()), "change-empty", "Amendment", "no change"),
    "billing that changes nothing": (lambda: bc.Change.billing(), "change-empty", "", "nothing"),
    "dates that say nothing": (lambda: bc.Change.dates(), "change-empty", "", "neither"),
    "another start of the term": (lambda: bc.Change.dates(start=MAY), "change-does-not-fit", "", "whole term"),
    "dates in the wrong order": (
        lambda: bc.Change.dates("plan", start=JUNE, end=MAY),
        "period-ends-before-start",
        "",
        "2026-05-01",
    ),
    "a term that ends before it starts": (
        lambda: amended(contract(), bc.Change.dates(end=FIRST)),
        "period-ends-before-start",
        "amendments[0].changes[0].end",
        "2026-03-01",
    ),
    "a line's start before the term": (
        lambda: amended(contract(), bc.Change.dates("plan", start=date(2026, 1, 1))),
        "line-outside-term",
        "amendments[0].changes[0].start",
        "2026-01-01",
    ),
    "a line's end beyond the term": (
        lambda: amended(contract(), bc.Change.dates("plan", end=date(2028, 1, 1))),
        "line-outside-term",
        "amendments[0].changes[0].end",
        "2028-01-01",
    ),
    "a price within a one-time line": (
        lambda: amended(contract(plan(), SETUP), bc.Change.price("setup", bc.Flat(amount="6"))),
        "change-does-not-fit",
        "amendments[0].changes[0].line",
        "setup",
    ),
    "billing of a one-time line": (
        lambda: amended(contract(plan(), SETUP), bc.Change.billing("setup", billed_every="year")),
        "change-does-not-fit",
        "amendments[0].changes[0].line",
        "setup",
    ),
    "billing of lines that all have their own": (
        lambda: amended(contract(plan(billed_every="month")), bc.Change.billing(billed_every="year")),
        "change-does-not-fit",
        "amendments[0].changes[0].line",
        "every line",
    ),
    "a line that becomes one-time": (
        lambda: amended(contract(), bc.Change.billing("plan", billed="once")),
        "change-does-not-fit",
        "amendments[0].changes[0].line",
        "once",
    ),
    "a cancellation that was agreed from the start": (
        lambda: contract().what_if(bc.Change.cancel()),
        "change-does-not-fit",
        "changes[0]",
        "cancel",
    ),
    "31 February": (lambda: written(contract(), effective="2026-02-31"), "date-malformed", "effective", "2026-02-31"),
    "31 February in a change": (
        lambda: written(contract(), changes=[{"kind": "dates", "end": "2026-02-31"}]),
        "date-malformed",
        "changes[0].end",
        "2026-02-31",
    ),
    "an instant where a day stands": (
        lambda: amended(contract(), bc.Change.cancel(), effective=KNOWN),
        "date-malformed",
        "effective",
        "an instant",
    ),
    "a naive datetime": (
        lambda: amended(contract(), bc.Change.cancel(), known_at=NAIVE),
        "instant-naive",
        "known_at",
        "2026-03-05",
    ),
    "a naive datetime as text": (
        lambda: written(contract(), known_at="2026-03-05T00:00:00"),
        "instant-naive",
        "known_at",
        "2026-03-05",
    ),
    "a day where an instant stands": (
        lambda: amended(contract(), bc.Change.cancel(), known_at=date(2026, 3, 5)),
        "instant-malformed",
        "known_at",
        "date",
    ),
    "a zone that is none": (lambda: contract(zone="Mars/Olympus"), "zone-unknown", "zone", "Mars/Olympus"),
    "an offset for a zone": (lambda: contract(zone="+01:00"), "zone-unknown", "zone", "+01:00"),
    "no zone": (
        lambda: amended(contract(zone=None), bc.Change.cancel()),
        "zone-missing",
        "contract C-1",
        "without a zone",
    ),
    "a frequency that is none": (
        lambda: bc.Change.billing(billed_every="fortnightly"),
        "frequency-unknown",
        "billed_every",
        "fortnightly",
    ),
    "a quantity as a float": (lambda: bc.Change.quantity("seats", 1.5), "float-amount", "quantity", "1.5"),  # type: ignore[arg-type]
    "a quantity below zero": (lambda: bc.Change.quantity("seats", -1), "number-negative", "quantity", "-1"),
    "a reason of one letter": (
        lambda: amended(contract(), bc.Change.cancel(), reason="x"),
        "value-malformed",
        "reason",
        "x",
    ),
    "nobody who decided": (lambda: amended(contract(), bc.Change.cancel(), actor=""), "text-malformed", "actor", ""),
    "a kind of change that is none": (
        lambda: amended(contract(), {"kind": "explode"}),
        "kind-unknown",
        "changes[0]",
        "explode",
    ),
    "nothing where a change stands": (lambda: amended(contract(), None), "value-malformed", "changes[0]", "None"),
    "a ramp that overlaps": (
        lambda: contract(plan(ramp=ramp((FIRST, JUNE), (MAY, LAST)))),
        "ramp-overlap",
        "lines[0].ramp[1].period",
        "2026-05-01",
    ),
    "a ramp with a gap": (
        lambda: contract(plan(ramp=ramp((FIRST, MAY), (JUNE, LAST)))),
        "ramp-gap",
        "lines[0].ramp[1].period",
        "2026-06-01",
    ),
    "a ramp that stops": (
        lambda: contract(plan(ramp=ramp((FIRST, MAY)))),
        "ramp-gap",
        "lines[0].ramp",
        "2026-05-01",
    ),
    "a ramp within a month": (
        lambda: contract(plan(ramp=ramp((FIRST, date(2026, 5, 10)), (date(2026, 5, 10), LAST)))),
        "ramp-off-boundary",
        "lines[0].ramp[1].period.start",
        "2026-05-10",
    ),
    "a trial as long as its line": (
        lambda: contract(plan(trial={"days": 365})),
        "trial-outside-line",
        "lines[0].trial",
        "2027-03-01",
    ),
    "a trial that ends twice": (
        lambda: contract(plan(trial={"days": 3, "until": MAY})),
        "trial-not-one-end",
        "lines[0].trial",
        "days and until",
    ),
    "a trial without an end": (lambda: bc.Trial(), "trial-not-one-end", "", "days and until"),
    "a trial outside the calendar": (
        lambda: contract(plan(trial={"days": 3000}), term=days(date(9999, 1, 1), date(9999, 12, 31))),
        "date-out-of-range",
        "lines[0]",
        "trial",
    ),
    "a renewal for a term of once": (
        lambda: bc.AutoRenewal(term="once"),
        "renewal-term-wrong",
        "",
        "once",
    ),
    "an uplift that gives everything away": (
        lambda: bc.AutoRenewal(term="year", uplift="-100"),
        "uplift-wrong",
        "",
        "-100",
    ),
    "thousands of amendments": (
        lambda: contract(SEATS, amendments=many_amendments(5_000)),
        "limit-exceeded",
        "Contract",
        "5000 amendments",
    ),
    "terms of a day behind the end": (lambda: contract().as_of(LAST), "nothing-in-force", "effective", "2027-03-01"),
    "terms of an instant": (lambda: contract().as_of(KNOWN), "date-malformed", "effective", "instant"),
    "terms as known at a naive instant": (
        lambda: contract().as_of(MAY, NAIVE),
        "instant-naive",
        "as_known_at",
        "2026-03-05",
    ),
    "a what-if of a line that is not there": (
        lambda: contract().what_if(bc.Change.quantity("seat", 1)),
        "line-unknown",
        "contract C-1",
        "seat",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_change_is_refused(name: str) -> None:
    """Code and place name the culprit, and what may stand there is said, within a second."""
    make, code, path, found = REFUSED[name]
    began = time.monotonic()
    with pytest.raises(bc.BillcoreError) as caught:
        make()
    assert time.monotonic() - began < 1
    error = caught.value
    assert code == error.code
    assert path in ("", error.path)
    assert found in error.found
    assert error.expected
    assert len(str(error)) < 1_000


def bill(before: bc.Contract, through: date, **given: Any) -> bc.BillRun:
    return bc.bill(before, through=through, **given)


def refund(paid: str, currency: str = "USD") -> bc.BillRun:
    first = bill(contract(), FIRST)
    told = {first.invoices[0].id: bc.Amount.of(paid, currency)}
    return bill(contract(), FIRST, billed=first.next_billed, paid=told)


MATRIX = {
    "kind": "matrix",
    "dimensions": ["region"],
    "cells": [{"values": ["eu"], "price": {"kind": "per_unit", "unit_price": "1"}}],
    "unmatched": "free",
}


def in_europe(units: str) -> Measured:
    return Measured(quantity=units, groups=(Group(key=("eu",), measured=Measured(quantity=units)),))


AT_BILLING: dict[str, Refused] = {
    "a frequency that does not divide the price period": (
        lambda: bill(
            amended(
                contract(plan(price={"kind": "flat", "amount": "100", "per": "year"})),
                bc.Change.billing(billed_every="5 months"),
            ),
            JUNE,
        ),
        "cadence-does-not-divide",
        "line plan",
        "5 months",
    ),
    "a metered price in advance": (
        lambda: bill(amended(contract(), bc.Change.price("plan", bc.PerUnit(unit_price="1"))), JUNE),
        "metered-in-advance",
        "lines[0] from 2026-03-16.billed",
        "in_advance",
    ),
    "a price for the term of a contract that renews": (
        lambda: bill(
            contract(
                plan(price={"kind": "flat", "amount": "1", "per": "term"}),
                renewal={"kind": "auto_renewal", "term": "year"},
            ),
            JUNE,
        ),
        "billed-does-not-fit",
        "lines[0].price.per",
        "term",
    ),
    "thousands of periods": (
        lambda: bill(amended(contract(), bc.Change.dates(end=date(2226, 3, 1))), JUNE),
        "limit-exceeded",
        "span",
        "2400 periods",
    ),
    "thousands of months without end": (
        lambda: bill(contract(renewal={"kind": "evergreen"}), date(2400, 1, 1)),
        "limit-exceeded",
        "span",
        "periods",
    ),
    "thousands of renewals": (
        lambda: bill(
            contract(term=days(FIRST, date(2026, 4, 1)), renewal={"kind": "auto_renewal", "term": "month"}),
            date(2400, 1, 1),
        ),
        "limit-exceeded",
        "renewal",
        "periods",
    ),
    "an uplift that is too fine": (
        lambda: bill(
            contract(
                term=days(FIRST, date(2026, 4, 1)),
                renewal={"kind": "auto_renewal", "term": "month", "uplift": "0.333"},
            ),
            date(2026, 12, 1),
        ),
        "uplift-too-fine",
        "lines[0].price.amount",
        "13 digits",
    ),
    "an uplift of a formula": (
        lambda: bill(
            contract(
                {**CALLS, "price": {"kind": "formula", "expression": "quantity * 2"}},
                term=days(FIRST, date(2026, 4, 1)),
                renewal={"kind": "auto_renewal", "term": "month", "uplift": "5"},
            ),
            date(2026, 5, 1),
        ),
        "uplift-does-not-fit",
        "lines[0].price",
        "formula",
    ),
    "tiers that continue in a matrix": (
        lambda: bill(
            amended(
                contract({**CALLS, "on_change": "continue"}),
                bc.Change.price("calls", line({**CALLS, "price": MATRIX}).price),
            ),
            date(2026, 4, 1),
            usage={"calls": {FIRST: in_europe("3"), CHANGED: in_europe("4")}},
        ),
        "continue-does-not-fit",
        "calls",
        "matrix",
    ),
    "a held amendment that stops everything": (
        lambda: bill(written(contract(on_held="stop"), held_for="waits for a signature"), JUNE),
        "amendment-held",
        "amendments[0]",
        "waits for a signature",
    ),
    "more paid than was asked for": (lambda: refund("100.01"), "paid-above-document", "paid.", "USD 100.01"),
    "less than nothing paid": (lambda: refund("-1"), "paid-above-document", "paid.", "USD -1.00"),
    "paid in another currency": (lambda: refund("20", "EUR"), "paid-above-document", "paid.", "EUR 20.00"),
    "paid on a document that is not there": (
        lambda: bill(contract(), FIRST, paid={"inv_0": bc.Amount.of("1", "USD")}),
        "document-unknown",
        "paid",
        "inv_0",
    ),
    "paid as a text": (lambda: bill(contract(), FIRST, paid={"inv_0": "1.00"}), "argument-wrong", "paid.inv_0", "str"),
    "knowledge at a naive instant": (
        lambda: bill(contract(), FIRST, as_known_at=NAIVE),
        "instant-naive",
        "as_known_at",
        "2026-03-05",
    ),
}


@pytest.mark.parametrize("name", AT_BILLING)
def test_what_cannot_be_billed_is_refused(name: str) -> None:
    """What only a run can tell is refused by it, as early and as clearly."""
    make, code, path, found = AT_BILLING[name]
    began = time.monotonic()
    with pytest.raises(bc.BillcoreError) as caught:
        make()
    assert time.monotonic() - began < 1
    error = caught.value
    assert code == error.code
    assert path in error.path
    assert found in error.found
    assert error.expected


@pytest.mark.parametrize(
    "change",
    [
        bc.Change.quantity("nobody", 1),
        bc.Change.resume(),
        bc.Change.dates(end=FIRST),
        bc.Change.add(bc.ContractLine.read(plan())),
        bc.Change.price("setup", bc.Flat(amount="6")),
    ],
    ids=lambda change: change.kind,
)
def test_a_refused_amendment_leaves_the_contract_as_it_was(change: Any) -> None:
    """The contract before and after a refusal is the same, in every field and in what it bills."""
    before = amended(contract(plan(), SEATS, SETUP), bc.Change.quantity("seats", 8))
    stood, billed = before.model_dump_json(), bill(before, JUNE)
    with pytest.raises(bc.BillcoreError):
        amended(before, change)
    assert stood == before.model_dump_json()
    assert before == bc.Contract.read(before.model_dump(mode="json"))
    assert billed == bill(before, JUNE)


def test_an_accepted_amendment_leaves_the_contract_as_it_was() -> None:
    """A contract is a value: amending it makes another one."""
    before = contract(SEATS)
    stood = before.model_dump_json()
    after = amended(before, bc.Change.quantity("seats", 8))
    assert stood == before.model_dump_json()
    assert (0, 1) == (len(before.amendments), len(after.amendments))


def test_as_many_amendments_as_there_may_be_are_read_fast() -> None:
    """1,200 amendments in any order of their days are laid out within two seconds, and the newest holds."""
    began = time.monotonic()
    many = contract(SEATS, amendments=many_amendments(1_200))
    assert time.monotonic() - began < 2
    # Day 16 March + 299: written as number 299, 599, 899 and 1199; of one day the later written holds.
    assert "1200" == str(many.as_of(CHANGED + timedelta(days=299)).lines[0].quantity)


def test_a_deep_chain_of_add_ons_ends_with_its_base() -> None:
    """Add-ons of add-ons, 1,500 deep: all of them end with the first, without a recursion that ends the program."""
    chain = [plan()]
    chain += [{**plan(), "id": f"x{n}", "base": f"x{n - 1}" if n else "plan"} for n in range(1_500)]
    ended = amended(contract(*chain), bc.Change.remove("plan"))
    with pytest.raises(bc.NotApplicable) as caught:
        ended.as_of(CHANGED)
    assert "nothing-in-force" == caught.value.code
