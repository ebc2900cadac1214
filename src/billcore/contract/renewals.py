"""How far a contract runs that renews by itself, and what its lines agreed for later days from the start.

Source: rules 2 (terms: auto-renewal with notice, uplift, evergreen) and 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from billcore.contract.life import AutoRenewal, Evergreen, ListPrice, RampStep
from billcore.contract.line_book import Event, LineBook, Revise
from billcore.contract.lines import ContractLine
from billcore.contract.reading_amendments import TermBook
from billcore.core.limits import DEFAULT, check_limit
from billcore.periods.grid import Grid, grid_for
from billcore.pricing.listed import Listed
from billcore.pricing.uplift import uplifted

if TYPE_CHECKING:
    from billcore.contract.contract import Contract

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class TermEnd:
    """How far a contract is laid out.

    Attributes:
        day: The exclusive end of the term, or of the last renewal that is looked at.
        renewals: First day of each further term that is looked at.
        open_from: For a contract without end: the first day on which no line needs to be laid out any more.
    """

    day: date
    renewals: tuple[date, ...] = ()
    open_from: date | None = None

    def of_line(self, book: LineBook) -> date:
        """The exclusive end of a line, as far as it is laid out."""
        if book.end is not None or book.own_end is not None:
            return book.ends_on(self.day)
        if self.open_from is None:
            return self.day
        return book.cadence_on(self.open_from).boundary_on_or_after(self.open_from, date.max)


def term_end(contract: Contract, term: TermBook, horizon: date | None) -> TermEnd:
    """Work out how far a contract runs.

    Args:
        term: As amended: its end, a cancellation, the day of a notice.
        horizon: Day through which it is looked at; None looks at the first term alone.

    Raises: LimitExceeded ``limit-exceeded``.
    """
    renewal = contract.renewal
    if term.cancelled is not None:
        days = _renewal_days(term, renewal, term.cancelled - ONE_DAY) if isinstance(renewal, AutoRenewal) else ()
        return TermEnd(day=term.cancelled, renewals=tuple(day for day in days if day < term.cancelled))
    if isinstance(renewal, AutoRenewal):
        return _auto(term, renewal, horizon)
    if isinstance(renewal, Evergreen):
        if term.notice is not None:
            least = max(term.notice + timedelta(days=renewal.notice_days), term.end)
            grid = grid_for(contract.term, contract.billed_every, contract.anchor, contract.stub)
            number = grid.index(least)
            return TermEnd(day=least if grid.at(number) == least else grid.at(number + 1))
        last = max(horizon or term.end - ONE_DAY, term.end - ONE_DAY)
        return TermEnd(day=term.end, open_from=last + ONE_DAY)
    return TermEnd(day=term.end)


def _auto(term: TermBook, renewal: AutoRenewal, horizon: date | None) -> TermEnd:
    grid = Grid.counted_from(term.end, renewal.term)
    most = renewal.most if renewal.most is not None else DEFAULT.periods
    last = 0
    if term.notice is not None:
        # The first end of a term whose notice is still kept.
        last = _first_end(grid, term.notice + timedelta(days=renewal.notice_days))
        last = min(last, most)
        return TermEnd(day=grid.at(last), renewals=tuple(grid.at(n) for n in range(last)))
    if horizon is not None and horizon >= term.end:
        last = grid.index(horizon) + 1
        if renewal.most is None:
            check_limit("periods", last, DEFAULT.periods, path="renewal")
    last = min(last, most)
    return TermEnd(day=grid.at(last), renewals=tuple(grid.at(n) for n in range(last)))


def _first_end(grid: Grid, day: date) -> int:
    number = grid.index(day)
    return max(0, number if grid.at(number) == day else number + 1)


def _renewal_days(term: TermBook, renewal: AutoRenewal, through: date) -> tuple[date, ...]:
    return _auto(term, renewal, through).renewals if through >= term.end else ()


def agreed_events(contract: Contract, book: LineBook, renewals: tuple[date, ...]) -> list[Event]:
    """The steps of a line's ramp, later list prices and uplifts, as events that were known from the start."""
    events = [
        Event(day=step.period.start, known_on=None, order=-2, kind="terms", revise=_step(step))
        for step in book.line.ramp
    ]
    events += [
        Event(day=_listed_from(book, one), known_on=None, order=-3, kind="terms", revise=_listed(one))
        for one in book.line.list_prices
    ]
    renewal = contract.renewal
    if isinstance(renewal, AutoRenewal) and renewal.uplift and book.own_end is None:
        rise = _rise(renewal.uplift, renewal.price_digits)
        events += [
            Event(day=day, known_on=None, order=-1, kind="terms", revise=rise) for day in renewals if day > book.start
        ]
    return events


def _step(step: RampStep) -> Revise:
    fields: dict[str, object] = {}
    if step.price is not None:
        fields["price"] = step.price
    if step.quantity is not None:
        fields["quantity"] = step.quantity
    return lambda line: line.revised(**fields)


def _listed_from(book: LineBook, one: ListPrice) -> date:
    if one.at == "service_day" or not book.every.recurs:
        return one.since
    return book.first_cadence().boundary_on_or_after(one.since, date.max)


def _listed(one: ListPrice) -> Revise:
    return lambda line: line.revised(price=one.price, price_origin=one.price_origin)


def _rise(percent: Decimal, digits: int | None) -> Revise:
    def rise(line: ContractLine) -> ContractLine:
        if isinstance(line.price, Listed):
            return line
        return line.revised(price=uplifted(line.price, percent, digits=digits), price_origin=None)

    return rise
