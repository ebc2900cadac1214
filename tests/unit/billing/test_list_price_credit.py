"""What unused days come to by today's list price, and that a list price nobody passed is not guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

import billcore as bc
from billcore.proration.convention import ProrationConvention

APRIL = date(2026, 4, 1)


def changed() -> bc.Contract:
    """30.00 a month in advance; 16 of 30 days of April are withdrawn."""
    line = bc.ContractLine(id="seats", sku="SEATS", billed="in_advance", price=bc.Flat(amount="30.00"))
    contract = bc.Contract(
        id="C-1", customer="acme", entity="US01", currency="USD", billed_every="month", zone="UTC",
        term=bc.Period(start=APRIL, end=date(2027, 4, 1)), lines=[line],
        proration=ProrationConvention(credit_basis="list_price"),
    )  # fmt: skip
    return contract.amended(
        bc.Change.cancel(), effective=date(2026, 4, 15), known_at=datetime(2026, 4, 15, tzinfo=UTC), actor="sales",
        reason="they leave",
    )  # fmt: skip


def test_a_credit_at_the_list_price_is_a_share_of_it() -> None:
    """24.00 today x 16/30 = 12.80, where as billed 30.00 x 16/30 would be 16.00; 90.00 x 16/30 = 48.00 is capped."""
    contract = changed()
    billed = bc.bill(contract, through=APRIL).next_billed
    for price, expected in (("24.00", "12.80"), ("90.00", "30.00")):
        prices = {"seats": bc.Amount.of(price, "USD")}
        run = bc.bill(contract, through=date(2026, 4, 15), billed=billed, list_prices=prices)
        assert [expected] == [memo.net.text for memo in run.credit_memos]
        again = bc.bill(contract, through=date(2026, 4, 15), billed=run.next_billed, list_prices=prices)
        assert () == again.documents


def test_a_list_price_is_never_guessed() -> None:
    """Nobody said what the line costs today."""
    contract = changed()
    billed = bc.bill(contract, through=APRIL).next_billed
    with pytest.raises(bc.MissingInput) as caught:
        bc.bill(contract, through=date(2026, 4, 15), billed=billed)
    assert ("credit-basis-missing", "list_prices.seats") == (caught.value.code, caught.value.path)
