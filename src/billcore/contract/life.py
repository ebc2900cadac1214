"""How long a contract lives and what changes by agreement from the start: renewal, trial, ramp."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from billcore.core.document import Document, problem
from billcore.core.fields import Exact, OptionalNotNegative, optional
from billcore.core.whole import Whole
from billcore.periods.days import Day
from billcore.periods.frequency import Every
from billcore.periods.period import Period
from billcore.pricing.documents import Price
from billcore.pricing.listed import PriceOrigin


class AutoRenewal(Document):
    """The term is followed by another one unless notice is given in time.

    Attributes:
        term: Length of each further term: months, quarters, years, days or weeks.
        notice_days: Notice must be given so many days before a term's end, or earlier.
        uplift: Percent by which the prices of each further term stand above those of the one before; 0 keeps them.
        price_digits: Digits after the point to which an uplifted price is rounded, half up; absent, every digit stays.
        most: At most so many further terms; absent, without end.

    A new price list at a renewal is an amendment: `renewed_prices` makes its changes from a price book.
    Source: rules 2 and 7.
    """

    kind: Literal["auto_renewal"] = "auto_renewal"
    term: Every
    notice_days: Annotated[Whole, Field(ge=0, le=366)] = 0
    uplift: Exact = optional(default="0")
    price_digits: Annotated[Whole, Field(ge=0, le=12)] | None = None
    most: Annotated[Whole, Field(ge=0, le=1_200)] | None = None

    @model_validator(mode="after")
    def _recurs(self) -> Self:
        if not self.term.recurs:
            raise problem("renewal-term-wrong", found=f"a term of {self.term}", expected="days, weeks, months or years")
        if self.uplift <= -100:
            raise problem("uplift-wrong", found=f"{self.uplift} percent", expected="more than -100 percent")
        return self


class Evergreen(Document):
    """Behind its first term the contract goes on, billing period by billing period, until notice is given.

    Attributes:
        notice_days: It ends at the first billing boundary at least so many days after the notice.
    """

    kind: Literal["evergreen"] = "evergreen"
    notice_days: Annotated[Whole, Field(ge=0, le=366)] = 0


Renewal = Annotated[AutoRenewal | Evergreen, Field(discriminator="kind")]


class Trial(Document):
    """Days at the beginning of a line that are served and not billed.

    Attributes:
        days: So many days from the line's start; or
        until: the first day that is billed.
        billing_from: Whether billing periods count from the ``trial_end`` (default) or from the line's ``start``; then
            the first one is a stub.

    Raises: DocumentError ``trial-not-one-end``.
    """

    days: Annotated[Whole, Field(ge=1, le=3_660)] | None = None
    until: Day | None = None
    billing_from: Literal["trial_end", "start"] = "trial_end"

    @model_validator(mode="after")
    def _has_one_end(self) -> Self:
        if (self.days is None) == (self.until is None):
            raise problem("trial-not-one-end", found="both or none of days and until", expected="one of them")
        return self


class ListPrice(Document):
    """The price of a price book from a day on, within a line that follows the book; `with_prices` writes it.

    Attributes:
        since: First day.
        price, price_origin: What the book says from that day on.
        at: Whether it holds from the day itself or from the next billing boundary.
    """

    since: Day
    price: Price
    price_origin: PriceOrigin
    at: Literal["service_day", "period_start"] = "service_day"


class RampStep(Document):
    """What a line costs for some part of its time, as agreed at the start.

    Attributes:
        period: Its days; the steps of a ramp cover the line's days without gap or overlap, on billing boundaries.
        price: Absent, the line's own.
        quantity: Absent, the line's own.
    """

    period: Period
    price: Price | None = None
    quantity: OptionalNotNegative = optional(default=None)
