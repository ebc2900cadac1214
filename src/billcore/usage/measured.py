"""What a price needs to know of one service period: a quantity, and beside it what only some prices ask for.

Numbers stand as plain text without trailing zeros: exact, comparable and ready for a hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from billcore.core.errors import DocumentError, excerpt
from billcore.core.exact import exact
from billcore.core.ratio import ZERO, Ratio, check_ratio, is_less, minus, plus, ratio_of
from billcore.core.value import Value


class LevelChange(Value, frozen=True, kw_only=True):
    """A change of a running level.

    Attributes:
        delta: Units added; negative where taken away.
        numerator, denominator: ``delta`` weighted by the share of the period that was left, exact: between 0 and
            ``delta``.

    Raises: DocumentError ``argument-wrong``, ``ratio-malformed``, and as `exact` for ``delta``.
    """

    delta: str
    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if type(self.delta) is not str:
            raise _wrong("delta", self.delta, 'a number as text, such as "12.5"')
        weighted = (self.numerator, self.denominator)
        check_ratio(*weighted, path="measured.changes")
        delta = ratio_of(self.delta, path="measured.changes")
        low, high = sorted((ZERO, delta), key=lambda ratio: ratio[0])
        if is_less(weighted, low) or is_less(high, weighted):
            raise DocumentError(
                "ratio-malformed",
                found=f"{excerpt(self.delta)} weighted by more than the whole period, or by less than none of it",
                expected=f"a number between 0 and {excerpt(self.delta)}",
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

    Raises: DocumentError ``argument-wrong``, ``value-repeated``, ``measure-parts-differ``, and as `exact` for numbers
        that are compared.

    Attributes:
        quantity: Units, aggregated; empty where nobody said how many, which is not zero. Groups and windows sum to it.
        values: The value of each event, in order of time; for prices that look at every event.
        amount: Money that came with the events, in major units; empty where none did.
        meters: (meter, quantity) pairs, for prices that look at several meters.
        variables: (name, value) pairs, for formulas.
        windows: The quantity of each window of the period, in order; for prices that rate each window alone.
        changes: Changes of a running level in order of time, for prices that weigh by time.
        groups: The same period split by properties, in order of the keys.
        before: Units counted earlier in the term, for prices that count from its start; empty in its first period.
        counted_apart: Whether the whole was counted by itself (a maximum, one item in two groups, a rounding), so that
            its groups need not sum to the quantity.
    """

    LATER = ("counted_apart",)

    quantity: str = ""
    values: tuple[str, ...] = ()
    amount: str = ""
    meters: tuple[tuple[str, str], ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    windows: tuple[str, ...] = ()
    changes: tuple[LevelChange, ...] = ()
    groups: tuple[Group, ...] = ()
    before: str = ""
    counted_apart: bool = False

    def by_group(self) -> tuple[Measured, ...]:
        """Give each group as a measure of its own.

        >>> one = Group(key=("eu",), measured=Measured(quantity="3"))
        >>> [part.quantity for part in Measured(quantity="3", groups=(one,)).by_group()]
        ['3']
        """
        return tuple(Measured(quantity=group.measured.quantity, groups=(group,)) for group in self.groups)

    def __post_init__(self) -> None:
        for name in ("quantity", "amount", "before"):
            if type(getattr(self, name)) is not str:
                raise _wrong(name, getattr(self, name), 'a number as text, such as "12.5"')
        if type(self.counted_apart) is not bool:
            raise _wrong("counted_apart", self.counted_apart, "True or False")
        for name, kind in _PARTS:
            part = getattr(self, name)
            if type(part) is not tuple or not all(isinstance(one, kind) for one in part):
                raise _wrong(name, part, f"a tuple of {kind.__name__}")
        for name in ("meters", "variables"):
            if not all(len(pair) == 2 and type(pair[0]) is type(pair[1]) is str for pair in getattr(self, name)):
                raise _wrong(name, getattr(self, name), "(name, text) pairs")
            _refuse_repeated(name, [pair[0] for pair in getattr(self, name)])
        _refuse_repeated("groups", [group.key for group in self.groups])
        if self.groups and not self.counted_apart:
            _check_sum("groups", self.quantity, [group.measured.quantity for group in self.groups])
        if self.windows:
            _check_sum("windows", self.quantity, self.windows)


def check_numbers(measured: Measured, path: str = "") -> None:
    """Refuse numbers that a document would refuse: what comes from outside is no finer and no larger.

    Args:
        path: Where the measure was passed in.

    Raises: DocumentError ``number-malformed``, ``number-too-large``.
    Source: rules 1.

    >>> check_numbers(Measured(quantity="9" * 25))
    Traceback (most recent call last):
    billcore.core.errors.DocumentError: [number-too-large] at quantity: found 9999999999999999999999999, expected an \
exact decimal as text, int or Decimal: at most 18 digits before the point and 12 after, no exponent.
    """
    inside = f"{path}." if path else ""
    for name in ("quantity", "amount", "before"):
        if getattr(measured, name):
            exact(getattr(measured, name), path=f"{inside}{name}")
    for name in ("values", "windows"):
        for index, number in enumerate(getattr(measured, name)):
            exact(number, path=f"{inside}{name}[{index}]")
    for meter, number in measured.meters:
        exact(number, path=f"{inside}meters.{meter}")
    for index, group in enumerate(measured.groups):
        check_numbers(group.measured, f"{inside}groups[{index}]")


def adds_up(quantity: str, parts: Iterable[str]) -> bool:
    """Tell whether parts sum to a quantity exactly.

    Raises: as `exact`.

    >>> adds_up("1", ("0.4", "0.6")), adds_up("500", ("1",))
    (True, False)
    """
    total: Ratio = ZERO
    for part in parts:
        total = plus(total, ratio_of(part, path="measured"))
    return minus(total, ratio_of(quantity, path="measured.quantity"))[0] == 0


def _check_sum(name: str, quantity: str, parts: Sequence[str]) -> None:
    """Refuse parts beside another quantity: what is in none of them would be billed nowhere."""
    if not quantity or not all(parts) or adds_up(quantity, parts):
        return
    raise DocumentError(
        "measure-parts-differ",
        found=f"{name} that do not sum to the quantity of {excerpt(quantity)}",
        expected="each unit in one of them",
        path=f"measured.{name}",
        hint="Add the missing part, or leave the quantity out.",
    )


_PARTS: tuple[tuple[str, type], ...] = (
    *(("values", str), ("windows", str), ("meters", tuple)),
    *(("variables", tuple), ("changes", LevelChange), ("groups", Group)),
)


def _refuse_repeated(name: str, keys: list[object]) -> None:
    if len(set(keys)) == len(keys):
        return
    seen: set[object] = set()
    for key in keys:
        if key in seen:
            found = f"{excerpt(key)} twice"
            raise DocumentError("value-repeated", found=found, expected="each once", path=f"measured.{name}")
        seen.add(key)


def _wrong(name: str, given: object, expected: str) -> DocumentError:
    found = f"a value of type {type(given).__name__}"
    return DocumentError("argument-wrong", found=found, expected=expected, path=f"measured.{name}")
