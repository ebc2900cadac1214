"""What can be told of a formula's constant parts when it is read: a divisor that is always 0, a number too large."""

from __future__ import annotations

from collections.abc import Iterator

from billcore.core.errors import BillcoreError
from billcore.core.findings import Finding, finding_of
from billcore.pricing.formula.nodes import Node, Number, Variable, is_constant
from billcore.pricing.formula.walk import walked


def is_zero(node: Node) -> bool:
    """Tell whether a number is 0 whatever the values are; where its constant cannot be worked out, it is not.

    >>> is_zero(Number(unscaled=0)), is_zero(Variable(name="quantity"))
    (True, False)
    """
    if not is_constant(node):
        return False
    try:
        return walked(node, {}).number == 0
    except BillcoreError:
        return False


def check_constants(node: Node) -> Iterator[Finding]:
    """Find each largest constant part that cannot be worked out."""
    if isinstance(node, Number | Variable):
        return
    if not is_constant(node):
        for operand in node.operands:
            yield from check_constants(operand)
        return
    try:
        walked(node, {})
    except BillcoreError as error:
        yield finding_of(error)
