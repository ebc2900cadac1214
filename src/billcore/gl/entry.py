"""What the ledger receives: an entry that balances, or does not exist."""

from __future__ import annotations

from datetime import date
from typing import Literal

from billcore.core.errors import InvariantBroken
from billcore.core.ids import content_id
from billcore.core.value import Value
from billcore.gl.roles import AccountRole
from billcore.money.amount import Amount

Side = Literal["debit", "credit"]
# Only these kinds may leave a transaction currency unbalanced: they exist to move value between currencies.
FX_KINDS = frozenset({"settlement_fx", "remeasurement", "translation"})


class JournalLine(Value, frozen=True, kw_only=True):
    """One side of an entry; the entry checks it.

    Attributes:
        account: Number in the chart of the entry's entity.
        role: What the account is for in this event.
        side: ``debit`` or ``credit``; amounts are positive.
        amount_minor, currency: In the transaction's currency.
        functional_minor, functional_currency: In the entity's functional currency.
        mapping_row: Row of the mapping that chose the account.
        obligation: The performance obligation whose cell moves, or empty.
        document: The open item that moves, or empty.
    """

    account: str
    role: AccountRole
    side: Side
    amount_minor: int
    currency: str
    functional_minor: int
    functional_currency: str
    mapping_row: str
    obligation: str = ""
    document: str = ""

    @property
    def amount(self) -> Amount:
        """In the transaction's currency."""
        return Amount(minor=self.amount_minor, currency=self.currency)

    @property
    def functional(self) -> Amount:
        """In the entity's functional currency."""
        return Amount(minor=self.functional_minor, currency=self.functional_currency)

    @property
    def signed(self) -> int:
        """Functional minor units, debit positive."""
        return self.functional_minor if self.side == "debit" else -self.functional_minor


class JournalEntry(Value, frozen=True, kw_only=True):
    """A balanced set of lines in one entity's books.

    The natural key (book, entity, source event, kind) is unique for ever; the id is made from it alone, so a second
    derivation finds the first.

    Raises: InvariantBroken ``entry-too-short``, ``entry-unbalanced``, ``entry-currency-mixed``,
        ``line-not-positive``, ``line-amounts-differ``.
    Source: rules 8.
    """

    IDENTITY = ("book", "entity", "source_event", "kind")

    book: str
    entity: str
    source_event: str
    kind: str
    posting_date: date
    effective_date: date
    mapping_version: str
    description: str
    lines: tuple[JournalLine, ...]
    contract: str = ""
    customer: str = ""
    document: str = ""

    def __post_init__(self) -> None:
        lines = self.lines
        if len(lines) < 2:
            raise self._broken("entry-too-short", f"{len(lines)} line(s)", "2 or more")
        functional, off, is_foreign = lines[0].functional_currency, 0, False
        for line in lines:
            minor = line.functional_minor
            if minor <= 0 or line.amount_minor < 0:
                raise self._broken("line-not-positive", f"{line.functional}", "more than 0, with a side")
            if line.functional_currency != functional:
                raise self._broken("entry-currency-mixed", f"{functional} and {line.functional_currency}", "one")
            if line.currency != functional:
                is_foreign = True
            elif line.amount_minor != minor:
                raise self._broken("line-amounts-differ", f"{line.amount} and {line.functional}", "one amount")
            off += minor if line.side == "debit" else -minor
        if off:
            raise self._broken("entry-unbalanced", f"{off} minor units", "0")
        if is_foreign and self.kind not in FX_KINDS:
            self._check_transaction_currencies()

    @property
    def id(self) -> str:
        """Hash of the natural key alone."""
        return entry_id(self.book, self.entity, self.source_event, self.kind)

    def _check_transaction_currencies(self) -> None:
        sums: dict[str, int] = {}
        for line in self.lines:
            signed = line.amount_minor if line.side == "debit" else -line.amount_minor
            sums[line.currency] = sums.get(line.currency, 0) + signed
        for currency, off in sums.items():
            if off:
                raise self._broken("entry-unbalanced", f"{off} minor units {currency}", "0")

    def _broken(self, code: str, found: str, expected: str) -> InvariantBroken:
        return InvariantBroken(code, found=found, expected=expected, path=f"{self.kind} {self.source_event}")


def entry_id(book: str, entity: str, source_event: str, kind: str) -> str:
    """The id of an entry, from its natural key alone."""
    return content_id("je", book, entity, source_event, kind)
