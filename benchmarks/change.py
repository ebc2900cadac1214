"""What changes cost: a long contract with many amendments resolved, scheduled, and one period billed by difference.

Contracts grow in two ways, by their months and by their amendments; the cost must grow no faster than they do.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import billcore as bc
from benchmarks.timing import Goal, alternating, table
from billcore.billing.billed import Billed
from billcore.billing.scheduling import schedule
from billcore.contract.amendments import Amendment
from billcore.contract.resolution import resolve
from billcore.periods.boundaries import boundary

START = date(2020, 1, 1)
LINES = 10
MONTHS, AMENDMENTS = 36, 12
TIMES = 10


def contract(months: int, amendments: int) -> bc.Contract:
    """Ten lines of seats, billed monthly in advance; each amendment changes the seats of one, within a month."""
    lines = [
        bc.ContractLine(
            id=f"seats-{number}",
            sku=f"SEAT-{number}",
            price=bc.PerUnit(unit_price="12.35"),
            quantity=10 + number,
            billed="in_advance",
        )
        for number in range(LINES)
    ]
    return bc.Contract(
        id="C-1",
        customer="acme",
        entity="US01",
        currency="USD",
        billed_every="month",
        zone="UTC",
        term=bc.Period(start=START, end=boundary(START, "month", months)),
        lines=lines,
        amendments=[_amendment(number, months, amendments) for number in range(amendments)],
    )


def _amendment(number: int, months: int, amendments: int) -> Amendment:
    """One of those that are spread over the months, known on its day."""
    first = boundary(START, "month", (number + 1) * (months - 2) // (amendments + 1))
    day = first + timedelta(days=1 + number % 25)
    return Amendment(
        id=f"A-{number}",
        effective=day,
        known_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        changes=[bc.Change.quantity(f"seats-{number % LINES}", 20 + number % 7)],
        actor="sales",
        reason="other seats",
    )


class _Scene:
    """A contract, and what stands of it when its last month but one is to be billed."""

    def __init__(self, months: int, amendments: int) -> None:
        self.contract = contract(months, amendments)
        self.through = boundary(START, "month", months - 1)
        self.resolved = resolve(self.contract)
        self.billed = Billed()
        known = [one.known_on("UTC") for one in self.contract.amendments]
        # A run on the day of each change, so that credit memos stand too, and one that issues the month before.
        for day in [*known, boundary(START, "month", months - 2)]:
            self.billed = bc.bill(self.contract, through=day, billed=self.billed).next_billed

    def period(self) -> bc.BillRun:
        """Bill the one month that is open."""
        return bc.bill(self.contract, through=self.through, billed=self.billed)


def measure() -> tuple[list[str], list[Goal]]:
    """Time a contract of 36 months and 12 amendments, and the same with ten times of either."""
    base = _Scene(MONTHS, AMENDMENTS)
    longer = _Scene(MONTHS * TIMES, AMENDMENTS)
    # As many changes within the same months: each line changes more often than it is billed.
    busier = _Scene(MONTHS, AMENDMENTS * TIMES)
    scenes = {"": base, ", 360 months": longer, ", 120 amendments": busier}
    for scene in scenes.values():
        _check(scene)
    steps = {}
    for name, scene in scenes.items():
        steps[f"resolve{name}"] = lambda scene=scene: resolve(scene.contract)
        steps[f"schedule{name}"] = lambda scene=scene: schedule(scene.resolved)
        steps[f"bill one month{name}"] = scene.period
    timed = alternating(steps, rounds=7)
    rows = []
    for step in ("resolve", "schedule", "bill one month"):
        mine = timed[step]
        grown = [timed[f"{step}{name}"].over(mine) for name in scenes if name]
        rows.append((step, f"{mine.median / 1e3:,.0f}", *(f"{one:.1f}" for one in grown)))
    months, amendments = (timed[f"bill one month{name}"].over(timed["bill one month"]) for name in list(scenes)[1:])
    stands = len(base.billed.lines)
    head = f"Changes: {LINES} lines, {MONTHS} months, {AMENDMENTS} amendments; one month billed against {stands} lines"
    goals = [
        Goal("times the cost for 10 times the months", months, TIMES),
        Goal("times the cost for 10 times the amendments", amendments, TIMES),
    ]
    columns = ("step", "us", f"x at {MONTHS * TIMES} months", f"x at {AMENDMENTS * TIMES} amendments")
    return [head, "", *table(columns, rows), "", *map(str, goals)], goals


def _check(scene: _Scene) -> None:
    """One month is billed, and nothing beside it; then nothing is left."""
    run = scene.period()
    days = {line.service for document in run.documents for line in document.lines}
    if days != {bc.Period(start=scene.through, end=scene.contract.term.end)} or run.credit_memos:
        raise SystemExit(f"the run bills {days}, not the one month that is open")
    if bc.bill(scene.contract, through=scene.through, billed=run.next_billed).documents:
        raise SystemExit("a second run bills again")
