"""Which quantity belongs to which service period: usage as a caller writes it, keyed by the row that it fills.

A bare quantity keyed by the start of its service period is a complete report of that period. A period without a report
is not zero. Source: rules 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeAlias

from billcore.billing.schedule_row import ScheduleRow
from billcore.core.errors import DocumentError, excerpt
from billcore.core.exact import exact, shortest
from billcore.periods.months import month_index
from billcore.usage.measured import Measured, check_numbers
from billcore.usage.records import UsageReport

Quantity: TypeAlias = "Decimal | int | str | Measured"
Quantities: TypeAlias = Mapping[date, Quantity] | Mapping[str, Quantity]
Usage: TypeAlias = Mapping[str, Quantities | Sequence[UsageReport]]


def read_usage(
    usage: Mapping[str, Quantities], metered: Iterable[str], rows: Sequence[ScheduleRow]
) -> dict[str, dict[date, Measured]]:
    """Key usage by the start of the service period that it reports.

    Args:
        usage: Line -> start of the service period (a date, or ``YYYY-MM`` where the periods are calendar months) ->
            quantity (``str``, ``int`` or ``Decimal``), or what was measured where the price looks at more.
        metered: Ids of the lines whose quantity is metered.
        rows: The contract's schedule.

    Raises: DocumentError ``usage-line-unknown``, ``usage-period-unknown``, ``usage-repeated``, ``float-amount``,
        ``number-malformed``, ``number-too-large``.
    Source: rules 3.
    """
    lines = list(metered)
    starts: dict[str, dict[date, date]] = {line: {} for line in lines}
    for row in rows:
        if row.line in starts:
            starts[row.line][row.service.start] = row.service.end
    found: dict[str, dict[date, Measured]] = {line: {} for line in lines}
    for line, quantities in usage.items():
        if line not in starts:
            expected = f"one of {', '.join(lines[:10])}" if lines else "no usage: no line is metered"
            raise DocumentError("usage-line-unknown", found=excerpt(line), expected=expected, path="usage")
        for key, quantity in quantities.items():
            start = _start(line, key, starts[line])
            if start in found[line]:
                raise DocumentError("usage-repeated", found=f"{start} twice", expected="once", path=f"usage.{line}")
            found[line][start] = _measured(quantity, f"usage.{line}.{key}")
    return found


def _measured(quantity: Quantity, path: str) -> Measured:
    if not isinstance(quantity, Measured):
        return Measured(quantity=shortest(exact(quantity, path=path)))
    check_numbers(quantity, path)
    return quantity


def _start(line: str, key: object, starts: Mapping[date, date]) -> date:
    start = key
    if isinstance(key, str) and len(key) == 7:
        start = _parse(f"{key}-01")
        end = starts.get(start) if start is not None else None
        if start is not None and end is not None and month_index(end - timedelta(days=1)) != month_index(start):
            start = None  # the period is longer than the month
    if type(start) is date and start in starts:
        return start
    first = min(starts, default=None)
    raise DocumentError(
        "usage-period-unknown",
        found=str(key) if isinstance(key, date) else excerpt(key),
        expected=f"the first day of a service period, such as {first}" if first else "no usage: nothing is scheduled",
        path=f"usage.{line}",
        hint="Key usage by the start of its service period, or by YYYY-MM where the periods are calendar months.",
    )


def _parse(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
