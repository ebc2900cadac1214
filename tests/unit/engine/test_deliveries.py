"""What a contract does with deliveries: only those that a line awaits, and none that is not told any more is undone."""

from __future__ import annotations

from datetime import date

import pytest

import billcore as bc

STEPS = [bc.Milestone(id="design", percent="30"), bc.Milestone(id="launch", percent="70")]
TERM = bc.Period(start=date(2026, 1, 1), end=date(2027, 1, 1))


def contract() -> bc.Contract:
    line = bc.ContractLine(
        id="project",
        sku="PROJECT",
        price=bc.Flat(amount="1000.00"),
        billed="on_milestone",
        milestones=STEPS,
        revenue=bc.Milestones(steps=STEPS),
    )
    enforceable = bc.EnforceableTerm(period=TERM, reason="non-cancellable")
    return bc.Contract(
        id="C-1",
        customer="acme",
        entity="US01",
        currency="USD",
        billed_every="month",
        term=TERM,
        lines=[line],
        enforceable=enforceable,
    )


@pytest.mark.parametrize("delivered", [{"projct": {"design": TERM.start}}, {"project": {"desing": TERM.start}}])
def test_a_delivery_that_no_line_awaits_is_refused(delivered: dict[str, dict[str, date]]) -> None:
    """A misspelled line or milestone would be lost in silence."""
    with pytest.raises(bc.DocumentError) as caught:
        bc.bill(contract(), delivered=delivered, through=date(2026, 6, 30))
    assert "delivery-unknown" == caught.value.code
    assert "project design" in caught.value.expected


def test_a_delivery_that_is_not_told_any_more_takes_nothing_back() -> None:
    """Invoice and revenue both stand: an absent fact is not an undone one."""
    told = {"project": {"design": date(2026, 3, 3)}}
    run = bc.bill(contract(), delivered=told, through=date(2026, 3, 31))
    earned = bc.recognize(contract(), run.rated, delivered=told, through=date(2026, 3, 31))
    later = bc.bill(contract(), through=date(2026, 4, 30), billed=run.next_billed)
    assert () == later.documents
    rows = bc.recognize(contract(), later.rated, through=date(2026, 4, 30), recognized=earned.rows).rows
    assert () == rows
