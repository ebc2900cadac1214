"""What a price needs to know of one service period: a quantity, and beside it what only some prices ask for.

Numbers stand as plain text without trailing zeros: exact, comparable and ready for a hash.
"""

from __future__ import annotations

from billcore.core.errors import DocumentError, excerpt
from billcore.core.value import Value, replaced


class LevelChange(Value, frozen=True, kw_only=True):
    """A change of a running level.

    Attributes:
        delta: Units added; negative where taken away.
        numerator, denominator: ``delta`` weighted by the share of the period that was left, exact.

    Raises: DocumentError ``argument-wrong``, ``ratio-malformed``.
    """

    delta: str
    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if type(self.delta) is not str:
            raise _wrong("delta", self.delta, 'a number as text, such as "12.5"')
        if type(self.numerator) is not int or type(self.denominator) is not int or self.denominator <= 0:
            raise DocumentError(
                "ratio-malformed",
                found=f"{excerpt(self.numerator)} over {excerpt(self.denominator)}",
                expected="two whole numbers, the second above 0",
                path="measured.changes",
            )


class Group(Value, frozen=True, kw_only=True):
    """What was measured of the records that share their values of some properties.

    Attributes:
        key: The values, in the order of the properties that were asked for; an absent property is the empty text.
        measured: What these records come to.

    Raises: DocumentError ``argument-wrong``.
    """

    key: tuple[str, ...]
    measured: Measured

    def __post_init__(self) -> None:
        if type(self.key) is not tuple or not all(type(value) is str for value in self.key):
            raise _wrong("key", self.key, "a tuple of texts, one for each property")
        if not isinstance(self.measured, Measured):
            raise _wrong("measured", self.measured, "a Measured")


class Measured(Value, frozen=True, kw_only=True):
    """What was measured of one service period.

    Raises: DocumentError ``argument-wrong``, ``value-repeated``.

    Attributes:
        quantity: Units, aggregated; empty where nobody said how many, which is not zero.
        values: The value of each event, in order of time; for prices that look at every event.
        amount: Money that came with the events, in major units; empty where none did.
        meters: (meter, quantity) pairs, for prices that look at several meters.
        variables: (name, value) pairs, for formulas.
        windows: The quantity of each window of the period, in order; for prices that rate each window alone.
        changes: Changes of a running level in order of time, for prices that weigh by time.
        groups: The same period split by properties, in order of the keys.
        before: Units counted earlier in the term, for prices that count from its start; empty in its first period.
    """

    quantity: str = ""
    values: tuple[str, ...] = ()
    amount: str = ""
    meters: tuple[tuple[str, str], ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    windows: tuple[str, ...] = ()
    changes: tuple[LevelChange, ...] = ()
    groups: tuple[Group, ...] = ()
    before: str = ""

    def by_group(self) -> tuple[Measured, ...]:
        """Give each group as a measure of its own.

        >>> one = Group(key=("eu",), measured=Measured(quantity="3"))
        >>> [part.quantity for part in Measured(quantity="3", groups=(one,)).by_group()]
        ['3']
        """
        return tuple(replaced(self, quantity=group.measured.quantity, groups=(group,)) for group in self.groups)

    def __post_init__(self) -> None:
        for name in ("quantity", "amount", "before"):
            if type(getattr(self, name)) is not str:
                raise _wrong(name, getattr(self, name), 'a number as text, such as "12.5"')
        for name, kind in _PARTS:
            part = getattr(self, name)
            if part and (type(part) is not tuple or not all(isinstance(one, kind) for one in part)):
                raise _wrong(name, part, f"a tuple of {kind.__name__}")
        for name in ("meters", "variables"):
            if not all(len(pair) == 2 and type(pair[0]) is type(pair[1]) is str for pair in getattr(self, name)):
                raise _wrong(name, getattr(self, name), "(name, text) pairs")
            _refuse_repeated(name, [pair[0] for pair in getattr(self, name)])
        _refuse_repeated("groups", [group.key for group in self.groups])


_PARTS: tuple[tuple[str, type], ...] = (
    *(("values", str), ("windows", str), ("meters", tuple)),
    *(("variables", tuple), ("changes", LevelChange), ("groups", Group)),
)


def _refuse_repeated(name: str, keys: list[object]) -> None:
    if len(set(keys)) < len(keys):
        twice = next(key for number, key in enumerate(keys) if key in keys[:number])
        raise DocumentError(
            "value-repeated", found=f"{excerpt(twice)} twice", expected="each once", path=f"measured.{name}"
        )


def _wrong(name: str, given: object, expected: str) -> DocumentError:
    found = f"a value of type {type(given).__name__}"
    return DocumentError("argument-wrong", found=found, expected=expected, path=f"measured.{name}")
