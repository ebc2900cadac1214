"""Laws of the contract stage on its way into a bill: whatever is told when, the same stands in the end."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import billcore as bc
from support.laws import law

STARTS = [date(2026, month, 1) for month in range(1, 5)]
END = date(2026, 5, 1)
AMOUNTS = st.integers(0, 400).map(lambda cents: f"{cents}.{cents % 97:02d}")
SCOPES = st.sampled_from([{}, {"lines": ["seats"]}, {"skus": ["API"]}])


@st.composite
def stages(draw: st.DrawFn) -> dict[str, Any]:
    """Up to two discounts, a maximum, a minimum, a commitment by period or term."""
    discounts = [
        draw(
            st.one_of(
                st.fixed_dictionaries(
                    {"kind": st.just("percent_off"), "percent": st.sampled_from(["10", "33.3", "100"])},
                    optional={"periods": st.integers(1, 3)},
                ),
                st.fixed_dictionaries(
                    {"kind": st.just("amount_off"), "amount": AMOUNTS, "unused": st.sampled_from(["lose", "carry"])},
                    optional={"periods": st.integers(1, 3)},
                ),
            )
        )
        | {"id": f"d{number}", "scope": draw(SCOPES)}
        for number in range(draw(st.integers(0, 2)))
    ]
    stage: dict[str, Any] = {
        "discounts": discounts,
        "stacking": draw(st.sampled_from(["as_listed", "percent_first", "additive"])),
    }
    if draw(st.booleans()):
        stage["maximum"] = {"amount": draw(AMOUNTS), "scope": draw(SCOPES)}
    elif draw(st.booleans()):
        stage["minimum"] = {"amount": draw(AMOUNTS), "scope": draw(SCOPES)}
    if draw(st.booleans()):
        factor = draw(st.sampled_from([{}, {"overage_factor": "1.5"}]))
        per = draw(st.sampled_from(["period", "term"]))
        counts = draw(st.sampled_from(["net", "gross"]))
        stage["commitments"] = [{"id": "deal", "amount": draw(AMOUNTS), "per": per, "counts": counts} | factor]
    return stage


def contract(stage: Any) -> bc.Contract:
    seats = {"id": "seats", "sku": "SEATS", "billed": "in_advance", "price": {"kind": "flat", "amount": "99.99"}}
    calls = {"id": "calls", "sku": "API", "billed": "in_arrears", "price": {"kind": "per_unit", "unit_price": "1.01"}}
    term = {"start": STARTS[0], "end": END}
    return bc.Contract.read(
        {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": "month", "term": term}
        | {"stage": stage, "lines": [seats, calls]}
    )


def total(run: bc.BillRun) -> int:
    return sum(one.total.minor for one in run.invoices) - sum(one.total.minor for one in run.credit_memos)


USED = st.lists(st.integers(0, 300), min_size=4, max_size=4)


@law(40)
@given(stages(), USED)
def test_month_by_month_is_at_once(stage: Any, used: list[int]) -> None:
    """Run as each month ends, nothing is ever given back, and it comes to what one run at the end bills."""
    agreed = contract(stage)
    usage = dict(zip(STARTS, used, strict=True))
    billed, standing = None, 0
    for through in [*STARTS, END]:
        known = {start: quantity for start, quantity in usage.items() if start < through}
        run = bc.bill(agreed, usage={"calls": known}, through=through, billed=billed)
        assert () == run.credit_memos
        standing += total(run)
        billed = run.next_billed
    once = bc.bill(agreed, usage={"calls": usage}, through=END)
    assert total(once) == standing == sum(charge.net_minor for charge in once.rated.charges)
    assert () == bc.bill(agreed, usage={"calls": usage}, through=END, billed=billed).documents


@law(40)
@given(stages(), USED, USED)
def test_corrected_usage_nets_to_what_was_said_last(stage: Any, first: list[int], last: list[int]) -> None:
    """Usage told anew is settled by difference to what a contract would be billed that never knew the other."""
    agreed = contract(stage)
    before = bc.bill(agreed, usage={"calls": dict(zip(STARTS, first, strict=True))}, through=END)
    usage = {"calls": dict(zip(STARTS, last, strict=True))}
    after = bc.bill(agreed, usage=usage, through=END, billed=before.next_billed)
    assert total(bc.bill(agreed, usage=usage, through=END)) == total(before) + total(after)
    assert () == bc.bill(agreed, usage=usage, through=END, billed=after.next_billed).documents


@law(40)
@given(stages(), USED)
def test_no_charge_is_below_zero_and_each_explains_itself(stage: Any, used: list[int]) -> None:
    """What the stage leaves of a charge is 0 or more, and the last step says it."""
    run = bc.bill(contract(stage), usage={"calls": dict(zip(STARTS, used, strict=True))}, through=END)
    for charge in run.rated.charges:
        assert charge.net_minor >= 0
        last = charge.steps[-1]
        assert charge.net_minor * last.denominator == last.numerator * 100
