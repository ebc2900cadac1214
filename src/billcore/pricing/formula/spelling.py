"""How a formula's tree is written as text again: with as few parentheses as keep its meaning."""

from __future__ import annotations

from functools import lru_cache

from billcore.core.exact import plain
from billcore.pricing.formula.nodes import (
    Call,
    Choice,
    Compared,
    Divided,
    Inverted,
    Joined,
    Negated,
    Node,
    Number,
    Power,
    Product,
    Rounded,
    Sum,
    Variable,
)

_WIDTH = 120

# How tightly each form binds: an operand that binds less than its place asks for stands in parentheses.
CHOICE, OR, AND, NOT, COMPARISON, SUM, PRODUCT, MINUS, POWER, ALONE = range(1, 11)


# Kept, because an explanation tells the text of a part again in each operation around it.
@lru_cache(maxsize=1024)
def text_of(node: Node) -> str:
    """Write a tree as the text that reads as the same tree.

    >>> text_of(Product(operands=(Number(unscaled=15, scale=1), Negated(operands=(Variable(name="quantity"),)))))
    '1.5 * -quantity'
    """
    return text_with(node, tuple(_operand(node, index) for index in range(len(operands_of(node)))))


def shortened(text: str) -> str:
    """Cut a text of the language to what fits into an error or a step.

    >>> shortened("1 + " * 50 + "1")[-12:]
    '1 + 1 + 1...'
    """
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."


def operands_of(node: Node) -> tuple[Node, ...]:
    """Give what a node is made from; nothing for a leaf."""
    return () if isinstance(node, Number | Variable) else node.operands


def _operand(node: Node, index: int) -> str:
    operand = operands_of(node)[index]
    text = text_of(operand)
    return text if binding(operand) >= _asked(node, index) else f"({text})"


def text_with(node: Node, operands: tuple[str, ...], *, times: str = "*") -> str:
    """Write a node around texts that stand for its operands: their own, or their values in an explanation.

    Args:
        node: The node.
        operands: A text for each operand, in parentheses where it needs them.
        times: The sign of a product.
    """
    match node:
        case Number():
            return plain(node.unscaled, node.scale)
        case Variable():
            return node.name
        case Sum():
            signed = (f" {sign} {text}" for sign, text in zip(node.signs, operands[1:], strict=True))
            return operands[0] + "".join(signed)
        case Product():
            return f" {times} ".join(operands)
        case Negated():
            return f"-{operands[0]}"
        case Power():
            return f"{operands[0]} ** {node.exponent}"
        case Compared():
            return f"{operands[0]} {node.operator} {operands[1]}"
        case Joined():
            return f" {node.word} ".join(operands)
        case Inverted():
            return f"not {operands[0]}"
        case Choice():
            return f"{operands[1]} if {operands[0]} else {operands[2]}"
        case Call():
            return f"{node.function}({', '.join(operands)})"
        case Rounded():
            return f"round({operands[0]}, {node.places})"
        case Divided():
            return f"div({operands[0]}, {operands[1]}, {node.places}, {node.mode})"


def binding(node: Node) -> int:
    """Tell how tightly a node's text binds."""
    match node:
        case Choice():
            return CHOICE
        case Joined():
            return AND if node.word == "and" else OR
        case Inverted():
            return NOT
        case Compared():
            return COMPARISON
        case Sum():
            return SUM
        case Product():
            return PRODUCT
        case Negated():
            return MINUS
        case Power():
            return POWER
        case _:
            return ALONE


def _asked(node: Node, index: int) -> int:
    """Tell how tightly an operand must bind to stand without parentheses."""
    match node:
        case Choice():
            return CHOICE if index == 2 else OR
        case Joined() | Sum() | Product():
            # From left to right: the same form behind the first operand would be another tree without parentheses.
            return binding(node) + 1
        case Inverted() | Negated():
            return binding(node)
        case Compared():
            return SUM
        case Power():
            return ALONE
        case _:
            return CHOICE
