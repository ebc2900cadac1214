"""Who pays a contract: the customer it names, else the nearest account above its customer that pays itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from billcore.contract.contract import Contract
from billcore.contract.parties import Customer
from billcore.core.checks import check_kind
from billcore.core.errors import BillcoreError, DocumentError, LimitExceeded, MissingInput
from billcore.core.findings import Finding, Severity, finding_of
from billcore.core.value import replaced

# More accounts above one another than any group of companies has: a list that says more is mistaken.
MOST_PARENTS = 20
SHOWN = 200


def payer_of(contract: Contract, customers: Mapping[str, Customer]) -> str:
    """Say who pays a contract.

    A contract that names its payer is paid by that customer itself, whatever that customer's own record says of who
    pays. Otherwise the way goes from the contract's customer up, parent by parent, to the first that pays itself.

    Args:
        contract: What was agreed.
        customers: Id -> customer, of everyone known. A contract's own customer may be unknown: it pays itself.

    Returns: the id of the customer who owes what the contract asks for.
    Raises: MissingInput ``payer-unknown``, ``parent-unknown``; DocumentError ``parents-in-a-circle``; LimitExceeded
        ``limit-exceeded`` above 20 accounts, each naming the account at which the way ends.
    Source: rules 6 (one invoice: one customer who is asked for it).

    >>> from datetime import date
    >>> from billcore.contract.lines import ContractLine
    >>> from billcore.periods.period import Period
    >>> from billcore.pricing.documents import Flat
    >>> known = [Customer(id="acme", name="Acme"), Customer(id="acme-de", name="Acme DE", parent="acme", pays="parent")]
    >>> contract = Contract(id="C-1", customer="acme-de", entity="DE01", currency="EUR", billed_every="month",
    ...     term=Period(start=date(2026, 1, 1), end=date(2027, 1, 1)),
    ...     lines=[ContractLine(id="seats", sku="SEATS", billed="in_advance", price=Flat(amount="10"))])
    >>> payer_of(contract, {one.id: one for one in known})
    'acme'
    """
    check_kind(contract, Contract, "contract")
    check_kind(customers, Mapping, "customers")
    if contract.payer is None:
        return _line_of_parents(contract.customer, customers, _pays_itself)[-1]
    if contract.payer not in customers and contract.payer != contract.customer:
        raise MissingInput(
            "payer-unknown",
            found=f"the payer {contract.payer}",
            expected="a customer of the book",
            path=f"contract {contract.id}",
            hint="Add the customer, or correct the payer that the contract names.",
        )
    return contract.payer


def parent_findings(customers: Mapping[str, Customer]) -> Iterator[Finding]:
    """Tell of every customer whose line of parents cannot be followed.

    Args:
        customers: Id -> customer, of everyone known.

    Returns: findings of sales with the customer as subject, ``parent-unknown``, ``parents-in-a-circle`` or
        ``limit-exceeded``: an error where it hides who pays, a warning where everyone below the gap pays itself.
    """
    for name in sorted(customers):
        for is_last, severity in _LOOKS:
            try:
                _line_of_parents(name, customers, is_last)
            except BillcoreError as error:
                yield replaced(finding_of(error, owner="sales", subject=name), severity=severity)
                break


def _pays_itself(customer: Customer) -> bool:
    return customer.pays == "self"


def _is_on_top(customer: Customer) -> bool:
    return customer.parent is None


_LOOKS: tuple[tuple[Callable[[Customer], bool], Severity], ...] = ((_pays_itself, "error"), (_is_on_top, "warning"))


def _line_of_parents(start: str, customers: Mapping[str, Customer], is_last: Callable[[Customer], bool]) -> list[str]:
    """The accounts from one up to the first that is the last asked for."""
    line = [start]
    known = customers.get(start)
    while known is not None and known.parent is not None and not is_last(known):
        here, parent = f"customer {known.id}", known.parent
        if parent in line:
            circle = " > ".join([*line[line.index(parent) :], parent])
            found = circle if len(circle) <= SHOWN else f"a circle back to {parent}"
            raise DocumentError("parents-in-a-circle", found=found, expected="parents that end at the top", path=here)
        if parent not in customers:
            raise MissingInput(
                "parent-unknown",
                found=f"the parent {parent}",
                expected="a customer of the book",
                path=here,
                hint="Add the parent's account, or correct the id.",
            )
        if len(line) > MOST_PARENTS:
            raise LimitExceeded(
                "limit-exceeded", found=f"more than {MOST_PARENTS} accounts above {start}", expected="fewer", path=here
            )
        line.append(parent)
        known = customers[parent]
    return line
