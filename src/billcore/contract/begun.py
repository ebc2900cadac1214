"""What a contract is when its term begins on another day: every date keeps its distance in months and days."""

from __future__ import annotations

from datetime import date, timedelta

from billcore.contract.contract import Contract
from billcore.contract.life import Trial
from billcore.contract.lines import ContractLine
from billcore.core.checks import check_date, check_kind
from billcore.periods.months import day_in_month, month_index
from billcore.periods.period import ONE_DAY, Period
from billcore.pricing.discounts import AmountOff, PercentOff


def begun_on(contract: Contract, day: date) -> Contract:
    """Give the contract with its term beginning on a day, and its dates moved with it.

    Moved are the term, the enforceable term, the lines' own dates, their trials and ramps, and the ends of discounts. A
    date so many whole months and days behind the old start is as many behind the new one, so a year stays a year
    (counted in days alone, a term over a leap day would gain a day); a day that the month does not have becomes its
    last one. What a calendar or another contract fixes stays: the billing anchor, and usage windows with it; so do the
    days of amendments and of list prices.

    Args:
        contract: As agreed.
        day: The first day of the term.

    Returns: the contract itself where the day is that of its term.
    Raises: DocumentError ``date-malformed``; LimitExceeded ``date-out-of-range``.

    >>> from billcore.pricing.documents import Flat
    >>> line = ContractLine(id="seats", sku="SEATS", billed="in_advance", price=Flat(amount="10"))
    >>> term = Period(start=date(2024, 1, 15), end=date(2025, 1, 15))
    >>> agreed = Contract(id="C-1", customer="acme", entity="DE01", currency="EUR", billed_every="month", term=term,
    ...     lines=[line])
    >>> str(begun_on(agreed, date(2024, 3, 4)).term)
    '[2024-03-04, 2025-03-04)'
    """
    check_kind(contract, Contract, "contract")
    check_date(day, "day")
    start = contract.term.start
    if day == start:
        return contract
    enforceable, stage = contract.enforceable, contract.stage
    return contract.revised(
        term=_moved_period(contract.term, start, day),
        lines=[_moved_line(line, start, day) for line in contract.lines],
        enforceable=enforceable and enforceable.revised(period=_moved_period(enforceable.period, start, day)),
        stage=stage and stage.revised(discounts=[_moved_discount(one, start, day) for one in stage.discounts]),
    )


def _moved_line(line: ContractLine, start: date, day: date) -> ContractLine:
    has_trial_end = line.trial is not None and line.trial.until is not None
    if line.period is None and not line.discounts and not line.ramp and not has_trial_end:
        return line
    return line.revised(
        period=line.period and _moved_period(line.period, start, day),
        discounts=[_moved_discount(one, start, day) for one in line.discounts],
        ramp=[one.revised(period=_moved_period(one.period, start, day)) for one in line.ramp],
        trial=_moved_trial(line.trial, start, day),
    )


def _moved_trial(trial: Trial | None, start: date, day: date) -> Trial | None:
    if trial is None or trial.until is None:
        return trial
    return trial.revised(until=_moved(trial.until, start, day))


def _moved_discount(discount: PercentOff | AmountOff, start: date, day: date) -> PercentOff | AmountOff:
    return discount if discount.until is None else discount.revised(until=_moved(discount.until, start, day))


def _moved_period(period: Period, start: date, day: date) -> Period:
    first = _moved(period.start, start, day)
    # Two days at the end of a long month may fall on one of a short month: a period keeps at least one.
    return Period(start=first, end=max(_moved(period.end, start, day), first + ONE_DAY))


def _moved(given: date, start: date, day: date) -> date:
    """A date as far behind a new start as it is behind the old one, in whole months and days."""
    if given < start:
        return day - (start - given)
    months = month_index(given) - month_index(start)
    if day_in_month(month_index(start) + months, start.day) > given:
        months -= 1
    days = (given - day_in_month(month_index(start) + months, start.day)).days
    whole = day_in_month(month_index(day) + months, day.day)
    if days == 0:
        return whole
    following = day_in_month(month_index(day) + months + 1, day.day)
    return min(whole + timedelta(days=days), following - ONE_DAY)
