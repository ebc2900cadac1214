"""The founding book: four deals of two legal entities, and one that must not bill, built by our own documents.

Every later test may stand on it: ``book()`` is what was agreed, ``happened()`` what came to pass, and the figures that
must come out are in rules 5, 7 and 8 (price 336,000; revenue 112,000 a year; invoices 96, 120 and 120 thousand).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

from billcore.cash.payment import Payment
from billcore.contract.catalogue import Catalogue, Product
from billcore.contract.contract import Contract
from billcore.contract.facts import DeliveryFact, Facts, UsageFact
from billcore.contract.lines import ContractLine
from billcore.contract.measures import AsUsed, Milestone, Milestones, PointInTime, Ratable
from billcore.contract.parties import Customer, LegalEntity
from billcore.contract.terms import EnforceableTerm, Judgement, NetDays, StandalonePrice
from billcore.engine.book import Book, Happened, Standing
from billcore.engine.closing import BookRun, run_book
from billcore.gl.access import AccessSequence, AccessStep
from billcore.gl.accounts import Account, Chart
from billcore.gl.mapping import GLMapping
from billcore.gl.rows import MappingRow
from billcore.invoice.tax import TaxRow, TaxTable
from billcore.money.amount import Amount
from billcore.periods.period import Period
from billcore.pricing.discounts import PercentOff
from billcore.pricing.documents import Flat, Graduated, PerUnit, Tier

GO_LIVE = date(2026, 1, 1)
LAST_DAY = date(2028, 12, 31)
REASON = "No termination for convenience; full fee due on early exit"
TREATMENTS = ["ratable", "point_in_time", "as_used", "milestones"]
ENTITIES = ["US01", "DE01"]

ACCOUNTS = [
    ("1000", "Bank", "asset"),
    ("1200", "Accounts receivable", "asset"),
    ("1250", "Unbilled receivable", "asset"),
    ("1300", "Contract asset", "asset"),
    ("2200", "Tax payable", "liability"),
    ("2400", "Deferred revenue", "liability"),
    ("2500", "Unapplied cash", "liability"),
    ("2510", "Unidentified cash", "liability"),
    ("4000", "Subscription revenue", "income"),
    ("4100", "Usage revenue", "income"),
    ("4200", "Services revenue", "income"),
]
CELLS = ("contract_liability", "contract_asset", "unbilled_receivable")
ROLE_ACCOUNTS = {
    "receivable": "1200",
    "unbilled_receivable": "1250",
    "contract_asset": "1300",
    "tax_payable": "2200",
    "contract_liability": "2400",
    "cash": "1000",
    "unapplied_cash": "2500",
    "unidentified_cash": "2510",
}
ROLES_OF_EVENT = {
    "invoice_issued": ("receivable", "tax_payable", *CELLS),
    "credit_memo_issued": ("receivable", "tax_payable", *CELLS),
    "revenue_recognized": CELLS,
    "presentation": CELLS,
    "cash_received": ("cash", "receivable", "unapplied_cash", "unidentified_cash"),
}
REVENUE_ACCOUNTS = {"subscription": "4000", "usage": "4100", "services": "4200"}


def entities() -> list[LegalEntity]:
    """The two legal entities that sell."""
    return [
        LegalEntity(
            id="US01",
            name="Example Software, Inc.",
            country="US",
            currency="USD",
            zone="America/New_York",
            tax_id="EIN 12-3456789",
            address=["500 Example Street", "Wilmington, DE 19801", "USA"],
            invoice_prefix="US01-INV-",
            credit_memo_prefix="US01-CM-",
        ),
        LegalEntity(
            id="DE01",
            name="Example Software GmbH",
            country="DE",
            currency="EUR",
            zone="Europe/Berlin",
            tax_id="DE123456789",
            address=["Musterstraße 1", "10115 Berlin", "Germany"],
            invoice_prefix="DE01-RE-",
            credit_memo_prefix="DE01-GS-",
        ),
    ]


def customers() -> list[Customer]:
    """Who owes."""
    return [
        Customer(
            id="acme",
            name="Acme Corporation",
            currency="USD",
            tax_jurisdiction="US-DE",
            address=["1 Acme Plaza", "Dover, DE 19901", "USA"],
        ),
        Customer(
            id="globex",
            name="Globex LLC",
            currency="USD",
            tax_jurisdiction="US-DE",
            address=["22 Globex Way", "Newark, DE 19711", "USA"],
        ),
        Customer(
            id="nordwind",
            name="Nordwind Maschinenbau GmbH",
            currency="EUR",
            tax_jurisdiction="DE",
            tax_id="DE987654321",
            address=["Hafenweg 9", "20457 Hamburg", "Germany"],
        ),
    ]


def catalogue() -> Catalogue:
    """What can be sold."""
    rows = [
        ("PLATFORM", "Platform subscription", "subscription", "saas"),
        ("API", "API calls", "usage", "saas"),
        ("SETUP", "Setup", "services", "services"),
        ("ROLLOUT", "Rollout project", "services", "services"),
    ]
    return Catalogue(
        products=[
            Product(sku=sku, name=name, product_class=kind, tax_class=tax, treatments=TREATMENTS, entities=ENTITIES)
            for sku, name, kind, tax in rows
        ]
    )


def taxes() -> TaxTable:
    """No sales tax in Delaware, 19 % in Germany."""
    return TaxTable(
        rows=[
            *(
                TaxRow(
                    id=f"us-de-{kind}",
                    jurisdiction="US-DE",
                    tax_class=kind,
                    name="Sales tax",
                    rate="0",
                    valid_from=date(2020, 1, 1),
                    reason="not-taxable",
                )
                for kind in ("saas", "services")
            ),
            *(
                TaxRow(
                    id=f"de-19-{kind}",
                    jurisdiction="DE",
                    tax_class=kind,
                    name="VAT 19 %",
                    rate="19",
                    valid_from=date(2021, 1, 1),
                )
                for kind in ("saas", "services")
            ),
        ]
    )


def chart() -> Chart:
    """The same accounts in both entities."""
    return Chart(
        accounts=[
            Account(entity=entity, number=number, name=name, type=kind)
            for entity, (number, name, kind) in product(ENTITIES, ACCOUNTS)
        ]
    )


def mapping() -> GLMapping:
    """Revenue by product class, everything else by entity."""
    plain = [(event, role) for event, roles in ROLES_OF_EVENT.items() for role in roles]
    sequences = [_sequence(event, role, "entity") for event, role in plain]
    sequences.append(_sequence("revenue_recognized", "revenue", "entity", "product_class"))
    rows = [
        MappingRow(
            id=f"{event}.{role}",
            event=event,
            role=role,
            entity=ENTITIES,
            account=ROLE_ACCOUNTS[role],
            effective_from=GO_LIVE,
        )
        for event, role in plain
    ]
    rows += [
        MappingRow(
            id=f"revenue.{kind}",
            event="revenue_recognized",
            role="revenue",
            entity=ENTITIES,
            product_class=kind,
            account=account,
            effective_from=GO_LIVE,
        )
        for kind, account in REVENUE_ACCOUNTS.items()
    ]
    return GLMapping(
        id="main",
        effective_from=GO_LIVE,
        author="Ada",
        approver="Grace",
        reason="go-live",
        sequences=sequences,
        rows=rows,
    )


def _sequence(event: Any, role: Any, *keys: Any) -> AccessSequence:
    return AccessSequence(event=event, role=role, steps=[AccessStep(keys=keys)])


def term(start: date, end: date) -> dict[str, Any]:
    """The term of a contract, all of it enforceable."""
    whole = Period(start=start, end=end)
    return {"term": whole, "enforceable": EnforceableTerm(period=whole, reason=REASON)}


def three_year_deal() -> Contract:
    """120,000 a year for three years, 20 % off the first: price 336,000, invoices 96, 120 and 120 thousand."""
    return Contract(
        id="C-1001",
        name="Acme platform, three years",
        customer="acme",
        entity="US01",
        currency="USD",
        billed_every="year",
        payment_terms=NetDays(days=30),
        **term(date(2026, 1, 1), date(2029, 1, 1)),
        lines=[
            ContractLine(
                id="platform",
                sku="PLATFORM",
                name="Platform subscription",
                price=Flat(amount="120000.00", per="year"),
                billed="in_advance",
                discounts=[PercentOff(percent="20", until=date(2027, 1, 1), reason="Launch discount, order form 4.2")],
                revenue=Ratable(by="service_month_even"),
            )
        ],
    )


def german_deal() -> Contract:
    """25 seats at 49.90 a month for a year, billed quarterly in advance with VAT at 19 %."""
    return Contract(
        id="C-1002",
        name="Nordwind seats",
        customer="nordwind",
        entity="DE01",
        currency="EUR",
        billed_every="quarter",
        payment_terms=NetDays(days=14),
        **term(date(2026, 3, 1), date(2027, 3, 1)),
        lines=[
            ContractLine(
                id="seats",
                sku="PLATFORM",
                name="Platform seats",
                price=PerUnit(unit_price="49.90", per="month"),
                quantity="25",
                billed="in_advance",
                revenue=Ratable(by="day"),
            )
        ],
    )


def platform_and_api_deal() -> Contract:
    """1,200 a month in advance and API calls by graduated tiers in arrears; 61,234 calls cost 188.09."""
    tiers = [
        Tier(up_to=10_000, unit_price="0"),
        Tier(up_to=50_000, unit_price="0.004"),
        Tier(unit_price="0.0025"),
    ]
    return Contract(
        id="C-1003",
        name="Globex platform and API",
        customer="globex",
        entity="US01",
        currency="USD",
        billed_every="month",
        **term(date(2026, 3, 1), date(2027, 3, 1)),
        lines=[
            ContractLine(
                id="platform",
                sku="PLATFORM",
                name="Platform",
                price=Flat(amount="1200.00"),
                billed="in_advance",
                revenue=Ratable(by="day"),
            ),
            ContractLine(
                id="api_calls",
                sku="API",
                name="API calls",
                price=Graduated(tiers=tiers),
                billed="in_arrears",
                revenue=AsUsed(),
                judgement=Judgement(is_distinct=True, reason="Usable without the platform; priced by use"),
            ),
        ],
    )


def setup_and_milestones_deal() -> Contract:
    """A setup fee of 6,000 earned on acceptance and a rollout of 54,000 billed and earned by milestones."""
    steps = [
        Milestone(id="design", percent="30"),
        Milestone(id="build", percent="50"),
        Milestone(id="golive", percent="20"),
    ]
    return Contract(
        id="C-1004",
        name="Acme setup and rollout",
        customer="acme",
        entity="US01",
        currency="USD",
        billed_every="month",
        **term(date(2026, 2, 1), date(2026, 8, 1)),
        lines=[
            ContractLine(
                id="setup",
                sku="SETUP",
                name="Setup",
                price=Flat(amount="6000.00"),
                billed="once",
                revenue=PointInTime(),
                ssp=StandalonePrice(amount="6000"),
                judgement=Judgement(is_distinct=True, reason="Other vendors sell it alone"),
            ),
            ContractLine(
                id="rollout",
                sku="ROLLOUT",
                name="Rollout project",
                price=Flat(amount="54000.00"),
                billed="on_milestone",
                milestones=steps,
                revenue=Milestones(steps=steps),
                ssp=StandalonePrice(amount="60000"),
                judgement=Judgement(is_distinct=True, reason="Customers can take another integrator"),
            ),
        ],
    )


def untreated_deal() -> Contract:
    """A deal without a revenue treatment: it must not bill."""
    return Contract(
        id="C-1005",
        name="Globex add-on",
        customer="globex",
        entity="US01",
        currency="USD",
        billed_every="year",
        **term(date(2026, 5, 1), date(2027, 5, 1)),
        lines=[ContractLine(id="addon", sku="PLATFORM", price=Flat(amount="5000.00"), billed="in_advance")],
    )


def contracts() -> list[Contract]:
    """The four deals that bill and the one that must not."""
    return [
        three_year_deal(),
        german_deal(),
        platform_and_api_deal(),
        setup_and_milestones_deal(),
        untreated_deal(),
    ]


def book(deals: list[Contract] | None = None) -> Book:
    """The whole book, or the book with other deals."""
    return Book(
        contracts=contracts() if deals is None else deals,
        customers=customers(),
        entities=entities(),
        catalogue=catalogue(),
        taxes=taxes(),
        chart=chart(),
        mapping=mapping(),
    )


def usage() -> tuple[UsageFact, ...]:
    """Twelve months of API calls."""
    calls = [61_234, 9_999, 10_000, 10_001, 50_000, 50_001, 0, 120_000, 61_234, 75_500, 20_250, 33_333]
    months = [date(2026 + (2 + n) // 12, (2 + n) % 12 + 1, 1) for n in range(12)]
    return tuple(
        UsageFact(contract="C-1003", line="api_calls", start=start, quantity=Decimal(quantity))
        for start, quantity in zip(months, calls, strict=True)
    )


def deliveries() -> tuple[DeliveryFact, ...]:
    """When setup and milestones were accepted."""
    days = [
        ("setup", "", date(2026, 2, 16)),
        ("rollout", "design", date(2026, 3, 13)),
        ("rollout", "build", date(2026, 5, 29)),
        ("rollout", "golive", date(2026, 7, 10)),
    ]
    return tuple(
        DeliveryFact(contract="C-1004", line=line, milestone=milestone, on=on, reference="acceptance protocol")
        for line, milestone, on in days
    )


def payments() -> tuple[Payment, ...]:
    """One by its exact number, one written another way, one too small, one that matches nothing."""
    rows = [
        ("P-1", "US01", "USD", "96000.00", date(2026, 1, 29), "Invoice US01-INV-2026-000001", "acme"),
        ("P-2", "DE01", "EUR", "4453.58", date(2026, 3, 12), "DE01RE/2026/000001 dankend", None),
        ("P-3", "US01", "USD", "1000.00", date(2026, 4, 20), "US01INV 2026 000003", "globex"),
        ("P-4", "US01", "USD", "777.77", date(2026, 5, 4), "thanks for all", None),
    ]
    return tuple(
        Payment(
            id=name,
            entity=entity,
            bank_reference=f"B-{name}",
            value_date=on,
            amount=Amount.of(amount, currency),
            reference=text,
            payer=payer,
        )
        for name, entity, currency, amount, on, text, payer in rows
    )


def happened() -> Happened:
    """Everything that came to pass."""
    return Happened(facts=Facts(usage=usage(), deliveries=deliveries()), payments=payments())


def founding_run(through: date = LAST_DAY, standing: Standing | None = None) -> BookRun:
    """The founding book run through a day."""
    return run_book(book(), happened(), standing or Standing(), through)
