"""What a quantity costs: the exact amount of a price, unrounded, and how it was reached.

Nothing is rounded here: the caller rounds once, at the charge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billcore.core.exact import exact, shortest, unscaled
from billcore.core.ratio import Ratio
from billcore.core.steps import Step
from billcore.pricing.composition import method_of
from billcore.pricing.documents import Price
from billcore.pricing.member_sums import counted
from billcore.pricing.members import rated_by
from billcore.pricing.methods import Method
from billcore.pricing.rate_table import RateTable
from billcore.pricing.rated import Rated
from billcore.pricing.tables import rated_at
from billcore.pricing.totals import amount_of
from billcore.usage.measured import Measured

if TYPE_CHECKING:
    from decimal import Decimal


def rate(price: Price | Method, quantity: Decimal | int | str | Measured = 1) -> Rated:
    """Price a quantity, exactly, with its workings.

    Args:
        price: A price document, or what it was lowered to. A recurring price is taken for one price period.
        quantity: Units, 0 or more; ``str``, ``int`` or ``Decimal``. A flat price ignores it. What was measured of a
            period, where the price looks at more than one number: events, groups, meters, windows.

    Returns: the exact amount in major units of the currency as numerator and denominator, with parts and steps.
    Rounding: none.
    Raises: NotApplicable ``quantity-negative``, ``matrix-unmatched``; MissingInput ``measure-missing`` where the price
        looks at what was not passed; DocumentError ``float-amount``, ``number-malformed``, ``number-too-large``,
        ``kind-unknown``.
    Source: rules 3.

    >>> from billcore.pricing.documents import Graduated, Tier
    >>> tiers = [Tier(up_to=10_000), Tier(up_to=50_000, unit_price="0.004"), Tier(unit_price="0.0025")]
    >>> rated = rate(Graduated(tiers=tiers), 61_234)
    >>> rated.amount
    '188.085'
    >>> rated.steps[1].text
    'tier 2 (10000 < units <= 50000): 40000 x 0.004 = 160'
    """
    method: Method = price if isinstance(price, Method) else method_of(price)
    measured = (
        quantity if isinstance(quantity, Measured) else Measured(quantity=shortest(exact(quantity, path="quantity")))
    )
    if isinstance(method, RateTable):
        return rated_at(method, counted(method, measured))
    return rated_by(method, measured)


def workings(method: Method, quantity: Decimal | int | str | Measured) -> tuple[Step, ...]:
    """Tell how the amount of a quantity is reached: the steps of `rate`, for a caller that has the amount already.

    Rounding: none.
    Raises: as `rate`.

    >>> from billcore.pricing.documents import Overage
    >>> method = method_of(Overage(included=10_000, unit_price="0.05"))
    >>> [step.text for step in workings(method, 12_345)][1:]
    ['tier 2 (10000 < units): 2345 x 0.05 = 117.25', 'sum of 2 tiers = 117.25']
    """
    return rate(method, quantity).steps


def exact_amount(method: Method, measured: Measured) -> Ratio:
    """Price what was measured: the exact amount alone, without its workings, for runs over many lines.

    Rounding: none.
    Raises: as `rate`.

    >>> from billcore.pricing.documents import PerUnit
    >>> exact_amount(method_of(PerUnit(unit_price="0.004")), Measured(quantity="12.5"))
    (500, 10000)
    """
    if isinstance(method, RateTable):
        return amount_of(method, *unscaled(counted(method, measured), path="quantity"))
    rated = rated_by(method, measured)
    return rated.numerator, rated.denominator
