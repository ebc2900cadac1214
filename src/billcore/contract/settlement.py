"""How days that a change withdraws from what stands billed are settled: what is given back, and from when."""

from __future__ import annotations

from datetime import date

from billcore.contract.change_policy import CreditPolicy
from billcore.core.value import Value


class Settlement(Value, frozen=True, kw_only=True):
    """How the days of one line from a change on are settled.

    Attributes:
        line: The line.
        since: First day that the change concerns.
        credit: What of its days is given back.
        settle_on: Day from which it is; where the change is invoiced with the next bill, the next billing boundary.
    """

    line: str
    since: date
    credit: CreditPolicy
    settle_on: date
