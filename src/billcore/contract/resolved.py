"""What a resolved contract holds: a line for each stretch of days on which nothing of it changes, in plain values."""

from __future__ import annotations

from datetime import date

from billcore.contract.lines import Billed
from billcore.contract.settlement import Settlement
from billcore.core.value import Value
from billcore.money.rounding import RoundingMode
from billcore.periods.boundaries import Leading
from billcore.periods.day_count import DayCount
from billcore.periods.frequency import Frequency
from billcore.periods.grid import Grid
from billcore.periods.period import Period
from billcore.periods.stubs import StubConvention
from billcore.pricing.methods import Method
from billcore.pricing.reductions import ResolvedDiscount
from billcore.pricing.resolved_modifiers import ResolvedModifiers
from billcore.proration.convention import CreditBasis, CreditCap, CreditRounding


class Cut(Value, frozen=True, kw_only=True):
    """How a line is cut into billing periods.

    Attributes:
        since: First day that is cut in this way.
        grid: The boundaries.
        stub: What becomes of a rest.
        end: The agreed exclusive end: a rest there may join the period before it.
        origin: The day from which periods are numbered.
        leading: What a rest at the beginning is a part of.
    """

    LATER = ("leading",)

    since: date
    grid: Grid
    stub: StubConvention
    end: date
    origin: date
    leading: Leading = "anchored"


class ResolvedLine(Value, frozen=True, kw_only=True):
    """A contract line as dates and integers.

    Attributes:
        meter: What its usage records are of, or empty.
        component: ``recurring``, ``usage``, ``one_time`` or ``milestone``.
        every: Billing frequency.
        per: Price period, or None where the price is per billing period.
        method: What rating works on.
        modifiers: The steps before and after the price.
        quantity: Agreed quantity as plain text; empty where it is metered.
        milestones: (id, weight) in the order written; weights are percent at one integer scale.
        terms: Hash of what makes the price: method, quantity, discounts, rounding.
        price_origin: The entry of the price book that the price was taken from, in words; else empty.
        stretch: Number of the stretch of the line that this is, from 0; a line that never changes has one.
        plan: The days that the line was agreed for; None means its period.
        known_on: Day on which these terms became known, or None where they were agreed at the start.
        settle_on: Day before which what begins here within a billing period is not invoiced, or None.
        is_continued: Whether usage of the window before the stretch counts for its tiers.
        is_waived: Whether usage of the window that closes with the stretch is waived.
        closed_on: Day on which an amendment that ends these days became known, or None where they end as agreed.
        close_on: Day before which what ends here within a billing period, in arrears, is not invoiced, or None.
        cut: How it is cut into billing periods; None where it is billed once.
    """

    LATER = (
        "price_origin",
        "stretch",
        "plan",
        "known_on",
        "settle_on",
        "is_continued",
        "is_waived",
        "closed_on",
        "close_on",
        "cut",
    )

    contract: str
    id: str
    sku: str
    name: str
    meter: str
    component: str
    billed: Billed
    period: Period
    every: Frequency
    per: Frequency | None
    method: Method
    modifiers: ResolvedModifiers
    quantity: str
    discounts: tuple[ResolvedDiscount, ...]
    milestones: tuple[tuple[str, int], ...]
    rounding: RoundingMode
    currency: str
    obligation: str
    terms: str
    price_origin: str = ""
    stretch: int = 0
    plan: Period | None = None
    known_on: date | None = None
    settle_on: date | None = None
    is_continued: bool = False
    is_waived: bool = False
    closed_on: date | None = None
    close_on: date | None = None
    cut: Cut | None = None

    @property
    def agreed(self) -> Period:
        """The days that the line was agreed for; a price for the term is for these."""
        return self.plan if self.plan is not None else self.period

    @property
    def path(self) -> str:
        """Where it stands, for errors."""
        return f"contract {self.contract}, line {self.id}"


class CreditConvention(Value, frozen=True, kw_only=True):
    """How a credit for unused days is made, as `explain` tells it: fields of the contract's proration convention."""

    unit: DayCount = "day"
    basis: CreditBasis = "as_billed"
    rounding: CreditRounding = "cumulative"
    cap: CreditCap = "rest"


class ResolvedContract(Value, frozen=True, kw_only=True):
    """A contract as dates and integers.

    Attributes:
        id, customer, entity, currency: As written.
        term: The contract's term, as amended and as renewed as far as was asked for.
        lines: Resolved, in the order written; a line that changed stands once for each stretch, in order of its days.
        settlements: How days that changes withdraw are settled, line by line, in order of their days.
        extended: (line, day, known): days of the line from ``day`` on were added later, on the day ``known``.
        amended: Ids of the amendments that were known and accepted.
        idle: (amendment id, number of the change in it) of each change that changes nothing.
        credited: How a credit for unused days is made.
    """

    id: str
    customer: str
    entity: str
    currency: str
    term: Period
    rounding: RoundingMode
    lines: tuple[ResolvedLine, ...]
    settlements: tuple[Settlement, ...] = ()
    extended: tuple[tuple[str, date, date], ...] = ()
    amended: tuple[str, ...] = ()
    idle: tuple[tuple[str, int], ...] = ()
    credited: CreditConvention = CreditConvention()

    def line(self, line_id: str) -> ResolvedLine:
        """The first stretch of the line of that id; ids come from the same contract, so it is there."""
        return next(line for line in self.lines if line.id == line_id)

    def by_line(self) -> dict[str, list[ResolvedLine]]:
        """The stretches of each line, in the order of the lines."""
        found: dict[str, list[ResolvedLine]] = {}
        for line in self.lines:
            found.setdefault(line.id, []).append(line)
        return found
