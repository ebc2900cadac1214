"""Which functions of a row a formula is at given scales: closures made once, for integers and columns alike.

A closure works out every branch (of integers the one that is taken); a divisor of 0 is taken for 1 there, and `faults`
tells the rows in which such a quotient would have been used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TypeAlias

from billcore.core.errors import DocumentError, LimitExceeded, excerpt
from billcore.core.value import Value
from billcore.pricing import kernel
from billcore.pricing.formula.nodes import (
    Call,
    Choice,
    Compared,
    Divided,
    FormulaTree,
    Inner,
    Joined,
    Node,
    Number,
    Product,
    Sum,
    Variable,
)
from billcore.pricing.formula.operations import inverted, operation, truths
from billcore.pricing.formula.spelling import shortened, text_of
from billcore.pricing.formula.words import MOST_DIGITS
from billcore.pricing.kernel import Operations, Truth

Row: TypeAlias = Sequence[kernel.Number]
RowFunction: TypeAlias = Callable[[Row], kernel.Number]
Faults: TypeAlias = Callable[[Row], Truth]


class Closure(Value, frozen=True, kw_only=True):
    """A formula, or a part of one, as a function.

    Attributes:
        function: Takes a row: an integer (a truth) for each variable, in the formula's order, at the scales that the
            closure was made for. Gives an integer at ``scale``, or a truth.
        scale: Digits after the point that the result carries.
        faults: Takes a row, tells whether a division by zero is part of its result; None where none can be.
        constant: What it gives for every row, where it looks at none.
    """

    function: RowFunction
    scale: int
    faults: Faults | None = None
    constant: kernel.Number = None


def closure_of(tree: FormulaTree, op: Operations, scales: tuple[int, ...]) -> Closure:
    """Make the function of a formula.

    Args:
        tree: The formula.
        op: The kind of numbers: `INTEGERS`, or the operations of a column library.
        scales: For each variable the digits after the point that its integers carry; 0 for a truth.

    Returns: the closure. With columns it gives plain columns: that no number leaves the column's type is proven by the
        caller, with `digits_needed`; the rows where ``faults`` holds have no result.
    Rounding: where the formula says so, by the rule of `round_ratio`.
    Raises: LimitExceeded ``limit-exceeded`` where a number would have more than 60 digits after the point;
        DocumentError ``argument-wrong`` for scales that do not fit the variables.
    Source: rules 3.

    >>> from billcore.pricing.formula.reading import read_formula
    >>> names = (("quantity", "number"), ("rate", "number"))
    >>> tree = FormulaTree(root=read_formula("quantity * rate + 1", dict(names)), variables=names)
    >>> made = closure_of(tree, kernel.INTEGERS, (0, 2))
    >>> made.function((3, 25)), made.scale
    (175, 2)
    """
    check_counts("scales", scales, len(tree.variables))
    leaves: dict[str, Closure] = {}
    for index, ((name, _), scale) in enumerate(zip(tree.variables, scales, strict=True)):
        leaves[name] = Closure(function=itemgetter(index), scale=scale)
    for parameter in tree.parameters:
        leaves[parameter.name] = _constant(op, parameter.unscaled, parameter.scale)
    return _made(tree.root, op, leaves)


def check_counts(name: str, counts: object, variables: int) -> None:
    """Refuse what is not a count of digits for each variable.

    Raises: DocumentError ``argument-wrong``.
    """
    given = counts if isinstance(counts, tuple) else ()
    if len(given) != variables or any(type(one) is not int or not 0 <= one <= MOST_DIGITS for one in given):
        expected = f"{variables} whole numbers from 0 to {MOST_DIGITS}, one for each variable"
        raise DocumentError("argument-wrong", found=excerpt(counts), expected=expected, path=name)


def _constant(op: Operations, unscaled: int, scale: int) -> Closure:
    return _always(op.constant(unscaled), scale)


def _always(constant: kernel.Number, scale: int) -> Closure:
    return Closure(function=lambda row: constant, scale=scale, constant=constant)


def _made(node: Node, op: Operations, leaves: dict[str, Closure]) -> Closure:
    if isinstance(node, Number):
        return _constant(op, node.unscaled, node.scale)
    if isinstance(node, Variable):
        return leaves[node.name]
    parts = _at_one_scale(node, op, [_made(operand, op, leaves) for operand in node.operands])
    prepared = operation(op, node, tuple(part.scale for part in parts))
    if prepared.scale > MOST_DIGITS:
        raise LimitExceeded(
            "limit-exceeded",
            found=f"a number of {prepared.scale} digits after the point in {shortened(text_of(node))}",
            expected=f"at most {MOST_DIGITS} digits",
            path="expression",
            hint="Round what goes in, such as round(x, 4).",
        )
    faults = _faults(node, op, parts)
    constants = [part.constant for part in parts if part.constant is not None]
    if op is kernel.INTEGERS and faults is None and len(constants) == len(parts):
        return _always(prepared.function(*constants), prepared.scale)  # worked out once, not for each row
    if op is kernel.INTEGERS and isinstance(node, Choice) and parts[1].scale == parts[2].scale:
        function = _chosen(parts)
    elif isinstance(node, Product) and len(parts) == 3:
        function = _multiplied(parts)
    else:
        function = _applied(prepared.function, parts)
    return Closure(function=function, scale=prepared.scale, faults=faults)


def _at_one_scale(node: Inner, op: Operations, parts: list[Closure]) -> list[Closure]:
    """Bring constants to the scale of the numbers that they stand beside, once and not for each row."""
    if op is not kernel.INTEGERS or not isinstance(node, Sum | Compared | Choice | Call):
        return parts
    beside = parts[1:] if isinstance(node, Choice) else parts
    finest = max(part.scale for part in beside)
    return [
        part
        if part.constant is None or part not in beside
        else _always(part.constant * 10 ** (finest - part.scale), finest)
        for part in parts
    ]


def _applied(function: Callable[..., kernel.Number], parts: list[Closure]) -> RowFunction:
    """Let a function of operands be one of the row; a few operands without the cost of a list."""
    functions = [part.function for part in parts]
    if len(parts) == 1:
        (only,) = functions
        return lambda row: function(only(row))
    if len(parts) == 2:
        (left, right), (before, behind) = functions, (part.constant for part in parts)
        if before is not None:
            return lambda row: function(before, right(row))
        if behind is not None:
            return lambda row: function(left(row), behind)
        return lambda row: function(left(row), right(row))
    if len(parts) == 3:
        first, second, third = functions
        return lambda row: function(first(row), second(row), third(row))
    return lambda row: function(*[one(row) for one in functions])


def _chosen(parts: list[Closure]) -> RowFunction:
    """Work out the one branch that is taken: a row of integers holds one truth."""
    holds, yes, no = (part.function for part in parts)
    return lambda row: yes(row) if holds(row) else no(row)


def _multiplied(parts: list[Closure]) -> RowFunction:
    """Multiply three, such as quantity, rate and discount: what prices mostly do, without a call for each step."""
    first, second, third = (part.function for part in parts)
    return lambda row: first(row) * second(row) * third(row)


def _faults(node: Inner, op: Operations, parts: list[Closure]) -> Faults | None:
    """Tell where a node's result needs a quotient that does not exist."""
    if isinstance(node, Choice):
        return _faults_of_choice(op, parts)
    if isinstance(node, Joined):
        return _faults_of_joined(node, op, parts)
    found = [part.faults for part in parts if part.faults]
    if isinstance(node, Divided) and not isinstance(node.operands[1], Number):
        divisor, one, minus_one = parts[1].function, op.constant(1), op.constant(-1)
        found.append(lambda row: (divisor(row) < one) & (minus_one < divisor(row)))
    return _any_of(found)


def _any_of(found: list[Faults]) -> Faults | None:
    if len(found) < 2:
        return found[0] if found else None
    first, *rest = found

    def any_of(row: Row) -> Truth:
        truth = first(row)
        for other in rest:
            truth = truth | other(row)
        return truth

    return any_of


def _faults_of_choice(op: Operations, parts: list[Closure]) -> Faults | None:
    """A fault of the condition, or of the branch that is taken."""
    condition, yes, no = parts
    found = [condition.faults] if condition.faults else []
    if yes.faults or no.faults:
        never, _ = truths(op)
        in_yes, in_no, where = yes.faults or (lambda row: never), no.faults or (lambda row: never), op.where
        holds = condition.function
        found.append(lambda row: where(holds(row), in_yes(row), in_no(row)))
    return _any_of(found)


def _faults_of_joined(node: Joined, op: Operations, parts: list[Closure]) -> Faults | None:
    """A fault of an operand counts where the operands before it leave the answer open."""
    found: list[Faults] = []
    turned = inverted(op)
    before: RowFunction | None = None
    for part in parts:
        if part.faults:
            found.append(_both(before, part.faults) if before else part.faults)
        is_open = part.function if node.word == "and" else _after(turned, part.function)
        before = _both(before, is_open) if before else is_open
    return _any_of(found)


def _both(one: RowFunction, other: RowFunction) -> RowFunction:
    return lambda row: one(row) & other(row)


def _after(turned: Callable[[Truth], Truth], function: RowFunction) -> RowFunction:
    return lambda row: turned(function(row))
