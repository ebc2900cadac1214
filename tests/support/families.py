"""A family of accounts and their contracts: a parent, a child that it pays for, a child that pays itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import billcore as bc
from billcore.engine.book import Book
from support import books

TERM = {"start": "2026-01-01", "end": "2027-01-01"}
# Contract -> what it says beside 2026, DE01, EUR, monthly: its customer, its price, and what differs.
CONTRACTS: dict[str, dict[str, Any]] = {
    "C-1": {"customer": "acme-de", "amount": "100.00"},
    "C-2": {"customer": "acme", "amount": "50.00"},
    "C-3": {"customer": "acme-us", "amount": "30.00"},
    "C-4": {"customer": "acme-de", "amount": "20.00", "payer": "acme-de"},
    "C-5": {"customer": "acme-de", "amount": "10.00", "payment_terms": {"kind": "net_days", "days": 60}},
    "C-6": {"customer": "acme-de", "amount": "10.00", "entity": "US01"},
    "C-7": {"customer": "acme-de", "amount": "10.00", "term": {"start": "2026-01-10", "end": "2027-01-10"}},
    "C-8": {"customer": "acme-de", "amount": "20.00"},
}


def customers(parent: str = "separate") -> list[bc.Customer]:
    """acme, which pays for acme-de and not for acme-us."""
    shared: dict[str, Any] = {"tax_jurisdiction": "DE"}
    return [
        bc.Customer.read({"id": "acme", "name": "Acme Group", "invoices": parent, "address": ["1 Main St"], **shared}),
        bc.Customer.read({"id": "acme-de", "name": "Acme GmbH", "parent": "acme", "pays": "parent", **shared}),
        bc.Customer.read({"id": "acme-us", "name": "Acme Inc", "parent": "acme", **shared}),
    ]


def contract(name: str, **changes: Any) -> bc.Contract:
    """One of the family's contracts, with some things written otherwise."""
    written = {"id": name, "entity": "DE01", "currency": "EUR", "billed_every": "month", "term": TERM}
    written |= CONTRACTS.get(name, {}) | changes
    price = {"kind": "flat", "amount": written.pop("amount", "10.00")}
    line = {"id": "seats", "sku": "A", "billed": "in_advance", "price": price}
    return bc.Contract.read({"lines": [line], **written})


def book(contracts: Iterable[bc.Contract], parent: str = "separate") -> Book:
    """A book of some contracts of the family."""
    return books.book(contracts).revised(customers=customers(parent))
