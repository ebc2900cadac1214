"""How the contract stage sees charges: a line for each, with what was invoiced of it, and idle lines beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from billcore.billing.billed import BilledLine, in_order_of_issue
from billcore.billing.charge import Charge
from billcore.billing.stage_lines import StageLine
from billcore.contract.resolved import ResolvedContract
from billcore.contract.scopes import Scope

PieceKey: TypeAlias = tuple[str, str, date, date]


def name_of(charge: Charge) -> str:
    """Give the name by which the stage knows a charge."""
    return f"{charge.line_id}/{charge.component}/{charge.service.start}"


def is_covered(scope: Scope, charge: Charge) -> bool:
    """Tell whether a charge is in a scope."""
    return scope.covers(line=charge.line_id, sku=charge.line.sku, meter=charge.line.meter)


def seen_by_stage(charges: Sequence[Charge], invoiced: Mapping[PieceKey, int] | None = None) -> list[StageLine]:
    """Give the stage's line for each charge.

    Args:
        invoiced: What was invoiced for each piece, for commitments that count it.
    """
    return [_stage_line(charge, invoiced or {}) for charge in charges]


def _stage_line(charge: Charge, invoiced: Mapping[PieceKey, int]) -> StageLine:
    stood = invoiced.get((charge.line_id, charge.component, charge.service.start, charge.service.end))
    return StageLine(
        id=name_of(charge),
        line=charge.line_id,
        sku=charge.line.sku,
        meter=charge.line.meter,
        gross_minor=charge.gross_minor,
        net_minor=charge.net_minor,
        invoiced_minor=None if stood is None else max(stood, charge.net_minor),
    )


def idle_lines(resolved: ResolvedContract, charges: Sequence[Charge]) -> list[StageLine]:
    """The lines that charge nothing in a period: they bear a minimum where nothing else does."""
    busy = {charge.line_id for charge in charges}
    idle = {line.id: line for line in reversed(resolved.lines) if line.id not in busy}
    return [
        StageLine(id=line.id, line=line.id, sku=line.sku, meter=line.meter, gross_minor=0, net_minor=0)
        for line in reversed(idle.values())
    ]


def most_invoiced(standing: Iterable[BilledLine]) -> dict[PieceKey, int]:
    """What was invoiced for each piece before its credits: the most that ever stood of it."""
    stands: dict[PieceKey, int] = {}
    most: dict[PieceKey, int] = {}
    for line in in_order_of_issue(standing):
        stands[line.key] = stands.get(line.key, 0) + line.signed
        most[line.key] = max(most.get(line.key, 0), stands[line.key])
    return most
