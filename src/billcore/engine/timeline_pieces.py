"""What each piece of a timeline is: a charge, a row that waits, or what stands billed without either."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeAlias

from billcore.billing.billed import BilledLine, in_order_of_issue
from billcore.billing.charge import Charge
from billcore.billing.differences import stage_key
from billcore.billing.schedule_row import ScheduleRow
from billcore.billing.workings import STAGE_KINDS
from billcore.contract.resolved import ResolvedLine
from billcore.engine.rated_contract import Rated
from billcore.engine.timeline_rows import Status, TimelineRow
from billcore.engine.timeline_words import price_words
from billcore.periods.period import Period

_Key: TypeAlias = tuple[str, str, date, date]
_Stood: TypeAlias = dict[_Key, list[BilledLine]]
_Stretches: TypeAlias = dict[str, list[ResolvedLine]]


def piece_rows(rated: Rated, through: date | None, standing: Sequence[BilledLine]) -> Iterator[TimelineRow]:
    """Make a row for each charge, each row of the schedule without one, each standing piece that has neither.

    Args:
        rated: Everything that is known.
        through: The last day that counts, or None where nothing is due but corrections.
        standing: The contract's issued lines, in any order.

    Returns: each piece once; in no order that a reader would want.
    Rounding: none.
    Source: rules 5.

    >>> from billcore.contract.contract import Contract
    >>> from billcore.engine.rated_contract import rate_contract
    >>> deal = Contract.read({"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD",
    ...     "term": {"start": date(2026, 1, 1), "end": date(2026, 2, 1)}, "billed_every": "month", "lines": [
    ...     {"id": "calls", "sku": "API", "billed": "in_arrears", "price": {"kind": "per_unit", "unit_price": "1"}}]})
    >>> [row.status for row in piece_rows(rate_contract(deal, through=date(2026, 2, 1)), None, ())]
    ['awaits usage']
    """
    stood: _Stood = {}
    for line in in_order_of_issue(standing):
        stood.setdefault(line.key, []).append(line)
    pieces: dict[tuple[str, Period], list[_Key]] = {}
    for key in stood:
        pieces.setdefault((key[0], Period(start=key[2], end=key[3])), []).append(key)
    stretches: _Stretches = {}
    for resolved in rated.resolved.lines:
        stretches.setdefault(resolved.id, []).append(resolved)
    charged: dict[_Key, list[Charge]] = {}
    added: list[Charge] = []
    for charge in rated.charges:
        if charge.kind in STAGE_KINDS:  # its row is that of the line that bears it, its service is a billing period
            added.append(charge)
        else:
            charged.setdefault(_row_key(charge.row), []).append(charge)
    for row in rated.schedule.rows:
        charges = charged.pop(_row_key(row), [])
        yield from (_charge_row(charge, row, through, stood) for charge in charges)
        if charges:
            continue
        line_terms = _terms_of(stretches[row.line], row)
        kept = [key for key in pieces.get((row.line, row.service), ()) if _is_part_of(key[1], row.component)]
        yield from (_kept_row(line_terms, key, stood.pop(key), row) for key in kept)
        if not kept:
            yield _unknown_row(line_terms, row)
    for charges in charged.values():  # charges whose row the schedule does not hold
        yield from (_charge_row(charge, charge.row, through, stood) for charge in charges)
    yield from (_charge_row(charge, None, through, stood) for charge in added)
    yield from _left_standing(rated, stood, stretches)


def _left_standing(rated: Rated, stood: _Stood, stretches: _Stretches) -> Iterator[TimelineRow]:
    """What stands and nothing plans: withdrawn, unless it was added to a period of which not all is known now."""
    unsettled = {stage_key(window) for window in rated.windows} - {stage_key(window) for window, _ in rated.settled}
    for key, lines in stood.items():
        is_kept = key[1].partition(":")[0] in STAGE_KINDS and ("", "stage", *key[2:]) in unsettled
        terms = next(iter(stretches.get(key[0], ())), None)
        yield _kept_row(terms, key, lines, None, is_withdrawn=not is_kept)


def _row_key(row: ScheduleRow) -> _Key:
    return (row.line, row.component, row.service.start, row.service.end)


def _is_part_of(component: str, whole: str) -> bool:
    """Whether a standing piece is the row itself, or one of the groups or tiers that it was billed in."""
    return component == whole or component.startswith(f"{whole}:")


def _terms_of(stretches: Sequence[ResolvedLine], row: ScheduleRow) -> ResolvedLine:
    """The terms of a row: of a line with several stretches, those of the stretch that it lies in."""
    return next((line for line in stretches if line.period.covers(row.service)), stretches[0])


def _charge_row(charge: Charge, row: ScheduleRow | None, through: date | None, stood: _Stood) -> TimelineRow:
    """Tell a charge beside what stands of it; without a row it is what the contract stage added to a period."""
    lines = stood.pop((charge.line_id, charge.component, charge.service.start, charge.service.end), [])
    return TimelineRow(
        line=charge.line_id,
        name=charge.line.name,
        component=charge.component,
        service=charge.service,
        full=(charge.service,) if row is None else _full(row),
        price_periods=() if row is None else _price_periods(row),
        billed=charge.line.billed if row is not None else "in_arrears",
        invoice_date=charge.invoice_date,
        quantity=charge.quantity,
        price=price_words(charge.line) if row is not None else charge.kind.replace("_", "-"),
        currency=charge.line.currency,
        amount_minor=charge.net_minor,
        standing_minor=sum(line.signed for line in lines) if lines else None,
        status=_status(charge, through, lines),
        numbers=_numbers(lines),
    )


def _status(charge: Charge, through: date | None, lines: Sequence[BilledLine]) -> Status:
    day = charge.invoice_date
    has_come = day is not None and (through is None or day <= through)
    if lines:
        # A date that has not come, or a delivery that is not told any more, changes nothing of what stands.
        return "due" if has_come and sum(line.signed for line in lines) != charge.net_minor else "billed"
    if day is None:
        return "awaits delivery"
    return "due" if through is not None and has_come else "planned"


def _unknown_row(line: ResolvedLine, row: ScheduleRow) -> TimelineRow:
    """A row of the schedule without a charge: its usage is not known, or has no price."""
    return TimelineRow(
        line=row.line,
        name=line.name,
        component=row.component,
        service=row.service,
        full=_full(row),
        price_periods=_price_periods(row),
        billed=line.billed,
        invoice_date=row.invoice_date,
        quantity=line.quantity,
        price=price_words(line),
        currency=line.currency,
        amount_minor=None,
        standing_minor=None,
        status="awaits usage",
    )


def _kept_row(
    line: ResolvedLine | None,
    key: _Key,
    lines: Sequence[BilledLine],
    row: ScheduleRow | None,
    *,
    is_withdrawn: bool = False,
) -> TimelineRow:
    """What stands billed and has no charge: kept where its amount is not known now, else asked for no more."""
    service = Period(start=key[2], end=key[3])
    return TimelineRow(
        line=key[0],
        name=line.name if line is not None else key[0],
        component=key[1],
        service=service,
        full=(service,) if row is None else _full(row),
        price_periods=() if row is None else _price_periods(row),
        billed=line.billed if line is not None else "",
        invoice_date=lines[0].invoice_date if row is None else row.invoice_date,
        quantity="",
        price=price_words(line) if line is not None and row is not None else "",
        currency=lines[0].currency,
        amount_minor=0 if is_withdrawn else None,
        standing_minor=sum(one.signed for one in lines),
        status="withdrawn" if is_withdrawn else "billed",
        numbers=_numbers(lines),
    )


def _full(row: ScheduleRow) -> tuple[Period, ...]:
    return tuple(part.full for part in row.parts)


def _price_periods(row: ScheduleRow) -> tuple[Period, ...]:
    return row.price_periods or (() if row.price_period is None else (row.price_period,))


def _numbers(lines: Sequence[BilledLine]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.number or line.document for line in lines))
