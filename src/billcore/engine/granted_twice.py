"""Where a change inside a usage window gives included units a second time.

Source: rules 3: a change restarts a window unless it continues; what is granted again by it is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from billcore.billing.charge import Charge
from billcore.contract.resolved import ResolvedLine
from billcore.core.findings import Finding
from billcore.core.ratio import decimal_text
from billcore.pricing.rate_table import RateTable


def granted_twice(charges: Sequence[Charge], billed: Iterable[Charge]) -> tuple[Finding, ...]:
    """Tell of each part of a usage window that is billed now and grants included units again.

    Args:
        charges: Everything that is rated of one contract.
        billed: The charges that this run bills or corrects; what was told once is not told by every later run.
    """
    granting: dict[tuple[str, int], set[int]] = {}
    for charge in charges:
        if charge.kind == "usage" and included_units(charge.line):
            granting.setdefault((charge.line_id, charge.row.cycle), set()).add(charge.row.ordinal)
    found: dict[tuple[str, int], Finding] = {}
    for charge in billed:
        rows = granting.get((charge.line_id, charge.row.cycle), set())
        if charge.row.ordinal in rows and charge.row.ordinal > min(rows):
            key = (charge.line_id, charge.row.ordinal)
            found.setdefault(key, _finding(charge))
    return tuple(found.values())


def included_units(line: ResolvedLine) -> str:
    """Units of a window that cost nothing, as plain text; empty where there are none.

    Units that go on in the tiers of the part before are granted once: such a line has another method and no included
    units of its own.
    """
    units = line.modifiers.included
    if units[0]:
        return decimal_text(units)
    if isinstance(line.method, RateTable) and line.method.kind in ("overage", "package"):
        first = line.method.segments[0]
        is_free = len(line.method.segments) > 1 and not first.unit_price and not first.flat_amount
        return decimal_text((first.upper, 10**line.method.quantity_scale)) if is_free and first.upper else ""
    return ""


def _finding(charge: Charge) -> Finding:
    return Finding(
        code="included-granted-twice",
        owner="finance",
        severity="warning",
        path=f"usage.{charge.line_id}.{charge.service.start}",
        found=f"{included_units(charge.line)} included units again from {charge.service.start} on",
        expected="included units once a billing period",
        hint="Write on_change=continue on the line to grant them once.",
        subject=charge.contract,
    )
