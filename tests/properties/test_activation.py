"""Laws of contracts that wait for their activation: however the runs fall, what stands in the end is what was agreed."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import billcore as bc
from billcore.contract.begun import begun_on
from oracle.route import is_metered, rows_of
from support.contracts import contracts, deliveries, quantities
from support.laws import law

END = date(2035, 12, 31)


def nets(run: bc.BillRun) -> Counter[Any]:
    """(line, component, service) -> what stands billed; nothing is left out."""
    found: Counter[Any] = Counter()
    for line in run.next_billed.lines:
        found[line.line, line.component, line.service] += line.signed
    return found


def stands(run: bc.BillRun) -> dict[Any, int]:
    """The pieces of which anything is left."""
    return {piece: net for piece, net in nets(run).items() if net}


def usage_of(draw: Any, contract: bc.Contract) -> Any:
    plain = contract.model_dump(mode="json")
    starts = {
        line["id"]: [row["start"] for row in rows_of(plain, line)]
        for line in plain["lines"]
        if line["billed"] == "in_arrears" and is_metered(line)
    }
    return draw(quantities(starts))


def first_day(contract: bc.Contract, delivered: Any) -> date:
    """The date of the first invoice: of what the same contract bills without waiting."""
    plain = bc.bill(contract.revised(activation=None), through=END, delivered=delivered)
    days = [row.invoice_date for row in plain.rated.schedule.rows if row.invoice_date is not None]
    assume(days)
    return min(days)


def rows_without_waiting(contract: bc.Contract) -> Any:
    return bc.bill(contract.revised(activation=None), through=END).rated.schedule.rows


def waiting(contract: bc.Contract, first: date, draw: Any, **facts: Any) -> bc.BillRun:
    """Two runs without the fact: nothing but the first invoice's date is billed."""
    known = first + timedelta(days=draw(st.integers(0, 200)))
    run = bc.bill(contract, through=known, **facts)
    assert {first} >= {one.invoice_date for one in run.documents if one.kind == "invoice"}
    again = bc.bill(contract, through=known + timedelta(days=40), billed=run.next_billed, **facts)
    assert () == again.documents
    return again


@law(60, shrinks=False)
@given(st.data(), contracts())
def test_activated_as_agreed_is_the_contract_without_waiting(data: st.DataObject, written: dict[str, Any]) -> None:
    """Runs that waited, then one that knows the day: every piece stands as if nothing had been awaited."""
    contract = bc.Contract.read(written | {"activation": {}})
    delivered = data.draw(deliveries(written))
    facts: dict[str, Any] = {"usage": usage_of(data.draw, contract), "delivered": delivered}
    first = first_day(contract, delivered)
    run = waiting(contract, first, data.draw, **facts)
    day = contract.term.start + timedelta(days=data.draw(st.integers(0, 300)))
    done = bc.bill(contract, through=END, billed=run.next_billed, activated=day, **facts)
    plain = bc.bill(contract.revised(activation=None), through=END, **facts)
    assert nets(plain) == nets(done)
    assert () == bc.bill(contract, through=END, billed=done.next_billed, activated=day, **facts).documents


@law(60, shrinks=False)
@given(st.data(), contracts())
def test_a_contract_that_expires_leaves_nothing_or_its_first_invoice(
    data: st.DataObject, written: dict[str, Any]
) -> None:
    """Withdrawn, everything that stood is credited; kept, it stays; later runs change nothing."""
    within, on_expiry = data.draw(st.integers(0, 60)), data.draw(st.sampled_from(["withdraw", "keep"]))
    contract = bc.Contract.read(written | {"activation": {"within_days": within, "on_expiry": on_expiry}})
    delivered = data.draw(deliveries(written))
    facts: dict[str, Any] = {"usage": usage_of(data.draw, contract), "delivered": delivered}
    first = first_day(contract, delivered)
    told = bc.bill(contract, through=first + timedelta(days=data.draw(st.integers(0, within))), **facts)
    late = data.draw(st.none() | st.just(first + timedelta(days=within + 1)))
    assume(late is None or late >= contract.term.start)
    over = first + timedelta(days=within + data.draw(st.integers(1, 900)))
    done = bc.bill(contract, through=over, billed=told.next_billed, activated=late, **facts)
    kept = {} if on_expiry == "withdraw" else stands(told)
    assert kept == stands(done)
    assert ["activation-expired"] == [one.code for one in done.findings if one.code.startswith("activation")]
    assert () == bc.bill(contract, through=END, billed=done.next_billed, activated=late, **facts).documents


@law(60, shrinks=False)
@given(st.data(), contracts())
def test_a_moved_term_bills_what_a_contract_of_that_term_would(data: st.DataObject, written: dict[str, Any]) -> None:
    """The first invoice counts for the first periods of the moved term; all else stands as that contract has it."""
    contract = bc.Contract.read(written | {"activation": {"starts": "activation"}})
    first = first_day(contract, {})
    day = contract.term.start + timedelta(days=data.draw(st.integers(0, 300)))
    moved = begun_on(contract, day).revised(activation=None)
    facts = {"usage": usage_of(data.draw, moved)}
    if any(row.invoice_date == first and row.service.start < first for row in rows_without_waiting(contract)):
        with pytest.raises(bc.NotApplicable, match="activation-in-arrears"):
            bc.bill(contract, through=first)
        return
    before = bc.bill(contract, through=first)
    done = bc.bill(contract, through=END, billed=before.next_billed, activated=day, **facts)
    plain = bc.bill(moved, through=END, **facts)
    firsts = {(line.line, line.component) for line in before.next_billed.lines}
    assert by_line(plain, firsts) == by_line(done, firsts)
    rest = {key: net for key, net in nets(done).items() if key[:2] not in firsts}
    assert rest == {key: net for key, net in nets(plain).items() if key[:2] not in firsts}
    assert () == bc.bill(contract, through=END, billed=done.next_billed, activated=day, **facts).documents


def by_line(run: bc.BillRun, lines: set[tuple[str, str]]) -> Counter[Any]:
    """(line, component) -> what stands billed of it, whatever its service."""
    found: Counter[Any] = Counter()
    for (line, component, _), net in nets(run).items():
        if (line, component) in lines:
            found[line, component] += net
    return found
