"""Usage records on their way into a bill: measured by line, late and corrected ones settled by difference."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

import billcore as bc
from billcore.core.errors import BillcoreError, MissingInput, NotApplicable
from billcore.pricing.documents import (
    Capacity,
    CapacityLimit,
    CapacityTier,
    Dynamic,
    GraduatedTimeWeighted,
    Grouped,
    Matrix,
    MatrixCell,
    Percentage,
    Windowed,
)
from billcore.usage import Metering, UsageRecord, UsageReport

JAN, FEB, MAR = (date(2026, month, 1) for month in (1, 2, 3))
TIERS = [bc.Tier(up_to=10, unit_price="1.00"), bc.Tier(unit_price="0.50")]
SUM = Metering(aggregation="sum")
WHOLE = bc.Period(start=JAN, end=MAR)


def contract(price: Any, *, zone: str | None = "UTC", **line: Any) -> bc.Contract:
    return bc.Contract(
        id="C-1",
        customer="acme",
        entity="US01",
        currency="USD",
        billed_every="month",
        zone=zone,
        term=WHOLE,
        lines=[bc.ContractLine(id="api", sku="API", price=price, billed="in_arrears", **line)],
    )


def record(name: str, day: date, value: str = "1", hour: int = 12, meter: str = "calls", **more: Any) -> UsageRecord:
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return UsageRecord(id=name, meter=meter, at=at, value=value, **more)


def report(*records: UsageRecord, meter: str = "calls", period: bc.Period = WHOLE, **more: Any) -> UsageReport:
    return UsageReport(meter=meter, period=period, records=records, **more)


def nets(agreed: bc.Contract, *reports: UsageReport, through: date = MAR) -> list[str]:
    return [one.net.text for one in bc.bill(agreed, usage={"api": reports}, through=through).rated.charges]


def test_records_are_measured_by_period() -> None:
    """A record counts in the month of its local day; duplicates count once; no record is nothing used."""
    twice = record("a", JAN, "4")
    agreed = contract(bc.PerUnit(unit_price="1"), metering=SUM)
    assert ["4.00", "3.00"] == nets(agreed, report(twice, twice, record("b", FEB, "3")))
    assert ["4.00", "0.00"] == nets(agreed, report(twice))


def test_the_zone_decides_the_day() -> None:
    """Half past eleven at night in UTC on 31 January is February in Berlin."""
    late = UsageRecord(id="a", meter="calls", at=datetime(2026, 1, 31, 23, 30, tzinfo=UTC))
    assert ["1.00", "0.00"] == nets(contract(bc.PerUnit(unit_price="1"), metering=SUM), report(late))
    berlin = contract(bc.PerUnit(unit_price="1"), metering=SUM, zone="Europe/Berlin")
    assert ["0.00", "1.00"] == nets(berlin, report(late))


def test_a_row_is_known_where_reports_cover_it() -> None:
    """Reports that touch cover a month together; an incomplete or missing one leaves it unknown."""
    agreed = contract(bc.PerUnit(unit_price="1"), metering=SUM)
    middle = date(2026, 1, 15)
    first = report(record("a", JAN, "2"), period=bc.Period(start=JAN, end=middle))
    rest = bc.Period(start=middle, end=FEB)
    assert ["5.00"] == nets(agreed, first, report(record("b", middle, "3"), period=rest))
    assert [] == nets(agreed, first)
    assert [] == nets(agreed, first, report(period=rest, is_complete=False))


def test_late_usage_reprices_what_was_billed() -> None:
    """12 units, then 3 more of January told late: 11.00, then the difference of 1.50 at the price of the next tier."""
    agreed = contract(bc.Graduated(tiers=TIERS), metering=SUM)
    january = report(record("a", JAN, "12"), period=bc.Period(start=JAN, end=FEB))
    first = bc.bill(agreed, usage={"api": [january]}, through=FEB)
    assert ["11.00"] == [one.total.text for one in first.invoices]
    told = [report(record("a", JAN, "12"), record("b", date(2026, 1, 31), "3"))]
    second = bc.bill(agreed, usage={"api": told}, through=FEB, billed=first.next_billed)
    assert ["1.50"] == [one.total.text for one in second.invoices]
    corrected = [report(record("a", JAN, "12"), record("c", JAN, "2", replaces="a"))]
    third = bc.bill(agreed, usage={"api": corrected}, through=FEB, billed=first.next_billed)
    assert ["9.00"] == [one.total.text for one in third.credit_memos]


def test_records_that_contradict_hold_their_line() -> None:
    """Two contents of one id: nobody guesses; the finding names the id and the line waits."""
    agreed = contract(bc.PerUnit(unit_price="1"), metering=SUM)
    run = bc.bill(agreed, usage={"api": [report(record("a", JAN, "4"), record("a", JAN, "5"))]}, through=FEB)
    assert () == run.documents
    assert {"usage-record-conflict", "usage-missing"} == {finding.code for finding in run.findings}
    assert {"C-1"} == {finding.subject for finding in run.findings}


REGIONS = [record("a", JAN, "12", properties={"region": "eu"}), record("b", JAN, "4", properties={"region": "us"})]
MATRIX = Matrix(
    dimensions=["region"],
    cells=[MatrixCell(values=["eu"], price=bc.PerUnit(unit_price="2"))],
    unmatched="free",
)
CAPACITY = Capacity(
    tiers=[CapacityTier(amount="10", limits=[CapacityLimit(meter="seats", up_to=5)]), CapacityTier(amount="20")]
)
SEATS = {"name": "seats", "metering": {"aggregation": "maximum", "meter": "seats"}}


@pytest.mark.parametrize(
    ("price", "line", "records", "first"),
    [
        (
            Grouped(by=["region"], price=bc.Graduated(tiers=TIERS)),
            {"metering": {"aggregation": "sum", "group_by": ["region"]}},
            REGIONS,
            "11.00",
        ),
        (MATRIX, {"metering": {"aggregation": "sum", "group_by": ["region"]}}, REGIONS, "24.00"),
        (
            Windowed(price=bc.Graduated(tiers=TIERS)),
            {"metering": {"aggregation": "sum", "window": "day"}},
            [record("a", JAN, "12"), record("b", date(2026, 1, 2), "12")],
            "22.00",
        ),
        (
            Percentage(percent="1", fixed_fee="0.50"),
            {"metering": SUM},
            [record("a", JAN, "100"), record("b", JAN, "50")],
            "2.50",
        ),
        (
            Dynamic(multiplier="1.2"),
            {"metering": {"aggregation": "count", "amount_property": "cost"}},
            [record("a", JAN, properties={"cost": "10.50"})],
            "12.60",
        ),
        (
            GraduatedTimeWeighted(tiers=TIERS),
            {"metering": {"aggregation": "weighted_sum", "weigh_by": "day", "rounding": {"digits": 6}}},
            [record("a", date(2026, 1, 17), "31", hour=0)],
            "9.92",  # 31 units for 15 of 31 days: 10/31 of 15 at 1.00, 21/31 of 15 at 0.50
        ),
        (CAPACITY, {"meters": [SEATS]}, [record("a", JAN, "6", meter="seats")], "20.00"),
    ],
)
def test_a_price_gets_what_it_looks_at(price: Any, line: Any, records: Any, first: str) -> None:
    """Groups, cells, windows, events, money, changes and meters come out of the same records."""
    agreed = contract(price, **{name: _read(name, value) for name, value in line.items()})
    meter = records[0].meter
    assert first == nets(agreed, report(*records, meter=meter))[0]


def _read(name: str, value: Any) -> Any:
    return Metering.read(value) if name == "metering" and isinstance(value, dict) else value


@pytest.mark.parametrize(
    ("agreed", "code"),
    [
        (contract(bc.PerUnit(unit_price="1")), "metering-missing"),
        (contract(bc.PerUnit(unit_price="1"), metering=SUM, zone=None), "zone-missing"),
    ],
)
def test_what_measuring_needs_is_asked_for(agreed: bc.Contract, code: str) -> None:
    """Records without a metering or a zone are not guessed at."""
    with pytest.raises(MissingInput) as refusal:
        nets(agreed, report(record("a", JAN)))
    assert code == refusal.value.code


@pytest.mark.parametrize(
    ("price", "metering"),
    [
        (Grouped(by=["region"], price=bc.PerUnit(unit_price="1")), {"aggregation": "sum"}),
        (MATRIX, {"aggregation": "sum", "group_by": ["zone"]}),
        (Grouped(by=["region"], price=MATRIX), {"aggregation": "sum", "group_by": ["region"]}),
        (Windowed(price=bc.PerUnit(unit_price="1")), {"aggregation": "sum"}),
        (GraduatedTimeWeighted(tiers=TIERS), {"aggregation": "sum"}),
        (Percentage(percent="1"), {"aggregation": "unique_count", "property": "user"}),
        (Percentage(percent="1"), {"aggregation": "maximum"}),
        (Percentage(percent="1"), {"aggregation": "sum", "rounding": {"digits": 0, "mode": "up"}}),
        (
            Grouped(by=["region"], price=Percentage(percent="1")),
            {"aggregation": "latest", "group_by": ["region"]},
        ),
        (Dynamic(), {"aggregation": "count"}),
    ],
)
def test_a_metering_must_suit_its_price(price: Any, metering: Any) -> None:
    """What the price looks at must be what is measured; told when the contract is resolved."""
    with pytest.raises(NotApplicable) as refusal:
        nets(contract(price, metering=Metering.read(metering)))
    assert "metering-does-not-suit-price" == refusal.value.code


def test_a_capacity_needs_each_meter() -> None:
    """A meter that a tier limits and nobody measures is refused."""
    other = {"name": "storage", "metering": {"aggregation": "maximum"}}
    with pytest.raises(NotApplicable) as refusal:
        nets(contract(CAPACITY, meters=[other]))
    assert "metering-does-not-suit-price" == refusal.value.code


@pytest.mark.parametrize("usage", [{"api": [1]}, {"api": "x"}, {"api": None}, {"web": [report(record("a", JAN))]}, [1]])
def test_usage_of_another_kind_is_refused(usage: Any) -> None:
    """What is neither quantities nor reports is billcore's own error."""
    with pytest.raises(BillcoreError):
        bc.bill(contract(bc.PerUnit(unit_price="1"), metering=SUM), usage=usage, through=FEB)


@pytest.mark.parametrize("price", [Percentage(percent="5"), CAPACITY, MATRIX])
def test_an_agreed_quantity_is_no_measure(price: Any) -> None:
    """A price that looks at events, meters or cells cannot be agreed as a number."""
    with pytest.raises(NotApplicable) as refusal:
        bc.bill(contract(price, quantity="5"), through=FEB)
    assert "billed-does-not-fit" == refusal.value.code


def test_an_agreed_quantity_takes_its_modifiers() -> None:
    """Included units of an agreed quantity are taken before the price."""
    agreed = contract(bc.PerUnit(unit_price="1"), quantity="5", modifiers={"included": "2"})
    assert ["3.00", "3.00"] == [one.net.text for one in bc.bill(agreed, through=MAR).rated.charges]
