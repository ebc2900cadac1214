"""Whether the steps of a ramp cover a line's days: without gap, without overlap, on billing boundaries."""

from __future__ import annotations

from itertools import pairwise

from billcore.contract.line_book import LineBook
from billcore.core.errors import NotApplicable


def check_ramp(book: LineBook) -> None:
    """Refuse a ramp that leaves days without a step or gives a day to two.

    Raises: NotApplicable ``ramp-gap``, ``ramp-overlap``, ``ramp-off-boundary``.
    Source: rules 2 (ramps of price and quantity on boundaries).
    """
    steps = book.line.ramp
    if not steps:
        return
    for number, (before, after) in enumerate(pairwise(steps), start=1):
        if after.period.start != before.period.end:
            is_gap = after.period.start > before.period.end
            raise NotApplicable(
                "ramp-gap" if is_gap else "ramp-overlap",
                found=f"{before.period}, then {after.period}",
                expected=f"a step that begins on {before.period.end}",
                path=f"ramp[{number}].period",
            )
    if steps[0].period.start > book.billed_from or steps[-1].period.end < book.planned_end:
        raise NotApplicable(
            "ramp-gap",
            found=f"steps from {steps[0].period.start} to {steps[-1].period.end}",
            expected=f"steps for every day from {book.billed_from} to {book.planned_end}",
            path="ramp",
        )
    cadence = book.first_cadence()
    for number, step in enumerate(steps[1:], start=1):
        day = step.period.start
        if cadence.boundary_on_or_after(day, book.planned_end) != day:
            raise NotApplicable(
                "ramp-off-boundary",
                found=f"a step from {day}",
                expected=f"a billing boundary, such as {cadence.boundary_on_or_after(day, book.planned_end)}",
                path=f"ramp[{number}].period.start",
                hint="A change within a billing period is an amendment.",
            )
