"""What a request for payment is: lines, taxes and totals that agree, or it does not exist."""

from __future__ import annotations

from datetime import date
from typing import Literal

from billcore.billing.pace import Pace
from billcore.core.errors import DocumentError, InvariantBroken
from billcore.core.ids import identify
from billcore.core.value import Value
from billcore.money.amount import Amount
from billcore.money.taxed import TaxAmount
from billcore.periods.period import Period

DocumentKind = Literal["invoice", "credit_memo"]


class InvoiceLine(Value, frozen=True, kw_only=True):
    """A charge as the customer sees it; on a credit memo the amounts are what is given back, also positive.

    Attributes:
        contract, line, component, service: The piece that it bills or corrects.
        terms: What made the amount.
        number: How many lines of the piece stood before; it keeps repeated corrections apart.
        quantity: Shown quantity, or empty.
        net_minor, currency: Before tax, in minor units.
        taxes: What it bears; net and taxes make gross.
        discount_minor: Part of the list amount that was taken off, as shown; not part of net.
        corrects: Id of the line that a credit corrects, or empty.
        adds_to: Id of the line whose amount this one raises, for the same days, or empty.
        pace: How the amount runs over the days, kept for a credit of some of them; None where evenly.
        customer: Who used it, where that is not who pays; empty: the document's customer.
    """

    IDENTITY = ("contract", "line", "component", "service", "terms", "number", "corrects")
    LATER = ("adds_to", "pace", "customer")

    contract: str
    line: str
    component: str
    service: Period
    terms: str
    number: int
    description: str
    net_minor: int
    currency: str
    taxes: tuple[TaxAmount, ...]
    quantity: str = ""
    discount_minor: int = 0
    corrects: str = ""
    adds_to: str = ""
    pace: Pace | None = None
    customer: str = ""

    @property
    def id(self) -> str:
        """Hash of what the line is about."""
        return identify("il", self)

    @property
    def net(self) -> Amount:
        """Before tax."""
        return Amount(minor=self.net_minor, currency=self.currency)

    @property
    def tax_minor(self) -> int:
        """All taxes of the line, in minor units."""
        return sum(tax.tax_minor for tax in self.taxes)

    @property
    def tax(self) -> Amount:
        """All taxes of the line."""
        return Amount(minor=self.tax_minor, currency=self.currency)

    @property
    def gross(self) -> Amount:
        """Net and taxes."""
        return Amount(minor=self.net_minor + self.tax_minor, currency=self.currency)

    @property
    def discount(self) -> Amount | None:
        """What was taken off the list amount, or None."""
        return Amount(minor=self.discount_minor, currency=self.currency) if self.discount_minor else None


class Invoice(Value, frozen=True, kw_only=True):
    """A document that asks for payment (``invoice``) or gives back (``credit_memo``); immutable once issued.

    Attributes:
        number: Legal number, gapless per series; empty before issue.
        customer: Who used what it bills; the payer where its lines name several.
        payer: Who owes it and is asked for it, where that is not the customer; empty: the customer.
        seller, customer_name, customer_address: Snapshots at issue.
        terms_text: Payment terms as shown.
    """

    IDENTITY = ("kind", "entity", "customer", "currency", "invoice_date", "contracts", "line_ids")
    LATER = ("payer",)

    kind: DocumentKind
    number: str
    entity: str
    customer: str
    currency: str
    invoice_date: date
    due_date: date
    contracts: tuple[str, ...]
    lines: tuple[InvoiceLine, ...]
    seller: tuple[str, ...] = ()
    customer_address: tuple[str, ...] = ()
    terms_text: str = ""
    payer: str = ""

    def __post_init__(self) -> None:
        if not self.lines:
            raise InvariantBroken("lines-empty", found="no line", expected="at least one line")
        for line in self.lines:
            if line.currency != self.currency or line.net_minor < 0:
                raise InvariantBroken(
                    "line-not-of-document", found=str(line.net), expected=f"0 or more {self.currency}"
                )

    @property
    def id(self) -> str:
        """Hash of what it bills; preview and issue have the same."""
        return identify("inv" if self.kind == "invoice" else "cm", self)

    @property
    def payer_id(self) -> str:
        """Who owes it: the payer, or the customer where nobody else is named."""
        return self.payer or self.customer

    @property
    def line_ids(self) -> tuple[str, ...]:
        """The ids of its lines."""
        return tuple(line.id for line in self.lines)

    @property
    def net(self) -> Amount:
        """Sum of the lines before tax."""
        return Amount(minor=sum(line.net_minor for line in self.lines), currency=self.currency)

    @property
    def tax(self) -> Amount:
        """Sum of the lines' taxes."""
        return Amount(minor=sum(line.tax_minor for line in self.lines), currency=self.currency)

    @property
    def total(self) -> Amount:
        """What is asked for, or given back."""
        minor = sum(line.net_minor + line.tax_minor for line in self.lines)
        return Amount(minor=minor, currency=self.currency)

    def user_of(self, contract: str) -> str:
        """Who used what the lines of one of its contracts bill."""
        return next((one.customer for one in self.lines if one.contract == contract and one.customer), self.customer)

    def line(self, line_id: str) -> InvoiceLine:
        """The line that bills a contract line.

        Args:
            line_id: Of the contract line, of the document line, or ``contract/line`` where the document has several
                contracts with a line of that name.

        Raises: DocumentError ``line-unknown``, ``line-ambiguous``.
        """
        found = [one for one in self.lines if line_id in (one.line, one.id, f"{one.contract}/{one.line}")]
        if len({one.contract for one in found}) > 1:
            meant = dict.fromkeys(f"{one.contract}/{one.line}" for one in found)
            raise DocumentError(
                "line-ambiguous",
                found=f"{line_id} of {len(meant)} contracts",
                expected=f"one of {', '.join(list(meant)[:10])}",
                path=self.number or self.id,
            )
        if found:
            return found[0]
        known = ", ".join(line.line for line in self.lines[:10])
        raise DocumentError("line-unknown", found=line_id, expected=f"one of {known}", path=self.number or self.id)
