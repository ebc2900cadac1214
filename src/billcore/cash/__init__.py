"""How money received clears what is owed: payments, references, the ladder of tiers, applications."""

from billcore.cash.application import apply_cash
from billcore.cash.outcome import AppliedItem, CashApplication, CashRun
from billcore.cash.payment import Payment

__all__ = ["AppliedItem", "CashApplication", "CashRun", "Payment", "apply_cash"]
