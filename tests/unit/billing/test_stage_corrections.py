"""The contract stage when facts come late, change or are missing: billed once, taken back whole, never guessed."""

from __future__ import annotations

from datetime import date
from typing import Any

import billcore as bc
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
