"""Which pieces a metered row is billed in: one, or one for each group.

Source: rules 5 (component: the group values of a grouped price).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from billcore.billing.charge_rounding import PricedPiece
from billcore.billing.schedule_row import ScheduleRow
from billcore.contract.resolved import ResolvedLine
from billcore.core.canonical import digest
from billcore.core.printable import one_line
from billcore.pricing.methods import GroupMethod
from billcore.pricing.signed_units import rated_units
from billcore.usage.measured import Measured

NAME_LIMIT = 80


def pieces_of(line: ResolvedLine, row: ScheduleRow, measured: Measured) -> Iterator[PricedPiece]:
    """Price a metered row, piece by piece.

    Returns: at least one piece, so that a row without groups is known to have been rated.
    Rounding: converted quantities alone.
    Raises: as `rate`.
    """
    if isinstance(line.method, GroupMethod) and measured.groups:
        for group, part in zip(measured.groups, measured.by_group(), strict=True):
            yield _piece(line, row, part, f"{row.component}:{group_name(line.method.by, group.key)}")
    else:
        yield _piece(line, row, measured, row.component)


def _piece(line: ResolvedLine, row: ScheduleRow, measured: Measured, component: str) -> PricedPiece:
    units = rated_units(line.method, measured, line.modifiers)
    return PricedPiece(
        row=row,
        component=component,
        quantity=measured.quantity,
        measured=measured,
        shares=(),
        gross=units.gross,
        units=units,
    )


def group_name(names: Iterable[str], values: Iterable[str]) -> str:
    """Name a group within a component: on one line, short, and another name for each other group.

    >>> group_name(["region"], ["eu"])
    'region=eu'
    """
    pairs = list(zip(names, values, strict=False))
    text = ",".join(f"{name}={value}" for name, value in pairs)
    has_signs = any(sign in value for _, value in pairs for sign in ",=:~")
    if one_line(text) == text and len(text) <= NAME_LIMIT and not has_signs:
        return text
    return f"{one_line(text)[: NAME_LIMIT - 21]}~{digest(pairs)[:20]}"
