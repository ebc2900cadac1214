"""What of a measured period a price looks at: the rest is left out, so that equal charges have equal terms."""

from __future__ import annotations

from billcore.core.value import replaced
from billcore.pricing.methods import (
    CapacityMethod,
    EventMethod,
    FormulaMethod,
    GroupMethod,
    MatrixMethod,
    Method,
    WeightedMethod,
    WindowMethod,
)
from billcore.pricing.rate_table import RateTable
from billcore.usage.measured import Measured


def needed_by(method: Method, measured: Measured) -> Measured:
    """Keep what a price looks at.

    >>> from billcore.pricing.composition import method_of
    >>> from billcore.pricing.documents import PerUnit
    >>> needed_by(method_of(PerUnit(unit_price="1")), Measured(quantity="3", values=("1", "2"))).values
    ()
    """
    bare = Measured(quantity=measured.quantity)
    if isinstance(method, RateTable):
        return replaced(bare, amount=measured.amount) if method.kind == "dynamic" else bare
    if isinstance(method, EventMethod):
        return replaced(bare, values=measured.values)
    if isinstance(method, WindowMethod):
        return replaced(bare, windows=measured.windows)
    if isinstance(method, WeightedMethod):
        return replaced(bare, changes=measured.changes)
    if isinstance(method, FormulaMethod):
        return replaced(bare, variables=measured.variables)
    if isinstance(method, CapacityMethod):
        return replaced(bare, meters=measured.meters)
    if isinstance(method, MatrixMethod):
        groups = (replaced(group, measured=_of_cell(method, group.measured)) for group in measured.groups)
        return replaced(bare, groups=tuple(groups), counted_apart=measured.counted_apart)
    if isinstance(method, GroupMethod):
        groups = (replaced(group, measured=needed_by(method.method, group.measured)) for group in measured.groups)
        return replaced(bare, groups=tuple(groups), counted_apart=measured.counted_apart)
    return bare


def _of_cell(method: MatrixMethod, measured: Measured) -> Measured:
    """The units of a group; its money too where some cell passes money on: rating says which cell it meets."""
    tables = (*(table for _, table in method.cells), method.default)
    passes_money_on = any(table is not None and table.kind == "dynamic" for table in tables)
    return Measured(quantity=measured.quantity, amount=measured.amount if passes_money_on else "")
