"""How the priced rows of a line become charges: discounts in their time, limits, one rounding each.

Source: rules 3: a discount counts the line's billing periods with a charge; an amount off, a maximum and a minimum are
for a full billing period; what an amount off did not find, and what is below zero, may be carried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from billcore.billing.charge import Charge
from billcore.billing.line_counts import LineCounts
from billcore.billing.row_amounts import row_shares, sum_of
from billcore.billing.schedule_row import ScheduleRow
from billcore.contract.resolved import ResolvedLine
from billcore.core.ratio import ZERO, Ratio, is_equal, is_less, minus, minus_not_below_zero, plus, times
from billcore.core.value import Value
from billcore.money.currency import minor_digits
from billcore.money.rounding import round_ratio
from billcore.money.size import check_amount_size
from billcore.pricing.details import Detail
from billcore.pricing.net_amounts import NetAmount, after_price, before_discounts
from billcore.pricing.reductions import ResolvedDiscount, applies, in_stub, split_at_end, with_unused
from billcore.pricing.segments import segments_of
from billcore.pricing.signed_units import RatedUnits
from billcore.proration.convention import ProrationConvention
from billcore.usage.measured import Measured

WHOLE: Ratio = (1, 1)


class PricedPiece(Value, frozen=True, kw_only=True):
    """A row, or a piece of one, with its exact price.

    Attributes:
        row, component: What is priced.
        quantity: Units, as plain text.
        measured: What was measured; None where the quantity is agreed.
        shares: Share of each part of the row.
        gross: Exact price, in major units.
        units: What was rated, with its parts, for charges at grain ``segment``; None where the quantity is agreed.
        position: What all days before the row come to from the start of its price period, where rows are differences
            of cumulatives of time; None where each is rounded alone or on the rows before it.
        line: What rated it, where that is not the line itself: units that go on in the tiers of a window cut by a
            change.
    """

    row: ScheduleRow
    component: str
    quantity: str
    shares: tuple[Ratio, ...]
    gross: Ratio
    measured: Measured | None = None
    units: RatedUnits | None = None
    position: Ratio | None = None
    line: ResolvedLine | None = None

    @property
    def is_returned(self) -> bool:
        """Whether an amount below zero takes back what units were charged."""
        return self.units is not None and self.units.is_returned


# For each piece of the line and each of its discounts: what an amount off did not find.
_Unused: TypeAlias = dict[tuple[str, int], Ratio]


class _Cumulative:
    """Where the rounding of a line stands: what came to before, within the price period that rows share."""

    def __init__(self) -> None:
        self.group: int | None = None
        self.gross: Ratio = ZERO
        self.net: Ratio = ZERO
        # Whether nothing but the price came to it: no limit, nothing that was carried.
        self.is_even = True

    def move_to(self, one: PricedPiece, shown: Ratio, net: Ratio) -> None:
        """Move to where a piece begins: behind the piece before it, or to its own position in time."""
        row = one.row
        if row.price_period is None or row.price_group != self.group:
            self.group, self.gross, self.net, self.is_even = row.price_group, ZERO, ZERO, True
        if one.position is None or is_equal(one.position, self.gross):
            return
        # Days that no row of this stretch covers count as if they cost what this row does; days that a long row holds
        # twice, as its own and as those of the period after it, do not.
        skipped = minus(one.position, self.gross)
        if shown[0] and (skipped[0] > 0 or self.is_even):
            self.net = plus(self.net, times(skipped, (net[0] * shown[1], net[1] * shown[0])))
        self.gross = one.position


def rounded_charges(
    convention: ProrationConvention,
    line: ResolvedLine,
    priced: Sequence[PricedPiece],
    counts: LineCounts | None = None,
) -> list[Charge]:
    """Take discounts and limits and round: each row alone, or on the cumulative of its price period.

    Args:
        counts: What the line's stretches before used of discounts and left below zero; moved on.

    Raises: NotApplicable ``charge-negative``; LimitExceeded ``amount-too-large``.
    """
    charges: list[Charge] = []
    counts = counts if counts is not None else LineCounts()
    stands = _Cumulative()
    for one in priced:
        share = _limit_share(line, one.row, convention)
        before, is_scaled = len(counts.charged - {one.row.cycle}), "discount" in convention.scaled
        numbers, applied = _applied(line, one, before, share, counts.unused, is_scaled=is_scaled)
        below = counts.below_zero.get(one.component, ZERO)
        start = plus(one.gross, below)
        is_charged = before_discounts(start, line.modifiers, share)[0] > 0
        if is_charged:
            counts.charged.add(one.row.cycle)
        if line.modifiers.grain == "segment" and one.units is not None:
            charges.extend(_segments(line, one, applied, share))
            continue
        found = after_price(start, applied, line.modifiers, share, is_returned=one.is_returned, path=line.path)
        counts.below_zero[one.component] = found.carried
        _keep_unused(
            line, one.component, zip(numbers, applied, strict=True), found, counts.unused, is_charged=is_charged
        )
        shown = found.net if is_less(start, found.net) else start
        stands.move_to(one, shown, found.net)
        gross_through, net_through = plus(stands.gross, shown), plus(stands.net, found.net)
        charges.append(
            _charge(
                line,
                one,
                component=one.component,
                discounts=applied,
                limit_share=share,
                carried=below,
                exact_before=stands.net,
                exact_gross=one.gross,
                exact_net=found.net,
                gross_minor=_difference(stands.gross, gross_through, line),
                net_minor=_difference(stands.net, net_through, line),
            )
        )
        stands.gross, stands.net = gross_through, net_through
        stands.is_even = stands.is_even and is_equal(shown, one.gross)
    return charges


def _charge(line: ResolvedLine, one: PricedPiece, **amounts: Any) -> Charge:
    return Charge(
        contract=line.contract,
        line=one.line if one.line is not None else line,
        row=one.row,
        service=one.row.service,
        invoice_date=one.row.invoice_date,
        quantity=one.quantity,
        measured=one.measured,
        shares=one.shares,
        **amounts,
    )


def _limit_share(line: ResolvedLine, row: ScheduleRow, convention: ProrationConvention) -> Ratio:
    """The part of a full billing period that the row is. Source: rules 3 (what proration scales)."""
    if len(row.parts) == 1 and row.parts[0].is_whole:
        return WHOLE
    looks = line.modifiers.maximum is not None or line.modifiers.minimum is not None
    if not looks and not any(discount.amount_numerator for discount in line.discounts):
        return WHOLE
    return sum_of(row_shares(row, convention.of_length))


def _applied(
    line: ResolvedLine, one: PricedPiece, charged_before: int, share: Ratio, unused: _Unused, *, is_scaled: bool
) -> tuple[tuple[int, ...], tuple[ResolvedDiscount, ...]]:
    """The discounts that reach a piece, with their numbers in the line, scaled to its row."""
    numbers, found = [], []
    for number, discount in enumerate(line.discounts):
        left = unused.get((one.component, number), ZERO)
        reaches = applies(discount, one.row.service.start, charged_before)
        # Past its last day what was carried is gone too; after its last period it still stands.
        if not reaches and (not left[0] or discount.until is not None):
            continue
        if reaches:
            discount = split_at_end(discount, one.row.service)
            if discount.amount_numerator and share[0] != share[1] and is_scaled:
                discount = in_stub(discount, share)
        if left[0]:
            discount = with_unused(discount, left, is_over=not reaches)
        numbers.append(number)
        found.append(discount)
    return tuple(numbers), tuple(found)


def _keep_unused(
    line: ResolvedLine,
    component: str,
    applied: Iterable[tuple[int, ResolvedDiscount]],
    found: NetAmount,
    unused: _Unused,
    *,
    is_charged: bool,
) -> None:
    """Remember what amounts off that are carried did not find in this charge."""
    taken = list(found.off)
    for number, discount in applied:
        # A period without a charge is none of the periods that were agreed: it gives nothing and uses nothing.
        if not is_charged and line.discounts[number].periods:
            continue
        place = next((n for n, (other, _) in enumerate(taken) if other == discount), None)
        off = ZERO if place is None else taken.pop(place)[1]
        if line.discounts[number].carries:
            amount = (discount.amount_numerator, discount.amount_denominator)
            unused[component, number] = minus_not_below_zero(amount, off)


def _segments(
    line: ResolvedLine, one: PricedPiece, applied: tuple[ResolvedDiscount, ...], share: Ratio
) -> Iterator[Charge]:
    """A charge for each line of a price at grain ``segment``; one of nothing where there is none."""
    unit = 10 ** minor_digits(line.currency)
    details: tuple[Detail, ...] = ()
    if one.units is not None:
        details = segments_of(
            one.units,
            applied,
            line.modifiers,
            currency=line.currency,
            rounding=line.rounding,
            share=share,
            path=line.path,
        )
    for detail in details:
        yield _charge(
            line,
            one,
            component=f"{one.component}:{detail.name}",
            discounts=applied,
            limit_share=share,
            detail=detail,
            exact_gross=(detail.amount.minor, unit),
            exact_net=(detail.total.minor, unit),
            gross_minor=detail.amount.minor,
            net_minor=detail.total.minor,
        )
    if not details:
        nothing = {"exact_gross": ZERO, "exact_net": ZERO, "gross_minor": 0, "net_minor": 0}
        yield _charge(line, one, component=one.component, discounts=applied, limit_share=share, **nothing)


def rounded_whole(amount: Ratio, line: ResolvedLine) -> int:
    """Round an amount that is charged in parts, once."""
    return _difference(ZERO, amount, line)


def _difference(before: Ratio, through: Ratio, line: ResolvedLine) -> int:
    check_amount_size(through, line.currency, "charge", path=line.path)
    unit = 10 ** minor_digits(line.currency)
    done = round_ratio(through[0] * unit, through[1], line.rounding)
    return done - round_ratio(before[0] * unit, before[1], line.rounding) if before[0] else done
