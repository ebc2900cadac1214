"""What stands billed of each planned row, where a line that changed holds days of several rows or was credited in part.

A recurring line is billed and credited by days. For a timeline each standing piece is told again by the rows whose days
it holds by their own terms; what is left of it is asked for no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from billcore.billing.billed import BilledLine, in_order_of_issue
from billcore.billing.charge import Charge
from billcore.billing.standing import StandingPiece, standing_pieces
from billcore.core.value import replaced
from billcore.money.rounding import RoundingMode
from billcore.periods.covering import common, without
from billcore.periods.period import Period
from billcore.proration.convention import ProrationConvention


def standing_by_row(
    standing: Sequence[BilledLine], charges: Sequence[Charge], convention: ProrationConvention, rounding: RoundingMode
) -> Iterator[BilledLine]:
    """Tell what stands again, row by row.

    Args:
        standing: The contract's issued lines, in any order.
        charges: Every charge of the contract.

    Returns: lines of other components as they are; of recurring lines one for each row and each piece that holds days
        of it, with the row's service period and what those days were billed, and one for days that no row asks for.
    Rounding: as credits: parts of a piece add up to it.
    """
    recurring: dict[str, list[BilledLine]] = {}
    for line in in_order_of_issue(standing):
        if line.component == "recurring":
            recurring.setdefault(line.line, []).append(line)
        else:
            yield line
    for name, lines in recurring.items():
        mine = [one for one in charges if one.line_id == name and one.component == "recurring"]
        if any(line.kind == "credit_memo" and not line.corrects for line in lines):
            yield from lines  # a price below zero: by whole service periods, as it is settled
            continue
        pieces = [piece for piece in standing_pieces(lines) if piece.rest or not piece.value]
        yield from _told_again(pieces, mine, convention, rounding)


def _told_again(
    pieces: Sequence[StandingPiece], charges: Sequence[Charge], convention: ProrationConvention, rounding: RoundingMode
) -> Iterator[BilledLine]:
    left = {piece.line.id: piece.live for piece in pieces}
    whole = {(piece.service, piece.line.id): piece for piece in pieces if not piece.withdrawn}
    by_days: dict[Period, list[StandingPiece]] = {}
    for (service, _), piece in whole.items():
        by_days.setdefault(service, []).append(piece)
    rest = []
    for charge in charges:
        mine = by_days.get(charge.service, [])
        same = next((one for one in mine if one.terms == charge.terms or charge.line.known_on is None), None)
        if same is None:
            rest.append(charge)
            continue
        mine.remove(same)
        left[same.line.id] = ()
        yield replaced(same.line, net_minor=same.rest)
    for charge in rest:
        for piece in pieces:
            kept = common((charge.service,), left[piece.line.id]) if piece.terms == charge.terms else ()
            left[piece.line.id] = without(left[piece.line.id], kept)
            if kept:
                minor = sum(piece.amount(days, convention.unit, rounding) for days in kept)
                yield replaced(piece.line, service=charge.service, net_minor=minor)
    for piece in pieces:
        for days in left[piece.line.id]:
            yield replaced(piece.line, service=days, net_minor=piece.amount(days, convention.unit, rounding))
