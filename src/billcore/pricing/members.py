"""How the prices that one table does not say whole are rated: each member alone, then added up.

Source: rules 3. A member is an event, a cell, a window, a group; it is rated at its own table like any quantity.
"""

from __future__ import annotations

from billcore.core.errors import NotApplicable, excerpt
from billcore.core.value import replaced
from billcore.pricing.capacity import by_capacity
from billcore.pricing.cumulative import over_term
from billcore.pricing.event_members import by_event
from billcore.pricing.formula_price import by_formula
from billcore.pricing.member_sums import added_up, check_keys, counted, lacks, missing
from billcore.pricing.methods import (
    CapacityMethod,
    CumulativeMethod,
    EventMethod,
    FormulaMethod,
    GroupMethod,
    MatrixMethod,
    Method,
    WeightedMethod,
    WindowMethod,
)
from billcore.pricing.rate_table import RateTable
from billcore.pricing.rated import Rated
from billcore.pricing.tables import rated_at
from billcore.pricing.totals import amount_of
from billcore.pricing.weighted import rated_by_time
from billcore.usage.measured import Measured


def rated_by(method: Method, measured: Measured) -> Rated:
    """Rate what was measured of a period.

    Rounding: none.
    Raises: MissingInput ``measure-missing``; NotApplicable ``quantity-negative``, ``matrix-unmatched``.
    """
    if isinstance(method, RateTable):
        return rated_at(method, counted(method, measured))
    if isinstance(method, EventMethod):
        return by_event(method, measured)
    if isinstance(method, MatrixMethod):
        return _by_cell(method, measured)
    if isinstance(method, CumulativeMethod):
        return over_term(method, measured)
    if isinstance(method, WindowMethod):
        return _by_window(method, measured)
    if isinstance(method, WeightedMethod):
        return rated_by_time(method, measured)
    if isinstance(method, CapacityMethod):
        return by_capacity(method, measured)
    if isinstance(method, FormulaMethod):
        return by_formula(method, measured)
    return _by_group(method, measured)


def _by_cell(method: MatrixMethod, measured: Measured) -> Rated:
    """The units of each combination of values at the table of its cell."""
    if lacks(measured.groups, measured):
        raise missing(
            f"a quantity of {measured.quantity} that is not split",
            f"the quantity for each {' and '.join(method.dimensions)}",
            "Measure the records grouped by the dimensions of the matrix.",
        )
    check_keys(measured, method.dimensions)
    cells = dict(method.cells)
    members = []
    for group in measured.groups:
        name = ", ".join(f"{key}={value}" for key, value in zip(method.dimensions, group.key, strict=False))
        table = cells.get(group.key, method.default)
        if table is not None:
            members.append((name, rated_by(table, group.measured)))
        elif not method.is_free:
            raise NotApplicable(
                "matrix-unmatched",
                found=f"{group.measured.quantity or group.measured.amount} units with {excerpt(name)}",
                expected="a cell of the matrix for each combination that is used",
                path="quantity",
                hint="Add the cell, or say what unmatched units cost.",
            )
    return added_up(method.kind, measured.quantity, members, "cell")


def _by_window(method: WindowMethod, measured: Measured) -> Rated:
    is_nothing = not measured.windows and not lacks(measured.windows, measured)
    # Nothing used in a period is nothing to pay only where a window without use costs nothing.
    if not measured.windows and not (is_nothing and amount_of(method.table, 0, 0)[0] == 0):
        raise missing(
            f"a quantity of {measured.quantity or 'nothing'} that is not split",
            "the quantity of each window",
            "Measure the records with the window of the price.",
        )
    members = [(f"window {number}", rated_at(method.table, one)) for number, one in enumerate(measured.windows, 1)]
    return added_up(method.kind, measured.quantity, members, "window")


def _by_group(method: GroupMethod, measured: Measured) -> Rated:
    """Each group at the same price, tiers counted anew."""
    check_keys(measured, method.by)
    if lacks(measured.groups, measured):
        raise missing(
            f"a quantity of {measured.quantity} that is not split",
            f"the quantity for each {' and '.join(method.by)}",
            "Measure the records grouped by the properties of the price.",
        )
    groups = [(group.key, rated_by(method.method, group.measured)) for group in measured.groups]
    named = [
        (", ".join(f"{name}={value}" for name, value in zip(method.by, key, strict=False)), rated)
        for key, rated in groups
    ]
    return replaced(added_up(method.kind, measured.quantity, named, "group"), groups=tuple(groups))
