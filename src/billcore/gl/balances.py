"""What stands on the accounts at the end of a day: the trial balance, and balances by role, contract or obligation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from billcore.core.errors import InvariantBroken
from billcore.core.value import Value
from billcore.gl.accounts import Chart
from billcore.gl.entry import JournalEntry, JournalLine
from billcore.gl.journal import in_order
from billcore.gl.roles import AccountRole
from billcore.money.amount import Amount

BalanceKey = Literal["book", "entity", "account", "role", "customer", "contract", "obligation", "document"]
_ENTRY_KEYS = frozenset({"book", "entity", "customer", "contract"})


class TrialBalanceRow(Value, frozen=True, kw_only=True):
    """One account of one entity, in the entity's functional currency.

    Attributes:
        name: From the chart, or empty where no chart was given.
        debit, credit: Totals of each side, 0 or more.
    """

    book: str
    entity: str
    account: str
    name: str
    debit: Amount
    credit: Amount

    @property
    def balance(self) -> Amount:
        """Debit minus credit; negative on a credit balance."""
        return self.debit - self.credit


class TrialBalance(Value, frozen=True, kw_only=True):
    """All accounts at the end of a day, ordered by book, entity and account; debits equal credits in each entity.

    Raises: InvariantBroken ``trial-balance-unbalanced``, ``entry-currency-mixed``.
    """

    through: date
    rows: tuple[TrialBalanceRow, ...]

    def __post_init__(self) -> None:
        off: dict[tuple[str, str], Amount] = {}
        for row in self.rows:
            books = (row.book, row.entity)
            before = off.get(books, Amount(minor=0, currency=row.debit.currency))
            if before.currency != row.debit.currency:
                found = f"{before.currency} and {row.debit.currency} in {row.entity}"
                raise InvariantBroken("entry-currency-mixed", found=found, expected="one functional currency")
            off[books] = before + row.balance
        for (book, entity), amount in off.items():
            if amount.minor:
                raise InvariantBroken(
                    "trial-balance-unbalanced", found=str(amount), expected="0", path=f"{book}.{entity}"
                )


def trial_balance(entries: Iterable[JournalEntry], *, through: date, chart: Chart | None = None) -> TrialBalance:
    """Sum the entries up to and including a posting date, by book, entity and account.

    Args:
        through: Last posting date that counts.
        chart: Gives the accounts' names.

    Rounding: none; whole minor units are added.
    Raises: MissingInput ``account-unknown`` where a chart is given and lacks an account; InvariantBroken
        ``entry-repeated``, ``entry-currency-mixed``.

    >>> trial_balance((), through=date(2026, 1, 31)).rows
    ()
    """
    sums: dict[tuple[str, str, str, str], list[int]] = {}
    for entry in in_order(entries, through=through):
        for line in entry.lines:
            key = (entry.book, entry.entity, line.account, line.functional.currency)
            sides = sums.setdefault(key, [0, 0])
            sides[0 if line.side == "debit" else 1] += line.functional_minor
    rows = (
        TrialBalanceRow(
            book=book,
            entity=entity,
            account=number,
            name=chart.account(entity, number).name if chart else "",
            debit=Amount(minor=debit, currency=currency),
            credit=Amount(minor=credit, currency=currency),
        )
        for (book, entity, number, currency), (debit, credit) in sorted(sums.items())
    )
    return TrialBalance(through=through, rows=tuple(rows))


class Balance(Value, frozen=True, kw_only=True):
    """What stands on a selection of lines; debit positive.

    Attributes:
        amount: In the transaction currency.
        functional: In the functional currency of the entity.
    """

    amount: Amount
    functional: Amount


def balances_by(
    entries: Iterable[JournalEntry], keys: tuple[BalanceKey, ...], *, through: date, role: AccountRole | None = None
) -> dict[tuple[str, ...], Balance]:
    """Sum the lines up to and including a posting date, grouped by some of their keys.

    Each result's key holds the values of ``keys`` in their order, then the transaction and the functional currency, for
    amounts of two currencies are never added. Groups that have come back to zero are kept.

    Args:
        keys: What to group by; ``()`` gives one group for each pair of currencies.
        through: Last posting date that counts.
        role: Only lines of this role, or None for all.

    Raises: InvariantBroken ``entry-repeated``.
    """
    sums: dict[tuple[str, ...], list[int]] = {}
    for entry in in_order(entries, through=through):
        for line in entry.lines:
            if role is None or line.role == role:
                group = tuple([_key(entry, line, name) for name in keys])
                both = sums.setdefault((*group, line.amount.currency, line.functional.currency), [0, 0])
                both[0] += line.amount_minor if line.side == "debit" else -line.amount_minor
                both[1] += line.signed
    return {
        key: Balance(
            amount=Amount(minor=amount, currency=key[-2]), functional=Amount(minor=functional, currency=key[-1])
        )
        for key, (amount, functional) in sorted(sums.items())
    }


def _key(entry: JournalEntry, line: JournalLine, name: BalanceKey) -> str:
    value: str = getattr(entry if name in _ENTRY_KEYS else line, name)
    return value


def balance_of(
    entries: Iterable[JournalEntry],
    *,
    role: AccountRole,
    currency: str,
    through: date,
    entity: str | None = None,
    contract: str | None = None,
    obligation: str | None = None,
    document: str | None = None,
) -> Amount:
    """Give the balance of one role at the end of a day, in one transaction currency; debit positive.

    A filter that is None takes all; an empty text takes the lines that have none.

    Raises: InvariantBroken ``entry-repeated``.
    """
    filters = {"entity": entity, "contract": contract, "obligation": obligation, "document": document}
    keys: tuple[BalanceKey, ...] = ("entity", "contract", "obligation", "document")
    wanted = [(place, filters[name]) for place, name in enumerate(keys) if filters[name] is not None]
    groups = balances_by(entries, keys, through=through, role=role)
    minor = sum(
        balance.amount.minor
        for key, balance in groups.items()
        if balance.amount.currency == currency and all(key[place] == value for place, value in wanted)
    )
    return Amount(minor=minor, currency=currency)
