"""What a formula gives for one period's values: read exactly, worked out exactly, rounded only where it says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from billcore.core.checks import check_kind
from billcore.core.errors import BillcoreError, DocumentError, LimitExceeded, MissingInput, excerpt
from billcore.core.exact import exact
from billcore.core.ratio import Ratio
from billcore.core.value import Value
from billcore.pricing.formula.bounds import highest
from billcore.pricing.formula.closures import Closure, closure_of
from billcore.pricing.formula.nodes import FormulaTree
from billcore.pricing.formula.walk import TOO_LARGE, Known, walked
from billcore.pricing.formula.words import Kind
from billcore.pricing.kernel import INTEGERS

Given: TypeAlias = Mapping[str, Decimal | int | str | bool]
_TRUTHS = {"true": True, "false": False}
# Sizes that are tried for the integers of a row, in digits; most rows are below the largest that is safe.
_SIZES = (30, 24, 19, 14, 11, 9, 7, 5, 3)


class Ready(Value, frozen=True, kw_only=True):
    """A formula prepared for values of certain scales.

    Attributes:
        closure: Its function on integers.
        limit: Below this size of every value no step can leave the limits; 0 where nothing is known.
        denominator: Of the result.
    """

    closure: Closure
    limit: int
    denominator: int


def value_of(tree: FormulaTree, values: Given) -> Ratio:
    """Work out a formula.

    Args:
        tree: The formula.
        values: One value for each variable: ``Decimal``, ``int`` or text for a number; ``bool``, ``"true"`` or
            ``"false"`` for a truth.

    Returns: the exact value, as numerator and positive denominator; not in lowest terms.
    Rounding: where the formula says so, by `round_ratio`.
    Raises: MissingInput ``variable-missing``; DocumentError ``variable-unknown``, ``argument-wrong``, ``float-amount``,
        ``number-malformed``, ``number-too-large``; LimitExceeded ``limit-exceeded``; NotApplicable
        ``division-by-zero``.
    Source: rules 3.

    >>> from billcore.pricing.formula.reading import read_formula
    >>> tree = FormulaTree(root=read_formula("quantity * 0.25", {"quantity": "number"}),
    ...     variables=(("quantity", "number"),))
    >>> value_of(tree, {"quantity": "1.50"})
    (375, 1000)
    """
    row, scales = _row(tree, values)
    ready = _ready(tree, scales)
    if ready is not None and -ready.limit < min(row) and max(row) < ready.limit:
        closure = ready.closure
        if closure.faults is None or not closure.faults(row):
            return closure.function(row), ready.denominator
    known = walked(tree.root, _known(tree, row, scales))
    return known.number, 10**known.scale


def known_values(tree: FormulaTree, values: Given) -> dict[str, Known]:
    """Read a value for every name of a formula, parameters among them.

    Raises: as `value_of`.
    """
    return _known(tree, *_row(tree, values))


def _known(tree: FormulaTree, row: tuple[int, ...], scales: tuple[int, ...]) -> dict[str, Known]:
    known = {one.name: Known(number=one.unscaled, scale=one.scale) for one in tree.parameters}
    for (name, _), number, scale in zip(tree.variables, row, scales, strict=True):
        known[name] = Known(number=number, scale=scale)
    return known


@lru_cache(maxsize=1024)
def _ready(tree: FormulaTree, scales: tuple[int, ...]) -> Ready | None:
    """Prepare a formula; None where it can only be walked, because a number could be too fine."""
    try:
        closure = closure_of(tree, INTEGERS, scales)
        sizes = (10**digits for digits in _SIZES)
        fits = (size for size in sizes if highest(tree, scales, (size,) * len(scales)) < TOO_LARGE)
        return Ready(closure=closure, limit=next(fits, 0), denominator=10**closure.scale)
    except LimitExceeded:
        return None


# How values are read.


def _row(tree: FormulaTree, values: Given) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Read the values in the order of the variables: integers, and their scales."""
    try:
        read = [reader(values[name]) for name, reader in _readers(tree.variables)]
    except (BillcoreError, LookupError, TypeError):
        return _row_or_refusal(tree, values)
    if len(values) != len(read):
        return _row_or_refusal(tree, values)
    row, scales = zip(*read, strict=True)
    return row, scales


def _row_or_refusal(tree: FormulaTree, values: Given) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Read the values one by one, to say which is wrong."""
    check_kind(values, Mapping, "values")
    names = dict(tree.variables)
    missing = [name for name in names if name not in values]
    if missing:
        raise MissingInput(
            "variable-missing",
            found=f"no value for {excerpt(', '.join(missing))}",
            expected=f"a value for each of {excerpt(', '.join(names))}",
            path=f"values.{missing[0]}",
        )
    surplus = [name for name in values if name not in names]
    if surplus:
        raise DocumentError(
            "variable-unknown",
            found=f"a value for {excerpt(surplus[0])}",
            expected=f"values for {excerpt(', '.join(names))} alone",
            path="values",
            hint="Declare it among the variables of the formula, or leave it out.",
        )
    read = [_read_one(name, kind, values[name]) for name, kind in tree.variables]
    return tuple(number for number, _ in read), tuple(scale for _, scale in read)


def _read_one(name: str, kind: Kind, given: object) -> tuple[int, int]:
    path = f"values.{name}"
    if kind == "number":
        return _unscaled(given, path)
    truth = _TRUTHS.get(given) if isinstance(given, str) else given
    if not isinstance(truth, bool):
        raise DocumentError("argument-wrong", found=excerpt(given), expected="true or false", path=path)
    return truth, 0


@lru_cache(maxsize=256)
def _readers(variables: tuple[tuple[str, Kind], ...]) -> tuple[tuple[str, Callable[[object], tuple[int, int]]], ...]:
    return tuple((name, _number if kind == "number" else _truth) for name, kind in variables)


# Kept by type as well, because True and 1 are equal; what is refused is not kept.
@lru_cache(maxsize=4096, typed=True)
def _number(given: object) -> tuple[int, int]:
    return _unscaled(given, "")


@lru_cache(maxsize=16, typed=True)
def _truth(given: object) -> tuple[int, int]:
    return _read_one("", "truth", given)


def _unscaled(given: object, path: str) -> tuple[int, int]:
    """Read a number as an integer at the smallest scale that holds it."""
    number = exact(given, path=path)
    whole, _, part = (given if isinstance(given, str) else format(number, "f")).partition(".")
    part = part.rstrip("0")
    return int(whole + part), len(part)
