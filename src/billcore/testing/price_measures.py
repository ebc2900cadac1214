"""What a rule case says was used of a period: a quantity, or what a price looks at beside it, as plain tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BeforeValidator, StrictBool, StringConstraints, model_validator

from billcore.core.document import Document, problem
from billcore.core.errors import excerpt
from billcore.core.exact import shortest
from billcore.core.fields import Exact, Identifier, Items, OptionalExact, optional
from billcore.core.ratio import ZERO, Ratio, decimal_text, plus, ratio_of, times
from billcore.usage.measured import Group, LevelChange, Measured

if TYPE_CHECKING:
    Number = Decimal
else:
    Number = Exact

PropertyText = Annotated[str, StringConstraints(max_length=200)]
# A case says what was used in exactly one of these; ``variables`` may stand beside a quantity, ``before`` too.
MEASURES = ("quantity", "values", "amount", "meters", "windows", "changes", "groups")

_RATIO = re.compile(r"(-?)([0-9]{1,60})(?:\.([0-9]{1,40}))?(?:/([0-9]{1,60}))?", re.ASCII)


def read_ratio(given: object) -> Ratio:
    """Read an exact number of any size, or a fraction such as ``10/31``.

    >>> read_ratio("188.085"), read_ratio("10/31"), read_ratio(5)
    ((188085, 1000), (10, 31), (5, 1))
    """
    if isinstance(given, float):
        raise problem("float-amount", found=f"the float {given!r}", expected="a number as text")
    if isinstance(given, int) and not isinstance(given, bool) and abs(given) < 10**60:
        return given, 1
    match = _RATIO.fullmatch(given) if isinstance(given, str) else None
    part, bottom = (match[3] or "", int(match[4] or 1)) if match else ("", 0)
    if match is None or not bottom:
        raise problem(
            "number-malformed",
            found=excerpt(given) or "an empty text",
            expected="a number in plain digits, such as 12.50, or a fraction such as 10/31",
        )
    return int(f"{match[1]}{match[2]}{part}"), bottom * 10 ** len(part)


Rational = Annotated[Ratio, BeforeValidator(read_ratio)]


class LevelMove(Document):
    """A change of a level within the period.

    Attributes:
        delta: Units added; negative where taken away.
        share: Part of the period that was left, such as ``20/30``; or
        weighted: the units already weighed by it.
    """

    delta: Exact
    share: Rational | None = None
    weighted: Rational | None = None

    @model_validator(mode="after")
    def _is_weighed_once(self) -> Self:
        if (self.share is None) == (self.weighted is None):
            raise problem(
                "case-malformed",
                found="a change with neither share nor weighted" if self.share is None else "share and weighted",
                expected="share (the part of the period that was left) or weighted (units times that part)",
            )
        return self

    def change(self) -> LevelChange:
        """The change as prices read it."""
        weighed = self.weighted or times(ratio_of(self.delta), self.share or ZERO)
        return LevelChange(delta=shortest(self.delta), numerator=weighed[0], denominator=weighed[1])


class GroupUse(Document):
    """What the records with these values of the properties come to: a quantity, values, an amount, or groups again."""

    key: Items[PropertyText]
    quantity: OptionalExact = optional(default=None)
    values: Items[Number] = optional(default=())
    amount: OptionalExact = optional(default=None)
    groups: Items[GroupUse] = optional(default=())

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        check_measures(self)
        return self

    def group(self) -> Group:
        """The group as prices read it."""
        return Group(key=self.key, measured=measured_of(self))


class PeriodUse(Document):
    """What was used of the period: exactly one of the measures.

    Attributes:
        quantity: Units.
        values: The value of each event, in order of time; the quantity is their sum.
        amount: Money that came with the events.
        meters: Meter -> quantity, for prices that look at several.
        windows: The quantity of each window, in order; the quantity is their sum.
        changes: Changes of a level, in order of time.
        groups: The period split by properties; the quantity is the sum.
        variables: Name -> number or truth, for formulas.
        before: Units counted earlier in the term.
    """

    quantity: OptionalExact = optional(default=None)
    values: Items[Number] = optional(default=())
    amount: OptionalExact = optional(default=None)
    meters: dict[Identifier, Number] = optional(default={})
    windows: Items[Number] = optional(default=())
    changes: Items[LevelMove] = optional(default=())
    groups: Items[GroupUse] = optional(default=())
    variables: dict[Identifier, StrictBool | Number] = optional(default={})
    before: OptionalExact = optional(default=None)

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        check_measures(self)
        if self.before is not None and self.quantity is None:
            raise problem("case-malformed", found="before without a quantity", expected="the quantity of the period")
        return self

    def measured(self) -> Measured:
        """The period as prices read it."""
        return measured_of(self)


def check_measures(use: GroupUse | PeriodUse) -> None:
    """Refuse a case that says twice what was used, or not at all.

    Codes: ``case-malformed``.
    """
    written = [name for name in MEASURES if name in use.model_fields_set]
    if len(written) != 1 and not (not written and "variables" in use.model_fields_set):
        fields = [name for name in MEASURES if name in type(use).model_fields]
        raise problem(
            "case-malformed",
            found=" and ".join(written) or "nothing that was used",
            expected=f"exactly one of {', '.join(fields)}",
        )


def measured_of(use: GroupUse | PeriodUse) -> Measured:
    """Write what a case says as prices read it."""
    groups = tuple(group.group() for group in use.groups)
    values = tuple(shortest(value) for value in use.values)
    amount = "" if use.amount is None else shortest(use.amount)
    if isinstance(use, GroupUse):
        return Measured(quantity=_quantity(use, values, groups), values=values, amount=amount, groups=groups)
    windows = tuple(shortest(window) for window in use.windows)
    changes = tuple(move.change() for move in use.changes)
    deltas = tuple(change.delta for change in changes)
    return Measured(
        quantity=_quantity(use, (*values, *windows, *deltas), groups),
        values=values,
        amount=amount,
        meters=tuple((name, shortest(number)) for name, number in use.meters.items()),
        variables=tuple((name, _text(value)) for name, value in use.variables.items()),
        windows=windows,
        changes=changes,
        groups=groups,
        before="" if use.before is None else shortest(use.before),
    )


def _text(value: Decimal | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else shortest(value)


def _quantity(use: GroupUse | PeriodUse, parts: Iterable[str], groups: Iterable[Group]) -> str:
    """The quantity as written, else the sum of what it was split into; empty where it was neither."""
    if use.quantity is not None:
        return shortest(use.quantity)
    split = (*parts, *(group.measured.quantity for group in groups))
    if not any(split):
        is_nothing = use.model_fields_set & {"values", "windows", "changes", "groups", "meters"}
        return "0" if is_nothing and not (isinstance(use, PeriodUse) and use.meters) else ""
    total = ZERO
    for part in split:
        total = plus(total, ratio_of(part or "0"))
    return decimal_text(total)
