"""What a formula gives, worked out in the most naive way: a tree of nested tuples over fractions.

It imports nothing from billcore. Besides the value it keeps how many digits the numbers on the way have, because the
language has a limit on them: a product has the digits after the point of both factors, a sum those of the longer.

A tree is a tuple whose first item says what it is:
  ("number", "1.5"), ("name", "quantity"), ("+", a, b, ...), ("-", a, b), ("*", a, b, ...), ("neg", a), ("**", a, 2),
  ("<", a, b) and the other comparisons, ("and", a, b, ...), ("or", a, b, ...), ("not", a), ("if", yes, truth, no),
  ("min", a, b, ...), ("max", a, b, ...), ("abs", a), ("ceil", a), ("floor", a), ("round", a, 2),
  ("div", a, b, 2, "half_up").
"""

from __future__ import annotations

import ast
from fractions import Fraction
from typing import Any, NamedTuple

Tree = tuple[Any, ...]


class DividedByZero(Exception):
    """The formula asked for a quotient that does not exist."""


class Found(NamedTuple):
    """A value, and the digits after the point that it carries."""

    value: Any
    scale: int


class Oracle:
    """One evaluation; `widest` and `could_be` are the largest integers on the way, as they are and as they could be."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.widest = self.could_be = self.finest = 0

    def value(self, tree: Tree) -> Any:
        """Work out a tree."""
        return self.found(tree).value

    def found(self, tree: Tree) -> Found:
        found = self.of(tree)
        if not isinstance(found.value, bool):
            unscaled = abs(found.value * 10**found.scale)
            assert unscaled.denominator == 1
            self.widest = max(self.widest, int(unscaled))
            self.could_be = max(self.could_be, int(unscaled))
            self.finest = max(self.finest, found.scale)
        return found

    def of(self, tree: Tree) -> Found:
        what, *parts = tree
        if what == "number":
            return plain(parts[0])
        if what == "name":
            value = self.values[parts[0]]
            return Found(value, 0) if isinstance(value, bool) else plain(value)
        if what in ("and", "or"):
            return Found(self.joined(what, parts), 0)
        if what == "if":
            yes, truth, no = parts
            return self.found(yes) if self.value(truth) else self.found(no)
        if what == "not":
            return Found(not self.value(parts[0]), 0)
        if what in ("round", "div", "**"):
            return self.with_literals(what, parts)
        return self.strict(what, [self.found(part) for part in parts])

    def joined(self, what: str, parts: list[Tree]) -> bool:
        for part in parts:
            if self.value(part) == (what == "or"):
                return what == "or"
        return what == "and"

    def with_literals(self, what: str, parts: list[Any]) -> Found:
        if what == "**":
            base, exponent = self.found(parts[0]), parts[1]
            self.could(abs(base.value * 10**base.scale) ** exponent)
            return Found(base.value**exponent, base.scale * exponent)
        if what == "round":
            number, places = self.found(parts[0]), parts[1]
            return number if places >= number.scale else Found(rounded(number.value, places, "half_up"), places)
        top, bottom = self.found(parts[0]), self.found(parts[1])
        if bottom.value == 0:
            raise DividedByZero
        return Found(rounded(top.value / bottom.value, parts[2], parts[3]), parts[2])

    def strict(self, what: str, found: list[Found]) -> Found:
        values = [one.value for one in found]
        first = values[0]
        longest = max(one.scale for one in found)
        if what in COMPARED:
            return Found(COMPARED[what](first, values[1]), 0)
        if what == "*":
            total, size = Fraction(1), Fraction(1)
            for one in found:
                total, size = total * one.value, size * max(1, abs(one.value * 10**one.scale))
            self.could(size)
            return Found(total, sum(one.scale for one in found))
        if what == "-":
            return Found(first - sum(values[1:], Fraction(0)), longest)
        results = {"+": lambda: sum(values, Fraction(0)), "neg": lambda: -first, "abs": lambda: abs(first)}
        results |= {"min": lambda: min(values), "max": lambda: max(values)}
        if what in results:
            return Found(results[what](), longest)
        below = first.numerator // first.denominator
        return Found(Fraction(below if what == "floor" or first == below else below + 1), 0)

    def could(self, size: Fraction) -> None:
        self.could_be = max(self.could_be, int(size))


COMPARED = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def plain(text: str) -> Found:
    """Read a plain decimal; zeros at its end do not count."""
    part = text.partition(".")[2].rstrip("0")
    return Found(Fraction(text), len(part))


def rounded(number: Fraction, places: int, mode: str) -> Fraction:
    """Round by looking at both neighbours."""
    scaled = number * 10**places
    below = Fraction(scaled.numerator // scaled.denominator)
    if scaled == below:
        return below / 10**places
    nearer_zero, farther = (below, below + 1) if scaled > 0 else (below + 1, below)
    to_near, to_far = abs(scaled - nearer_zero), abs(farther - scaled)
    if mode in ("up", "down"):
        chosen = farther if mode == "up" else nearer_zero
    elif to_near != to_far:
        chosen = nearer_zero if to_near < to_far else farther
    elif mode == "half_up":
        chosen = farther
    else:
        chosen = next(one for one in (nearer_zero, farther) if int(one) % 2 == 0)
    return chosen / 10**places


def text(tree: Tree) -> str:
    """Write a tree with every bracket that could be needed."""
    what, *parts = tree
    if what in ("number", "name"):
        return str(parts[0])
    if what == "if":
        return f"({text(parts[0])}) if ({text(parts[1])}) else ({text(parts[2])})"
    if what in ("neg", "not"):
        return f"{'-' if what == 'neg' else 'not '}({text(parts[0])})"
    if what == "**":
        return f"({text(parts[0])}) ** {parts[1]}"
    if what in ("min", "max", "abs", "ceil", "floor", "round", "div"):
        inner = ", ".join(text(part) if isinstance(part, tuple) else str(part) for part in parts)
        return f"{what}({inner})"
    return f" {what} ".join(f"({text(part)})" for part in parts)


SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Pow: "**"}
COMPARISONS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


def parsed(source: str) -> Tree:
    """Read a text by Python's own grammar, which the language follows."""
    return _tree(ast.parse(source, mode="eval").body, source)


def _tree(node: Any, source: str) -> Tree:
    def part(inner: Any) -> Tree:
        return _tree(inner, source)

    if isinstance(node, ast.Constant):
        return ("number", ast.get_source_segment(source, node))
    if isinstance(node, ast.Name):
        return ("name", node.id)
    if isinstance(node, ast.BinOp):
        right = node.right.value if isinstance(node.op, ast.Pow) else part(node.right)
        return (SIGNS[type(node.op)], part(node.left), right)
    if isinstance(node, ast.UnaryOp):
        return ({ast.USub: "neg", ast.Not: "not"}[type(node.op)], part(node.operand))
    if isinstance(node, ast.BoolOp):
        return ({ast.And: "and", ast.Or: "or"}[type(node.op)], *map(part, node.values))
    if isinstance(node, ast.Compare):
        (operator,), (right,) = node.ops, node.comparators
        return (COMPARISONS[type(operator)], part(node.left), part(right))
    if isinstance(node, ast.IfExp):
        return ("if", part(node.body), part(node.test), part(node.orelse))
    operands = 2 if node.func.id == "div" else 1 if node.func.id == "round" else len(node.args)
    literals = [getattr(one, "value", getattr(one, "id", None)) for one in node.args[operands:]]
    return (node.func.id, *map(part, node.args[:operands]), *literals)
