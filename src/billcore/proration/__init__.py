"""How time becomes a share of an amount: declared conventions and exact shares, amounts and credits of parts."""

from billcore.proration import presets
from billcore.proration.amounts import part_amount
from billcore.proration.convention import ProrationConvention
from billcore.proration.credits import UnusedCredit, unused_credit
from billcore.proration.named_days import end_of_service, first_day_of_change, parts_around_change
from billcore.proration.shares import Share, instant_share, periods_in, share

__all__ = [
    "ProrationConvention",
    "Share",
    "UnusedCredit",
    "end_of_service",
    "first_day_of_change",
    "instant_share",
    "part_amount",
    "parts_around_change",
    "periods_in",
    "presets",
    "share",
    "unused_credit",
]
