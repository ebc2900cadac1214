"""How a contract is shown at a period's end: one number, so asset and liability of its obligations are netted.

The entry is reversed next day: by obligation nothing has changed. Source: ASC 606-10-45-1; rules 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from billcore.gl.entry import JournalEntry, Side
from billcore.money.amount import Amount
from billcore.posting.cells import CellBalance, CellKey
from billcore.posting.entries import ContractAccounts, LedgerSetting, SideOf, make_entry


def post_presentation(
    setting: LedgerSetting,
    accounts: ContractAccounts,
    cells: Mapping[CellKey, CellBalance],
    on: date,
    currency: str,
    *,
    is_final: bool = False,
) -> JournalEntry | None:
    """Net a contract's assets against its liabilities at a period's end.

    Args:
        is_final: Whether the contract is billed and earned to the end: then the balances of its obligations settle one
            another for good, under a kind of its own, and nothing is taken back.

    Returns: the entry, or None where the contract has not both; `reverse` takes one that is not final back next day.
    Raises: as `make_entry`.
    Source: rules 8 (smallest obligation id first).
    """
    mine = sorted((key[1], cell) for key, cell in cells.items() if key[0] == accounts.contract)
    left = min(sum(cell.contract_liability for _, cell in mine), sum(cell.contract_asset for _, cell in mine))
    if left == 0:
        return None
    sides = [
        *_taken(mine, "contract_liability", "debit", left, currency),
        *_taken(mine, "contract_asset", "credit", left, currency),
    ]
    return make_entry(
        setting,
        sides,
        event="presentation",
        source_event=f"presentation:{accounts.contract}:{on}",
        kind="netting_final" if is_final else "presentation",
        entity=accounts.entity,
        posting_date=on,
        effective_date=on,
        description=f"Contract asset {'settled' if is_final else 'netted'} against liability: {accounts.contract}",
        contract=accounts.contract,
        customer=accounts.customer,
    )


def _taken(mine: list[tuple[str, CellBalance]], role: str, side: Side, left: int, currency: str) -> list[SideOf]:
    sides = []
    for obligation, cell in mine:
        part = min(left, cell.contract_liability if role == "contract_liability" else cell.contract_asset)
        if part:
            sides.append(
                SideOf(
                    role="contract_liability" if role == "contract_liability" else "contract_asset",
                    side=side,
                    amount=Amount(minor=part, currency=currency),
                    obligation=obligation,
                )
            )
            left -= part
    return sides
