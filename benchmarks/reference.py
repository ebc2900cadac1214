"""What the usual way costs: validated pydantic models that hold py-moneyed Money, Decimal arithmetic in between.

Written as a careful team would write it: frozen models that refuse unknown fields, Money at every field that is money,
one rounding helper, totals that are checked where they are built. Nothing is slowed down on purpose; what can be made
once (currency, prices as Decimal) is made once.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, Self

from moneyed import Currency, Money, get_currency
from pydantic import BaseModel, ConfigDict, model_validator

from benchmarks.scene import (
    CONTRACT,
    CURRENCY,
    CUSTOMER,
    DAYS,
    DUE_DATE,
    ENTITY,
    INVOICE_DATE,
    LINES,
    MONTHS,
    SERVICE_END,
    SERVICE_START,
    YEAR_DAYS,
    Cents,
)

CODE: Currency = get_currency(CURRENCY)
CENT = Decimal("0.01")
ZERO = Money(0, CODE)
Side = Literal["debit", "credit"]


class Model(BaseModel):
    """Base of the reference's models."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Line(Model):
    """One invoice line."""

    line: str
    description: str
    service_start: date
    service_end: date
    quantity: Decimal
    gross: Money
    discount: Money
    net: Money
    tax_rate: Decimal
    tax: Money
    total: Money

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.net + self.tax != self.total:
            raise ValueError("net + tax != total")
        return self


class Document(Model):
    """One invoice."""

    number: str
    entity: str
    customer: str
    invoice_date: date
    due_date: date
    lines: tuple[Line, ...]
    total: Money


class Earned(Model):
    """One revenue row."""

    contract: str
    start: date
    end: date
    amount: Money
    entitled: Money


class Posting(Model):
    """One journal line."""

    account: str
    role: str
    side: Side
    amount: Money
    functional: Money
    document: str


class Entry(Model):
    """One journal entry, balanced or refused."""

    source_event: str
    entity: str
    posting_date: date
    lines: tuple[Posting, ...]

    @model_validator(mode="after")
    def _balances(self) -> Self:
        balance = ZERO
        for line in self.lines:
            balance = balance + line.functional if line.side == "debit" else balance - line.functional
        if balance:
            raise ValueError(f"unbalanced by {balance}")
        return self


PRICES = {line.line: [(bound, Decimal(price)) for bound, price in line.tiers] for line in LINES}


def rounded(amount: Decimal) -> Money:
    """Round to the cent, half away from zero."""
    return Money(amount.quantize(CENT, ROUND_HALF_UP), CODE)


def rate(line: str, quantity: int) -> Decimal:
    """Price a quantity by its tiers."""
    amount, lower = Decimal(0), 0
    for upper, price in PRICES[line]:
        inside = (quantity if upper is None else min(quantity, upper)) - lower
        amount += inside * price
        if upper is None or quantity <= upper:
            break
        lower = upper
    return amount


def make() -> tuple[Document, tuple[Earned, ...], Entry]:
    """Bill, recognize and post."""
    lines = []
    for agreed in LINES:
        share = rate(agreed.line, agreed.quantity) * agreed.days / agreed.full
        gross, net = rounded(share), rounded(share * (100 - agreed.discount) / 100)
        tax = rounded(net.amount * agreed.tax / 100)
        lines.append(
            Line(
                line=agreed.line,
                description=agreed.line,
                service_start=SERVICE_START,
                service_end=SERVICE_END,
                quantity=Decimal(agreed.quantity),
                gross=gross,
                discount=gross - net,
                net=net,
                tax_rate=Decimal(agreed.tax),
                tax=tax,
                total=net + tax,
            )
        )
    document = Document(
        number="INV-1",
        entity=ENTITY,
        customer=CUSTOMER,
        invoice_date=INVOICE_DATE,
        due_date=DUE_DATE,
        lines=tuple(lines),
        total=sum((line.total for line in lines), ZERO),
    )
    net, tax = sum((line.net for line in lines), ZERO), sum((line.tax for line in lines), ZERO)
    rows = recognize(net)
    sides: list[tuple[str, Side, Money]] = [("receivable", "debit", net), ("receivable", "debit", tax)]
    sides += [("tax_payable", "credit", line.tax) for line in lines]
    sides += [("contract_liability", "credit", row.amount) for row in rows]
    return document, rows, post(sides)


def recognize(net: Money) -> tuple[Earned, ...]:
    """Spread the net over the year by days, each row the difference of rounded cumulatives."""
    rows, days, before = [], 0, ZERO
    for start, end, length in zip(MONTHS, MONTHS[1:], DAYS, strict=False):
        days += length
        entitled = rounded(net.amount * days / YEAR_DAYS)
        rows.append(Earned(contract=CONTRACT, start=start, end=end, amount=entitled - before, entitled=entitled))
        before = entitled
    return tuple(rows)


def post(sides: list[tuple[str, Side, Money]]) -> Entry:
    """Make the entry."""
    return Entry(
        source_event="invoice:INV-1",
        entity=ENTITY,
        posting_date=INVOICE_DATE,
        lines=tuple(
            Posting(account="1200", role=role, side=side, amount=amount, functional=amount, document="INV-1")
            for role, side, amount in sides
        ),
    )


def cents(made: tuple[Document, tuple[Earned, ...], Entry]) -> Cents:
    """Read the cents off what `make` made."""
    document, rows, entry = made

    def minor(money: Money) -> int:
        return int(money.amount.scaleb(2))

    return Cents(
        nets=tuple(minor(line.net) for line in document.lines),
        taxes=tuple(minor(line.tax) for line in document.lines),
        total=minor(document.total),
        revenue=tuple(minor(row.amount) for row in rows),
        journal=tuple(minor(line.amount) * (1 if line.side == "debit" else -1) for line in entry.lines),
    )
