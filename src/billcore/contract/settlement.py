"""How days that a change withdraws from what stands billed are settled: what is given back, from when, and why."""

from __future__ import annotations

from datetime import date

from billcore.contract.change_policy import CreditPolicy
from billcore.core.value import Value


class Cause(Value, frozen=True, kw_only=True):
    """The amendment that made a change, as `explain` tells it.

    Attributes:
        amendment, actor, reason: As written.
        effective: As written, before a policy moved it.
        known_on: Local day on which it became known.
    """

    amendment: str
    actor: str
    reason: str
    effective: date
    known_on: date

    def __str__(self) -> str:
        known = f"effective {self.effective}, known on {self.known_on}"
        return f"amendment {self.amendment} of {self.actor}, {known}: {self.reason}"


class Settlement(Value, frozen=True, kw_only=True):
    """How the days of one line from a change on are settled.

    Attributes:
        line: The line.
        since: First day that the change concerns.
        credit: What of its days is given back.
        settle_on: Day from which it is; where the change is invoiced with the next bill, the next billing boundary.
        cause: The amendment behind it.
    """

    LATER = ("cause",)

    line: str
    since: date
    credit: CreditPolicy
    settle_on: date
    cause: Cause | None = None
