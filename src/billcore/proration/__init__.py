"""How time becomes a share of an amount: declared conventions and exact shares."""

from billcore.proration.convention import ProrationConvention
from billcore.proration.shares import Share, instant_share, periods_in, share

__all__ = [
    "ProrationConvention",
    "Share",
    "instant_share",
    "periods_in",
    "share",
]
