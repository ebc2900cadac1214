"""What was agreed: the document that everything else is computed from."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, model_validator

from billcore.contract.activation import Activation
from billcore.contract.lines import ContractLine
from billcore.contract.stage_terms import StageTerms
from billcore.contract.terms import EnforceableTerm, NetDays, PaymentTerms, Source
from billcore.core.document import Document, problem
from billcore.core.errors import DocumentError, excerpt
from billcore.core.fields import Identifier, Items, Name, optional
from billcore.core.limits import DEFAULT
from billcore.core.whole import Whole
from billcore.money.currency import check_currency
from billcore.money.rounding import RoundingMode
from billcore.money.schema import CurrencyCode
from billcore.periods.anchor import BillingAnchor, ContractStart
from billcore.periods.frequency import Every
from billcore.periods.period import Period
from billcore.periods.stubs import StubConvention
from billcore.periods.zones import ZoneName
from billcore.pricing.documents import Price
from billcore.proration.convention import ProrationConvention


class Contract(Document):
    """An agreement that creates enforceable rights and obligations.

    Attributes:
        id: Stable for ever.
        customer, entity: Ids of the customer and of the legal entity that sells.
        currency: ISO 4217; one contract, one currency.
        term: Half-open; ``end`` is the first day that is not in it.
        billed_every: How often a bill is due; a line may have its own.
        anchor: The day bills align to.
        stub: What becomes of a first or last period shorter than the frequency.
        proration: How a part of a period becomes a share.
        rounding: Mode at every rounding point of the contract.
        zone: IANA name of the zone in which its days begin; needed where usage comes as records with instants.
        enforceable: The term for revenue, a judgement with its reason; absent, the contract is billed, not recognized.
        stage: What is asked of the charges of a billing period together: discounts, maximum, minimum, commitments.
        payment_terms: When an invoice is due.
        lines: What is promised.
        tax_jurisdiction: Row key of the tax table; absent, the customer's.
        payer: Id of the customer who pays this contract itself, whatever the customer's record says of who pays.
        activation: What is awaited before service and further billing; absent, nothing is.
        source: Where it came from.
    """

    id: Identifier
    customer: Identifier
    entity: Identifier
    currency: CurrencyCode
    term: Period
    billed_every: Every
    lines: Items[ContractLine]
    name: Name | None = None
    anchor: BillingAnchor = Field(default_factory=ContractStart)
    stub: StubConvention = "short_last"
    proration: ProrationConvention = Field(default_factory=ProrationConvention)
    rounding: RoundingMode = "half_up"
    zone: ZoneName | None = None
    enforceable: EnforceableTerm | None = None
    stage: StageTerms | None = None
    payment_terms: PaymentTerms = Field(default_factory=NetDays)
    tax_jurisdiction: Identifier | None = None
    payer: Identifier | None = None
    activation: Activation | None = None
    source: Source | None = None
    schema_version: Whole = optional(default=1)

    @model_validator(mode="after")
    def _currency_is_in_use(self) -> Self:
        try:
            check_currency(self.currency, self.term.start)
        except DocumentError as error:
            raise problem(error.code, found=error.found, expected=error.expected, hint=error.hint) from None
        return self

    @model_validator(mode="after")
    def _lines_are_distinct(self) -> Self:
        if not self.lines:
            raise problem("lines-empty", found="no line", expected="at least one line")
        if len(self.lines) > DEFAULT.lines:
            raise problem("limit-exceeded", found=f"{len(self.lines)} lines", expected=f"at most {DEFAULT.lines}")
        ids = [line.id for line in self.lines]
        if len(set(ids)) < len(ids):
            twice = next(name for name in ids if ids.count(name) > 1)
            raise problem("id-repeated", found=f"line {twice} twice", expected="each line id once")
        return self

    @model_validator(mode="after")
    def _stage_names_what_is_there(self) -> Self:
        if self.stage is not None:
            try:
                self.stage.check_scopes([(one.id, one.sku, _meter(one)) for one in self.lines])
            except DocumentError as error:
                raise problem(error.code, found=error.found, expected=error.expected, hint=error.hint) from None
        return self

    def line(self, line_id: str) -> ContractLine:
        """The line of that id.

        Raises: DocumentError ``line-unknown``.
        """
        for line in self.lines:
            if line.id == line_id:
                return line
        known = ", ".join(line.id for line in self.lines[:10])
        raise DocumentError(
            "line-unknown", found=excerpt(line_id), expected=f"one of {known}", path=f"contract {self.id}"
        )

    def with_line(self, line_id: str, **changes: Any) -> Self:
        """The same contract with one line rewritten from the start, for a question of what would be."""
        self.line(line_id)
        lines = [line.revised(**changes) if line.id == line_id else line for line in self.lines]
        return self.revised(lines=lines)

    def with_price(self, line_id: str, price: Price) -> Self:
        """The same contract with another price on a line from the start: a what-if, not an amendment."""
        return self.with_line(line_id, price=price, price_origin=None)


def _meter(line: ContractLine) -> str:
    return line.metering.meter or "" if line.metering is not None else ""
