"""What is earned when: rows by accounting month or day, that add up to the transaction price or do not exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from billcore.billing.charge import Charge
from billcore.core.errors import InvariantBroken
from billcore.core.steps import Step
from billcore.core.value import Value
from billcore.money.amount import Amount, total
from billcore.money.rounding import RoundingMode, round_ratio
from billcore.periods.period import Period
from billcore.revrec.allocations import Allocation
from billcore.revrec.progress import month_end, progress


class RevenueRow(Value, frozen=True, kw_only=True):
    """Revenue of one obligation at one posting date.

    Attributes:
        contract, obligation, treatment: Whose.
        posting_date: When it is posted: the month's last day, or the day of delivery.
        earned: The days in which it was earned.
        amount_minor: Entitled to date minus recognized before, in minor units; may be negative.
        entitled_minor: Entitled to date, this row included.
        allocated_minor: The obligation's part of the price, or the usage that was rated.
        catch_up_minor: The part of the amount that belongs to earlier dates.
        currency: Of all of them.
        part, whole, unit, what: The progress to date behind it.
        number: Rows of the obligation before it.
        lines: Contract lines of the obligation: what is billed of them is billed of it.
    """

    IDENTITY = ("contract", "obligation", "number")

    contract: str
    obligation: str
    treatment: str
    posting_date: date
    earned: Period
    amount_minor: int
    entitled_minor: int
    allocated_minor: int
    catch_up_minor: int
    currency: str
    part: int
    whole: int
    unit: str
    what: str
    number: int = 0
    lines: tuple[str, ...] = ()

    @property
    def amount(self) -> Amount:
        """Entitled to date minus recognized before."""
        return Amount(minor=self.amount_minor, currency=self.currency)

    @property
    def entitled(self) -> Amount:
        """Entitled to date, this row included."""
        return Amount(minor=self.entitled_minor, currency=self.currency)

    @property
    def allocated(self) -> Amount:
        """The obligation's part of the price, or the usage that was rated."""
        return Amount(minor=self.allocated_minor, currency=self.currency)

    @property
    def catch_up(self) -> Amount:
        """The part of the amount that belongs to earlier dates."""
        return Amount(minor=self.catch_up_minor, currency=self.currency)

    @property
    def steps(self) -> tuple[Step, ...]:
        """How the amount was reached."""
        before = self.entitled - self.amount
        if self.treatment == "as_used":
            first = f"{self.what}: rated {self.amount}"
        else:
            first = f"{self.what}: {self.allocated} x {self.part}/{self.whole} {self.unit} = {self.entitled} to date"
        inputs = (("allocated", str(self.allocated)), ("progress", f"{self.part}/{self.whole} {self.unit}"))
        numerator, denominator = self.allocated_minor * self.part, max(self.whole, 1)
        steps = [Step(rule="entitled", text=first, inputs=inputs, numerator=numerator, denominator=denominator)]
        text = f"{self.entitled} entitled to date - {before} recognized before = {self.amount}"
        if self.catch_up_minor:
            text += f", of which {self.catch_up} for earlier dates"
        steps.append(Step(rule="recognized", text=text, numerator=self.amount_minor, denominator=1))
        return tuple(steps)


class RevenueSchedule(Value, frozen=True, kw_only=True):
    """Everything a contract will earn, as far as it is known.

    Attributes:
        price: Fixed transaction price.
        allocations: By obligation.
        rows: By posting date; zero rows left out.
        unscheduled: Obligation -> amount that waits for a delivery or a milestone.
        usage: Rated usage in the rows.
    """

    contract: str
    price: Amount
    allocations: tuple[Allocation, ...]
    rows: tuple[RevenueRow, ...]
    unscheduled: tuple[tuple[str, Amount], ...]
    usage: Amount

    def __post_init__(self) -> None:
        scheduled = sum(row.amount_minor for row in self.rows) + sum(amount.minor for _, amount in self.unscheduled)
        if scheduled != self.price.minor + self.usage.minor:
            raise InvariantBroken(
                "revenue-schedule-mismatch",
                found=f"a schedule of {scheduled} minor units",
                expected=f"{self.price} fixed and {self.usage} usage",
                path=f"contract {self.contract}",
            )


def revenue_schedule(
    contract: str,
    allocations: Sequence[Allocation],
    charges: Sequence[Charge],
    delivered: Mapping[str, Mapping[str, date]],
    *,
    currency: str,
    mode: RoundingMode,
) -> RevenueSchedule:
    """Schedule a contract's revenue.

    Args:
        allocations: The transaction price by obligation.
        charges: All charges; usage is earned in its own service period.
        delivered: Line -> milestone id -> day reached; the empty id is the whole.

    Rounding: each row on the cumulative, by the contract's mode.
    Raises: NotApplicable ``service-months-not-whole``; InvariantBroken ``revenue-schedule-mismatch``.
    Source: rules 7.
    """
    rows: list[RevenueRow] = []
    unscheduled = []
    for one in allocations:
        if one.obligation.treatment == "as_used":
            rows.extend(_usage_rows(one, charges))
            continue
        mine = _fixed_rows(one, delivered, mode)
        rows.extend(mine)
        left = one.amount.minor - sum(row.amount_minor for row in mine)
        if left:
            unscheduled.append((one.obligation.id, Amount(minor=left, currency=currency)))
    rows.sort(key=lambda row: (row.posting_date, row.obligation))
    usage = total(tuple(charge.net for charge in charges if charge.line.component == "usage"), currency)
    price = total(tuple(one.amount for one in allocations), currency)
    return RevenueSchedule(
        contract=contract,
        price=price,
        allocations=tuple(allocations),
        rows=tuple(rows),
        unscheduled=tuple(unscheduled),
        usage=usage,
    )


def _fixed_rows(one: Allocation, delivered: Mapping[str, Mapping[str, date]], mode: RoundingMode) -> list[RevenueRow]:
    reached: dict[str, date] = {}
    for line in one.obligation.lines:
        reached.update(delivered.get(line) or {})
    rows: list[RevenueRow] = []
    before, currency = 0, one.amount.currency
    for point in progress(one.obligation, reached):
        entitled = round_ratio(one.amount.minor * point.part, point.whole, mode)
        rows.append(
            RevenueRow(
                contract=one.obligation.contract,
                obligation=one.obligation.id,
                treatment=one.obligation.treatment,
                posting_date=point.posting_date,
                earned=point.earned,
                amount_minor=entitled - before,
                entitled_minor=entitled,
                allocated_minor=one.amount.minor,
                catch_up_minor=0,
                currency=currency,
                part=point.part,
                whole=point.whole,
                unit=point.unit,
                what=point.what,
                number=len(rows),
                lines=one.obligation.lines,
            )
        )
        before = entitled
    return [row for row in rows if row.amount_minor]


def _used(charge: Charge) -> str:
    if charge.kind != "usage":  # what the contract stage adds to a metered line
        return f"{charge.kind.replace('_', '-')} of {charge.service}"
    return f"usage of {charge.service}, {charge.quantity} units"


def _usage_rows(one: Allocation, charges: Sequence[Charge]) -> list[RevenueRow]:
    rows: list[RevenueRow] = []
    to_date, currency = 0, one.amount.currency
    mine = [charge for charge in charges if charge.line.component == "usage" and charge.line_id in one.obligation.lines]
    for charge in sorted(mine, key=lambda charge: (charge.service.end, charge.line_id)):
        to_date += charge.net_minor
        rows.append(
            RevenueRow(
                contract=charge.contract,
                obligation=one.obligation.id,
                treatment="as_used",
                posting_date=month_end(charge.service.last_day),
                earned=charge.service,
                amount_minor=charge.net_minor,
                entitled_minor=to_date,
                allocated_minor=charge.net_minor,
                catch_up_minor=0,
                currency=currency,
                part=1,
                whole=1,
                unit="service period",
                what=_used(charge),
                number=len(rows),
                lines=one.obligation.lines,
            )
        )
    return [row for row in rows if row.amount_minor]
