"""What a price needs to know of one service period: a quantity, and beside it what only some prices ask for.

Numbers stand as plain text without trailing zeros: exact, comparable and ready for a hash.
"""

from __future__ import annotations

from billcore.core.value import Value


class LevelChange(Value, frozen=True, kw_only=True):
    """A change of a running level.

    Attributes:
        delta: Units added; negative where taken away.
        numerator, denominator: ``delta`` weighted by the share of the period that was left, exact.
    """

    delta: str
    numerator: int
    denominator: int


class Group(Value, frozen=True, kw_only=True):
    """What was measured of the records that share their values of some properties.

    Attributes:
        key: The values, in the order of the properties that were asked for; an absent property is the empty text.
        measured: What these records come to.
    """

    key: tuple[str, ...]
    measured: Measured


class Measured(Value, frozen=True, kw_only=True):
    """What was measured of one service period.

    Attributes:
        quantity: Units, aggregated.
        values: The value of each event, in order of time; for prices that look at every event.
        amount: Money that came with the events, in major units; empty where none did.
        meters: (meter, quantity) pairs, for prices that look at several meters.
        variables: (name, value) pairs, for formulas.
        windows: The quantity of each window of the period, in order; for prices that rate each window alone.
        changes: Changes of a running level in order of time, for prices that weigh by time.
        groups: The same period split by properties, in order of the keys.
        before: Units counted earlier in the term, for prices that count from its start; empty in its first period.
    """

    quantity: str = "0"
    values: tuple[str, ...] = ()
    amount: str = ""
    meters: tuple[tuple[str, str], ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    windows: tuple[str, ...] = ()
    changes: tuple[LevelChange, ...] = ()
    groups: tuple[Group, ...] = ()
    before: str = ""
