"""A credit line tells its reason: the amendment, the line it corrects, the days, the share, the rounding, the cap."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import billcore as bc
from billcore.contract.changes import AnyChange
from billcore.engine.explanation import clause, workings_of


def contract(**fields: Any) -> bc.Contract:
    seats = bc.ContractLine(id="seats", sku="SEAT", price=bc.PerUnit(unit_price="10"), quantity=5, billed="in_advance")
    written = {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": "month"}
    term = bc.Period(start=date(2026, 3, 1), end=date(2027, 3, 1))
    return bc.Contract(**{**written, "zone": "UTC", "term": term, "lines": [seats], **fields})


def amended(before: bc.Contract, change: AnyChange, day: date, known: date | None = None) -> bc.Contract:
    at = datetime.combine(known or day, datetime.min.time(), UTC)
    return before.amended(change, effective=day, known_at=at, actor="sales", reason="three more people")


def texts(run: bc.BillRun) -> list[str]:
    """What is said of the first line of the run's first memo, step by step."""
    return [one.text for one in bc.explain(run.credit_memos[0].lines[0], run).because[1:]]


def test_a_credit_names_amendment_line_days_share_and_rounding() -> None:
    """50.00 less the rounded 15 of 31 days that are kept, 24.19, is 25.81; the amendment is told with its reason."""
    first = bc.bill(contract(), through=date(2026, 3, 1))
    more = amended(contract(), bc.Change.quantity("seats", 8), date(2026, 3, 16), date(2026, 3, 20))
    run = bc.bill(more, through=date(2026, 3, 20), billed=first.next_billed)
    name = first.invoices[0].id
    assert [
        "amendment A-1 of sales, effective 2026-03-16, known on 2026-03-20: three more people",
        "[2026-03-16, 2026-04-01) given back: 16 of the 31 days [2026-03-01, 2026-04-01) that stood billed at "
        f"USD 50.00 on {name} of 2026-03-01",
        "billed for the days before 2026-04-01: USD 50.00; before 2026-03-16: USD 24.19, rounded half_up; "
        "the days between: USD 25.81",
    ] == texts(run)
    # The charge beside it tells the same amendment.
    charged = bc.explain(run.invoices[0].lines[0], run)
    assert "amendment A-1 of sales" in charged.because[1].text
    assert "on the cumulative of its period" in charged.because[-1].text
    # What is kept at issue is what is told now.
    kept = {one.line: one.steps for one in workings_of([run])}
    assert [step.text for step in kept[run.credit_memos[0].lines[0].id]] == texts(run)


def test_a_credit_of_a_credited_piece_takes_the_days_of_the_upgraded_line() -> None:
    """A second change in the month gives back what the first one billed, and names its line."""
    first = bc.bill(contract(), through=date(2026, 3, 1))
    more = amended(contract(), bc.Change.quantity("seats", 8), date(2026, 3, 11))
    second = bc.bill(more, through=date(2026, 3, 11), billed=first.next_billed)
    left = amended(more, bc.Change.cancel(), date(2026, 3, 21))
    run = bc.bill(left, through=date(2026, 3, 21), billed=second.next_billed)
    told = texts(run)
    assert told[0].startswith("amendment A-2 of sales")
    assert "11 of the 21 days [2026-03-11, 2026-04-01) that stood billed at USD 54.19" in told[1]
    assert second.invoices[0].id in told[1]
    assert "before 2026-04-01: USD 54.19; before 2026-03-21: USD 25.80, rounded half_up" in told[2]
    assert run.credit_memos[0].net.text == "28.39"


def test_a_credit_that_is_rounded_alone_says_so() -> None:
    """credit_rounding each: 50.00 x 16/31, by itself."""
    alone = contract(proration={"credit_rounding": "each"})
    first = bc.bill(alone, through=date(2026, 3, 1))
    run = bc.bill(
        amended(alone, bc.Change.cancel(), date(2026, 3, 16)), through=date(2026, 3, 16), billed=first.next_billed
    )
    assert "USD 50.00 x 16/31, rounded alone half_up = USD 25.81" == texts(run)[2]


def test_a_credit_that_is_capped_says_by_what() -> None:
    """refund_paid_part: the days are worth 25.81, 20.00 were paid."""
    part = contract(changes={"cancellation": {"credit": "refund_paid_part"}})
    first = bc.bill(part, through=date(2026, 3, 1))
    left = amended(part, bc.Change.cancel(), date(2026, 3, 16))
    paid = {first.invoices[0].id: bc.Amount.of("20.00", "USD")}
    run = bc.bill(left, through=date(2026, 3, 16), billed=first.next_billed, paid=paid)
    assert "the days between: USD 25.81" in texts(run)[2]
    assert "USD 20.00: no more than was paid of the line" == texts(run)[3]


def test_a_credit_of_what_was_paid_says_so() -> None:
    """credit_basis as_paid: a share of what was paid."""
    basis = contract(proration={"credit_basis": "as_paid"})
    first = bc.bill(basis, through=date(2026, 3, 1))
    left = amended(basis, bc.Change.cancel(), date(2026, 3, 16))
    paid = {first.invoices[0].id: bc.Amount.of("31.00", "USD")}
    run = bc.bill(left, through=date(2026, 3, 16), billed=first.next_billed, paid=paid)
    assert "USD 16.00: a share of what was paid of the line" == texts(run)[2]


def test_the_rest_that_is_taken_says_so() -> None:
    """Thirds of 0.05 rounded alone are 0.02 each; the last one takes what is left, 0.01."""
    line = bc.ContractLine(id="seats", sku="SEAT", price=bc.Flat(amount="0.05"), billed="in_advance")
    term = bc.Period(start=date(2026, 4, 1), end=date(2027, 4, 1))
    small = contract(proration={"credit_rounding": "each"}, lines=[line], term=term)
    run = bc.bill(small, through=date(2026, 4, 1))
    for number, day in enumerate((21, 11, 1)):
        small = amended(small, bc.Change.cancel(), date(2026, 4, day), date(2026, 4, 21 + number))
        run = bc.bill(small, through=date(2026, 4, 21 + number), billed=run.next_billed)
    assert "0.01" == run.credit_memos[0].net.text
    assert "what the line still holds" in texts(run)[-1]


def test_days_that_are_charged_beside_days_that_stand_say_so() -> None:
    """A new anchor: of the month from 15 April the first 16 days stand billed; 14 days are charged."""
    before = contract()
    first = bc.bill(before, through=date(2026, 4, 1))
    moved = amended(before, bc.Change.billing(anchor={"kind": "day_of_month", "day": 15}), date(2026, 4, 15))  # type: ignore[arg-type]
    run = bc.bill(moved, through=date(2026, 4, 15), billed=first.next_billed)
    told = [one.text for one in bc.explain(run.invoices[0].lines[0], run).because]
    assert (
        "the other days of [2026-04-15, 2026-05-15) stand billed; [2026-05-01, 2026-05-15) comes to USD 23.33" in told
    )


def test_a_clause_is_found_for_a_line_that_an_amendment_added() -> None:
    """An added line is named as the clause it was agreed by."""
    help_line = bc.ContractLine(id="help", sku="HELP", price=bc.Flat(amount="31"), billed="in_advance")
    wider = amended(contract(), bc.Change.add(help_line), date(2026, 3, 16))
    assert "line help, sku HELP" in clause(wider, "help").text
