"""What tax the cases of coupons and wallets ask for: a percentage of a base, rounded once for the line or the invoice."""

from __future__ import annotations

from collections.abc import Sequence

from billcore.core.ratio import ZERO, Ratio, plus, ratio_of, times
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits
from parity.amounts import rounded
from parity.presets import Convention


def line_taxes(bases: Sequence[Ratio], percents: Sequence[str], currency: str, convention: Convention) -> list[Amount]:
    """Give the tax of each base in minor units, each rounded."""
    exact = (_exact(base, percent, currency) for base, percent in zip(bases, percents, strict=True))
    return [rounded(one, currency, convention) for one in exact]


def tax_of(bases: Sequence[Ratio], percents: Sequence[str], currency: str, convention: Convention) -> Amount:
    """Give the tax of all bases in minor units, rounded once."""
    convention.name("tax_rounding", "invoice_rate")
    whole = ZERO
    for base, percent in zip(bases, percents, strict=True):
        whole = plus(whole, _exact(base, percent, currency))
    return rounded(whole, currency, convention)


def _exact(base: Ratio, percent: str, currency: str) -> Ratio:
    top, bottom = times(base, ratio_of(percent))
    return top, bottom * 100 * 10 ** minor_digits(currency)
