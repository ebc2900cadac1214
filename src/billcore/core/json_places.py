"""Where each value stands in a JSON text: line and column, found only when a finding has to name them.

The text has been parsed already, so that this scanner may trust its grammar; it keeps its own stack and never recurses.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping

from billcore.core.value import Value

Path = tuple[str | int, ...]
Position = tuple[int, int]

# A string, closed or running to the end of the text, so that no quote is ever scanned twice; punctuation; a bare word.
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)


class PlacedValue(Value, frozen=True, kw_only=True):
    """One value with its path and offset; ``is_repeated`` where its key stood in the same object before."""

    path: Path
    offset: int
    is_repeated: bool = False


class _Frame:
    """An object or array that is open at this point of the scan."""

    __slots__ = ("at_key", "is_object", "key", "keys", "repeated")

    def __init__(self, *, is_object: bool) -> None:
        self.is_object = is_object
        self.key: str | int = "" if is_object else 0
        self.keys: set[str] = set()
        self.at_key = is_object
        self.repeated = False

    def name(self, token: str) -> None:
        """Take a token as the key of the next value."""
        self.key = json.loads(token) if "\\" in token else token[1:-1]
        self.repeated = self.key in self.keys
        self.keys.add(str(self.key))
        self.at_key = False

    def next(self) -> None:
        """Step behind a comma."""
        if isinstance(self.key, int):
            self.key += 1
        self.at_key = self.is_object


def placed_values(text: str) -> Iterator[PlacedValue]:
    """Walk every value of a JSON text in document order.

    Args:
        text: Valid JSON of bounded depth; what is not valid gives no sensible places, and no error.
    """
    stack: list[_Frame] = []
    for token in _TOKEN.finditer(text):
        start = token.group()[0]
        if start in "}]":
            if stack:
                stack.pop()
        elif start == ",":
            if stack:
                stack[-1].next()
        elif start == '"' and stack and stack[-1].at_key:
            stack[-1].name(token.group())
        elif start != ":":
            path = tuple(frame.key for frame in stack)
            yield PlacedValue(path=path, offset=token.start(), is_repeated=bool(stack) and stack[-1].repeated)
            if start in "{[":
                stack.append(_Frame(is_object=start == "{"))


class Lines:
    """Line and column of an offset, both from 1, columns in characters."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def position(self, offset: int) -> Position:
        """The line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def places(text: str) -> Mapping[Path, Position]:
    r"""Map the path of every value to its line and column.

    Args:
        text: Valid JSON.

    >>> places('{"a": [10,\n  {"b": 2}]}')[("a", 1, "b")]
    (2, 9)
    """
    lines = Lines(text)
    return {placed.path: lines.position(placed.offset) for placed in placed_values(text)}


def nearest(where: Mapping[Path, Position], path: Path) -> Position:
    """The place of a path, or of the closest thing around it where the path itself is absent.

    >>> nearest({(): (1, 1), ("a",): (2, 3)}, ("a", "missing", 0))
    (2, 3)
    """
    for length in range(len(path), -1, -1):
        if path[:length] in where:
            return where[path[:length]]
    return (0, 0)
