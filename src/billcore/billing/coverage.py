"""What a recurring line lacks or holds too much of: charges for days not billed, credits for days withdrawn.

Equal pieces cancel. Days that stand billed by the terms that should be stay as they were billed; days that stand billed
by other terms, or by none that should be, are given back against the line that billed them; days that should be billed
and are not are charged. Source: rules 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from billcore.billing.billed import BilledLine
from billcore.billing.charge import Charge
from billcore.billing.credit_terms import CreditTerms
from billcore.billing.difference import Difference
from billcore.billing.pace import even_amount, pace_of
from billcore.billing.standing import StandingPiece, overlaps, standing_pieces
from billcore.core.errors import NotApplicable
from billcore.money.amount import Amount
from billcore.periods.covering import common, without
from billcore.periods.period import Period


@dataclass(kw_only=True)
class _Open:
    """A target with the days of it that no standing piece covers."""

    charge: Charge
    days: tuple[Period, ...]
    is_due: bool
    is_new: bool


@dataclass(kw_only=True)
class _Line:
    """One recurring line while it is compared."""

    terms: CreditTerms
    counts: Mapping[tuple[date, date], int]
    left: dict[str, tuple[Period, ...]] = field(default_factory=dict)
    replaced: tuple[Period, ...] = ()
    found: list[Difference] = field(default_factory=list)


def covered(targets: Sequence[Charge], standing: Sequence[BilledLine], terms: CreditTerms) -> list[Difference]:
    """Compare what should stand of one recurring line with what stands.

    Args:
        targets: Every charge of the line, due or not, in order of service: what is planned by the terms that stand, for
            later, is not given back.
        standing: The line's issued lines, those of one piece in order of issue.
        terms: How days that are withdrawn are credited, and through which day the run goes.

    Returns: charges in the order of the targets, then credits by line and day; nothing where both sides agree.
    Raises: NotApplicable ``overlapping-billed-periods`` where two lines bill the same days.
    Source: rules 5.
    """
    # What a person took off whole still covers its days; of two pieces of equal days the one that holds more stands.
    pieces = sorted(standing_pieces(standing), key=lambda piece: not piece.rest)
    _refuse_overlaps(pieces, terms)
    counts: dict[tuple[date, date], int] = {}
    for one in standing:
        key = (one.service.start, one.service.end)
        counts[key] = counts.get(key, 0) + 1
    # A piece that holds nothing any more still covers its days: what is left of them was billed, and came to nothing.
    left = {piece.line.id: piece.live for piece in pieces}
    line = _Line(terms=terms, counts=counts, left=left)
    rest = _equal_pieces(line, targets, pieces)
    lacking = _kept_days(line, rest, pieces)
    for target in lacking:
        if target.is_due:
            _charge(line, target)
    line.replaced = tuple(days for target in lacking for days in target.days)
    later = tuple(days for target in lacking if not target.is_due for days in target.days)
    for piece in pieces:
        # Seen from a day before its own invoice a piece is not too much yet: what is planned in its place is not due.
        waiting = later if terms.looks_back_at(piece) else ()
        for days in without(line.left.get(piece.line.id, ()), waiting):
            _withdraw(line, piece, days)
    return line.found


def _refuse_overlaps(pieces: Sequence[StandingPiece], terms: CreditTerms) -> None:
    # Where a change gives nothing back, the old terms and the new ones stand side by side by agreement.
    first = terms.side_by_side_from()
    seen = [one for one in pieces if first is None or one.service.end <= first]
    days = overlaps(seen)
    if days is not None:
        one = seen[0].line
        raise NotApplicable(
            "overlapping-billed-periods",
            found=f"{days} of line {one.line} stands billed twice",
            expected="each day of a recurring line billed once",
            path=f"contract {one.contract}, line {one.line}",
            hint="Credit one of the two documents by hand; nothing of the contract is billed until then.",
        )


def _equal_pieces(line: _Line, targets: Sequence[Charge], pieces: Sequence[StandingPiece]) -> list[Charge]:
    """Let pieces of equal days cancel; by the same terms what the amounts differ is settled on the same days.

    Returns: the targets that no standing piece equals.
    """
    whole: dict[tuple[date, date], list[StandingPiece]] = {}
    for piece in pieces:
        if not piece.withdrawn and piece.line.id in line.left:
            whole.setdefault((piece.service.start, piece.service.end), []).append(piece)
    rest = []
    for charge in targets:
        mine = whole.get((charge.service.start, charge.service.end), [])
        same = next((one for one in mine if _is_same(one, charge)), None)
        if same is None:
            rest.append(charge)
            continue
        mine.remove(same)
        del line.left[same.line.id]
        if line.terms.is_due(charge) and same.value != charge.net_minor:
            _settle_amount(line, same, charge)
    return rest


def _is_same(piece: StandingPiece, charge: Charge) -> bool:
    """Whether a piece of the same days stands for a charge, be it at another amount.

    An amendment ends one agreement and begins another: what was billed of its days is given back and billed anew. What
    was agreed from the start and is now told otherwise is no other agreement: the days are settled by what they differ.
    """
    return piece.terms == charge.terms or piece.value == charge.net_minor or charge.line.known_on is None


def _settle_amount(line: _Line, piece: StandingPiece, charge: Charge) -> None:
    """The same days by the same terms came to another amount: a discount that counts periods moved, for one."""
    off = charge.net_minor - piece.value
    number = line.counts.get((charge.service.start, charge.service.end), 0)
    if off > 0:
        amount = Amount(minor=off, currency=charge.line.currency)
        line.found.append(Difference(charge=charge, amount=amount, corrects=None, number=number, adds_to=piece.line.id))
    else:
        _credit(line, piece, -off, charge.service, charge)


def _kept_days(line: _Line, targets: Sequence[Charge], pieces: Sequence[StandingPiece]) -> list[_Open]:
    """Keep the days that stand by the terms that should be; tell which days of each target are left."""
    by_terms: dict[str, list[StandingPiece]] = {}
    for piece in pieces:
        if piece.line.id in line.left:
            by_terms.setdefault(piece.terms, []).append(piece)
    opened = []
    for charge in targets:
        left: tuple[Period, ...] = (charge.service,)
        is_due = line.terms.is_due(charge)
        for piece in by_terms.get(charge.terms, ()):
            kept = common(left, line.left[piece.line.id]) if is_due or line.terms.keeps_for_later(piece) else ()
            if kept:
                left = without(left, kept)
                line.left[piece.line.id] = without(line.left[piece.line.id], kept)
        if left:
            touched = any(piece.service.overlap(charge.service) is not None for piece in pieces)
            is_new = left == (charge.service,) and not touched
            opened.append(_Open(charge=charge, days=left, is_due=is_due, is_new=is_new))
    return opened


def _charge(line: _Line, one: _Open) -> None:
    """Charge the days of a target that do not stand: all of them at its amount, a part at what that part comes to."""
    charge, terms = one.charge, line.terms
    pace = pace_of(charge, terms.convention)
    for days in one.days:
        if days == charge.service:
            minor = charge.net_minor
        elif terms.convention.parts == "each":
            minor = terms.alone(charge.net_minor, days, charge.service)
        elif pace is not None:
            minor = pace.amount(days, terms.convention.unit, charge.line.rounding)
        else:
            minor = even_amount(charge.net_minor, days, charge.service, terms.convention.unit, charge.line.rounding)
        line.found.append(
            Difference(
                charge=charge,
                amount=Amount(minor=minor, currency=charge.line.currency),
                corrects=None,
                number=line.counts.get((days.start, days.end), 0),
                service=days,
                on=charge.invoice_date if one.is_new else None,
                pace=pace,
            )
        )


def _withdraw(line: _Line, piece: StandingPiece, days: Period) -> None:
    """Give days back that should not stand, as far as they are reached and as their change is settled."""
    terms = line.terms
    for part, settlement in terms.settled_parts(days, piece):
        if settlement is not None and settlement.credit == "none":
            continue
        back = terms.credit_of(piece, part)
        left = without(piece.live, (part,))
        most = piece.rest
        if not left and terms.convention.credit_basis == "as_billed":
            back = most
        is_paid_part = settlement is not None and settlement.credit == "refund_paid_part"
        if is_paid_part or terms.convention.credit_cap == "paid":
            most = min(most, terms.paid_rest(piece))
        _withdraw_part(line, piece, min(back, most), part)
        piece.withdrawn.append(part)


def _withdraw_part(line: _Line, piece: StandingPiece, amount: int, days: Period) -> None:
    """Give days back, also those that come to nothing where others replace them: else both would stand billed."""
    if not amount and not common((days,), line.replaced):
        return
    if amount or not piece.value:
        _credit(line, piece, amount, days, None)
        return
    line.found.append(
        Difference(
            charge=None,
            amount=Amount(minor=0, currency=piece.line.currency),
            corrects=piece.line,
            number=line.counts.get((days.start, days.end), 0),
            service=days,
        )
    )


def _credit(line: _Line, piece: StandingPiece, amount: int, days: Period, charge: Charge | None) -> None:
    """Give an amount back against the newest lines of a piece first, never above what a line still holds."""
    number = line.counts.get((days.start, days.end), 0)
    for source in reversed([piece.line, *piece.additions]):
        part = min(amount, piece.rest_of(source))
        if part > 0:
            back = Amount(minor=-part, currency=source.currency)
            line.found.append(Difference(charge=charge, amount=back, corrects=source, number=number, service=days))
            piece.credited[source.id] = piece.credited.get(source.id, 0) + part
            amount -= part
