"""Exact money: amounts, unit prices, custom units, currencies, the one rounding, and splits that add up."""

from billcore.money.allocation import cumulative_part, split_by_time, split_by_weight
from billcore.money.amount import Amount, total
from billcore.money.currency import check_currency, minor_digits
from billcore.money.display import localized
from billcore.money.rounding import RoundingMode, round_ratio
from billcore.money.unit_price import UnitPrice
from billcore.money.units import Unit

__all__ = [
    "Amount",
    "RoundingMode",
    "Unit",
    "UnitPrice",
    "check_currency",
    "cumulative_part",
    "localized",
    "minor_digits",
    "round_ratio",
    "split_by_time",
    "split_by_weight",
    "total",
]
