"""How the text of a formula falls into tokens, or is refused with the column, what stands there, and what may.

Gates before any work on the text: its length and its characters. Source: rules 3.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from billcore.core.checks import check_kind
from billcore.core.errors import DocumentError, LimitExceeded, excerpt
from billcore.core.value import Value
from billcore.pricing.formula.words import LONGEST_TEXT

_TOKEN = re.compile(r"(?P<number>[0-9][0-9A-Za-z_.]*)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|\*\*|[<>=!]=|[-+*<>(),]")
_LITERAL = re.compile(r"(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,12})?")
_OUTSIDE = re.compile(r"[^ -~]")
_SHOWN = 30

# What people write from habit, and what the language has in its place.
_HINTS = {
    "/": "Write div(a, b, places, mode): a division says where and how it rounds.",
    "%": "There is no remainder; div(a, b, 0, down) counts whole times.",
    "=": "Two numbers are compared by ==; nothing is assigned.",
    ":": "Nothing is assigned.",
    "!": "Write not, or != between numbers.",
    "&": "Write and.",
    "|": "Write or.",
    "~": "Write not.",
    "^": "A power is written **.",
    ".": "A number begins with a digit, such as 0.5; names have no attributes.",
    "[": "There is no index and no list.",
    "{": "There is no set and no mapping.",
    '"': "There are no texts.",
    "'": "There are no texts.",
}


class Token(Value, frozen=True, kw_only=True):
    """A piece of the text.

    Attributes:
        kind: ``sign`` is an operator, a bracket or a comma; ``end`` stands behind the last.
        text: As written.
        column: Where it begins, from 1.
    """

    kind: Literal["number", "name", "sign", "end"]
    text: str
    column: int

    @property
    def shown(self) -> str:
        """The token as an error tells it."""
        what = "the end" if self.kind == "end" else excerpt(self.text)
        return f"{what} at column {self.column}"


def tokens_of(text: str) -> tuple[Token, ...]:
    """Cut a text into tokens; the last is the end.

    Raises: LimitExceeded ``limit-exceeded``; DocumentError ``argument-wrong``, ``formula-character-foreign``,
        ``formula-malformed``, ``number-malformed``, ``number-too-large``.

    >>> [token.text for token in tokens_of("2 * (quantity - 1)")]
    ['2', '*', '(', 'quantity', '-', '1', ')', '']
    """
    check_kind(text, str, "expression")
    _gate(text)
    tokens, position, end = [], 0, len(text)
    while position < end:
        if text[position] == " ":
            position += 1
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unknown(text, position)
        token = Token(kind=_kind(match), text=match.group(), column=position + 1)
        if token.kind == "number":
            _check_literal(text, token)
        tokens.append(token)
        position = match.end()
    return (*tokens, Token(kind="end", text="", column=end + 1))


def _kind(match: re.Match[str]) -> Literal["number", "name", "sign"]:
    if match.lastgroup == "number":
        return "number"
    return "name" if match.lastgroup == "name" else "sign"


def _gate(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise LimitExceeded(
            "limit-exceeded",
            found=f"{len(text)} characters",
            expected=f"at most {LONGEST_TEXT}",
            path="expression",
            hint="Give parts of it as variables that the meter works out, or split the price into lines.",
        )
    foreign = _OUTSIDE.search(text)
    if foreign:
        character, column = foreign.group(), foreign.start() + 1
        name = unicodedata.name(character, "a control character")
        raise DocumentError(
            "formula-character-foreign",
            found=f"U+{ord(character):04X} ({name}) at column {column}",
            expected="printable ASCII characters on one line",
            path="expression",
            hint=place(text, column, 1),
        )


def place(text: str, column: int, length: int) -> str:
    """Show where a text is wrong, in one line.

    >>> place("max(fee, quantity[0])", 18, 1)
    'In: max(fee, quantity{{[}}0])'
    """
    start, end = column - 1, column - 1 + length
    before = f"{'...' if start > _SHOWN else ''}{text[max(0, start - _SHOWN) : start]}"
    # Braces are no part of the language, so that the mark is not taken for the formula's own.
    marked = f"{{{{{text[start:end][:_SHOWN]}}}}}"
    line = f"In: {before}{marked}{text[end : end + _SHOWN]}{'...' if end + _SHOWN < len(text) else ''}"
    return "".join(character if " " <= character <= "~" else ascii(character)[1:-1] for character in line)


def _unknown(text: str, position: int) -> DocumentError:
    character = text[position]
    hint = _HINTS.get(character, "")
    return DocumentError(
        "formula-malformed",
        found=f"{character} at column {position + 1}",
        expected="numbers, declared names, + - * **, comparisons, and, or, not, if, else, functions",
        path="expression",
        hint=f"{hint} {place(text, position + 1, 1)}".strip(),
    )


def _check_literal(text: str, token: Token) -> None:
    if _LITERAL.fullmatch(token.text):
        return
    is_long = re.fullmatch(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", token.text)
    raise DocumentError(
        "number-too-large" if is_long else "number-malformed",
        found=token.shown,
        expected="a plain decimal such as 12.5: at most 18 digits before the point and 12 after, no exponent",
        path="expression",
        hint=place(text, token.column, len(token.text)),
    )
