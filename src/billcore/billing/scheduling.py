"""What a contract will bill when: rows of dates, before any amount.

Source: rules 2. In advance: the invoice date is the start of the service period. In arrears: its exclusive end, also
when that lies after the term. A milestone row has no date until the milestone is reached. A change within a billing
period cuts its row; what begins or was added by an amendment is not invoiced before the amendment is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from billcore.billing.price_grid import price_grid, price_periods, rows_per_price
from billcore.billing.schedule_row import ScheduleRow
from billcore.contract.resolved import Cut, ResolvedContract, ResolvedLine
from billcore.core.value import Value
from billcore.periods.boundaries import PeriodPart, TiledPeriod, tile_on
from billcore.periods.period import Period


class BillingSchedule(Value, frozen=True, kw_only=True):
    """All rows of a contract, by invoice date; rows without a date come last."""

    contract: str
    rows: tuple[ScheduleRow, ...]

    def of_line(self, line_id: str) -> tuple[ScheduleRow, ...]:
        """The rows of a line, by service period."""
        return tuple(row for row in self.rows if row.line == line_id)


def schedule(resolved: ResolvedContract, delivered: Mapping[str, Mapping[str, date]] | None = None) -> BillingSchedule:
    """Lay out every row that the contract bills over its term.

    Args:
        resolved: The contract, resolved.
        delivered: Line -> milestone id -> day reached.

    Raises: LimitExceeded ``limit-exceeded``; NotApplicable ``cadence-does-not-divide``.
    Source: rules 2.
    """
    rows: list[ScheduleRow] = []
    extended: dict[str, list[tuple[date, date]]] = {}
    for line, day, known in resolved.extended:
        extended.setdefault(line, []).append((day, known))
    for name, stretches in resolved.by_line().items():
        if stretches[0].component == "milestone":
            rows.extend(_milestone_rows(stretches[-1], (delivered or {}).get(name) or {}))
        elif stretches[0].cut is None:
            rows.append(_whole_row(stretches[-1]))
        else:
            rows.extend(_line_rows(stretches, extended.get(name, ())))
    rows.sort(key=lambda row: (row.invoice_date is None, row.invoice_date or row.service.start))
    return BillingSchedule(contract=resolved.id, rows=tuple(rows))


def _milestone_rows(line: ResolvedLine, reached: Mapping[str, date]) -> list[ScheduleRow]:
    whole = (PeriodPart(service=line.period, full=line.period),)
    return [
        ScheduleRow(
            line=line.id,
            component=f"milestone:{milestone}",
            service=line.period,
            parts=whole,
            price_period=None,
            price_periods=(),
            price_group=number,
            ordinal=number,
            cycle=number,
            stretch=line.stretch,
            invoice_date=reached.get(milestone),
        )
        for number, (milestone, _) in enumerate(line.milestones)
    ]


def _whole_row(line: ResolvedLine) -> ScheduleRow:
    """The one row of what is billed once."""
    known = (line.known_on or line.period.start, line.period.start)
    return ScheduleRow(
        line=line.id,
        component=line.component,
        service=line.period,
        parts=(PeriodPart(service=line.period, full=line.period),),
        price_period=line.period if line.per is not None else None,
        price_periods=(),
        price_group=0,
        ordinal=0,
        cycle=0,
        stretch=line.stretch,
        invoice_date=max(known) if line.billed in ("in_advance", "once") else max(known[0], line.period.end),
    )


def _line_rows(stretches: Sequence[ResolvedLine], extended: Sequence[tuple[date, date]]) -> list[ScheduleRow]:
    """The rows of a line: each run of stretches with one way of cutting is tiled, then cut where a stretch ends."""
    rows: list[ScheduleRow] = []
    cycle = 0
    for run in _runs(stretches):
        cut = run[0].cut
        assert cut is not None
        # The agreed end keeps a long last row what it was when the line ends earlier.
        is_last = run[-1] is stretches[-1]
        end = max(run[-1].period.end, cut.end) if is_last else run[-1].period.end
        stub = "short_last" if cut.stub == "long_last" and not is_last else cut.stub
        span = Period(start=cut.since, end=end)
        tiled = tile_on(span, cut.grid, stub=stub, leading=cut.leading)
        first = _first_row(cut, span, tiled)
        rows.extend(_cut_rows(run, tiled, first, _place_of(cut, first), len(rows), cycle, extended))
        cycle += len(tiled)
    return rows


def _runs(stretches: Sequence[ResolvedLine]) -> list[list[ResolvedLine]]:
    runs: list[list[ResolvedLine]] = []
    for line in stretches:
        if runs and runs[-1][-1].cut == line.cut:
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _first_row(cut: Cut, span: Period, tiled: Sequence[TiledPeriod]) -> TiledPeriod:
    """The row with which price periods begin: the first whole one of the days that were agreed.

    A line that begins later or lasts longer by an amendment has the price periods that it had before.
    """
    agreed = Period(start=cut.origin, end=cut.end if cut.end > cut.origin else span.end)
    rows = tiled if agreed == span else tile_on(agreed, cut.grid, stub=cut.stub)
    return next((row for row in rows if not row.is_stub), rows[0])


def _place_of(cut: Cut, row: TiledPeriod) -> int:
    """The number of a row on its boundaries; an agreed first rest has that of the period that it joined."""
    is_first_rest = cut.stub == "long_first" and row.service.start == cut.origin
    part = row.parts[-1] if is_first_rest else row.parts[0]
    return cut.grid.index(part.full.start)


def _cut_rows(
    run: Sequence[ResolvedLine],
    tiled: Sequence[TiledPeriod],
    first_row: TiledPeriod,
    origin: int,
    ordinal: int,
    cycle: int,
    extended: Sequence[tuple[date, date]],
) -> list[ScheduleRow]:
    cut = run[0].cut
    assert cut is not None
    rows: list[ScheduleRow] = []
    number = 0
    for line in run:
        per_price = rows_per_price(line)
        grid = price_grid(line, first_row.parts[0].full.start)
        # A stretch may begin in the row in which the one before it ended, or, kept whole, before that.
        number = min(number, len(tiled) - 1)
        while number and tiled[number].service.start > line.period.start:
            number -= 1
        while number < len(tiled) and tiled[number].service.start < line.period.end:
            row = tiled[number]
            service = row.service.overlap(line.period)
            place = _place_of(cut, row) - origin
            if service is not None and not (line.is_waived and service.end < row.service.end):
                is_whole = not row.is_stub and service == row.service
                touched = price_periods(line, grid, service, is_regular=is_whole)
                before, parts = _parts_of(row, service)
                rows.append(
                    ScheduleRow(
                        line=line.id,
                        component=line.component,
                        service=service,
                        parts=parts,
                        price_period=touched[0] if touched else None,
                        price_periods=() if is_whole else touched,
                        price_group=place // per_price if per_price else 0,
                        ordinal=ordinal + len(rows),
                        invoice_date=_invoice_date(line, row, service, extended),
                        cycle=cycle + number,
                        stretch=line.stretch,
                        before=before,
                        place=place % per_price if per_price else 0,
                    )
                )
            number += 1
    return rows


def _parts_of(row: TiledPeriod, service: Period) -> tuple[tuple[PeriodPart, ...], tuple[PeriodPart, ...]]:
    """What of a billing period lies before a service period, from the full period's start, and what is in it."""
    if service == row.service and not row.is_stub:
        return (), row.parts
    before, parts = [], []
    for number, part in enumerate(row.parts):
        start = part.full.start if number == 0 else part.service.start
        if start < min(service.start, part.service.end):
            earlier = Period(start=start, end=min(service.start, part.service.end))
            before.append(PeriodPart(service=earlier, full=part.full))
        inside = part.service.overlap(service)
        if inside is not None:
            parts.append(PeriodPart(service=inside, full=part.full))
    return tuple(before), tuple(parts)


def _invoice_date(line: ResolvedLine, row: TiledPeriod, service: Period, extended: Sequence[tuple[date, date]]) -> date:
    """When a row is billed: at its start or its end, but not before what made it is known and to be settled."""
    days = [service.start if line.billed == "in_advance" else service.end]
    if line.known_on is not None:
        days.append(line.known_on)
    days.extend(known for day, known in extended if service.end > day)
    is_cut_short = service.end == line.period.end and service.end < row.parts[-1].full.end
    if is_cut_short and line.billed != "in_advance":
        days.extend(day for day in (line.closed_on, line.close_on) if day is not None)
    if line.settle_on is not None and line.stretch and service.start < line.settle_on:
        # Days that stand billed by other terms until then, also where the change cuts them otherwise.
        days.append(line.settle_on)
    return max(days)
