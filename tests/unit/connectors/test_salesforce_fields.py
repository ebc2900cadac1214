"""Every field that intake reads, broken in every way: a finding with place, code and owner, and never an exception."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from billcore.connectors.salesforce import USED
from billcore.connectors.salesforce.fields import owner_of
from founding_book import deal, read, text_of

MARKER = 987654321
LINE, TIER, STEP = "OpportunityLineItem", "Price_Tier__c", "Milestone__c"

# Object -> the deal and the keys that lead to one of its records.
WHERE = {
    "Account": ("1", ("Account",)),
    "Opportunity": ("1", ("Opportunity",)),
    "Contract": ("1", ("Contract",)),
    LINE: ("1", (LINE, "records", 0)),
    "Product2": ("1", (LINE, "records", 0, "Product2")),
    TIER: ("3", (LINE, "records", 1, "Price_Tiers__r", "records", 1)),
    STEP: ("4", (LINE, "records", 1, "Milestones__r", "records", 1)),
}
# Fields that have to be broken where they are used.
ELSEWHERE = {
    "Included_Quantity__c": ("2", (LINE, "records", 1)),
    "Overage_Price__c": ("2", (LINE, "records", 1)),
    "Quantity_Source__c": ("3", (LINE, "records", 1)),
    "Price_Tiers__r": ("3", (LINE, "records", 1)),
    "Milestones__r": ("4", (LINE, "records", 1)),
    "Standalone_Price__c": ("4", (LINE, "records", 0)),
    "Is_Distinct__c": ("4", (LINE, "records", 0)),
    "Distinct_Reason__c": ("4", (LINE, "records", 0)),
}
# What a field that is not there or null is; every other field may be blank.
NEEDED = {
    "Account.Id": "field-missing",
    "Account.Name": "field-missing",
    "Account.CurrencyIsoCode": "field-missing",
    "Account.Tax_Jurisdiction__c": "tax-jurisdiction-missing",
    "Opportunity.AccountId": "field-missing",
    "Opportunity.IsClosed": "field-missing",
    "Opportunity.IsWon": "field-missing",
    "Opportunity.CurrencyIsoCode": "field-missing",
    "Contract.Id": "field-missing",
    "Contract.AccountId": "field-missing",
    "Contract.ContractNumber": "field-missing",
    "Contract.StartDate": "field-missing",
    "Contract.Status": "field-missing",
    "Contract.CurrencyIsoCode": "field-missing",
    "Contract.Legal_Entity__c": "legal-entity-unresolved",
    "Contract.Billing_Frequency__c": "billing-frequency-unknown",
    "Contract.Payment_Terms__c": "payment-terms-unknown",
    "Contract.Enforceable_Until__c": "enforceable-term-missing",
    "Contract.Enforceable_Reason__c": "reason-missing",
    f"{LINE}.Id": "field-missing",
    f"{LINE}.Product2": "sku-unknown",
    f"{LINE}.UnitPrice": "field-missing",
    f"{LINE}.Pricing_Model__c": "price-unmapped",
    f"{LINE}.Quantity_Source__c": "field-missing",
    f"{LINE}.Price_Tiers__r": "field-missing",
    f"{LINE}.Included_Quantity__c": "field-missing",
    f"{LINE}.Overage_Price__c": "field-missing",
    f"{LINE}.Discount_Percent__c": "field-missing",  # the deal has a day until which it lasts
    f"{LINE}.Billed__c": "billing-timing-unknown",
    f"{LINE}.Milestones__r": "milestones-missing",
    f"{LINE}.Revenue_Treatment__c": "revenue-treatment-missing",
    f"{LINE}.Revenue_Grain__c": "revenue-grain-missing",
    f"{LINE}.Standalone_Price__c": "ssp-missing",
    f"{LINE}.Is_Distinct__c": "field-missing",
    f"{LINE}.Distinct_Reason__c": "reason-missing",
    "Product2.ProductCode": "sku-unknown",
    f"{TIER}.Up_To__c": "tier-not-last-open",
    f"{TIER}.Unit_Price__c": "field-missing",
    f"{STEP}.Milestone_Key__c": "field-missing",
    f"{STEP}.Percent__c": "field-missing",
}
# Right type, wrong content.
MALFORMED = {
    "Account.Id": ("two words", "record-mismatch"),
    "Account.Customer_Key__c": ("two words", "text-malformed"),
    "Account.Name": ("a\u202eb", "text-hidden-character"),
    "Account.CurrencyIsoCode": ("usd", "currency-unknown"),
    "Account.Tax_Jurisdiction__c": ("US CA", "text-malformed"),
    "Account.VAT_Number__c": ("\u200b", "text-hidden-character"),
    "Account.BillingCity": ("a\u0007b", "text-hidden-character"),
    "Opportunity.AccountId": ("0010000000ELSE", "record-mismatch"),
    "Opportunity.Name": ("x" * 201, "text-malformed"),
    "Opportunity.CurrencyIsoCode": ("XQX", "currency-unknown"),
    "Opportunity.Amount": (5.0, "export-incomplete"),
    "Contract.Id": ("two words", "text-malformed"),
    "Contract.AccountId": ("0010000000ELSE", "record-mismatch"),
    "Contract.ContractNumber": ("C 1001", "text-malformed"),
    "Contract.Contract_Key__c": ("\uff23-1001", "text-malformed"),
    "Contract.StartDate": ("2026-02-30", "date-malformed"),
    "Contract.EndDate": ("20281231", "date-malformed"),
    "Contract.ContractTerm": (36.5, "term-malformed"),
    "Contract.Status": ("Draft", "contract-not-activated"),
    "Contract.CurrencyIsoCode": ("US$", "currency-unknown"),
    "Contract.Legal_Entity__c": ("FR01", "legal-entity-unresolved"),
    "Contract.Billing_Frequency__c": ("Fortnightly", "billing-frequency-unknown"),
    "Contract.Proration__c": ("Sometimes", "choice-unknown"),
    "Contract.Payment_Terms__c": ("Net 999", "payment-terms-unknown"),
    "Contract.Enforceable_Until__c": ("9999-12-31", "date-malformed"),
    "Contract.Enforceable_Reason__c": ("x", "value-malformed"),
    f"{LINE}.Id": ("two words", "text-malformed"),
    f"{LINE}.Line_Key__c": ("-line", "text-malformed"),
    f"{LINE}.Description": ("a\nb", "text-hidden-character"),
    f"{LINE}.CurrencyIsoCode": ("EUR", "currency-mismatch"),
    f"{LINE}.Quantity": (2.0, "quantity-unexpected"),
    f"{LINE}.UnitPrice": (-1.0, "number-negative"),
    f"{LINE}.ListPrice": (-1.0, "number-negative"),
    f"{LINE}.TotalPrice": (7.0, "price-contradictory"),
    f"{LINE}.Discount": (15.0, "price-contradictory"),
    f"{LINE}.ServiceDate": ("2025-06-01", "line-outside-term"),
    f"{LINE}.End_Date__c": ("2031-12-31", "line-outside-term"),
    f"{LINE}.Pricing_Model__c": ("Stairstep", "price-unmapped"),
    f"{LINE}.Price_Per__c": ("Decade", "billing-frequency-unknown"),
    f"{LINE}.Quantity_Source__c": ("Guessed", "choice-unknown"),
    f"{LINE}.Included_Quantity__c": (-5.0, "number-negative"),
    f"{LINE}.Overage_Price__c": (-0.05, "number-negative"),
    f"{LINE}.Discount_Percent__c": (120.0, "percent-out-of-range"),
    f"{LINE}.Discount_Until__c": ("soon", "date-malformed"),
    f"{LINE}.Billed__c": ("Later", "billing-timing-unknown"),
    f"{LINE}.Billing_Frequency__c": ("Fortnightly", "billing-frequency-unknown"),
    f"{LINE}.Revenue_Treatment__c": ("As Used", "treatment-not-allowed"),
    f"{LINE}.Revenue_Grain__c": ("Hourly", "choice-unknown"),
    f"{LINE}.Performance_Obligation__c": ("the obligation", "text-malformed"),
    f"{LINE}.Standalone_Price__c": (-6000.0, "number-negative"),
    f"{LINE}.Distinct_Reason__c": ("x", "value-malformed"),
    "Product2.ProductCode": ("NO-SUCH-SKU", "sku-unknown"),
    f"{TIER}.Up_To__c": (5.0, "tier-bounds-not-increasing"),
    f"{TIER}.Unit_Price__c": (-0.1, "number-negative"),
    f"{TIER}.Flat_Amount__c": (-1.0, "number-negative"),
    f"{STEP}.Milestone_Key__c": ("design", "id-repeated"),
    f"{STEP}.Percent__c": (31.0, "milestones-do-not-sum"),
}
ALL = [(kind, field) for kind, fields in USED.items() for field in fields]
# Two fields that only tell a reader something: nothing of the contract hangs on them, and they are not judged.
UNJUDGED = {"Opportunity.Id", "Opportunity.StageName"}
JUDGED = [case for case in ALL if ".".join(case) not in UNJUDGED]
NUMBERS = {
    "Amount",
    "ContractTerm",
    "Quantity",
    "UnitPrice",
    "ListPrice",
    "TotalPrice",
    "Discount",
    "Included_Quantity__c",
}
NUMBERS |= {
    "Overage_Price__c",
    "Discount_Percent__c",
    "Standalone_Price__c",
    "Up_To__c",
    "Unit_Price__c",
    "Flat_Amount__c",
}
NUMBERS |= {"Percent__c"}


def _place(kind: str, field: str):
    name, keys = ELSEWHERE.get(field, WHERE[kind]) if kind == LINE else WHERE[kind]
    data = deal(name)
    record = data
    for key in keys:
        record = record[key]
    return data, record


def _line_of(data: object, token: str) -> int:
    lines = [index for index, line in enumerate(text_of(data).split("\n"), 1) if token in line]
    assert len(lines) == 1, token
    return lines[0]


def _check(reading, code: str | None, kind: str, field: str) -> None:
    assert reading.contract is None
    assert reading.is_held
    assert reading.findings
    for finding in reading.findings:
        assert all((finding.file, finding.line, finding.column, finding.found, finding.expected))
    if code is not None:
        assert {code} == {finding.code for finding in reading.findings}


@pytest.mark.parametrize(("kind", "field"), JUDGED)
def test_a_field_of_the_wrong_type_is_found_where_it_stands(kind: str, field: str) -> None:
    """A text where a number belongs, a number where anything else does: its line, its column, its owner."""
    data, record = _place(kind, field)
    record[field] = f"text {MARKER}" if field in NUMBERS else MARKER
    reading = read(data)
    _check(reading, None, kind, field)
    line = _line_of(data, str(MARKER))
    here = [finding for finding in reading.findings if finding.line == line]
    assert here
    # A child relationship that is no query result is the export's fault, not that of who fills it.
    owner = "engineering" if field.endswith("__r") else owner_of(kind, field)
    assert {owner} == {finding.owner for finding in here}
    assert here[0].path.endswith(field)
    written = text_of(data).split("\n")[line - 1]
    assert written.index(": ") + 3 == here[0].column


@pytest.mark.parametrize("wrong", [[], {}, True, [{"a": [1]}]], ids=["list", "object", "true", "nested"])
@pytest.mark.parametrize(("kind", "field"), JUDGED)
def test_a_field_of_any_other_type_holds_the_deal(kind: str, field: str, wrong: object) -> None:
    """A list, an object or a boolean in a field is never taken for its value."""
    if wrong is True and field in ("IsClosed", "IsWon", "Custom_Price__c", "Is_Distinct__c"):
        wrong = 1.5
    data, record = _place(kind, field)
    record[field] = wrong
    _check(read(data), None, kind, field)


def _absent() -> Iterator[tuple[str, str, str]]:
    for kind, field in ALL:
        for way in ("absent", "null", "blank"):
            yield kind, field, way


@pytest.mark.parametrize(("kind", "field", "way"), list(_absent()))
def test_a_field_without_a_value(kind: str, field: str, way: str) -> None:
    """A needed field that is absent, null or blank is found with its code and owner; another may be empty.

    A custom field is never absent in silence: that is drift of the schema, whether it is needed or not.
    """
    data, record = _place(kind, field)
    if way == "absent":
        record.pop(field, None)
    else:
        record[field] = None if way == "null" else "  "
    reading = read(data)
    if way == "absent" and field.endswith(("__c", "__r")):
        _check(reading, "schema-drift", kind, field)
        (found,) = reading.findings
        assert ("engineering", f"no field {field}") == (found.owner, found.found)
        assert "map the new name in FieldMap" in found.hint
        return
    code = NEEDED.get(f"{kind}.{field}")
    if code is None:
        assert reading.findings == ()
        assert reading.contract is not None
        return
    _check(reading, code, kind, field)
    found = next(finding for finding in reading.findings if finding.code == code)
    assert owner_of(kind, field) == found.owner
    if way == "absent":
        assert "map its name in the field map" in found.hint


@pytest.mark.parametrize("case", sorted(MALFORMED))
def test_a_field_of_the_right_type_with_the_wrong_content(case: str) -> None:
    """Wrong content is found with the code that says what is wrong."""
    kind, field = case.split(".")
    value, code = MALFORMED[case]
    data, record = _place(kind, field)
    record[field] = value
    if field == "TotalPrice":
        data["Opportunity"]["Amount"] = None  # it would disagree as well
    _check(read(data), code, kind, field)


def test_every_judged_field_has_a_case_of_wrong_content() -> None:
    """No field that is read goes without a case above, but for those whose every content of the type is right."""
    free = {"BillingStreet", "BillingPostalCode", "BillingState", "BillingCountry", "IsClosed", "IsWon", "Product2"}
    free |= {"Custom_Price__c", "Custom_Price_Note__c", "Price_Tiers__r", "Milestones__r", "Is_Distinct__c"}
    assert [
        f"{kind}.{field}" for kind, field in JUDGED if f"{kind}.{field}" not in MALFORMED and field not in free
    ] == []


def test_all_problems_of_a_deal_come_at_once() -> None:
    """Twelve mistakes in one deal are twelve findings, in the order of the file."""
    data = deal("4")
    data["Account"]["CurrencyIsoCode"] = "EUR"
    data["Contract"].update(StartDate="tomorrow", Legal_Entity__c="XX", Payment_Terms__c="later")
    data["Contract"].update(Enforceable_Reason__c=None)
    setup, project = data[LINE]["records"]
    setup.update(
        Standalone_Price__c=None, Distinct_Reason__c=None, Is_Distinct__c=False, Revenue_Treatment__c="Ratable"
    )
    setup.update(Revenue_Grain__c=None, Billed__c="Soon")
    project["Product2"]["ProductCode"] = "NOPE"
    project["Milestones__r"]["records"][0]["Percent__c"] = 20.0
    reading = read(data)
    codes = {finding.code for finding in reading.findings}
    assert {
        "currency-mismatch",
        "date-malformed",
        "legal-entity-unresolved",
        "payment-terms-unknown",
        "reason-missing",
        "ssp-missing",
        "judgement-missing",
        "revenue-grain-missing",
        "billing-timing-unknown",
        "sku-unknown",
        "milestones-do-not-sum",
    } == codes
    places = [(finding.line, finding.column) for finding in reading.findings]
    assert sorted(places) == places


@pytest.mark.parametrize(
    "names",
    [("Discount_Percent__c", "Discount_Until__c"), ("Price_Per__c",), ("Custom_Price__c", "Quantity_Source__c")],
)
def test_a_renamed_optional_field_holds_the_deal(names: tuple[str, ...]) -> None:
    """What was agreed under the old name is not billed as if nothing had been agreed; the new name is told too."""
    data, record = _place(LINE, "Price_Per__c")
    for name in names:
        record[f"New_{name}"] = record.pop(name) or 1.0
    reading = read(data)
    assert reading.contract is None
    told = {(finding.code, finding.severity, finding.found.split(",")[0]) for finding in reading.findings}
    assert {("schema-drift", "error", f"no field {name}") for name in names} <= told
    assert {("field-unclaimed", "warning", f"the field New_{name}") for name in names} <= told
    assert 2 * len(names) == len(told)


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("Account", ()),
        ("Opportunity", ()),
        ("Contract", ()),
        (LINE, ("records", 0)),
        (LINE, ("records", 0, "Product2")),
        (LINE, ("records", 1, "Price_Tiers__r", "records", 0)),
    ],
)
def test_an_unknown_custom_field_with_a_value_is_a_warning(kind: str, keys: tuple[str | int, ...]) -> None:
    """Money can hide in a field that no one reads: it is told where it stands, and the deal still goes."""
    data = deal("3")
    record = data[kind]
    for key in keys:
        record = record[key]
    record["Ramp_Price__c"] = 90000.0
    record["Nothing__c"] = None
    reading = read(data)
    assert reading.contract is not None
    (told,) = reading.findings
    assert ("field-unclaimed", "warning", "engineering") == (told.code, told.severity, told.owner)
    assert _line_of(data, "Ramp_Price__c") == told.line


def test_a_deal_that_is_not_won_is_not_held_by_its_fields() -> None:
    """A deal that is not billed needs no field of billing."""
    data = deal("1")
    data["Opportunity"]["IsWon"] = False
    del data["Contract"]["Payment_Terms__c"]
    assert ["deal-not-closed"] == [finding.code for finding in read(data).findings]
