"""What a whole book is: the documents that finance and sales hand over, and what stands from earlier runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from billcore.billing.billed import Billed
from billcore.billing.workings import Workings
from billcore.cash.outcome import CashApplication
from billcore.cash.payment import Payment
from billcore.contract.catalogue import Catalogue
from billcore.contract.contract import Contract
from billcore.contract.facts import ActivationFact, DeliveryFact, Facts, UsageFact
from billcore.contract.parties import Customer, LegalEntity
from billcore.core.document import Document
from billcore.core.fields import Items, optional
from billcore.core.value import Value
from billcore.gl.accounts import Chart
from billcore.gl.entry import JournalEntry
from billcore.gl.mapping import GLMapping
from billcore.invoice.assembly import billed_lines
from billcore.invoice.invoice import Invoice
from billcore.invoice.tax import TaxTable
from billcore.posting.entries import ContractAccounts, LedgerSetting
from billcore.revrec.schedules import RevenueRow


class Book(Document):
    """Everything agreed and decided: contracts, parties, catalogue, taxes, chart, mapping."""

    contracts: Items[Contract] = optional(default=())
    customers: Items[Customer] = optional(default=())
    entities: Items[LegalEntity]
    catalogue: Catalogue
    taxes: TaxTable
    chart: Chart
    mapping: GLMapping

    @cached_property
    def entity_by_id(self) -> dict[str, LegalEntity]:
        """Entities by id."""
        return {entity.id: entity for entity in self.entities}

    @cached_property
    def customer_by_id(self) -> dict[str, Customer]:
        """Customers by id."""
        return {customer.id: customer for customer in self.customers}

    @cached_property
    def tax_classes(self) -> dict[str, str]:
        """Sku -> tax class."""
        return {product.sku: product.tax_class for product in self.catalogue.products}

    @cached_property
    def ledger(self) -> LedgerSetting:
        """What postings need."""
        return LedgerSetting(mapping=self.mapping, functional={entity.id: entity.currency for entity in self.entities})

    @cached_property
    def prefixes(self) -> dict[tuple[str, str], str]:
        """(entity, document kind) -> prefix of its number series."""
        invoices = {(entity.id, "invoice"): entity.invoice_prefix for entity in self.entities}
        return invoices | {(entity.id, "credit_memo"): entity.credit_memo_prefix for entity in self.entities}

    def jurisdiction(self, contract: Contract) -> str:
        """Where a contract is taxed: its own, else its customer's; empty where neither says."""
        customer = self.customer_by_id.get(contract.customer)
        return contract.tax_jurisdiction or (customer.tax_jurisdiction if customer else None) or ""

    def accounts_of(self, contract: Contract) -> ContractAccounts:
        """What the ledger must know of a contract."""
        classes: dict[str, str] = {}
        treatments: dict[str, str] = {}
        for line in contract.lines:
            product = self.catalogue.find(line.sku)
            classes.setdefault(line.obligation_id, product.product_class if product else "")
            treatments.setdefault(line.obligation_id, line.revenue.kind if line.revenue else "")
        return ContractAccounts(
            contract=contract.id,
            entity=contract.entity,
            customer=contract.customer,
            jurisdiction=self.jurisdiction(contract),
            obligation_of={line.id: line.obligation_id for line in contract.lines},
            class_of=classes,
            treatment_of=treatments,
        )


@dataclass(frozen=True, kw_only=True)
class Happened:
    """Facts of the outside world: usage, deliveries, activations, payments.

    Attributes:
        facts: Usage, deliveries and activations.
        payments: As the payment source gave them; repeats are recognized by their key.
    """

    facts: Facts = field(default_factory=Facts)
    payments: tuple[Payment, ...] = ()

    def by_contract(self) -> dict[str, Facts]:
        """The facts of each contract alone, in one pass."""
        usage: dict[str, list[UsageFact]] = {}
        deliveries: dict[str, list[DeliveryFact]] = {}
        activations: dict[str, list[ActivationFact]] = {}
        for used in self.facts.usage:
            usage.setdefault(used.contract, []).append(used)
        for delivery in self.facts.deliveries:
            deliveries.setdefault(delivery.contract, []).append(delivery)
        for activation in self.facts.activations:
            activations.setdefault(activation.contract, []).append(activation)
        return {
            contract: Facts(
                usage=tuple(usage.get(contract, ())),
                deliveries=tuple(deliveries.get(contract, ())),
                activations=tuple(activations.get(contract, ())),
            )
            for contract in {*usage, *deliveries, *activations}
        }


class Standing(Value, frozen=True, kw_only=True):
    """What earlier runs left: issued documents, posted revenue, entries, applied payments.

    Attributes:
        through: The latest day that a run has reached, or None before the first.
    """

    documents: tuple[Invoice, ...] = ()
    revenue: tuple[RevenueRow, ...] = ()
    entries: tuple[JournalEntry, ...] = ()
    applications: tuple[CashApplication, ...] = ()
    workings: tuple[Workings, ...] = ()
    through: date | None = None

    @property
    def billed(self) -> Billed:
        """What stands billed."""
        return Billed().plus(line for document in self.documents for line in billed_lines(document))

    def by_contract(self) -> dict[str, Standing]:
        """What stands of each contract alone, in one pass; payments and workings belong to no contract."""
        documents: dict[str, list[Invoice]] = {}
        revenue: dict[str, list[RevenueRow]] = {}
        entries: dict[str, list[JournalEntry]] = {}
        for document in self.documents:
            for contract in document.contracts:
                documents.setdefault(contract, []).append(document)
        for row in self.revenue:
            revenue.setdefault(row.contract, []).append(row)
        for entry in self.entries:
            entries.setdefault(entry.contract, []).append(entry)
        return {
            contract: Standing(
                documents=tuple(documents.get(contract, ())),
                revenue=tuple(revenue.get(contract, ())),
                entries=tuple(entries.get(contract, ())),
                through=self.through,
            )
            for contract in {*documents, *revenue, *entries}
        }
