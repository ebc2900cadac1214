"""What the text ledgers share: one book in order, safe account names, and texts that cannot break a line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from billcore.core.canonical import digest
from billcore.core.errors import NotApplicable
from billcore.gl.accounts import Account, AccountType, Chart
from billcore.gl.entry import JournalEntry
from billcore.gl.journal import in_order

ROOTS: dict[AccountType, str] = {
    "asset": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expenses",
}
# Roles whose balance a subledger explains; the exports assert it, so that a changed pair of lines is found as well.
ASSERTED_ROLES = frozenset(
    {
        "receivable",
        "unbilled_receivable",
        "contract_asset",
        "contract_liability",
        "unapplied_cash",
        "unidentified_cash",
    }
)
_NOT_SAFE = re.compile(r"[^A-Za-z0-9]+")
_NAME_LENGTH = 40


def one_book(entries: Iterable[JournalEntry]) -> tuple[JournalEntry, ...]:
    """Put the entries of one book in order.

    Raises: NotApplicable ``books-mixed``: two books hold the same events twice, and their sum means nothing;
        InvariantBroken ``entry-repeated``.
    """
    ordered = in_order(entries)
    books = sorted({entry.book for entry in ordered})
    if len(books) > 1:
        raise NotApplicable(
            "books-mixed", found=", ".join(books), expected="entries of one book", hint="Export each book by itself."
        )
    return ordered


def used_accounts(entries: Iterable[JournalEntry], chart: Chart) -> dict[tuple[str, str], Account]:
    """The accounts that the entries post to, by entity and number, in that order.

    Raises: MissingInput ``account-unknown``.
    """
    keys = sorted({(entry.entity, line.account) for entry in entries for line in entry.lines})
    return {key: chart.account(*key) for key in keys}


def account_names(chart: Chart) -> dict[tuple[str, str], str]:
    """Name every account of the chart ``Assets:US01:1200-Receivables``, in letters that both ledgers take.

    Two accounts never share a name: where spelling them safely makes them alike, a hash of entity and number tells them
    apart.
    """
    names = {(a.entity, a.number): _account_name(a) for a in chart.accounts}
    alike: dict[str, list[tuple[str, str]]] = {}
    for key, name in names.items():
        alike.setdefault(name, []).append(key)
    for name, keys in alike.items():
        if len(keys) > 1:
            names.update({key: f"{name}-{digest(key)[:12]}" for key in keys})
    return names


def _account_name(account: Account) -> str:
    words = _safe(account.name)[:_NAME_LENGTH].strip("-")
    last = f"{_component(account.number)}-{words}" if words else _component(account.number)
    return f"{ROOTS[account.type]}:{_component(account.entity)}:{last}"


def _component(text: str) -> str:
    safe = _safe(text)
    return safe[:1].upper() + safe[1:]


def _safe(text: str) -> str:
    return _NOT_SAFE.sub("-", text).strip("-")
