"""What modifiers and composed prices do to a contract's invoices, over several periods and runs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

import billcore as bc
from billcore.core.canonical import digest
from billcore.pricing.composed import Cumulative, Grouped
from billcore.pricing.line_stage import price_line
from billcore.pricing.modifiers import Modifiers
from billcore.usage import Metering, UsageRecord, measure
from billcore.usage.measured import Group, Measured

JAN, FEB, MAR, APR = (date(2026, month, 1) for month in (1, 2, 3, 4))
TIERS = [bc.Tier(up_to=10, unit_price="1.00"), bc.Tier(unit_price="0.50")]


def contract(price: Any, *, start: date = JAN, **line: Any) -> bc.Contract:
    return bc.Contract(
        id="C-1",
        customer="acme",
        entity="US01",
        currency="USD",
        billed_every="month",
        anchor={"kind": "day_of_month", "day": 1},
        stub="short_first",
        term=bc.Period(start=start, end=APR),
        lines=[bc.ContractLine(id="api", sku="API", price=price, billed="in_arrears", **line)],
    )


def bill(agreed: bc.Contract, usage: Any, through: date = APR, billed: Any = None) -> bc.BillRun:
    return bc.bill(agreed, usage={"api": usage}, through=through, billed=billed)


def nets(run: bc.BillRun) -> list[str]:
    return [charge.net.text for charge in run.rated.charges]


def by_region(**quantities: str) -> Measured:
    groups = tuple(Group(key=(key,), measured=Measured(quantity=text)) for key, text in sorted(quantities.items()))
    return Measured(quantity=str(sum(int(text) for text in quantities.values())), groups=groups)


def test_a_minimum_is_for_a_full_period() -> None:
    """A stub of 15 of 31 days owes 15/31 of the least: 4.84; whole months owe it whole; more than it is left alone."""
    agreed = contract(bc.PerUnit(unit_price="0.10"), start=date(2026, 1, 17), modifiers=Modifiers(minimum="10.00"))
    run = bill(agreed, {date(2026, 1, 17): 2, FEB: 2, MAR: 200})
    assert ["4.84", "10.00", "20.00"] == nets(run)


def test_a_group_is_a_piece_and_may_vanish() -> None:
    """Each group is a line of its own; a corrected report gives back what a group no longer has."""
    agreed = contract(Grouped(by=["region"], price=bc.Graduated(tiers=TIERS)))
    first = bill(agreed, {JAN: by_region(eu="12", us="4")}, through=FEB)
    assert ["usage:region=eu", "usage:region=us"] == [line.component for line in first.invoices[0].lines]
    assert ["API, region=eu", "API, region=us"] == [line.description for line in first.invoices[0].lines]
    assert "USD 15.00" == str(first.invoices[0].total)
    again = bill(agreed, {JAN: by_region(eu="12", us="4")}, through=FEB, billed=first.next_billed)
    assert () == again.documents
    corrected = bill(agreed, {JAN: by_region(eu="12")}, through=FEB, billed=first.next_billed)
    assert ["4.00"] == [memo.total.text for memo in corrected.credit_memos]
    empty = bill(agreed, {JAN: Measured(quantity="0")}, through=FEB, billed=first.next_billed)
    assert 1500 == sum(memo.total.minor for memo in empty.credit_memos)


def test_a_run_through_an_earlier_day_takes_no_group_back() -> None:
    """What is billed for January stands when a later run looks at the first of January."""
    agreed = contract(Grouped(by=["region"], price=bc.PerUnit(unit_price="1")))
    first = bill(agreed, {JAN: by_region(eu="12")}, through=FEB)
    assert () == bill(agreed, {}, through=JAN, billed=first.next_billed).documents


def test_each_tier_is_a_line_at_grain_segment() -> None:
    """Units and flat part of each tier are rounded alone; more usage bills the difference of each tier."""
    tiers = [bc.Tier(up_to=1, unit_price="0.125", flat_amount="5"), bc.Tier(unit_price="0.125")]
    agreed = contract(bc.Graduated(tiers=tiers), modifiers=Modifiers(grain="segment"))
    first = bill(agreed, {JAN: 2}, through=FEB)
    lines = {line.component: line.net.text for line in first.invoices[0].lines}
    assert {"usage:tier:1": "0.13", "usage:tier:1:flat": "5.00", "usage:tier:2": "0.13"} == lines
    told = [line.description for line in first.invoices[0].lines]
    assert ["API, tier 1", "API, tier 1, flat part", "API, tier 2"] == told
    more = bill(agreed, {JAN: 3}, through=FEB, billed=first.next_billed)
    assert {"usage:tier:2": "0.12"} == {line.component: line.net.text for line in more.invoices[0].lines}
    less = bill(agreed, {JAN: 1}, through=FEB, billed=first.next_billed)
    assert ["0.13"] == [memo.total.text for memo in less.credit_memos]


def test_units_count_from_the_start_of_the_term() -> None:
    """6, 6 and 6 units: 6 x 1.00, then 4 x 1.00 + 2 x 0.50, then 6 x 0.50."""
    agreed = contract(Cumulative(price=bc.Graduated(tiers=TIERS)))
    assert ["6.00", "5.00", "3.00"] == nets(bill(agreed, {JAN: 6, FEB: 6, MAR: 6}))
    late = bill(agreed, {JAN: 6, MAR: 6})
    assert ["6.00"] == nets(late)
    assert [FEB, MAR] == [row.service.start for row in late.rated.missing]


def test_a_price_may_carry_what_is_below_zero() -> None:
    """Minus 3, then 5 units at 1.00: nothing, then 2.00."""
    agreed = contract(bc.PerUnit(unit_price="1"), modifiers=Modifiers(negative="carry"))
    assert ["0.00", "2.00", "4.00"] == nets(bill(agreed, {JAN: -3, FEB: 5, MAR: 4}))


def test_what_nothing_takes_any_more_is_told() -> None:
    """10, 20 and -15 units, carried: the last 15.00 are in no charge, and a finding says so; not before the last."""
    agreed = contract(bc.PerUnit(unit_price="1"), modifiers=Modifiers(negative="carry"))
    assert () == bill(agreed, {JAN: 10, FEB: -15}, through=MAR).findings
    run = bill(agreed, {JAN: 10, FEB: 20, MAR: -15})
    assert [("carried-left", "-15 USD below zero behind the last period")] == [
        (finding.code, finding.found) for finding in run.findings
    ]


def test_each_group_is_a_charge_of_its_own() -> None:
    """12 and 4 units at 1.00, at least 20.00 each, less 5.00 each: what `price_line` says is what is billed."""
    agreed = contract(
        Grouped(by=["region"], price=bc.PerUnit(unit_price="1")),
        modifiers=Modifiers(minimum="20"),
        discounts=[bc.AmountOff(amount="5")],
    )
    used, line = by_region(eu="12", us="4"), agreed.lines[0]
    priced = price_line(line.price, used, currency="USD", modifiers=line.modifiers, discounts=line.discounts)
    assert ("40.00", "40.00") == (str(bill(agreed, {JAN: used}, through=FEB).invoices[0].total.text), priced.net.text)


def test_a_group_below_zero_is_given_back() -> None:
    """12 units in one region and -4 in another: 12.00 to pay and 4.00 back."""
    agreed = contract(Grouped(by=["region"], price=bc.PerUnit(unit_price="1")), modifiers=Modifiers(negative="credit"))
    run = bill(agreed, {JAN: by_region(eu="12", us="-4")}, through=FEB)
    assert (["12.00"], ["4.00"]) == (
        [one.total.text for one in run.invoices],
        [one.total.text for one in run.credit_memos],
    )


def test_units_before_the_term_are_not_dropped_in_silence() -> None:
    """A cumulative price counts the usage that it is told; a count from elsewhere is refused."""
    agreed = contract(Cumulative(price=bc.PerUnit(unit_price="1")))
    with pytest.raises(bc.DocumentError) as refusal:
        bill(agreed, {JAN: Measured(quantity="6", before="6")}, through=FEB)
    assert ("argument-wrong", "usage.api.2026-01-01") == (refusal.value.code, refusal.value.path)


def test_a_month_is_no_quarter() -> None:
    """``YYYY-MM`` names a month; the usage of a quarter is keyed by its first day."""
    agreed = contract(bc.PerUnit(unit_price="1"), billed_every="quarter")
    with pytest.raises(bc.DocumentError) as refusal:
        bill(agreed, {"2026-01": 5})
    assert "usage-period-unknown" == refusal.value.code
    assert ["5.00"] == nets(bill(agreed, {JAN: 5}))


def test_a_price_may_give_back_what_is_below_zero() -> None:
    """A credit memo without a source; more or less of it later is settled by difference."""
    agreed = contract(bc.PerUnit(unit_price="1"), modifiers=Modifiers(negative="credit"))
    first = bill(agreed, {JAN: -3}, through=FEB)
    assert ["3.00"] == [memo.total.text for memo in first.credit_memos]
    assert () == first.invoices
    assert () == bill(agreed, {JAN: -3}, through=FEB, billed=first.next_billed).documents
    more = bill(agreed, {JAN: -5}, through=FEB, billed=first.next_billed)
    assert ["2.00"] == [memo.total.text for memo in more.credit_memos]
    less = bill(agreed, {JAN: 1}, through=FEB, billed=first.next_billed)
    assert ["4.00"] == [invoice.total.text for invoice in less.invoices]
    over = bill(agreed, {JAN: -1}, through=FEB, billed=less.next_billed)
    assert 200 == sum(memo.total.minor for memo in over.credit_memos)


@pytest.mark.parametrize(
    ("discount", "nets_expected"),
    [
        # 5.00, 20.00, 20.00 a month less 8.00: lost, or carried.
        (bc.AmountOff(amount="8"), ["0.00", "12.00", "12.00"]),
        (bc.AmountOff(amount="8", unused="carry"), ["0.00", "9.00", "12.00"]),
        (bc.AmountOff(amount="8", periods=1), ["0.00", "20.00", "20.00"]),
        (bc.AmountOff(amount="8", periods=1, unused="carry"), ["0.00", "17.00", "20.00"]),
        # Its last day ends what was carried too: nothing of January's 3.00 reaches February.
        (bc.AmountOff(amount="8", until=FEB, unused="carry"), ["0.00", "20.00", "20.00"]),
        # 10 % until 11 February: the period that began before, or 10 of 28 days of it.
        (bc.PercentOff(percent="10", until=date(2026, 2, 11)), ["4.50", "18.00", "20.00"]),
        (bc.PercentOff(percent="10", until=date(2026, 2, 11), at="split"), ["4.50", "19.29", "20.00"]),
    ],
)
def test_a_discount_ends_as_it_says(discount: Any, nets_expected: list[str]) -> None:
    """What an amount off does not find is lost or carried; a discount that ends inside a period is whole or split."""
    agreed = contract(bc.PerUnit(unit_price="1"), discounts=[discount])
    assert nets_expected == nets(bill(agreed, {JAN: 5, FEB: 20, MAR: 20}))


CARRIED = {"kind": "amount_off", "amount": "20", "unused": "carry"}
ONCE = {"kind": "percent_off", "percent": "10", "periods": 1}


@pytest.mark.parametrize("where", ["line", "contract"])
@pytest.mark.parametrize(
    ("discount", "used", "nets_expected"),
    [
        # 20.00 for each of three periods are 60.00, whatever January and February came to.
        (CARRIED, (0, 0, 100), ["0.00", "0.00", "40.00"]),
        (CARRIED, ("0.50", 0, 100), ["0.00", "0.00", "40.50"]),
        (CARRIED, ("0.004", 0, 100), ["0.00", "0.00", "40.00"]),
        (CARRIED, (-50, 30, 100), ["0.00", "0.00", "20.00"]),
        # Of n periods only those with a charge count: a period that is empty, or that only bears what was carried
        # below zero, gives nothing and uses nothing. February: 30.00 - 50.00; March: 100.00 - 20.00.
        ({**CARRIED, "periods": 1}, (0, 0, 100), ["0.00", "0.00", "80.00"]),
        (ONCE, (-50, 30, 100), ["0.00", "0.00", "72.00"]),
        (ONCE, (-50, 50, 100), ["0.00", "0.00", "90.00"]),
        (ONCE, (-50, 60, 100), ["0.00", "9.00", "100.00"]),
        ({"kind": "amount_off", "amount": "20", "periods": 1}, (-50, 30, 100), ["0.00", "0.00", "60.00"]),
    ],
)
def test_a_period_without_a_charge(discount: Any, used: Any, nets_expected: list[str], where: str) -> None:
    """A discount of the line and one of the contract say the same of a period in which nothing is charged."""
    terms: dict[str, Any] = {"modifiers": {"negative": "carry"}}
    if where == "line":
        terms["discounts"] = [discount]
    agreed = contract(bc.PerUnit(unit_price="1"), **terms)
    if where == "contract":
        agreed = agreed.revised(stage={"discounts": [{**discount, "id": "d"}]})
    assert nets_expected == nets(bill(agreed, dict(zip((JAN, FEB, MAR), used, strict=True))))


def test_gross_is_what_carried_amounts_leave() -> None:
    """50 units below zero, then 30, then 100: no gross of 130.00 stands beside 80.00, in a commitment neither."""
    agreed = contract(bc.PerUnit(unit_price="1"), modifiers=Modifiers(negative="carry"))
    run = bill(agreed, {JAN: -50, FEB: 30, MAR: 100})
    assert [0, 0, 8000] == [charge.gross_minor for charge in run.rated.charges]
    alone = price_line(
        bc.PerUnit(unit_price="1"), 100, currency="USD", carried=(-20, 1), modifiers=Modifiers(negative="carry")
    )
    assert ("80.00", "80.00") == (alone.gross.text, alone.net.text)


def test_every_charge_explains_itself() -> None:
    """The last step of every charge is its amount, whatever made it."""
    prices: list[tuple[Any, Any, Any]] = [
        (Grouped(by=["region"], price=bc.Graduated(tiers=TIERS)), by_region(eu="12", us="4"), None),
        (bc.Graduated(tiers=TIERS), 15, Modifiers(grain="segment", minimum="20")),
        (bc.PerUnit(unit_price="1"), 15, Modifiers(included="5", usage_discount="2", maximum="5")),
        (Cumulative(price=bc.Graduated(tiers=TIERS)), 15, None),
    ]
    for price, measured, modifiers in prices:
        run = bill(contract(price, modifiers=modifiers), {JAN: measured, FEB: measured, MAR: measured})
        for charge in run.rated.charges:
            last = charge.steps[-1]
            assert charge.net.minor * last.denominator == last.numerator * 100
            assert charge.net.text in last.text


def test_a_minimum_that_groups_bear_is_told_once() -> None:
    """12 and 4 units are 16.00 in two groups; the line bears what is missing up to 50.00 in one charge, told once."""
    agreed = contract(Grouped(by=["region"], price=bc.PerUnit(unit_price="1")))
    agreed = agreed.revised(stage={"minimum": {"amount": "50"}})
    run = bill(agreed, {JAN: by_region(eu="12", us="4")}, through=FEB)
    (added,) = [charge for charge in run.rated.charges if charge.kind == "minimum"]
    told = [step.text for step in added.steps]
    assert "34.00" == added.net.text
    assert len(set(told)) == len(told)
    assert 1 == sum(text.startswith("minimum 50") for text in told)


@pytest.mark.parametrize(
    ("discount", "used", "nets_expected"),
    [
        # The least of 10.00 is a charge where it comes before the discounts: the one period is the first.
        (bc.AmountOff(amount="5", periods=1), (0, 0, 0), ["5.00", "10.00", "10.00"]),
        (bc.PercentOff(percent="50", periods=1), (0, 0, 0), ["5.00", "10.00", "10.00"]),
        (bc.AmountOff(amount="15", periods=1, unused="carry"), (3, 0, 0), ["0.00", "5.00", "10.00"]),
    ],
)
def test_a_minimum_before_the_discounts_is_a_charge(discount: Any, used: Any, nets_expected: list[str]) -> None:
    """What is agreed once is given once, also where only the minimum is charged."""
    rules = Modifiers(minimum="10", order="limits_first")
    agreed = contract(bc.PerUnit(unit_price="1"), discounts=[discount], modifiers=rules)
    assert nets_expected == nets(bill(agreed, dict(zip((JAN, FEB, MAR), used, strict=True))))


def test_windows_of_the_whole_are_none_of_a_group() -> None:
    """What is measured by day and by region is charged by region, whatever the price does with it."""
    metering = Metering(aggregation="maximum", window="day", group_by=["region"])
    records = [
        UsageRecord(id=name, meter="m", at=datetime(2026, 1, 2, tzinfo=UTC), value="3", properties={"region": name})
        for name in ("eu", "us")
    ]
    measured = measure(metering, records, bc.Period(start=JAN, end=FEB), "UTC")
    grouped = Grouped(by=["region"], price=bc.PerUnit(unit_price="1"))
    assert "6.00" == price_line(grouped, measured, currency="USD").net.text
    assert ["3.00", "3.00"] == nets(bill(contract(grouped), {JAN: measured}, through=FEB))
    less = Modifiers(included="1", negative="credit")
    assert "4.00" == price_line(grouped, measured, currency="USD", modifiers=less).net.text
    assert "2.00" == price_line(bc.PerUnit(unit_price="1"), measured, currency="USD", modifiers=less).net.text


@pytest.mark.parametrize(
    ("price", "measured", "code"),
    [
        (bc.PerUnit(unit_price="1"), Measured(quantity="5."), "number-malformed"),
        (bc.PerUnit(unit_price="1"), Measured(quantity="007"), "number-malformed"),
        (bc.PerUnit(unit_price="1"), Measured(), "measure-missing"),
        (Cumulative(price=bc.PerUnit(unit_price="1")), Measured(quantity="zz"), "number-malformed"),
    ],
)
def test_what_cannot_be_rated_is_told_with_line_and_period(price: Any, measured: Measured, code: str) -> None:
    """The place is the one at which the caller passed it in."""
    with pytest.raises(bc.BillcoreError) as caught:
        bill(contract(price), {JAN: measured}, through=FEB)
    assert (code, "usage.api.2026-01-01.quantity") == (caught.value.code, caught.value.path)


def test_lines_are_explained_without_reading_what_the_others_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """100 groups: what each measured is hashed for its own line, and not for every line again."""
    many = by_region(**{f"r{number:03}": "1" for number in range(100)})
    run = bill(contract(Grouped(by=["region"], price=bc.PerUnit(unit_price="1"))), {JAN: many}, through=FEB)
    hashed = []

    def counting(value: object) -> str:
        hashed.append(value)
        return digest(value)

    monkeypatch.setattr("billcore.billing.charge.digest", counting)
    bc.explain(run.invoices[0], run)
    assert len(hashed) <= 4 * 100


@pytest.mark.parametrize(
    "measured",
    [
        Measured(quantity="9" * 25),
        Measured(quantity="0.1111111111111"),
        Measured(quantity="3", values=("1", "1.9999999999999", "0.0000000000001")),
        Measured(groups=(Group(key=("eu",), measured=Measured(quantity="9" * 25)),)),
        Measured(meters=(("m", "9" * 25),)),
    ],
)
def test_what_is_passed_in_has_the_digits_of_a_document(measured: Measured) -> None:
    """18 digits before the point and 12 after, as text and as a measure, on a line and alone."""
    price = bc.PerUnit(unit_price="1")
    with pytest.raises(bc.DocumentError) as billed:
        bill(contract(price), {JAN: measured}, through=FEB)
    with pytest.raises(bc.DocumentError) as priced:
        price_line(price, measured, currency="USD")
    assert "number-too-large" == billed.value.code == priced.value.code
    assert billed.value.path.startswith("usage.api.2026-01-01")
