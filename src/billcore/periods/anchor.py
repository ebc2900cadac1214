"""Which day boundaries align to, and how the usual alignments are said.

Source: rules 2. Anchors: the contract's start, a day of the month, the month's end, a date. The alignments: to the
contract's start is `ContractStart`, to the account's billing day is `DayOfMonth`, to the calendar is `calendar`, to an
existing term is `co_term`.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from billcore.core.document import Document
from billcore.core.errors import NotApplicable
from billcore.core.whole import Whole
from billcore.periods.days import Day
from billcore.periods.frequency import Frequency


class ContractStart(Document):
    """Boundaries count from the first day of the line."""

    kind: Literal["contract_start"] = "contract_start"


class DayOfMonth(Document):
    """Boundaries fall on a day of the month; 29 to 31 fall on the last day of a shorter month and spring back."""

    kind: Literal["day_of_month"] = "day_of_month"
    day: Annotated[Whole, Field(ge=1, le=31)]


class MonthEnd(Document):
    """Boundaries fall on the last day of the month."""

    kind: Literal["month_end"] = "month_end"


class OnDate(Document):
    """Boundaries count from a date, before or after the start; co-terming gives the end of the existing term."""

    kind: Literal["on_date"] = "on_date"
    date: Day


BillingAnchor = Annotated[ContractStart | DayOfMonth | MonthEnd | OnDate, Field(discriminator="kind")]

_NEW_YEAR = datetime.date(2001, 1, 1)  # a Monday, so that weeks by ISO 8601 count from it too


def calendar(frequency: Frequency | str) -> DayOfMonth | OnDate:
    """Give the anchor that aligns a frequency to the calendar.

    Months begin on the 1st; quarters, years and other steps that divide a year count from 1 January; weeks begin on
    Monday.

    Raises: DocumentError ``frequency-unknown``; NotApplicable ``frequency-not-in-calendar`` for a step that the
        calendar does not have (5 months, 2 weeks, 10 days, term, once).
    Source: rules 2; ISO 8601 for weeks.

    >>> calendar("month"), calendar("quarter")
    (DayOfMonth(kind='day_of_month', day=1), OnDate(kind='on_date', date=datetime.date(2001, 1, 1)))
    """
    step = Frequency.of(frequency)
    if step.months == 1:
        return DayOfMonth(day=1)
    if (step.months and 12 % step.months == 0) or step.days in (1, 7):
        return OnDate(date=_NEW_YEAR)
    raise NotApplicable(
        "frequency-not-in-calendar",
        found=str(step),
        expected="a day, a week, or months that divide a year",
        hint="Name the date to count from: OnDate(date=...).",
    )


def co_term(end: datetime.date) -> OnDate:
    """Give the anchor that ends a new line with an existing term.

    Args:
        end: The exclusive end of the existing term. Where that term counts from a 29th, 30th or 31st and ends in a
            shorter month, give its start instead: the end has forgotten the day.

    Source: rules 2.

    >>> co_term(datetime.date(2027, 3, 1))
    OnDate(kind='on_date', date=datetime.date(2027, 3, 1))
    """
    return OnDate(date=end)
