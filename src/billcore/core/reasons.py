"""Why a number is what it is, as a tree: a statement and the statements it rests on; as text, data or HTML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from billcore.core.html import escaped
from billcore.core.steps import Step
from billcore.core.value import Value

INDENT = "  "


class Reason(Value, frozen=True, kw_only=True):
    """One statement with the statements it rests on.

    Attributes:
        text: The statement.
        rule: Slug of the rule applied, or empty.
        result: Exact result of the rule, or empty.
        inputs: What the rule was given, as (name, text) pairs: an unrounded value, a remainder.
        because: What it rests on, in order.
    """

    text: str
    rule: str = ""
    result: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    because: tuple[Reason, ...] = ()

    def __str__(self) -> str:
        return "\n".join(self._lines(0))

    def _lines(self, depth: int) -> list[str]:
        lines = [f"{INDENT * depth}{self.text}"]
        for reason in self.because:
            lines.extend(reason._lines(depth + 1))
        return lines

    def to_dict(self) -> dict[str, Any]:
        """The tree as plain data."""
        own = {"text": self.text, "rule": self.rule, "result": self.result, "inputs": _by_name(self.inputs)}
        return {**{k: v for k, v in own.items() if v}, "because": [reason.to_dict() for reason in self.because]}

    def _repr_html_(self) -> str:
        inner = "".join(f"<li>{reason._repr_html_()}</li>" for reason in self.because)
        return f"{escaped(self.text)}<ul>{inner}</ul>" if inner else escaped(self.text)


def _by_name(inputs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Inputs by their names; of two of one name the second is numbered, so that none is lost."""
    found: dict[str, str] = {}
    for name, text in inputs:
        key, number = name, 1
        while key in found:
            number += 1
            key = f"{name} ({number})"
        found[key] = text
    return found


def reason_of(step: Step) -> Reason:
    """A step as a statement."""
    return Reason(text=step.text, rule=step.rule, result=step.result, inputs=step.inputs)


def reasons_of(steps: Iterable[Step]) -> tuple[Reason, ...]:
    """Steps as statements, in their order."""
    return tuple(reason_of(step) for step in steps)
