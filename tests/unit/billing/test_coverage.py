"""Unit tests of recurring lines settled by covered days, where days are worth nothing or a run looks back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import billcore as bc


def contract(currency: str, price: str, quantity: int = 1, **more: Any) -> bc.Contract:
    """Seats over a year, billed monthly in advance."""
    fields: dict[str, Any] = {
        "id": "C-1",
        "customer": "acme",
        "entity": "US01",
        "currency": currency,
        "billed_every": "month",
        "zone": "UTC",
        "term": {"start": "2026-01-01", "end": "2027-01-01"},
    }
    seats = {"id": "s", "sku": "S", "billed": "in_advance", "price": {"kind": "per_unit", "unit_price": price}}
    return bc.Contract.read(fields | {"lines": [seats | {"quantity": str(quantity)}]} | more)


def changed(agreed: bc.Contract, change: Any, effective: date, known: date) -> bc.Contract:
    """With an amendment."""
    at = datetime(known.year, known.month, known.day, 12, tzinfo=UTC)
    return agreed.amended(change, effective=effective, known_at=at, actor="sales", reason="agreed")


def told(run: bc.BillRun) -> list[tuple[str, str, str, int]]:
    """Kind, date, days and net of every line that is issued."""
    return [
        (one.kind, str(one.invoice_date), str(line.service), line.net_minor)
        for one in run.documents
        for line in one.lines
    ]


def test_days_that_come_to_nothing_are_given_back_by_a_line_of_nothing() -> None:
    """One of 31 days of 5 yen is 0 yen; it is given back all the same, else it stood billed beside the new terms."""
    agreed = contract("JPY", "5")
    first = bc.bill(agreed, through=date(2026, 3, 1))
    more = changed(agreed, bc.Change.quantity("s", 100), date(2026, 3, 31), date(2026, 3, 20))
    second = bc.bill(more, through=date(2026, 3, 31), billed=first.next_billed)
    days = "[2026-03-31, 2026-04-01)"
    assert [("invoice", "2026-03-31", days, 16), ("credit_memo", "2026-03-31", days, 0)] == told(second)
    third = bc.bill(more, through=date(2026, 4, 1), billed=second.next_billed)
    assert [("invoice", "2026-04-01", "[2026-04-01, 2026-05-01)", 500)] == told(third)


def test_days_that_were_billed_at_nothing_are_not_billed_again() -> None:
    """1 yen for January, whose second half took all of it back: the first half is worth nothing and stands billed."""
    agreed = contract("JPY", "1")
    first = bc.bill(agreed, through=date(2026, 1, 1))
    gone = changed(agreed, bc.Change.remove("s"), date(2026, 1, 10), date(2026, 1, 10))
    second = bc.bill(gone, through=date(2026, 1, 10), billed=first.next_billed)
    assert [("credit_memo", "2026-01-10", "[2026-01-10, 2026-02-01)", 1)] == told(second)
    assert [] == told(bc.bill(gone, through=date(2026, 1, 11), billed=second.next_billed))


def test_a_run_of_an_earlier_day_knows_what_the_standing_documents_rest_on() -> None:
    """Days billed by an amendment of 20 March are not billed a second time by a run through 10 March."""
    agreed = contract("USD", "10", 5)
    first = bc.bill(agreed, through=date(2026, 3, 1))
    more = changed(agreed, bc.Change.quantity("s", 8), date(2026, 3, 16), date(2026, 3, 20))
    second = bc.bill(more, through=date(2026, 3, 20), billed=first.next_billed)
    rest = "[2026-03-16, 2026-04-01)"
    assert [("invoice", "2026-03-20", rest, 4_129), ("credit_memo", "2026-03-20", rest, 2_581)] == told(second)
    for day in (date(2026, 3, 10), date(2026, 3, 25)):
        assert [] == told(bc.bill(more, through=day, billed=second.next_billed))
