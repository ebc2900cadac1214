"""What was agreed: the document that everything else is computed from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from billcore.contract.activation import Activation
from billcore.contract.amendments import Amendment
from billcore.contract.change_policy import ChangePolicies, ChangePolicy
from billcore.contract.changes import AddLine, AnyChange, ChangePrice
from billcore.contract.history import history_of
from billcore.contract.life import Renewal
from billcore.contract.lines import ContractLine
from billcore.contract.stage_terms import StageTerms
from billcore.contract.terms import EnforceableTerm, NetDays, PaymentTerms, Source
from billcore.contract.versions import ContractVersion, as_of, rewritten, versions
from billcore.core.document import Document, problem
from billcore.core.errors import BillcoreError, DocumentError, excerpt
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
        renewal: What follows the term; absent, it ends.
        changes: How upgrades, downgrades and cancellations are settled where an amendment says nothing of its own.
        amendments: Every change since, in any order; each with the day from which it holds and the instant at which it
            became known. `amended` adds one.
        on_held: What a held amendment does: the accepted version goes on (``bill_accepted``), or everything stops.
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
    renewal: Renewal | None = None
    changes: ChangePolicies = Field(default_factory=ChangePolicies)
    amendments: Items[Amendment] = optional(default=())
    on_held: Literal["bill_accepted", "stop"] = "bill_accepted"
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
    def _life_is_sound(self) -> Self:
        ids = [one.id for one in self.amendments]
        if len(set(ids)) < len(ids):
            twice = next(name for name in ids if ids.count(name) > 1)
            raise problem("id-repeated", found=f"amendment {twice} twice", expected="each amendment id once")
        if len(ids) > DEFAULT.periods:
            raise problem("limit-exceeded", found=f"{len(ids)} amendments", expected=f"at most {DEFAULT.periods}")
        if self.amendments or any(line.ramp or line.trial or line.base for line in self.lines):
            try:
                history_of(self)
            except BillcoreError as error:
                raise problem(
                    error.code, found=error.found, expected=error.expected, hint=error.hint, path=error.path
                ) from None
        return self

    @model_validator(mode="after")
    def _stage_names_what_is_there(self) -> Self:
        if self.stage is not None:
            try:
                self.stage.check_scopes([(one.id, one.sku, _meter(one)) for one in self.lines])
            except DocumentError as error:
                raise problem(error.code, found=error.found, expected=error.expected, hint=error.hint) from None
        return self

    def every_line(self) -> Iterator[ContractLine]:
        """The lines as first written, and behind them those that amendments add."""
        yield from self.lines
        for amendment in self.amendments:
            for change in amendment.changes:
                if isinstance(change, AddLine) and not amendment.held_for:
                    yield change.line

    def metered_lines(self) -> frozenset[str]:
        """Ids of the lines whose quantity comes from usage at some time of their life."""
        found = {line.id for line in self.every_line() if line.is_metered}
        for amendment in self.amendments:
            for change in amendment.changes:
                if isinstance(change, ChangePrice) and change.price.kind != "flat" and change.quantity is None:
                    found |= {line.id for line in self.every_line() if line.id == change.line and line.quantity is None}
        return frozenset(found)

    def line(self, line_id: str) -> ContractLine:
        """The line of that id, as first written.

        Raises: DocumentError ``line-unknown``.
        """
        for line in self.every_line():
            if line.id == line_id:
                return line
        known = ", ".join(line.id for line in list(self.every_line())[:10])
        raise DocumentError(
            "line-unknown", found=excerpt(line_id), expected=f"one of {known}", path=f"contract {self.id}"
        )

    def with_line(self, line_id: str, **changes: Any) -> Self:
        """The same contract with one line rewritten from the start, for a question of what would be."""
        self.line(line_id)
        lines = [line.revised(**changes) if line.id == line_id else line for line in self.lines]
        return self.revised(lines=lines)

    def amended(
        self,
        *changes: AnyChange,
        effective: date,
        known_at: datetime,
        actor: str,
        reason: str,
        source: Source | None = None,
        policy: ChangePolicy | None = None,
        id: str | None = None,
    ) -> Self:
        """The contract with one more amendment: what a real change does. The contract as it was stays as it was.

        Args:
            changes: `Change.quantity(...)`, `Change.price(...)`, ...; taken in order.
            effective: First day on which they hold, in the past or in the future.
            known_at: The instant at which they became known, with its zone.
            actor, reason: Who decided, and why.
            source: The record that it came from.
            policy: How it is settled; absent, as ``changes`` says for its nature.
            id: Absent, ``A-1``, ``A-2``, ... in the order in which they are added.

        Raises: DocumentError and NotApplicable with the amendment's place, as `Amendment` and `history_of`.
        Source: rules 5.

        >>> from datetime import UTC
        >>> from billcore.contract.change import Change
        >>> from billcore.pricing.documents import PerUnit
        >>> price = PerUnit(unit_price="10")
        >>> seats = ContractLine(id="seats", sku="SEAT", price=price, quantity=5, billed="in_advance")
        >>> contract = Contract(id="C-1", customer="acme", entity="US01", currency="USD", billed_every="month",
        ...     zone="UTC", term=Period(start=date(2026, 1, 1), end=date(2027, 1, 1)), lines=[seats])
        >>> more = contract.amended(Change.quantity("seats", 8), effective=date(2026, 3, 16),
        ...     known_at=datetime(2026, 3, 20, 15, tzinfo=UTC), actor="sales", reason="three more people")
        >>> [more.as_of(date(2026, 3, day)).line("seats").quantity for day in (15, 16)]
        [Decimal('5'), Decimal('8')]
        """
        amendment = Amendment(
            id=id if id is not None else self._next_amendment(),
            effective=effective,
            known_at=known_at,
            changes=changes,
            actor=actor,
            reason=reason,
            source=source,
            policy=policy,
        )
        return self.revised(amendments=[*self.amendments, amendment])

    def _next_amendment(self) -> str:
        taken = {one.id for one in self.amendments}
        number = len(taken) + 1
        while f"A-{number}" in taken:
            number += 1
        return f"A-{number}"

    def as_of(self, effective: date, as_known_at: datetime | None = None) -> Contract:
        """The terms in force on a day, as known at an instant: a contract without amendments.

        Raises: DocumentError ``date-malformed``, ``instant-naive``; NotApplicable ``nothing-in-force``.
        Source: rules 5.
        """
        return as_of(self, effective, as_known_at)

    def versions(self, as_known_at: datetime | None = None, horizon: date | None = None) -> tuple[ContractVersion, ...]:
        """Every version, by the days on which it is in force.

        Args:
            as_known_at: As known at this instant; None takes everything.
            horizon: How far a contract that renews by itself is looked at.
        """
        return versions(self, as_known_at, horizon)

    def what_if(self, *changes: AnyChange) -> Contract:
        """The contract as if the changes had been agreed from the start; for a real change see `amended`."""
        return rewritten(self, changes)

    def with_price(self, line_id: str, price: Price) -> Self:
        """The same contract with another price on a line from the start: a what-if, not an amendment."""
        return self.with_line(line_id, price=price, price_origin=None)


def _meter(line: ContractLine) -> str:
    return line.metering.meter or "" if line.metering is not None else ""
