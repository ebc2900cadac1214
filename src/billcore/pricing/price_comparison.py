"""What a new price book changes: the amounts of given quantities by two books, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from billcore.core.checks import check_date, check_kind
from billcore.core.errors import NotApplicable
from billcore.core.exact import exact, shortest
from billcore.core.table import Cell, Column, Table
from billcore.money.amount import Amount
from billcore.money.rounding import RoundingMode
from billcore.pricing.price_book import PriceBook
from billcore.pricing.price_entries import PriceEntry
from billcore.pricing.price_questions import PriceQuestion, asked, entry_on
from billcore.pricing.rating import rate
from billcore.usage.measured import Measured

Quantity: TypeAlias = str | int | Decimal | Measured

_COLUMNS = (
    Column(name="sku", kind="text", header="Product"),
    Column(name="quantity", kind="decimal", header="Quantity"),
    Column(name="entry_before", kind="text", header="Entry before"),
    Column(name="entry_after", kind="text", header="Entry after"),
    Column(name="currency", kind="text", header="Currency"),
    Column(name="before", kind="money", header="Before"),
    Column(name="after", kind="money", header="After"),
    Column(name="difference", kind="money", header="Difference"),
)


def compare_books(
    before: PriceBook,
    after: PriceBook,
    quantities: Mapping[str, Quantity | Iterable[Quantity]],
    *,
    on: date,
    customer: str = "",
    contract: str = "",
    mode: RoundingMode = "half_up",
) -> Table:
    """Compare what two books charge for the same quantities on one day.

    Args:
        before, after: Two books of one currency.
        quantities: For each product the quantity, or several, of one price period; a `Measured` for a price that looks
            at more than units.
        on: The service day at which both books are asked.
        customer, contract: As for `price_on`.
        mode: How an amount is rounded.

    Returns: a row for each quantity in the order given: the entries that win, the amounts and after minus before. A
        book without a price leaves its cells and the difference empty: an absent price is not zero.
    Rounding: each amount once, to the currency; the difference is that of the rounded amounts.
    Raises: NotApplicable ``currencies-differ``, and as `rate`; DocumentError ``argument-wrong``, ``date-malformed``,
        ``float-amount``, ``number-malformed``, ``number-too-large``.
    Source: rules 3 and 6.

    >>> from billcore.pricing.documents import PerUnit
    >>> def book(price):
    ...     entry = PriceEntry(id="api", sku="API", price=PerUnit(unit_price=price), effective_from="2026-01-01")
    ...     return PriceBook(id="main", currency="USD", entries=[entry])
    >>> print(compare_books(book("0.05"), book("0.045"), {"API": [100, 2_500]}, on=date(2026, 7, 1)).to_text())
    Product  Quantity  Entry before  Entry after  Currency  Before   After  Difference
    -------  --------  ------------  -----------  --------  ------  ------  ----------
    API           100  api           api          USD         5.00    4.50       -0.50
    API         2,500  api           api          USD       125.00  112.50      -12.50
    """
    for name, book in (("before", before), ("after", after)):
        check_kind(book, PriceBook, name)
    check_kind(quantities, Mapping, "quantities")
    check_date(on, "on")
    if before.currency != after.currency:
        found = f"{before.currency} and {after.currency}"
        raise NotApplicable("currencies-differ", found=found, expected="one currency", path="after")
    rows: list[tuple[Cell, ...]] = []
    for sku, given in quantities.items():
        question = asked(before, sku=sku, customer=customer, contract=contract, version="")
        sides = [entry_on(book, question, on) for book in (before, after)]
        for measured in _each(given, f"quantities.{sku}"[:80]):
            rows.append(_row(question, measured, sides, before.currency, mode))
    return Table(name="price_comparison", columns=_COLUMNS, rows=tuple(rows))


def _each(given: object, path: str) -> list[Measured]:
    """The quantities of one product, read before any is priced."""
    many = given if isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping) else (given,)
    return [one if isinstance(one, Measured) else Measured(quantity=shortest(exact(one, path=path))) for one in many]


def _row(
    question: PriceQuestion, measured: Measured, sides: list[PriceEntry | None], currency: str, mode: RoundingMode
) -> tuple[Cell, ...]:
    names = [None if entry is None else entry.id for entry in sides]
    amounts = [None if entry is None else _amount(entry, measured, currency, mode) for entry in sides]
    old, new = amounts
    difference = None if old is None or new is None else new - old
    return (question.sku, exact(measured.quantity or "0"), *names, currency, old, new, difference)


def _amount(entry: PriceEntry, measured: Measured, currency: str, mode: RoundingMode) -> Amount:
    rated = rate(entry.price, measured)
    return Amount.rounded(rated.numerator, rated.denominator, currency, mode)
