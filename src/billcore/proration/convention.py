"""How a part of a period becomes a share of its amount: a declared convention, never a hidden default."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from billcore.core.document import Document, optional, problem
from billcore.core.fields import Items
from billcore.core.whole import Whole
from billcore.periods.boundaries import Leading
from billcore.periods.day_count import DayCount

Denominator = Literal["full_period", "price_period", "30", "360", "365"]
Parts = Literal["cumulative", "each"]
ChangeDay = Literal["new", "old"]
EndDay = Literal["excluded", "charged"]
CreditBasis = Literal["as_billed", "list_price", "as_paid"]
CreditRounding = Literal["cumulative", "each"]
CreditCap = Literal["rest", "paid"]
SettledBy = Literal["coverage", "amount"]
CreditWhen = Literal["reached", "known"]
ScaledParameter = Literal[
    "recurring",
    "discount",
    "maximum",
    "minimum",
    "commitment",
    "tier_bounds",
    "included",
    "flat_parts",
    "free_events",
]
# Rules 3: what a part of a period scales where nobody says otherwise.
DEFAULT_SCALED: tuple[ScaledParameter, ...] = ("recurring", "discount", "maximum", "minimum", "commitment")
# A bound, free units or a flat part times 10/31 is no decimal, and tables hold decimals: it would be rounded first.
_NOT_SCALED = ("tier_bounds", "included", "flat_parts", "free_events")
MOST_FRACTION_DIGITS = 12


def _names_that_scale(names: tuple[ScaledParameter, ...]) -> tuple[ScaledParameter, ...]:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise problem("value-repeated", found=f"{', '.join(twice)} more than once", expected="each parameter once")
    refused = [name for name in names if name in _NOT_SCALED]
    if refused:
        raise problem(
            "scaled-not-supported",
            found=", ".join(refused),
            expected=f"some of {', '.join(DEFAULT_SCALED)}",
            hint="Write the smaller table into the price of the part, as a price of its own.",
        )
    # One order, so that two conventions that say the same are equal.
    return tuple(name for name in DEFAULT_SCALED if name in names)


class ProrationConvention(Document):
    """How time is shared, and what a credit for time not used is a share of.

    Attributes:
        unit: How days become a fraction; ``none`` charges a started period whole.
        denominator: What the days are divided by: the full untruncated billing period (default), the price period, or
            a fixed number of days.
        parts: ``cumulative``: a part of a period is the difference of two rounded cumulatives, so that parts add up to
            the whole. ``each``: every part is rounded alone, and three thirds of 100.00 are 99.99.
        fraction_digits: Digits after the point to which a share is rounded, half up, before it meets the price; None
            (default) keeps it exact. It exists so that presets can reproduce engines that round the share.
        change_day: Whose the day of a change is: the ``new`` terms' or the ``old`` ones'.
        end_day: Whether the day named as the end of service is ``charged`` or ``excluded``.
        credit_basis: What a credit for unused time is a share of: what the line was billed (``as_billed``), the price
            that stands today (``list_price``), what was paid on the line (``as_paid``).
        credit_rounding: ``cumulative``: credited to date is the line's amount less its rounded share kept. ``each``:
            every credit is rounded alone and capped.
        credit_cap: What a credit never exceeds: the ``rest`` of its line, or what of it is ``paid``.
        credit_when: When days that a change withdraws are given back: once a run has ``reached`` the first of them, or
            as soon as the change is ``known``; then a row that is due later keeps none of them either.
        settled_by: What becomes of days that stand billed by the same price where another frequency or anchor counts
            them to other billing periods: they stay as they were billed (``coverage``), or are given back and billed by
            the new periods, so that the totals are theirs (``amount``).
        leading: What a rest at the beginning, of a line or of billing that changed, is a part of: the ``anchored``
            period around it, or the one ``stepped_back`` once from where the rest ends (see `billcore.periods.tile`).
        scaled: What a part of a period scales, by name; what is not named is taken whole. ``tier_bounds``,
            ``included``, ``flat_parts`` and ``free_events`` are known and refused: they are never scaled.

    Rounding: of the share itself only with ``fraction_digits``, half up.
    Raises: DocumentError ``choice-unknown``, ``value-repeated``, ``scaled-not-supported``, ``number-malformed``,
        ``value-malformed``.
    Source: rules 3 and 4.

    >>> ProrationConvention().credit_basis, ProrationConvention(fraction_digits=9, parts="each").fraction_digits
    ('as_billed', 9)
    """

    unit: DayCount = "day"
    denominator: Denominator = "full_period"
    parts: Parts = "cumulative"
    fraction_digits: Annotated[Whole, Field(ge=0, le=MOST_FRACTION_DIGITS)] | None = None
    change_day: ChangeDay = "new"
    end_day: EndDay = "excluded"
    credit_basis: CreditBasis = "as_billed"
    credit_rounding: CreditRounding = "cumulative"
    credit_cap: CreditCap = "rest"
    credit_when: CreditWhen = "reached"
    settled_by: SettledBy = "coverage"
    leading: Leading = "anchored"
    scaled: Annotated[Items[ScaledParameter], AfterValidator(_names_that_scale)] = optional(default=DEFAULT_SCALED)

    @cached_property
    def of_length(self) -> ProrationConvention:
        """The same day count for what is a length alone: of the full period, exact, whatever a part scales."""
        return self.revised(denominator="full_period", fraction_digits=None, scaled=DEFAULT_SCALED)
