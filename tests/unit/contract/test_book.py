"""The documents of one book fit together, or it is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billcore.connectors.tabular import DELIVERY_COLUMNS, USAGE_COLUMNS, read_deliveries, read_rows, read_usage
from billcore.contract.book import check_book
from billcore.contract.facts import DeliveryFact, Facts, UsageFact
from billcore.periods.period import ONE_DAY
from founding_book import BOOK, DEALS, read

READINGS = [read(path.read_bytes()) for path in DEALS.values()]
CONTRACTS = [reading.contract for reading in READINGS if reading.contract is not None]
CUSTOMERS = [reading.customer for reading in READINGS if reading.customer is not None]


def _told(**facts: object) -> list[tuple[str, str, str]]:
    findings = check_book(CONTRACTS, customers=CUSTOMERS, facts=Facts(**facts), held=["C-1005"])
    return [(finding.code, finding.severity, finding.subject) for finding in findings]


def _usage(contract: str, line: str) -> UsageFact:
    return UsageFact(contract=contract, line=line, start=date(2026, 1, 1), quantity=Decimal(1))


def _delivery(contract: str, line: str, milestone: str = "", on: date = date(2026, 1, 1)) -> DeliveryFact:
    return DeliveryFact(contract=contract, line=line, milestone=milestone, on=on)


def test_the_founding_book_fits_together() -> None:
    """Every fact of the book has its line."""
    usage, _ = read_usage(read_rows((BOOK / "usage.csv").read_bytes(), file="u", columns=USAGE_COLUMNS))
    deliveries, _ = read_deliveries(
        read_rows((BOOK / "deliveries.csv").read_bytes(), file="d", columns=DELIVERY_COLUMNS)
    )
    assert _told(usage=usage, deliveries=deliveries) == []


@pytest.mark.parametrize(("contract", "line"), [("C-9", "units"), ("C-2001", "unit"), ("C-2001", "platform")])
def test_usage_that_no_line_bills_is_told(contract: str, line: str) -> None:
    """Usage of an unknown contract, an unknown line or an agreed price would be lost; a contract of the book is held."""
    severity = "warning" if contract == "C-9" else "error"
    assert [("usage-unclaimed", severity, contract)] == _told(usage=(_usage(contract, line),))


@pytest.mark.parametrize(
    ("contract", "line", "milestone"),
    [("C-9", "setup", ""), ("C-1004", "set", ""), ("C-1004", "project", ""), ("C-1004", "project", "golive")],
)
def test_a_delivery_that_nothing_awaits_is_told(contract: str, line: str, milestone: str) -> None:
    """A misspelled milestone would never be billed; a contract of the book is held."""
    severity = "warning" if contract == "C-9" else "error"
    assert [("delivery-unclaimed", severity, contract)] == _told(deliveries=(_delivery(contract, line, milestone),))


@pytest.mark.parametrize("is_outside", [False, True])
@pytest.mark.parametrize("edge", ["start", "end"])
def test_a_delivery_outside_the_term_is_told(edge: str, is_outside: bool) -> None:
    """A mistyped year is told: the first and the last day of the term are the edges."""
    (term,) = (contract.term for contract in CONTRACTS if contract.id == "C-1004")
    days = {("start", False): term.start, ("start", True): term.start - ONE_DAY}
    days |= {("end", False): term.last_day, ("end", True): term.end}
    told = _told(deliveries=(_delivery("C-1004", "project", "design", days[edge, is_outside]),))
    assert ([("delivery-outside-term", "warning", "C-1004")] if is_outside else []) == told


def test_the_facts_of_a_held_deal_wait() -> None:
    """Usage of a held contract is no stray fact."""
    assert _told(usage=(_usage("C-1005", "platform"),), deliveries=(_delivery("C-1005", "platform"),)) == []


def test_a_contract_in_two_deals_is_told() -> None:
    """The same contract twice would be billed twice."""
    findings = check_book([*CONTRACTS, CONTRACTS[0]], customers=CUSTOMERS, facts=Facts())
    assert [("contract-repeated", "error", CONTRACTS[0].id)] == [(f.code, f.severity, f.subject) for f in findings]


def test_one_customer_told_in_two_ways_is_told() -> None:
    """Two records of one customer that differ are listed with what differs, never merged."""
    other = CUSTOMERS[0].revised(name="Another name")
    findings = check_book(CONTRACTS, customers=[*CUSTOMERS, other, other], facts=Facts())
    assert [(finding.code, finding.owner) for finding in findings] == [("customer-differs", "sales")]
    assert "differ in name" in findings[0].found
    assert check_book(CONTRACTS, customers=[*CUSTOMERS, CUSTOMERS[0]], facts=Facts()) == ()
