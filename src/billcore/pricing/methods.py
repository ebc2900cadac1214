"""What a price comes to where one rate table does not say it whole: tables, and which part of a period meets which."""

from __future__ import annotations

from typing import TypeAlias

from billcore.core.ratio import Ratio
from billcore.core.value import Value
from billcore.pricing.formula.nodes import FormulaTree
from billcore.pricing.rate_table import RateTable


class EventMethod(Value, frozen=True, kw_only=True):
    """Each event alone at one table, after what is free.

    Attributes:
        table: What an event's money costs that is not free: percentage, fee, least and most.
        free_events: Number of events that are free, or -1 where their number is no matter.
        free_amount: Money that bears no percentage, or None; exact, in major units.
        needs_events: Whether a sum without its events says too little.
    """

    kind: str
    table: RateTable
    free_events: int
    free_amount: Ratio | None
    needs_events: bool


class MatrixMethod(Value, frozen=True, kw_only=True):
    """Each combination of property values at its own table.

    Attributes:
        dimensions: Names of the properties.
        cells: (values, table) in the order written.
        default: What units without a cell cost, or None.
        is_free: Whether units without a cell cost nothing; without a default and not free they are refused.
    """

    kind: str
    dimensions: tuple[str, ...]
    cells: tuple[tuple[tuple[str, ...], RateTable], ...]
    default: RateTable | None
    is_free: bool


class CumulativeMethod(Value, frozen=True, kw_only=True):
    """A table whose units are counted from the start of the term."""

    kind: str
    table: RateTable


class WindowMethod(Value, frozen=True, kw_only=True):
    """A table for each window of the period alone."""

    kind: str
    table: RateTable


class WeightedMethod(Value, frozen=True, kw_only=True):
    """A table whose tier the level chooses and whose units time weighs."""

    kind: str
    table: RateTable


class CapacityMethod(Value, frozen=True, kw_only=True):
    """The first tier whose limits all hold.

    Attributes:
        tiers: (amount in major units, ((meter, most), ...)), exact, from small to large.
        charge_at_zero: Whether the first tier is due where no meter moved.
    """

    kind: str
    tiers: tuple[tuple[Ratio, tuple[tuple[str, Ratio], ...]], ...]
    charge_at_zero: bool


class FormulaMethod(Value, frozen=True, kw_only=True):
    """An expression of the quantity and what else was measured.

    Attributes:
        text: The expression, as it prints back.
        tree: What is evaluated.
    """

    kind: str
    text: str
    tree: FormulaTree


class GroupMethod(Value, frozen=True, kw_only=True):
    """The same method for each group of records alone.

    Attributes:
        by: Names of the properties whose values make a group.
        method: What each group costs.
    """

    kind: str
    by: tuple[str, ...]
    method: RateTable | EventMethod | MatrixMethod


Method: TypeAlias = (
    RateTable
    | EventMethod
    | MatrixMethod
    | CumulativeMethod
    | WindowMethod
    | WeightedMethod
    | CapacityMethod
    | FormulaMethod
    | GroupMethod
)
