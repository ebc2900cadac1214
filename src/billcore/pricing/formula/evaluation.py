"""What a formula gives for one period's values: read exactly, worked out exactly, rounded only where it says so."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import TypeAlias

from billcore.core.checks import check_kind
from billcore.core.errors import BillcoreError, DocumentError, LimitExceeded, MissingInput, excerpt
from billcore.core.exact import FRACTION_DIGITS, INTEGER_DIGITS, exact
from billcore.core.ratio import Ratio
from billcore.core.value import Value
from billcore.pricing.formula.bounds import highest
from billcore.pricing.formula.closures import Faults, RowFunction, closure_of
from billcore.pricing.formula.nodes import FormulaTree
from billcore.pricing.formula.walk import TOO_LARGE, Known, walked
from billcore.pricing.formula.words import Kind
from billcore.pricing.kernel import INTEGERS

Given: TypeAlias = Mapping[str, Decimal | int | str | bool]
_LONGEST = 60  # no number that is accepted is written longer, as ``1E+17`` or digit by digit
_TRUTHS = {"true": True, "false": False}


class Ready(Value, frozen=True, kw_only=True):
    """A formula prepared for values of certain shapes, for which no step can leave the limits.

    Attributes:
        function, faults: As of its closure on integers.
        denominator: Of the result.
    """

    function: RowFunction
    faults: Faults | None
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
    if type(values) is not dict:
        check_kind(values, Mapping, "values")
        values = dict(values)  # a mapping that makes up what it lacks would hide a missing name
    ready = None
    try:
        values_of, by_shapes = _prepared(tree)
        row, shapes = zip(*map(_kept, values_of(values)))  # noqa: B905 - all are pairs, and to check it takes time
        if len(row) == len(values):
            ready = by_shapes.get(shapes) or _made_ready(tree, shapes, by_shapes)
    except (BillcoreError, KeyError, TypeError):
        ready = None  # reading them one by one tells which is wrong
    if ready is not None and (ready.faults is None or not ready.faults(row)):
        return ready.function(row), ready.denominator
    # Wrong values, numbers too large to go without a look at each step, or a division by zero that is to be told.
    known = walked(tree.root, known_values(tree, values))
    return known.number, 10**known.scale


def known_values(tree: FormulaTree, values: Given) -> dict[str, Known]:
    """Read a value for every name of a formula, parameters among them.

    Raises: as `value_of`.
    """
    check_kind(values, Mapping, "values")
    values = dict(values)
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
    known = {one.name: Known(number=one.unscaled, scale=one.scale) for one in tree.parameters}
    return known | {name: _read_as(kind, values[name], f"values.{name}") for name, kind in tree.variables}


def _read_as(kind: Kind, given: object, path: str) -> Known:
    if kind == "number":
        number, scale = _unscaled(given, path)
        return Known(number=number, scale=scale)
    truth = _TRUTHS.get(given) if isinstance(given, str) else given
    if not isinstance(truth, bool):
        raise DocumentError("argument-wrong", found=excerpt(given), expected="true or false", path=path)
    return Known(number=truth)


def _unscaled(given: object, path: str) -> tuple[int, int]:
    """Read a number as an integer at the smallest scale that holds it."""
    if type(given) is Decimal:
        whole, _, part = str(given).partition(".")
        # Plain digits within the limits need no further look; all else is read, or refused, below.
        if len(whole) <= INTEGER_DIGITS and len(part) <= FRACTION_DIGITS and (whole + part).isdigit():
            part = part.rstrip("0")
            return int(whole + part), len(part)
    text = str(given) if isinstance(given, Decimal) else given if isinstance(given, str) else ""
    if isinstance(given, Decimal) and len(text) > _LONGEST:
        found, expected = f"a Decimal of {len(text)} characters", "at most 18 digits before the point and 12 after"
        raise DocumentError("number-too-large", found=found, expected=expected, path=path)
    if isinstance(given, Decimal | str) and "E" not in text:
        exact(text, path=path)  # the text of a Decimal is as good as itself, and sooner read
    else:
        text = format(exact(given, path=path), "f")
    whole, _, part = text.partition(".")
    part = part.rstrip("0")
    return int(whole + part), len(part)


# The fast way: what is alike of many values is found by their shapes. A shape says what a formula must be prepared for:
# the type of a value, its scale, and about how many digits it has.

_DIGITS = (3, 6, 9, 12, 18, 24, 31)
_IS_TRUTH = -1
_MOST_SHAPES = 1_000
_SCALES = 16  # one more than any scale, so that a shape is one integer


# Kept by type as well, because True and 1 are equal; what is refused is not kept.
@lru_cache(maxsize=4096, typed=True)
def _kept(given: object) -> tuple[int, int]:
    """Read a value as an integer and a shape."""
    if given is True or given is False or (isinstance(given, str) and given in _TRUTHS):
        return _read_as("truth", given, "").number, _IS_TRUTH
    number, scale = _unscaled(given, "")
    # A minus counts as a digit here: one too many is on the safe side.
    return number, scale + _SCALES * bisect_left(_DIGITS, len(str(number)))


def _made_ready(tree: FormulaTree, shapes: tuple[int, ...], by_shapes: dict[tuple[int, ...], Ready]) -> Ready | None:
    """Prepare a formula for values of certain shapes, and keep what was prepared."""
    ready = _ready(tree, shapes)
    if ready is not None:
        if len(by_shapes) >= _MOST_SHAPES:
            by_shapes.clear()
        by_shapes[shapes] = ready
    return ready


@lru_cache(maxsize=1024)
def _ready(tree: FormulaTree, shapes: tuple[int, ...]) -> Ready | None:
    """Prepare a formula for values of certain shapes; None where these are of wrong types or could grow too large."""
    if [kind == "truth" for _, kind in tree.variables] != [shape == _IS_TRUTH for shape in shapes]:
        return None
    scales = tuple(0 if shape == _IS_TRUTH else shape % _SCALES for shape in shapes)
    sizes = tuple(1 if shape == _IS_TRUTH else 10 ** _DIGITS[shape // _SCALES] for shape in shapes)
    try:
        closure = closure_of(tree, INTEGERS, scales)
        if highest(tree, scales, sizes) >= TOO_LARGE:
            return None
    except LimitExceeded:  # a number could be too fine; walking tells whether it is
        return None
    return Ready(function=closure.function, faults=closure.faults, denominator=10**closure.scale)


@lru_cache(maxsize=1024)
def _prepared(tree: FormulaTree) -> tuple[Callable[[Given], tuple[object, ...]], dict[tuple[int, ...], Ready]]:
    """Give how a formula's values are taken in order, and where what is prepared for their shapes is kept."""
    names = [name for name, _ in tree.variables]
    if len(names) == 1:
        only = names[0]
        return (lambda values: (values[only],)), {}
    return itemgetter(*names), {}
