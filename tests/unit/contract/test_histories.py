"""Unit tests of how amendments become stretches, where nothing changes or an end moves twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import billcore as bc

SEATS = {"id": "s", "sku": "S", "billed": "in_advance", "quantity": "5"}


def agreed(**more: Any) -> bc.Contract:
    """Five seats at 10.00 a month over half a year."""
    line = SEATS | {"price": {"kind": "per_unit", "unit_price": "10"}}
    return bc.Contract.read(
        {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": "month", "zone": "UTC"}
        | {"term": {"start": "2026-01-01", "end": "2026-07-01"}, "lines": [line]}
        | more
    )


def amended(contract: bc.Contract, change: Any, effective: date, known: date) -> bc.Contract:
    """With an amendment."""
    at = datetime(known.year, known.month, known.day, 12, tzinfo=UTC)
    return contract.amended(change, effective=effective, known_at=at, actor="sales", reason="agreed")


def test_an_amendment_that_changes_nothing_moves_no_date_on_the_first_day_either() -> None:
    """The same quantity said again in May leaves every invoice date of January to June."""
    contract = agreed()
    again = amended(contract, bc.Change.quantity("s", 5), date(2026, 1, 1), date(2026, 5, 20))
    through = date(2026, 7, 1)
    assert bc.bill(contract, through=through).documents == bc.bill(again, through=through).documents


def test_each_extension_is_dated_when_it_became_known() -> None:
    """July was added in August, August in October: July's bill is not dated before 10 August for all that."""
    contract = amended(agreed(), bc.Change.dates(end=date(2026, 8, 1)), date(2026, 1, 1), date(2026, 8, 10))
    contract = amended(contract, bc.Change.dates(end=date(2026, 9, 1)), date(2026, 1, 1), date(2026, 10, 10))
    dates = {
        row.service.start: row.invoice_date for row in bc.bill(contract, through=date(2026, 12, 1)).rated.schedule.rows
    }
    assert date(2026, 6, 1) == dates[date(2026, 6, 1)]
    assert date(2026, 8, 10) == dates[date(2026, 7, 1)]
    assert date(2026, 10, 10) == dates[date(2026, 8, 1)]


def test_what_an_amendment_cuts_short_in_arrears_is_dated_when_it_became_known() -> None:
    """A quarter that was due on 1 April is cut on 10 February, told on 5 March: its first part is dated 5 March."""
    line = SEATS | {
        "price": {"kind": "per_unit", "unit_price": "10"},
        "billed": "in_arrears",
        "billed_every": "quarter",
    }
    more = amended(agreed(lines=[line]), bc.Change.quantity("s", 8), date(2026, 2, 10), date(2026, 3, 5))
    rows = bc.bill(more, through=date(2026, 7, 1)).rated.schedule.rows
    assert [date(2026, 3, 5), date(2026, 4, 1), date(2026, 7, 1)] == [row.invoice_date for row in rows]
    gone = amended(agreed(lines=[line]), bc.Change.remove("s"), date(2026, 2, 10), date(2026, 3, 5))
    assert [date(2026, 3, 5)] == [
        row.invoice_date for row in bc.bill(gone, through=date(2026, 7, 1)).rated.schedule.rows
    ]
