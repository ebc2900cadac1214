"""What a charge is made of, line by line: the units and the flat part of each tier, each rounded alone.

Grain ``segment`` of rules 3, and how engines that bill a period in several runs take a most, a least and credits from
such lines: in the order of the lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from billcore.core.ratio import Ratio, ratio_of, times
from billcore.core.value import Value, replaced
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits
from billcore.money.rounding import RoundingMode, round_ratio
from billcore.money.size import check_amount_size
from billcore.pricing.rated import Rated, RatedPart
from billcore.pricing.reductions import ResolvedDiscount

DetailKind = Literal["units", "flat", "minimum"]


class Detail(Value, frozen=True, kw_only=True):
    """One line of a charge.

    Attributes:
        kind: ``units`` of a tier, its ``flat`` part, or what a ``minimum`` adds.
        tier: Number of the tier, from 1; 0 for a minimum.
        units: Units or packages, as text; 1 for a flat part or a minimum.
        unit_price: Money for one of them, as text.
        amount: Rounded, before discounts and credits.
        off: What discounts took.
        cut: What a maximum took.
        credited: What prepaid credits paid.
        member: Which part of the period it is of, where a price has several, else empty.
    """

    kind: DetailKind
    tier: int
    units: str
    unit_price: str
    amount: Amount
    off: Amount
    cut: Amount
    credited: Amount
    member: str = ""

    @property
    def name(self) -> str:
        """What tells the line apart within its charge: ``tier:2``, ``tier:2:flat``, ``minimum``."""
        tier = "minimum" if self.kind == "minimum" else f"tier:{self.tier}{':flat' if self.kind == 'flat' else ''}"
        return f"{self.member}:{tier}" if self.member else tier

    @property
    def total(self) -> Amount:
        """What is left to be paid of the line."""
        return self.amount - self.off - self.cut - self.credited


def details_of(
    rated: Rated, currency: str, rounding: RoundingMode = "half_up", *, sign: int = 1, path: str = "price"
) -> tuple[Detail, ...]:
    """Write a rated amount as lines, each rounded alone.

    Args:
        rated: A price's exact amount with its parts.
        currency: ISO 4217.
        rounding: Mode of each rounding.
        sign: 1, or -1 where the amount is given back.
        path: Where the price stands, for a refusal.

    Returns: for each part the units, then the flat part; what costs nothing is left out.
    Rounding: each line once.
    Raises: LimitExceeded ``amount-too-large``.
    Source: rules 3 (grain ``segment``).

    >>> from billcore.pricing.documents import Graduated, Tier
    >>> from billcore.pricing.rating import rate
    >>> tiers = [Tier(up_to=5, unit_price="1", flat_amount="100"), Tier(unit_price="2")]
    >>> [(line.kind, line.tier, str(line.total)) for line in details_of(rate(Graduated(tiers=tiers), 7), "USD")]
    [('units', 1, 'USD 5.00'), ('flat', 1, 'USD 100.00'), ('units', 2, 'USD 4.00')]
    """
    found = []
    for part in rated.parts:
        flat = ratio_of(part.flat)
        whole = (part.numerator, part.denominator)
        units = whole if part.limit else (whole[0] * flat[1] - flat[0] * whole[1], whole[1] * flat[1])
        for kind, exact in (("units", units), ("flat", (0, 1) if part.limit else flat)):
            if exact[0]:
                check_amount_size(exact, currency, "charge", path=path)
                found.append(_detail(part, kind, (sign * exact[0], exact[1]), currency, rounding))
    return tuple(found)


def _detail(part: RatedPart, kind: str, exact: Ratio, currency: str, rounding: RoundingMode) -> Detail:
    minor = round_ratio(exact[0] * 10 ** minor_digits(currency), exact[1], rounding)
    nothing = Amount(minor=0, currency=currency)
    return Detail(
        kind="flat" if kind == "flat" else "units",
        tier=part.index + 1,
        units="1" if kind == "flat" else part.units,
        unit_price=part.flat if kind == "flat" else part.unit_price,
        amount=Amount(minor=minor, currency=currency),
        off=nothing,
        cut=nothing,
        credited=nothing,
        member=part.member,
    )


def with_percent_off(
    details: Iterable[Detail],
    discount: ResolvedDiscount,
    rounding: RoundingMode = "half_up",
    *,
    of_gross: bool = False,
) -> tuple[Detail, ...]:
    """Take a percentage from each line.

    Args:
        of_gross: Of the line's whole amount and not of what is left of it; never more than is left.

    Rounding: what is taken of each line, once.
    """
    found = []
    for detail in details:
        base = detail.amount if of_gross else detail.total
        exact = times((base.minor, 1), (discount.numerator, discount.denominator))
        minor = round_ratio(*exact, rounding)
        # No more than is left of the line; a line below zero loses its part of what it gives back.
        minor = min(minor, detail.total.minor) if base.minor > 0 else max(minor, detail.total.minor)
        found.append(replaced(detail, off=detail.off + Amount(minor=minor, currency=base.currency)))
    return tuple(found)


def with_amount_off(details: Iterable[Detail], amount: Amount) -> tuple[Detail, ...]:
    """Take an amount off, from the lines in their order, no line below zero.

    Rounding: none.
    """
    left = amount.minor
    found = []
    for detail in details:
        taken = min(max(detail.total.minor, 0), left)
        left -= taken
        found.append(replaced(detail, off=detail.off + Amount(minor=taken, currency=amount.currency)))
    return tuple(found)


def with_maximum(details: Iterable[Detail], most: Amount, billed_before: Amount) -> tuple[Detail, ...]:
    """Cut lines to a most, used up in the order of the lines.

    Args:
        details: Lines of this bill.
        most: Most money of the whole service period.
        billed_before: What earlier bills of the same period came to.

    Rounding: none; both amounts are of the currency.

    >>> nothing = Amount(minor=0, currency="USD")
    >>> line = Detail(kind="units", tier=1, units="5", unit_price="10", amount=Amount.of("50", "USD"),
    ...               off=nothing, cut=nothing, credited=nothing)
    >>> [str(cut.total) for cut in with_maximum([line], Amount.of("100", "USD"), Amount.of("70", "USD"))]
    ['USD 30.00']
    """
    left = max(most.minor - billed_before.minor, 0)
    found = []
    for detail in details:
        allowed = min(detail.total.minor, left)
        left -= allowed
        cut = Amount(minor=detail.total.minor - allowed, currency=most.currency)
        found.append(replaced(detail, cut=detail.cut + cut))
    return tuple(found)


def minimum_detail(details: Sequence[Detail], least: Amount, billed_before: Amount) -> tuple[Detail, ...]:
    """Give the line that raises a period to its least, or none.

    Args:
        details: Lines of the last bill of the period.
        least: Least money of the whole service period.
        billed_before: What earlier bills of the same period came to.
    """
    missing = least.minor - billed_before.minor - sum(detail.total.minor for detail in details)
    if missing <= 0:
        return ()
    amount, nothing = Amount(minor=missing, currency=least.currency), Amount(minor=0, currency=least.currency)
    return (
        Detail(
            kind="minimum",
            tier=0,
            units="1",
            unit_price=amount.text,
            amount=amount,
            off=nothing,
            cut=nothing,
            credited=nothing,
        ),
    )


def with_credits(details: Iterable[Detail], credits: Iterable[Amount]) -> tuple[Detail, ...]:
    """Pay lines from prepaid credits, in the order of the lines and of the credits."""
    left = sum(credit.minor for credit in credits)
    found = []
    for detail in details:
        paid = min(max(detail.total.minor, 0), left)
        left -= paid
        amount = Amount(minor=paid, currency=detail.amount.currency)
        found.append(replaced(detail, credited=detail.credited + amount))
    return tuple(found)
