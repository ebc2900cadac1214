"""How a part of a period becomes a share of its amount: a declared convention, never a hidden default."""

from __future__ import annotations

from typing import Literal

from billcore.core.document import Document
from billcore.periods.day_count import DayCount

Denominator = Literal["full_period", "price_period", "30", "360", "365"]


class ProrationConvention(Document):
    """How time is shared.

    Attributes:
        unit: How days become a fraction; ``none`` charges a started period whole.
        denominator: What the days are divided by: the full untruncated billing period (default), the price period, or
            a fixed number of days.

    Source: rules 4.
    """

    unit: DayCount = "day"
    denominator: Denominator = "full_period"
