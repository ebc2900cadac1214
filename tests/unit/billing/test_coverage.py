"""Unit tests of recurring lines settled by covered days, where days are worth nothing or a run looks back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

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


def seats(**more: Any) -> bc.Contract:
    """A flat price over a year, billed monthly in advance unless it is said."""
    agreed = contract("USD", "1").model_dump(mode="json")
    line = agreed["lines"][0] | {"price": more.pop("price"), "quantity": None}
    return bc.Contract.read(agreed | {"lines": [line]} | more)


def stands(run: bc.BillRun) -> int:
    """Billed less credited."""
    return sum(line.signed for line in run.next_billed.lines)


def in_steps(agreed: bc.Contract, more: bc.Contract, *days: date) -> int:
    """What stands after a run of the contract as it was, and runs of what it became."""
    run = bc.bill(agreed, through=days[0])
    for day in days[1:]:
        run = bc.bill(more, through=day, billed=run.next_billed)
    return stands(run)


def test_a_part_of_a_long_first_period_is_credited_as_it_was_billed() -> None:
    """17 of 31 days of January and all of February: 154.84; until 10 February 54.84 + 100 x 9/28 = 86.98."""
    price = {"kind": "flat", "amount": "100"}
    term = {"start": "2026-01-15", "end": "2026-07-01"}
    agreed = seats(price=price, term=term, stub="long_first", anchor={"kind": "day_of_month", "day": 1})
    day = date(2026, 2, 10)
    gone = changed(agreed, bc.Change.remove("s"), day, day)
    assert 8_698 == in_steps(agreed, gone, date(2026, 1, 15), day) == stands(bc.bill(gone, through=day))


def test_days_of_other_billing_periods_are_billed_anew() -> None:
    """A quarter of 300.00 of which monthly bills follow from 1 February: 300 x 31/90 = 103.33, then 100.00 a month."""
    agreed = seats(price={"kind": "flat", "amount": "100", "per": "month"}, billed_every="quarter")
    day = date(2026, 2, 1)
    more = changed(agreed, bc.Change.billing("s", billed_every="month"), day, day)
    through = date(2026, 3, 1)
    assert 30_333 == in_steps(agreed, more, date(2026, 1, 1), through) == stands(bc.bill(more, through=through))


def test_the_side_of_the_period_moves_no_boundary_and_no_rounding() -> None:
    """100.00 a year is 8.33, 8.34, 8.33 ...; a change to arrears in February begins no new price period."""
    agreed = seats(price={"kind": "flat", "amount": "100", "per": "year"})
    more = changed(agreed, bc.Change.billing("s", billed="in_arrears"), date(2026, 2, 1), date(2026, 2, 1))
    run = bc.bill(more, through=date(2027, 1, 1))
    assert [833, 834, 833, 833, 834, 833] * 2 == [one.net_minor for one in run.rated.charges]


def test_a_start_that_moves_moves_no_boundary_and_no_price_period() -> None:
    """From 10 February on: 18 of 28 days of the second twelfth, then the twelfths that were billed before."""
    agreed = seats(price={"kind": "flat", "amount": "100", "per": "year"})
    day = date(2026, 4, 1)
    more = changed(agreed, bc.Change.dates("s", start=date(2026, 2, 10)), date(2026, 2, 10), day)
    run = bc.bill(more, through=date(2027, 1, 1))
    # 8.333... x (1 + 9/28) = 11.01 lies before, 16.67 with February.
    assert [566, 833, 833, 834, 833] == [one.net_minor for one in run.rated.charges][:5]
    assert stands(run) == in_steps(agreed, more, date(2026, 3, 1), day, date(2027, 1, 1))
    back = seats(
        price={"kind": "flat", "amount": "3100"}, stub="short_first", term={"start": "2026-01-10", "end": "2026-06-30"}
    )
    later = changed(back, bc.Change.dates("s", start=date(2026, 2, 5)), date(2026, 2, 5), date(2026, 1, 10))
    ends = [str(row.service.end) for row in bc.bill(later, through=date(2026, 6, 30)).rated.schedule.rows]
    assert ["2026-02-28", "2026-03-30", "2026-04-30", "2026-05-30", "2026-06-30"] == ends


def test_a_change_of_frequency_that_is_settled_next_waits_with_all_days_that_stand_billed() -> None:
    """Two months of 200.00 stand until 1 March; monthly bills told on 16 January are settled with it, once."""
    agreed = seats(price={"kind": "flat", "amount": "100", "per": "month"}, billed_every="2 months")
    day = date(2026, 1, 16)
    at = datetime(2026, 1, 16, 12, tzinfo=UTC)
    more = agreed.amended(
        bc.Change.billing("s", billed_every="month"),
        effective=day,
        known_at=at,
        actor="sales",
        reason="agreed",
        policy=bc.contract.change_policy.ChangePolicy(invoice="next"),
    )
    run = bc.bill(agreed, through=day)
    for through in (day, date(2026, 2, 1), date(2026, 2, 20)):
        run = bc.bill(more, through=through, billed=run.next_billed)
        assert [] == told(run)
    run = bc.bill(more, through=date(2026, 3, 1), billed=run.next_billed)
    # 200 x 15/59 = 50.85 is kept; then 16 of 31 days, February and March.
    assert [("credit_memo", "[2026-01-16, 2026-03-01)", 14_915)] == [
        (kind, days, net) for kind, _, days, net in told(run) if kind == "credit_memo"
    ]
    assert 5_085 + 5_161 + 10_000 + 10_000 == stands(run)
    assert [] == told(bc.bill(more, through=date(2026, 3, 1), billed=run.next_billed))


@pytest.mark.parametrize("rounding", ["cumulative", "each"])
def test_days_that_do_not_count_by_the_day_count_can_be_given_back(rounding: str) -> None:
    """A last week that is one 30th before a 31st counts nothing by 30E: it was billed at 0.00 and is withdrawn."""
    proration = {"unit": "month30e", "credit_rounding": rounding}
    term = {"start": "2025-05-09", "end": "2025-05-31"}
    agreed = seats(price={"kind": "flat", "amount": "7"}, billed_every="week", term=term, proration=proration)
    day = date(2025, 5, 30)
    first = bc.bill(agreed, through=day)
    assert ("invoice", "2025-05-30", "[2025-05-30, 2025-05-31)", 0) == told(first)[-1]
    gone = changed(agreed, bc.Change.remove("s"), date(2025, 5, 9), day)
    second = bc.bill(gone, through=day, billed=first.next_billed)
    assert (0, []) == (stands(second), told(bc.bill(gone, through=day, billed=second.next_billed)))
