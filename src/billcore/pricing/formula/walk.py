"""How a formula is worked out node by node, each step looked at before it is done: what every faster way must give.

Only what is needed is worked out: the branch taken of a choice, and truths until their joining is decided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from billcore.core.errors import LimitExceeded, NotApplicable
from billcore.core.value import Value
from billcore.pricing.formula.nodes import Choice, Divided, Inner, Joined, Node, Number, Power, Product, Variable
from billcore.pricing.formula.operations import operation
from billcore.pricing.formula.spelling import shortened, text_of
from billcore.pricing.formula.words import MOST_DIGITS
from billcore.pricing.kernel import INTEGERS

TOO_LARGE: int = 10**MOST_DIGITS
_BITS = TOO_LARGE.bit_length()


class Known(Value, frozen=True, kw_only=True):
    """A value on the way: ``number / 10**scale``, or a truth at scale 0."""

    number: int
    scale: int = 0


# Takes a node, its operands that were worked out, and its result.
Note: TypeAlias = Callable[[Inner, tuple[Known, ...], Known], None]


def walked(node: Node, values: Mapping[str, Known], note: Note | None = None) -> Known:
    """Work out a node.

    Args:
        node: Of a tree that was read.
        values: A value for each name in it.
        note: Told each inner node when it is done, in the order of evaluation.

    Rounding: where the formula says so, by `round_ratio`.
    Raises: LimitExceeded ``limit-exceeded`` for a number of more than 60 digits, before it is computed where it could
        be far more; NotApplicable ``division-by-zero``.
    Source: rules 3.

    >>> from billcore.pricing.formula.nodes import Negated
    >>> walked(Negated(operands=(Number(unscaled=5, scale=1),)), {})
    Known(number=-5, scale=1)
    """
    if isinstance(node, Number):
        return Known(number=node.unscaled, scale=node.scale)
    if isinstance(node, Variable):
        return values[node.name]
    if isinstance(node, Choice):
        return _chosen(node, values, note)
    if isinstance(node, Joined):
        return _joined(node, values, note)
    known = tuple([walked(operand, values, note) for operand in node.operands])
    prepared = operation(INTEGERS, node, tuple(one.scale for one in known))
    _look(node, known, prepared.scale)
    result = Known(number=prepared.function(*(one.number for one in known)), scale=prepared.scale)
    if not -TOO_LARGE < result.number < TOO_LARGE:
        raise _too_large(node)
    if note:
        note(node, known, result)
    return result


def _chosen(node: Choice, values: Mapping[str, Known], note: Note | None) -> Known:
    condition, yes, no = node.operands
    truth = walked(condition, values, note)
    result = walked(yes if truth.number else no, values, note)
    if note:
        note(node, (truth,), result)
    return result


def _joined(node: Joined, values: Mapping[str, Known], note: Note | None) -> Known:
    known: list[Known] = []
    for operand in node.operands:
        known.append(walked(operand, values, note))
        if known[-1].number != (node.word == "and"):
            break  # decided, whatever comes behind
    if note:
        note(node, tuple(known), known[-1])
    return known[-1]


def _look(node: Inner, known: tuple[Known, ...], scale: int) -> None:
    """Refuse a step before it is done."""
    if scale > MOST_DIGITS:
        raise _too_large(node)
    if isinstance(node, Product) and sum(one.number.bit_length() for one in known) > _BITS + len(known):
        raise _too_large(node)
    if isinstance(node, Power) and known[0].number.bit_length() * node.exponent > _BITS + node.exponent:
        raise _too_large(node)
    if isinstance(node, Divided) and known[1].number == 0:
        raise NotApplicable(
            "division-by-zero",
            found=f"{shortened(text_of(node))} with a divisor of 0",
            expected="a divisor other than 0",
            path="expression",
            hint="Say what is due then, such as: div(a, b, 2, half_up) if b != 0 else 0.",
        )


def _too_large(node: Inner) -> LimitExceeded:
    return LimitExceeded(
        "limit-exceeded",
        found=f"a number of more than {MOST_DIGITS} digits in {shortened(text_of(node))}",
        expected=f"at most {MOST_DIGITS} digits, before and after the point together",
        path="expression",
        hint="Round what goes in, such as round(x, 4), or bound it by min(x, most).",
    )
