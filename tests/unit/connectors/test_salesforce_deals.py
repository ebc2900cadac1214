"""The deals of the founding book become the contracts that were signed, and the fifth is held."""

from __future__ import annotations

import json
import random
from datetime import date
from decimal import Decimal

import pytest

from billcore.connectors.salesforce import FieldMap, RenamedField
from billcore.connectors.salesforce.deal import read_deal
from billcore.contract.measures import AsUsed, Ratable
from billcore.core.errors import DocumentError
from billcore.periods.period import Period
from founding_book import DEALS, catalogue, deal, entities, read

THREE_YEARS = Period(start=date(2026, 1, 1), end=date(2029, 1, 1))


@pytest.mark.parametrize("name", ["1", "1b", "2", "3", "4"])
def test_a_good_deal_gives_a_contract_and_no_finding(name: str) -> None:
    """A deal that says everything becomes a contract with its customer."""
    reading = read(DEALS[name].read_bytes())
    assert reading.findings == ()
    assert reading.contract is not None
    assert reading.contract.customer == reading.customer.id
    assert reading.is_closed_won
    assert not reading.is_held


def test_three_years_with_the_first_year_discounted() -> None:
    """120,000 a year in advance, 20 % off until the last day of 2026, enforceable for all three years."""
    contract = read(deal("1")).contract
    line = contract.line("enterprise")
    assert contract.term == contract.enforceable.period == THREE_YEARS
    assert ("flat", Decimal(120000), "year") == (line.price.kind, line.price.amount, str(line.price.per))
    assert (Decimal(20), date(2027, 1, 1)) == (line.discounts[0].percent, line.discounts[0].until)
    assert ("in_advance", Ratable(by="service_month_even")) == (line.billed, line.revenue)


def test_the_same_deal_by_day_differs_in_grain_alone() -> None:
    """Deal 1b is deal 1 with another customer and revenue by day."""
    one, other = read(deal("1")).contract.lines[0], read(deal("1b")).contract.lines[0]
    assert Ratable(by="day") == other.revenue
    assert one.revised(revenue=other.revenue, source=None) == other.revised(source=None)


def test_the_german_deal_has_an_overage_in_arrears() -> None:
    """10,000 units a month included, 0.05 above, metered, billed monthly by DE01."""
    contract = read(deal("2")).contract
    line = contract.line("units")
    assert (contract.entity, contract.currency, contract.id) == ("DE01", "EUR", "C-2001")
    assert (Decimal(10000), Decimal("0.05")) == (line.price.included, line.price.unit_price)
    assert ("month", "in_arrears", AsUsed(), True) == (
        str(line.billed_every),
        line.billed,
        line.revenue,
        line.is_metered,
    )


def test_the_api_calls_keep_their_tiers() -> None:
    """Tiers up to 10,000 at 0, to 50,000 at 0.004, above at 0.0025."""
    tiers = read(deal("3")).contract.line("api_calls").price.tiers
    expected = [(10000, "0"), (50000, "0.004"), (None, "0.0025")]
    assert expected == [(tier.up_to, str(tier.unit_price)) for tier in tiers]


def test_the_project_is_billed_on_the_milestones_it_is_earned_by() -> None:
    """Setup has SSP 6,000 and the project 54,000 with 30, 30 and 40 percent."""
    contract = read(deal("4")).contract
    setup, project = contract.lines
    assert (Decimal(6000), Decimal(54000)) == (setup.ssp.amount, project.ssp.amount)
    assert [step.percent for step in project.milestones] == [30, 30, 40]
    assert project.milestones == project.revenue.steps
    assert setup.judgement.is_distinct


def test_the_fifth_deal_is_held_with_its_four_findings() -> None:
    """Everything that is wrong is told at once, each with its owner and its place."""
    reading = read(DEALS["5"].read_bytes())
    assert reading.contract is None
    assert reading.is_held
    assert [(finding.code, finding.owner, finding.line) for finding in reading.findings] == [
        ("currency-mismatch", "sales", 7),
        ("price-unmapped", "sales", 72),
        ("revenue-treatment-missing", "finance", 76),
        ("sku-unknown", "product", 87),
    ]
    assert {"C-1005"} == {finding.subject for finding in reading.findings}
    assert "account EUR" in reading.findings[0].found
    assert all(finding.column > 1 and finding.file and finding.hint for finding in reading.findings)


def _shuffled(value: object, chance: random.Random) -> object:
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: _shuffled(value[key], chance) for key in keys}
    return [_shuffled(item, chance) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", ["1", "2", "3", "4"])
def test_the_order_of_keys_does_not_matter(name: str) -> None:
    """Permuted keys give the same contract."""
    expected = read(deal(name)).contract
    for seed in range(5):
        assert expected == read(_shuffled(deal(name), random.Random(seed))).contract


def test_numbers_are_read_by_their_literal_text() -> None:
    """120000.0, 120000 and 1.2E5 are one number; a digit beyond a float's is kept."""
    data = DEALS["1"].read_text(encoding="utf-8")
    expected = read(data.encode()).contract
    for literal in ("120000", "1.2E5", "120000.000"):
        assert expected == read(data.replace("120000.0", literal).encode()).contract
    exact = read(data.replace("120000.0", "99999999999999.123456789012").encode())
    assert "price-contradictory" in {finding.code for finding in exact.findings}  # TotalPrice has more than cents


def test_parsed_records_with_exact_numbers_are_read() -> None:
    """A client that keeps numbers as int and Decimal gives the same contract as the bytes."""
    data = DEALS["1"].read_text(encoding="utf-8")
    expected = read(data.encode()).contract
    parsed = json.loads(data, parse_float=Decimal)
    file = expected.source.file
    assert expected == read_deal(parsed, file=file, catalogue=catalogue(), entities=entities()).contract


def test_a_parsed_float_is_refused_with_its_path() -> None:
    """A Python float has lost digits: every one of them is named."""
    parsed = json.loads(DEALS["1"].read_text(encoding="utf-8"))
    reading = read_deal(parsed, file="x", catalogue=catalogue(), entities=entities())
    assert reading.contract is None
    assert {"float-amount"} == {finding.code for finding in reading.findings}
    assert "OpportunityLineItem.records[0].UnitPrice" in {finding.path for finding in reading.findings}


def test_something_else_than_bytes_or_an_object_is_refused() -> None:
    """A list is no deal."""
    with pytest.raises(DocumentError) as caught:
        read_deal([deal("1")], file="x", catalogue=catalogue(), entities=entities())  # type: ignore[arg-type]
    assert "bytes-expected" == caught.value.code


@pytest.mark.parametrize(("closed", "won", "stage"), [(False, False, "Negotiation"), (True, False, "Closed Lost")])
def test_a_deal_that_is_not_won_is_skipped_with_a_warning(closed: bool, won: bool, stage: str) -> None:
    """An open or lost deal gives one warning for sales, no contract, and holds nothing."""
    data = deal("5")
    data["Opportunity"].update(IsClosed=closed, IsWon=won, StageName=stage)
    reading = read(data)
    assert [(f.code, f.owner, f.severity) for f in reading.findings] == [("deal-not-closed", "sales", "warning")]
    assert reading.contract is None
    assert not reading.is_held
    assert not reading.is_closed_won


def test_a_renamed_field_is_mapped() -> None:
    """A field renamed in the org is a finding that says so, until the versioned map names it."""
    data = deal("1")
    line = data["OpportunityLineItem"]["records"][0]
    line["Rev_Treatment__c"] = line.pop("Revenue_Treatment__c")
    held = read(data)
    assert [finding.code for finding in held.findings] == ["schema-drift", "field-unclaimed"]
    assert "renamed" in held.findings[0].hint
    row = RenamedField(object="OpportunityLineItem", field="Revenue_Treatment__c", name="Rev_Treatment__c")
    reading = read(data, FieldMap(id="acme", version=2, renamed=[row]))
    assert read(deal("1")).contract == reading.contract
    assert reading.field_map == "acme/2"


def test_a_map_names_only_fields_that_are_read() -> None:
    """A map of an unknown field would map nothing in silence."""
    with pytest.raises(DocumentError) as caught:
        RenamedField(object="Account", field="Color__c", name="Colour__c")
    assert caught.value.code == "field-unknown"


def test_a_map_names_each_field_once() -> None:
    """Two names of one field are refused."""
    row = RenamedField(object="Account", field="Name", name="Title__c")
    with pytest.raises(DocumentError) as caught:
        FieldMap(id="acme", renamed=[row, row])
    assert caught.value.code == "id-repeated"


def test_a_term_in_months_equals_an_inclusive_end_date() -> None:
    """36 months from 2026-01-01 end on 2028-12-31 in Salesforce and before 2029-01-01 here."""
    data = deal("1")
    data["Contract"]["EndDate"] = None
    assert read(data).contract.term == THREE_YEARS
    data["Contract"].update(EndDate="2028-12-31", ContractTerm=None)
    assert read(data).contract.term == THREE_YEARS


def test_a_standard_discount_inside_the_unit_price_is_not_taken_again() -> None:
    """List 120,000, Discount 10, UnitPrice and TotalPrice 108,000: the line costs 108,000."""
    data = deal("1")
    line = data["OpportunityLineItem"]["records"][0]
    line.update(
        Discount=10.0, UnitPrice=108000.0, TotalPrice=108000.0, Discount_Percent__c=None, Discount_Until__c=None
    )
    data["Opportunity"]["Amount"] = 108000.0
    read_line = read(data).contract.lines[0]
    assert (Decimal(108000), ()) == (read_line.price.amount, read_line.discounts)


def test_a_standard_discount_taken_off_the_total_is_kept() -> None:
    """UnitPrice 120,000, Discount 10, TotalPrice 108,000: ten percent off, for ever."""
    data = deal("1")
    line = data["OpportunityLineItem"]["records"][0]
    line.update(Discount=10.0, TotalPrice=108000.0, Discount_Percent__c=None, Discount_Until__c=None)
    data["Opportunity"]["Amount"] = 108000.0
    read_line = read(data).contract.lines[0]
    assert Decimal(120000) == read_line.price.amount
    assert [(Decimal(10), None)] == [(discount.percent, discount.until) for discount in read_line.discounts]


def test_a_negotiated_price_in_figures_needs_no_mapping() -> None:
    """A UnitPrice other than the ListPrice is what was sold, also where it is marked custom."""
    data = deal("1")
    data["OpportunityLineItem"]["records"][0].update(UnitPrice=99000.0, TotalPrice=99000.0, Custom_Price__c=True)
    data["Opportunity"]["Amount"] = 99000.0
    assert Decimal(99000) == read(data).contract.lines[0].price.amount


def test_an_agreed_quantity_is_read() -> None:
    """Per unit with an agreed quantity is not metered."""
    data = deal("1")
    line = data["OpportunityLineItem"]["records"][0]
    line.update(Pricing_Model__c="Per Unit", Quantity_Source__c="Agreed", Quantity=12.0, UnitPrice=10000.0)
    line.update(ListPrice=10000.0)
    read_line = read(data).contract.lines[0]
    assert ("per_unit", Decimal(12), False) == (read_line.price.kind, read_line.quantity, read_line.is_metered)


def test_every_clause_names_its_record() -> None:
    """Contract and lines carry the Salesforce ids and the file they came from."""
    data = deal("3")
    contract = read(data).contract
    assert ("salesforce", data["Contract"]["Id"], "deals/x.json") == (
        contract.source.system,
        contract.source.record,
        contract.source.file,
    )
    assert [row["Id"] for row in data["OpportunityLineItem"]["records"]] == [
        line.source.record for line in contract.lines
    ]


def test_a_line_without_a_key_takes_the_salesforce_id() -> None:
    """Line_Key__c is stable where the org keeps one; else the record's id is."""
    data = deal("1")
    line = data["OpportunityLineItem"]["records"][0]
    line["Line_Key__c"] = None
    assert line["Id"] == read(data).contract.lines[0].id
