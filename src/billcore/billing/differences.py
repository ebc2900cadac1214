"""What is still to be billed or given back: what should stand billed minus what stands billed.

Source: rules 5. A piece is (contract, line, component, service period). Backdated changes, late usage and retries are
this one operation; nothing here knows why the two sides differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeAlias

from billcore.billing.billed import BilledLine, in_order_of_issue
from billcore.billing.charge import Charge
from billcore.billing.workings import STAGE_KINDS
from billcore.core.errors import NotApplicable
from billcore.core.value import Value
from billcore.money.amount import Amount
from billcore.periods.period import Period

PieceKey: TypeAlias = tuple[str, str, date, date]


class Difference(Value, frozen=True, kw_only=True):
    """One amount to bill or to give back.

    Attributes:
        charge: What should stand, or None where the piece is withdrawn whole.
        amount: Positive to bill; negative to give back.
        corrects: The standing line that a negative amount reduces, or the memo line whose amount is billed again; None
            for what is billed, and for what a price gives back that no line ever billed.
        number: How many lines of the piece stood before: it keeps the ids of repeated corrections apart.
    """

    charge: Charge | None
    amount: Amount
    corrects: BilledLine | None
    number: int


def difference(
    targets: Iterable[Charge],
    standing: Sequence[BilledLine],
    *,
    planned: frozenset[PieceKey],
    kept: frozenset[str],
    settled: frozenset[PieceKey] = frozenset(),
) -> list[Difference]:
    """Compare one contract's target with what stands, piece by piece.

    Args:
        targets: What should stand billed through the run's date.
        standing: The contract's issued lines, in any order.
        planned: Keys of every row of the schedule, due or not: a standing piece that the contract still plans is never
            given back because the run looks at an earlier date.
        settled: Keys of the billing periods whose minimum, true-up and overage are known: such a piece that stands and
            is no target any more is taken back.
        kept: Lines that are held (usage missing): their standing pieces are left as they are.

    Returns: differences in the order of the targets, then withdrawals; nothing where the two sides agree.
    Raises: NotApplicable ``billed-periods-differ`` where a recurring line's standing periods overlap planned ones
        without being equal to them.
    Source: rules 5.
    """
    stood: dict[PieceKey, list[BilledLine]] = {}
    for line in in_order_of_issue(standing):
        stood.setdefault(line.key, []).append(line)
    found: list[Difference] = []
    rated = set()
    for charge in targets:
        rated.add((charge.line_id, charge.kind, charge.service.start, charge.service.end))
        lines = stood.pop(_key(charge), [])
        if not lines:
            found.append(Difference(charge=charge, amount=charge.net, corrects=None, number=0))
        else:
            # By amount, not by terms: a discount that counts periods moves when another period's usage is corrected.
            found.extend(_changed(charge, lines))
    for key, lines in stood.items():
        row = row_of_piece(key)
        is_gone = row in rated or row in settled or (key not in planned and row not in planned)
        if is_gone and key[0] not in kept:
            _refuse_overlap(row, planned - {row})
            stands = sum(line.signed for line in lines)
            found.extend(_taken_back(None, lines, stands) if stands > 0 else _charged_again(lines, -stands))
    return found


def _key(charge: Charge) -> PieceKey:
    return (charge.line_id, charge.component, charge.service.start, charge.service.end)


def row_of_piece(key: PieceKey) -> PieceKey:
    """Give the row of a piece, which may be one of several: a group or tier that is no more is taken back with it."""
    line, component, start, end = key
    kind = component.partition(":")[0]
    if kind in STAGE_KINDS:
        return stage_key(Period(start=start, end=end))
    return (line, "usage", start, end) if component.startswith("usage:") else key


def stage_key(period: Period) -> PieceKey:
    """The row of everything that the contract stage adds to a billing period, whatever line bears it."""
    return ("", "stage", period.start, period.end)


def _charged_again(lines: Sequence[BilledLine], amount: int) -> list[Difference]:
    """Bill again what a price gave back that is no more: against the newest memo lines of its own."""
    found, left = [], amount
    for line in reversed([line for line in lines if line.kind == "credit_memo" and not line.corrects]):
        part = min(left, line.net_minor)
        if part > 0:
            again = Amount(minor=part, currency=line.currency)
            found.append(Difference(charge=None, amount=again, corrects=line, number=len(lines)))
            left -= part
    return found


def _changed(charge: Charge, lines: Sequence[BilledLine]) -> list[Difference]:
    stands = sum(line.signed for line in lines)
    off = charge.net_minor - stands
    if off >= 0:
        amount = Amount(minor=off, currency=charge.line.currency)
        return [Difference(charge=charge, amount=amount, corrects=None, number=len(lines))] if off else []
    return _taken_back(charge, lines, -off)


def _taken_back(charge: Charge | None, lines: Sequence[BilledLine], amount: int) -> list[Difference]:
    """Give an amount back against the newest lines first, never above what a line still holds."""
    credited: dict[str, int] = {}
    for line in lines:
        if line.corrects:
            credited[line.corrects] = credited.get(line.corrects, 0) + line.net_minor
    found, left = [], amount
    for line in reversed([line for line in lines if line.kind == "invoice"]):
        part = min(left, line.net_minor - credited.get(line.id, 0))
        if part > 0:
            back = Amount(minor=-part, currency=line.currency)
            found.append(Difference(charge=charge, amount=back, corrects=line, number=len(lines)))
            left -= part
    if left and charge is not None and charge.net_minor < 0:
        # A charge below zero that its price credits: more is given back than was ever billed.
        back = Amount(minor=-left, currency=charge.line.currency)
        found.append(Difference(charge=charge, amount=back, corrects=None, number=len(lines)))
    return found


def _refuse_overlap(key: PieceKey, planned: frozenset[PieceKey]) -> None:
    line, component, start, end = key
    for other_line, other_component, other_start, other_end in planned:
        if (other_line, other_component) == (line, component) and start < other_end and other_start < end:
            raise NotApplicable(
                "billed-periods-differ",
                found=f"[{start}, {end}) stands billed, the contract now plans [{other_start}, {other_end})",
                expected="equal service periods",
                path=f"line {line}",
                hint="Amendments that move the periods of a recurring line are not settled yet.",
            )
