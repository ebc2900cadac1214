"""How days that are withdrawn from a recurring line are credited: by which convention, from when, how much at most.

Source: rules 4 (credit basis, rounding, cap) and 5 (timing and policy of each nature of change).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from billcore.billing.charge import Charge
from billcore.billing.standing import StandingPiece
from billcore.contract.settlement import Settlement
from billcore.money.rounding import RoundingMode, round_ratio
from billcore.periods.day_count import elapsed
from billcore.periods.period import Period
from billcore.proration.convention import ProrationConvention


@dataclass(frozen=True, kw_only=True)
class CreditTerms:
    """How one line is compared and credited.

    Attributes:
        convention: Of the contract.
        rounding: Of the contract.
        through: The run's day: what is dated later is not due, and days later than it are not given back yet.
        settlements: Of the line, in order of their days.
        paid: Document line -> minor units of it that were paid, before tax; a line that is not named was not paid.
    """

    convention: ProrationConvention
    rounding: RoundingMode
    through: date
    settlements: Sequence[Settlement] = ()
    paid: Mapping[str, int] = field(default_factory=dict)

    def is_due(self, charge: Charge) -> bool:
        """Whether a charge's invoice date has come."""
        return charge.invoice_date is not None and charge.invoice_date <= self.through

    def side_by_side_from(self) -> date | None:
        """The first day from which a change gives nothing back, or None."""
        return next((one.since for one in self.settlements if one.credit == "none"), None)

    def settled_parts(self, days: Period) -> Iterator[tuple[Period, Settlement | None]]:
        """Cut days where another change settles them; days that are not reached, or not settled yet, are left out."""
        if days.start > self.through:
            return
        edges = [days.start, *(one.since for one in self.settlements if days.start < one.since < days.end), days.end]
        for start, end in pairwise(edges):
            if start >= end:
                continue
            settlement = self._settlement(start)
            reached = max(start, settlement.settle_on) if settlement is not None else start
            if reached <= self.through:
                yield Period(start=start, end=end), settlement

    def _settlement(self, day: date) -> Settlement | None:
        return next((one for one in reversed(self.settlements) if one.since <= day), None)

    def credit_of(self, piece: StandingPiece, days: Period) -> int:
        """What some days of a piece are worth, in minor units, before any cap."""
        if self.convention.credit_basis == "as_paid":
            return self._alone(self.paid.get(piece.line.id, 0), days, piece.service)
        if self.convention.credit_rounding == "each":
            return self._alone(piece.value, days, piece.service)
        return piece.amount(days, self.convention, self.rounding)

    def _alone(self, minor: int, days: Period, service: Period) -> int:
        """The share of some days, rounded alone."""
        unit = self.convention.unit
        taken = elapsed(unit, service.start, days.end) - elapsed(unit, service.start, days.start)
        whole = elapsed(unit, service.start, service.end)
        if not whole:
            return minor if days.end >= service.end else 0  # no day counts: all lies at the end
        share = taken / whole
        return round_ratio(minor * share.numerator, share.denominator, self.rounding)

    def paid_rest(self, piece: StandingPiece) -> int:
        """What was paid of a piece and not given back, in minor units."""
        lines = [piece.line, *piece.additions]
        return max(0, sum(self.paid.get(one.id, 0) - piece.credited.get(one.id, 0) for one in lines))


@dataclass(frozen=True, kw_only=True)
class CreditRules:
    """How every line of a contract is compared and credited; fields as in `CreditTerms`, settlements of all lines."""

    convention: ProrationConvention
    rounding: RoundingMode
    through: date
    settlements: Sequence[Settlement] = ()
    paid: Mapping[str, int] = field(default_factory=dict)

    def of(self, line: str) -> CreditTerms:
        """The terms of one line."""
        return CreditTerms(
            convention=self.convention,
            rounding=self.rounding,
            through=self.through,
            settlements=[one for one in self.settlements if one.line == line],
            paid=self.paid,
        )
