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
    """One side of an entry.

    Attributes:
        account: Number in the chart of the entry's entity.
        role: What the account is for in this event.
        side: ``debit`` or ``credit``; amounts are positive.
        amount: In the transaction's currency.
        functional: In the entity's functional currency.
        mapping_row: Row of the mapping that chose the account.
        obligation: The performance obligation whose cell moves, or empty.
        document: The open item that moves, or empty.
    """

    account: str
    role: AccountRole
    side: Side
    amount: Amount
    functional: Amount
    mapping_row: str
    obligation: str = ""
    document: str = ""

    def __post_init__(self) -> None:
        if self.amount.minor < 0 or self.functional.minor <= 0:
            raise InvariantBroken("line-not-positive", found=f"{self.functional}", expected="more than 0, with a side")

    @property
    def signed(self) -> int:
        """Functional minor units, debit positive."""
        return self.functional.minor if self.side == "debit" else -self.functional.minor


class JournalEntry(Value, frozen=True, kw_only=True):
    """A balanced set of lines in one entity's books.

    The natural key (book, entity, source event, kind) is unique for ever; the id is made from it alone, so a second
    derivation finds the first.

    Raises: InvariantBroken ``entry-too-short``, ``entry-unbalanced``, ``entry-currency-mixed``.
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
        where = f"{self.kind} {self.source_event}"
        if len(self.lines) < 2:
            raise InvariantBroken(
                "entry-too-short", found=f"{len(self.lines)} line(s)", expected="2 or more", path=where
            )
        functional = {line.functional.currency for line in self.lines}
        if len(functional) > 1:
            raise InvariantBroken(
                "entry-currency-mixed", found=", ".join(sorted(functional)), expected="one", path=where
            )
        off = sum(line.signed for line in self.lines)
        if off:
            raise InvariantBroken("entry-unbalanced", found=f"{off} minor units", expected="0", path=where)
        if self.kind not in FX_KINDS:
            self._check_transaction_currencies(where)

    @property
    def id(self) -> str:
        """Hash of the natural key alone."""
        return entry_id(self.book, self.entity, self.source_event, self.kind)

    def _check_transaction_currencies(self, where: str) -> None:
        sums: dict[str, int] = {}
        for line in self.lines:
            signed = line.amount.minor if line.side == "debit" else -line.amount.minor
            sums[line.amount.currency] = sums.get(line.amount.currency, 0) + signed
        for currency, off in sums.items():
            if off:
                raise InvariantBroken(
                    "entry-unbalanced", found=f"{off} minor units {currency}", expected="0", path=where
                )


def entry_id(book: str, entity: str, source_event: str, kind: str) -> str:
    """The id of an entry, from its natural key alone."""
    return content_id("je", book, entity, source_event, kind)
