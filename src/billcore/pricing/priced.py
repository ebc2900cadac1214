"""What pricing a line for a period gives: amounts before and after the rounding, with every step.

A charge at grain ``segment`` is the sum of its lines, a grouped price that of its groups; each was rounded alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from billcore.core.ratio import ZERO, Ratio, plus
from billcore.core.reasons import Reason, reasons_of
from billcore.core.steps import Step
from billcore.core.value import Value
from billcore.core.words import counted
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits
from billcore.pricing.details import Detail
from billcore.pricing.rated import Rated


class Priced(Value, frozen=True, kw_only=True):
    """A line's charge for a period, before it is put on an invoice.

    Attributes:
        rated: The price of the units that it saw.
        exact_gross, exact_net: Unrounded, before and after discounts and limits, in major units.
        gross, net: Rounded; the discount shown beside a charge is their difference.
        carried: What is left below zero for the next charges, or zero; exact, in major units.
        details: One for the units and the flat part of each tier at grain ``segment``, else empty.
        steps: Every step from the metered quantity to the rounding.
    """

    rated: Rated
    exact_gross: Ratio
    exact_net: Ratio
    gross: Amount
    net: Amount
    carried: Ratio
    details: tuple[Detail, ...]
    steps: tuple[Step, ...]

    @property
    def reason(self) -> Reason:
        """Why the amount is what it is, as text, data or HTML."""
        return Reason(text=f"{self.net} for {self.rated.quantity} units", because=reasons_of(self.steps))

    @property
    def discount(self) -> Amount:
        """As shown beside the charge: rounded gross minus rounded net."""
        return self.gross - self.net


def in_segments(rated: Rated, details: tuple[Detail, ...], steps: tuple[Step, ...], currency: str) -> Priced:
    """Make a charge of lines that were each rounded alone."""
    gross = Amount(minor=sum(detail.amount.minor for detail in details), currency=currency)
    net = Amount(minor=sum(detail.total.minor for detail in details), currency=currency)
    one = 10 ** minor_digits(currency)
    told = [segment_step(detail) for detail in details]
    text = f"sum of {counted(len(details), 'line')}, each rounded alone = {net}"
    last = Step(rule="segments", text=text, numerator=net.minor, denominator=one)
    return Priced(
        rated=rated,
        exact_gross=(gross.minor, one),
        exact_net=(net.minor, one),
        gross=gross,
        net=net,
        carried=ZERO,
        details=details,
        steps=(*steps, *told, last),
    )


def in_groups(rated: Rated, groups: Sequence[Priced], currency: str) -> Priced:
    """Make a charge of the charges of groups, which were each rounded alone."""
    one = 10 ** minor_digits(currency)
    gross = Amount(minor=sum(group.gross.minor for group in groups), currency=currency)
    net = Amount(minor=sum(group.net.minor for group in groups), currency=currency)
    text = f"sum of {len(groups)} groups, each a charge of its own = {net}"
    last = Step(rule="groups", text=text, numerator=net.minor, denominator=one)
    return Priced(
        rated=rated,
        exact_gross=_sum_of(group.exact_gross for group in groups),
        exact_net=_sum_of(group.exact_net for group in groups),
        gross=gross,
        net=net,
        carried=_sum_of(group.carried for group in groups),
        details=tuple(detail for group in groups for detail in group.details),
        steps=(*(step for group in groups for step in group.steps), last),
    )


def _sum_of(amounts: Iterable[Ratio]) -> Ratio:
    total: Ratio = ZERO
    for amount in amounts:
        total = plus(total, amount)
    return total


def segment_step(detail: Detail) -> Step:
    """Tell one line of a charge at grain ``segment``."""
    what = "minimum" if detail.kind == "minimum" else f"tier {detail.tier} {detail.kind}"
    parts = [
        f"less {amount.text} {word}"
        for amount, word in ((detail.off, "discount"), (detail.cut, "above the maximum"), (detail.credited, "credit"))
        if amount.minor
    ]
    text = ", ".join([f"{what}, {detail.units} x {detail.unit_price}, rounded {detail.amount.text}", *parts])
    one = 10 ** minor_digits(detail.amount.currency)
    return Step(rule="segment", text=f"{text} = {detail.total}", numerator=detail.total.minor, denominator=one)
