"""How a case's facts are read: by name, with their shape checked, and with a memory of what was not read.

What a reader never asked for is unknown to it: the case is then not applicable, and the reason names the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any


class NotKnown(Exception):
    """A case that the runner cannot judge, with the reason."""


class Given:
    """One object of a case: read by name; what nobody read is told by `unread`."""

    def __init__(self, data: Mapping[str, Any], path: str = "given") -> None:
        self.data = data
        self.path = path
        self._read: set[str] = set()
        self._inner: dict[str, Given] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.data

    def has(self, name: str) -> bool:
        """Whether a field is there and says something; a null says nothing."""
        self._read.add(name)
        return self.data.get(name) is not None

    def raw(self, name: str, default: Any = None) -> Any:
        """Give a field as it stands."""
        self._read.add(name)
        return self.data.get(name, default)

    def text(self, name: str, default: str | None = None) -> str:
        """Give a text; numbers of a case are texts too."""
        found = self.raw(name, default)
        if isinstance(found, int) and not isinstance(found, bool):
            return str(found)
        if not isinstance(found, str):
            raise NotKnown(f"{self.path}.{name} is {kind_of(found)}, and a text is expected")
        return found

    def whole(self, name: str, default: int | None = None) -> int:
        """Give a whole number."""
        found = self.raw(name, default)
        if isinstance(found, bool) or not isinstance(found, int):
            raise NotKnown(f"{self.path}.{name} is {kind_of(found)}, and a whole number is expected")
        return found

    def day(self, name: str) -> date:
        """Give a date."""
        text = self.text(name)
        try:
            # An instant at midnight in UTC stands for its day.
            return date.fromisoformat(text.removesuffix("T00:00:00Z"))
        except ValueError:
            raise NotKnown(f"{self.path}.{name} is {text[:40]!r}, and a date is expected") from None

    def instant(self, name: str) -> datetime:
        """Give an instant; a date stands for its midnight in UTC."""
        return self.instant_of(self.text(name), name)

    def instant_of(self, text: str, name: str) -> datetime:
        """Read the text of an instant."""
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise NotKnown(f"{self.path}.{name} is {text[:40]!r}, and an instant is expected") from None
        if found.tzinfo is None and len(text) > len("2026-01-31"):
            raise NotKnown(f"{self.path}.{name} is {text[:40]!r}, and an instant with its zone is expected")
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)

    def choice(self, name: str, choices: Mapping[str, Any], default: str | None = None) -> Any:
        """Give what a word of the cases is called here."""
        found = self.text(name, default)
        if found not in choices:
            raise NotKnown(f"{self.path}.{name} {found!r} is unknown; known: {', '.join(choices)}")
        return choices[found]

    def inner(self, name: str) -> Given:
        """Give an object within this one."""
        found = self.raw(name)
        if not isinstance(found, Mapping):
            raise NotKnown(f"{self.path}.{name} is {kind_of(found)}, and an object is expected")
        return self._kept(found, f"{self.path}.{name}")

    def each(self, name: str) -> list[Given]:
        """Give a list of objects."""
        found = self.raw(name)
        if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
            raise NotKnown(f"{self.path}.{name} is {kind_of(found)}, and a list of objects is expected")
        return [self._kept(item, f"{self.path}.{name}[{index}]") for index, item in enumerate(found)]

    def texts(self, name: str) -> list[str]:
        """Give a list of texts."""
        found = self.raw(name)
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            raise NotKnown(f"{self.path}.{name} is {kind_of(found)}, and a list of texts is expected")
        return list(found)

    def named(self, name: str) -> dict[str, Given]:
        """Give an object of objects, by name."""
        outer = self.inner(name)
        return {key: outer.inner(key) for key in outer.data}

    def _kept(self, found: Mapping[str, Any], path: str) -> Given:
        # Read twice, an object remembers what was read of it by both.
        return self._inner.setdefault(path, Given(found, path))

    def unread(self) -> list[str]:
        """Name the fields that nobody asked for, here and within."""
        here = [f"{self.path}.{name}" for name in self.data if name not in self._read]
        return here + [name for one in self._inner.values() for name in one.unread()]


def kind_of(found: object) -> str:
    """Name the kind of a value of a JSON file."""
    names = {dict: "an object", list: "a list", str: "a text", bool: "a yes or no", type(None): "absent"}
    return names.get(type(found), "a number")
