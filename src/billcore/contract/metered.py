"""Which metering a metered line may have: what its price looks at must be what is measured."""

from __future__ import annotations

from collections.abc import Sequence

from billcore.core.document import Document
from billcore.core.errors import NotApplicable
from billcore.core.fields import Identifier
from billcore.pricing.documents import (
    Capacity,
    Dynamic,
    Formula,
    GraduatedTimeWeighted,
    Grouped,
    Matrix,
    Percentage,
    Price,
    Windowed,
)
from billcore.usage.metering import Metering


class NamedMetering(Document):
    """One of several meters that a price looks at.

    Attributes:
        name: As the price calls it: a meter of a capacity price, a variable of a formula.
        metering: How it is measured.
    """

    name: Identifier
    metering: Metering


def check_metering(
    price: Price, metering: Metering | None, meters: Sequence[NamedMetering], path: str = "metering"
) -> None:
    """Refuse a metering that cannot give what the price looks at.

    Raises: NotApplicable ``metering-does-not-suit-price``.
    Source: rules 3.
    """
    if metering is not None:
        _check_one(price, metering, path)
    if isinstance(price, Formula):
        wanted = sorted({one.name for one in price.variables} - {one.name for one in meters})
        if (metering is not None or meters) and wanted:
            raise _refusal(f"no metering of {', '.join(wanted[:5])}", "one for each variable of the formula", path)
    if isinstance(price, Capacity):
        names = {one.name for one in meters}
        wanted = sorted({limit.meter for tier in price.tiers for limit in tier.limits} - names)
        if names and wanted:
            raise _refusal(f"no metering of {', '.join(wanted[:5])}", "one for each meter that the tiers limit", path)


def _check_one(price: Price, metering: Metering, path: str) -> None:
    wanted: tuple[str, ...] = ()
    if isinstance(price, Grouped):
        wanted = price.by
        if isinstance(price.price, Matrix):
            raise _refusal("a grouped matrix", "a matrix, or another price in each group", path)
    elif isinstance(price, Matrix):
        wanted = price.dimensions
    if wanted and metering.group_by != wanted:
        found = f"records grouped by {', '.join(metering.group_by) or 'nothing'}"
        raise _refusal(found, f"group_by {', '.join(wanted)}, as the price has it", path)
    if isinstance(price, Windowed) and metering.window is None:
        raise _refusal("no window", "a window, because the price rates each alone", path)
    if isinstance(price, GraduatedTimeWeighted) and metering.aggregation != "weighted_sum":
        raise _refusal(f"aggregation {metering.aggregation}", "weighted_sum, because the price weighs by time", path)
    inner = price.price if isinstance(price, Grouped) else price
    if isinstance(inner, Percentage) and (metering.aggregation != "sum" or metering.rounding is not None):
        what = "a rounded sum" if metering.aggregation == "sum" else f"aggregation {metering.aggregation}"
        raise _refusal(what, "sum as it comes, because the price looks at the value of each event", path)
    if isinstance(price, Dynamic) and metering.amount_property is None and metering.aggregation != "sum":
        raise _refusal(f"aggregation {metering.aggregation}", "sum, or an amount_property", path)


def _refusal(found: str, expected: str, path: str) -> NotApplicable:
    return NotApplicable("metering-does-not-suit-price", found=found, expected=expected, path=path)
