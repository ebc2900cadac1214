"""What a price book is: the prices of products by customer, contract and day, of which at most one wins."""

from __future__ import annotations

from collections.abc import Iterator, Sized
from functools import cached_property
from itertools import chain, islice, product
from typing import Self

from pydantic import field_validator, model_validator

from billcore.core.checks import check_kind
from billcore.core.document import Document, problem
from billcore.core.fields import Identifier, Items, optional
from billcore.core.findings import Finding
from billcore.core.limits import DEFAULT
from billcore.core.words import counted
from billcore.money.schema import CurrencyCode
from billcore.pricing.price_entries import PriceEntry
from billcore.pricing.price_overlaps import list_gaps, overlaps


class PriceBook(Document):
    """Prices in one currency.

    Whatever is asked of a book that could be read, at most one entry wins: two that could both win make no book.

    Attributes:
        id: Name of the book.
        currency: ISO 4217; of every price in it.
        entries: In any order; the order decides nothing.

    Raises: DocumentError ``id-repeated``, ``prices-overlap``, ``limit-exceeded``, ``currency-unknown``.
    Source: rules 6.

    >>> price = {"kind": "per_unit", "unit_price": "0.05"}
    >>> entry = {"sku": "API", "price": price, "effective_from": "2026-01-01"}
    >>> PriceBook.read({"id": "main", "currency": "USD", "entries": [{**entry, "id": "a"}, {**entry, "id": "b"}]})
    Traceback (most recent call last):
    billcore.core.errors.DocumentError: [prices-overlap] at PriceBook: found entries a and b of API, both of priority \
0 and in force on 2026-01-01, expected one winner on each day. Give one of them another priority, end it with \
effective_to, or name the customer of a contract's entry.
    """

    id: Identifier
    currency: CurrencyCode
    entries: Items[PriceEntry] = optional(default=())

    @field_validator("entries", mode="before")
    @classmethod
    def _book_is_not_too_long(cls, given: object) -> object:
        # Before the entries are read: reading so many takes longer than a refusal may. An iterator has no length.
        if isinstance(given, Iterator):
            given = list(islice(given, DEFAULT.lines + 1))
        if isinstance(given, Sized) and len(given) > DEFAULT.lines and not isinstance(given, str | bytes):
            found = f"more than {DEFAULT.lines} entries"
            raise problem("limit-exceeded", found=found, expected=f"at most {DEFAULT.lines}")
        return given

    @model_validator(mode="after")
    def _one_entry_wins(self) -> Self:
        seen: set[str] = set()
        for entry in self.entries:
            if entry.id in seen:
                raise problem("id-repeated", found=f"entry {entry.id} twice", expected="each id once")
            seen.add(entry.id)
        for found in overlaps(self.entries):
            both = f"entries {found.first} and {found.second} of {found.sku}"
            raise problem(
                "prices-overlap",
                found=f"{both}, both of priority {found.priority} and in force on {found.day}",
                expected="one winner on each day",
                hint="Give one of them another priority, end it with effective_to, or name the customer of a "
                "contract's entry.",
            )
        return self

    @cached_property
    def _by_scope(self) -> dict[str, dict[tuple[str, str], list[PriceEntry]]]:
        """The entries of each product by customer and contract, empty where none is named; made once."""
        found: dict[str, dict[tuple[str, str], list[PriceEntry]]] = {}
        for entry in self.entries:
            scopes = found.setdefault(entry.sku, {})
            scopes.setdefault((entry.customer or "", entry.contract or ""), []).append(entry)
        return found

    def entries_of(self, sku: str) -> tuple[PriceEntry, ...]:
        """All entries of a product in order of id; none where the book does not know it."""
        groups = self._by_scope.get(sku, {}).values()
        return tuple(sorted(chain.from_iterable(groups), key=lambda entry: entry.id))

    def entries_for(self, sku: str, customer: str, contract: str) -> tuple[PriceEntry, ...]:
        """The entries of a product that are for a customer and a contract: theirs, and those that name nobody."""
        scopes = self._by_scope.get(sku, {})
        asked = product(dict.fromkeys((customer, "")), dict.fromkeys((contract, "")))
        return tuple(entry for scope in asked for entry in scopes.get(scope, ()))


def check_price_book(book: PriceBook) -> tuple[Finding, ...]:
    """Tell what is suspicious in a book that could be read.

    Returns: warnings, owner product: ``price-gap`` for each stretch of days between two list prices of a product on
        which it has no list price. What lies before the first and after the last is no gap.
    Raises: DocumentError ``argument-wrong``.

    >>> price = {"kind": "flat", "amount": "10"}
    >>> old = PriceEntry(id="old", sku="PRO", price=price, effective_from="2026-01-01", effective_to="2026-03-01")
    >>> new = PriceEntry(id="new", sku="PRO", price=price, effective_from="2026-04-01")
    >>> check_price_book(PriceBook(id="main", currency="USD", entries=[old, new]))[0].found
    'no list price of PRO for 31 days, [2026-03-01, 2026-04-01)'
    """
    check_kind(book, PriceBook, "book")
    places = {entry.id: index for index, entry in enumerate(book.entries)}
    return tuple(
        Finding(
            code="price-gap",
            owner="product",
            severity="warning",
            path=f"entries[{places[entry.id]}].effective_from",
            found=f"no list price of {sku} for {counted(gap.days, 'day')}, {gap}",
            expected="list prices that follow each other without a gap",
            hint="Close the gap, or leave it where the product is not sold on these days.",
            subject=sku,
        )
        for sku, gap, entry in list_gaps(book.entries)
    )
