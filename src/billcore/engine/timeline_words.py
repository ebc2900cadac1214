"""How a resolved price is said in a few words, for a table or a picture: what it costs, and what it is per."""

from __future__ import annotations

from billcore.contract.resolved import ResolvedLine
from billcore.core.exact import plain
from billcore.core.printable import shortened
from billcore.core.words import counted
from billcore.pricing.methods import CapacityMethod, FormulaMethod, GroupMethod, MatrixMethod, Method
from billcore.pricing.rate_table import RateTable, Segment
from billcore.pricing.reductions import ResolvedDiscount

# The kinds of which one number says nearly all; of the others the tiers are counted.
_SAID_WHOLE = frozenset({"flat", "per_unit", "package", "overage"})
_FORMULA = 40


def price_words(line: ResolvedLine) -> str:
    """Say what a line costs: the price, what it is per, the discounts.

    It is made from the resolved line, so a line whose terms change says each stretch's own price.

    Returns: such as ``1200.00 per month``, ``0.05 a unit``, ``graduated, 3 tiers``, ``500 once, less 10 %``.
    Rounding: none; every digit of the price as written.

    >>> from datetime import date
    >>> from billcore.contract.contract import Contract
    >>> from billcore.contract.resolution import resolve
    >>> deal = Contract.read({"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD",
    ...     "term": {"start": date(2026, 1, 1), "end": date(2027, 1, 1)}, "billed_every": "month", "lines": [
    ...     {"id": "seats", "sku": "S", "billed": "in_advance", "quantity": 12,
    ...      "price": {"kind": "per_unit", "unit_price": "49", "per": "year"}},
    ...     {"id": "calls", "sku": "A", "billed": "in_arrears",
    ...      "price": {"kind": "overage", "included": "1000", "unit_price": "0.05"}}]})
    >>> [price_words(line) for line in resolve(deal).lines]
    ['49 a unit per year', '0.05 a unit above 1000']
    """
    parts = [_method_words(line.method), _per(line)]
    said = " ".join(part for part in parts if part)
    return said + _discount_words(line.discounts)


def _per(line: ResolvedLine) -> str:
    if line.component == "usage":
        return ""
    if line.component == "milestone":
        return "in all"
    if line.per is None:
        return "once" if line.component == "one_time" else f"per {line.every}"
    return "for the term" if line.per.unit == "term" else "once" if line.per.unit == "once" else f"per {line.per}"


def _discount_words(discounts: tuple[ResolvedDiscount, ...]) -> str:
    if not discounts:
        return ""
    if len(discounts) > 1:
        return f", less {counted(len(discounts), 'discount')}"
    return f", less {discounts[0].text.removesuffix(' off')}"


def _method_words(method: Method) -> str:
    name = method.kind.replace("_", " ")
    if isinstance(method, RateTable):
        return _table_words(method)
    if isinstance(method, GroupMethod):
        return f"{_method_words(method.method)}, by {', '.join(method.by)}"
    if isinstance(method, FormulaMethod):
        return f"{name} {shortened(method.text, _FORMULA)}"
    if isinstance(method, MatrixMethod):
        return f"{name}, {counted(len(method.cells), 'cell')}"
    if isinstance(method, CapacityMethod):
        return f"{name}, {counted(len(method.tiers), 'tier')}"
    return name


def _table_words(table: RateTable) -> str:
    name = table.kind.replace("_", " ")
    last = table.segments[-1]
    if table.kind not in _SAID_WHOLE:
        return f"{name}, {counted(len(table.segments), 'tier')}" if len(table.segments) > 1 else name
    if table.kind == "flat":
        return plain(last.flat_amount, table.price_scale)
    above = f" above {_units(last.lower, table)}" if last.lower else ""
    return f"{_unit_words(last, table)}{above}"


def _unit_words(segment: Segment, table: RateTable) -> str:
    price = plain(segment.unit_price, table.price_scale)
    return f"{price} for {_units(segment.package_size, table)} units" if segment.package_size else f"{price} a unit"


def _units(number: int, table: RateTable) -> str:
    return plain(number, table.quantity_scale)
