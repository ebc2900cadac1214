"""How a payload that a client has parsed already becomes the same plain data, or is refused where digits were lost."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from billcore.core.document import path_text
from billcore.core.findings import Finding, Owner
from billcore.core.json_text import JsonReading, NumberText
from billcore.core.limits import DEFAULT, Limits
from billcore.core.value import replaced

Path = tuple[str | int, ...]


def read_parsed(data: object, *, file: str = "", owner: Owner = "engineering", limits: Limits = DEFAULT) -> JsonReading:
    """Read parsed JSON; int and Decimal keep their digits, a float has lost them and is refused.

    Returns: the content with every number as `NumberText`, and no text (so findings have paths and no lines); or the
        findings ``float-amount``, ``limit-exceeded``, ``record-malformed`` (what JSON cannot hold).
    Source: rules 10 ("a dict that holds a Python float is refused").

    >>> read_parsed({"quantity": 3}).content
    {'quantity': '3'}
    >>> print(read_parsed({"lines": [{"price": 12.5}]}).findings[0].path)
    lines[0].price
    """
    findings: list[Finding] = []
    content = _plain(data, (), findings, limits.depth)
    placed = tuple(replaced(finding, owner=owner, file=file) for finding in findings)
    return JsonReading(content=None if findings else content, text="", findings=placed)


def _plain(node: object, path: Path, findings: list[Finding], depth: int) -> Any:
    if depth == 0:
        findings.append(_finding("limit-exceeded", path, "nesting too deep", "at most 64 levels"))
        return None
    if node is None or isinstance(node, str | bool):
        return node
    if isinstance(node, int) or (isinstance(node, Decimal) and node.is_finite()):
        return NumberText(_digits(node, path, findings))
    if isinstance(node, float):
        hint = "Pass the response's bytes, or parse it with parse_float=decimal.Decimal."
        found = f"the float {node!r}"
        findings.append(_finding("float-amount", path, found, "a number with all its digits", hint))
        return None
    if isinstance(node, Mapping):
        return {str(key): _plain(item, (*path, str(key)), findings, depth - 1) for key, item in node.items()}
    if isinstance(node, list | tuple):
        return [_plain(item, (*path, number), findings, depth - 1) for number, item in enumerate(node)]
    found = f"a value of type {type(node).__name__}"
    findings.append(_finding("record-malformed", path, found, "text, number, truth value, object or list"))
    return None


def _digits(number: int | Decimal, path: Path, findings: list[Finding]) -> str:
    # Compared before it is printed: a number of a million digits takes seconds to write out.
    if not -(10**40) < number < 10**40 or (isinstance(number, Decimal) and abs(number.adjusted()) > 40):
        findings.append(_finding("number-too-large", path, "more than 40 digits", "at most 18 digits before the point"))
        return "0"
    return str(number)


def _finding(code: str, path: Path, found: str, expected: str, hint: str = "") -> Finding:
    return Finding(code=code, path=path_text(path), found=found, expected=expected, hint=hint)
