"""How much was used in a period: records, counted as a metering says, and what of them a price needs to know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from billcore.core.checks import check_kind
from billcore.core.errors import BillcoreError, DocumentError, NotApplicable
from billcore.core.findings import Finding, finding_of
from billcore.core.limits import DEFAULT, check_limit
from billcore.core.value import Value, replaced
from billcore.core.words import counted
from billcore.periods.period import Period, check_period
from billcore.periods.zones import zone as zone_of
from billcore.usage.events import UsageEvent, number_of
from billcore.usage.measured import Group, Measured, adds_up
from billcore.usage.metering import Metering
from billcore.usage.preparation import check_metering, prepared
from billcore.usage.records import UsageRecord, check_number
from billcore.usage.spans import Span, Tallied, Walk, measured_of, span_of


class Measurement(Value, frozen=True, kw_only=True):
    """What several periods came to.

    Attributes:
        periods: (start, measured) pairs in order; a period that could not be measured is absent and has a finding.
        incomplete: Starts of the periods whose usage is not complete, because a record was left out or because the
            period could not be measured.
        outside: Records that no period holds and that no level was read from, in order of time, then of id.
        duplicates: How many records repeat an id with the same content.
        findings: What is wrong with the records, and with each period that could not be measured.
    """

    periods: tuple[tuple[date, Measured], ...]
    incomplete: tuple[date, ...] = ()
    outside: tuple[UsageRecord, ...] = ()
    duplicates: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def measured(self) -> dict[date, Measured]:
        """What was measured, by the start of the period."""
        return dict(self.periods)


def measure(
    metering: Metering,
    records: Iterable[UsageRecord],
    period: Period,
    zone: str,
    *,
    level_at_start: str | int | Decimal = "0",
    full: Period | None = None,
    as_known_at: datetime | None = None,
) -> Measured:
    """Tell how much was used in one period.

    Args:
        metering: What is counted, and how.
        records: In any order; the order never matters. Records of other periods are read only for a level that
            carries over. At most 1,000,000.
        period: Local dates. An event at local midnight belongs to the day, and the period, that begins with it.
        zone: IANA name of the contract's zone.
        level_at_start: Units: the running level, or the latest value, before the first record that is read; not with
            groups, because nothing says which it is of.
        full: The full period of which ``period`` is a stub; a weighted sum is divided by its length.
        as_known_at: Count only what was known at that instant.

    Returns: the quantity and what else a price may ask for. Of a group the same is given for its records alone; the
        quantity of the whole is aggregated from all records, not from the groups.
    Rounding: of the quantity, where the metering says so; nothing else is rounded.
    Raises: DocumentError ``argument-wrong``, ``zone-unknown``, ``period-malformed``, ``usage-meters-mixed``,
        ``part-outside-period``, and with all findings what makes the period incomplete: ``usage-record-conflict``,
        ``usage-replaced-twice``, ``usage-replaced-unknown``, ``usage-replacement-circle``, ``usage-property-missing``,
        ``usage-operation-unknown``, ``number-malformed``, ``number-too-large``; NotApplicable
        ``weighted-sum-needs-rounding``, ``level-does-not-fit``, ``period-counts-nothing``; LimitExceeded
        ``limit-exceeded``, ``quantity-too-large``, ``date-out-of-range``. `measure_all` reports instead of raising.
    Source: rules 2 and 3.

    >>> from datetime import UTC
    >>> from billcore.usage import QuantityRounding
    >>> may = Period(start=date(2023, 5, 1), end=date(2023, 6, 1))
    >>> seats = [
    ...     UsageRecord(id=name, meter="seats", at=datetime(2023, 5, 26, tzinfo=UTC), value="12") for name in ("a", "b")
    ... ]
    >>> up = QuantityRounding(digits=5, mode="up")
    >>> by_day = Metering(aggregation="weighted_sum", weigh_by="day", rounding=up)
    >>> measure(by_day, seats, may, "UTC", level_at_start="5").quantity
    '9.64517'
    """
    start = level_of(check_metering(metering), level_at_start)
    spans = (span_of(metering, check_period(period, "period"), zone_of(zone), full),)
    ready = prepared(metering, records, zone, as_known_at)
    findings = tuple(finding for finding, days in ready.doubts if touches(metering, days, period))
    if findings:
        first = findings[0]
        raise DocumentError(
            first.code,
            found=first.found,
            expected=first.expected,
            path=f"records.{first.subject}{f'.{first.path}' if first.path else ''}",
            hint=first.hint,
            findings=findings,
        )
    return _result(metering, *next(_walked(metering, ready.events, spans, start)))


def measure_all(
    metering: Metering,
    records: Iterable[UsageRecord],
    periods: Iterable[Period],
    zone: str,
    *,
    level_at_start: str | int | Decimal = "0",
    full: Mapping[date, Period] | None = None,
    as_known_at: datetime | None = None,
) -> Measurement:
    """Tell how much was used in each of several periods, which do not overlap.

    Args:
        metering, records, zone, as_known_at: As of `measure`.
        periods: In any order.
        level_at_start: Units before the first record that is read; where the level does not carry over, at the start of
            each period.
        full: The full period of each period that is a stub, by the stub's start.

    Returns: what each period came to. A record that nobody can decide about is left out, is a finding, and makes its
        period incomplete; where the level carries over, also the periods after it.
    Rounding: as of `measure`.
    Raises: DocumentError ``argument-wrong``, ``zone-unknown``, ``period-malformed``, ``periods-overlap``,
        ``usage-meters-mixed``, ``part-outside-period``; NotApplicable ``level-does-not-fit``; LimitExceeded
        ``limit-exceeded``, ``date-out-of-range``.
    Source: rules 3 and 11.
    """
    start = level_of(check_metering(metering), level_at_start)
    place, ordered = zone_of(zone), _in_order(periods)
    fulls = full if full is not None else {}
    check_kind(fulls, Mapping, "full")
    ready = prepared(metering, records, zone, as_known_at)
    findings = [finding for finding, _ in ready.doubts]
    spans: list[Span] = []
    for period in ordered:
        try:
            spans.append(span_of(metering, period, place, fulls.get(period.start)))
        except NotApplicable as error:
            findings.append(finding_of(error, subject=str(period)))
    done: list[tuple[date, Measured]] = []
    for span, walked in zip(spans, _walked(metering, ready.events, spans, start), strict=True):
        try:
            done.append((span.period.start, _result(metering, *walked)))
        except BillcoreError as error:
            findings.append(finding_of(error, subject=str(span.period)))
    outside = _outside(metering, ready.events, ordered)
    measured = {begins for begins, _ in done}
    return Measurement(
        periods=tuple(done),
        incomplete=tuple(
            period.start
            for period in ordered
            if period.start not in measured or any(touches(metering, days, period) for _, days in ready.doubts)
        ),
        outside=outside,
        duplicates=ready.duplicates,
        findings=(*findings, *_outside_finding(outside)),
    )


_Walked = tuple[Tallied, list[tuple[tuple[str, ...], Tallied]]]


def _walked(metering: Metering, events: Sequence[UsageEvent], spans: Sequence[Span], start: int) -> Iterator[_Walked]:
    """Tally all events, and those of each group, period after period."""
    whole, walks = Walk(metering, events, start), []
    if metering.group_by:
        by_key: dict[tuple[str, ...], list[UsageEvent]] = {}
        for event in events:
            by_key.setdefault(event.key, []).append(event)
        # A level before the first record belongs to no group.
        walks = [(key, Walk(metering, by_key[key], 0)) for key in sorted(by_key)]
    for span in spans:
        parts = [(key, walk.over(span)) for key, walk in walks]
        yield whole.over(span), [(key, part) for key, part in parts if part.events or part.had_before]


def _result(metering: Metering, whole: Tallied, parts: list[tuple[tuple[str, ...], Tallied]]) -> Measured:
    groups = tuple(Group(key=key, measured=measured_of(metering, part)) for key, part in parts)
    measured = measured_of(metering, whole)
    if not groups:
        return measured
    apart = not adds_up(measured.quantity, (group.measured.quantity for group in groups))
    return replaced(measured, groups=groups, counted_apart=apart)


def level_of(metering: Metering, given: object) -> int:
    """Read the level at the start, where there can be one.

    Raises: NotApplicable ``level-does-not-fit``, and as `exact`.
    """
    level = number_of(check_number(given, "level_at_start"))
    if level and metering.group_by:
        raise NotApplicable(
            "level-does-not-fit",
            found="level_at_start with group_by",
            expected="levels that are told by records: nothing says which group it is of",
            path="level_at_start",
            hint="Pass the records that made the level, with carries_over=True.",
        )
    if level and (metering.counts_items or not metering.has_level):
        raise NotApplicable(
            "level-does-not-fit",
            found=f"level_at_start with {'items' if metering.counts_items else metering.aggregation}",
            expected="a running level of values, or the latest value",
            path="level_at_start",
            hint="Items that were there before are told by their records, with carries_over=True.",
        )
    return level


def touches(metering: Metering, days: Iterable[int], period: Period) -> bool:
    """Whether what happened on some days bears on a period: on it, or on a level that it carries over."""
    first = 0 if metering.carries_over else period.start.toordinal()
    return any(first <= day < period.end.toordinal() for day in days)


def _in_order(periods: object) -> list[Period]:
    if isinstance(periods, str | bytes | Mapping) or not isinstance(periods, Iterable):
        found = f"a value of type {type(periods).__name__}"
        raise DocumentError("list-malformed", found=found, expected="a list of periods", path="periods")
    taken: list[Period] = []
    for index, period in enumerate(periods):
        check_limit("periods", index + 1, DEFAULT.periods, path="periods")
        taken.append(check_period(period, f"periods[{index}]"))
    taken.sort(key=lambda period: (period.start, period.end))
    for earlier, later in pairwise(taken):
        if later.start < earlier.end:
            raise DocumentError(
                "periods-overlap",
                found=f"{earlier} and {later}",
                expected="periods that do not overlap",
                path="periods",
            )
    return taken


def _outside(metering: Metering, events: Sequence[UsageEvent], periods: Sequence[Period]) -> tuple[UsageRecord, ...]:
    """List the records that bear on no period; in order, so that one look over the periods is enough."""
    found, index = [], 0
    for event in events:
        while index < len(periods) and periods[index].end.toordinal() <= event.day:
            index += 1
        if index == len(periods) or (not metering.carries_over and event.day < periods[index].start.toordinal()):
            found.append(event.record)
    return tuple(found)


def _outside_finding(outside: Sequence[UsageRecord]) -> tuple[Finding, ...]:
    if not outside:
        return ()
    ids = ", ".join(record.id for record in outside[:3])
    return (
        Finding(
            code="usage-outside-periods",
            severity="warning",
            found=f"{counted(len(outside), 'record')} that no period holds: {ids}{', ...' if len(outside) > 3 else ''}",
            expected="records of the periods that are measured",
            hint="They are listed in `outside`; measure the periods in which they fall.",
        ),
    )
