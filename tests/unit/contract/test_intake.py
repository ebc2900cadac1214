"""Every rule of intake, on contracts built in Python: what a deal must mean, whatever CRM it came from."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from billcore.contract.contract import Contract
from billcore.contract.drafts import Draft, LineDraft
from billcore.contract.intake import RULES, check_contract, check_draft
from billcore.contract.intake_desk import Desk
from billcore.contract.measures import AsUsed, Milestone, Milestones, PointInTime, Ratable
from billcore.contract.parties import Customer
from billcore.contract.terms import EnforceableTerm, Judgement, StandalonePrice
from billcore.core.errors import DocumentError
from billcore.core.findings import Finding
from billcore.periods.period import Period
from billcore.pricing.documents import Flat, Overage, PerUnit
from founding_book import catalogue, entities

TERM = Period(start=date(2026, 1, 1), end=date(2027, 1, 1))
CUSTOMER = Customer(id="acme", name="Acme", currency="USD", tax_jurisdiction="US-CA")
DISTINCT = Judgement(is_distinct=True, reason="sold separately")
STEPS = [Milestone(id="design", percent="30"), Milestone(id="build", percent="70")]


def _line(**changes: Any) -> dict[str, Any]:
    line = {"id": "platform", "sku": "PLATFORM", "price": Flat(amount="1200"), "billed": "in_advance"}
    return {**line, "revenue": Ratable(by="day"), **changes}


USAGE = _line(
    id="units", sku="UNITS", price=Overage(included="10", unit_price="1"), billed="in_arrears", revenue=AsUsed()
)
SETUP = _line(
    id="setup",
    sku="SETUP",
    price=Flat(amount="500"),
    billed="once",
    revenue=PointInTime(),
    ssp=StandalonePrice(amount="600"),
    judgement=DISTINCT,
)
PROJECT = _line(
    id="project",
    sku="PROJECT",
    billed="on_milestone",
    milestones=STEPS,
    revenue=Milestones(steps=STEPS),
    ssp=StandalonePrice(amount="5000"),
    judgement=DISTINCT,
)


def _contract(*lines: dict[str, Any], **changes: Any) -> Contract:
    fields: dict[str, Any] = {
        "id": "C-1",
        "customer": "acme",
        "entity": "US01",
        "currency": "USD",
        "term": TERM,
        "billed_every": "month",
        "enforceable": EnforceableTerm(period=TERM, reason="non-cancellable"),
        "lines": lines or (_line(),),
    }
    return Contract.read({**fields, **changes})


def _check(contract: Contract, customer: Customer | None = CUSTOMER) -> list[tuple[str, str, str]]:
    findings = check_contract(contract, catalogue=catalogue(), entities=entities(), customer=customer)
    return [(finding.code, finding.owner, finding.path) for finding in findings]


def test_a_contract_that_says_everything_passes() -> None:
    """Lines of every treatment, with SSP and judgement where several obligations share the price."""
    assert _check(_contract(_line(), USAGE)) == []
    assert _check(_contract(SETUP, PROJECT, USAGE)) == []


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        (_contract(entity="FR01"), ("legal-entity-unresolved", "finance", "entity")),
        (_contract(enforceable=None), ("enforceable-term-missing", "finance", "enforceable")),
        (
            _contract(
                enforceable=EnforceableTerm(
                    period=Period(start=date(2026, 1, 1), end=date(2027, 1, 2)), reason="too long"
                )
            ),
            ("enforceable-outside-term", "finance", "enforceable.period"),
        ),
        (_contract(_line(sku="NOPE")), ("sku-unknown", "product", "lines[0].sku")),
        (_contract(_line(sku="PLATFORM-2019")), ("product-inactive", "product", "lines[0].sku")),
        (_contract(_line(revenue=None)), ("revenue-treatment-missing", "finance", "lines[0].revenue")),
        (_contract(_line(revenue=PointInTime())), ("treatment-not-allowed", "finance", "lines[0].revenue")),
        (
            _contract({**USAGE, "sku": "PLATFORM", "revenue": Ratable(by="day")}),
            ("treatment-not-applicable", "finance", "lines[0].revenue"),
        ),
        (
            _contract({**USAGE, "price": Flat(amount="1")}),
            ("treatment-not-applicable", "finance", "lines[0].revenue"),
        ),
        (
            _contract(_line(period=Period(start=date(2025, 12, 31), end=date(2026, 6, 1)))),
            ("line-outside-term", "sales", "lines[0].period"),
        ),
        (_contract({**USAGE, "billed": "in_advance"}), ("billing-not-applicable", "billing", "lines[0].billed")),
        (
            _contract({**PROJECT, "price": PerUnit(unit_price="5"), "quantity": "10"}),
            ("billing-not-applicable", "billing", "lines[0].billed"),
        ),
        (_contract({**PROJECT, "milestones": []}), ("milestones-missing", "billing", "lines[0].milestones")),
        (_contract(_line(milestones=STEPS)), ("milestones-unexpected", "billing", "lines[0].milestones")),
        (_contract(SETUP, {**PROJECT, "ssp": None}), ("ssp-missing", "finance", "lines[1].ssp")),
        (_contract({**SETUP, "judgement": None}, PROJECT), ("judgement-missing", "finance", "lines[0].judgement")),
        (
            _contract({**SETUP, "ssp": StandalonePrice(amount="0")}, {**PROJECT, "ssp": StandalonePrice(amount="0")}),
            ("ssp-missing", "finance", "lines[0].ssp"),
        ),
        (_contract(currency="GBP"), ("currency-mismatch", "sales", "currency")),
        (
            _contract({**USAGE, "sku": "API-CALLS"}, entity="DE01", currency="EUR"),
            ("product-not-sold-by-entity", "product", "lines[0].sku"),
        ),
    ],
)
def test_each_rule_finds_what_it_is_for(contract: Contract, expected: tuple[str, str, str]) -> None:
    """One thing wrong is one finding, with its code, its owner and its path."""
    customer = CUSTOMER.revised(currency=None) if contract.entity == "DE01" else CUSTOMER
    assert [expected] == _check(contract, customer)


def test_a_currency_without_books_is_refused_and_says_why() -> None:
    """Contract and customer agree, the entity keeps other books: not supported yet, owner finance."""
    customer = CUSTOMER.revised(currency="GBP")
    assert _check(_contract(currency="GBP"), customer) == [("currency-not-functional", "finance", "currency")]


def test_a_currency_that_does_not_exist_is_found() -> None:
    """Three capitals are not enough: the document itself refuses it, at its place."""
    with pytest.raises(DocumentError) as caught:
        _contract(currency="XQX")
    assert ("currency-unknown", "currency") == (caught.value.code, caught.value.path)


def test_the_tax_jurisdiction_may_stand_on_contract_or_customer() -> None:
    """One of the two says it; without a customer it is not judged."""
    nobody = CUSTOMER.revised(tax_jurisdiction=None)
    assert _check(_contract(), nobody) == [("tax-jurisdiction-missing", "finance", "tax_jurisdiction")]
    assert _check(_contract(tax_jurisdiction="US-CA"), nobody) == []
    assert _check(_contract(), None) == []


def test_one_obligation_needs_no_standalone_price() -> None:
    """Lines of one obligation share nothing; usage takes no part in the allocation."""
    one = {"obligation": "platform"}
    assert _check(_contract(_line(), USAGE, {**USAGE, "id": "more"})) == []
    assert _check(_contract(_line(**one), _line(id="support", **one))) == []


def test_an_obligation_is_priced_by_any_of_its_lines() -> None:
    """The SSP belongs to the obligation, so one line of it states it."""
    lines = ({**SETUP, "obligation": "start"}, {**SETUP, "id": "more", "obligation": "start", "ssp": None}, PROJECT)
    assert _check(_contract(*lines)) == []


def test_everything_wrong_is_told_at_once() -> None:
    """Findings of header and lines come together, in the order of the rules."""
    contract = _contract(_line(sku="NOPE", revenue=None), {**USAGE, "billed": "once"}, entity="FR01", enforceable=None)
    assert [code for code, _, _ in _check(contract)] == [
        "legal-entity-unresolved",
        "enforceable-term-missing",
        "sku-unknown",
        "revenue-treatment-missing",
        "billing-not-applicable",
    ]


def test_nothing_is_said_about_what_could_not_be_read() -> None:
    """A draft whose fields are all unread gives no finding: each has one already."""
    header = frozenset(Contract.model_fields)
    line = LineDraft(unread=frozenset({"id", "sku", "price", "billed", "revenue", "ssp", "judgement", "milestones"}))
    desk = Desk(catalogue=catalogue(), entities=entities(), customer=CUSTOMER.revised(tax_jurisdiction=None))
    assert check_draft(Draft(lines=(line, line), unread=header), desk) == ()


def test_every_rule_speaks_in_findings() -> None:
    """A rule yields findings that a person can act on."""
    contract = _contract(_line(sku="NOPE", revenue=None), entity="FR01", enforceable=None)
    findings = check_contract(contract, catalogue=catalogue(), entities=entities(), customer=CUSTOMER)
    assert all(isinstance(finding, Finding) and finding.found and finding.expected for finding in findings)
    assert len(set(RULES)) == len(RULES)
