"""Which named readings of a price there are, what each means, and which is the default.

A reading is a choice among what the field does; a document names it, none is global. Source: rules 3; peers 2.2 to 2.5.
"""

from __future__ import annotations

from billcore.core.table import Column, Table
from billcore.core.value import Value


class NamedReading(Value, frozen=True, kw_only=True):
    """One choice.

    Attributes:
        question: What it decides: boundary, zero, packages, negative, grain, order.
        name: What a document writes.
        field: Where it is written.
        meaning: What it does, in one line.
        is_default: Whether it holds where nothing is written.
    """

    question: str
    name: str
    field: str
    meaning: str
    is_default: bool


_CHOICES: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "boundary",
        "tiers: reading",
        (
            ("upper_inclusive", "a bound is in its tier; 10.5 units have 0.5 behind a bound of 10"),
            ("lower_inclusive", "a bound is in the tier behind it"),
            ("blocks", "the quantity is rounded up to a whole unit first"),
            ("integer_rows", "a tier begins a whole unit behind the bound; what lies between is in no tier"),
        ),
    ),
    (
        "zero",
        "tiers: charge_flat_at_zero",
        (
            ("true", "the first tier's flat part is due where nothing is used"),
            ("false", "nothing is due where nothing is used"),
        ),
    ),
    (
        "packages",
        "package: package_rounding",
        (
            ("up", "a started package is a whole one; none where nothing is used"),
            ("down", "only full packages count"),
            ("at_least_one", "as up, and one package where nothing is used"),
        ),
    ),
    (
        "negative",
        "modifiers: negative",
        (
            ("refuse", "a charge below zero is an error"),
            ("carry", "what is below zero is taken off the next charge"),
            ("credit", "what is below zero becomes a credit"),
        ),
    ),
    (
        "grain",
        "modifiers: grain",
        (("line", "the charge is rounded once"), ("segment", "each tier is a charge of its own and rounded")),
    ),
    (
        "order",
        "modifiers: order",
        (
            ("discounts_first", "discounts, then maximum, then minimum"),
            ("limits_first", "maximum, then minimum, then discounts"),
        ),
    ),
)

# The first name of each question is the default.
READINGS: tuple[NamedReading, ...] = tuple(
    NamedReading(question=question, name=name, field=field, meaning=meaning, is_default=index == 0)
    for question, field, names in _CHOICES
    for index, (name, meaning) in enumerate(names)
)


def readings_table() -> Table:
    """Show every named reading with its meaning; the default of each question is marked.

    >>> print(readings_table().to_text().splitlines()[2])
    boundary  upper_inclusive  default  tiers: reading              a bound is in its tier; 10.5 units have 0.5 behind \
a bound of 10
    """
    columns = (
        Column(name="question", kind="text", header="Question"),
        Column(name="name", kind="text", header="Name"),
        Column(name="is_default", kind="text", header="Default"),
        Column(name="field", kind="text", header="Field"),
        Column(name="meaning", kind="text", header="Meaning"),
    )
    rows = tuple(
        (reading.question, reading.name, "default" if reading.is_default else "", reading.field, reading.meaning)
        for reading in READINGS
    )
    return Table(name="Readings of a price", columns=columns, rows=rows)
