"""What a person took off a recurring line: it lowers what is left of it, and no run repeats or undoes it (rules 5)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import billcore as bc
from billcore.billing.billed import Billed, BilledLine
from billcore.billing.standing import ADJUSTMENT
from billcore.core.value import replaced


def contract() -> bc.Contract:
    line = bc.ContractLine(id="plan", sku="PLAN", price=bc.Flat(amount="31.00"), billed="in_advance")
    return bc.Contract(
        id="C-1",
        customer="acme",
        entity="US01",
        currency="USD",
        billed_every="month",
        zone="UTC",
        term=bc.Period(start=date(2026, 3, 1), end=date(2027, 3, 1)),
        lines=[line],
    )


def adjusted(billed: Billed, minor: int, ordinal: int = 1) -> Billed:
    """Take an amount off the first line that stands."""
    source = billed.lines[0]
    return billed.plus([_adjustment(source, minor, ordinal)])


def _adjustment(source: BilledLine, minor: int, ordinal: int) -> BilledLine:
    return replaced(
        source,
        document=f"cm_{ordinal}",
        kind="credit_memo",
        id=f"il_adjustment_{ordinal}",
        component=ADJUSTMENT,
        terms=ADJUSTMENT,
        net_minor=minor,
        corrects=source.id,
        ordinal=ordinal,
        pace=None,
    )


def cancelled() -> bc.Contract:
    return contract().amended(
        bc.Change.cancel(),
        effective=date(2026, 3, 21),
        known_at=datetime(2026, 3, 21, 12, tzinfo=UTC),
        actor="sales",
        reason="the customer left",
    )


def test_an_adjustment_is_neither_repeated_nor_undone() -> None:
    """25.00 of 31.00 were taken off: the next runs bill what is new, and nothing else."""
    first = bc.bill(contract(), through=date(2026, 3, 1))
    billed = adjusted(first.next_billed, 2500)
    assert bc.bill(contract(), through=date(2026, 3, 20), billed=billed).documents == ()
    april = bc.bill(contract(), through=date(2026, 4, 1), billed=billed)
    assert [str(one.net) for one in april.documents] == ["USD 31.00"]


def test_a_credit_never_exceeds_what_an_adjustment_left() -> None:
    """11 of 31 days are worth 11.00; of the line 6.00 are left."""
    first = bc.bill(contract(), through=date(2026, 3, 1))
    run = bc.bill(cancelled(), through=date(2026, 3, 21), billed=adjusted(first.next_billed, 2500))
    assert [str(one.net) for one in run.credit_memos] == ["USD 6.00"]
    assert bc.bill(cancelled(), through=date(2026, 5, 1), billed=run.next_billed).documents == ()


def test_what_was_taken_off_whole_still_covers_its_days() -> None:
    """Killbill's fully adjusted item: its days are not charged again, before and after the line ends."""
    first = bc.bill(contract(), through=date(2026, 3, 1))
    billed = adjusted(first.next_billed, 3100)
    assert bc.bill(contract(), through=date(2026, 3, 20), billed=billed).documents == ()
    run = bc.bill(cancelled(), through=date(2026, 3, 21), billed=billed)
    assert [(str(one.net), str(one.lines[0].service)) for one in run.documents] == []


def test_of_two_lines_of_the_same_days_the_one_that_holds_more_stands() -> None:
    """A month that was billed twice and taken off once by hand is billed once: nothing moves."""
    first = bc.bill(contract(), through=date(2026, 3, 1))
    source = first.next_billed.lines[0]
    twice = replaced(source, id="il_twice", document="inv_twice", ordinal=1)
    billed = first.next_billed.plus([twice, _adjustment(source, 3100, 2)])
    assert bc.bill(contract(), through=date(2026, 3, 20), billed=billed).documents == ()


def test_an_adjustment_of_a_line_that_is_not_recurring_is_left_alone() -> None:
    """Usage of March was charged, and 1.00 taken off by hand: later runs charge nothing again."""
    calls = bc.ContractLine(id="calls", sku="CALL", price=bc.PerUnit(unit_price="1"), billed="in_arrears")
    metered = contract().revised(lines=[calls])
    usage = {"calls": {date(2026, 3, 1): "7"}}
    first = bc.bill(metered, usage=usage, through=date(2026, 4, 1))
    billed = adjusted(first.next_billed, 100)
    assert bc.bill(metered, usage=usage, through=date(2026, 4, 20), billed=billed).documents == ()
