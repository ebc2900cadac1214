"""Where in its tiers a metered row begins: at zero, at the units of the term so far, or where a change cut it.

Source: rules 3 (cumulative prices; a change inside a usage window restarts or continues the tiers; the same price on
both sides of a cut never starts afresh).
"""

from __future__ import annotations

from billcore.billing.line_counts import LineCounts
from billcore.billing.schedule_row import ScheduleRow
from billcore.contract.resolved import ResolvedLine
from billcore.core.errors import DocumentError, NotApplicable
from billcore.core.ratio import ZERO, decimal_text, minus, plus, ratio_of
from billcore.core.value import replaced
from billcore.pricing.methods import CumulativeMethod
from billcore.pricing.quantities import priced_quantity
from billcore.pricing.rate_table import RateTable
from billcore.usage.measured import Measured


def counted_measure(line: ResolvedLine, row: ScheduleRow, measured: Measured, counts: LineCounts) -> Measured | None:
    """Give what was measured of a row, with the units that stand before it in the tiers.

    Returns: None where the units before are not known.
    Raises: DocumentError ``argument-wrong`` where the caller counted units before a row by itself.
    """
    counts_on = isinstance(line.method, CumulativeMethod)
    if counts_on and measured.before:
        raise DocumentError(
            "argument-wrong",
            found=f"{measured.before} units before {row.service}",
            expected="none: they are counted from the usage of the periods before",
            path=f"usage.{line.id}.{row.service.start}",
            hint="Pass the usage of each period since the start of the term.",
        )
    if counts_on and counts.is_broken:
        return None
    is_cut = row.cycle == counts.window and bool(row.before)
    before = counts.total if counts_on else counts.used if is_cut else ""
    counts.used = _sum(counts.used if is_cut else "", measured.quantity)
    counts.total = _sum(counts.total, measured.quantity)
    counts.window = row.cycle
    return replaced(measured, before=before) if before or counts_on else measured


def continued(line: ResolvedLine, measured: Measured) -> tuple[ResolvedLine, Measured]:
    """Rate a row on the units that stand before it in its window: what all of them cost, less what those before cost.

    Included and given units are used up in order of time, so they are granted once.
    Raises: NotApplicable ``continue-does-not-fit`` for a price that one table does not say whole.
    """
    table = line.method
    if not isinstance(table, RateTable):
        raise NotApplicable(
            "continue-does-not-fit",
            found=f"tiers that continue in a price of kind {table.kind}",
            expected="a price of one table: per unit, graduated, volume, package, overage",
            path=line.path,
            hint="Write on_change=restart: the window splits and the new price counts from zero.",
        )
    through = _sum(measured.before, measured.quantity)
    before_price = priced_quantity(measured.before, line.modifiers)[0]
    left = minus(ratio_of(priced_quantity(through, line.modifiers)[0]), ratio_of(before_price))
    counted = replaced(line.modifiers, convert=None, included=ZERO, usage_discount=ZERO)
    method = CumulativeMethod(kind=table.kind, table=table)
    return (
        replaced(line, method=method, modifiers=counted),
        replaced(measured, before=before_price, quantity=decimal_text(left)),
    )


def _sum(before: str, quantity: str) -> str:
    return decimal_text(plus(ratio_of(before or "0"), ratio_of(quantity or "0")))
