"""What one row of a billing schedule is: dates, before any amount."""

from __future__ import annotations

from datetime import date

from billcore.core.value import Value
from billcore.periods.boundaries import PeriodPart
from billcore.periods.period import Period


class ScheduleRow(Value, frozen=True, kw_only=True):
    """One row to be billed.

    Attributes:
        line, component: What it bills.
        service: The days it covers.
        parts: Its parts, each with the full untruncated billing period that is its denominator.
        price_period: The price period that it starts in, or None where the price is per billing period.
        price_periods: Every price period that a stub touches, in order; empty for a whole row.
        price_group: Which rows share a price period: its number, counted from the line's billing anchor.
        ordinal: Number of the row in its line, from 0.
        invoice_date: When it is due to be billed, or None for a milestone not yet reached.
        cycle: Number of the billing period in its line, from 0; rows that a change cut apart have the same.
        stretch: Which of the line's stretches it belongs to.
        before: What of its billing period lies before it, from the start of the full period.
        place: Number of whole billing periods between the start of the price period and its own.
    """

    line: str
    component: str
    service: Period
    parts: tuple[PeriodPart, ...]
    price_period: Period | None
    price_periods: tuple[Period, ...]
    price_group: int
    ordinal: int
    invoice_date: date | None
    cycle: int = 0
    stretch: int = 0
    before: tuple[PeriodPart, ...] = ()
    place: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether it is one full billing period."""
        return len(self.parts) == 1 and self.parts[0].is_whole
