"""How the numbers of a Markdown page are read: tables marked ``<!-- check: words -->``, and lines of arithmetic.

A marked table is compared with what its words ask for; columns beyond the answer's are for readers. Arithmetic stands in
``text`` blocks, ``=`` between exactly equal sides and ``->`` before a side that is rounded half up to its own digits.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from support.examples import blocks

_MARK = re.compile(r"^<!-- check: (.+?) -->$")
_RULE = re.compile(r"^\|(?: *:?-+:? *\|)+$")
_OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


class Table(NamedTuple):
    """A marked table: the words of its mark, its rows without the heading, the line of the mark."""

    words: list[str]
    rows: list[list[str]]
    line: int


def marked_tables(page: str) -> Iterator[Table]:
    """Every marked table, thousands separators removed from amounts; a mark without a table is refused."""
    lines = page.splitlines()
    for number, line in enumerate(lines):
        mark = _MARK.match(line)
        if mark is None:
            assert "<!-- check" not in line, f"line {number + 1}: a mark stands alone on its line"
            continue
        assert _RULE.match(lines[number + 2]), f"line {number + 1}: no table below the mark"
        rows = []
        for row in lines[number + 3 :]:
            if not row.startswith("|"):
                break
            rows.append([_plain(cell) for cell in row.strip("|").split("|")])
        yield Table(mark[1].split(), rows, number + 1)


def _plain(cell: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3})", "", cell.strip().replace("`", ""))


class Sum(NamedTuple):
    """A line of arithmetic: its sides, with the sign before each but the first."""

    first: str
    rest: list[tuple[str, str]]
    line: int


def arithmetic(page: str) -> Iterator[Sum]:
    """Every line of the text blocks that has an equals sign or an arrow."""
    for block in blocks(page):
        if block.language != "text":
            continue
        for number, line in enumerate(block.text.splitlines()):
            sides = re.split(r" (=|->) ", line)
            if len(sides) > 1:
                yield Sum(sides[0], list(zip(sides[1::2], sides[2::2], strict=True)), block.line + number)


def is_right(one: Sum) -> bool:
    """Whether each side is what the one before it comes to.

    >>> is_right(Sum("1,000 x 1 / 3", [("->", "333.33")], 1)), is_right(Sum("1 / 8", [("=", "0.12")], 1))
    (True, False)
    """
    before = value(one.first)
    for sign, text in one.rest:
        after = value(text)
        digits = len(text.partition(".")[2])
        if after != (before if sign == "=" else _half_up(before, digits)):
            return False
        before = after
    return True


def value(text: str) -> Fraction:
    """What a line of numbers, brackets and + - x / comes to."""
    plain = text.replace(",", "").replace(" x ", " * ")
    return _value(ast.parse(plain.strip(), mode="eval").body, plain)


def _value(node: ast.expr, text: str) -> Fraction:
    if isinstance(node, ast.BinOp):
        return _OPERATIONS[type(node.op)](_value(node.left, text), _value(node.right, text))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, text)
    assert isinstance(node, ast.Constant), ast.dump(node)
    return Fraction(ast.get_source_segment(text.strip(), node))


def _half_up(number: Fraction, digits: int) -> Fraction:
    scaled = abs(number) * 10**digits
    rounded = Fraction(int(scaled + Fraction(1, 2)), 10**digits)
    return rounded if number >= 0 else -rounded
