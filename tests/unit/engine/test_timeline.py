"""Timelines of small contracts: each amount, date and status worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import billcore as bc
from billcore.billing.workings import STAGE_KINDS
from billcore.core.canonical import digest
from billcore.core.value import replaced
from billcore.engine.rated_contract import Rated, rate_contract
from billcore.engine.timeline import timeline
from billcore.engine.timeline_pieces import piece_rows
from billcore.engine.timeline_rows import Mark, Timeline
from support.contracts import contracts
from support.timelines import deal, line, project, seats_and_calls

JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in (1, 2, 3, 4))


def shown(laid: Timeline) -> list[tuple[str, str, str, str]]:
    """Date, piece, amount and status of each row."""
    return [
        (str(row.invoice_date or "open"), f"{row.line} {row.service.start}", str(row.amount), row.status)
        for row in laid.rows
    ]


def test_a_stub_says_what_it_is_a_part_of() -> None:
    """17 of January's 31 days of 310.00 are 170.00; the whole month stands beside the stub, and February is none."""
    laid = timeline(seats_and_calls(start=date(2026, 1, 15)))
    first, second = laid.of_line("seats")[:2]
    assert (17_000, True, False) == (first.amount_minor, first.is_stub, second.is_stub)
    assert [bc.Period(start=JANUARY, end=FEBRUARY)] == list(first.full)
    assert (date(2026, 1, 15), "in_advance") == (first.invoice_date, first.billed)


def test_through_tells_due_from_planned() -> None:
    """Without a day nothing is due; with one, what is invoiced up to it is, and only usage of periods that are over counts."""
    usage = {"calls": {JANUARY: 100, FEBRUARY: 200}}
    contract = seats_and_calls()
    assert {"planned", "awaits usage"} == {row.status for row in timeline(contract, usage=usage).rows}
    assert [
        ("2026-01-01", "seats 2026-01-01", "USD 310.00", "due"),
        ("2026-02-01", "seats 2026-02-01", "USD 310.00", "due"),
        ("2026-02-01", "calls 2026-01-01", "USD 10.00", "due"),
        ("2026-03-01", "seats 2026-03-01", "USD 310.00", "planned"),
        ("2026-03-01", "calls 2026-02-01", "None", "awaits usage"),
        ("2026-04-01", "calls 2026-03-01", "None", "awaits usage"),
    ] == shown(timeline(contract, through=date(2026, 2, 27), usage=usage))
    assert "USD 20.00" == str(timeline(contract, through=date(2026, 2, 28), usage=usage).of_line("calls")[1].amount)


def test_through_before_the_term_plans_everything() -> None:
    """A day before the contract starts is no error: nothing is due, no usage is known."""
    laid = timeline(seats_and_calls(), through=date(2025, 6, 30), usage={"calls": {JANUARY: 100}})
    assert ["planned"] * 3 == [row.status for row in laid.of_line("seats")]
    assert ["awaits usage"] * 3 == [row.status for row in laid.of_line("calls")]
    assert date(2025, 6, 30) == laid.through


def test_totals_are_of_invoice_dates() -> None:
    """February: 310.00 and 10.00; March knows 310.00 and waits for one amount; April for all."""
    laid = timeline(seats_and_calls(), usage={"calls": {JANUARY: 100}})
    assert [
        (JANUARY, "USD 310.00", 1, 0),
        (FEBRUARY, "USD 320.00", 2, 0),
        (MARCH, "USD 310.00", 2, 1),
        (APRIL, "USD 0.00", 1, 1),
    ] == [(one.invoice_date, str(one.amount), one.row_count, one.unknown_count) for one in laid.totals]


def test_what_stands_is_billed_and_a_difference_is_due() -> None:
    """After a run each of its pieces stands; more usage told later makes its row due, with both amounts."""
    contract, usage = seats_and_calls(), {"calls": {JANUARY: 100}}
    run = bc.bill(contract, usage=usage, through=FEBRUARY)
    laid = timeline(contract, through=FEBRUARY, usage=usage, billed=run.next_billed)
    assert ["billed", "billed", "billed", "planned"] == [row.status for row in laid.rows[:4]]
    assert (1_000, 1_000) == (laid.rows[2].amount_minor, laid.rows[2].standing_minor)
    assert (run.invoices[1].id,) == laid.rows[2].numbers
    later = timeline(contract, through=FEBRUARY, usage={"calls": {JANUARY: 150}}, billed=run.next_billed).rows[2]
    assert ("due", 1_500, 1_000) == (later.status, later.amount_minor, later.standing_minor)


def test_a_correction_stands_on_both_documents() -> None:
    """10.00 and 5.00 more stand on two documents; less usage would be credited, and until then the row is due."""
    contract = seats_and_calls()
    first = bc.bill(contract, usage={"calls": {JANUARY: 100}}, through=FEBRUARY)
    more: dict[str, Any] = {"calls": {JANUARY: 150}}
    second = bc.bill(contract, usage=more, through=FEBRUARY, billed=first.next_billed)
    row = timeline(contract, usage=more, billed=second.next_billed).of_line("calls")[0]
    assert ("billed", 1_500, 2) == (row.status, row.standing_minor, len(row.numbers))
    less = timeline(contract, usage={"calls": {JANUARY: 0}}, billed=second.next_billed).of_line("calls")[0]
    assert ("due", 0, 1_500) == (less.status, less.amount_minor, less.standing_minor)


def test_an_earlier_day_corrects_nothing_that_comes_later() -> None:
    """January and February stand at 310.00 and should at 400.00: through January one correction is due, as a run makes."""
    run = bc.bill(deal(line("seats")), through=FEBRUARY)
    dearer = deal(line("seats")).with_price("seats", bc.Flat(amount="400"))
    rows = timeline(dearer, through=date(2026, 1, 31), billed=run.next_billed).rows
    assert ["due", "billed", "planned"] == [row.status for row in rows]
    again = bc.bill(dearer, through=date(2026, 1, 31), billed=run.next_billed)
    assert [JANUARY] == [one.service.start for document in again.documents for one in document.lines]


def test_what_stands_and_is_not_known_now_is_kept() -> None:
    """Usage that is not passed again takes nothing back: the row stays billed, with what stands and no amount."""
    contract = seats_and_calls()
    run = bc.bill(contract, usage={"calls": {JANUARY: 100}}, through=FEBRUARY)
    row = timeline(contract, billed=run.next_billed).of_line("calls")[0]
    assert ("billed", None, 1_000) == (row.status, row.amount, row.standing_minor)
    assert 32_000 == timeline(contract, billed=run.next_billed).totals[1].amount_minor


def test_what_is_asked_for_no_more_is_withdrawn() -> None:
    """A line that the contract does not hold any more: its pieces should stand at nothing, under the line's id."""
    run = bc.bill(deal(line("seats"), line("extra")), through=JANUARY)
    laid = timeline(deal(line("seats")), through=JANUARY, billed=run.next_billed)
    gone = laid.of_line("extra")[0]
    assert ("withdrawn", 0, 31_000, "extra") == (gone.status, gone.amount_minor, gone.standing_minor, gone.name)
    assert (("seats", "SEATS"), ("extra", "extra")) == laid.lines
    assert (31_000, 62_000) == (laid.totals[0].amount_minor, laid.totals[0].standing_minor)


def test_a_milestone_waits_until_it_is_reached() -> None:
    """30 and 70 percent of 1,000.00; what is reached after the day is not reached."""
    delivered = {"project": {"design": date(2026, 2, 10)}}
    rows = timeline(project(), through=date(2026, 2, 28), delivered=delivered).rows
    assert [(date(2026, 2, 10), 30_000, "due"), (None, 70_000, "awaits delivery")] == [
        (row.invoice_date, row.amount_minor, row.status) for row in rows
    ]
    assert ["design", "go-live"] == [row.piece for row in rows]
    early = timeline(project(), through=date(2026, 2, 9), delivered=delivered).rows
    assert {"awaits delivery"} == {row.status for row in early}


def test_what_the_contract_adds_is_a_row_of_its_own() -> None:
    """A minimum of 400.00 lacks 90.00 in January, dated its end; it is a row of the line that bears it."""
    contract = deal(line("seats"), stage={"minimum": {"id": "floor", "amount": "400"}})
    added = [row for row in timeline(contract).rows if row.kind in STAGE_KINDS]
    assert [(FEBRUARY, 9_000), (MARCH, 9_000), (APRIL, 9_000)] == [
        (row.invoice_date, row.amount_minor) for row in added
    ]
    assert {("seats", "minimum floor", "minimum", False)} == {
        (row.line, row.piece, row.price, row.is_stub) for row in added
    }


def test_a_minimum_that_stands_is_kept_while_its_period_is_not_known() -> None:
    """Usage of January is not passed again: nobody knows what its minimum comes to, so it stays as it stands."""
    floor = {"minimum": {"id": "floor", "amount": "400"}}
    contract = deal(line("seats"), line("calls", "usage"), stage=floor)
    run = bc.bill(contract, usage={"calls": {JANUARY: 100}}, through=FEBRUARY)
    kept = [row for row in timeline(contract, billed=run.next_billed).rows if row.kind == "minimum"]
    assert ["billed"] * len(kept) == [row.status for row in kept]
    assert 8_000 == sum(row.standing_minor or 0 for row in kept)
    known = timeline(contract, usage={"calls": {JANUARY: 1_000}}, billed=run.next_billed)
    assert {"withdrawn"} == {row.status for row in known.rows if row.kind == "minimum" and row.standing_minor}


def test_marks_tell_where_a_line_and_a_discount_end() -> None:
    """A line from February to mid-March with a discount until March, and a mark of the caller."""
    part = {"start": FEBRUARY, "end": date(2026, 3, 15)}
    off = [{"kind": "percent_off", "percent": "10", "until": MARCH}]
    contract = deal(line("seats"), line("extra", period=part, discounts=off))
    laid = timeline(contract, marks=[Mark(on=date(2026, 2, 10), text="price changed", line="seats")])
    assert [
        (FEBRUARY, "extra", "starts"),
        (date(2026, 2, 10), "seats", "price changed"),
        (MARCH, "extra", "10 % off ends"),
        (date(2026, 3, 15), "extra", "ends"),
    ] == [(mark.on, mark.line, mark.text) for mark in laid.marks]


def test_usage_without_a_price_says_why() -> None:
    """A charge below zero is refused: the row waits, and the finding tells."""
    rebate = line("calls", "usage", discounts=[])
    laid = timeline(deal(rebate), usage={"calls": {JANUARY: "-5"}})
    assert "awaits usage" == laid.rows[0].status
    assert ["quantity-negative"] == [finding.code for finding in laid.findings]


def in_stretches(contract: bc.Contract, cut: date, price: str) -> Rated:
    """The contract rated with its one line cut into two stretches, as an amendment leaves it."""
    rated = rate_contract(contract, through=APRIL)
    dearer = rate_contract(contract.with_price("seats", bc.Flat(amount=price)), through=APRIL)
    old, new = rated.resolved.lines[0], dearer.resolved.lines[0]
    lines = (
        replaced(old, period=bc.Period(start=JANUARY, end=cut)),
        replaced(new, period=bc.Period(start=cut, end=APRIL)),
    )
    charges = [one for one in rated.charges if one.service.end <= cut]
    charges += [one for one in dearer.charges if one.service.start >= cut]
    return replaced(rated, resolved=replaced(rated.resolved, lines=lines), charges=tuple(charges))


def test_stretches_of_one_line_keep_their_own_terms() -> None:
    """A line that is resolved twice: each row has the price of its stretch, also a row without a charge."""
    rated = in_stretches(deal(line("seats")), MARCH, "400")
    rows = list(piece_rows(rated, None, ()))
    assert ["310 per month", "310 per month", "400 per month"] == [row.price for row in rows]
    assert [31_000, 31_000, 40_000] == [row.amount_minor for row in rows]
    waiting = list(piece_rows(replaced(rated, charges=()), None, ()))
    assert ["310 per month", "310 per month", "400 per month"] == [row.price for row in waiting]


def test_the_same_input_gives_the_same_bytes() -> None:
    """Twice the same call: equal values, equal bytes."""
    first, second = (timeline(seats_and_calls(), through=FEBRUARY, usage={"calls": {JANUARY: 1}}) for _ in range(2))
    assert digest(first) == digest(second)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"through": "2026-01-01"}, "date-malformed"),
        ({"through": datetime(2026, 1, 1, 12, tzinfo=UTC)}, "date-malformed"),
        ({"usage": [1]}, "argument-wrong"),
        ({"usage": {"calls": 5}}, "argument-wrong"),
        ({"usage": {"calls": ["soon"]}}, "argument-wrong"),
        ({"usage": {"nobody": {JANUARY: 1}}}, "usage-line-unknown"),
        ({"usage": {"calls": {date(2026, 1, 2): 1}}}, "usage-period-unknown"),
        ({"usage": {"calls": {JANUARY: 1.5}}}, "float-amount"),
        ({"delivered": {"seats": JANUARY}}, "argument-wrong"),
        ({"delivered": {"seats": {"design": "soon"}}}, "date-malformed"),
        ({"delivered": {"seats": {"design": JANUARY}}}, "delivery-unknown"),
        ({"billed": []}, "argument-wrong"),
        ({"marks": "soon"}, "argument-wrong"),
        ({"marks": ["soon"]}, "argument-wrong"),
        ({"marks": [Mark(on="soon", text="x")]}, "date-malformed"),  # type: ignore[arg-type]
    ],
)
def test_wrong_arguments_are_refused(arguments: dict[str, Any], code: str) -> None:
    """Each wrong argument has our own error with its code."""
    with pytest.raises(bc.BillcoreError) as caught:
        timeline(seats_and_calls(), **arguments)
    assert code == caught.value.code


def test_what_is_no_contract_is_refused() -> None:
    """A dictionary is read first."""
    with pytest.raises(bc.DocumentError, match="argument-wrong"):
        timeline({"id": "C-1"})  # type: ignore[arg-type]


def test_one_contract_stands_in_one_currency() -> None:
    """What stands in euros beside a contract in dollars sums to nothing that anybody owes."""
    run = bc.bill(deal(line("seats"), currency="EUR"), through=JANUARY)
    with pytest.raises(bc.NotApplicable, match="contract-currency-mixed"):
        timeline(deal(line("seats")), billed=run.next_billed)


@given(contracts(), st.integers(-40, 900))
def test_due_is_what_a_run_issues(plain: dict[str, Any], days: int) -> None:
    """Rows that are due are the lines of the run's invoices, with their amounts; once issued they are billed."""
    contract = bc.Contract.read(plain)
    through = date.fromordinal(contract.term.start.toordinal() + days)
    usage = {one.id: whole_usage(contract, one.id) for one in contract.lines if one.is_metered}
    laid = timeline(contract, through=through, usage=usage)
    run = bc.bill(contract, usage=usage, through=through)
    issued = {
        (one.line, one.component, one.service, document.invoice_date, one.net_minor)
        for document in run.invoices
        for one in document.lines
    }
    due = {
        (row.line, row.component, row.service, row.invoice_date, row.amount_minor)
        for row in laid.rows
        if row.status == "due"
    }
    assert issued == due
    after = timeline(contract, through=through, usage=usage, billed=run.next_billed)
    assert "due" not in {row.status for row in after.rows}
    assert len(issued) == sum(row.status == "billed" for row in after.rows)
    assert len(laid.rows) == sum(one.row_count for one in laid.totals) + sum(not row.invoice_date for row in laid.rows)


def whole_usage(contract: bc.Contract, name: str) -> dict[date, int]:
    """Seven units in every service period of a line."""
    rows = rate_contract(contract, through=contract.term.start).schedule.of_line(name)
    return {row.service.start: 7 for row in rows}


STAGES = [
    None,
    {"minimum": {"amount": "250"}},
    {"discounts": [{"kind": "percent_off", "id": "launch", "percent": "10"}], "maximum": {"amount": "700"}},
]


@given(contracts(), st.sampled_from(STAGES), st.integers(0, 900), st.integers(0, 900), st.integers(0, 30))
def test_corrections_are_due_where_a_run_makes_them(
    plain: dict[str, Any], stage: dict[str, Any] | None, first: int, more: int, used: int
) -> None:
    """Other usage than an earlier run knew: due are the pieces of the next run's documents; withdrawn ones are given back."""
    contract = bc.Contract.read(plain | ({"stage": stage} if stage else {}))
    start = contract.term.start.toordinal()
    metered = [one.id for one in contract.lines if one.is_metered]
    before = {name: whole_usage(contract, name) for name in metered}
    after = {name: dict.fromkeys(days, used) for name, days in before.items()}
    earlier = bc.bill(contract, usage=before, through=date.fromordinal(start + first))
    through = date.fromordinal(start + first + more)
    run = bc.bill(contract, usage=after, through=through, billed=earlier.next_billed)
    laid = timeline(contract, through=through, usage=after, billed=earlier.next_billed)
    touched = {(one.line, one.component, one.service) for document in run.documents for one in document.lines}
    expected = {
        (row.line, row.component, row.service)
        for row in laid.rows
        if row.status == "due" or (row.status == "withdrawn" and row.standing_minor)
    }
    assert touched == expected
    settled = timeline(contract, through=through, usage=after, billed=run.next_billed)
    assert "due" not in {row.status for row in settled.rows}
    assert not any(row.standing_minor for row in settled.rows if row.status == "withdrawn")
