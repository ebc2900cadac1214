"""What is agreed beside the price: payment terms, enforceable term, where a clause came from."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from billcore.core.document import Document, problem
from billcore.core.fields import Identifier, Name, Note, NotNegative
from billcore.core.whole import Whole
from billcore.periods.period import Period


class NetDays(Document):
    """Due so many days after the invoice date."""

    kind: Literal["net_days"] = "net_days"
    days: Annotated[Whole, Field(ge=0, le=366)] = 30


class EndOfMonth(Document):
    """Due at the end of the invoice's month, plus whole months, on a day of that month (31: its last day)."""

    kind: Literal["end_of_month"] = "end_of_month"
    months: Annotated[Whole, Field(ge=0, le=12)] = 0
    day: Annotated[Whole, Field(ge=1, le=31)] = 31


PaymentTerms = Annotated[NetDays | EndOfMonth, Field(discriminator="kind")]


class EnforceableTerm(Document):
    """The part of the term that the customer cannot leave without substantive penalty, and why.

    A judgement: the engine never infers it. Revenue needs it; billing does not.
    Source: ASC 606-10-25-3 and 606-10-32-4; rules 7.
    """

    period: Period
    reason: Annotated[Note, Field(min_length=3)]


class Judgement(Document):
    """Whether a promise is distinct, with the reason that a reviewer will read. Source: ASC 606-10-25-19 to 25-22."""

    is_distinct: bool
    reason: Annotated[Note, Field(min_length=3)]


class StandalonePrice(Document):
    """What the obligation would sell for by itself, over the enforceable term, in the contract's currency.

    ``stated_price`` takes the line's own price and is a named policy that needs its reason. Source: rules 7.
    """

    amount: NotNegative | None = None
    policy: Literal["point", "stated_price"] = "point"
    reason: Note = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.policy == "point" and self.amount is None:
            raise problem(
                "ssp-missing", found="no amount", expected="an amount, or policy stated_price with its reason"
            )
        if self.policy == "stated_price" and len(self.reason) < 3:
            raise problem("reason-missing", found="policy stated_price without a reason", expected="a reason")
        return self


class Source(Document):
    """Where a document or one of its fields came from, so that `explain` can end at the clause that was signed."""

    system: Name
    record: Identifier
    file: Name | None = None
