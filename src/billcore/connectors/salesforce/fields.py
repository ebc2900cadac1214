"""Which fields of a Salesforce org the intake reads, who mends each, and how a renamed field is mapped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import model_validator

from billcore.core.document import Document, problem
from billcore.core.fields import Identifier, Items, Note, optional
from billcore.core.findings import Owner

# Object -> field -> who mends it. Custom fields end in __c, child relationships in __r, as in Salesforce.
USED: Mapping[str, Mapping[str, Owner]] = {
    "Account": {
        "Id": "engineering",
        "Customer_Key__c": "sales",
        "Name": "sales",
        "CurrencyIsoCode": "sales",
        "Tax_Jurisdiction__c": "finance",
        "VAT_Number__c": "finance",
        "BillingStreet": "sales",
        "BillingPostalCode": "sales",
        "BillingCity": "sales",
        "BillingState": "sales",
        "BillingCountry": "sales",
    },
    "Opportunity": {
        "Id": "engineering",
        "AccountId": "engineering",
        "Name": "sales",
        "StageName": "sales",
        "IsClosed": "sales",
        "IsWon": "sales",
        "Amount": "sales",
        "CurrencyIsoCode": "sales",
    },
    "Contract": {
        "Id": "engineering",
        "AccountId": "engineering",
        "ContractNumber": "sales",
        "Contract_Key__c": "sales",
        "StartDate": "sales",
        "EndDate": "sales",
        "ContractTerm": "sales",
        "Status": "sales",
        "CurrencyIsoCode": "sales",
        "Legal_Entity__c": "finance",
        "Billing_Frequency__c": "billing",
        "Proration__c": "billing",
        "Payment_Terms__c": "finance",
        "Enforceable_Until__c": "finance",
        "Enforceable_Reason__c": "finance",
    },
    "OpportunityLineItem": {
        "Id": "engineering",
        "Line_Key__c": "sales",
        "Product2": "product",
        "Description": "sales",
        "CurrencyIsoCode": "sales",
        "Quantity": "sales",
        "UnitPrice": "sales",
        "ListPrice": "sales",
        "TotalPrice": "sales",
        "Discount": "sales",
        "ServiceDate": "sales",
        "End_Date__c": "sales",
        "Pricing_Model__c": "sales",
        "Price_Per__c": "sales",
        "Quantity_Source__c": "sales",
        "Price_Tiers__r": "sales",
        "Included_Quantity__c": "sales",
        "Overage_Price__c": "sales",
        "Discount_Percent__c": "sales",
        "Discount_Until__c": "sales",
        "Custom_Price__c": "sales",
        "Custom_Price_Note__c": "sales",
        "Billed__c": "billing",
        "Billing_Frequency__c": "billing",
        "Milestones__r": "billing",
        "Revenue_Treatment__c": "finance",
        "Revenue_Grain__c": "finance",
        "Performance_Obligation__c": "finance",
        "Standalone_Price__c": "finance",
        "Is_Distinct__c": "finance",
        "Distinct_Reason__c": "finance",
    },
    "Product2": {"ProductCode": "product"},
    "Price_Tier__c": {"Up_To__c": "sales", "Unit_Price__c": "sales", "Flat_Amount__c": "sales"},
    "Milestone__c": {"Milestone_Key__c": "billing", "Percent__c": "billing"},
}


class RenamedField(Document):
    """One field that an org calls otherwise.

    Attributes:
        object: API name of the object, one of `USED`.
        field: The field's name here, one of the object's in `USED`.
        name: The field's API name in the org.
        reason: Why, for the reviewer.
    """

    object: Identifier
    field: Identifier
    name: Identifier
    reason: Note = ""

    @model_validator(mode="after")
    def _is_used(self) -> Self:
        if self.field not in USED.get(self.object, {}):
            raise problem("field-unknown", found=f"{self.object}.{self.field}", expected="a field that intake reads")
        return self


class FieldMap(Document):
    """The fields of one org, versioned: a field renamed in the org is mapped here and held deals are read again.

    Attributes:
        id, version: Which map a deal was read with.
        renamed: Fields that the org calls otherwise; all others have the names of `USED`.
    """

    id: Identifier
    version: int = 1
    renamed: Items[RenamedField] = optional(default=())

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        keys = [(row.object, row.field) for row in self.renamed]
        if len(set(keys)) < len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise problem("id-repeated", found=f"{'.'.join(twice)} twice", expected="each field once")
        return self

    def name_of(self, kind: str, field: str) -> str:
        """The field's API name in the org."""
        for row in self.renamed:
            if row.object == kind and row.field == field:
                return row.name
        return field


DEFAULT_FIELDS = FieldMap(id="salesforce-default")


def is_custom(field: str) -> bool:
    """Whether an org made the field, and so can rename or remove it."""
    return field.endswith(("__c", "__r"))


def owner_of(kind: str, field: str) -> Owner:
    """Who mends a field."""
    return USED.get(kind, {}).get(field, "engineering")
