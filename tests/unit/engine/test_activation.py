"""What an activation refuses, and what waits with it: revenue, held lines, stage pieces, a book of other contracts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

import billcore as bc
from billcore.contract.activation import Activation
from billcore.contract.facts import ActivationFact, Facts
from billcore.engine.activation import gate_of
from billcore.engine.book import Happened, Standing
from billcore.engine.closing import BookRun, run_book
from billcore.engine.controls import controls
from support import activations, books

JANUARY, FEBRUARY = date(2026, 1, 31), date(2026, 2, 28)


def refused(contract: bc.Contract, **facts: Any) -> bc.BillcoreError:
    with pytest.raises(bc.BillcoreError) as caught:
        bc.bill(contract, through=FEBRUARY, **facts)
    return caught.value


@pytest.mark.parametrize("day", [datetime(2026, 2, 1, tzinfo=UTC), "2026-02-01", 20260201, True, {}])
def test_a_day_of_activation_is_a_date(day: Any) -> None:
    """No instant, no text, no number, no mapping."""
    error = refused(activations.contract(), activated=day)
    assert ("date-malformed", "activated") == (error.code, error.path)


def test_a_contract_that_waits_for_nothing_is_not_activated() -> None:
    """The day would be lost in silence."""
    error = refused(activations.contract(activation=None), activated=JANUARY)
    assert ("activation-unknown", "contract C-1", "an activation on 2026-01-31") == (
        error.code,
        error.path,
        error.found,
    )


def test_nothing_is_activated_before_its_term() -> None:
    """The first day is in, the day before is not."""
    contract = activations.contract()
    error = refused(contract, activated=date(2025, 12, 31))
    assert ("activation-before-start", "2025-12-31") == (error.code, error.found)
    assert bc.bill(contract, through=date(2026, 1, 1), activated=date(2026, 1, 1)).findings == ()


def test_a_term_that_begins_on_payment_cannot_bill_its_first_service_afterwards() -> None:
    """Calls in arrears alone: their month is over before the first invoice."""
    contract = activations.contract(activation={"starts": "activation"}, lines=[activations.LINES[2]])
    error = refused(contract)
    assert ("activation-in-arrears", "contract C-1, line calls") == (error.code, error.path)
    agreed = contract.revised(activation=Activation())
    (invoice,) = bc.bill(agreed, through=date(2026, 2, 1), usage={"calls": {"2026-01": 4}}).invoices
    assert (date(2026, 2, 1), "4.00") == (invoice.invoice_date, invoice.net.text)


def test_a_term_moves_before_anything_else_is_billed() -> None:
    """February stands billed as agreed: a term from 14 February would have to give it back, so the line is named."""
    contract = activations.contract(lines=activations.LINES[:2])
    run = bc.bill(contract, through=FEBRUARY, activated=date(2026, 1, 10))
    moving = contract.revised(activation=Activation(starts="activation"))
    error = refused(moving, billed=run.next_billed, activated=date(2026, 2, 14))
    assert ("activation-moved", "line seats stands billed for [2026-02-01, 2026-03-01)") == (error.code, error.found)


def test_another_day_than_the_one_that_was_billed_by_is_refused() -> None:
    """What was billed from 3 January on does not become what begins on 5 January."""
    contract = activations.contract(activation={"starts": "activation"}, lines=activations.LINES[:2])
    first = bc.bill(contract, through=date(2026, 1, 1))
    run = bc.bill(contract, through=FEBRUARY, billed=first.next_billed, activated=date(2026, 1, 3))
    assert 1 == len(run.invoices)
    error = refused(contract, billed=run.next_billed, activated=date(2026, 1, 5))
    assert "overlapping-billed-periods" == error.code


def test_a_line_that_is_gone_is_given_back_and_stops_no_move() -> None:
    """Setup stood on the first invoice and is agreed no more: its 100.00 are credited, seats move."""
    contract = activations.contract(activation={"starts": "activation"}, lines=activations.LINES[:2])
    first = bc.bill(contract, through=date(2026, 1, 1))
    without = activations.contract(activation={"starts": "activation"}, lines=activations.LINES[1:2])
    moved = bc.bill(without, through=FEBRUARY, billed=first.next_billed, activated=date(2026, 2, 14))
    assert [["credit_memo", "100.00"]] == [[one.kind, one.net.text] for one in moved.documents]


def test_what_was_given_back_stops_no_move() -> None:
    """February stood billed and was credited to nothing: the term moves, and its first period costs 310.00 again."""
    lines = activations.LINES[1:2]
    contract = activations.contract(lines=lines)
    run = bc.bill(contract, through=FEBRUARY, activated=date(2026, 1, 10))
    free = contract.with_price("seats", bc.Flat(amount="0.00"))
    run = bc.bill(free, through=FEBRUARY, billed=run.next_billed, activated=date(2026, 1, 10))
    assert ["310.00", "310.00"] == [one.net.text for one in run.credit_memos]
    moving = activations.contract(lines=lines, activation={"starts": "activation"})
    moved = bc.bill(moving, through=date(2026, 3, 31), billed=run.next_billed, activated=date(2026, 3, 14))
    assert [["invoice", "2026-03-31", "310.00", [["seats", "2026-03-14", "2026-04-14", "310.00"]]]] == [
        activations.told(one) for one in moved.documents
    ]


def test_an_agreed_start_that_is_amended_is_no_move() -> None:
    """The term is written to begin in February: January is given back by difference, as in every contract."""
    contract = activations.contract(lines=activations.LINES[1:2])
    run = bc.bill(contract, through=JANUARY, activated=date(2026, 1, 10))
    later = activations.contract(lines=activations.LINES[1:2], term={"start": "2026-02-01", "end": "2026-07-01"})
    then = bc.bill(later, through=date(2026, 2, 1), billed=run.next_billed, activated=date(2026, 2, 1))
    assert ["invoice", "credit_memo"] == [one.kind for one in then.documents]
    assert "310.00" == then.credit_memos[0].net.text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"on": "signature"}, "choice-unknown"),
        ({"starts": "later"}, "choice-unknown"),
        ({"on_expiry": "void"}, "choice-unknown"),
        ({"within_days": -1}, "value-malformed"),
        ({"within_days": 367}, "value-malformed"),
        ({"within_days": 1.5}, "float-amount"),
        ({"within_days": True}, "number-malformed"),
    ],
)
def test_an_activation_says_what_it_may_say(changes: dict[str, Any], code: str) -> None:
    """Words of ours, and 0 to 366 whole days."""
    with pytest.raises(bc.DocumentError) as caught:
        Activation(**changes)
    assert code == caught.value.code


def test_two_days_of_one_contract_are_no_fact() -> None:
    """The same fact twice counts once."""
    one = ActivationFact(contract="C-1", on=JANUARY, reference="P-1")
    facts = Facts(activations=(one, one, ActivationFact(contract="C-2", on=FEBRUARY)))
    assert (JANUARY, FEBRUARY, None) == tuple(facts.activated_on(name) for name in ("C-1", "C-2", "C-3"))
    assert (ActivationFact(contract="C-2", on=FEBRUARY),) == facts.of_contracts(["C-2"]).activations
    with pytest.raises(bc.DocumentError) as caught:
        Facts(activations=(one, ActivationFact(contract="C-1", on=FEBRUARY)))
    assert ("activation-differs", "two days for C-1") == (caught.value.code, caught.value.found)


def test_usage_that_waits_with_the_service_is_not_missing() -> None:
    """February's calls belong to service that has not begun: nobody is asked for them."""
    run = bc.bill(activations.contract(), through=date(2026, 4, 1))
    assert ["activation-awaited"] == [one.code for one in run.findings]
    assert {"setup", "seats"} == {charge.line_id for charge in run.rated.charges}
    finding = run.findings[0]
    assert ("finance", "warning", "C-1", "activation") == (
        finding.owner,
        finding.severity,
        finding.subject,
        finding.path,
    )


def test_a_minimum_of_the_first_invoice_waits_and_is_withdrawn_with_it() -> None:
    """In arrears with a minimum of 50.00: 4.00 of calls and 46.00 to the minimum, all of it credited."""
    contract = activations.contract(
        lines=[activations.LINES[2]],
        activation={"within_days": 10},
        stage={"minimum": {"amount": "50.00"}},
    )
    usage = {"calls": {"2026-01": 4, "2026-02": 1}}
    run = bc.bill(contract, through=date(2026, 2, 1), usage=usage)
    assert ["4.00", "46.00"] == [line.net.text for one in run.invoices for line in one.lines]
    later = bc.bill(contract, through=date(2026, 2, 11), usage=usage, billed=run.next_billed)
    assert () == later.documents
    over = bc.bill(contract, through=date(2026, 3, 20), usage=usage, billed=later.next_billed)
    (memo,) = over.documents
    assert ("credit_memo", "50.00") == (memo.kind, memo.net.text)
    assert () == bc.bill(contract, through=date(2026, 4, 20), usage=usage, billed=over.next_billed).documents


def test_a_deadline_beyond_the_calendar_is_awaited_to_its_end() -> None:
    """No day after 31 December 9999 is counted."""
    term = {"start": "9999-11-01", "end": "9999-12-01"}
    contract = activations.contract(term=term, lines=activations.LINES[:1], activation={"within_days": 366})
    gate = gate_of(contract, activated=None, through=date(9999, 12, 31))
    assert ("awaited", date(9999, 11, 1)) == (gate.state, gate.first)
    assert gate.findings[0].expected.startswith("the payment by 9999-12-31")


def test_milestones_without_a_day_wait_without_a_word() -> None:
    """Nothing has an invoice date yet, so nothing is billed and nothing is asked for."""
    line = {**activations.LINES[0], "billed": "on_milestone", "milestones": [{"id": "done", "percent": "100"}]}
    contract = activations.contract(lines=[line])
    run = bc.bill(contract, through=FEBRUARY)
    assert ((), ()) == (run.documents, run.findings)
    reached = bc.bill(contract, through=FEBRUARY, delivered={"setup": {"done": date(2026, 2, 3)}})
    assert [date(2026, 2, 3)] == [one.invoice_date for one in reached.invoices]
    assert ["activation-awaited"] == [one.code for one in reached.findings]


REVENUE = {
    "revenue": {"kind": "ratable", "by": "day"},
    "ssp": {"policy": "stated_price", "reason": "always sold at this price"},
    "judgement": {"is_distinct": True, "reason": "sold separately"},
}


def in_book(activation: dict[str, Any], **changes: Any) -> bc.Contract:
    """Seats alone, recognized by the day over six months."""
    term = {"start": "2026-01-01", "end": "2026-07-01"}
    return activations.contract(
        activation=activation,
        lines=[{**activations.LINES[1], **REVENUE}],
        enforceable={"period": term, "reason": "section 9"},
        **changes,
    )


def run(contract: bc.Contract, through: date, standing: Standing, on: date | None = None) -> BookRun:
    facts = Facts(activations=(ActivationFact(contract="C-1", on=on),) if on else ())
    other = in_book({}, id="C-2").revised(activation=None)
    return run_book(books.book([contract, other]), Happened(facts=facts), standing, through)


def earned(made: BookRun) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in made.standing.revenue:
        if row.contract == "C-1":
            month = f"{row.posting_date:%Y-%m}"
            found[month] = found.get(month, 0) + row.amount.minor
    return found


def test_nothing_is_earned_before_the_service_begins_and_all_of_it_after() -> None:
    """Awaited in January, activated in February: 1860.00 over 181 days, January's 31 days as late as they are known."""
    contract = in_book({})
    waits = run(contract, JANUARY, Standing())
    assert {} == earned(waits)
    assert {"activation-awaited"} == {one.code for one in waits.findings if one.subject == "C-1"}
    assert () == waits.held
    done = run(contract, date(2026, 7, 31), waits.standing, date(2026, 2, 10))
    assert 186_000 == sum(earned(done).values())
    assert controls(books.book([contract]), done)
    again = run(contract, date(2026, 7, 31), done.standing, date(2026, 2, 10))
    assert ((), (), ()) == (again.documents, again.revenue, again.entries)


def test_a_moved_term_is_earned_by_its_own_days() -> None:
    """From 14 February to 14 August: 15 of 181 days by the end of February, nothing in January, all of it by August."""
    contract = in_book({"starts": "activation"})
    waits = run(contract, JANUARY, Standing())
    done = run(contract, date(2026, 9, 30), waits.standing, date(2026, 2, 14))
    months = earned(done)
    assert "2026-01" not in months
    assert 15_414 == months["2026-02"]  # 1860.00 x 15/181 = 154.1436
    assert 186_000 == sum(months.values())
    assert controls(books.book([contract]), done)


def test_an_expired_contract_leaves_no_receivable_and_no_liability() -> None:
    """The invoice and its memo, both with tax, take each other back in the ledger; C-2 runs on."""
    contract = in_book({"within_days": 14})
    first = run(contract, date(2026, 1, 10), Standing())
    over = run(contract, FEBRUARY, first.standing)
    (memo,) = [one for one in over.documents if one.contracts == ("C-1",)]
    assert ("credit_memo", "368.90") == (memo.kind, memo.total.text)
    balances: dict[str, int] = {}
    for entry in over.standing.entries:
        if entry.contract == "C-1":
            for line in entry.lines:
                balances[line.role] = balances.get(line.role, 0) + line.signed
    assert {"receivable": 0, "contract_liability": 0, "tax_payable": 0} == balances
    assert any(one.contracts == ("C-2",) for one in over.documents)
    assert controls(books.book([contract]), over)


@pytest.mark.parametrize(
    ("activation", "on", "code", "owner"),
    [
        (None, date(2026, 1, 5), "activation-unknown", "engineering"),
        ({}, date(2025, 1, 5), "activation-before-start", "engineering"),
    ],
)
def test_a_fact_that_does_not_fit_holds_its_contract_alone(
    activation: dict[str, Any] | None, on: date, code: str, owner: str
) -> None:
    """Nobody knows what was meant; the other contract is issued."""
    contract = in_book({}).revised(activation=activation)
    made = run(contract, JANUARY, Standing(), on)
    (found,) = [one for one in made.findings if one.severity == "error"]
    assert (code, owner, "C-1") == (found.code, found.owner, found.subject)
    assert (("C-1",), {("C-2",)}) == (made.held, {one.contracts for one in made.documents})
