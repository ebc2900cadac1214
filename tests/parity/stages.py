"""How plain amounts of a case become charges of one contract and billing period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from billcore.billing.stage_lines import StageLine
from billcore.billing.stage_window import StageWindow
from billcore.core.ratio import Ratio
from billcore.periods.period import Period
from parity.amounts import money
from parity.presets import Convention

# Where a case has no dates, any month stands for its billing period.
ANY_MONTH = Period(start=date(2026, 1, 1), end=date(2026, 2, 1))


def stage_line(name: str, amount: str, currency: str, convention: Convention, sku: str = "all") -> StageLine:
    """Make a charge of its gross amount, before discounts."""
    minor = money(amount, currency, convention).minor
    return StageLine(id=name, line=name, sku=sku, gross_minor=minor, net_minor=minor)


def stage_lines(amounts: Mapping[str, str], currency: str, convention: Convention) -> list[StageLine]:
    """Make a charge of each amount."""
    return [stage_line(name, amount, currency, convention) for name, amount in amounts.items()]


def stage_window(currency: str, convention: Convention, period: Period | None, share: Ratio = (1, 1)) -> StageWindow:
    """Make the billing period of a case."""
    return StageWindow(period=period or ANY_MONTH, currency=currency, rounding=convention.use("rounding"), share=share)
