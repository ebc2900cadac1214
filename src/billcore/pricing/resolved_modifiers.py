"""What modifiers come to once numbers are settled, and which of them a price has a use for."""

from __future__ import annotations

from collections.abc import Container

from billcore.core.errors import NotApplicable
from billcore.core.ratio import ZERO, Ratio, ratio_of, times
from billcore.core.value import Value
from billcore.pricing.methods import GroupMethod, Method
from billcore.pricing.modifiers import Grain, Modifiers, Negative, Order, QuantityRounding, Stacking, UnitConversion
from billcore.pricing.rate_table import RateTable


class ResolvedConversion(Value, frozen=True, kw_only=True):
    """A conversion of units: an exact factor, then a rounding.

    Attributes:
        factor: What a metered unit is multiplied by.
        text: As the workings show it: ``x 1.5``, ``/ 1000``.
    """

    factor: Ratio
    rounding: QuantityRounding
    digits: int
    text: str


class ResolvedModifiers(Value, frozen=True, kw_only=True):
    """The steps before and after a price, as exact numbers; fields as in `Modifiers`.

    Attributes:
        is_maximum_scaled, is_minimum_scaled: Whether a part of a period takes its share of the limit, or all of it.
    """

    LATER = ("is_maximum_scaled", "is_minimum_scaled")

    convert: ResolvedConversion | None = None
    included: Ratio = ZERO
    usage_discount: Ratio = ZERO
    stacking: Stacking = "as_listed"
    maximum: Ratio | None = None
    minimum: Ratio | None = None
    order: Order = "discounts_first"
    negative: Negative = "refuse"
    grain: Grain = "line"
    is_maximum_scaled: bool = True
    is_minimum_scaled: bool = True

    def most(self, share: Ratio) -> Ratio | None:
        """The maximum of a part of a full billing period, exact; None without one."""
        return _part_of(self.maximum, share, self.is_maximum_scaled)

    def least(self, share: Ratio) -> Ratio | None:
        """The minimum of a part of a full billing period, exact; None without one."""
        return _part_of(self.minimum, share, self.is_minimum_scaled)


def _part_of(limit: Ratio | None, share: Ratio, is_scaled: bool) -> Ratio | None:
    return times(limit, share) if limit is not None and is_scaled else limit


NO_MODIFIERS = ResolvedModifiers()


def resolve_modifiers(
    modifiers: Modifiers | None, scaled: Container[str] = ("maximum", "minimum")
) -> ResolvedModifiers:
    """Settle modifiers into exact numbers; none are no steps.

    Args:
        scaled: Names of what a part of a period takes its share of.

    >>> resolve_modifiers(Modifiers(minimum="10.00")).minimum
    (10, 1)
    """
    if modifiers is None:
        return NO_MODIFIERS
    return ResolvedModifiers(
        convert=None if modifiers.convert is None else resolve_conversion(modifiers.convert),
        included=ratio_of(modifiers.included or 0),
        usage_discount=ratio_of(modifiers.usage_discount or 0),
        stacking=modifiers.stacking,
        maximum=None if modifiers.maximum is None else ratio_of(modifiers.maximum),
        minimum=None if modifiers.minimum is None else ratio_of(modifiers.minimum),
        order=modifiers.order,
        negative=modifiers.negative,
        grain=modifiers.grain,
        is_maximum_scaled=modifiers.maximum is None or "maximum" in scaled,
        is_minimum_scaled=modifiers.minimum is None or "minimum" in scaled,
    )


def resolve_conversion(conversion: UnitConversion) -> ResolvedConversion:
    """Settle a conversion of units into one exact factor.

    >>> resolve_conversion(UnitConversion(divide_by=1000, rounding="up")).factor
    (1, 1000)
    """
    if conversion.multiply_by is not None:
        factor, text = ratio_of(conversion.multiply_by), f"x {conversion.multiply_by}"
    else:
        top, bottom = ratio_of(conversion.divide_by or 1)
        factor, text = (bottom, top), f"/ {conversion.divide_by}"
    return ResolvedConversion(factor=factor, rounding=conversion.rounding, digits=conversion.digits, text=text)


def check_modifiers(method: Method, modifiers: ResolvedModifiers, path: str = "modifiers") -> None:
    """Refuse steps that a price has no use for.

    Raises: NotApplicable ``modifier-does-not-fit``.
    Source: rules 3.
    """
    inner = method.method if isinstance(method, GroupMethod) else method
    counts_units = modifiers.convert is not None or modifiers.included[0] or modifiers.usage_discount[0]
    if counts_units and (not isinstance(inner, RateTable) or inner.kind == "dynamic"):
        raise NotApplicable(
            "modifier-does-not-fit",
            found=f"a conversion, included units or a usage discount on a price of kind {method.kind}",
            expected="a price of one table of units, alone or in groups",
            path=path,
            hint="Write the step into the metering, or into the price itself.",
        )
    if modifiers.usage_discount[0] and isinstance(inner, RateTable) and inner.kind == "flat":
        raise NotApplicable(
            "modifier-does-not-fit",
            found="a usage discount on a price of kind flat",
            expected="a price of units: units given away take nothing off a flat amount",
            path=path,
            hint="Write an amount or a percentage off.",
        )
    if modifiers.grain == "segment" and not isinstance(inner, RateTable):
        raise NotApplicable(
            "modifier-does-not-fit",
            found=f"the grain segment on a price of kind {method.kind}",
            expected="a price with tiers",
            path=path,
            hint="Leave grain out: the charge is rounded once.",
        )
    if modifiers.grain == "segment" and modifiers.negative == "carry":
        raise NotApplicable(
            "modifier-does-not-fit",
            found="the grain segment with negative=carry",
            expected="carry on a charge that is rounded once",
            path=path,
            hint="Leave grain out, or give back what is below zero: negative=credit.",
        )
