"""Which gaps and overlaps a tier table has where each row says both where it begins and where it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from billcore.core.exact import scaled
from billcore.core.findings import Finding, Severity
from billcore.pricing.readings.rows import Convention, FromToRow
from billcore.pricing.tier_steps import short

_OTHER = {"from_to_steps": "from_to_touching", "from_to_touching": "from_to_steps"}


def row_finding(
    code: str, row: int, field: str, *, found: str, expected: str, hint: str, severity: Severity = "error"
) -> Finding:
    """Make a finding about one row of a table.

    Args:
        row: Its place in the table, from 0.
        field: The field that is wrong.
    """
    return Finding(
        code=code,
        owner="product",
        severity=severity,
        path=f"rows[{row}].{field}",
        found=found,
        expected=expected,
        hint=hint,
    )


def joint_findings(rows: Sequence[FromToRow], convention: Convention, scale: int) -> Iterator[Finding]:
    """Report where one row does not begin where the row before leaves off.

    Args:
        scale: Digits after the point that hold every bound of the table.

    A gap and an overlap are errors. Two things change no amount and are warnings: an overlap of rows with the same
    price per unit and no other money, and a gap of less than a whole unit between stepping rows, which the row behind
    takes, as bounds are real-valued.
    """
    one = 10**scale
    steps = one if convention == "from_to_steps" else 0
    distances = [_distance(before, row, scale) for before, row in pairwise(rows)]
    if steps and 0 in distances and one in distances:
        yield _mixed(rows, distances, one, scale)
        distances = [None if distance == 0 else distance for distance in distances]
    if convention == "from_to_touching" and 0 in distances and one in distances:
        yield _mixed(rows, distances, one, scale)
        distances = [None if distance == one else distance for distance in distances]
    for index, distance in enumerate(distances, start=1):
        if distance is None or distance == steps:
            continue
        yield _joint(rows, index, distance, convention, scale)


def _distance(before: FromToRow, row: FromToRow, scale: int) -> int | None:
    """How far behind the end of one row the next begins; None where the first has no end."""
    return None if before.upper is None else scaled(row.lower, scale) - scaled(before.upper, scale)


def _mixed(rows: Sequence[FromToRow], distances: Sequence[int | None], one: int, scale: int) -> Finding:
    touching, stepping = distances.index(0) + 1, distances.index(one) + 1
    return row_finding(
        "convention-mixed",
        max(touching, stepping),
        "from",
        found=f"rows[{touching}] begins where the row before ends, rows[{stepping}] a whole unit behind it",
        expected="one way of writing in the whole table",
        hint="Lago counts one unit twice here: it adds a unit to each row behind the first unless all rows touch.",
    )


def _joint(rows: Sequence[FromToRow], index: int, distance: int, convention: Convention, scale: int) -> Finding:
    before, row = rows[index - 1], rows[index]
    one = 10**scale
    end = scaled(before.upper, scale) if before.upper is not None else 0
    begins_at = end + (one if convention == "from_to_steps" else 0)
    other = _OTHER.get(convention, "")
    fits_other = other and distance == (0 if convention == "from_to_steps" else one)
    hint = f"Read the table as {other}, or move the bound." if fits_other else "Move one of the two bounds."
    is_overlap = distance < 0 or (distance == 0 and convention == "from_to_steps")
    is_harmless = _same_price(before, row) if is_overlap else distance < one and convention == "from_to_steps"
    if is_harmless:
        hint = (
            "It changes no amount." if is_overlap else "What lies between is in the row behind; bounds are real-valued."
        )
    begin = scaled(row.lower, scale)
    return row_finding(
        "tier-overlap" if is_overlap else "tier-gap",
        index,
        "from",
        found=f"{short(begin, scale)} behind a row that ends at {short(end, scale)}",
        expected=short(begins_at, scale),
        hint=hint,
        severity="warning" if is_harmless else "error",
    )


def _same_price(before: FromToRow, row: FromToRow) -> bool:
    """Whether units cost the same in both rows and nothing but units costs anything."""
    plain = all(
        not one.flat_amount and one.package_size is None and one.minimum is None and one.maximum is None
        for one in (before, row)
    )
    return plain and before.unit_price == row.unit_price
