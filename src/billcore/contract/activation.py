"""What a contract waits for before it runs: its first invoice paid, within which days, and what becomes of it else."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from billcore.core.document import Document
from billcore.core.whole import Whole


class Activation(Document):
    """Service, and billing beyond the first invoice, wait until a host says that the first invoice is paid.

    Attributes:
        on: What is awaited: ``payment``, the first invoice paid in full.
        within_days: Last day on which it may come, counted in days from the first invoice's date (0: that day); absent,
            it is awaited for ever.
        starts: ``agreed`` (default): once it came, everything stands as agreed, from the first day of the term;
            ``activation``: the term begins on the day it came, and every date of the contract moves with it.
        on_expiry: What becomes of the first invoice where the days pass: ``withdraw`` (default) credits what stands
            billed in full, ``keep`` leaves it as it is. Nothing further is billed under either.

    Source: rules 5 (an absent fact is absent; corrections are added).

    >>> Activation(within_days=14).starts
    'agreed'
    """

    on: Literal["payment"] = "payment"
    within_days: Annotated[Whole, Field(ge=0, le=366)] | None = None
    starts: Literal["agreed", "activation"] = "agreed"
    on_expiry: Literal["withdraw", "keep"] = "withdraw"
