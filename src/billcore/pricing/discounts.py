"""What an agreed reduction of a charge is, and how long it lasts.

Source: rules 3 (discounts). `reductions` says what is left after one.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from billcore.core.document import Document, problem
from billcore.core.fields import Note, NotNegative, Percent
from billcore.core.whole import Whole
from billcore.periods.days import Day


class _Discount(Document):
    """How long a discount lasts: until a date, for so many periods (1: once), or for ever where neither is written.

    Attributes:
        until: First day without it.
        periods: Number of the line's billing periods with a charge.
        at: ``period_start``: a period that began before ``until`` takes it whole. ``split``: a period in which it ends
            takes the share of its days.
        reason: Why it was given.
    """

    until: Day | None = None
    periods: Annotated[Whole, Field(ge=1)] | None = None
    at: Literal["period_start", "split"] = "period_start"
    reason: Note = ""

    @model_validator(mode="after")
    def _ends_once(self) -> Self:
        if self.until is not None and self.periods is not None:
            raise problem("discount-ends-twice", found="until and periods", expected="one of them, or neither")
        if self.at == "split" and self.until is None:
            raise problem("discount-split-without-end", found="at=split without until", expected="until, where it ends")
        return self


class PercentOff(_Discount):
    """A percentage off the line's charge.

    It lasts until a date (first day without it, judged at the start of the service period), for the line's first so
    many billing periods with a charge, or for ever where neither is written.
    """

    kind: Literal["percent_off"] = "percent_off"
    percent: Percent


class AmountOff(_Discount):
    """An amount off the line's charge in each full billing period, never below zero; how long as in `PercentOff`.

    Attributes:
        amount: In major units.
        unused: What a charge smaller than the amount leaves of it: ``lose``, or ``carry`` to the next periods.
    """

    kind: Literal["amount_off"] = "amount_off"
    amount: NotNegative
    unused: Literal["lose", "carry"] = "lose"


Discount = Annotated[PercentOff | AmountOff, Field(discriminator="kind")]
