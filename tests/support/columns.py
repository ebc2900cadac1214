"""Numbers that are whole columns: what a dataframe library will pass in, in forty lines of plain Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from billcore.pricing.kernel import Operations


class Column:
    """A column that has no truth of its own, and works with columns alone: a bare literal is a mistake."""

    def __init__(self, cells: list[Any]) -> None:
        self.cells = cells

    def __bool__(self) -> bool:
        raise TypeError("a column holds both answers at once")

    def _with(self, other: Column, operation: Callable[[Any, Any], Any]) -> Column:
        if not isinstance(other, Column):
            raise TypeError(f"the literal {other!r} did not go through constant")
        return Column([operation(a, b) for a, b in zip(self.cells, other.cells, strict=True)])

    def __add__(self, other: Column) -> Column:
        return self._with(other, lambda a, b: a + b)

    def __sub__(self, other: Column) -> Column:
        return self._with(other, lambda a, b: a - b)

    def __mul__(self, other: Column) -> Column:
        return self._with(other, lambda a, b: a * b)

    def __lt__(self, other: Column) -> Column:
        return self._with(other, lambda a, b: a < b)

    def __and__(self, other: Column) -> Column:
        return self._with(other, lambda a, b: a & b)

    def __or__(self, other: Column) -> Column:
        return self._with(other, lambda a, b: a | b)


def _choose(truth: Column, yes: Column, no: Column) -> Column:
    assert all(type(cell) is bool for cell in truth.cells)
    return Column([a if t else b for t, a, b in zip(truth.cells, yes.cells, no.cells, strict=True)])


def _floor_div(number: Any, divisor: Any) -> Any:
    # Below zero, libraries differ in what they round to; and by nothing they give a null or stop.
    assert number >= 0
    assert divisor > 0
    return number // divisor


def columns_of(rows: int) -> Operations:
    """The operations of columns with so many rows."""
    return Operations(
        minimum=lambda a, b: a._with(b, min),
        maximum=lambda a, b: a._with(b, max),
        where=_choose,
        floor_div=lambda a, b: a._with(b, _floor_div),
        constant=lambda n: Column([n] * rows),
    )
