"""What a formula is once it is read: a closed tree of these nodes, whose types and literals were checked."""

from __future__ import annotations

from typing import Literal, TypeAlias

from billcore.core.value import Value
from billcore.money.rounding import RoundingMode
from billcore.pricing.formula.words import Kind


class Number(Value, frozen=True, kw_only=True):
    """A literal, 0 or more: ``unscaled / 10**scale``, at the smallest scale that holds it."""

    unscaled: int
    scale: int = 0


class Variable(Value, frozen=True, kw_only=True):
    """A declared name: a value that comes with the period, or a parameter of the price."""

    name: str


class Sum(Value, frozen=True, kw_only=True):
    """Numbers added and subtracted from left to right; a sign stands before each but the first."""

    operands: tuple[Node, ...]
    signs: tuple[Literal["+", "-"], ...]


class Product(Value, frozen=True, kw_only=True):
    """Numbers multiplied from left to right."""

    operands: tuple[Node, ...]


class Negated(Value, frozen=True, kw_only=True):
    """Unary minus of its one operand."""

    operands: tuple[Node, ...]


class Power(Value, frozen=True, kw_only=True):
    """Its one operand to a whole power."""

    operands: tuple[Node, ...]
    exponent: int


class Compared(Value, frozen=True, kw_only=True):
    """Two numbers compared: a truth."""

    operands: tuple[Node, ...]
    operator: Literal["<", "<=", ">", ">=", "==", "!="]


class Joined(Value, frozen=True, kw_only=True):
    """Truths joined by one word, from left to right; what is decided is not looked at further."""

    operands: tuple[Node, ...]
    word: Literal["and", "or"]


class Inverted(Value, frozen=True, kw_only=True):
    """``not`` of its one operand."""

    operands: tuple[Node, ...]


class Choice(Value, frozen=True, kw_only=True):
    """``yes if condition else no``: its operands in the order of evaluation, the condition first."""

    operands: tuple[Node, ...]


class Call(Value, frozen=True, kw_only=True):
    """A function of numbers alone."""

    operands: tuple[Node, ...]
    function: Literal["min", "max", "abs", "ceil", "floor"]


class Rounded(Value, frozen=True, kw_only=True):
    """``round(x, places)``: half away from zero."""

    operands: tuple[Node, ...]
    places: int


class Divided(Value, frozen=True, kw_only=True):
    """``div(dividend, divisor, places, mode)``: the only division, which says where and how it rounds."""

    operands: tuple[Node, ...]
    places: int
    mode: RoundingMode


Inner: TypeAlias = Sum | Product | Negated | Power | Compared | Joined | Inverted | Choice | Call | Rounded | Divided
Leaf: TypeAlias = Number | Variable
Node: TypeAlias = Leaf | Inner


class Parameter(Value, frozen=True, kw_only=True):
    """A constant of the price by name: ``unscaled / 10**scale``."""

    name: str
    unscaled: int
    scale: int


# The hash is kept, because evaluation finds what it prepared for a formula by the formula.
class FormulaTree(Value, frozen=True, kw_only=True, cache_hash=True):
    """A formula with everything that it needs to be evaluated.

    Attributes:
        root: The tree, of type number.
        variables: Name and type of each value that comes with the period, in the order of the rows of evaluation.
        parameters: The constants.
    """

    root: Node
    variables: tuple[tuple[str, Kind], ...]
    parameters: tuple[Parameter, ...] = ()


def is_constant(node: Node) -> bool:
    """Tell whether a node holds no name.

    >>> is_constant(Number(unscaled=5)), is_constant(Negated(operands=(Variable(name="quantity"),)))
    (True, False)
    """
    if isinstance(node, Number | Variable):
        return isinstance(node, Number)
    return all(is_constant(operand) for operand in node.operands)
