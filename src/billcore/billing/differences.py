"""What is still to be billed or given back: what should stand billed minus what stands billed.

Source: rules 5. A piece is (contract, line, component, service period). Backdated changes, late usage and retries are
this one operation; nothing here knows why the two sides differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeAlias

from billcore.billing.billed import BilledLine, in_order_of_issue
from billcore.billing.charge import Charge
from billcore.billing.coverage import covered
from billcore.billing.credit_terms import CreditRules, CreditTerms
from billcore.billing.difference import Difference
from billcore.billing.standing import ADJUSTMENT
from billcore.billing.workings import STAGE_KINDS
from billcore.money.amount import Amount
from billcore.periods.period import Period

PieceKey: TypeAlias = tuple[str, str, date, date]


def difference(
    targets: Sequence[Charge],
    standing: Sequence[BilledLine],
    *,
    through: date,
    planned: frozenset[PieceKey],
    kept: frozenset[str],
    settled: frozenset[PieceKey] = frozenset(),
    unrated: frozenset[PieceKey] = frozenset(),
    credits: CreditRules,
) -> list[Difference]:
    """Compare one contract's target with what stands, piece by piece.

    Args:
        targets: Every charge that is known, due or not, in the order of documents.
        standing: The contract's issued lines, in any order.
        through: The run's day: only charges dated on or before it are billed.
        planned: Keys of every row of the schedule, due or not: a standing piece that the contract still plans is never
            given back because the run looks at an earlier date.
        settled: Keys of the billing periods whose minimum, true-up and overage are known: such a piece that stands and
            is no target any more is taken back.
        unrated: Keys of rows that are planned and not rated: what stands on their days waits for them.
        kept: Lines that are held (usage missing): their standing pieces are left as they are.
        credits: How days withdrawn from recurring lines are credited.

    Returns: differences in the order of the targets, then withdrawals; nothing where the two sides agree.
    Raises: NotApplicable ``overlapping-billed-periods``.
    Source: rules 5.
    """
    stood, recurring = _by_piece(standing)
    by_line: dict[str, list[Charge]] = {}
    for charge in targets:
        if charge.component == "recurring":
            by_line.setdefault(charge.line_id, []).append(charge)
    found: list[Difference] = []
    rated = set()
    for charge in targets:
        if charge.component == "recurring":
            if charge.line_id in by_line:
                mine = by_line.pop(charge.line_id)
                if charge.line_id not in kept:
                    found.extend(_recurring(mine, recurring.pop(charge.line_id, []), credits.of(charge.line_id)))
            continue
        if charge.invoice_date is None or charge.invoice_date > through or charge.line_id in kept:
            continue
        rated.add((charge.line_id, charge.kind, charge.service.start, charge.service.end))
        lines = stood.pop(_place(_key(charge)), [])
        if not lines:
            found.append(Difference(charge=charge, amount=charge.net, corrects=None, number=0))
        else:
            # By amount, not by terms: a discount that counts periods moves when another period's usage is corrected.
            found.extend(_changed(charge, lines))
    for name, lines in recurring.items():
        if name not in kept:
            found.extend(_recurring([], lines, credits.of(name)))
    for lines in stood.values():
        key = lines[0].key
        row = row_of_piece(key)
        is_gone = row in rated or row in settled or (key not in planned and row not in planned)
        if is_gone and key[0] not in kept and not _waits(row, unrated):
            stands = sum(line.signed for line in lines)
            found.extend(_taken_back(None, lines, stands) if stands > 0 else _charged_again(lines, -stands))
    return in_order(found, targets)


def _by_piece(
    standing: Sequence[BilledLine],
) -> tuple[dict[PieceKey, list[BilledLine]], dict[str, list[BilledLine]]]:
    """What stands by whole service periods, and what stands of each recurring line."""
    stood: dict[PieceKey, list[BilledLine]] = {}
    recurring: dict[str, list[BilledLine]] = {}
    recurring_ids = {line.id for line in standing if line.component == "recurring"}
    for line in in_order_of_issue(standing):
        # What a person took off is not compared; of a recurring line it lowers what is left to be given back.
        if line.component == ADJUSTMENT and line.corrects not in recurring_ids:
            continue
        if line.component in ("recurring", ADJUSTMENT):
            recurring.setdefault(line.line, []).append(line)
        else:
            stood.setdefault(_place(line.key), []).append(line)
    return stood, recurring


def _recurring(targets: list[Charge], lines: list[BilledLine], terms: CreditTerms) -> list[Difference]:
    """By days where amounts are above zero; a price below zero gives back by its whole service period."""
    is_below = any(charge.net_minor < 0 for charge in targets)
    if not is_below and not any(line.kind == "credit_memo" and not line.corrects for line in lines):
        return covered(sorted(targets, key=lambda charge: charge.row.ordinal), lines, terms)
    found: list[Difference] = []
    stood: dict[PieceKey, list[BilledLine]] = {}
    for line in lines:
        stood.setdefault(line.key, []).append(line)
    for charge in targets:
        mine = stood.pop(_key(charge), [])
        if not terms.is_due(charge):
            continue
        if mine:
            found.extend(_changed(charge, mine))
        else:
            found.append(Difference(charge=charge, amount=charge.net, corrects=None, number=0))
    for key, mine in stood.items():
        if key[2] <= terms.through:
            stands = sum(line.signed for line in mine)
            found.extend(_taken_back(None, mine, stands) if stands > 0 else _charged_again(mine, -stands))
    return found


def in_order(found: Sequence[Difference], targets: Sequence[Charge]) -> list[Difference]:
    """What is charged in the order of the targets, then what is given back."""
    places = {id(charge): number for number, charge in enumerate(targets)}
    end = len(places)
    return sorted(found, key=lambda one: places.get(id(one.charge), end) if one.charge is not None else end)


def _waits(row: PieceKey, unrated: frozenset[PieceKey]) -> bool:
    """Whether rows that are not rated yet lie on the days of a piece: it stands until they are known."""
    line, component, start, end = row
    return any(other[0] == line and other[1] == component and start < other[3] and other[2] < end for other in unrated)


def _place(key: PieceKey) -> PieceKey:
    """What a standing piece and a target are matched by; what is billed once keeps its place whatever its days are."""
    line, component, _, _ = key
    if component == "one_time" or component.startswith("milestone:"):
        return (line, component, date.min, date.min)
    return key


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
