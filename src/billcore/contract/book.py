"""What the documents of one book must be together: each contract once, each customer one, no fact without its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from billcore.contract.contract import Contract
from billcore.contract.facts import DeliveryFact, Facts, UsageFact
from billcore.contract.lines import ContractLine
from billcore.contract.parties import Customer
from billcore.contract.payers import parent_findings
from billcore.core.findings import Finding, Severity
from billcore.core.value import replaced
from billcore.periods.period import Period


def check_book(
    contracts: Iterable[Contract], *, customers: Iterable[Customer], facts: Facts, held: Iterable[str] = ()
) -> tuple[Finding, ...]:
    """Check the documents of a book against each other.

    Args:
        contracts: Those that were accepted.
        customers: One for each accepted deal, so that a customer of two deals stands twice.
        facts: Usage and deliveries.
        held: Ids of contracts that are held: their facts wait with them.

    Returns: ``contract-repeated`` (sales) and ``customer-differs`` (sales) as errors whose subject may not be billed;
        ``usage-unclaimed`` and ``delivery-unclaimed`` (engineering), errors where the contract is one of the book,
        else warnings: what was reported is billed nowhere;
        ``delivery-outside-term`` (engineering) as a warning; what `parent_findings` says of the customers.
    Source: rules 10 ("duplicates are listed, never merged"); a fact that fits nothing is money lost in silence.
    """
    accepted = tuple(contracts)
    lines = {(contract.id, line.id): line for contract in accepted for line in contract.every_line()}
    metered = {(contract.id, line) for contract in accepted for line in contract.metered_lines()}
    known = tuple(customers)
    findings = [*_repeated_contracts(accepted), *_different_customers(known)]
    findings.extend(parent_findings({customer.id: customer for customer in known}))
    terms = {contract.id: contract.term for contract in accepted}
    waiting = frozenset(held)

    def severity(fact: UsageFact | DeliveryFact) -> Severity:
        # A fact of a contract that is billed holds it: what it belongs to is not known, so neither is what is owed.
        return "error" if fact.contract in terms else "warning"

    for used in facts.usage:
        if used.contract not in waiting and (used.contract, used.line) not in metered:
            found = f"usage from {used.start}"
            findings.append(
                _unclaimed("usage-unclaimed", used, found, "a metered line of the book", severity=severity(used))
            )
    for delivery in facts.deliveries:
        if delivery.contract in waiting:
            continue
        found = f"the delivery of {delivery.milestone or 'the whole'} on {delivery.on}"
        if not _awaits(lines.get((delivery.contract, delivery.line)), delivery):
            expected = "a line or milestone that awaits it"
            findings.append(_unclaimed("delivery-unclaimed", delivery, found, expected, severity=severity(delivery)))
        elif delivery.on not in terms[delivery.contract]:
            findings.append(_outside_term(delivery, found, terms[delivery.contract]))
    return tuple(findings)


def _repeated_contracts(contracts: tuple[Contract, ...]) -> Iterator[Finding]:
    for name, count in Counter(contract.id for contract in contracts).items():
        if count > 1:
            yield Finding(
                code="contract-repeated",
                owner="sales",
                path=f"contract {name}",
                found=f"{count} deals of the contract {name}",
                expected="one deal for each contract",
                hint="Keep the right deal; none of them is billed before.",
                subject=name,
            )


def _different_customers(customers: Iterable[Customer]) -> Iterator[Finding]:
    first: dict[str, Customer] = {}
    told: set[str] = set()
    for customer in customers:
        before = first.setdefault(customer.id, customer)
        if before != customer and customer.id not in told:
            told.add(customer.id)
            names = (name for name in Customer.model_fields if getattr(before, name) != getattr(customer, name))
            yield Finding(
                code="customer-differs",
                owner="sales",
                path=f"customer {customer.id}",
                found=f"two records of {customer.id} that differ in {', '.join(names)}",
                expected="one record of the customer",
                subject=customer.id,
            )


def _awaits(line: ContractLine | None, delivery: DeliveryFact) -> bool:
    """Whether the line is earned or billed by what was delivered."""
    if line is None:
        return False
    if not delivery.milestone:
        return line.revenue is not None and line.revenue.kind == "point_in_time"
    steps = {step.id for step in line.milestones}
    if line.revenue is not None and line.revenue.kind == "milestones":
        steps |= {step.id for step in line.revenue.steps}
    return delivery.milestone in steps


def _unclaimed(
    code: str, fact: UsageFact | DeliveryFact, found: str, expected: str, *, severity: Severity = "warning"
) -> Finding:
    return Finding(
        code=code,
        owner="engineering",
        severity=severity,
        path=f"{fact.contract} {fact.line}",
        found=found,
        expected=expected,
        hint="Correct the contract, line or milestone of the row, or remove it.",
        subject=fact.contract,
    )


def _outside_term(delivery: DeliveryFact, found: str, term: Period) -> Finding:
    """A mistyped year bills and earns on a day that no one meant."""
    return replaced(
        _unclaimed("delivery-outside-term", delivery, found, f"a day of the contract's term {term}"),
        hint="Correct the date of the row, or the term of the contract.",
    )
