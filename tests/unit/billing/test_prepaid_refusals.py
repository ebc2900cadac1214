"""Unit tests of what the prepaid ledger and the thresholds refuse, and of small things that they promise."""

from __future__ import annotations

from datetime import UTC, date, datetime
from time import process_time
from typing import Any

import pytest

from billcore.billing.prepaid import PrepaidLine, PrepaidPart, draw, drawable, given_back
from billcore.billing.prepaid_expiry import expire
from billcore.billing.prepaid_state import PrepaidBalance, PrepaidState, purchased
from billcore.billing.thresholds import billing_points
from billcore.contract.prepaid import PrepaidCredit
from billcore.contract.thresholds import ProgressiveThresholds
from billcore.core.errors import BillcoreError, InvariantBroken
from billcore.money.units import Unit
from hostile import HUGE

DAY = date(2026, 6, 15)
CREDIT = PrepaidCredit(id="a", amount="10.00", currency="EUR", valid_from="2026-01-01")
EMPTY = PrepaidState(currency="EUR")
STATE = purchased([CREDIT], EMPTY)
LINE = PrepaidLine(id="1", line="x", sku="X", minor=100)
BIG_UNIT = Unit(code="CREDITS", digits=0, worth="9" * 18, currency="EUR")
MANY = [PrepaidCredit(id=f"c{n}", amount="1", currency="EUR", valid_from="2026-01-01") for n in range(1_001)]
THRESHOLDS = ProgressiveThresholds(amounts=["1.00"])


def refusal(call: Any) -> BillcoreError:
    """The error of a call, which comes at once."""
    begun = process_time()
    with pytest.raises(BillcoreError) as caught:
        call()
    assert process_time() - begun < 0.1
    assert len(str(caught.value)) <= 1_000
    return caught.value


CALLS = [
    (lambda: PrepaidLine(id="1", line="x", sku="X", minor=-1), "number-negative"),
    (lambda: PrepaidLine(id="1", line="x", sku="X", minor=HUGE), "number-too-large"),
    (lambda: PrepaidLine(id="1", line="x", sku="X", minor=0.1), "float-amount"),  # type: ignore[arg-type]
    (lambda: PrepaidLine(id="1", line="x", sku=None, minor=1), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: PrepaidPart(credit="a", line="1", minor=-1), "number-negative"),
    (lambda: PrepaidBalance(id="a", purchased_minor=5, drawn_minor=3, expired_minor=3), "prepaid-not-conserved"),
    (lambda: PrepaidBalance(id="a", purchased_minor=5, drawn_minor=-1), "number-negative"),
    (lambda: PrepaidBalance(id="a", purchased_minor=5, expires="2026-01-01"), "date-malformed"),  # type: ignore[arg-type]
    (lambda: PrepaidState(currency="EURO"), "currency-unknown"),
    (lambda: PrepaidState(currency="EUR", balances=STATE.balances * 2), "id-repeated"),
    (lambda: PrepaidState(currency="EUR", balances=[]), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: STATE.balance("b"), "credit-missing"),
    (lambda: purchased([], STATE), "credit-missing"),
    (lambda: purchased([CREDIT, CREDIT], EMPTY), "id-repeated"),
    (lambda: purchased([CREDIT], PrepaidState(currency="USD")), "currencies-differ"),
    (lambda: purchased([CREDIT], None), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: purchased(CREDIT, EMPTY), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: purchased([STATE], EMPTY), "argument-wrong"),  # type: ignore[list-item]
    (lambda: purchased(MANY, EMPTY), "limit-exceeded"),
    (lambda: purchased([CREDIT.revised(amount="10.001")], EMPTY), "amount-too-fine"),
    (lambda: purchased([CREDIT.revised(amount="9" * 18)], EMPTY), "number-too-large"),
    (lambda: purchased([CREDIT.revised(currency=None, unit=BIG_UNIT)], EMPTY), "amount-too-large"),
    (lambda: draw([CREDIT], EMPTY, [LINE], DAY), "credit-missing"),
    (lambda: draw([], STATE, [LINE], DAY), "credit-missing"),
    (lambda: draw([CREDIT], STATE, [LINE, LINE], DAY), "id-repeated"),
    (lambda: draw([CREDIT], STATE, LINE, DAY), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: draw([CREDIT], STATE, [100], DAY), "argument-wrong"),  # type: ignore[list-item]
    (lambda: draw([CREDIT], STATE, [LINE], datetime(2026, 6, 15, tzinfo=UTC)), "date-malformed"),
    (lambda: draw([CREDIT], STATE, [LINE], DAY, draw_down="cash"), "choice-unknown"),  # type: ignore[arg-type]
    (lambda: draw([CREDIT], STATE, [LINE] * 10_001, DAY), "limit-exceeded"),
    (lambda: expire([CREDIT], STATE, None), "date-malformed"),  # type: ignore[arg-type]
    (lambda: drawable([CREDIT], EMPTY, DAY), "credit-missing"),
    (lambda: given_back(STATE, [PrepaidPart(credit="a", line="1", minor=1)]), "number-negative"),
    (lambda: given_back(STATE, [PrepaidPart(credit="b", line="1", minor=1)]), "credit-missing"),
    (lambda: given_back(STATE, [LINE]), "argument-wrong"),  # type: ignore[list-item]
    (lambda: billing_points(None, [], currency="EUR"), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: billing_points(THRESHOLDS, "ab", currency="EUR"), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: billing_points(THRESHOLDS, [(DAY, 1, 2)], currency="EUR"), "argument-wrong"),  # type: ignore[list-item]
    (lambda: billing_points(THRESHOLDS, [(DAY, 1.0)], currency="EUR"), "float-amount"),  # type: ignore[list-item]
    (lambda: billing_points(THRESHOLDS, [(DAY, -1)], currency="EUR"), "number-negative"),
    (lambda: billing_points(THRESHOLDS, [("2026", 1)], currency="EUR"), "date-malformed"),  # type: ignore[list-item]
    (lambda: billing_points(THRESHOLDS, [(DAY, 1), (DAY, 1)], currency="EUR"), "moments-not-increasing"),
    (lambda: billing_points(THRESHOLDS, [], currency="EUR", billed_minor=-1), "number-negative"),
    (lambda: billing_points(THRESHOLDS, [], currency="???"), "currency-unknown"),
    (lambda: billing_points(THRESHOLDS, [(DAY, 1)] * 150_001, currency="EUR"), "limit-exceeded"),
    (lambda: ProgressiveThresholds(), "thresholds-empty"),
    (lambda: ProgressiveThresholds(amounts=[1.5]), "float-amount"),  # type: ignore[list-item]
    (lambda: ProgressiveThresholds(amounts=["-1"]), "number-negative"),
    (lambda: ProgressiveThresholds(amounts=["2", "1"]), "thresholds-not-increasing"),
    (lambda: ProgressiveThresholds(amounts=[str(n) for n in range(1, 1_002)]), "limit-exceeded"),
]


@pytest.mark.parametrize(("call", "code"), CALLS)
def test_what_may_not_be_is_refused(call: Any, code: str) -> None:
    """Wrong kinds, wrong signs, wrong currencies, repetitions and too much of anything are told by their code."""
    assert code == refusal(call).code


CREDITS = [
    ({"currency": None}, "credit-not-one-currency"),
    ({"unit": BIG_UNIT}, "credit-not-one-currency"),
    ({"currency": "EURO"}, "currency-unknown"),
    ({"amount": "0"}, "number-not-positive"),
    ({"amount": "-5"}, "number-negative"),
    ({"priority": -1}, "value-malformed"),
    ({"priority": 1.5}, "float-amount"),
    ({"expires": "2026-01-01"}, "credit-expires-before-start"),
    ({"roll_over": {"expires": "2027-01-01"}}, "roll-over-not-later"),
    ({"expires": "2026-07-01", "roll_over": {"expires": "2026-07-01"}}, "roll-over-not-later"),
    ({"expires": "2026-07-01", "roll_over": {"expires": "2027-01-01", "percent": "101"}}, "percent-out-of-range"),
    ({"draw_down": "later"}, "choice-unknown"),
    ({"breakage": "none"}, "choice-unknown"),
]


@pytest.mark.parametrize(("changes", "code"), CREDITS)
def test_a_credit_that_may_not_be_is_refused(changes: dict[str, Any], code: str) -> None:
    """A credit is in one currency, worth something, and expires after it begins."""
    assert code == refusal(lambda: CREDIT.revised(**changes)).code


def test_a_purchase_is_taken_up_once() -> None:
    """Taking up the same credits again changes nothing; what a draw took stays taken."""
    _, after = draw([CREDIT], STATE, [LINE], DAY)
    assert after == purchased([CREDIT], after)
    assert 900 == after.balance("a").remaining_minor
    assert (("a", 900),) == drawable([CREDIT], after, DAY)


def test_what_is_given_back_can_be_drawn_again() -> None:
    """A void of what a credit paid leaves it as it was."""
    paid, after = draw([CREDIT], STATE, [LINE], DAY)
    assert STATE == given_back(after, paid.parts)


def test_more_gone_than_bought_is_a_contradiction() -> None:
    """A balance that does not add up is the library's own error, not the caller's."""
    with pytest.raises(InvariantBroken):
        PrepaidBalance(id="a", purchased_minor=5, expired_minor=6)


def test_a_draw_tells_what_each_credit_pays() -> None:
    """The steps of a draw name credit, amount and line."""
    paid, _ = draw([CREDIT], STATE, [LINE], DAY)
    assert ["credit a pays EUR 1.00 of 1"] == [step.text for step in paid.steps]
    gone = CREDIT.revised(expires="2026-02-01")
    found, _ = expire([gone], purchased([gone], EMPTY), DAY)
    assert ["credit a expired on 2026-02-01: EUR 10.00 are lost"] == [step.text for step in found.steps]


def test_many_lines_and_credits_take_little_time() -> None:
    """A thousand credits that may pay nothing of two thousand lines are passed over within seconds."""
    credits = [one.revised(scope={"skus": ["OTHER"]}) for one in MANY[:1_000]]
    lines = [PrepaidLine(id=str(n), line="x", sku="X", minor=1) for n in range(2_000)]
    begun = process_time()
    paid, _ = draw(credits, purchased(credits, EMPTY), lines, DAY)
    assert () == paid.parts
    assert process_time() - begun < 10
