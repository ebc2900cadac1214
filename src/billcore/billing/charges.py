"""What the rows of a line cost: every charge of a line, each rounded here, once.

Source: rules 3 (line stage) and 2 (price periods). Where several billing periods share one price period, a row is the
difference of rounded cumulatives, so that they sum to the price.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from billcore.billing.charge import Charge
from billcore.billing.charge_rounding import PricedPiece, rounded_charges, rounded_whole
from billcore.billing.line_counts import LineCounts
from billcore.billing.row_amounts import is_by_position, position_in_price, row_amount, row_shares, sum_of
from billcore.billing.schedule_row import ScheduleRow
from billcore.billing.term_shares import term_shares
from billcore.billing.usage_counts import continued, counted_measure
from billcore.billing.usage_pieces import pieces_of
from billcore.contract.contract import Contract
from billcore.contract.resolved import ResolvedLine
from billcore.core.errors import BillcoreError, NotApplicable
from billcore.core.ratio import Ratio, plus, times
from billcore.core.value import replaced
from billcore.money.allocation import split_by_weight
from billcore.pricing.methods import CumulativeMethod
from billcore.pricing.net_amounts import after_price
from billcore.pricing.reductions import applies
from billcore.pricing.signed_units import rated_units
from billcore.usage.measured import Measured

WHOLE: Ratio = (1, 1)


def fixed_charges(
    contract: Contract, line: ResolvedLine, rows: Sequence[ScheduleRow], counts: LineCounts | None = None
) -> list[Charge]:
    """Charge the rows of a line whose quantity is agreed.

    Args:
        contract: For its proration convention.
        line: Resolved; component ``recurring``, ``one_time`` or ``milestone``.
        rows: All rows of the stretch, in order, also those not yet due: cumulative rounding and counted discounts need
            them.
        counts: What the stretches before used of discounts; absent, nothing.

    Returns: one charge per row, in order.
    Rounding: each charge once, at the currency's minor unit, by the contract's mode; on the cumulative within a price
        period that holds several rows.
    Source: rules 2 and 3.
    """
    rated = rated_units(line.method, Measured(quantity=line.quantity or "1"), line.modifiers).rated
    price = (rated.numerator, rated.denominator)
    if line.component == "milestone":
        return _milestone_charges(line, rows, price)
    if line.per is not None and line.per.unit == "term":
        return _term_charges(contract, line, rows, price, counts)
    by_position = is_by_position(contract.proration)
    priced = []
    for row in rows:
        shares = row_shares(row, contract.proration)
        gross = row_amount(line, row, shares, price, contract.proration)
        position = position_in_price(line, row, price, contract.proration) if by_position else None
        priced.append(
            PricedPiece(
                row=row,
                component=row.component,
                quantity=line.quantity,
                shares=shares,
                gross=gross,
                position=position,
            )
        )
    return rounded_charges(contract.proration, line, priced, counts)


def _term_charges(
    contract: Contract,
    line: ResolvedLine,
    rows: Sequence[ScheduleRow],
    price: Ratio,
    counts: LineCounts | None,
) -> list[Charge]:
    """A price for the whole term: each row has the part of it that its length has in all rows that were agreed."""
    even = contract.proration.of_length
    weight, shares = term_shares(line, rows, even)
    if weight[0] == 0:
        raise NotApplicable(
            "period-counts-nothing",
            found=f"no day in {line.period} by the day count {contract.proration.unit}",
            expected="a line with at least one day that counts",
            path=f"contract {line.contract}, line {line.id}",
        )
    per_row = times(price, (weight[1], weight[0]))
    priced = [
        PricedPiece(
            row=row,
            component=row.component,
            quantity=line.quantity,
            shares=one.shares,
            gross=times(per_row, sum_of(one.shares)),
            position=times(per_row, one.before) if contract.proration.parts == "cumulative" else None,
        )
        for row, one in zip(rows, shares, strict=True)
    ]
    return rounded_charges(contract.proration, line, priced, counts)


def usage_charges(
    contract: Contract,
    line: ResolvedLine,
    rows: Sequence[ScheduleRow],
    quantities: Mapping[date, Measured],
    counts: LineCounts | None = None,
) -> tuple[list[Charge], list[ScheduleRow]]:
    """Charge the rows of a metered line whose usage is known.

    Args:
        contract: For its proration convention: an amount off, a maximum and a minimum are for a full billing period.
        quantities: Start of the service period -> what was measured. Metered quantity is never prorated.

    Returns: charges in order, and the rows without usage (absent is not zero). A price that counts from the start of
        the term cannot say what a row costs behind one whose usage is missing; such a row is told as missing too.
    """
    counts = counts if counts is not None else LineCounts()
    counts.begin(line)
    priced: list[PricedPiece] = []
    missing: list[ScheduleRow] = []
    for row in rows:
        told = quantities.get(row.service.start)
        measured = None if told is None else counted_measure(line, row, told, counts)
        if measured is None:
            missing.append(row)
            counts.is_broken = counts.is_broken or isinstance(line.method, CumulativeMethod)
            continue
        try:
            # A change cut the window, and its tiers go on where they were.
            is_continued = bool(measured.before) and not isinstance(line.method, CumulativeMethod)
            mine, units = continued(line, measured) if is_continued else (line, measured)
            found = pieces_of(mine, row, units)
            priced.extend((replaced(one, line=mine) for one in found) if is_continued else found)
        except BillcoreError as error:
            raise error.inside(f"usage.{line.id}.{row.service.start}") from None
    return rounded_charges(contract.proration, line, priced, counts), missing


def left_below_zero(charges: Sequence[Charge]) -> Ratio:
    """Give what the charges of a line leave below zero for charges that do not come any more; 0 or less.

    >>> left_below_zero([])
    (0, 1)
    """
    last = {charge.component: charge for charge in charges}
    total: Ratio = (0, 1)
    for charge in last.values():
        left = plus(charge.exact_gross, charge.carried)
        if left[0] < 0:
            total = plus(total, left)
    return total


def _milestone_charges(line: ResolvedLine, rows: Sequence[ScheduleRow], price: Ratio) -> list[Charge]:
    """The whole price is rounded once, then split over the milestones by largest remainder."""
    applied = tuple(d for d in line.discounts if applies(d, line.period.start, 0))
    net = after_price(price, applied, line.modifiers, WHOLE, path=line.path).net
    weights = [weight for _, weight in line.milestones]
    gross_parts = split_by_weight(rounded_whole(price, line), weights)
    net_parts = split_by_weight(rounded_whole(net, line), weights)
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
