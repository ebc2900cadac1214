"""When a contract bills what: every piece with its periods, dates and amount, beside what stands billed of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from billcore.billing.billed import Billed
from billcore.billing.usage import Usage
from billcore.billing.workings import STAGE_KINDS
from billcore.contract.contract import Contract
from billcore.contract.resolved import ResolvedContract, ResolvedLine
from billcore.core.checks import check_date, check_kind
from billcore.engine.bill_arguments import check_currency, check_facts, check_settings
from billcore.engine.rated_contract import rate_contract
from billcore.engine.timeline_pieces import piece_rows
from billcore.engine.timeline_rows import InvoiceTotal, Mark, Timeline, TimelineRow
from billcore.engine.timeline_standing import standing_by_row


def timeline(
    contract: Contract,
    through: date | None = None,
    usage: Usage | None = None,
    delivered: Mapping[str, Mapping[str, date]] | None = None,
    billed: Billed | None = None,
    marks: Iterable[Mark] = (),
) -> Timeline:
    """Lay out what a contract bills when, with every amount that is known.

    Args:
        contract: What was agreed.
        through: The last day that counts, inclusive: what is invoiced up to it is due, usage of a service period that
            ends later is not known yet, a milestone reached later is not reached. None: every fact passed counts, and
            nothing is due but corrections of what stands.
        usage, delivered: As `bill`.
        billed: What stands billed; absent, nothing does.
        marks: Days that a reader should see, beside those on which a line starts, ends or loses a discount.

    Returns: a row for each piece, totals by invoice date, marks. A row is the net that should stand billed for its
        piece, so a correction changes its row and adds none. Amounts are before tax.
    Rounding: as `bill`: each charge once, totals are sums.
    Raises: as `bill`, but for taxes; NotApplicable ``contract-currency-mixed``. A standing piece that the contract does
        not plan any more is no error here: its row is ``withdrawn``.
    Source: rules 2 and 5.

    >>> deal = Contract.read({"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD",
    ...     "term": {"start": date(2026, 1, 15), "end": date(2026, 4, 1)}, "billed_every": "month",
    ...     "anchor": {"kind": "day_of_month", "day": 1}, "stub": "short_first", "lines": [
    ...     {"id": "seats", "sku": "SEATS", "billed": "in_advance", "price": {"kind": "flat", "amount": "310"}},
    ...     {"id": "calls", "sku": "API", "billed": "in_arrears", "price": {"kind": "per_unit", "unit_price": "1"}}]})
    >>> laid = timeline(deal, through=date(2026, 2, 28), usage={"calls": {date(2026, 1, 15): 40}})
    >>> for row in laid.rows:
    ...     print(row.invoice_date, row.line, row.service, row.amount, row.status)
    2026-01-15 seats [2026-01-15, 2026-02-01) USD 170.00 due
    2026-02-01 seats [2026-02-01, 2026-03-01) USD 310.00 due
    2026-02-01 calls [2026-01-15, 2026-02-01) USD 40.00 due
    2026-03-01 seats [2026-03-01, 2026-04-01) USD 310.00 planned
    2026-03-01 calls [2026-02-01, 2026-03-01) None awaits usage
    2026-04-01 calls [2026-03-01, 2026-04-01) None awaits usage
    >>> print(laid.rows[0].full[0], laid.totals[1].amount)
    [2026-01-01, 2026-02-01) USD 350.00
    """
    marks = tuple(marks) if isinstance(marks, list | tuple) else marks
    check_facts(contract, usage, delivered, through)
    check_settings({"billed": billed}, None)
    _check_marks(marks)
    standing = billed.of_contract(contract.id) if billed is not None else ()
    check_currency(contract, standing)
    day = date.max if through is None else through
    rated = rate_contract(contract, usage=usage, delivered=delivered, through=day, standing=standing)
    told = tuple(standing_by_row(standing, rated.charges, contract.proration, contract.rounding))
    rows = _in_order(rated.resolved, piece_rows(rated, through, told))
    return Timeline(
        contract=contract.id,
        name=contract.name or contract.id,
        currency=contract.currency,
        term=rated.resolved.term,
        through=through,
        lines=tuple({**{line.id: line.name for line in rated.resolved.lines}, **_others(rated.resolved, rows)}.items()),
        rows=rows,
        totals=_totals(rows),
        marks=tuple(sorted((*_marks(rated.resolved), *marks), key=lambda mark: (mark.on, mark.line, mark.text))),
        findings=(*rated.findings, *(finding for _, finding in rated.refused)),
    )


def _check_marks(marks: object) -> None:
    check_kind(marks, tuple, "marks")
    if isinstance(marks, tuple):
        for number, mark in enumerate(marks):
            check_kind(mark, Mark, f"marks[{number}]")
            check_date(mark.on, f"marks[{number}].on")


def _in_order(resolved: ResolvedContract, rows: Iterable[TimelineRow]) -> tuple[TimelineRow, ...]:
    order = {name: number for number, name in enumerate(resolved.by_line())}

    def place(row: TimelineRow) -> tuple[bool, date, bool, int, date]:
        day = row.invoice_date or row.service.start
        # What the contract adds stands behind what it adds to, as on the invoice.
        is_added, number = row.kind in STAGE_KINDS, order.get(row.line, len(order))
        return row.invoice_date is None, day, is_added, number, row.service.start

    return tuple(sorted(rows, key=place))


def _others(resolved: ResolvedContract, rows: Iterable[TimelineRow]) -> dict[str, str]:
    """Lines that the contract does not hold: something stands billed of them."""
    known = {line.id for line in resolved.lines}
    return {row.line: row.name for row in rows if row.line not in known}


def _totals(rows: Iterable[TimelineRow]) -> tuple[InvoiceTotal, ...]:
    by_date: dict[date, list[TimelineRow]] = {}
    for row in rows:
        if row.invoice_date is not None:
            by_date.setdefault(row.invoice_date, []).append(row)
    return tuple(
        InvoiceTotal(
            invoice_date=day,
            currency=mine[0].currency,
            amount_minor=sum(_known_minor(row) or 0 for row in mine),
            standing_minor=sum(row.standing_minor or 0 for row in mine),
            row_count=len(mine),
            unknown_count=sum(_known_minor(row) is None for row in mine),
        )
        for day, mine in sorted(by_date.items())
    )


def _known_minor(row: TimelineRow) -> int | None:
    return row.standing_minor if row.amount_minor is None else row.amount_minor


def _changes(stretches: Sequence[ResolvedLine]) -> Iterator[Mark]:
    """Where a line changes, pauses and goes on."""
    for before, after in pairwise(sorted(stretches, key=lambda line: line.period.start)):
        if after.period.start > before.period.end:
            yield Mark(on=before.period.end, text="paused", line=after.id)
            yield Mark(on=after.period.start, text="resumes", line=after.id)
        elif after.quantity != before.quantity:
            text = f"{before.quantity or 'metered'} to {after.quantity or 'metered'} units"
            yield Mark(on=after.period.start, text=text, line=after.id)
        elif after.method != before.method:
            yield Mark(on=after.period.start, text="price changes", line=after.id)
        elif after.cut != before.cut:
            yield Mark(on=after.period.start, text=f"billed every {after.every}", line=after.id)
        else:
            yield Mark(on=after.period.start, text="terms change", line=after.id)


def _marks(resolved: ResolvedContract) -> Iterator[Mark]:
    """Where a line starts after the term or ends before it, and where a discount ends; over all stretches of a line."""
    stretches: dict[str, list[ResolvedLine]] = {}
    for line in resolved.lines:
        stretches.setdefault(line.id, []).append(line)
    for name, mine in stretches.items():
        start, end = min(line.period.start for line in mine), max(line.period.end for line in mine)
        if start > resolved.term.start:
            yield Mark(on=start, text="starts", line=name)
        if end < resolved.term.end:
            yield Mark(on=end, text="ends", line=name)
        yield from _changes(mine)
        for until, text in dict.fromkeys((one.until, one.text) for line in mine for one in line.discounts):
            if until is not None and start < until < end:
                yield Mark(on=until, text=f"{text.removesuffix(' off')} off ends", line=name)
