"""What is open while payments are applied: the items, found by number and by balance."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from billcore.cash.references import alphanumeric, digits
from billcore.core.errors import DocumentError
from billcore.core.value import replaced
from billcore.invoice.open_items import OpenItem
from billcore.money.amount import Amount

SHOWN = 10

BalanceKey = tuple[str, str, str, int]


def oldest_due_first(item: OpenItem) -> tuple[date, date, str, str]:
    """The order in which items are paid: due date, issue date, number, document."""
    return item.due_date, item.issue_date, item.number, item.document


class Position:
    """The open items during one call of `apply_cash`; it lives and dies inside that call.

    Raises: DocumentError ``id-repeated`` where a document stands twice among the items.
    """

    def __init__(self, items: Iterable[OpenItem]) -> None:
        self._items: dict[str, OpenItem] = {}
        self._by_alphanumeric: defaultdict[str, list[str]] = defaultdict(list)
        self._by_digits: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
        self._by_customer: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._by_balance: defaultdict[BalanceKey, set[str]] = defaultdict(set)
        for item in items:
            if item.document in self._items:
                raise DocumentError(
                    "id-repeated",
                    found=f"open item {item.document} twice",
                    expected="each document once",
                    path="open_items",
                )
            self._items[item.document] = item
            self._by_alphanumeric[alphanumeric(item.number)].append(item.document)
            self._by_digits[digits(item.number), item.entity, item.balance.currency].append(item.document)
            self._by_customer[item.entity, item.customer].append(item.document)
            self._by_balance[_balance_key(item)].add(item.document)

    def item(self, document: str) -> OpenItem:
        """The item as it stands now."""
        return self._items[document]

    def with_alphanumeric(self, form: str) -> frozenset[str]:
        """Documents whose number has this form (a)."""
        return frozenset(self._by_alphanumeric.get(form, ())) if form else frozenset()

    def with_digits(self, form: str, entity: str, currency: str) -> frozenset[str]:
        """Documents of an entity and currency whose number has this form (b).

        Two entities count their invoices alike: digits alone never name an item in other books.
        """
        return frozenset(self._by_digits.get((form, entity, currency), ())) if form else frozenset()

    def with_balance(self, entity: str, customer: str, balance: Amount) -> frozenset[str]:
        """Invoices of a customer that are open with exactly this balance."""
        return frozenset(self._by_balance.get((entity, customer, balance.currency, balance.minor), ()))

    def open_of(self, entity: str, customer: str) -> tuple[str, ...]:
        """Open invoices of a customer at an entity, oldest due first, at most ten: what a person would look at."""
        documents = self._by_customer.get((entity, customer), ())
        still_open = (item for item in map(self.item, documents) if item.kind == "invoice" and item.balance.minor)
        return tuple(item.document for item in heapq.nsmallest(SHOWN, still_open, key=oldest_due_first))

    def pay(self, document: str, amount: Amount) -> None:
        """Lower an item's balance; below zero it does not exist."""
        before = self._items[document]
        after: OpenItem = replaced(before, balance=before.balance - amount)
        self._items[document] = after
        self._by_balance[_balance_key(before)].discard(document)
        self._by_balance[_balance_key(after)].add(document)

    def items(self) -> tuple[OpenItem, ...]:
        """All items as they stand now, closed ones too, in an order of their own."""
        return tuple(
            sorted(self._items.values(), key=lambda item: (item.entity, item.customer, *oldest_due_first(item)))
        )


def _balance_key(item: OpenItem) -> BalanceKey:
    # A credit memo gets a key that no payment asks for: it is never taken for an invoice of that amount.
    sign = 1 if item.kind == "invoice" else -1
    return item.entity, item.customer, item.balance.currency, sign * item.balance.minor
