"""How a gate lets through what of a contract may be billed: everything, the first invoice alone, or nothing.

It compares what was rated with what stands only as far as both may move. Source: rules 5 (a fact that is not told any
more undoes nothing).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from billcore.billing.billed import BilledLine
from billcore.billing.charge import Charge
from billcore.billing.differences import PieceKey, row_of_piece, stage_key
from billcore.billing.schedule_row import ScheduleRow
from billcore.contract.contract import Contract
from billcore.core.errors import NotApplicable
from billcore.core.findings import Finding
from billcore.core.value import replaced
from billcore.engine.rated_contract import Rated
from billcore.periods.period import Period

State: TypeAlias = Literal["running", "awaited", "expired"]


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What of a contract may run on a day.

    Attributes:
        contract: As it runs: with its dates moved where its term begins with the activation.
        state: ``running``; ``awaited``: only the first invoice; ``expired``: nothing any more.
        first: Date of the first invoice as agreed, or None where nothing has a date yet.
        firsts: Each piece of the first invoice as agreed -> the service period it has as the contract runs.
        findings: What is awaited, or that its days have passed.
    """

    contract: Contract
    state: State = "running"
    first: date | None = None
    firsts: Mapping[PieceKey, Period] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether service and billing go on as agreed."""
        return self.state == "running"

    def narrowed(self, rated: Rated) -> Rated:
        """What was rated, without what may not be billed: all of it, the first invoice's alone, or nothing."""
        if self.is_running:
            return rated
        day = self.first if self.state == "awaited" else None
        missing = tuple(row for row in rated.missing if _is_dated(row, day))
        settled = tuple((window, due) for window, due in rated.settled if due == day)
        rows = tuple(row for row in rated.schedule.rows if _is_dated(row, day))
        return replaced(
            rated,
            schedule=replaced(rated.schedule, rows=rows),
            charges=tuple(one for one in rated.charges if _is_dated(one, day)),
            missing=missing,
            refused=tuple(one for one in rated.refused if one[0] in {row.line for row in missing}),
            windows=tuple(window for window, _ in settled),
            settled=settled,
        )

    def as_it_runs(self, standing: Sequence[BilledLine]) -> tuple[BilledLine, ...]:
        """What stands billed, with the first invoice's pieces where they are in the term as it runs.

        Args:
            standing: Every line that stands of the contract.

        Raises: NotApplicable ``activation-moved`` where more than the first invoice stands billed from before the term.
        """
        activation = self.contract.activation
        if not self.is_running or activation is None or activation.starts == "agreed":
            return tuple(standing)
        lines = tuple(self._moved(line) for line in standing)
        self._refuse_earlier(lines)
        return lines

    def compared(self, standing: Sequence[BilledLine], rated: Rated) -> tuple[BilledLine, ...]:
        """What of the standing lines is settled now: all, the first invoice's, or none.

        Args:
            standing: As `as_it_runs` gave it.
            rated: Everything that was rated, not yet `narrowed`.
        """
        if self.is_running:
            return tuple(standing)
        windows = {stage_key(window) for window, due in rated.settled if due == self.first}
        firsts = tuple(line for line in standing if row_of_piece(line.key) in {*self.firsts, *windows})
        if self.state == "awaited":
            return firsts
        # What was billed beyond the first invoice was billed after an activation that is only not told any more.
        is_kept = self.on_expiry == "keep" or len(firsts) < len(standing)
        return () if is_kept else firsts

    @property
    def on_expiry(self) -> str:
        """What becomes of the first invoice where the days pass."""
        return self.contract.activation.on_expiry if self.contract.activation is not None else "keep"

    def _moved(self, line: BilledLine) -> BilledLine:
        service = self.firsts.get(row_of_piece(line.key), line.service)
        return line if service == line.service else replaced(line, service=service)

    def _refuse_earlier(self, standing: Sequence[BilledLine]) -> None:
        start, there = self.contract.term.start, {line.id for line in self.contract.lines}
        sums: dict[PieceKey, int] = {}
        for line in standing:
            if line.line in there and line.service.start < start:
                sums[line.key] = sums.get(line.key, 0) + line.signed
        for (name, _, first, end), minor in sums.items():
            if minor:
                raise NotApplicable(
                    "activation-moved",
                    found=f"line {name} stands billed for [{first}, {end})",
                    expected=f"nothing but the first invoice from before {start}, the first day of the term as it runs",
                    path=f"contract {self.contract.id}",
                    hint="A term moves before anything else is billed: pass the day that was passed before.",
                )


def _is_dated(one: ScheduleRow | Charge, day: date | None) -> bool:
    """Whether it is billed on that very day; what has no date yet is billed on none."""
    return day is not None and one.invoice_date == day
