"""Which rules credit the days that a run of a contract withdraws: its convention, its changes, what was paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from billcore.billing.billed import BilledLine
from billcore.billing.credit_terms import CreditRules
from billcore.billing.payments import paid_lines
from billcore.contract.contract import Contract
from billcore.contract.resolved import ResolvedContract
from billcore.core.checks import check_kind
from billcore.money.amount import Amount


def credit_rules(
    contract: Contract,
    resolved: ResolvedContract,
    standing: Sequence[BilledLine],
    through: date,
    paid: Mapping[str, Amount] | None = None,
    list_prices: Mapping[str, Amount] | None = None,
) -> CreditRules:
    """Put together how a run credits.

    Args:
        contract, resolved: For convention and rounding, and for how each change is settled.
        standing: The contract's issued lines.
        through: The run's day.
        paid: Document id -> what of its net was paid.
        list_prices: Line -> what a full billing period costs today.

    Raises: DocumentError ``argument-wrong``; as `paid_lines`.
    Source: rules 4 and 5.
    """
    for line, price in (list_prices or {}).items():
        check_kind(price, Amount, f"list_prices.{line}"[:80])
    return CreditRules(
        convention=contract.proration,
        rounding=contract.rounding,
        through=through,
        settlements=resolved.settlements,
        paid=paid_lines(standing, paid or {}),
        list_prices=list_prices or {},
    )
