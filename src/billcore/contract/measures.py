"""How an obligation's revenue is earned, as people write it. The arithmetic lies above, in `revrec`.

Source: rules 7; revenue.md section 3.1. A ratable measure names its grain; there is no default, because the grains give
different money for the same dates.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from billcore.core.document import Document, problem
from billcore.core.exact import fraction_digits, plain, scaled
from billcore.core.fields import Identifier, Items, Percent

Grain = Literal["day", "service_month_even"]


class Ratable(Document):
    """Earned over the service period, evenly by the grain.

    ``day``: each calendar day weighs the same. ``service_month_even``: each month of service, counted from the first
    day of service, weighs the same; a month is earned on the last day of the calendar month in which it starts.
    """

    kind: Literal["ratable"] = "ratable"
    by: Grain


class PointInTime(Document):
    """Earned whole on the day the obligation is satisfied; that day is a fact passed in."""

    kind: Literal["point_in_time"] = "point_in_time"


class AsUsed(Document):
    """Earned as the customer uses: variable consideration of its own service period."""

    kind: Literal["as_used"] = "as_used"


class Milestone(Document):
    """A named step of the work with its share of the whole, in percent."""

    id: Identifier
    percent: Percent


class Milestones(Document):
    """Earned step by step as each milestone is reached; the days are facts passed in."""

    kind: Literal["milestones"] = "milestones"
    steps: Items[Milestone]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        check_milestones(self.steps)
        return self


Measure = Annotated[Ratable | PointInTime | AsUsed | Milestones, Field(discriminator="kind")]


def milestone_problems(steps: tuple[Milestone, ...]) -> Iterator[tuple[str, str, str]]:
    """What is wrong with milestones as a whole: code, found, expected.

    Codes: ``milestones-do-not-sum``, ``id-repeated``.
    """
    names = [step.id for step in steps]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        yield "id-repeated", f"milestone {twice} twice", "each milestone once"
    # Summed as integers: sum() of decimals would round in the caller's decimal context.
    scale = max((fraction_digits(step.percent) for step in steps), default=0)
    total = sum(scaled(step.percent, scale) for step in steps)
    if total != 100 * 10**scale:
        yield "milestones-do-not-sum", f"{plain(total, scale)} percent", "100 percent in all"


def check_milestones(steps: tuple[Milestone, ...]) -> None:
    """Refuse milestones that repeat or do not sum to the whole."""
    for code, found, expected in milestone_problems(steps):
        raise problem(code, found=found, expected=expected)
