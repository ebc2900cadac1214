"""What one amount to bill or to give back is, and which line it touches."""

from __future__ import annotations

from datetime import date

from billcore.billing.billed import BilledLine
from billcore.billing.charge import Charge
from billcore.billing.pace import Pace
from billcore.core.value import Value
from billcore.money.amount import Amount
from billcore.periods.period import Period


class Difference(Value, frozen=True, kw_only=True):
    """One amount to bill or to give back.

    Attributes:
        charge: What should stand, or None where the piece is withdrawn whole.
        amount: Positive to bill; negative to give back.
        corrects: The standing line that a negative amount reduces, or the memo line whose amount is billed again; None
            for what is billed, and for what a price gives back that no line ever billed.
        number: How many lines of the piece stood before: it keeps the ids of repeated corrections apart.
        service: The days that are charged or given back, where they are not those of the charge or of the line.
        adds_to: The standing line whose amount is raised, for the same days; else empty.
        on: Invoice date of a charge for days that never stood billed; None dates it by its number.
        pace: How the amount runs over its days; None where evenly.
    """

    charge: Charge | None
    amount: Amount
    corrects: BilledLine | None
    number: int
    service: Period | None = None
    adds_to: str = ""
    on: date | None = None
    pace: Pace | None = None

    @property
    def is_first(self) -> bool:
        """Whether it bills days for the first time; anything else is a correction, dated with the run."""
        return self.on is not None or (self.number == 0 and self.service is None)

    @property
    def days(self) -> Period:
        """The service period of its document line."""
        if self.service is not None:
            return self.service
        if self.charge is not None and self.corrects is None:
            return self.charge.service
        assert self.corrects is not None
        return self.corrects.service
