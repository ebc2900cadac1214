"""How an amount moves a contract's balances: which of liability, asset and unbilled receivable it takes, in what order.

Per obligation, never both liability and asset. Source: revenue.md section 4; rules 8.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from billcore.core.value import Value
from billcore.gl.entry import JournalEntry, Side
from billcore.gl.roles import AccountRole

CellKey: TypeAlias = tuple[str, str]
CellRole: TypeAlias = Literal["contract_liability", "contract_asset", "unbilled_receivable"]
CELL_ROLES: tuple[CellRole, ...] = ("contract_liability", "contract_asset", "unbilled_receivable")
NATURAL: dict[str, Side] = {"contract_liability": "credit", "contract_asset": "debit", "unbilled_receivable": "debit"}


class CellBalance(Value, frozen=True, kw_only=True):
    """What one obligation of one contract stands at, in minor units; none is below zero."""

    contract_liability: int = 0
    contract_asset: int = 0
    unbilled_receivable: int = 0


EMPTY = CellBalance()


class Move(Value, frozen=True, kw_only=True):
    """One side of a movement: role, side, minor units above zero."""

    role: AccountRole
    side: Side
    minor: int


def billed_moves(cell: CellBalance, minor: int, *, only_awaits_invoice: bool = False) -> tuple[Move, ...]:
    """The sides that an amount billed puts on an obligation's balances.

    Billed: credits what was earned before it was asked for (unbilled receivable, then contract asset), and the rest is
    a liability. Given back (a negative amount): debits the liability as far as it goes; the rest was earned, and is
    again what `earned_moves` would make of it: unbilled receivable of usage, else contract asset.

    >>> billed_moves(CellBalance(contract_asset=500), 800)
    (Move(role='contract_asset', side='credit', minor=500), Move(role='contract_liability', side='credit', minor=300))
    """
    if minor >= 0:
        unbilled = min(minor, cell.unbilled_receivable)
        asset = min(minor - unbilled, cell.contract_asset)
        return _moves("credit", unbilled=unbilled, asset=asset, liability=minor - unbilled - asset)
    liability = min(-minor, cell.contract_liability)
    rest = -minor - liability
    return _moves(
        "debit",
        liability=liability,
        asset=0 if only_awaits_invoice else rest,
        unbilled=rest if only_awaits_invoice else 0,
    )


def earned_moves(cell: CellBalance, minor: int, *, only_awaits_invoice: bool) -> tuple[Move, ...]:
    """The sides, against revenue, that an amount earned puts on an obligation's balances.

    Earned: debits the liability as far as it goes; the rest is unbilled receivable where only the invoice date is
    awaited (usage delivered), else contract asset. Unearned (a negative amount): credits those back first.

    >>> earned_moves(CellBalance(contract_liability=300), 500, only_awaits_invoice=False)
    (Move(role='contract_liability', side='debit', minor=300), Move(role='contract_asset', side='debit', minor=200))
    """
    if minor >= 0:
        liability = min(minor, cell.contract_liability)
        rest = minor - liability
        return _moves(
            "debit",
            liability=liability,
            asset=0 if only_awaits_invoice else rest,
            unbilled=rest if only_awaits_invoice else 0,
        )
    unbilled = min(-minor, cell.unbilled_receivable)
    asset = min(-minor - unbilled, cell.contract_asset)
    return _moves("credit", unbilled=unbilled, asset=asset, liability=-minor - unbilled - asset)


def _moves(side: Side, *, liability: int = 0, asset: int = 0, unbilled: int = 0) -> tuple[Move, ...]:
    named: tuple[tuple[AccountRole, int], ...] = (
        ("unbilled_receivable", unbilled),
        ("contract_asset", asset),
        ("contract_liability", liability),
    )
    order = named if side == "credit" else named[::-1]
    return tuple(Move(role=role, side=side, minor=minor) for role, minor in order if minor)


def moved(cell: CellBalance, moves: Iterable[Move]) -> CellBalance:
    """The balances after some moves."""
    balances = {role: getattr(cell, role) for role in CELL_ROLES}
    for move in moves:
        if move.role in balances:
            balances[move.role] += move.minor if move.side == NATURAL[move.role] else -move.minor
    return CellBalance(**balances)


def cells_of(entries: Iterable[JournalEntry]) -> dict[CellKey, CellBalance]:
    """The balances that posted entries leave, by (contract, obligation)."""
    cells: dict[CellKey, CellBalance] = {}
    for entry in entries:
        for line in entry.lines:
            if line.obligation:
                key = (entry.contract, line.obligation)
                move = Move(role=line.role, side=line.side, minor=line.amount_minor)
                cells[key] = moved(cells.get(key, EMPTY), (move,))
    return cells
