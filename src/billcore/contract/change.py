"""How a change is written: one name for each kind, so that a reader meets `Change.quantity` and can guess the rest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from billcore.contract.changes import (
    AddLine,
    Cancel,
    ChangeBilling,
    ChangeDates,
    ChangeDiscounts,
    ChangePrice,
    ChangeQuantity,
    Direction,
    GiveNotice,
    Pause,
    RemoveLine,
    Resume,
)
from billcore.contract.lines import Billed, ContractLine
from billcore.periods.anchor import BillingAnchor
from billcore.periods.frequency import Frequency
from billcore.pricing.discounts import Discount
from billcore.pricing.documents import Price
from billcore.pricing.listed import Listed
from billcore.pricing.modifiers import Modifiers


class Change:
    """The kinds of change, each as a function that gives its document.

    Raises: DocumentError, as the documents do.
    Source: rules 5.

    >>> Change.quantity("seats", 12)
    ChangeQuantity(kind='quantity', line='seats', quantity=Decimal('12'), direction=None)
    """

    @staticmethod
    def add(line: ContractLine) -> AddLine:
        """A new line."""
        return AddLine(line=line)

    @staticmethod
    def remove(line: str) -> RemoveLine:
        """A line ends, with its add-ons."""
        return RemoveLine(line=line)

    @staticmethod
    def quantity(line: str, quantity: str | int | Decimal, *, direction: Direction | None = None) -> ChangeQuantity:
        """Other agreed units."""
        return ChangeQuantity(line=line, quantity=quantity, direction=direction)

    @staticmethod
    def price(
        line: str,
        price: Price | Listed,
        *,
        quantity: str | int | Decimal | None = None,
        modifiers: Modifiers | None = None,
        direction: Direction | None = None,
    ) -> ChangePrice:
        """Another price, of the same model or another."""
        return ChangePrice(line=line, price=price, quantity=quantity, modifiers=modifiers, direction=direction)

    @staticmethod
    def discounts(line: str, discounts: Iterable[Discount]) -> ChangeDiscounts:
        """Other discounts, in place of those the line has."""
        return ChangeDiscounts(line=line, discounts=tuple(discounts))

    @staticmethod
    def billing(
        line: str | None = None,
        *,
        billed_every: str | Frequency | None = None,
        anchor: BillingAnchor | None = None,
        billed: Billed | None = None,
        rebase_month: bool = False,
    ) -> ChangeBilling:
        """Another frequency, anchor or side of the period, or boundaries that count from the month of the change."""
        return ChangeBilling(
            line=line, billed_every=billed_every, anchor=anchor, billed=billed, rebase_month=rebase_month
        )

    @staticmethod
    def dates(line: str | None = None, *, start: date | None = None, end: date | None = None) -> ChangeDates:
        """Another start or exclusive end of a line, or another end of the term."""
        return ChangeDates(line=line, start=start, end=end)

    @staticmethod
    def cancel() -> Cancel:
        """The contract ends."""
        return Cancel()

    @staticmethod
    def pause(*lines: str, until: date | None = None) -> Pause:
        """Lines, or all of them, are not served for a while."""
        return Pause(lines=lines, until=until)

    @staticmethod
    def resume(*lines: str) -> Resume:
        """Paused lines are served again."""
        return Resume(lines=lines)

    @staticmethod
    def notice() -> GiveNotice:
        """The term is not renewed."""
        return GiveNotice()
