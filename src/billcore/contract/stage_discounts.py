"""What a discount on several charges of a contract is: a percentage or an amount, with the charges that it reaches.

Source: rules 3 (discounts: scope line, product, contract; amounts not used). How long one lasts is said in
`pricing.discounts`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from billcore.contract.scopes import Scope
from billcore.core.fields import Identifier
from billcore.pricing.discounts import AmountOff, PercentOff


class ScopedPercentOff(PercentOff):
    """A percentage off the charges in scope, taken of what they come to together and rounded once.

    Attributes:
        id: Stable within the contract: the count of its periods is kept under it.
        scope: The charges it reaches; without one, the whole contract.
    """

    id: Identifier
    scope: Scope = Field(default_factory=Scope)


class ScopedAmountOff(AmountOff):
    """An amount off the charges in scope in each full billing period, never below zero.

    Attributes:
        id: Stable within the contract: what was used and carried is kept under it.
        scope: The charges it reaches; without one, the whole contract.

    What is carried by ``unused`` also goes beyond the last period that grants an amount, until it is used.
    """

    id: Identifier
    scope: Scope = Field(default_factory=Scope)


ScopedDiscount = Annotated[ScopedPercentOff | ScopedAmountOff, Field(discriminator="kind")]
