"""How the lines of a contract that refer to a price book get the prices that applied."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from billcore.contract.amendments import Amendment
from billcore.contract.changes import AddLine, AnyChange, ChangePrice
from billcore.contract.contract import Contract
from billcore.contract.life import ListPrice
from billcore.contract.lines import ContractLine
from billcore.contract.versions import as_of
from billcore.core.checks import check_date, check_kind
from billcore.core.errors import NotApplicable
from billcore.periods.period import Period
from billcore.pricing.listed import Listed, PriceOrigin
from billcore.pricing.price_book import PriceBook
from billcore.pricing.price_entries import PriceEntry
from billcore.pricing.price_questions import PriceQuestion, entry_on, price_missing
from billcore.pricing.price_stretches import price_history

ONE_DAY = timedelta(days=1)


def with_prices(contract: Contract, book: PriceBook) -> Contract:
    """Put the price that applied into each line that refers to the price book.

    A line that pins a version or a day gets the price of that day (absent, of its first day) for as long as it lasts.
    A line that pins nothing is priced by the service day: where the book changes its price while the line lasts, the
    line has the later prices in ``list_prices``, each from its day (or the next billing period, by ``at``) on. A listed
    price of an amendment is priced in the same way, from its effective day.

    Args:
        contract: Lines with a price of their own stay as they are.
        book: In the contract's currency.

    Returns: the contract without references; each line that had one names the entry in ``price_origin``.
    Raises: MissingInput ``price-missing``; NotApplicable ``currencies-differ``; DocumentError ``argument-wrong``.
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
    if not any(isinstance(price, Listed) for price in _prices(contract)):
        return contract
    _check_currency(contract, book)
    lines = [
        _with_price(contract, line, line.period or contract.term, book, f"lines[{n}].price")
        for n, line in enumerate(contract.lines)
    ]
    amendments = [
        amendment.revised(
            changes=[
                _with_change(contract, amendment, change, book, f"amendments[{n}].changes[{m}].price")
                for m, change in enumerate(amendment.changes)
            ]
        )
        for n, amendment in enumerate(contract.amendments)
    ]
    return contract.revised(lines=lines, amendments=amendments)


def renewed_prices(contract: Contract, book: PriceBook, on: date) -> tuple[ChangePrice, ...]:
    """Give the changes by which a contract takes the prices of a new price list at its renewal.

    Args:
        contract: Priced: the lines whose price was taken from a book are asked for again; others keep theirs.
        book: The new list, in the contract's currency.
        on: The first day of the renewed term, for which the book is asked.

    Returns: a change for each line that has another price then, for `Contract.amended` with ``effective=on``.
    Raises: MissingInput ``price-missing``; NotApplicable ``currencies-differ``, ``nothing-in-force``; DocumentError
        ``argument-wrong``, ``date-malformed``.
    Source: rules 2 (auto-renewal: uplift or new price list).

    >>> from billcore.contract.life import AutoRenewal
    >>> line = ContractLine(id="api", sku="API", price=Listed(as_of=date(2026, 3, 1)), billed="in_arrears")
    >>> contract = Contract(id="C-1", customer="acme", entity="US01", currency="USD", billed_every="month", zone="UTC",
    ...     term=Period(start=date(2026, 3, 1), end=date(2027, 3, 1)), lines=[line], renewal=AutoRenewal(term="year"))
    >>> def entry(year, price, last):
    ...     return {"id": f"list-{year}", "sku": "API", "price": {"kind": "per_unit", "unit_price": price},
    ...         "effective_from": f"{year}-01-01", "effective_to": last}
    >>> entries = [entry(2026, "0.05", "2027-01-01"), entry(2027, "0.06", None)]
    >>> book = PriceBook.read({"id": "main", "currency": "USD", "entries": entries})
    >>> [str(one.price.unit_price) for one in renewed_prices(with_prices(contract, book), book, date(2027, 3, 1))]
    ['0.06']
    """
    check_kind(contract, Contract, "contract")
    check_kind(book, PriceBook, "book")
    check_date(on, "on")
    _check_currency(contract, book)
    found = []
    for line in as_of(contract, on).lines:
        if line.price_origin is None:
            continue
        listed = line.price_origin.listed
        question = PriceQuestion(
            sku=listed.sku or line.sku, customer=contract.customer, contract=contract.id, version=""
        )
        entry = entry_on(book, question, on)
        if entry is None:
            raise price_missing(book, question, on, path=f"line {line.id}")
        if entry.price != line.price:
            found.append(ChangePrice(line=line.id, price=entry.price))
    return tuple(found)


def _check_currency(contract: Contract, book: PriceBook) -> None:
    if contract.currency != book.currency:
        raise NotApplicable(
            "currencies-differ",
            found=f"contract {contract.id} in {contract.currency}, price book {book.id} in {book.currency}",
            expected="one currency",
            path="currency",
            hint="Pass the price book of the contract's currency.",
        )


def _prices(contract: Contract) -> Iterator[object]:
    for line in contract.every_line():
        yield line.price
    for amendment in contract.amendments:
        for change in amendment.changes:
            if isinstance(change, ChangePrice):
                yield change.price


def _with_change(contract: Contract, amendment: Amendment, change: AnyChange, book: PriceBook, path: str) -> AnyChange:
    days = Period(start=amendment.effective, end=max(contract.term.end, amendment.effective + ONE_DAY))
    if isinstance(change, AddLine):
        line = change.line
        return change.revised(line=_with_price(contract, line, line.period or days, book, path))
    if isinstance(change, ChangePrice) and isinstance(change.price, Listed):
        line = contract.line(change.line)
        priced = _with_price(contract, line.revised(price=change.price), days, book, path)
        return change.revised(price=priced.price)
    return change


def _with_price(contract: Contract, line: ContractLine, period: Period, book: PriceBook, path: str) -> ContractLine:
    listed = line.price
    if not isinstance(listed, Listed):
        return line
    question = PriceQuestion(
        sku=listed.sku or line.sku, customer=contract.customer, contract=contract.id, version=listed.version or ""
    )
    on = listed.as_of or period.start
    if listed.is_pinned:
        entry = entry_on(book, question, on)
        if entry is None:
            raise price_missing(book, question, on, path=path)
        return line.revised(price=entry.price, price_origin=_origin(book, entry, on, listed))
    (_, first), *later = _stretches(book, question, period, path)
    return line.revised(
        price=first.price,
        price_origin=_origin(book, first, on, listed),
        list_prices=[
            ListPrice(since=day, price=entry.price, price_origin=_origin(book, entry, day, listed), at=listed.at)
            for day, entry in later
        ],
    )


def _origin(book: PriceBook, entry: PriceEntry, on: date, listed: Listed) -> PriceOrigin:
    return PriceOrigin(book=book.id, entry=entry.id, version=entry.version, on=on, priority=entry.rank, listed=listed)


def _stretches(book: PriceBook, question: PriceQuestion, period: Period, path: str) -> list[tuple[date, PriceEntry]]:
    """The first day of each price that applied, with its entry; another entry of the same price is no change."""
    history = price_history(
        book, sku=question.sku, customer=question.customer, contract=question.contract, period=period
    )
    for gap in history.gaps:
        raise price_missing(book, question, gap.start, path=path)
    found: list[tuple[date, PriceEntry]] = []
    for one in history.stretches:
        if one.entry is not None and not (found and found[-1][1].price == one.entry.price):
            found.append((one.period.start, one.entry))
    return found
