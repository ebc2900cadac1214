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
from billcore.core.errors import MissingInput
from billcore.money.amount import Amount
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
        list_price: What a full billing period of the line costs today, in minor units; None where nobody said.
    """

    convention: ProrationConvention
    rounding: RoundingMode
    through: date
    settlements: Sequence[Settlement] = ()
    paid: Mapping[str, int] = field(default_factory=dict)
    list_price: int | None = None

    def is_due(self, charge: Charge) -> bool:
        """Whether a charge's invoice date has come."""
        return charge.invoice_date is not None and charge.invoice_date <= self.through

    def side_by_side_from(self) -> date | None:
        """The first day from which a change gives nothing back, or None."""
        return next((one.since for one in self.settlements if one.credit == "none"), None)

    def looks_back_at(self, piece: StandingPiece) -> bool:
        """Whether the run is of a day before the piece was billed: such a run takes nothing back."""
        return piece.line.invoice_date > self.through

    def keeps_for_later(self, piece: StandingPiece) -> bool:
        """Whether days that stand are kept for the same terms of a later row; not where a credit comes at once."""
        return self.convention.credit_when == "reached" or self.looks_back_at(piece)

    def settled_parts(self, days: Period, piece: StandingPiece) -> Iterator[tuple[Period, Settlement | None]]:
        """Cut days where another change settles them; days that are not reached, or not settled yet, are left out.

        Where each credit is rounded alone, days are cut only where a change gives back otherwise: a cut costs a cent.
        """
        looks_ahead = not self.keeps_for_later(piece)
        if days.start > self.through and not looks_ahead:
            return
        edges = [days.start, *(one.since for one in self.settlements if days.start < one.since < days.end), days.end]
        part: tuple[Period, Settlement | None] | None = None
        for start, end in pairwise(edges):
            settlement = self._settlement(start)
            waits = settlement is not None and settlement.settle_on > max(settlement.since, self.through)
            if start >= end or waits or not (start <= self.through or looks_ahead):
                continue
            if part is not None and part[0].end == start and self._goes_on(part[1], settlement):
                part = Period(start=part[0].start, end=end), part[1]
                continue
            if part is not None:
                yield part
            part = Period(start=start, end=end), settlement
        if part is not None:
            yield part

    def _goes_on(self, one: Settlement | None, other: Settlement | None) -> bool:
        """Whether one line can give back the days of two changes."""
        policies = {"credit" if change is None else change.credit for change in (one, other)}
        return self.convention.credit_rounding == "each" and len(policies) == 1

    def _settlement(self, day: date) -> Settlement | None:
        return next((one for one in reversed(self.settlements) if one.since <= day), None)

    def credit_of(self, piece: StandingPiece, days: Period) -> int:
        """What some days of a piece are worth, in minor units, before any cap.

        Raises: MissingInput ``credit-basis-missing``.
        """
        if self.convention.credit_basis == "list_price":
            if self.list_price is None:
                raise MissingInput(
                    "credit-basis-missing",
                    found=f"no list price of line {piece.line.line} for a credit of {days}",
                    expected="what a full billing period of it costs today, as credit_basis=list_price asks",
                    path=f"list_prices.{piece.line.line}",
                    hint="Pass list_prices={line: Amount}.",
                )
            full = piece.line.pace.full if piece.line.pace is not None else piece.service
            return self.alone(self.list_price, days, full)
        if self.convention.credit_basis == "as_paid":
            return self.alone(self.paid.get(piece.line.id, 0), days, piece.service)
        if self.convention.credit_rounding == "each":
            return self.alone(piece.value, days, piece.service)
        return piece.amount(days, self.convention.unit, self.rounding)

    def alone(self, minor: int, days: Period, service: Period) -> int:
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
    """How every line of a contract is compared and credited; fields as in `CreditTerms`, for all lines."""

    convention: ProrationConvention
    rounding: RoundingMode
    through: date
    settlements: Sequence[Settlement] = ()
    paid: Mapping[str, int] = field(default_factory=dict)
    list_prices: Mapping[str, Amount] = field(default_factory=dict)

    def of(self, line: str) -> CreditTerms:
        """The terms of one line."""
        return CreditTerms(
            convention=self.convention,
            rounding=self.rounding,
            through=self.through,
            settlements=[one for one in self.settlements if one.line == line],
            paid=self.paid,
            list_price=self.list_prices[line].minor if line in self.list_prices else None,
        )
