"""How the lines of a contract that refer to a price book get the prices that applied."""

from __future__ import annotations

from itertools import pairwise

from billcore.contract.contract import Contract
from billcore.contract.lines import ContractLine
from billcore.core.checks import check_kind
from billcore.core.errors import NotApplicable
from billcore.periods.period import Period
from billcore.pricing.listed import Listed, PriceOrigin
from billcore.pricing.price_book import PriceBook
from billcore.pricing.price_entries import PriceEntry
from billcore.pricing.price_questions import PriceQuestion, entry_on, price_missing
from billcore.pricing.price_stretches import price_history


def with_prices(contract: Contract, book: PriceBook) -> Contract:
    """Put the price that applied into each line that refers to the price book.

    A line that pins a version or a day gets the price of that day (absent, of its first day) for as long as it lasts.
    A line that pins nothing is priced by the service day: its price must be one and the same on each of its days.

    Args:
        contract: Lines with a price of their own stay as they are.
        book: In the contract's currency.

    Returns: the contract without references; each line that had one names the entry in ``price_origin``.
    Raises: MissingInput ``price-missing``; NotApplicable ``price-changes-in-term``, ``currencies-differ``;
        DocumentError ``argument-wrong``.
    Source: rules 6, "price by the service day".

    >>> from datetime import date
    >>> from billcore.contract.lines import ContractLine
    >>> line = ContractLine(id="api", sku="API", price=Listed(), billed="in_arrears")
    >>> contract = Contract(id="C-1", customer="acme", entity="US01", currency="USD", billed_every="month",
    ...     term=Period(start=date(2026, 3, 1), end=date(2027, 3, 1)), lines=[line])
    >>> price = {"kind": "per_unit", "unit_price": "0.05"}
    >>> book = PriceBook.read({"id": "main", "currency": "USD", "entries": [
    ...     {"id": "list", "sku": "API", "price": price, "effective_from": "2026-01-01", "version": "2026-01"}]})
    >>> priced = with_prices(contract, book).line("api")
    >>> print(priced.price.unit_price, "by", priced.price_origin)
    0.05 by price book main, entry list, version 2026-01, priority 0, on 2026-03-01, not pinned
    """
    check_kind(contract, Contract, "contract")
    check_kind(book, PriceBook, "book")
    if not any(isinstance(line.price, Listed) for line in contract.lines):
        return contract
    if contract.currency != book.currency:
        raise NotApplicable(
            "currencies-differ",
            found=f"contract {contract.id} in {contract.currency}, price book {book.id} in {book.currency}",
            expected="one currency",
            path="currency",
            hint="Pass the price book of the contract's currency.",
        )
    lines = [_with_price(contract, line, book, f"lines[{n}].price") for n, line in enumerate(contract.lines)]
    return contract.revised(lines=lines)


def _with_price(contract: Contract, line: ContractLine, book: PriceBook, path: str) -> ContractLine:
    listed = line.price
    if not isinstance(listed, Listed):
        return line
    question = PriceQuestion(
        sku=listed.sku or line.sku, customer=contract.customer, contract=contract.id, version=listed.version or ""
    )
    period = line.period or contract.term
    on = listed.as_of or period.start
    if listed.is_pinned:
        entry = entry_on(book, question, on)
        if entry is None:
            raise price_missing(book, question, on, path=path)
    else:
        entry = _entry_of_every_day(book, question, period, path)
    origin = PriceOrigin(book=book.id, entry=entry.id, version=entry.version, on=on, priority=entry.rank, listed=listed)
    return line.revised(price=entry.price, price_origin=origin)


def _entry_of_every_day(book: PriceBook, question: PriceQuestion, period: Period, path: str) -> PriceEntry:
    """The entry of the first day, where every other day has the same price, be it by another entry."""
    history = price_history(
        book, sku=question.sku, customer=question.customer, contract=question.contract, period=period
    )
    for gap in history.gaps:
        raise price_missing(book, question, gap.start, path=path)
    priced = [(one, one.entry) for one in history.stretches if one.entry is not None]
    for (before, old), (after, new) in pairwise(priced):
        if old.price != new.price:
            raise NotApplicable(
                "price-changes-in-term",
                found=f"for {question}: {before}, then {after}",
                expected=f"one price for the line's days {period}",
                path=path,
                hint="Pin a version or a day (as_of), or write a line for each price.",
            )
    return priced[0][1]
