"""What the contract stage adds beside a billing period's charges: a charge for each line that bears a part of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from billcore.billing.charge import Charge
from billcore.billing.schedule_row import ScheduleRow
from billcore.billing.scheduling import BillingSchedule
from billcore.billing.stage_lines import StageAmount
from billcore.billing.staged_lines import name_of
from billcore.contract.resolved import ResolvedContract, ResolvedLine
from billcore.core.steps import Step
from billcore.money.amount import Amount
from billcore.money.currency import minor_digits
from billcore.periods.period import Period

Bearers: TypeAlias = Mapping[str, tuple[ResolvedLine, ScheduleRow]]


def bearers(resolved: ResolvedContract, schedule: BillingSchedule, charges: Sequence[Charge]) -> Bearers:
    """The line and row behind each name that the stage knows: a charge's, or an idle line's with its first row."""
    rows: dict[str, ScheduleRow] = {}
    for row in schedule.rows:
        rows.setdefault(row.line, row)
    found = {line.id: (line, rows[line.id]) for line in reversed(resolved.lines) if line.id in rows}
    return found | {name_of(charge): (charge.line, charge.row) for charge in charges}


def added_charges(amounts: Iterable[StageAmount], bearers: Bearers, service: Period, due: date) -> list[Charge]:
    """A charge for each line's part of what the stage adds."""
    found: dict[tuple[str, str], Charge] = {}
    for amount in amounts:
        for part in amount.parts:
            if not part.minor:
                continue
            line, row = bearers[part.line]
            unit = 10 ** minor_digits(line.currency)
            component = f"{amount.component}:{amount.id}"
            before = found.get((line.id, component))
            minor = part.minor + (before.net_minor if before is not None else 0)
            shown = Amount(minor=minor, currency=line.currency)
            last = Step(rule="stage", text=f"{component} = {shown}", numerator=minor, denominator=unit)
            # Groups of one line share the steps to the amount: they are told once, then each group's part.
            told = before.stage[:-1] if before is not None else ()
            steps = (*told, *(step for step in amount.steps_of(part.line) if step not in told), last)
            found[line.id, component] = Charge(
                contract=line.contract,
                line=line,
                row=row,
                component=component,
                service=service,
                invoice_date=due,
                quantity="",
                shares=(),
                discounts=(),
                exact_gross=(minor, unit),
                exact_net=(minor, unit),
                gross_minor=minor,
                net_minor=minor,
                stage=steps,
            )
    return list(found.values())
