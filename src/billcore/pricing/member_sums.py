"""What the prices of several members share: what was not said is not zero, and members add up by name."""

from __future__ import annotations

from collections.abc import Sequence

from billcore.core.errors import DocumentError, MissingInput
from billcore.core.ratio import ZERO, Ratio, plus, ratio_of
from billcore.core.steps import Step, exact_text
from billcore.core.value import replaced
from billcore.core.words import counted as in_words
from billcore.pricing.rate_table import RateTable
from billcore.pricing.rated import Rated
from billcore.usage.measured import Measured


def counted(table: RateTable, measured: Measured) -> str:
    """Give what a table counts: money that came with the events where it passes money on, else units.

    Raises: MissingInput ``measure-missing`` where nobody said how much: that is not zero.
    """
    if table.kind == "dynamic" and measured.amount:
        return measured.amount
    if table.kind == "flat":  # whatever the quantity
        return measured.quantity or "0"
    if not measured.quantity:
        raise missing("no quantity", "the units that were used, 0 where there were none", "Pass quantity.")
    return measured.quantity


def lacks(part: object, measured: Measured) -> bool:
    """Tell whether what a price looks at was not said: it is empty, and nobody said that nothing was used."""
    return not part and (not measured.quantity or ratio_of(measured.quantity)[0] != 0)


def added_up(kind: str, quantity: str, members: Sequence[tuple[str, Rated]], what: str) -> Rated:
    """Add members up, each with its name before its steps."""
    total: Ratio = ZERO
    for _, rated in members:
        total = plus(total, (rated.numerator, rated.denominator))
    steps = [replaced(step, text=f"{name}: {step.text}") for name, rated in members for step in rated.steps]
    text = f"sum of {in_words(len(members), what)} = {exact_text(*total)}"
    inputs = tuple((name, rated.amount) for name, rated in members)
    steps.append(Step(rule=kind, text=text, inputs=inputs, numerator=total[0], denominator=total[1]))
    return Rated(
        numerator=total[0],
        denominator=total[1],
        quantity=quantity,
        kind=kind,
        parts=tuple(replaced(part, member=name) for name, rated in members for part in rated.parts),
        steps=tuple(steps),
    )


def check_keys(measured: Measured, names: Sequence[str]) -> None:
    """Refuse a group that does not name a value for each property of the price."""
    for number, group in enumerate(measured.groups):
        if len(group.key) != len(names):
            raise DocumentError(
                "argument-wrong",
                found=f"a group with {len(group.key)} values",
                expected=f"one for each of {', '.join(names)}"[:200],
                path=f"groups[{number}].key",
            )


def missing(found: str, expected: str, hint: str) -> MissingInput:
    return MissingInput("measure-missing", found=found, expected=expected, path="quantity", hint=hint)
