"""A small book built in Python: two entities, a chart, a mapping by entity, taxes, and any contracts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

import billcore as bc
from billcore.cash.payment import Payment
from billcore.contract.facts import DeliveryFact, Facts, UsageFact
from billcore.core.exact import exact
from billcore.engine.book import Book, Happened
from billcore.gl.access import AccessSequence, AccessStep
from billcore.gl.accounts import Account, Chart
from billcore.gl.mapping import GLMapping
from billcore.gl.rows import MappingRow
from support.contracts import contracts, deliveries, quantities

ENTITIES = ("DE01", "US01")
CELLS = ("contract_asset", "contract_liability", "unbilled_receivable")
ROLES = {
    "invoice_issued": ("receivable", "tax_payable", *CELLS),
    "credit_memo_issued": ("receivable", "tax_payable", *CELLS),
    "revenue_recognized": ("revenue", *CELLS),
    "presentation": CELLS[:2],
    "cash_received": ("cash", "receivable", "unapplied_cash", "unidentified_cash"),
}
ACCOUNTS = {
    "receivable": ("1200", "asset"),
    "unbilled_receivable": ("1210", "asset"),
    "contract_asset": ("1220", "asset"),
    "cash": ("1000", "asset"),
    "contract_liability": ("2400", "liability"),
    "tax_payable": ("2200", "liability"),
    "unapplied_cash": ("2500", "liability"),
    "unidentified_cash": ("2510", "liability"),
    "revenue": ("4000", "income"),
}
SKUS = ("A", "B", "C")


def book(written: Iterable[bc.Contract], *, without: frozenset[tuple[str, str, str]] = frozenset()) -> Book:
    """A book of contracts.

    Args:
        without: (event, role, entity) for which the mapping has no row.
    """
    return Book(
        contracts=written,
        customers=[bc.Customer(id=name, name=name, tax_jurisdiction="DE") for name in ("acme", "umbrella")],
        entities=[
            bc.LegalEntity(
                id=name,
                name=name,
                country="DE",
                currency="EUR",
                invoice_prefix=f"{name}-INV",
                credit_memo_prefix=f"{name}-CM",
            )
            for name in ENTITIES
        ],
        catalogue=bc.Catalogue(
            products=[
                bc.Product(
                    sku=sku, name=sku, product_class="saas", tax_class="saas", treatments=["ratable"], entities=ENTITIES
                )
                for sku in SKUS
            ]
        ),
        taxes=bc.TaxTable(
            rows=[
                bc.TaxRow(
                    id="DE-19", jurisdiction="DE", tax_class="saas", name="VAT", rate="19", valid_from=date(2020, 1, 1)
                )
            ]
        ),
        chart=Chart(
            accounts=[
                Account(entity=entity, number=number, name=role, type=kind)  # type: ignore[arg-type] # texts of a table
                for entity in ENTITIES
                for role, (number, kind) in ACCOUNTS.items()
            ]
        ),
        mapping=mapping(without),
    )


def mapping(without: frozenset[tuple[str, str, str]]) -> GLMapping:
    """One row for each event, role and entity."""
    written: list[Any] = [(event, role) for event, roles in ROLES.items() for role in roles]
    return GLMapping(
        id="main",
        effective_from=date(2020, 1, 1),
        author="Ada",
        approver="Grace",
        reason="first version",
        sequences=[
            AccessSequence(event=event, role=role, steps=[AccessStep(keys=["entity"])]) for event, role in written
        ],
        rows=[
            MappingRow(
                id=f"{event}.{role}.{entity}",
                event=event,
                role=role,
                entity=entity,
                account=ACCOUNTS[role][0],
                effective_from=date(2020, 1, 1),
            )
            for event, role in written
            for entity in ENTITIES
            if (event, role, entity) not in without
        ],
    )


def happened(contract_facts: dict[str, Any], payments: Iterable[Payment] = ()) -> Happened:
    """Facts as the engine takes them: contract -> (usage, delivered)."""
    usage, delivered = [], []
    for contract, (quantities_, days) in contract_facts.items():
        for line, by_start in quantities_.items():
            for start, quantity in by_start.items():
                usage.append(UsageFact(contract=contract, line=line, start=start, quantity=exact(quantity)))
        for line, by_milestone in days.items():
            for milestone, on in by_milestone.items():
                delivered.append(DeliveryFact(contract=contract, line=line, milestone=milestone, on=on))
    return Happened(facts=Facts(usage=tuple(usage), deliveries=tuple(delivered)), payments=tuple(payments))


@st.composite
def books(draw: st.DrawFn, most: int = 3) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Contracts as plain data, and their facts."""
    from oracle.route import is_metered, rows_of

    written, facts = [], {}
    for number in range(draw(st.integers(1, most))):
        contract = draw(contracts(currencies=("EUR",))) | {
            "id": f"C-{number + 1}",
            "entity": draw(st.sampled_from(ENTITIES)),
            "customer": draw(st.sampled_from(["acme", "umbrella"])),
        }
        plain = bc.Contract.read(contract).model_dump(mode="json")
        starts = {
            line["id"]: [row["start"] for row in rows_of(plain, line)]
            for line in plain["lines"]
            if line["billed"] == "in_arrears" and is_metered(line)
        }
        written.append(contract)
        facts[contract["id"]] = (draw(quantities(starts)), draw(deliveries(contract)))
    return written, facts


@st.composite
def payments(draw: st.DrawFn, documents: list[Any]) -> list[Payment]:
    """Payments of some issued documents, in full, in part or too much, and some that name nothing."""
    found = []
    for number, document in enumerate(draw(st.lists(st.sampled_from(documents), max_size=4)) if documents else []):
        if document.total.minor <= 0:
            continue
        minor = max(1, document.total.minor + draw(st.sampled_from([0, 0, -1, 5])))
        found.append(
            Payment(
                id=f"P-{number}",
                entity=document.entity,
                bank_reference=f"B-{number}",
                value_date=document.invoice_date + timedelta(days=draw(st.integers(0, 40))),
                amount=bc.Amount(minor=minor, currency="EUR"),
                reference=draw(st.sampled_from([document.number, document.number.replace("-", " "), "thank you"])),
            )
        )
    return found
