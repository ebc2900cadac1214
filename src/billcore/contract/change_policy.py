"""When a change takes hold, what becomes of what stands billed, and when its difference is invoiced.

Source: rules 5: upgrade, downgrade and cancellation have their own timing and policy.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from billcore.core.document import Document

Timing = Literal["now", "period_end"]
CreditPolicy = Literal["credit", "refund_paid_part", "none"]
Nature = Literal["upgrade", "downgrade", "cancellation"]
NATURES: tuple[Nature, ...] = ("upgrade", "downgrade", "cancellation")


class ChangePolicy(Document):
    """How one kind of change is settled.

    Attributes:
        timing: ``now`` on its effective date; ``period_end`` at the first billing boundary of the line on or after it.
        credit: What of a billed period is given back from the change on: ``credit`` its share, ``refund_paid_part``
            the share but no more than was paid, ``none`` nothing: a period billed in advance stands whole.
        invoice: ``now`` as soon as the change is reached; ``next`` with the line's next billing boundary.
        closing_invoice: What the change closes of a line in arrears is invoiced ``now``, when its days are over, or
            with the line's ``next`` billing boundary, beside what goes on.
        closing_usage: Whether usage of the window that a cancellation closes is billed or waived.

    Source: rules 5.

    >>> ChangePolicy(timing="period_end").credit
    'credit'
    """

    timing: Timing = "now"
    credit: CreditPolicy = "credit"
    invoice: Literal["now", "next"] = "now"
    closing_invoice: Literal["now", "next"] = "now"
    closing_usage: Literal["bill", "waive"] = "bill"


class ChangePolicies(Document):
    """The policy of each nature of change, where an amendment says none of its own.

    Attributes:
        upgrade: More units, or a higher price; also a change that is neither up nor down.
        downgrade: Fewer units, or a lower price.
        cancellation: A line or the contract ends.

    Source: rules 5; Lago upgrades at once and downgrades at the period's end.
    """

    upgrade: ChangePolicy = Field(default_factory=ChangePolicy)
    downgrade: ChangePolicy = Field(default_factory=ChangePolicy)
    cancellation: ChangePolicy = Field(default_factory=ChangePolicy)

    def of(self, nature: Nature) -> ChangePolicy:
        """The policy of a nature."""
        return {"upgrade": self.upgrade, "downgrade": self.downgrade, "cancellation": self.cancellation}[nature]
