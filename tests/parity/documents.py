"""How the documents of a sequence are written, and how those that a case asserts are found among them.

A case leaves out documents, and kinds of lines, that the engine's test does not assert. What is left out is whole days
and whole kinds: of a day with an asserted document every document is asserted, of a kind with an asserted line every
line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any


class Moment(str):
    """The instant of a step, or its day: a case writes one or the other."""

    day: date

    def __new__(cls, text: str, day: date) -> Moment:
        """Keep both."""
        made = super().__new__(cls, text)
        made.day = day
        return made

    def fits(self, wanted: object) -> bool:
        """Whether a case means this moment."""
        return wanted in (str(self), self.day.isoformat(), str(self)[:10])


class Asserted(list[Any]):
    """Documents, or lines of one, of which a case may assert some; those it says nothing of are left out."""

    def __init__(self, entries: list[Any], name: str) -> None:
        """Keep entries, told apart by a field: documents by ``at``, lines by ``kind``."""
        super().__init__(entries)
        self.name = name

    def among(self, wanted: list[Any], same: Callable[[Any, Any], bool]) -> list[Any]:
        """The entries that a case speaks of."""
        named = [one[self.name] for one in wanted if isinstance(one, Mapping) and self.name in one]
        return [one for one in self if not named or any(same(name, one.get(self.name)) for name in named)]
