"""What an amendment alters, as a value: one document for each kind of change."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from billcore.contract.lines import Billed, ContractLine
from billcore.core.document import Document, problem
from billcore.core.fields import Identifier, Items, NotNegative, OptionalNotNegative, optional
from billcore.periods.anchor import BillingAnchor
from billcore.periods.days import Day
from billcore.periods.frequency import OptionalEvery
from billcore.pricing.discounts import Discount
from billcore.pricing.documents import Price
from billcore.pricing.listed import Listed
from billcore.pricing.modifiers import Modifiers

Direction = Literal["upgrade", "downgrade"]


class AddLine(Document):
    """A new line, from the effective date to the end of the term unless the line has dates of its own."""

    kind: Literal["add_line"] = "add_line"
    line: ContractLine


class RemoveLine(Document):
    """A line, with its add-ons, ends on the effective date."""

    kind: Literal["remove_line"] = "remove_line"
    line: Identifier


class ChangeQuantity(Document):
    """Other agreed units.

    Attributes:
        direction: Which policy settles it; absent, more units are an upgrade and fewer a downgrade.
    """

    kind: Literal["quantity"] = "quantity"
    line: Identifier
    quantity: NotNegative
    direction: Direction | None = None


class ChangePrice(Document):
    """Another price, be it of the same model or another.

    Attributes:
        price: Any price document; ``Listed`` is resolved by `with_prices` as in a line.
        quantity: Agreed units, where the new model has some and the old one had none.
        modifiers: Steps around the new price; absent, those of the line stay.
        direction: Which policy settles it; absent, two flat or two per-unit prices of one price period are compared,
            and any other change is settled as an upgrade.
    """

    kind: Literal["price"] = "price"
    line: Identifier
    price: Annotated[Price | Listed, Field(discriminator="kind")]
    quantity: OptionalNotNegative = optional(default=None)
    modifiers: Modifiers | None = None
    direction: Direction | None = None


class ChangeDiscounts(Document):
    """Other discounts of a line, in place of those it has."""

    kind: Literal["discounts"] = "discounts"
    line: Identifier
    discounts: Items[Discount] = optional(default=())


class ChangeBilling(Document):
    """Another frequency, anchor or side of the period, for one line or, without one, for all that have none of their
    own.

    Attributes:
        rebase_month: Whether a day of the month counts its months from the one in which the change lies. By default the
            boundaries count from where they did, and a year stays the year that it was.

    Raises: DocumentError ``change-empty``.
    Source: rules 2 (``rebase_month`` by name); Kill Bill, whose anchor has a day and no month.
    """

    kind: Literal["billing"] = "billing"
    line: Identifier | None = None
    billed_every: OptionalEvery = optional(default=None)
    anchor: BillingAnchor | None = None
    billed: Billed | None = None
    rebase_month: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.billed_every is None and self.anchor is None and self.billed is None and not self.rebase_month:
            raise problem(
                "change-empty", found="nothing that changes", expected="billed_every, anchor, billed or rebase_month"
            )
        return self


class ChangeDates(Document):
    """Another start or exclusive end of a line or, without one, of the term; a later end is an extension.

    Raises: DocumentError ``change-empty``, ``period-ends-before-start``.
    """

    kind: Literal["dates"] = "dates"
    line: Identifier | None = None
    start: Day | None = None
    end: Day | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.start is None and self.end is None:
            raise problem("change-empty", found="neither start nor end", expected="a start, an end or both")
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise problem(
                "period-ends-before-start", found=f"[{self.start}, {self.end})", expected="an end later than the start"
            )
        if self.line is None and self.start is not None:
            raise problem(
                "change-does-not-fit",
                found="another start of the whole term",
                expected="the lines whose start moves, each by its id",
            )
        return self


class Cancel(Document):
    """The whole contract ends on the effective date, as the policy of cancellations says."""

    kind: Literal["cancel"] = "cancel"


class Pause(Document):
    """Lines, with their add-ons, are not served and not billed from the effective date until a day or a resume.

    Attributes:
        lines: Ids; without one, every line.
        until: First day of service again; absent, until a `Resume`.
    """

    kind: Literal["pause"] = "pause"
    lines: Items[Identifier] = optional(default=())
    until: Day | None = None


class Resume(Document):
    """Paused lines are served again from the effective date."""

    kind: Literal["resume"] = "resume"
    lines: Items[Identifier] = optional(default=())


class GiveNotice(Document):
    """One side says that the term is not renewed; it ends with the first term whose notice is still kept."""

    kind: Literal["notice"] = "notice"


AnyChange = Annotated[
    AddLine
    | RemoveLine
    | ChangeQuantity
    | ChangePrice
    | ChangeDiscounts
    | ChangeBilling
    | ChangeDates
    | Cancel
    | Pause
    | Resume
    | GiveNotice,
    Field(discriminator="kind"),
]
