"""What a line says that takes its price from a price book, and where a price that was taken came from."""

from __future__ import annotations

from typing import Literal

from billcore.core.document import Document
from billcore.core.fields import Identifier
from billcore.core.whole import Whole
from billcore.periods.days import Day


class Listed(Document):
    """A reference to a price of a price book, in the place of a price.

    Attributes:
        sku: The product whose price it is; absent, the line's own.
        version: The edition that is pinned; its price stays for the whole line.
        as_of: The day whose price is pinned; its price stays for the whole line. Absent, the line's first day.
        at: Where nothing is pinned and the book's price changes while the line lasts: the new price holds from the
            ``service_day`` of the change (default) or from the next billing period on, by its ``period_start``.

    Without ``version`` and ``as_of`` nothing is pinned: the price goes by the service day.
    Source: rules 6.
    """

    kind: Literal["listed"] = "listed"
    sku: Identifier | None = None
    version: Identifier | None = None
    as_of: Day | None = None
    at: Literal["service_day", "period_start"] = "service_day"

    @property
    def is_pinned(self) -> bool:
        """Whether a later change of the book leaves the line alone."""
        return self.version is not None or self.as_of is not None


class PriceOrigin(Document):
    """The entry of a price book that a line's price was taken from.

    Attributes:
        book, entry: Ids.
        version: Edition of the entry, where it has one.
        on: The day that was asked for.
        priority: With which it won.
        listed: What the line said before.
    """

    book: Identifier
    entry: Identifier
    version: Identifier | None = None
    on: Day
    priority: Whole
    listed: Listed

    def __str__(self) -> str:
        version = "" if self.version is None else f", version {self.version}"
        pinned = "pinned" if self.listed.is_pinned else "not pinned"
        return f"price book {self.book}, entry {self.entry}{version}, priority {self.priority}, on {self.on}, {pinned}"
