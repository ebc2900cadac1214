"""How a formula came to its value: one step for each operation that was done, in the order in which it was done."""

from __future__ import annotations

from billcore.core.steps import Step
from billcore.pricing.formula.evaluation import Given, known_values
from billcore.pricing.formula.nodes import Choice, Compared, FormulaTree, Inner, Inverted, Joined, Node
from billcore.pricing.formula.spelling import operands_of, shortened, text_of, text_with
from billcore.pricing.formula.walk import Known, walked
from billcore.pricing.tier_steps import short

RULE = "formula"


def steps_of_tree(tree: FormulaTree, values: Given) -> tuple[Step, ...]:
    """Explain a formula node by node; only the branch taken of a choice is in it.

    Args:
        tree: The formula.
        values: As `value_of` takes them.

    Returns: the steps, each with its exact result; a truth is 1 or 0. The last one is the formula's value.
    Rounding: as the formula itself.
    Raises: as `value_of`.

    >>> from billcore.pricing.formula.reading import read_formula
    >>> tree = FormulaTree(root=read_formula("max(5, quantity * 0.5)", {"quantity": "number"}),
    ...     variables=(("quantity", "number"),))
    >>> [step.text for step in steps_of_tree(tree, {"quantity": 12})]
    ['quantity * 0.5 = 12 x 0.5 = 6', 'max(5, quantity * 0.5) = max(5, 6) = 6']
    """
    steps: list[Step] = []

    def note(node: Inner, operands: tuple[Known, ...], result: Known) -> None:
        steps.append(_step(node, operands, result))

    result = walked(tree.root, known_values(tree, values), note)
    if not steps:  # a single name or number
        steps.append(_made(f"{text_of(tree.root)} = {_shown(tree.root, result)}", (), result))
    return tuple(steps)


def _step(node: Inner, operands: tuple[Known, ...], result: Known) -> Step:
    # Of a choice its condition, of a joining those that it needed: the first ones.
    looked_at = operands_of(node)[: len(operands)]
    shown = [_shown(part, known) for part, known in zip(looked_at, operands, strict=True)]
    inputs = tuple((shortened(text_of(part)), text) for part, text in zip(looked_at, shown, strict=True))
    own, found = shortened(text_of(node)), _shown(node, result)
    if isinstance(node, Choice):
        return _made(f"{own}: {inputs[0][0]} is {shown[0]}, so {found}", inputs, result)
    worked = shortened(text_with(node, tuple(_bracketed(text) for text in shown), times="x"))
    if isinstance(node, Joined):
        worked = f" {node.word} ".join(shown)
    if isinstance(node, Compared | Joined | Inverted):
        return _made(f"{own}: {worked} is {found}", inputs, result)
    parts = [own, worked, found] if worked not in (own, found) else [own, found]
    return _made(" = ".join(parts), inputs, result)


def _shown(node: Node, known: Known) -> str:
    is_truth = known.number is True or known.number is False
    return ("false", "true")[known.number] if is_truth else short(known.number, known.scale)


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _made(text: str, inputs: tuple[tuple[str, str], ...], result: Known) -> Step:
    return Step(rule=RULE, text=text, inputs=inputs, numerator=int(result.number), denominator=10**result.scale)
