"""How untrusted JSON becomes plain data without losing a digit, a duplicate key or the place of a mistake.

Numbers are never floats. In documents of ours a number with a fraction is refused; in a payload of another system it is
kept as its literal text.
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from billcore.core.document import path_text
from billcore.core.errors import excerpt
from billcore.core.exact import INTEGER_DIGITS
from billcore.core.findings import Finding, Owner
from billcore.core.json_places import Lines, Path, nearest, placed_values, places
from billcore.core.limits import DEFAULT, Limits
from billcore.core.source_text import read_text
from billcore.core.value import Value, replaced

Numbers = Literal["exact", "literal"]

# As in json_places: a string running to the end matches too, so that hostile quotes cost one pass.
_GATE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[\]{}]|NaN|-?Infinity', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LITERAL = re.compile(r"(-?)([0-9]{1,40})(?:\.([0-9]{1,40}))?(?:[eE]([+-]?[0-9]{1,2}))?", re.ASCII)


class NumberText(str):
    """A JSON number as it was written; a text, so that nothing is lost, of its own type, so that it is no text."""

    __slots__ = ()

    @property
    def plain(self) -> str:
        """The same number without exponent and without zeros that carry nothing; as written where it is too large.

        >>> NumberText("120000.0").plain, NumberText("1.2E5").plain, NumberText("25E-2").plain, NumberText("-0.0").plain
        ('120000', '120000', '0.25', '0')
        """
        match = _LITERAL.fullmatch(self)
        if match is None:
            return str(self)
        sign, whole, part, exponent = match[1], match[2], match[3] or "", int(match[4] or 0)
        point = len(whole) + exponent
        digits = whole + part
        digits, point = (digits + "0" * (point - len(digits)), point) if point >= 0 else ("0" * -point + digits, 0)
        number = (digits[:point].lstrip("0") or "0") + ("." + digits[point:]).rstrip("0").rstrip(".")
        return number if number == "0" else sign + number


class JsonReading(Value, frozen=True, kw_only=True):
    """What came of reading a JSON file.

    Attributes:
        content: Plain data: dict, list, str, int or `NumberText`, bool, None; None where there are findings.
        text: The decoded text, for `places`.
        findings: What is wrong with it; empty where it is well formed.
    """

    content: Any
    text: str
    findings: tuple[Finding, ...] = ()


def read_json(
    data: bytes | str,
    *,
    file: str = "",
    owner: Owner = "engineering",
    numbers: Numbers = "exact",
    limits: Limits = DEFAULT,
) -> JsonReading:
    """Read JSON strictly.

    Args:
        data: Bytes of the file; a text is taken as decoded already.
        file: Its name, for findings only.
        numbers: ``exact`` for documents of ours (whole numbers become int, a fraction is ``float-amount``);
            ``literal`` for payloads of other systems (every number becomes `NumberText`).

    Returns: the content, or findings with line and column: ``limit-exceeded``, ``encoding-unknown``,
        ``json-malformed``, ``number-not-finite``, ``key-repeated``, ``text-malformed`` (half of a surrogate pair),
        ``float-amount``, ``number-too-large``.
    Raises: DocumentError ``bytes-expected``.
    Source: rules 1 and 11.

    >>> read_json(b'{"quantity": 120000.0}', numbers="literal").content["quantity"].plain
    '120000'
    >>> print(read_json(b'{"amount": 12.50}', file="c.json").findings[0])
    c.json:1:12 amount: [float-amount] found the JSON number 12.50, expected an exact decimal in quotes. \
Write "12.50". (engineering)
    """
    text, findings = read_text(data, file=file, owner=owner, limits=limits)
    if findings:
        return JsonReading(content=None, text="", findings=findings)
    gate = _gate(text, limits)
    if gate is None:
        repeated: list[str] = []
        try:
            content = _decoder(numbers, repeated).decode(text)
        except json.JSONDecodeError as error:
            gate = Finding(
                code="json-malformed",
                line=error.lineno,
                column=error.colno,
                found=f"text that is not JSON ({error.msg[:1].lower()}{error.msg[1:]})",
                expected="a JSON document",
            )
        else:
            findings = _repeated_keys(text) if repeated else _unusable(content, text, numbers)
            if not findings:
                return JsonReading(content=content, text=text)
    found = (gate,) if gate is not None else findings
    placed = tuple(replaced(finding, owner=owner, file=file) for finding in found)
    return JsonReading(content=None, text=text, findings=placed)


def _gate(text: str, limits: Limits) -> Finding | None:
    """Look at depth and at numbers that are none before the parser does; one pass, no recursion."""
    depth = 0
    for token in _GATE.finditer(text):
        start = token.group()[0]
        if start in "[{":
            depth += 1
            if depth > limits.depth:
                line, column = Lines(text).position(token.start())
                return Finding(
                    code="limit-exceeded",
                    line=line,
                    column=column,
                    found=f"more than {limits.depth} levels of nesting",
                    expected=f"at most {limits.depth}",
                )
        elif start in "]}":
            depth -= 1
        elif start != '"':
            line, column = Lines(text).position(token.start())
            return Finding(
                code="number-not-finite",
                line=line,
                column=column,
                found=token.group(),
                expected="a number, or null where there is none",
            )
    return None


def _decoder(numbers: Numbers, repeated: list[str]) -> json.JSONDecoder:
    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(items)
        if len(made) < len(items):
            repeated.append("")
        return made

    def whole(literal: str) -> object:
        return int(literal) if numbers == "exact" and len(literal) <= INTEGER_DIGITS else NumberText(literal)

    return json.JSONDecoder(object_pairs_hook=pairs, parse_float=NumberText, parse_int=whole)


def _repeated_keys(text: str) -> tuple[Finding, ...]:
    lines, findings = Lines(text), []
    for placed in placed_values(text):
        if placed.is_repeated:
            line, column = lines.position(placed.offset)
            findings.append(
                Finding(
                    code="key-repeated",
                    path=_shown(placed.path),
                    line=line,
                    column=column,
                    found=f"the key {excerpt(str(placed.path[-1]))} a second time",
                    expected="each key once in an object",
                )
            )
    return tuple(findings)


def _unusable(content: object, text: str, numbers: Numbers) -> tuple[Finding, ...]:
    """Find fractions in a document of ours, and halves of surrogate pairs anywhere."""
    if numbers == "literal" and "\\u" not in text:
        return ()
    noted: list[tuple[Path, str, str, str, str]] = []
    rest: list[tuple[Path, object]] = [((), content)]
    while rest:
        path, node = rest.pop()
        if isinstance(node, NumberText):
            if numbers == "exact":
                noted.append((path, *_number_problem(node)))
        elif isinstance(node, str):
            if _is_broken(node):
                noted.append((path, *_BROKEN))
        elif isinstance(node, dict):
            noted.extend(
                ((*path, key.encode("ascii", "replace").decode()), *_BROKEN) for key in node if _is_broken(key)
            )
            rest.extend(((*path, key), item) for key, item in reversed(node.items()))
        elif isinstance(node, list):
            rest.extend(((*path, index), item) for index, item in reversed(list(enumerate(node))))
    if not noted:
        return ()
    where = places(text)
    return tuple(
        Finding(
            code=code,
            path=_shown(path),
            line=nearest(where, path)[0],
            column=nearest(where, path)[1],
            found=found,
            expected=expected,
            hint=hint,
        )
        for path, code, found, expected, hint in noted
    )


_BROKEN = ("text-malformed", "half of a surrogate pair", "whole characters", "")


def _is_broken(text: str) -> bool:
    return _SURROGATE.search(text) is not None


def _number_problem(number: NumberText) -> tuple[str, str, str, str]:
    if re.fullmatch(r"-?[0-9]+", number, re.ASCII):
        return "number-too-large", f"a number of {len(number)} digits", f"at most {INTEGER_DIGITS} digits", ""
    return (
        "float-amount",
        f"the JSON number {excerpt(number)}",
        "an exact decimal in quotes",
        f'Write "{excerpt(number)}".',
    )


def _shown(path: Path) -> str:
    return path_text(excerpt(part) if isinstance(part, str) else part for part in path)
