"""Which price of a book applies on a day, and why each other one does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from billcore.core.checks import check_date, check_kind
from billcore.core.errors import MissingInput, excerpt
from billcore.core.steps import Step
from billcore.core.value import Value
from billcore.pricing.documents import Price
from billcore.pricing.price_book import PriceBook
from billcore.pricing.price_entries import PriceEntry

Cause = Literal["other_customer", "other_contract", "other_version", "not_yet_effective", "ended", "lower_priority"]


class PriceQuestion(Value, frozen=True, kw_only=True):
    """What is asked of a book, apart from the day.

    Attributes:
        sku: The product.
        customer, contract: Who asks; empty where nobody in particular does, then only list prices apply.
        version: The edition that was pinned; empty for any.
    """

    sku: str
    customer: str = ""
    contract: str = ""
    version: str = ""

    def __str__(self) -> str:
        named = (("customer", self.customer), ("contract", self.contract), ("version", self.version))
        whom = ", ".join(f"{what} {excerpt(name)}" for what, name in named if name)
        return excerpt(self.sku) + (f" for {whom}" if whom else "")

    def refuses(self, entry: PriceEntry) -> Cause | None:
        """Why an entry is not for this question on any day, or None where it is."""
        if entry.customer is not None and entry.customer != self.customer:
            return "other_customer"
        if entry.contract is not None and entry.contract != self.contract:
            return "other_contract"
        if self.version and entry.version != self.version:
            return "other_version"
        return None


class PassedOver(Value, frozen=True, kw_only=True):
    """An entry of the product that did not apply.

    Attributes:
        entry: Its id.
        cause: The first thing that kept it out: whom it is for, its version, its days, its priority.
        text: The same in words.
    """

    entry: str
    cause: Cause
    text: str


@dataclass(frozen=True, kw_only=True)
class PriceFound:
    """The price that applies on a day.

    Attributes:
        book, question, on: What was asked.
        entry: The entry that won: id, version, priority, days, reason.
    """

    book: PriceBook
    question: PriceQuestion
    on: date
    entry: PriceEntry

    @property
    def price(self) -> Price:
        """The price document."""
        return self.entry.price

    @property
    def passed_over(self) -> tuple[PassedOver, ...]:
        """Every other entry of the product with the reason why it did not apply, in order of id."""
        others = (entry for entry in self.book.entries_of(self.question.sku) if entry is not self.entry)
        return tuple(_passed_over(entry, self.question, self.on, self.entry) for entry in others)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The workings: what was found, then what was passed over."""
        inputs = (("sku", self.question.sku), ("on", str(self.on)), ("entry", self.entry.id))
        head = Step(rule="price-applied", text=f"{self.question} on {self.on}: entry {self.entry}", inputs=inputs)
        rest = (
            Step(rule="price-passed-over", text=f"not {one.text}", inputs=(("entry", one.entry), ("cause", one.cause)))
            for one in self.passed_over
        )
        return (head, *rest)

    def __str__(self) -> str:
        head, *rest = (step.text for step in self.steps)
        return "\n".join([head, *(f"  {text}" for text in rest)])


def price_on(
    book: PriceBook, *, sku: str, on: date, customer: str = "", contract: str = "", version: str = ""
) -> PriceFound:
    """Find the price that applies on a day, and why.

    Of the entries of the product that are for the customer and the contract, of the pinned version and in force on the
    day, the one of the highest priority wins. A more specific entry does not win by being so.

    Args:
        on: The service day.
        customer, contract: Who asks, by id; empty, only entries that do not name one apply.
        version: An edition that is pinned; empty, any.

    Rounding: none.
    Raises: MissingInput ``price-missing`` (with what came nearest); DocumentError ``argument-wrong``,
        ``date-malformed``.
    Source: rules 6, "price by the service day".

    >>> base = {"sku": "API", "effective_from": date(2026, 1, 1)}
    >>> listed = PriceEntry(id="list", **base, price={"kind": "per_unit", "unit_price": "0.05"})
    >>> agreed = PriceEntry(id="acme", **base, customer="acme", price={"kind": "per_unit", "unit_price": "0.04"})
    >>> book = PriceBook(id="main", currency="USD", entries=[listed, agreed])
    >>> print(price_on(book, sku="API", on=date(2026, 3, 15), customer="acme"))
    API for customer acme on 2026-03-15: entry acme (customer acme, priority 10 by default, from 2026-01-01): \
per_unit, unit_price 0.04
      not list: priority 0 by default is lower than 10
    """
    question = asked(book, sku=sku, customer=customer, contract=contract, version=version)
    check_date(on, "on")
    entry = entry_on(book, question, on)
    if entry is None:
        raise price_missing(book, question, on)
    return PriceFound(book=book, question=question, on=on, entry=entry)


def asked(book: PriceBook, *, sku: str, customer: str, contract: str, version: str) -> PriceQuestion:
    """Make a question of checked arguments.

    Raises: DocumentError ``argument-wrong``.
    """
    check_kind(book, PriceBook, "book")
    for name, given in (("sku", sku), ("customer", customer), ("contract", contract), ("version", version)):
        check_kind(given, str, name)
    return PriceQuestion(sku=sku, customer=customer, contract=contract, version=version)


def entry_on(book: PriceBook, question: PriceQuestion, on: date) -> PriceEntry | None:
    """The entry of the highest priority of those that apply; the book's own check leaves no two on one day."""
    applying = (entry for entry in entries_for(book, question) if entry.is_effective(on))
    return max(applying, key=lambda entry: entry.rank, default=None)


def entries_for(book: PriceBook, question: PriceQuestion) -> list[PriceEntry]:
    """The entries that are for a question on some day: of the product, for who asks, of the pinned version."""
    entries = book.entries_for(question.sku, question.customer, question.contract)
    return [entry for entry in entries if question.refuses(entry) is None]


def _passed_over(entry: PriceEntry, question: PriceQuestion, on: date, won: PriceEntry) -> PassedOver:
    cause = question.refuses(entry) or _by_day(entry, on) or "lower_priority"
    why = {
        "other_customer": f"for customer {entry.customer}",
        "other_contract": f"for contract {entry.contract}",
        "other_version": f"of version {entry.version}" if entry.version is not None else "of no version",
        "not_yet_effective": f"in force only from {entry.effective_from}",
        "ended": f"in force only before {entry.effective_to}",
        "lower_priority": f"{entry.rank_text} is lower than {won.rank}",
    }
    return PassedOver(entry=entry.id, cause=cause, text=f"{entry.id}: {why[cause]}")


def _by_day(entry: PriceEntry, on: date) -> Cause | None:
    if entry.is_effective(on):
        return None
    return "not_yet_effective" if on < entry.effective_from else "ended"


def price_missing(book: PriceBook, question: PriceQuestion, on: date, *, path: str = "sku") -> MissingInput:
    """Make the error of a day without price: it names the product, the day and what came nearest."""
    return MissingInput(
        "price-missing",
        found=f"no price of {question} on {on}; {_nearest(book, question, on)}",
        expected="an entry of the price book that applies on that day",
        path=path,
        hint="Add the entry, or ask for a day and version that the book has.",
    )


def _nearest(book: PriceBook, question: PriceQuestion, on: date) -> str:
    candidates = book.entries_of(question.sku)
    if not candidates:
        return f"price book {book.id} has no entry of that product"
    fitting = entries_for(book, question)
    if fitting:
        entry = min(fitting, key=lambda one: (_days_away(one, on), -one.rank, one.id))
        return f"nearest is {entry.id}, {entry.days}"
    versions = {entry.version or "none" for entry in candidates if question.refuses(entry) == "other_version"}
    if versions:
        shown = sorted(versions)
        more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""
        return f"its other entries are of version {', '.join(shown[:5])}{more}"
    return "every entry of it is for another customer or contract"


def _days_away(entry: PriceEntry, on: date) -> int:
    """How many days lie between a day and the days of an entry that is not in force on it."""
    if on < entry.effective_from:
        return (entry.effective_from - on).days
    return 0 if entry.effective_to is None else (on - entry.effective_to).days + 1
