"""Laws of a line's discounts over its months: the oracle's cents, in one run and in one run a month."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import billcore as bc
from oracle.discounted_months import Line
from support.laws import law

MONTHS = 6
FIRST = [date(2026, month, 1) for month in range(1, MONTHS + 2)]
ENDS = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"periods": st.integers(1, 4)}),
    st.fixed_dictionaries({"until": st.integers(2, MONTHS)}),
)
AMOUNTS = st.sampled_from(["0.01", "5", "12.345", "20", "60"])
USED = st.sampled_from(["0", "0", "0.004", "0.5", "3", "19.995", "20", "33.33", "100", "-0.004", "-3", "-50"])


@st.composite
def discounts(draw: st.DrawFn) -> list[Any]:
    percent = st.fixed_dictionaries({"kind": st.just("percent_off"), "percent": st.sampled_from(["10", "33.3", "100"])})
    amount = st.fixed_dictionaries(
        {"kind": st.just("amount_off"), "amount": AMOUNTS, "unused": st.sampled_from(["lose", "carry"])}
    )
    return [draw(percent | amount) | draw(ENDS) for _ in range(draw(st.integers(1, 3)))]


MODIFIERS = st.fixed_dictionaries(
    {
        "negative": st.sampled_from(["carry", "credit"]),
        "order": st.sampled_from(["discounts_first", "limits_first"]),
        "minimum": st.sampled_from(["0", "0", "10"]),
        "maximum": st.sampled_from(["1000", "40"]),
    }
)


def contract(off: list[Any], modifiers: Any) -> bc.Contract:
    written = [{**one, "until": FIRST[one["until"] - 1]} if "until" in one else one for one in off]
    line = {"id": "x", "sku": "X", "billed": "in_arrears", "price": {"kind": "per_unit", "unit_price": "1"}}
    return bc.Contract.read(
        {"id": "C-1", "customer": "acme", "entity": "US01", "currency": "USD", "billed_every": "month"}
        | {"term": {"start": FIRST[0], "end": FIRST[MONTHS]}}
        | {"lines": [{**line, "discounts": written, "modifiers": modifiers}]}
    )


@law(250)
@given(discounts(), MODIFIERS, st.lists(USED, min_size=MONTHS, max_size=MONTHS))
def test_months_come_to_what_the_oracle_says(off: list[Any], modifiers: Any, used: list[str]) -> None:
    """Each month's net, in one run over all of them."""
    judge = Line(off, modifiers)
    expected = [judge.cents(month, Fraction(units)) for month, units in enumerate(used, start=1)]
    usage = {"x": dict(zip(FIRST, used, strict=False))}
    run = bc.bill(contract(off, modifiers), usage=usage, through=FIRST[MONTHS])
    assert expected == [charge.net_minor for charge in run.rated.charges]


@law(40)
@given(discounts(), MODIFIERS, st.lists(USED, min_size=MONTHS, max_size=MONTHS))
def test_a_run_a_month_is_one_run(off: list[Any], modifiers: Any, used: list[str]) -> None:
    """Month after month with what stands billed: the same in all, and nothing more when it is run again."""
    agreed, usage = contract(off, modifiers), {"x": dict(zip(FIRST, used, strict=False))}
    whole = bc.bill(agreed, usage=usage, through=FIRST[MONTHS])
    billed, total = None, 0
    for month in range(1, MONTHS + 1):
        told = {"x": dict(list(usage["x"].items())[:month])}
        run = bc.bill(agreed, usage=told, through=FIRST[month], billed=billed)
        billed, total = run.next_billed, total + signed(run)
    assert signed(whole) == total
    assert () == bc.bill(agreed, usage=usage, through=FIRST[MONTHS], billed=billed).documents


def signed(run: bc.BillRun) -> int:
    """What a run asks for, credits taken off."""
    return sum(one.net.minor for one in run.invoices) - sum(one.net.minor for one in run.credit_memos)
