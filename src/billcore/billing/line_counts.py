"""What the stretches of one line hand on to one another: discounts used, what is below zero, units that were counted.

A change of a line begins no new line: a discount for three periods is not given again, and tiers that continue go on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from billcore.contract.resolved import ResolvedLine
from billcore.core.ratio import Ratio


@dataclass(kw_only=True)
class LineCounts:
    """Counters of one line, moved on by each of its stretches in order.

    Attributes:
        charged: Numbers of the billing periods that had a charge.
        unused: For each piece and each discount: what an amount off did not find.
        below_zero: What charges left below zero, by component.
        price: What priced the stretch that was counted last.
        window, used: The billing period that was counted last, and its metered units so far.
        total: Metered units since tiers were last counted from zero.
        is_broken: Whether units before are not known, so that no later tier can be told.
    """

    charged: set[int] = field(default_factory=set)
    unused: dict[tuple[str, int], Ratio] = field(default_factory=dict)
    below_zero: dict[str, Ratio] = field(default_factory=dict)
    discounts: tuple[object, ...] = ()
    price: object = None
    window: int = -1
    used: str = ""
    total: str = ""
    is_broken: bool = False

    def begin(self, line: ResolvedLine) -> bool:
        """Begin a stretch; tell whether its tiers go on from the stretch before."""
        if line.discounts != self.discounts:
            self.unused.clear()
            self.discounts = line.discounts
        # Another discount is not another price: it starts no tier afresh.
        price = (line.method, line.modifiers)
        goes_on = line.is_continued or self.price == price
        if not goes_on:
            self.window, self.used, self.total, self.is_broken = -1, "", "", False
        self.price = price
        return goes_on
