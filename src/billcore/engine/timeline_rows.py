"""What a timeline holds: a row for each piece that a contract bills, totals by invoice date, marks."""

from __future__ import annotations

from datetime import date
from typing import Literal

from billcore.contract.lines import Billed
from billcore.core.findings import Finding
from billcore.core.value import Value
from billcore.money.amount import Amount
from billcore.periods.period import Period

Status = Literal["billed", "due", "planned", "awaits usage", "awaits delivery", "withdrawn"]
STATUSES: tuple[Status, ...] = ("billed", "due", "planned", "awaits usage", "awaits delivery", "withdrawn")


class TimelineRow(Value, frozen=True, kw_only=True):
    """One piece: a line, a component and a service period, with everything that is known of its bill.

    Attributes:
        line, name: The contract line, and what people call it.
        component: ``recurring``, ``usage``, ``one_time``, ``milestone:design``, ``minimum:floor``, ``usage:region=eu``.
        service: The days it covers.
        full: The whole, untruncated billing periods that its parts lie in: a row equal to its one full period is no
            stub.
        price_periods: The price periods that it touches; empty where the price is per billing period.
        billed: ``in_advance``, ``in_arrears``, ``once`` or ``on_milestone``; empty for a withdrawn line that the
            contract does not hold.
        invoice_date: When it is billed; None for a milestone that is not reached.
        quantity: Units, as plain text; empty where they are not known or there are none.
        price: What it costs, in words.
        amount_minor: What should stand billed for it, net, in minor units; None where that is not known.
        standing_minor: What stands billed for it, less what was credited; None where nothing was ever billed.
        status: ``billed`` where what stands is what should stand, or is kept because the amount is not known;
            ``due`` where the date has come, or where a correction is due; ``planned`` for a later date;
            ``awaits usage``, ``awaits delivery``; ``withdrawn`` for what was billed once and is asked for no more.
        numbers: The documents on which it stands, in order of issue; an id where there is no number.
    """

    line: str
    name: str
    component: str
    service: Period
    full: tuple[Period, ...]
    price_periods: tuple[Period, ...]
    billed: Billed | Literal[""]
    invoice_date: date | None
    quantity: str
    price: str
    currency: str
    amount_minor: int | None
    standing_minor: int | None
    status: Status
    numbers: tuple[str, ...] = ()

    @property
    def amount(self) -> Amount | None:
        """What should stand billed for it, before tax; None where that is not known."""
        return None if self.amount_minor is None else Amount(minor=self.amount_minor, currency=self.currency)

    @property
    def standing(self) -> Amount | None:
        """What stands billed for it, before tax; None where nothing was ever billed."""
        return None if self.standing_minor is None else Amount(minor=self.standing_minor, currency=self.currency)

    @property
    def is_stub(self) -> bool:
        """Whether it is anything but one whole billing period."""
        return self.full != (self.service,)

    @property
    def kind(self) -> str:
        """The component without what tells its pieces apart: ``milestone`` of ``milestone:design``."""
        return self.component.partition(":")[0]

    @property
    def piece(self) -> str:
        """What tells it apart from the other pieces of its line and service period, or empty.

        A milestone's id, a group, a tier; ``minimum``, ``true-up`` and ``overage`` with the name of what asks for it.
        """
        kind, _, piece = self.component.partition(":")
        if kind in ("recurring", "usage", "one_time", "milestone"):
            return piece
        return f"{kind.replace('_', '-')} {piece}".strip()


class InvoiceTotal(Value, frozen=True, kw_only=True):
    """What the rows of one invoice date come to.

    Attributes:
        invoice_date: The date of the contract's schedule; a correction is billed with a later document.
        amount_minor: Net of the rows whose amount is known; where it is not known and something stands, what stands.
        standing_minor: What stands billed of them.
        row_count: How many rows there are.
        unknown_count: How many of them have no amount yet: the total is without them.
    """

    invoice_date: date
    currency: str
    amount_minor: int
    standing_minor: int
    row_count: int
    unknown_count: int

    @property
    def amount(self) -> Amount:
        """Net of the rows whose amount is known."""
        return Amount(minor=self.amount_minor, currency=self.currency)

    @property
    def standing(self) -> Amount:
        """What stands billed of them."""
        return Amount(minor=self.standing_minor, currency=self.currency)


class Mark(Value, frozen=True, kw_only=True):
    """Something that happens on a day and is no row: a line starts or ends, a price changes, a line is paused.

    Attributes:
        on: The day.
        text: What happens, in a few words.
        line: The contract line; empty for the whole contract.
    """

    on: date
    text: str
    line: str = ""


class Timeline(Value, frozen=True, kw_only=True):
    """What a contract bills when.

    Attributes:
        contract, name, currency, term: Of the contract.
        through: The last day that counted, inclusive; None where every fact that was passed counted.
        lines: (id, name) of each, in the contract's order; what stands billed of other lines behind them.
        rows: By invoice date, those without one last; of one date in the contract's order of lines.
        totals: By invoice date.
        marks: By day.
        findings: Why an amount is not known although usage was passed.
    """

    contract: str
    name: str
    currency: str
    term: Period
    through: date | None
    lines: tuple[tuple[str, str], ...]
    rows: tuple[TimelineRow, ...]
    totals: tuple[InvoiceTotal, ...]
    marks: tuple[Mark, ...] = ()
    findings: tuple[Finding, ...] = ()

    def of_line(self, line_id: str) -> tuple[TimelineRow, ...]:
        """The rows of a line, in order of their service periods."""
        mine = [row for row in self.rows if row.line == line_id]
        return tuple(sorted(mine, key=lambda row: (row.service.start, row.service.end)))
