"""Which balances an amount takes: liability, asset and unbilled receivable, by obligation."""

from __future__ import annotations

import pytest

from billcore.posting.cells import CellBalance, billed_moves, earned_moves, moved

LIABILITY = CellBalance(contract_liability=300)
ASSET = CellBalance(contract_asset=300)
UNBILLED = CellBalance(unbilled_receivable=300)
NOTHING = CellBalance()


@pytest.mark.parametrize(
    ("before", "minor", "usage", "after"),
    [
        (NOTHING, 500, False, CellBalance(contract_liability=500)),
        (ASSET, 500, False, CellBalance(contract_liability=200)),
        (UNBILLED, 500, True, CellBalance(contract_liability=200)),
        (LIABILITY, -500, False, CellBalance(contract_asset=200)),
        (LIABILITY, -500, True, CellBalance(unbilled_receivable=200)),
    ],
)
def test_what_is_billed_takes_what_was_earned_first(
    before: CellBalance, minor: int, usage: bool, after: CellBalance
) -> None:
    """A credit of usage that was earned is unbilled again, and no contract asset."""
    assert after == moved(before, billed_moves(before, minor, only_awaits_invoice=usage))


@pytest.mark.parametrize(
    ("before", "minor", "usage", "after"),
    [
        (LIABILITY, 500, False, CellBalance(contract_asset=200)),
        (LIABILITY, 500, True, CellBalance(unbilled_receivable=200)),
        (ASSET, -500, False, CellBalance(contract_liability=200)),
        (UNBILLED, -500, True, CellBalance(contract_liability=200)),
    ],
)
def test_what_is_earned_takes_the_liability_first(
    before: CellBalance, minor: int, usage: bool, after: CellBalance
) -> None:
    """What is unearned goes back the way it came."""
    assert after == moved(before, earned_moves(before, minor, only_awaits_invoice=usage))
