"""What a part of a period costs: a difference of rounded cumulatives, or rounded alone, as the convention says."""

from __future__ import annotations

from typing import TypeVar

from billcore.core.errors import DocumentError
from billcore.core.ratio import Ratio, check_ratio
from billcore.money.amount import Amount
from billcore.money.rounding import RoundingMode
from billcore.periods.instants import InstantPeriod
from billcore.periods.period import Period
from billcore.proration.convention import ProrationConvention
from billcore.proration.shares import instant_share, share

# Dates or instants: a part and its period are of one kind.
P = TypeVar("P", Period, InstantPeriod)


def part_amount(
    price: Ratio,
    part: P,
    full: P,
    convention: ProrationConvention,
    *,
    currency: str,
    rounding: RoundingMode = "half_up",
    price_period: Period | None = None,
) -> Amount:
    """Give what a part of a period costs.

    Args:
        price: Exact amount that the whole costs, in major units.
        part: The service; dates, or instants for the unit ``second``.
        full: The full untruncated period around it, of the same kind.
        convention: With ``parts=cumulative`` the part is what the period has cost through its end, less what it has
            cost through its start, so that parts of a period add up to it to the cent; with ``each`` it is rounded
            alone.
        price_period: The period the price is for; as in `share`.

    Rounding: the cost of a part once (``each``), or each of two cumulatives once (``cumulative``), by ``rounding``.
    Raises: DocumentError ``ratio-malformed``, ``argument-wrong``; and as `share`, `instant_share`, `Amount.rounded`.
    Source: rules 1 (shares by time are differences of cumulative shares) and 4.

    >>> from datetime import date
    >>> january = Period(start=date(2026, 1, 1), end=date(2026, 1, 4))
    >>> days = [Period(start=date(2026, 1, n), end=date(2026, 1, n + 1)) for n in (1, 2, 3)]
    >>> [part_amount((100, 1), day, january, ProrationConvention(), currency="USD").text for day in days]
    ['33.33', '33.34', '33.33']
    >>> each = ProrationConvention(parts="each")
    >>> [part_amount((100, 1), day, january, each, currency="USD").text for day in days]
    ['33.33', '33.33', '33.33']
    """
    given: object = price
    if not (isinstance(given, tuple) and len(given) == 2):
        raise DocumentError(
            "ratio-malformed",
            found=f"a value of type {type(given).__name__}",
            expected="two whole numbers",
            path="price",
        )
    check_ratio(price[0], price[1], path="price")

    def cost(taken: Ratio) -> Amount:
        return Amount.rounded(price[0] * taken[0], price[1] * taken[1], currency, rounding)

    alone = share_of(part, full, convention, price_period)  # refuses a part that reaches beyond its period
    if convention.parts == "each" or part.start == full.start:
        return cost(alone)
    through = share_of(type(full)(start=full.start, end=part.end), full, convention, price_period)
    before = share_of(type(full)(start=full.start, end=part.start), full, convention, price_period)
    return cost(through) - cost(before)


def share_of(part: P, full: P, convention: ProrationConvention, price_period: Period | None = None) -> Ratio:
    """Give the share of dates by `share`, and of instants by `instant_share`, as a ratio.

    Raises: DocumentError ``argument-wrong`` where the convention is none; and as `share` and `instant_share`.
    """
    given: object = convention
    if not isinstance(given, ProrationConvention):
        raise wrong_argument(given, "a ProrationConvention", "convention")
    if isinstance(full, InstantPeriod):
        found = instant_share(part, full, convention)
    else:
        found = share(part, full, convention, price_period=price_period)
    return found.numerator, found.denominator


def wrong_argument(given: object, expected: str, path: str) -> DocumentError:
    """Make the refusal of an argument of another type: ``argument-wrong``."""
    return DocumentError(
        "argument-wrong", found=f"a value of type {type(given).__name__}", expected=expected, path=path
    )
