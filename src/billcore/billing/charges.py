"""What one row costs: one rated amount for one line, component and service period, rounded here, once.

Source: rules 3 (line stage) and 2 (price periods). Discounts are taken in order, each on the rest. Where several
billing periods share one price period, a row is the difference of rounded cumulatives, so that they sum to the price.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from billcore.billing.scheduling import ScheduleRow, cadence, price_periods_per_row
from billcore.billing.workings import charge_steps
from billcore.contract.contract import Contract
from billcore.contract.resolution import ResolvedLine
from billcore.core.errors import LimitExceeded, NotApplicable
from billcore.core.exact import MONEY_DIGITS
from billcore.core.ratio import ZERO, Ratio, plus, times
from billcore.core.steps import Step
from billcore.core.value import Value
from billcore.money.allocation import split_by_weight
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits
from billcore.money.rounding import round_ratio
from billcore.periods.boundaries import PeriodPart
from billcore.periods.period import Period
from billcore.pricing.rating import exact_amount
from billcore.pricing.reductions import ResolvedDiscount, after_discounts, applies, in_stub
from billcore.proration.convention import ProrationConvention
from billcore.proration.shares import share
from billcore.usage.measured import Measured

# Money has at most 14 digits before the point, so that 64 bits hold it at 4 decimals. Source: rules 1.
LARGEST = 10**MONEY_DIGITS


class Charge(Value, frozen=True, kw_only=True):
    """One rated amount.

    Attributes:
        contract, component, service, invoice_date: Which piece it is.
        line: The resolved line; its table and discounts made the amount.
        row: The row of the schedule that it fills.
        quantity: Units that were rated, as plain text.
        shares: Share of each part of the row, as exact ratios.
        discounts: The discounts that applied, in order.
        exact_gross, exact_net: Unrounded amounts of this row, in major units.
        gross_minor, net_minor: Rounded before and after the line's discounts, in minor units of the line's currency.
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
    def terms(self) -> str:
        """What made the amount: the line's resolved terms, and the counted usage where it is metered."""
        return f"{self.line.terms[:20]}:{self.quantity}" if self.component == "usage" else self.line.terms[:20]

    @property
    def steps(self) -> tuple[Step, ...]:
        """How the amount was reached, from the price to the rounding."""
        return charge_steps(self)


def fixed_charges(contract: Contract, line: ResolvedLine, rows: Sequence[ScheduleRow]) -> list[Charge]:
    """Charge the rows of a line whose quantity is agreed.

    Args:
        contract: For its proration convention.
        line: Resolved; component ``recurring``, ``one_time`` or ``milestone``.
        rows: All rows of the line, in order, also those not yet due: cumulative rounding and counted discounts need
            them.

    Returns: one charge per row, in order.
    Rounding: each charge once, at the currency's minor unit, by the contract's mode; on the cumulative within a price
        period that holds several rows.
    Source: rules 2 and 3.
    """
    price = exact_amount(line.method, Measured(quantity=line.quantity or "1"))
    if line.component == "milestone":
        return _milestone_charges(line, rows, price)
    if line.per is not None and line.per.unit == "term":
        return _term_charges(contract, line, rows, price)
    shares = [_row_shares(row, contract.proration) for row in rows]
    gross = [_row_amount(line, row, part, price, contract.proration) for row, part in zip(rows, shares, strict=True)]
    return _rounded(contract.proration, line, rows, shares, gross)


def _term_charges(contract: Contract, line: ResolvedLine, rows: Sequence[ScheduleRow], price: Ratio) -> list[Charge]:
    """A price for the whole term: each row has the part of it that its length has in all rows."""
    even = contract.proration.revised(denominator="full_period")
    shares = [_row_shares(row, even) for row in rows]
    weight = _sum(part for parts in shares for part in parts)
    if weight[0] == 0:
        raise NotApplicable(
            "period-counts-nothing",
            found=f"no day in {line.period} by the day count {contract.proration.unit}",
            expected="a line with at least one day that counts",
            path=f"contract {line.contract}, line {line.id}",
        )
    per_row = times(price, (weight[1], weight[0]))
    return _rounded(contract.proration, line, rows, shares, [times(per_row, _sum(parts)) for parts in shares])


def usage_charges(
    contract: Contract, line: ResolvedLine, rows: Sequence[ScheduleRow], quantities: Mapping[date, str]
) -> tuple[list[Charge], list[ScheduleRow]]:
    """Charge the rows of a metered line whose usage is known.

    Args:
        contract: For its proration convention: an amount off is for a full billing period.
        quantities: Start of the service period -> quantity as plain text. Metered quantity is never prorated.

    Returns: charges in order, and the rows without usage (absent is not zero).
    """
    known = [row for row in rows if row.service.start in quantities]
    missing = [row for row in rows if row.service.start not in quantities]
    gross = [exact_amount(line.method, Measured(quantity=quantities[row.service.start])) for row in known]
    whole: list[tuple[Ratio, ...]] = [()] * len(known)
    texts = [quantities[row.service.start] for row in known]
    return _rounded(contract.proration, line, known, whole, gross, texts), missing


def _row_shares(row: ScheduleRow, convention: ProrationConvention) -> tuple[Ratio, ...]:
    return tuple((1, 1) if part.is_whole else _share(part, row, convention) for part in row.parts)


def _share(part: PeriodPart, row: ScheduleRow, convention: ProrationConvention) -> Ratio:
    """The share that a part takes, of its full period or, price period by price period, of those that it touches."""
    if convention.denominator != "price_period" or convention.unit == "none" or not row.price_periods:
        found = share(part.service, part.full, convention, price_period=part.full)
        return found.numerator, found.denominator
    total = ZERO
    for whole in row.price_periods:
        start, end = max(part.service.start, whole.start), min(part.service.end, whole.end)
        if start < end:
            found = share(Period(start=start, end=end), whole, convention, price_period=whole)
            total = plus(total, (found.numerator, found.denominator))
    return total


def _row_amount(
    line: ResolvedLine, row: ScheduleRow, shares: Sequence[Ratio], price: Ratio, convention: ProrationConvention
) -> Ratio:
    """The exact amount of a row: whole periods at the price of one, parts at what the denominator goes with."""
    per_period = times(price, price_periods_per_row(line, cadence(line)))
    total = ZERO
    for part, taken in zip(row.parts, shares, strict=True):
        amount = per_period if part.is_whole else _prorated_amount(line, row, price, per_period, convention)
        total = plus(total, times(amount, taken))
    return total


def _prorated_amount(
    line: ResolvedLine, row: ScheduleRow, price: Ratio, per_period: Ratio, convention: ProrationConvention
) -> Ratio:
    """The amount that a share is taken of.

    Source: rules 2 and 4 (12,000 a year monthly, 10 of 31 days: 1,000 x 10/31, or 12,000 x 10/365 by price period).
    """
    if convention.denominator == "full_period" or convention.unit == "none":
        return per_period
    if convention.denominator == "price_period":
        return price if row.price_period is not None else per_period
    months = (line.per or line.every).months
    if not months:
        raise NotApplicable(
            "denominator-does-not-fit",
            found=f"denominator {convention.denominator} on a price per {line.per or line.every}",
            expected="a price per month, quarter or year",
            path=f"contract {line.contract}, line {line.id}",
        )
    return times(price, (1 if convention.denominator == "30" else 12, months))


def _sum(parts: Iterable[Ratio]) -> Ratio:
    total = ZERO
    for part in parts:
        total = plus(total, part)
    return total


def _rounded(
    convention: ProrationConvention,
    line: ResolvedLine,
    rows: Sequence[ScheduleRow],
    shares: Sequence[tuple[Ratio, ...]],
    gross: Sequence[Ratio],
    quantities: Sequence[str] | None = None,
) -> list[Charge]:
    """Take the discounts and round: each row alone, or on the cumulative within its price period."""
    unit, charges, counted = 10 ** minor_digits(line.currency), [], 0
    group, gross_to_date, net_to_date = None, ZERO, ZERO
    for number, row in enumerate(rows):
        applied = tuple(_for_row(d, row, convention) for d in line.discounts if applies(d, row.service.start, counted))
        net = after_discounts(_not_negative(gross[number], line), applied)
        if row.price_period is None or row.price_group != group:
            group, gross_to_date, net_to_date = row.price_group, ZERO, ZERO
        gross_through, net_through = plus(gross_to_date, gross[number]), plus(net_to_date, net)
        charges.append(
            Charge(
                contract=line.contract,
                line=line,
                row=row,
                component=row.component,
                service=row.service,
                invoice_date=row.invoice_date,
                quantity=quantities[number] if quantities is not None else line.quantity,
                shares=shares[number],
                discounts=applied,
                exact_gross=gross[number],
                exact_net=net,
                gross_minor=_difference(gross_to_date, gross_through, unit, line),
                net_minor=_difference(net_to_date, net_through, unit, line),
            )
        )
        gross_to_date, net_to_date = gross_through, net_through
        counted += gross[number][0] > 0
    return charges


def _not_negative(gross: Ratio, line: ResolvedLine) -> Ratio:
    """Refuse a charge below zero: it needs a policy, and there is none yet. Source: rules 3 (``refuse``)."""
    if gross[0] < 0:
        raise NotApplicable(
            "charge-negative",
            found=f"{gross[0]}/{gross[1]} {line.currency}",
            expected="0 or more",
            path=f"contract {line.contract}, line {line.id}",
            hint="Write a reduction as a discount; what was billed too high is given back by difference.",
        )
    return gross


def _for_row(discount: ResolvedDiscount, row: ScheduleRow, convention: ProrationConvention) -> ResolvedDiscount:
    """Scale an amount off to a stub: it is for a full billing period. Source: rules 3 (what proration scales)."""
    if not discount.amount_numerator or (all(part.is_whole for part in row.parts) and len(row.parts) == 1):
        return discount
    even = convention.revised(denominator="full_period")
    return in_stub(discount, _sum(_row_shares(row, even)))


def _difference(before: Ratio, through: Ratio, unit: int, line: ResolvedLine) -> int:
    if through[0] >= through[1] * LARGEST:
        raise LimitExceeded(
            "amount-too-large",
            found=f"a charge of 1E{MONEY_DIGITS} {line.currency} or more",
            expected=f"at most {MONEY_DIGITS} digits before the point",
            path=f"contract {line.contract}, line {line.id}",
            hint="Look at the quantity and the price: one of them has too many digits.",
        )
    done = round_ratio(through[0] * unit, through[1], line.rounding)
    return done - round_ratio(before[0] * unit, before[1], line.rounding) if before[0] else done


def _milestone_charges(line: ResolvedLine, rows: Sequence[ScheduleRow], price: Ratio) -> list[Charge]:
    """The whole price is rounded once, then split over the milestones by largest remainder."""
    unit = 10 ** minor_digits(line.currency)
    applied = tuple(d for d in line.discounts if applies(d, line.period.start, 0))
    net = after_discounts(_not_negative(price, line), applied)
    weights = [weight for _, weight in line.milestones]
    gross_parts = split_by_weight(round_ratio(price[0] * unit, price[1], line.rounding), weights)
    net_parts = split_by_weight(round_ratio(net[0] * unit, net[1], line.rounding), weights)
    return [
        Charge(
            contract=line.contract,
            line=line,
            row=row,
            component=row.component,
            service=row.service,
            invoice_date=row.invoice_date,
            quantity=line.quantity,
            shares=((weights[row.ordinal], sum(weights)),),
            discounts=applied,
            exact_gross=price,
            exact_net=net,
            gross_minor=gross_parts[row.ordinal],
            net_minor=net_parts[row.ordinal],
        )
        for row in rows
    ]
