"""Unit tests of what revenue and position do when facts are late, absent, or looked at from an earlier day."""

from __future__ import annotations

from datetime import date
from typing import Any

import billcore as bc
from billcore.engine.invoicing import bill
from billcore.engine.recognition import recognize
from billcore.revrec.schedules import RevenueRow

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


def metered(**line: Any) -> bc.Contract:
    term = {"start": "2026-01-01", "end": "2027-01-01"}
    written = {"id": "u", "sku": "U", "billed": "in_arrears", "price": {"kind": "per_unit", "unit_price": "1"}}
    return bc.Contract.read(
        {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": "month", "term": term}
        | {"enforceable": {"period": term, "reason": "fixed"}}
        | {"lines": [written | {"revenue": {"kind": "as_used"}} | line]}
    )


def run(contract: bc.Contract, usage: dict[date, str], through: date, stood: Any = ((), None)) -> Any:
    rows, billed = stood
    made = bill(contract, usage={"u": usage}, through=through, billed=billed)
    new = recognize(contract, made.rated, through=through, recognized=rows).rows
    return made, new, ((*rows, *new), made.next_billed)


def amounts(rows: tuple[RevenueRow, ...]) -> list[tuple[str, str]]:
    return [(str(row.posting_date), row.amount.text) for row in rows]


def test_usage_billed_under_an_obligation_of_another_name_is_not_unbilled() -> None:
    """A metered line that belongs to an obligation with its own id leaves nothing unbilled once it is invoiced."""
    _, _, (rows, billed) = run(metered(obligation="svc"), {JANUARY: "100"}, FEBRUARY)
    at = bc.position("C-1", billed.lines, rows, FEBRUARY, "USD")
    assert (0, 0, 0) == (at.unbilled_receivable.minor, at.contract_liability.minor, at.contract_asset.minor)


def test_usage_that_is_no_longer_passed_takes_no_revenue_back() -> None:
    """Absent usage is not zero: what stands billed and earned of it stays, and the line is held with a finding."""
    contract = metered()
    _, _, stood = run(contract, {JANUARY: "100"}, FEBRUARY)
    made, new, _ = run(contract, {}, date(2026, 2, 15), stood)
    assert ["usage-missing"] == [finding.code for finding in made.findings]
    assert ((), ()) == (made.documents, new)


def test_a_period_still_missing_does_not_stop_what_is_known_from_being_earned() -> None:
    """Usage known beside a missing period is earned up to what is known; the correction waits for the whole."""
    contract = metered()
    _, _, stood = run(contract, {JANUARY: "100"}, date(2026, 2, 28))
    _, new, stood = run(contract, {FEBRUARY: "130"}, date(2026, 3, 31), stood)
    assert [("2026-02-28", "30.00")] == amounts(new)
    _, new, _ = run(contract, {JANUARY: "100", FEBRUARY: "130", date(2026, 3, 1): "0"}, date(2026, 4, 15), stood)
    assert [("2026-04-15", "100.00")] == amounts(new)


def test_a_run_through_an_earlier_day_repeats_no_correction() -> None:
    """A late correction that stands on a later day is not made again by a run that stops before that day."""
    contract = metered()
    _, _, stood = run(contract, {JANUARY: "100"}, FEBRUARY)
    _, new, stood = run(contract, {JANUARY: "80"}, date(2026, 2, 15), stood)
    assert [("2026-02-15", "-20.00")] == amounts(new)
    made, new, _ = run(contract, {JANUARY: "80"}, date(2026, 2, 10), stood)
    assert ((), ()) == (made.documents, new)
