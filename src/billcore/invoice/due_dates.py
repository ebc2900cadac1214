"""When an invoice is due."""

from __future__ import annotations

from datetime import date, timedelta

from billcore.contract.terms import EndOfMonth, NetDays
from billcore.periods.days import out_of_range
from billcore.periods.months import day_in_month, month_index


def due_date(invoice_date: date, terms: NetDays | EndOfMonth) -> date:
    """Give the day by which an invoice is to be paid.

    Raises: LimitExceeded ``date-out-of-range``.
    Source: rules 6.

    >>> due_date(date(2026, 1, 31), NetDays(days=30))
    datetime.date(2026, 3, 2)
    >>> due_date(date(2026, 1, 10), EndOfMonth(months=1, day=31))
    datetime.date(2026, 2, 28)
    """
    if isinstance(terms, EndOfMonth):
        return day_in_month(month_index(invoice_date) + terms.months, terms.day)
    if (date.max - invoice_date).days < terms.days:
        raise out_of_range(f"{terms.days} days after {invoice_date}")
    return invoice_date + timedelta(days=terms.days)


def terms_text(terms: NetDays | EndOfMonth) -> str:
    """Say the terms as an invoice shows them.

    >>> terms_text(NetDays(days=30)), terms_text(EndOfMonth(months=1, day=10))
    ('net 30 days', 'day 10 of the month, 1 month(s) after the invoice month')
    """
    if isinstance(terms, NetDays):
        return f"net {terms.days} days"
    day = "end" if terms.day == 31 else f"day {terms.day}"
    return f"{day} of the month, {terms.months} month(s) after the invoice month"
