"""What stands billed, as a value that a host passes in: every line of every document ever issued.

A run subtracts it from what should stand billed; what it issues, added to it, is the next one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from billcore.billing.pace import Pace
from billcore.core.canonical import digest
from billcore.core.errors import DocumentError, MissingInput
from billcore.core.value import Value
from billcore.money.amount import Amount
from billcore.money.taxed import TaxAmount
from billcore.periods.period import Period

START = "0" * 64


class BilledLine(Value, frozen=True, kw_only=True):
    """One line of an issued document.

    Attributes:
        document, number, kind, invoice_date: The document.
        id: The document line.
        contract, line, component, service: The piece it bills.
        terms: What made the amount.
        net_minor, currency: Before tax; positive on both kinds.
        taxes: As issued; a credit gives back a share of these, never of today's.
        corrects: On a credit memo, the document line that it reduces.
        ordinal: How many lines of the piece were issued before it; it tells the order of issue, whatever the order in
            which lines are passed.
        adds_to: The line whose amount this one raises, for the same days, or empty.
        pace: How the amount runs over the days; None where evenly.
        payer: Who was asked for it, where that is not the customer: a credit goes to whoever owes what it corrects.
    """

    LATER = ("ordinal", "adds_to", "pace", "payer")

    document: str
    number: str
    kind: Literal["invoice", "credit_memo"]
    invoice_date: date
    id: str
    contract: str
    line: str
    component: str
    service: Period
    terms: str
    net_minor: int
    currency: str
    taxes: tuple[TaxAmount, ...] = ()
    corrects: str = ""
    ordinal: int = 0
    adds_to: str = ""
    pace: Pace | None = None
    payer: str = ""

    @property
    def key(self) -> tuple[str, str, date, date]:
        """The piece within its contract: line, component, service period."""
        return (self.line, self.component, self.service.start, self.service.end)

    @property
    def signed(self) -> int:
        """Minor units, charged positive and credited negative."""
        return self.net_minor if self.kind == "invoice" else -self.net_minor

    @property
    def net(self) -> Amount:
        """Before tax; positive on both kinds."""
        return Amount(minor=self.net_minor, currency=self.currency)


def in_order_of_issue(lines: Iterable[BilledLine]) -> list[BilledLine]:
    """Sort lines so that those of one piece stand in the order in which they were issued."""
    return sorted(lines, key=lambda line: (line.ordinal, line.id))


class Billed(Value, frozen=True, kw_only=True):
    """Every line that stands, in order of issue.

    Attributes:
        lines: In order of issue.

    Raises: DocumentError ``id-repeated``.
    """

    lines: tuple[BilledLine, ...] = ()

    def __post_init__(self) -> None:
        if len({line.id for line in self.lines}) < len(self.lines):
            places = {line.id: place for place, line in enumerate(self.lines)}
            twice = next(line for place, line in enumerate(self.lines) if places[line.id] != place)
            raise DocumentError(
                "id-repeated",
                found=f"the line {twice.id} of {twice.number or twice.document} twice",
                expected="each line that was issued once",
                path="billed.lines",
            )

    @property
    def sequence(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    @property
    def chain(self) -> str:
        """Running hash over the lines; with the count it tells a store whether lines are missing."""
        chain = START
        for line in self.lines:
            chain = digest([chain, line])
        return chain

    def plus(self, lines: Iterable[BilledLine]) -> Billed:
        """What stands after these were issued too."""
        return Billed(lines=(*self.lines, *lines))

    @classmethod
    def of(cls, lines: Iterable[BilledLine], *, sequence: int, chain: str) -> Billed:
        """Read lines back from a store and check that none is missing, added or changed.

        Raises: MissingInput ``billed-incomplete``.
        """
        built = cls(lines=tuple(lines))
        found = built.chain
        if (built.sequence, found) != (sequence, chain):
            raise MissingInput(
                "billed-incomplete",
                found=f"{built.sequence} lines with running hash {found[:12]}",
                expected=f"{sequence} lines with running hash {chain[:12]}, as the store counted",
                hint="Select every line that was ever issued, in order of issue.",
            )
        return built

    def of_contract(self, contract: str) -> tuple[BilledLine, ...]:
        """The lines of one contract."""
        return tuple(line for line in self.lines if line.contract == contract)
