"""What usage reports say of each row of a metered line: measured where a report is complete, else not known.

A row is reported when complete reports cover every day of it; then no record is nothing used. Late and corrected
records are in the next reports: every row is measured anew, and billing settles the difference. Source: rules 3 and 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from billcore.billing.schedule_row import ScheduleRow
from billcore.contract.contract import Contract
from billcore.contract.lines import ContractLine
from billcore.contract.resolved import ResolvedLine
from billcore.core.errors import MissingInput
from billcore.core.findings import Finding
from billcore.core.value import replaced
from billcore.periods.period import Period
from billcore.periods.zones import local_date
from billcore.pricing.needs import needed_by
from billcore.usage.aggregation import Measurement, measure_all
from billcore.usage.measured import Measured
from billcore.usage.metering import Metering
from billcore.usage.records import UsageReport


def measured_rows(
    contract: Contract, lines: Sequence[ResolvedLine], rows: Sequence[ScheduleRow], reports: Sequence[UsageReport]
) -> tuple[dict[date, Measured], tuple[Finding, ...]]:
    """Measure the rows of a line that are reported.

    Args:
        contract: For its zone, and the line's metering.
        lines: The line's stretches: each says what its price looks at.
        rows: Of the line.
        reports: In any order; records that stand in two of them count once.

    Returns: start of the service period -> what was measured, and what is wrong with the records.
    Raises: MissingInput ``metering-missing``, ``zone-missing``; as `measure_all`.
    Source: rules 3.
    """
    line = lines[0]
    written = contract.line(line.id)
    meterings = _meterings(written, line)
    if contract.zone is None:
        raise MissingInput(
            "zone-missing",
            found="usage records for a contract without a zone",
            expected="the IANA name of the zone in which its days begin",
            path=f"contract {contract.id}",
            hint="Write zone, such as Europe/Berlin; an instant is on another day elsewhere.",
        )
    mine = sorted((row for row in rows if row.line == line.id), key=lambda row: row.ordinal)
    found: dict[str, Measurement] = {}
    reported = {row.service.start for row in mine}
    for name, metering in meterings:
        told = [report for report in reports if metering.meter in (None, report.meter)]
        covered = _covered([report.period for report in told if report.is_complete])
        known = [row for row in mine if any(days.covers(row.service) for days in covered)]
        reported &= {row.service.start for row in known}
        found[name] = measure_all(
            metering,
            [record for report in told for record in report.records],
            [row.service for row in known],
            contract.zone,
            full={row.service.start: row.parts[0].full for row in known if len(row.parts) == 1},
        )
    measured = {start: _together(start, found) for start in reported if _is_whole(start, found)}
    findings = [
        replaced(finding, subject=contract.id, path=f"usage.{line.id}")
        for one in found.values()
        for finding in one.findings
        if finding.code != "usage-outside-periods" or not _are_awaited(one, mine, contract.zone)
    ]
    methods = {row.service.start: next(one.method for one in lines if one.stretch == row.stretch) for row in mine}
    return {start: needed_by(methods[start], one) for start, one in measured.items()}, tuple(findings)


def _are_awaited(one: Measurement, rows: Sequence[ScheduleRow], zone: str) -> bool:
    """Whether every record outside the measured periods is of a row that only waits for a complete report."""
    days = [local_date(record.at, zone) for record in one.outside]
    return all(any(row.service.start <= day < row.service.end for row in rows) for day in days)


def _meterings(written: ContractLine, line: ResolvedLine) -> list[tuple[str, Metering]]:
    found = [("", written.metering)] if written.metering is not None else []
    found += [(one.name, one.metering) for one in written.meters]
    if not found:
        raise MissingInput(
            "metering-missing",
            found="usage records for a line without a metering",
            expected="a metering, which says how records become a quantity",
            path=line.path,
            hint='Write metering on the line, such as {"aggregation": "sum"}, or pass quantities.',
        )
    return found


def _covered(periods: Iterable[Period]) -> list[Period]:
    """Join periods that touch or overlap."""
    joined: list[Period] = []
    for period in sorted(periods, key=lambda period: period.start):
        if joined and period.start <= joined[-1].end:
            joined[-1] = Period(start=joined[-1].start, end=max(joined[-1].end, period.end))
        else:
            joined.append(period)
    return joined


def _is_whole(start: date, found: Mapping[str, Measurement]) -> bool:
    return all(start in one.measured and start not in one.incomplete for one in found.values())


def _together(start: date, found: Mapping[str, Measurement]) -> Measured:
    """What the line's own metering gives, and the quantity of each named one beside it."""
    own = found[""].measured[start] if "" in found else Measured()
    named = tuple((name, one.measured[start].quantity) for name, one in found.items() if name)
    return replaced(own, meters=named, variables=named) if named else own
