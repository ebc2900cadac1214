"""Which day boundaries align to.

Source: rules 2. Anchors: the contract's start, a day of the month, the month's end, a date.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from billcore.core.document import Document


class ContractStart(Document):
    """Boundaries count from the first day of the line."""

    kind: Literal["contract_start"] = "contract_start"


class DayOfMonth(Document):
    """Boundaries fall on a day of the month; 29 to 31 fall on the last day of a shorter month and spring back."""

    kind: Literal["day_of_month"] = "day_of_month"
    day: Annotated[int, Field(ge=1, le=31)]


class MonthEnd(Document):
    """Boundaries fall on the last day of the month."""

    kind: Literal["month_end"] = "month_end"


class OnDate(Document):
    """Boundaries count from a date, before or after the start; co-terming gives the end of the existing term."""

    kind: Literal["on_date"] = "on_date"
    date: date


BillingAnchor = Annotated[ContractStart | DayOfMonth | MonthEnd | OnDate, Field(discriminator="kind")]
