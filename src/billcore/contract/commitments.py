"""What a customer commits to: the least that is due for a billing period, a term or each usage window.

Source: rules 3 (contract stage; what counts toward a commitment). The arithmetic lies above, in `billing`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from billcore.contract.scopes import Scope
from billcore.core.document import Document, problem
from billcore.core.fields import Identifier, NotNegative, OptionalNotNegative, optional

Counts = Literal["net", "gross", "as_invoiced"]


def _check_factor(factor: Decimal | None) -> None:
    if factor is not None and factor < 1:
        raise problem(
            "overage-factor-below-one",
            found=format(factor, "f"),
            expected="1 or more",
            hint="Use above a commitment that gets cheaper is a price by tiers.",
        )


class MinimumCommitment(Document):
    """The least amount due for the charges in scope, by billing period or over the whole term.

    Attributes:
        id: Stable within the contract: what counted over a term is kept under it.
        amount: Major units of the contract's currency, for one full billing period or the full term.
        per: ``period`` or ``term``.
        counts: What counts toward it: ``net`` of all discounts, ``gross`` before them, ``as_invoiced`` what was
            invoiced for the period before its credits. Never tax, adjustments or credits.
        scope: The charges that count and that bear the true-up; without one, the whole contract.
        is_trued_up: Whether what is missing at the end is charged.
        overage_factor: What counts above the commitment costs this many times its price; absent, once.

    Raises: DocumentError ``overage-factor-below-one``.
    """

    id: Identifier
    amount: NotNegative
    per: Literal["period", "term"]
    counts: Counts = "net"
    scope: Scope = Field(default_factory=Scope)
    is_trued_up: bool = True
    overage_factor: OptionalNotNegative = optional(default=None)

    @model_validator(mode="after")
    def _factor_raises(self) -> Self:
        _check_factor(self.overage_factor)
        return self


class WindowCommitment(Document):
    """The least due for each usage window of one metered line, as an amount or as a quantity at the line's price.

    Attributes:
        amount: Major units of the currency for each window; or
        quantity: units for each window.
        is_trued_up: Whether what a window misses is charged.
        overage_factor: What a window has above the commitment costs this many times its price; absent, once.

    Raises: DocumentError ``commitment-not-one-measure``, ``overage-factor-below-one``.
    Source: rules 3; Flexprice (price 2, commitment 10 for each window, factor 2).
    """

    amount: OptionalNotNegative = optional(default=None)
    quantity: OptionalNotNegative = optional(default=None)
    is_trued_up: bool = True
    overage_factor: OptionalNotNegative = optional(default=None)

    @model_validator(mode="after")
    def _has_one_measure(self) -> Self:
        if (self.amount is None) == (self.quantity is None):
            found = "neither amount nor quantity" if self.amount is None else "both amount and quantity"
            raise problem("commitment-not-one-measure", found=found, expected="one of them")
        _check_factor(self.overage_factor)
        return self
