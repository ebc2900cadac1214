"""Where each row of a written tier table ends, in whichever of the known ways it is written.

Bounds are integers at one scale here, so that widths and steps are exact. Source: peers 2.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from billcore.core.exact import fraction_digits, scaled
from billcore.core.findings import Finding
from billcore.core.value import Value
from billcore.pricing.readings.joints import joint_findings, row_finding
from billcore.pricing.readings.rows import BlockRow, Convention, FirstUnitRow, FromToRow, Row, SizeRow, UpToRow
from billcore.pricing.tier_steps import short

if TYPE_CHECKING:
    from decimal import Decimal

# Which field says where a row ends.
END_FIELDS: dict[Convention, str] = {
    "up_to": "up_to",
    "from_to_steps": "to",
    "from_to_touching": "to",
    "first_unit": "first_unit",
    "sizes": "size",
    "blocks": "max_blocks",
    "lower_inclusive": "to",
}
_ORDER = "Order the rows from small to large, and give each units of its own."


class Bounds(Value, frozen=True, kw_only=True):
    """Where rows end.

    Attributes:
        scale: Digits after the point that the numbers carry.
        start: Where the first row begins.
        uppers: Upper bound of each row, as written; None where it is open.
        is_whole: Whether every number of units in the table is whole.
        findings: What is wrong with the writing.
    """

    scale: int
    start: int
    uppers: tuple[int | None, ...]
    is_whole: bool
    findings: tuple[Finding, ...]


def bounds_of(rows: Sequence[Row], convention: Convention, *, ends_before_next: bool = False) -> Bounds:
    """Find where rows end, and what is wrong with the way they are written.

    Args:
        rows: As `read_rows` gives them.
        ends_before_next: Whether a row of ``first_unit`` ends a whole unit before the next begins (where the total
            chooses the row) and not after its own width (where each row takes its units).

    Rounding: none.
    Source: peers 2.2.
    """
    numbers = [number for row in rows for number in _units_of(row)]
    scale = max((fraction_digits(number) for number in numbers), default=0)
    lowers = [_lower(row, scale) for row in rows]
    uppers = _uppers(rows, lowers, convention, scale, ends_before_next=ends_before_next)
    findings = [*_start(convention, lowers[0], scale)]
    from_to = [row for row in rows if isinstance(row, FromToRow)]
    findings += [*joint_findings(from_to, convention, scale), *_inside(from_to)]
    if convention in ("first_unit", "lower_inclusive"):
        findings += _starts(convention, lowers, scale)
        uppers[-1] = _upper(rows[-1], scale)
    else:
        findings += _ends(convention, uppers, scale)
    one = 10**scale
    return Bounds(
        scale=scale,
        start=lowers[0],
        uppers=tuple(uppers),
        is_whole=not any(scaled(number, scale) % one for number in numbers),
        findings=tuple(findings),
    )


def _units_of(row: Row) -> tuple[Decimal, ...]:
    """Every number of units in a row."""
    if isinstance(row, UpToRow):
        return () if row.up_to is None else (row.up_to,)
    if isinstance(row, FromToRow):
        return (row.lower,) if row.upper is None else (row.lower, row.upper)
    if isinstance(row, FirstUnitRow):
        return (row.first_unit,)
    if isinstance(row, SizeRow):
        return () if row.size is None else (row.size,)
    return (row.block_size,)


def _lower(row: Row, scale: int) -> int:
    """Where a row says that it begins; 0 where it does not say."""
    if isinstance(row, FromToRow):
        return scaled(row.lower, scale)
    return scaled(row.first_unit, scale) if isinstance(row, FirstUnitRow) else 0


def _uppers(
    rows: Sequence[Row], lowers: Sequence[int], convention: Convention, scale: int, *, ends_before_next: bool
) -> list[int | None]:
    if convention == "lower_inclusive":
        return [*lowers[1:], None]
    if convention == "first_unit":
        taken = 10**scale if ends_before_next else lowers[0]
        return [*(lower - taken for lower in lowers[1:]), None]
    if convention in ("sizes", "blocks"):
        return _summed([_width(row, scale) for row in rows])
    return [_upper(row, scale) for row in rows]


def _upper(row: Row, scale: int) -> int | None:
    bound = row.upper if isinstance(row, FromToRow) else row.up_to if isinstance(row, UpToRow) else None
    return None if bound is None else scaled(bound, scale)


def _width(row: Row, scale: int) -> int | None:
    """How many units a row holds."""
    if isinstance(row, BlockRow):
        return None if row.max_blocks is None else scaled(row.block_size, scale) * row.max_blocks
    size = row.size if isinstance(row, SizeRow) else None
    return None if size is None else scaled(size, scale)


def _summed(widths: Sequence[int | None]) -> list[int | None]:
    uppers: list[int | None] = []
    end = 0
    for width in widths:
        end += width or 0
        uppers.append(None if width is None else end)
    return uppers


def _start(convention: Convention, start: int, scale: int) -> Iterator[Finding]:
    """Report a table that does not begin at nothing; rows of whole numbers may begin at one."""
    one = 10**scale
    begins_at_one = convention in ("from_to_steps", "first_unit")
    if start == 0 or (begins_at_one and start == one):
        return
    is_harmless = convention in ("from_to_steps", "from_to_touching") and start <= one
    yield row_finding(
        "tier-gap",
        0,
        _start_field(convention),
        found=f"a first row that begins at {short(start, scale)}",
        expected="0 or 1" if begins_at_one else "0",
        hint="What lies below is in the first row; bounds are real-valued."
        if is_harmless
        else "Write a row for the units below, with the price 0 if they are free.",
        severity="warning" if is_harmless else "error",
    )


def _start_field(convention: Convention) -> str:
    return "first_unit" if convention == "first_unit" else "from"


def _inside(rows: Sequence[FromToRow]) -> Iterator[Finding]:
    """Report rows that end before they begin."""
    for index, row in enumerate(rows):
        if row.upper is not None and row.upper < row.lower:
            yield row_finding(
                "tier-bounds-not-increasing",
                index,
                "to",
                found=f"{row.upper}",
                expected=f"at least {row.lower}, where the row begins",
                hint="Swap the two, or correct the one that is wrong.",
            )


def _starts(convention: Convention, lowers: Sequence[int], scale: int) -> Iterator[Finding]:
    """Report rows that do not begin behind the row before."""
    for index, (before, lower) in enumerate(pairwise(lowers), start=1):
        if lower <= before:
            yield row_finding(
                "tier-bounds-not-increasing",
                index,
                _start_field(convention),
                found=f"a row that begins at {short(lower, scale)}",
                expected=f"more than {short(before, scale)}, where the row before begins",
                hint=_ORDER,
            )


def _ends(convention: Convention, uppers: Sequence[int | None], scale: int) -> Iterator[Finding]:
    """Report rows without an end before the last, and rows that do not end behind the row before."""
    before = 0 if convention in ("sizes", "blocks") else -1
    for index, upper in enumerate(uppers):
        if upper is None:
            if index < len(uppers) - 1:
                yield row_finding(
                    "tier-not-last-open",
                    index,
                    END_FIELDS[convention],
                    found="no end",
                    expected="an end in every row but the last",
                    hint="Give the row an end, or remove the rows behind it.",
                )
            continue
        if upper <= before:
            yield row_finding(
                "tier-bounds-not-increasing",
                index,
                END_FIELDS[convention],
                found=f"an end at {short(upper, scale)}",
                expected=f"more than {short(before, scale)}, where the row before ends",
                hint=_ORDER,
            )
        before = upper
