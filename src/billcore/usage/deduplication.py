"""Which usage records stand: each id once, without those that a later record corrects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from billcore.core.errors import excerpt
from billcore.core.findings import Finding
from billcore.core.value import Value
from billcore.usage.records import UsageRecord, check_moment, check_records


class Doubt(Value, frozen=True, kw_only=True):
    """A finding with the records that it leaves out: where they fall, the usage is not complete."""

    finding: Finding
    records: tuple[UsageRecord, ...]


class Standing(Value, frozen=True, kw_only=True):
    """The records that count, and why others do not.

    Attributes:
        records: Those that count, in order of time, then of id.
        duplicates: How many records repeat an id with the same content.
        replaced: Those that another record corrects, in order of time, then of id.
        unknown_yet: How many became known later than asked for.
        doubts: What nobody can decide but the sender; the records of a doubt count nowhere.
    """

    records: tuple[UsageRecord, ...]
    duplicates: int = 0
    replaced: tuple[UsageRecord, ...] = ()
    unknown_yet: int = 0
    doubts: tuple[Doubt, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The doubts, without their records."""
        return tuple(doubt.finding for doubt in self.doubts)


def standing(records: Iterable[UsageRecord], *, as_known_at: datetime | None = None) -> Standing:
    """Tell which records count.

    Args:
        records: In any order; the order never matters.
        as_known_at: Only records that were known at that instant are looked at; a record without ``known_at`` always
            was. When a record became known is no part of its content: the earliest counts.

    Returns: the records that stand. Nothing is guessed: an id with two contents, a record that corrects an unknown id,
        records that correct each other in a circle, and several records that correct one are findings, and none of
        the records named counts. A single record that corrects an id with two contents settles it.
    Raises: DocumentError ``list-malformed``, ``argument-wrong``, ``instant-malformed``, ``instant-naive``;
        LimitExceeded ``limit-exceeded``.
    Source: rules 3.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> wrong = UsageRecord(id="e-1", meter="api", at=noon, value="500")
    >>> right = UsageRecord(id="e-2", meter="api", at=noon, value="50", replaces="e-1")
    >>> found = standing([right, wrong, wrong])
    >>> [record.id for record in found.records], found.duplicates
    (['e-2'], 1)
    """
    given = check_records(records)
    known = given
    if as_known_at is not None:
        until = check_moment(as_known_at, "as_known_at")
        known = tuple(record for record in given if record.known_at is None or record.known_at <= until)
    first: dict[str, UsageRecord] = {}
    repeated: dict[str, list[UsageRecord]] = {}
    for record in known:
        if record.id in first:
            repeated.setdefault(record.id, [first[record.id]]).append(record)
        else:
            first[record.id] = record
    versions = {name: _contents(same) for name, same in repeated.items()}
    duplicates = sum(len(same) - len(versions[name]) for name, same in repeated.items())
    return _settled(_Versions(first, versions), duplicates, len(given) - len(known))


Content = tuple[object, ...]


def _contents(same_id: list[UsageRecord]) -> tuple[UsageRecord, ...]:
    """One record for each content, the one that was known first."""
    found: dict[Content, UsageRecord] = {}
    for record in same_id:
        content = (record.meter, record.at, record.value, record.properties, record.replaces or "")
        other = found.setdefault(content, record)
        if other.known_at is not None and (record.known_at is None or record.known_at < other.known_at):
            found[content] = record
    return tuple(found[content] for content in sorted(found))


class _Versions:
    """What is said under each id, and what each id corrects."""

    def __init__(self, first: dict[str, UsageRecord], repeated: dict[str, tuple[UsageRecord, ...]]) -> None:
        self.first, self.repeated = first, repeated
        correcting = [record for record in first.values() if record.replaces is not None or record.id in repeated]
        self.corrected_by: dict[str, list[str]] = {}
        for name in sorted({record.id for record in correcting}):
            for target in sorted({one.replaces for one in self.of(name) if one.replaces is not None}):
                self.corrected_by.setdefault(target, []).append(name)

    def of(self, name: str) -> tuple[UsageRecord, ...]:
        return self.repeated.get(name) or (self.first[name],)

    def of_all(self, names: Iterable[str]) -> tuple[UsageRecord, ...]:
        return tuple(record for name in names if name in self.first for record in self.of(name))

    def is_settled(self, name: str) -> bool:
        """Whether one sound record corrects an id with several contents, which agree on what they correct."""
        by = self.corrected_by.get(name, [])
        targets = {record.replaces for record in self.of(name)}
        return len(by) == 1 and len(self.of(by[0])) == 1 and len(targets) == 1


def _settled(versions: _Versions, duplicates: int, unknown_yet: int) -> Standing:
    doubts = (*_conflicts(versions), *_corrected_twice(versions), *_unknown(versions), *_circles(versions))
    left_out = {record.id for doubt in doubts for record in doubt.records}
    kept: list[UsageRecord] = []
    replaced: list[UsageRecord] = []
    for name, record in versions.first.items():
        if name in left_out:
            continue
        if name in versions.corrected_by:
            replaced.extend(versions.of(name))
        else:
            kept.append(record if name not in versions.repeated else versions.of(name)[0])
    return Standing(
        records=tuple(sorted(kept, key=_place)),
        duplicates=duplicates,
        replaced=tuple(sorted(replaced, key=_place)),
        unknown_yet=unknown_yet,
        doubts=tuple(sorted(doubts, key=lambda doubt: (doubt.finding.subject, doubt.finding.code))),
    )


def _place(record: UsageRecord) -> tuple[datetime, str]:
    return record.at, record.id


def _conflicts(versions: _Versions) -> list[Doubt]:
    found = []
    for name, contents in versions.repeated.items():
        if len(contents) < 2 or versions.is_settled(name):
            continue
        fields = ("meter", "at", "value", "properties", "replaces")
        differing = [field for field in fields if len({getattr(one, field) for one in contents}) > 1]
        shown = " and ".join(_shown(one, differing[0]) for one in contents[:2])
        finding = Finding(
            code="usage-record-conflict",
            found=f"{name} with {len(contents)} contents: {shown}",
            expected="one content under one id",
            hint="Send the right content under a new id, with replaces set to this one.",
            subject=name,
        )
        targets = sorted({one.replaces for one in contents if one.replaces is not None} - {name})
        found.append(Doubt(finding=finding, records=(*contents, *versions.of_all(targets))))
    return found


def _shown(record: UsageRecord, field: str) -> str:
    value = getattr(record, field)
    return f"{field} {value.isoformat() if isinstance(value, datetime) else excerpt(value)}"


def _corrected_twice(versions: _Versions) -> list[Doubt]:
    return [
        Doubt(
            finding=Finding(
                code="usage-replaced-twice",
                found=f"{target} corrected by {', '.join(by[:3])}{', ...' if len(by) > 3 else ''}",
                expected="one correction of one record",
                hint="Let the later correction replace the earlier one.",
                subject=target,
            ),
            records=versions.of_all((target, *by)),
        )
        for target, by in versions.corrected_by.items()
        if len(by) > 1
    ]


def _unknown(versions: _Versions) -> list[Doubt]:
    return [
        Doubt(
            finding=Finding(
                code="usage-replaced-unknown",
                found=f"{name} corrects {target}, which is not there",
                expected="the record that is corrected, among the records",
                hint="Pass it too, also where it falls into another period.",
                subject=name,
            ),
            records=versions.of(name),
        )
        for target, by in versions.corrected_by.items()
        if target not in versions.first
        for name in by
    ]


def _circles(versions: _Versions) -> list[Doubt]:
    """Follow each correction to what it corrects; who comes back to where it was is in a circle."""
    found: list[Doubt] = []
    seen: set[str] = set()
    for start in sorted(name for by in versions.corrected_by.values() for name in by):
        path: dict[str, None] = {}
        name: str | None = start
        while name is not None and name in versions.first and name not in seen:
            seen.add(name)
            path[name] = None
            name = versions.of(name)[0].replaces
        if name is None or name not in path:
            continue
        steps = list(path)
        circle = sorted(steps[steps.index(name) :])
        finding = Finding(
            code="usage-replacement-circle",
            found=f"{', '.join(circle[:3])}{', ...' if len(circle) > 3 else ''} correct each other",
            expected="a correction of an earlier record",
            subject=circle[0],
        )
        found.append(Doubt(finding=finding, records=versions.of_all(circle)))
    return found
