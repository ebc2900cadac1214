"""How the text of a formula becomes its tree: by precedence as in Python, with types and literals checked on the way.

A mistake of syntax ends the reading; unknown names, wrong types and literals out of range are all told at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from billcore.core.checks import check_kind
from billcore.core.errors import excerpt
from billcore.core.value import Value, replaced
from billcore.pricing.formula.constants import check_constants, is_zero
from billcore.pricing.formula.cursor import Cursor
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
from billcore.pricing.formula.spelling import AND, CHOICE, COMPARISON, MINUS, NOT, OR, POWER, PRODUCT, SUM
from billcore.pricing.formula.tokens import Token
from billcore.pricing.formula.words import (
    DEEPEST,
    FUNCTIONS,
    HIGHEST_EXPONENT,
    MODE_WORDS,
    MOST_NODES,
    MOST_PLACES,
    OPERATOR_WORDS,
    RESERVED,
    Kind,
)

_LEVELS = "levels of operations inside each other"
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_BINDING = {
    "if": CHOICE,
    "or": OR,
    "and": AND,
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "**": POWER,
    **dict.fromkeys(_COMPARISONS, COMPARISON),
}


class Read(Value, frozen=True, kw_only=True):
    """A part that was read: its node, its type, its height, and the columns where its text begins and ends.

    ``kind`` is None where a mistake was already told, so that one mistake is not told twice.
    """

    node: Node
    kind: Kind | None
    height: int
    start: int
    end: int
    is_closed: bool = False


def read_formula(text: str, names: Mapping[str, Kind]) -> Node:
    """Read a formula that gives a number.

    Args:
        text: In Python's expression syntax: numbers, names, ``+ - *``, ``**`` with a whole literal, comparisons,
            ``and or not``, ``x if c else y``, ``min max abs ceil floor``, ``round(x, places)``,
            ``div(a, b, places, mode)``.
        names: The type of each declared name.

    Returns: the checked tree.
    Raises: LimitExceeded ``limit-exceeded``; DocumentError ``argument-wrong``, ``formula-malformed``,
        ``formula-character-foreign``, ``formula-name-unknown``, ``formula-type-wrong``,
        ``formula-literal-out-of-range``, ``formula-divisor-zero``, ``rounding-mode-unknown``, ``number-malformed``,
        ``number-too-large``. Several problems are in ``findings``; the error tells the first.
    Source: rules 3.

    >>> read_formula("quantity * 2", {"quantity": "number"}).operands[1]
    Number(unscaled=2, scale=0)
    >>> read_formula("quantity * fee", {"quantity": "number"})
    Traceback (most recent call last):
    billcore.core.errors.DocumentError: [formula-name-unknown] at expression: found fee at column 12, expected a \
declared name: quantity. In: quantity * {{fee}}
    """
    check_kind(names, Mapping, "names")
    return _Reader(text, names).whole()


class _Reader(Cursor):
    """One reading of one text."""

    def __init__(self, text: str, names: Mapping[str, Kind]) -> None:
        super().__init__(text)
        self.names = names
        self.nodes = self.depth = self.brackets = 0

    def whole(self) -> Node:
        read = self.expression(CHOICE)
        if self.token.kind != "end":
            self.refuse(self.token, "an operator or the end")
        self.check_kind(read, "number")
        if not self.problems:
            self.problems.extend(check_constants(read.node))
        self.finish()
        return read.node

    def made(self, node: Node, kind: Kind | None, start: int, parts: tuple[Read, ...] = ()) -> Read:
        """Count a node and its height, and give the part that it is."""
        self.nodes += 1
        return self.limited(
            Read(
                node=node,
                kind=kind,
                height=1 + max((part.height for part in parts), default=0),
                start=start,
                end=self.end_of_last(),
            )
        )

    def limited(self, read: Read) -> Read:
        self.check_limit("nodes (names, numbers and operations)", self.nodes, MOST_NODES)
        self.check_limit(_LEVELS, read.height, DEEPEST)
        return read

    def check_kind(self, read: Read, kind: Kind) -> None:
        """Note a number where a truth must be, or the other way round."""
        if read.kind is None or read.kind == kind:
            return
        text = excerpt(self.text[read.start - 1 : read.end - 1])
        hint = "Compare it, such as quantity > 0." if kind == "truth" else "Write (1 if ... else 0)."
        self.note(
            "formula-type-wrong",
            read.start,
            read.end,
            found=f"a {read.kind}, {text},",
            expected=f"a {kind}",
            hint=hint,
        )

    # Expressions, by how tightly their operators bind.

    def expression(self, least: int) -> Read:
        """Read as far as operators bind at least so tightly."""
        self.depth += 1
        # Before a height is known: with brackets as deep as they may be, this deep is surely too deep.
        if self.depth > 2 * DEEPEST + 1:
            raise self.beyond(_LEVELS, DEEPEST)
        left = self.operand()
        while self.token.kind in ("sign", "name"):
            binding = _BINDING.get(self.token.text, 0)
            if not binding or binding < least:
                break
            left = self.behind(left, self.take(), binding)
        self.depth -= 1
        return left

    def operand(self) -> Read:
        token = self.take()
        if token.kind == "number":
            return self.made(literal(token.text), "number", token.column)
        if token.text == "(":
            return self.bracketed(token)
        if token.text == "-":
            return self.prefixed(token, "number", MINUS)
        if token.text == "not":
            return self.prefixed(token, "truth", NOT)
        if token.kind == "name" and token.text not in OPERATOR_WORDS:
            return self.called(token) if self.is_next("(") else self.named(token)
        self.refuse(token, "a number, a name, a function, - , not or (")

    def bracketed(self, token: Token) -> Read:
        self.brackets += 1
        self.check_limit("levels of brackets inside each other", self.brackets, DEEPEST)
        inner = self.expression(CHOICE)
        self.brackets -= 1
        self.expect(")", "an operator or )")
        return replaced(inner, is_closed=True, start=token.column, end=self.end_of_last())

    def prefixed(self, token: Token, kind: Kind, binding: int) -> Read:
        inner = self.expression(binding)
        self.check_kind(inner, kind)
        node: Node = Negated(operands=(inner.node,)) if kind == "number" else Inverted(operands=(inner.node,))
        return self.made(node, kind, token.column, (inner,))

    def named(self, token: Token) -> Read:
        kind = self.names.get(token.text)
        if kind is None:
            end = token.column + len(token.text)
            if token.text in RESERVED:
                self.refuse(token, "a declared name", "The word is reserved.")
            known = ", ".join(map(str, self.names))
            self.note("formula-name-unknown", token.column, end, expected=f"a declared name: {excerpt(known)}")
        return self.made(Variable(name=token.text), kind, token.column)

    def behind(self, left: Read, operator: Token, binding: int) -> Read:
        """Read what stands behind an operator, and join both sides."""
        if binding == CHOICE:
            return self.choice(left)
        if binding == POWER:
            return self.power(left)
        if binding == COMPARISON:
            return self.compared(left, operator)
        kind: Kind = "number" if binding in (SUM, PRODUCT) else "truth"
        self.check_kind(left, kind)
        right = self.expression(binding + 1)
        self.check_kind(right, kind)
        longer = _longer(left.node, operator.text, right.node)
        if longer is None:
            return self.made(_paired(left.node, operator.text, right.node), kind, left.start, (left, right))
        # The chain takes one more operand and no node is added; its first operands are one level down already.
        height = max(left.height, right.height + 1)
        read = Read(node=longer, kind=kind, height=height, start=left.start, end=self.end_of_last())
        return self.limited(read)

    def choice(self, yes: Read) -> Read:
        condition = self.expression(OR)
        self.check_kind(condition, "truth")
        self.expect("else", "else: a choice is written x if condition else y")
        no = self.expression(CHOICE)
        if yes.kind is not None:
            self.check_kind(no, yes.kind)
        node = Choice(operands=(condition.node, yes.node, no.node))
        return self.made(node, yes.kind, yes.start, (yes, condition, no))

    def compared(self, left: Read, operator: Token) -> Read:
        if isinstance(left.node, Compared) and not left.is_closed:
            self.refuse(operator, "one comparison", "Write a < b and b < c.")
        self.check_kind(left, "number")
        right = self.expression(SUM)
        self.check_kind(right, "number")
        node = Compared(operands=(left.node, right.node), operator=cast(Any, operator.text))
        return self.made(node, "truth", left.start, (left, right))

    def power(self, base: Read) -> Read:
        self.check_kind(base, "number")
        exponent = self.whole_literal("exponent", HIGHEST_EXPONENT)
        if self.is_next("**"):
            self.refuse(self.token, "one ** at a time", "Write (x ** 2) ** 3.")
        return self.made(Power(operands=(base.node,), exponent=exponent), "number", base.start, (base,))

    def whole_literal(self, what: str, most: int) -> int:
        """Read a literal that is no operand: places or an exponent."""
        token = self.token
        if token.kind != "number" or "." in token.text:
            self.refuse(token, f"a whole literal from 0 to {most} as {what}")
        self.take()
        found = int(token.text)
        if found <= most:
            return found
        end = token.column + len(token.text)
        expected = f"a whole literal from 0 to {most} as {what}"
        self.note("formula-literal-out-of-range", token.column, end, expected=expected)
        return most

    # Functions.

    def called(self, name: Token) -> Read:
        if name.text not in FUNCTIONS:
            self.refuse(name, f"one of the functions {', '.join(FUNCTIONS)}")
        self.take()
        least = FUNCTIONS[name.text]
        parts = [self.number(name)]
        while len(parts) < least or (name.text in ("min", "max") and self.is_next(",")):
            self.comma(name)
            parts.append(self.number(name))
        node = self.call(name, tuple(part.node for part in parts))
        self.expect(")", f"), for {_usage(name.text)}")
        if isinstance(node, Divided):
            self.check_divisor(node, parts[1])
        return self.made(node, "number", name.column, tuple(parts))

    def number(self, name: Token) -> Read:
        if self.is_next(")"):
            self.refuse(self.token, f"a number, for {_usage(name.text)}")
        read = self.expression(CHOICE)
        self.check_kind(read, "number")
        return read

    def comma(self, name: Token) -> None:
        self.expect(",", f"a comma, for {_usage(name.text)}")

    def call(self, name: Token, operands: tuple[Node, ...]) -> Node:
        """Read the literals that `round` and `div` have behind their numbers."""
        if name.text == "round":
            self.comma(name)
            return Rounded(operands=operands, places=self.whole_literal("places", MOST_PLACES))
        if name.text == "div":
            self.comma(name)
            places = self.whole_literal("places", MOST_PLACES)
            self.comma(name)
            return Divided(operands=operands, places=places, mode=cast(Any, self.mode()))
        return Call(operands=operands, function=cast(Any, name.text))

    def mode(self) -> str:
        token = self.token
        if token.kind != "name":
            self.refuse(token, f"a rounding mode: {', '.join(MODE_WORDS)}")
        self.take()
        if token.text not in MODE_WORDS:
            end = token.column + len(token.text)
            self.note("rounding-mode-unknown", token.column, end, expected=", ".join(MODE_WORDS))
        return token.text

    def check_divisor(self, node: Divided, divisor: Read) -> None:
        if not self.problems and is_zero(node.operands[1]):
            expected = "a divisor that is not always 0"
            self.note("formula-divisor-zero", divisor.start, divisor.end, expected=expected)


def literal(text: str) -> Number:
    """Read a plain decimal at the smallest scale that holds it.

    >>> literal("12.50"), literal("100")
    (Number(unscaled=125, scale=1), Number(unscaled=100, scale=0))
    """
    whole, _, part = text.partition(".")
    part = part.rstrip("0")
    return Number(unscaled=int(whole + part), scale=len(part))


def _usage(function: str) -> str:
    usages = {"round": "round(x, places)", "div": "div(a, b, places, mode)"}
    few = "(a, b)" if FUNCTIONS[function] == 2 else "(x)"
    return usages.get(function, f"{function}{few}")


def _longer(left: Node, operator: str, right: Node) -> Node | None:
    """Let a chain from left to right be one node: it takes the right side as its next operand."""
    if isinstance(left, Sum) and operator in ("+", "-"):
        sign = cast(Literal["+", "-"], operator)
        return Sum(operands=(*left.operands, right), signs=(*left.signs, sign))
    if isinstance(left, Product) and operator == "*":
        return Product(operands=(*left.operands, right))
    if isinstance(left, Joined) and operator == left.word:
        return Joined(operands=(*left.operands, right), word=left.word)
    return None


def _paired(left: Node, operator: str, right: Node) -> Node:
    """Make the node of an operator between two operands."""
    if operator == "*":
        return Product(operands=(left, right))
    if operator in ("and", "or"):
        return Joined(operands=(left, right), word=cast(Literal["and", "or"], operator))
    return Sum(operands=(left, right), signs=(cast(Literal["+", "-"], operator),))
