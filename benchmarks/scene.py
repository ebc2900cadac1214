"""What all sides of the object invoice make: the same numbers in, the same cents out.

One invoice of five lines, each rated by tiers, prorated, discounted and taxed; twelve revenue rows by the days of the
year; one journal entry of nineteen lines: receivable for net and tax, five taxes, twelve months of contract liability.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import NamedTuple

CURRENCY = "USD"
ENTITY, CUSTOMER, CONTRACT = "US01", "acme", "C-1001"
INVOICE_DATE, DUE_DATE = date(2025, 4, 1), date(2025, 5, 1)
SERVICE_START, SERVICE_END = date(2025, 3, 10), date(2025, 4, 1)
MONTHS = tuple((date(2025, 3 + n, 1) if n < 10 else date(2026, n - 9, 1)) for n in range(13))
DAYS = tuple((end - start).days for start, end in pairwise(MONTHS))
YEAR_DAYS = sum(DAYS)
TERM_START, TERM_END = MONTHS[0], MONTHS[-1]


class Agreed(NamedTuple):
    """One line as agreed, in plain texts and whole numbers."""

    line: str
    tiers: tuple[tuple[int | None, str], ...]  # upper bound, unit price
    quantity: int
    days: int  # of `full` days
    full: int
    discount: int  # percent
    tax: int  # percent


LINES = (
    Agreed("platform", ((None, "12.00"),), 100, 22, 31, 20, 19),
    Agreed("seats", ((50, "30.00"), (200, "25.50"), (None, "21.75")), 173, 22, 31, 10, 19),
    Agreed("api_calls", ((10_000, "0"), (50_000, "0.004"), (None, "0.0025")), 61_234, 31, 31, 5, 7),
    Agreed("storage", ((1_000, "0.11"), (None, "0.0725")), 4_321, 13, 31, 15, 19),
    Agreed("support", ((None, "487.65"),), 1, 9, 31, 33, 19),
)


class Cents(NamedTuple):
    """What a side made, in cents: compared before anything is timed."""

    nets: tuple[int, ...]
    taxes: tuple[int, ...]
    total: int
    revenue: tuple[int, ...]
    journal: tuple[int, ...]  # debits positive
