"""What a prepaid credit is: an amount bought ahead, what it may pay for, and what becomes of the rest.

Source: rules 3 (prepaid credits). The ledger of its draws lies above, in `billing.prepaid`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from billcore.contract.scopes import Scope
from billcore.core.document import Document, problem
from billcore.core.fields import Identifier, NotNegative, OptionalNotNegative, Percent, optional
from billcore.core.whole import Whole
from billcore.money.schema import CurrencyCode
from billcore.money.units import Unit
from billcore.periods.days import Day

DrawDown = Literal["payment", "before_tax"]
BreakagePolicy = Literal["proportional", "remote"]


class RollOver(Document):
    """What goes on, once, when a credit expires with a rest.

    Attributes:
        expires: First day on which the part that goes on can no longer be drawn.
        percent: Part of the rest that goes on.
        at_most: No more than this, in the credit's currency or unit; absent, no such bound.
    """

    expires: Day
    percent: Percent = optional(default="100")
    at_most: OptionalNotNegative = optional(default=None)


class PrepaidCredit(Document):
    """An amount bought ahead, that pays later charges.

    Attributes:
        id: Stable for ever.
        amount: In major units of ``currency``, or in ``unit``.
        currency: ISO 4217; or
        unit: a unit that is no currency, such as tokens. Its worth is settled once, at the purchase.
        priority: The lower is drawn first.
        valid_from: First day on which it can be drawn; it is also its age.
        expires: First day on which it can no longer be drawn; absent, it does not expire.
        scope: The charges it may pay for; without one, all.
        roll_over: What goes on when it expires.
        draw_down: ``payment`` pays the open item, tax included; ``before_tax`` reduces the charges.
        breakage: How revenue of what will not be drawn is recognized; only recorded here.

    Raises: DocumentError ``credit-not-one-currency``, ``credit-expires-before-start``, ``roll-over-not-later``,
        ``number-not-positive``.

    >>> PrepaidCredit(id="topup-1", amount="20.00", currency="EUR", valid_from="2026-01-01").draw_down
    'payment'
    """

    id: Identifier
    amount: NotNegative
    valid_from: Day
    currency: CurrencyCode | None = None
    unit: Unit | None = None
    priority: Annotated[Whole, Field(ge=0)] = optional(default=0)
    expires: Day | None = None
    scope: Scope = Field(default_factory=Scope)
    roll_over: RollOver | None = None
    draw_down: DrawDown = "payment"
    breakage: BreakagePolicy | None = None

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if self.amount == 0:
            raise problem("number-not-positive", found="a credit of 0", expected="more than 0")
        if (self.currency is None) == (self.unit is None):
            found = "neither currency nor unit" if self.unit is None else "both currency and unit"
            raise problem("credit-not-one-currency", found=found, expected="one of them")
        if self.expires is not None and self.expires <= self.valid_from:
            raise problem(
                "credit-expires-before-start",
                found=f"valid from {self.valid_from}, expires {self.expires}",
                expected="an expiry later than the first day",
            )
        if self.roll_over is not None and (self.expires is None or self.roll_over.expires <= self.expires):
            raise problem(
                "roll-over-not-later",
                found=f"expires {self.expires}, rolled over until {self.roll_over.expires}",
                expected="an expiry, and a later one for what goes on",
            )
        return self

    @property
    def money(self) -> str:
        """The currency that it pays in."""
        return self.unit.currency if self.unit is not None else self.currency or ""
