"""What stands billed of one recurring line: pieces, the days of each that were not given back, what each still holds.

Source: rules 5: a piece is (contract, line, component, service period); a credit points at the line it corrects.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from billcore.billing.billed import BilledLine
from billcore.billing.pace import even_amount
from billcore.money.rounding import RoundingMode
from billcore.periods.covering import joined, without
from billcore.periods.day_count import DayCount
from billcore.periods.period import Period

# What a line says in place of its terms where its days are given back.
WITHDRAWN = "withdrawn"
ADJUSTMENT = "adjustment"


@dataclass(kw_only=True)
class StandingPiece:
    """One charge that stands, with what was added to it and given back of it.

    Attributes:
        line: The document line that charged it.
        additions: Lines that raised its amount since, oldest first.
        credited: Document line -> minor units given back, by whatever credit.
        lowered: Minor units by which its price was lowered; days that are given back later are a share of the rest.
        newest: Terms of the newest line that charged, raised or lowered it.
        withdrawn: Days given back.
    """

    line: BilledLine
    additions: list[BilledLine] = field(default_factory=list)
    credited: dict[str, int] = field(default_factory=dict)
    lowered: int = 0
    newest: str = ""
    withdrawn: list[Period] = field(default_factory=list)

    @property
    def service(self) -> Period:
        """The days that it was charged for."""
        return self.line.service

    @property
    def terms(self) -> str:
        """What made its amount: that of the newest line that charged, raised or lowered it."""
        return self.newest

    @property
    def value(self) -> int:
        """What it was billed for all of its days, in minor units."""
        return self.line.net_minor + sum(one.net_minor for one in self.additions) - self.lowered

    @property
    def live(self) -> tuple[Period, ...]:
        """The days of it that were not given back."""
        return without((self.service,), self.withdrawn) if self.withdrawn else (self.service,)

    def rest_of(self, line: BilledLine) -> int:
        """What a line still holds, in minor units."""
        return line.net_minor - self.credited.get(line.id, 0)

    @property
    def rest(self) -> int:
        """What all its lines still hold."""
        return self.rest_of(self.line) + sum(self.rest_of(one) for one in self.additions)

    def amount(self, days: Period, unit: DayCount, mode: RoundingMode) -> int:
        """What some of its days were billed, in minor units; adjacent parts add up to the whole."""
        pace = self.line.pace
        if pace is not None and not self.additions and not self.lowered:
            return pace.amount(days, unit, mode)
        return even_amount(self.value, days, self.service, unit, mode)


def standing_pieces(lines: Sequence[BilledLine]) -> list[StandingPiece]:
    """Put the issued lines of one recurring line together into pieces.

    Args:
        lines: Of one line and component, those of one piece in order of issue.
    """
    pieces = {one.id: StandingPiece(line=one) for one in lines if one.kind == "invoice" and not one.adds_to}
    home = dict(pieces)
    for one in lines:
        if one.kind == "invoice" and one.adds_to in pieces:
            home[one.id] = pieces[one.adds_to]
    for one in lines:
        piece = home.get(one.corrects or one.id)
        if piece is None:
            continue
        if one.kind == "invoice":
            piece.newest = one.terms
            if one.adds_to:
                piece.additions.append(one)
        else:
            piece.credited[one.corrects] = piece.credited.get(one.corrects, 0) + one.net_minor
            if one.terms == WITHDRAWN:
                piece.withdrawn.append(one.service)
            elif one.component != ADJUSTMENT:
                piece.lowered += one.net_minor
                piece.newest = one.terms
    return list(pieces.values())


def overlaps(pieces: Iterable[StandingPiece]) -> Period | None:
    """The first days that two pieces both hold, or None."""
    spans = sorted(
        ((period, piece) for piece in pieces if piece.rest for period in piece.live), key=lambda pair: pair[0].start
    )
    furthest: Period | None = None
    for period, _ in spans:
        if furthest is not None and period.start < furthest.end:
            return furthest.overlap(period)
        furthest = period
    return None


def days_of(periods: Iterable[Period]) -> int:
    """How many days some periods cover together."""
    return sum(period.days for period in joined(periods))
