"""Every way a file of the founding book is broken on purpose, as data: which place, what stands there, what is told."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

USAGE, DELIVERIES, PAYMENTS = "usage.csv", "deliveries.csv", "payments.csv"
TAX, CHART, ACCESS, MAPPING = "tax.csv", "chart.csv", "gl_access.csv", "gl_mapping.csv"
CATALOGUE, ENTITIES, HEAD = "catalogue.toml", "entities.toml", "gl_mapping.toml"
HALCYON, LARKSPUR = "deals/1-halcyon-three-years.json", "deals/3-larkspur-platform-and-api.json"
PINECREST, KESSLER = "deals/4-pinecrest-setup-and-project.json", "deals/2-kessler-germany.json"
FINANCE = (CATALOGUE, ENTITIES, TAX, CHART, ACCESS, MAPPING, HEAD)
TABLES = (USAGE, DELIVERIES, PAYMENTS, TAX, CHART, ACCESS, MAPPING)
FILES = (*FINANCE, USAGE, DELIVERIES, PAYMENTS, LARKSPUR)


class Break(NamedTuple):
    """One mistake: the text that replaces another once, or a cell of line 3 of a table."""

    file: str
    place: str  # a column of a table, a path of a TOML file, the end of a path of a deal
    value: str
    code: str
    old: str = ""

    def __str__(self) -> str:
        return ascii(f"{Path(self.file).name} {self.place} {self.value}")[1:-1]

    def apply(self, folder: Path) -> None:
        """Make the mistake."""
        path = folder / self.file
        text = path.read_text(encoding="utf-8")
        if self.old:
            assert self.old in text, self
            path.write_text(text.replace(self.old, self.value, 1), encoding="utf-8")
            return
        rows = list(csv.reader(io.StringIO(text)))
        rows[2][rows[0].index(self.place)] = self.value
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerows(rows)
        path.write_text(written.getvalue(), encoding="utf-8")

    def line(self, folder: Path) -> int:
        """The line of the mistake, after it was made."""
        if not self.old:
            return 3
        text = (folder / self.file).read_text(encoding="utf-8")
        return text[: text.index(self.value)].count("\n") + 1


CELLS = [
    *(
        Break(USAGE, column, value, code)
        for column, value, code in [
            ("contract", "", "cell-empty"),
            ("contract", "C 1003", "text-malformed"),
            ("line", "", "cell-empty"),
            ("line", "api calls", "text-malformed"),
            ("period", "", "cell-empty"),
            ("period", "2025-13", "date-malformed"),
            ("period", "Apr 2025", "date-malformed"),
            ("quantity", "", "cell-empty"),
            ("quantity", "48,702", "number-malformed"),
            ("quantity", "1e3", "number-malformed"),
            ("quantity", "NaN", "number-malformed"),
            ("quantity", "-1", "number-negative"),
            ("quantity", "9" * 19, "number-too-large"),
            ("is_complete", "", "cell-empty"),
            ("is_complete", "maybe", "choice-unknown"),
        ]
    ),
    *(
        Break(DELIVERIES, column, value, code)
        for column, value, code in [
            ("contract", "", "cell-empty"),
            ("contract", "C-1004 ", "text-malformed"),
            ("line", "", "cell-empty"),
            ("line", "pro ject", "text-malformed"),
            ("milestone", "de sign", "text-malformed"),
            ("on", "", "cell-empty"),
            ("on", "2026-04-31", "date-malformed"),
            ("on", "15.04.2026", "date-malformed"),
            ("reference", "signed \u202e", "text-hidden-character"),
        ]
    ),
    *(
        Break(PAYMENTS, column, value, code)
        for column, value, code in [
            ("id", "", "field-missing"),
            ("id", "P 2", "text-malformed"),
            ("entity", "", "field-missing"),
            ("entity", "DE 01", "text-malformed"),
            ("bank_reference", "", "field-missing"),
            ("bank_reference", "\u202e", "text-hidden-character"),
            ("value_date", "", "field-missing"),
            ("value_date", "26.01.2026", "date-malformed"),
            ("value_date", "20260126", "date-malformed"),
            ("currency", "EURO", "text-malformed"),
            ("amount", "42.840,00", "number-malformed"),
            ("amount", "-5.00", "payment-not-positive"),
            ("amount", "0", "payment-not-positive"),
            ("amount", "1.001", "amount-too-fine"),
            ("reference", "a\u0007b", "text-hidden-character"),
            ("payer", "\u202e", "text-hidden-character"),
        ]
    ),
    *(
        Break(TAX, column, value, code)
        for column, value, code in [
            ("id", "", "field-missing"),
            ("id", "DE-software-16", "id-repeated"),
            ("jurisdiction", "", "field-missing"),
            ("jurisdiction", "D E", "text-malformed"),
            ("tax_class", "", "field-missing"),
            ("tax_class", "soft ware", "text-malformed"),
            ("name", "", "field-missing"),
            ("rate", "", "field-missing"),
            ("rate", "19%", "number-malformed"),
            ("rate", "-19", "percent-out-of-range"),
            ("rate", "101", "percent-out-of-range"),
            ("valid_from", "", "field-missing"),
            ("valid_from", "1.1.2021", "date-malformed"),
            ("valid_from", "20210101", "date-malformed"),
            ("valid_from", "2020-12-31", "tax-rows-overlap"),
            ("valid_to", "soon", "date-malformed"),
            ("valid_to", "2021-01-01", "interval-empty"),
            ("reason", "\u0007", "text-hidden-character"),
        ]
    ),
    *(
        Break(CHART, column, value, code)
        for column, value, code in [
            ("entity", "", "field-missing"),
            ("entity", "US 01", "text-malformed"),
            ("account", "", "field-missing"),
            ("account", "12 00", "text-malformed"),
            ("account", "1010", "account-repeated"),
            ("name", "", "field-missing"),
            ("type", "", "field-missing"),
            ("type", "assets", "choice-unknown"),
            ("is_postable", "ja", "value-malformed"),
            ("is_control", "2", "value-malformed"),
            ("is_active", "maybe", "value-malformed"),
            ("currency", "EURO", "currency-unknown"),
        ]
    ),
    *(
        Break(ACCESS, column, value, code)
        for column, value, code in [
            ("event", "", "choice-unknown"),
            ("event", "invoice_issue", "choice-unknown"),
            ("role", "", "choice-unknown"),
            ("role", "receivabel", "choice-unknown"),
            ("step", "", "number-malformed"),
            ("step", "one", "number-malformed"),
            ("keys", "", "choice-unknown"),
            ("keys", "entity+moon", "choice-unknown"),
            ("keys", "product_class", "access-without-entity"),
        ]
    ),
    *(
        Break(MAPPING, column, value, code)
        for column, value, code in [
            ("id", "", "field-missing"),
            ("id", "I D", "text-malformed"),
            ("event", "", "field-missing"),
            ("event", "invoice", "choice-unknown"),
            ("role", "receivables", "choice-unknown"),
            ("entity", "", "field-missing"),
            ("entity", "*", "mapping-wildcard"),
            ("entity", "DE01|DE01", "value-repeated"),
            ("product_class", "a b", "text-malformed"),
            ("revenue_treatment", "any", "mapping-wildcard"),
            ("tax_jurisdiction", "D E", "text-malformed"),
            ("tax_row", "D E", "text-malformed"),
            ("account", "", "mapping-row-without-account"),
            ("account", "12 00", "text-malformed"),
            ("effective_from", "", "field-missing"),
            ("effective_from", "2020-13-01", "date-malformed"),
            ("effective_from", "20200101", "date-malformed"),
            ("effective_to", "soon", "date-malformed"),
            ("effective_to", "2019-01-01", "period-ends-before-start"),
            ("note", "\u0007", "text-hidden-character"),
            ("id", "INV-receivable-US01", "id-repeated"),
            ("entity", "US01", "mapping-rows-overlap"),
            ("tax_row", "DE-software-19", "mapping-row-outside-access"),
        ]
    ),
]

FIELDS = [
    Break(CATALOGUE, "products[0].sku", 'sku = "EN TERPRISE"', "text-malformed", 'sku = "ENTERPRISE"'),
    Break(CATALOGUE, "products[0].name", "name = 7", "text-malformed", 'name = "Enterprise subscription"'),
    Break(CATALOGUE, "products[0].product_class", "", "field-missing", 'product_class = "subscription"\n'),
    Break(CATALOGUE, "products[0].tax_class", 'tax_class = ""', "text-malformed", 'tax_class = "software"'),
    Break(
        CATALOGUE,
        "products[0].treatments[0]",
        'treatments = ["sometimes"]',
        "choice-unknown",
        'treatments = ["ratable"]',
    ),
    Break(CATALOGUE, "products[0].treatments", "treatments = 1", "list-malformed", 'treatments = ["ratable"]'),
    Break(CATALOGUE, "products[0].entities[1]", '["US01", 7]', "text-malformed", '["US01", "DE01"]'),
    Break(CATALOGUE, "products[6].is_active", 'is_active = "no!"', "value-malformed", "is_active = false"),
    Break(CATALOGUE, "products[0].color", 'color = "red"\nsku = "E', "field-unknown", 'sku = "E'),
    Break(CATALOGUE, "product", "[[product]]", "field-unknown", "[[products]]"),
    Break(ENTITIES, "entities[0].id", 'id = "US 01"', "text-malformed", 'id = "US01"'),
    Break(ENTITIES, "entities[1].id", 'id = "US01"', "id-repeated", 'id = "DE01"'),
    Break(ENTITIES, "entities[0].name", "name = []", "text-malformed", 'name = "Northgate Software Inc."'),
    Break(ENTITIES, "entities[0].country", 'country = "USA"', "text-malformed", 'country = "US"'),
    Break(ENTITIES, "entities[1].currency", 'currency = "EURO"', "currency-unknown", 'currency = "EUR"'),
    Break(ENTITIES, "entities[1].currency", 'currency = "XXZ"', "currency-unknown", 'currency = "EUR"'),
    Break(ENTITIES, "entities[1].zone", 'zone = "+01:00"', "zone-unknown", 'zone = "Europe/Berlin"'),
    Break(ENTITIES, "entities[0].tax_id", "tax_id = 47", "text-malformed", 'tax_id = "EIN 47-1234567"'),
    Break(ENTITIES, "entities[0].address[1]", '7, "US"]', "text-malformed", '"New York, NY 10013", "US"]'),
    Break(ENTITIES, "entities[0].invoice_prefix", "", "field-missing", 'invoice_prefix = "US01-INV-"\n'),
    Break(ENTITIES, "entities[1].invoice_prefix", '"US01-INV-"', "prefix-repeated", '"DE01-RE-"'),
    Break(ENTITIES, "entities[1].credit_memo_prefix", '"DE01-RE-"', "prefix-repeated", '"DE01-GS-"'),
    Break(HEAD, "id", 'id = "mapping 2020"', "text-malformed", 'id = "mapping-2020-1"'),
    Break(HEAD, "effective_from", 'effective_from = "soon"', "date-malformed", "effective_from = 2020-01-01"),
    Break(HEAD, "effective_from", "effective_from = 20200101", "date-malformed", "effective_from = 2020-01-01"),
    Break(HEAD, "author", "author = 1", "text-malformed", 'author = "m.okafor"'),
    Break(HEAD, "", 'approver = "M.Okafor"', "mapping-needs-two-people", 'approver = "j.lindqvist"'),
    Break(HEAD, "approver", "", "field-missing", 'approver = "j.lindqvist"\n'),
    Break(HEAD, "reason", 'reason = ""', "value-malformed", ""),
]
FIELDS[-1] = FIELDS[-1]._replace(
    old='reason = "First mapping of both entities, reviewed against the charts of accounts."'
)

# One of each kind of field: number, date, picklist, flag, text, reference, query result, record.
DEALS = [
    Break(LARKSPUR, "UnitPrice", '"UnitPrice": "1.200,00"', "number-malformed", '"UnitPrice": 1200.0'),
    Break(LARKSPUR, "UnitPrice", '"UnitPrice": -1200.0', "number-negative", '"UnitPrice": 1200.0'),
    Break(LARKSPUR, "UnitPrice", '"UnitPrice": true', "number-malformed", '"UnitPrice": 1200.0'),
    Break(LARKSPUR, "UnitPrice", '"UnitPrice": 1e40', "number-malformed", '"UnitPrice": 1200.0'),
    Break(LARKSPUR, "Quantity", '"Quantity": 1.0000000000001', "number-too-large", '"Quantity": 1.0'),
    Break(LARKSPUR, "Up_To__c", '"Up_To__c": "ten"', "number-malformed", '"Up_To__c": 10000.0'),
    Break(LARKSPUR, "StartDate", '"StartDate": "03/01/2025"', "date-malformed", '"StartDate": "2025-03-01"'),
    Break(LARKSPUR, "StartDate", '"StartDate": 20250301', "text-malformed", '"StartDate": "2025-03-01"'),
    Break(LARKSPUR, "EndDate", '"EndDate": "2026-02-30"', "date-malformed", '"EndDate": "2026-02-28"'),
    Break(LARKSPUR, "EndDate", '"EndDate": "2024-02-28"', "term-contradictory", '"EndDate": "2026-02-28"'),
    Break(LARKSPUR, "IsWon", '"IsWon": "yes"', "flag-malformed", '"IsWon": true'),
    Break(LARKSPUR, "IsClosed", '"IsClosed": 1', "flag-malformed", '"IsClosed": true'),
    Break(LARKSPUR, "Custom_Price__c", '"Custom_Price__c": "no"', "flag-malformed", '"Custom_Price__c": false'),
    Break(
        LARKSPUR,
        "Billing_Frequency__c",
        '"Billing_Frequency__c": "Moonly"',
        "billing-frequency-unknown",
        '"Billing_Frequency__c": "Monthly"',
    ),
    Break(LARKSPUR, "Billed__c", '"Billed__c": "Never"', "billing-timing-unknown", '"Billed__c": "In Arrears"'),
    Break(
        LARKSPUR,
        "Payment_Terms__c",
        '"Payment_Terms__c": "Net soon"',
        "payment-terms-unknown",
        '"Payment_Terms__c": "Net 30"',
    ),
    Break(LARKSPUR, "AccountId", '"AccountId": null', "field-missing", '"AccountId": "0018d000000Fb014AA"'),
    Break(LARKSPUR, "AccountId", '"AccountId": "001"', "record-mismatch", '"AccountId": "0018d000000Fb014AA"'),
    Break(LARKSPUR, "ContractNumber", '"ContractNumber": "C 1003"', "text-malformed", '"ContractNumber": "C-1003"'),
    Break(LARKSPUR, "CurrencyIsoCode", '"CurrencyIsoCode": "US$"', "currency-unknown", '"CurrencyIsoCode": "USD"'),
    Break(LARKSPUR, "Status", '"Status": "Draft"', "contract-not-activated", '"Status": "Activated"'),
    Break(LARKSPUR, "totalSize", '"totalSize": 9', "export-incomplete", '"totalSize": 2'),
    Break(LARKSPUR, "done", '"done": false', "export-incomplete", '"done": true'),
    Break(
        LARKSPUR, "Product2", '"Product2": "PLATFORM"', "record-malformed", '"Product2": {"ProductCode": "PLATFORM"}'
    ),
    Break(LARKSPUR, "Name", '"Name": "a\\u202eb"', "text-hidden-character", '"Name": "Larkspur Analytics Inc."'),
    Break(LARKSPUR, "UnitPrice", '"UnitPrice": NaN', "number-not-finite", '"UnitPrice": 1200.0'),
    Break(LARKSPUR, "EndDate", '"EndDate": "2026-02-28", "EndDate": "2027"', "key-repeated", '"EndDate": "2026-02-28"'),
]


def json_of(text: str) -> Any:
    """Read what the command printed; numbers with a fraction never stand in it."""

    def refuse(number: str) -> Any:
        raise AssertionError(number)

    return json.loads(text, parse_float=refuse)
