"""What a charge is: one rated amount for one line, component and service period, with what made it."""

from __future__ import annotations

from datetime import date

from billcore.billing.schedule_row import ScheduleRow
from billcore.billing.workings import charge_steps
from billcore.contract.resolved import ResolvedLine
from billcore.core.canonical import digest
from billcore.core.ratio import ZERO, Ratio
from billcore.core.steps import Step
from billcore.core.value import Value
from billcore.money.amount import Amount
from billcore.periods.period import Period
from billcore.pricing.details import Detail
from billcore.pricing.reductions import ResolvedDiscount
from billcore.usage.measured import Measured


class Charge(Value, frozen=True, kw_only=True):
    """One rated amount.

    Attributes:
        contract, component, service, invoice_date: Which piece it is.
        line: The resolved line; its table and discounts made the amount.
        row: The row of the schedule that it fills.
        quantity: Units that were rated, as plain text.
        measured: What was measured of the period, where the price or its modifiers look at it; None where the quantity
            is agreed.
        shares: Share of each part of the row, as exact ratios.
        discounts: The discounts that applied, in order, scaled to the row.
        limit_share: Part of a full billing period that the row is, for the line's maximum and minimum.
        detail: The line of a price at grain ``segment`` that it is, else None.
        stage: What the contract stage took of it or, where the stage added it, how; in order.
        staged_minor: What the contract stage took of it, in minor units.
        carried: What earlier charges left below zero and this one bears; exact, in major units, 0 or less.
        exact_before: What the net was rounded behind: the cumulative of its price period where it begins, exact.
        exact_gross, exact_net: Unrounded amounts of this row, in major units: the price, and what is left of it.
        gross_minor, net_minor: Rounded before and after all discounts, in minor units of the line's currency.
    """

    IDENTITY = ("contract", "line_id", "component", "service", "terms")

    contract: str
    line: ResolvedLine
    row: ScheduleRow
    component: str
    service: Period
    invoice_date: date | None
    quantity: str
    shares: tuple[Ratio, ...]
    discounts: tuple[ResolvedDiscount, ...]
    limit_share: Ratio = (1, 1)
    carried: Ratio = ZERO
    measured: Measured | None = None
    detail: Detail | None = None
    stage: tuple[Step, ...] = ()
    staged_minor: int = 0
    exact_before: Ratio = ZERO
    exact_gross: Ratio
    exact_net: Ratio
    gross_minor: int
    net_minor: int

    @property
    def line_id(self) -> str:
        """The contract line."""
        return self.line.id

    @property
    def gross(self) -> Amount:
        """Rounded, before the line's discounts."""
        return Amount(minor=self.gross_minor, currency=self.line.currency)

    @property
    def net(self) -> Amount:
        """Rounded, after the line's discounts."""
        return Amount(minor=self.net_minor, currency=self.line.currency)

    @property
    def discount(self) -> Amount:
        """As shown beside the charge: rounded gross minus rounded net."""
        return self.gross - self.net

    @property
    def kind(self) -> str:
        """The component without what tells its pieces apart: ``usage`` of ``usage:region=eu``."""
        return self.component.partition(":")[0]

    @property
    def terms(self) -> str:
        """What made the amount: the line's resolved terms, and the counted usage where it is metered."""
        terms = self.line.terms[:20]
        if self.measured is None:
            return terms
        is_bare = self.measured == Measured(quantity=self.measured.quantity)
        return f"{terms}:{self.quantity if is_bare else digest(self.measured)[:20]}"

    @property
    def steps(self) -> tuple[Step, ...]:
        """How the amount was reached, from the price to the rounding."""
        return charge_steps(self)
