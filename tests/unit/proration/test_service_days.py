"""Usage a second either side of local midnight is billed with the right service day, when clocks change too."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import billcore as bc
from billcore.usage import Metering, UsageRecord, UsageReport
from oracle.periods import starts_of_days

# Days around a change of clocks; in Sao Paulo and Beirut midnight itself is left out, in Samoa a day.
WEEKS = [
    ("Europe/Berlin", date(2024, 3, 25)),
    ("Europe/Berlin", date(2024, 10, 21)),
    ("America/New_York", date(2024, 3, 4)),
    ("America/Sao_Paulo", date(2018, 10, 29)),
    ("America/Sao_Paulo", date(2018, 2, 12)),
    ("Asia/Beirut", date(2024, 3, 25)),
    ("Australia/Lord_Howe", date(2024, 4, 1)),
    ("Pacific/Apia", date(2011, 12, 25)),
    ("Asia/Kolkata", date(2024, 3, 25)),
]


@pytest.mark.parametrize(("zone_name", "first"), WEEKS)
def test_each_day_bears_its_first_and_its_last_second(zone_name: str, first: date) -> None:
    """One unit in a day's first second and ten in its last are eleven of that day, and of no other."""
    shown = [(day, start) for day, start in starts_of_days(zone_name, first.year) if day >= first][:6]
    days = shown[:5]
    records = []
    for (day, start), (_, after) in zip(days, shown[1:], strict=True):
        for at, value in ((start, "1"), (after - timedelta(seconds=1), "10")):
            records.append(UsageRecord(id=f"{day}-{value}", meter="calls", at=at, value=value))
    term = bc.Period(start=first, end=shown[5][0])
    line = bc.ContractLine(
        id="api",
        sku="API",
        price=bc.PerUnit(unit_price="1"),
        billed="in_arrears",
        metering=Metering(aggregation="sum", meter="calls"),
    )
    contract = bc.Contract(
        id="C-1",
        customer="acme",
        entity="US01",
        currency="USD",
        billed_every="day",
        zone=zone_name,
        term=term,
        lines=[line],
    )
    report = UsageReport(meter="calls", period=term, records=tuple(records))
    run = bc.bill(contract, usage={"api": [report]}, through=term.end)
    assert not run.findings
    billed = {line.service.start: line.net_minor for one in run.invoices for line in one.lines}
    expected = {day: 1100 for day, _ in days}
    # A day that no clock showed has a service day of its own, without usage.
    left_out = {day for day in term.each_day() if day not in expected}
    assert billed == {**expected, **dict.fromkeys(left_out, 0)}
