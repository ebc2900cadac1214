"""The contract stage when facts come late, change or are missing: billed once, taken back whole, never guessed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import billcore as bc
from billcore.billing.billed import Billed
from billcore.core.errors import DocumentError
from billcore.usage.measured import Group, Measured

JAN, FEB, MAR, APR, JUL = (date(2026, month, 1) for month in (1, 2, 3, 4, 7))
CALLS = {"id": "calls", "sku": "API", "billed": "in_arrears", "price": {"kind": "per_unit", "unit_price": "1"}}
SEATS = {"id": "seats", "sku": "SEATS", "billed": "in_advance", "price": {"kind": "flat", "amount": "100"}}


def contract(lines: list[Any], stage: Any = None, end: date = APR) -> bc.Contract:
    return bc.Contract.read(
        {
            "id": "C-1",
            "customer": "acme",
            "entity": "US01",
            "currency": "USD",
            "billed_every": "month",
            "term": {"start": JAN, "end": end},
            "stage": stage,
            "lines": lines,
        }
    )


def stands(run: bc.BillRun) -> int:
    """What all documents so far come to, in minor units."""
    return sum(line.signed for line in run.next_billed.of_contract("C-1"))


def reported(agreed: bc.Contract, *quantities: Any) -> bc.BillRun:
    """January's calls as reported one time after the other; each report billed twice adds nothing the second time."""
    billed, run = None, None
    for quantity in quantities:
        run = bc.bill(agreed, usage={"calls": {JAN: quantity}}, through=FEB, billed=billed)
        billed = run.next_billed
        assert () == bc.bill(agreed, usage={"calls": {JAN: quantity}}, through=FEB, billed=billed).documents
    assert run is not None
    return run


def pieces(run: bc.BillRun) -> dict[str, list[str]]:
    return {
        f"{one.invoice_date:%b}": [f"{line.line} {line.component} {line.net.text}" for line in one.lines]
        for one in run.invoices
    }


def test_what_was_invoiced_stays_counted() -> None:
    """150 calls, then 80, then 120, against 100 at twice the price beyond: 150 were once invoiced, so 50 stay beyond."""
    deal = {"id": "deal", "amount": "100", "per": "period", "counts": "as_invoiced", "overage_factor": "2"}
    agreed = contract([CALLS], {"commitments": [deal]}, FEB)
    assert 20000 == stands(reported(agreed, 150))
    assert 17000 == stands(reported(agreed, 150, 80, 120))


def test_a_maximum_looks_at_what_is_left_after_discounts() -> None:
    """50 off takes half of the first line; the other, at most 50, has no room for its 100."""
    other = {**SEATS, "id": "b", "sku": "B", "billed": "in_arrears"}
    off = {"kind": "amount_off", "id": "off", "amount": "50"}
    agreed = contract([SEATS, other], {"discounts": [off], "maximum": {"amount": "50", "scope": {"lines": ["b"]}}}, FEB)
    expected = {"Jan": ["seats recurring 50.00"], "Feb": ["b recurring 50.00"]}
    assert expected == pieces(bc.bill(agreed, through=MAR))


def test_a_term_commitment_counts_every_rhythm() -> None:
    """500 over half a year: two quarters of 100, and 300 trued up at its end."""
    quarterly = {**SEATS, "billed_every": "quarter"}
    agreed = contract([quarterly], {"commitments": [{"id": "deal", "amount": "500", "per": "term"}]}, JUL)
    run = bc.bill(agreed, through=date(2027, 1, 1))
    assert {"Jan", "Apr", "Jul"} == set(pieces(run))
    assert ["seats true_up:deal 300.00"] == pieces(run)["Jul"]


def test_a_minimum_of_a_line_without_a_charge_in_the_month() -> None:
    """150 a month for what is billed once: 100 and 50 more in January, 150 in each month after it."""
    setup = {"id": "setup", "sku": "SETUP", "billed": "once", "price": {"kind": "flat", "amount": "100"}}
    agreed = contract([SEATS, setup], {"minimum": {"amount": "150", "scope": {"skus": ["SETUP"]}}})
    found = pieces(bc.bill(agreed, through=APR))
    assert ["seats recurring 100.00", "setup one_time 100.00"] == found["Jan"]
    assert ["setup minimum:minimum 50.00", "setup minimum:minimum 150.00"] == [
        found[name][1] for name in ("Feb", "Mar")
    ]
    assert ["setup minimum:minimum 150.00"] == found["Apr"]


def test_negative_pieces_that_vanish_are_billed_again() -> None:
    """-3.00, then nothing: 3.00 again, and 0 stands. -10.00 and -1.50, then 5 at 1.00: 5.00 stands."""
    tiers = [{"up_to": "10", "unit_price": "1"}, {"unit_price": "0.5"}]
    price = {"kind": "graduated", "tiers": tiers}
    agreed = contract([{**CALLS, "price": price, "modifiers": {"negative": "credit", "grain": "segment"}}], end=FEB)
    assert 0 == stands(reported(agreed, -3, 0))
    run = reported(agreed, -13, 5)
    assert 500 == stands(run)
    again = [line for one in run.invoices for line in one.lines if line.description.startswith("Reversal of ")]
    assert [150] == [line.net_minor for line in again]


def test_a_negative_group_that_vanishes_is_billed_again() -> None:
    """-3.00 and -5.00 by region, then -5.00 alone: -5.00 stands."""

    def used(**regions: str) -> Measured:
        groups = tuple(Group(key=(key,), measured=Measured(quantity=text)) for key, text in regions.items())
        return Measured(quantity=str(sum(map(int, regions.values()))), groups=groups)

    price = {"kind": "grouped", "by": ["region"], "price": {"kind": "per_unit", "unit_price": "-1"}}
    agreed = contract([{**CALLS, "price": price, "modifiers": {"negative": "credit"}}], end=FEB)
    assert -500 == stands(reported(agreed, used(eu="3", us="5"), used(us="5")))


def test_a_charge_below_zero_counts_in_a_commitment() -> None:
    """5.00 and then -3.00 against 20.00: whichever came first, 17.00 stands: -3.00 and its 20.00."""
    commitment = {"commitments": [{"id": "deal", "amount": "20", "per": "period"}]}
    agreed = contract([{**CALLS, "modifiers": {"negative": "credit"}}], commitment, FEB)
    assert stands(reported(agreed, -3)) == stands(reported(agreed, 5, -3))


def test_nothing_is_trued_up_while_a_month_is_unknown() -> None:
    """Without January's calls nobody knows what the term lacks; February's and March's are held with it."""
    agreed = contract([CALLS, SEATS], {"commitments": [{"id": "deal", "amount": "900", "per": "term"}]})
    late = bc.bill(agreed, usage={"calls": {FEB: 100, MAR: 100}}, through=JUL)
    assert {"seats recurring 100.00"} == {line for lines in pieces(late).values() for line in lines}
    assert ["usage-missing"] == [finding.code for finding in late.findings]
    known = bc.bill(agreed, usage={"calls": {JAN: 50, FEB: 100, MAR: 100}}, through=JUL, billed=late.next_billed)
    assert 90000 == stands(known)


SMS = {**CALLS, "id": "sms", "sku": "SMS"}
SHARED = [
    # Two of 80 under 100; two of 80 less 60; 80 in one month alone less 50 once.
    ({"maximum": {"amount": "100"}}, {"sms": {JAN: 80}, "calls": {JAN: 80}}, FEB, 10_000),
    (
        {"discounts": [{"kind": "amount_off", "id": "o", "amount": "60"}]},
        {"sms": {JAN: 80}, "calls": {JAN: 80}},
        FEB,
        10_000,
    ),
    (
        {"discounts": [{"kind": "amount_off", "id": "o", "amount": "50", "periods": 1}]},
        {"sms": {JAN: 0, FEB: 80}, "calls": {JAN: 80, FEB: 0}},
        MAR,
        11_000,
    ),
]


@pytest.mark.parametrize(("stage", "used", "through", "standing"), SHARED)
def test_what_is_shared_with_a_charge_that_is_not_known_stays(
    stage: dict[str, Any], used: dict[str, Any], through: date, standing: int
) -> None:
    """A month that stands billed and is not told again moves nothing beside it: no more is billed, nothing given back."""
    agreed = contract([SMS, CALLS], stage)
    first = bc.bill(agreed, usage=used, through=through)
    assert standing == stands(first)
    known = {**used, "calls": {start: one for start, one in used["calls"].items() if start != JAN}}
    again = bc.bill(agreed, usage=known, through=through, billed=first.next_billed)
    assert () == again.documents
    assert ["usage-missing", "stage-waits"] == [finding.code for finding in again.findings]
    assert () == bc.bill(agreed, usage=used, through=through, billed=again.next_billed).documents


def test_a_month_that_was_never_billed_holds_its_own_line() -> None:
    """Calls that are merely late do not keep the messages and the next seats from being billed."""
    agreed = contract([SEATS, SMS, CALLS], {"maximum": {"amount": "150"}})
    run = bc.bill(agreed, usage={"sms": {JAN: 30}}, through=FEB)
    assert ["usage-missing"] == [finding.code for finding in run.findings]
    assert 10_000 + 3_000 + 10_000 == stands(run)


def test_a_carried_discount_is_not_counted_where_it_took_nothing() -> None:
    """January's 100 of a go to x; d finds nothing, keeps its 100 and takes February's."""
    lines = [{**SEATS, "id": "a", "sku": "A"}, {**SEATS, "id": "b", "sku": "B", "billed": "in_arrears"}]
    both = {"kind": "amount_off", "id": "x", "amount": "100", "periods": 1, "scope": {"skus": ["A", "B"]}}
    own = {"kind": "amount_off", "id": "d", "amount": "100", "periods": 1, "unused": "carry", "scope": {"skus": ["A"]}}
    run = bc.bill(contract(lines, {"discounts": [both, own]}), through=APR)
    expected = {"Jan": ["a recurring 0.00"], "Feb": ["a recurring 0.00", "b recurring 100.00"]}
    assert expected == {name: found for name, found in pieces(run).items() if name in expected}


def test_the_order_of_standing_lines_is_no_matter() -> None:
    """Billed 90, then 50 of it: 90 once stood, so nothing is trued up, in whatever order the lines are passed."""
    deal = {"id": "deal", "amount": "100", "per": "period", "counts": "as_invoiced"}
    agreed = contract([CALLS], {"commitments": [deal]}, FEB)
    run = reported(agreed, 90, 50, 45, 70)
    for used in (70, 20):
        documents = [
            bc.bill(agreed, usage={"calls": {JAN: used}}, through=FEB, billed=Billed(lines=lines)).documents
            for lines in (run.next_billed.lines, run.next_billed.lines[::-1])
        ]
        assert documents[0] == documents[1]


def test_a_line_that_stands_twice_is_refused() -> None:
    """The lines of a document added a second time would be given back as if they had been billed."""
    run = reported(contract([CALLS], end=FEB), 90)
    with pytest.raises(DocumentError) as refusal:
        run.next_billed.plus(run.next_billed.lines)
    assert ("id-repeated", "billed.lines") == (refusal.value.code, refusal.value.path)
