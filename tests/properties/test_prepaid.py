"""Laws of prepaid credits and thresholds: nothing is drawn twice, nothing vanishes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from billcore.billing.prepaid import PrepaidLine, draw, drawable, given_back
from billcore.billing.prepaid_expiry import expire
from billcore.billing.prepaid_state import PrepaidState, purchased
from billcore.billing.thresholds import billing_points
from billcore.contract.prepaid import PrepaidCredit
from billcore.contract.thresholds import ProgressiveThresholds
from billcore.core.exact import plain
from oracle import stage as oracle
from support.laws import law
from support.stages import credits_of, is_conserved

Plain = dict[str, Any]
START = date(2026, 1, 1)
DAYS = st.integers(0, 40).map(lambda days: START + timedelta(days=days))
SKUS = ["A", "B"]


@st.composite
def wallets(draw: st.DrawFn) -> list[Plain]:
    found: list[Plain] = []
    for number in range(draw(st.integers(1, 5))):
        first = draw(st.integers(0, 20))
        one: Plain = {
            "id": f"w{number}",
            "amount": plain(draw(st.integers(1, 90)), 2),
            "priority": draw(st.integers(0, 2)),
            "valid_from": str(START + timedelta(days=first)),
            "scope": draw(st.just({}) | st.sampled_from(SKUS).map(lambda sku: {"skus": [sku]})),
            "draw_down": draw(st.sampled_from(["payment", "payment", "before_tax"])),
        }
        if draw(st.booleans()):
            lasts = draw(st.integers(1, 20))
            one["expires"] = str(START + timedelta(days=first + lasts))
            if draw(st.booleans()):
                until = str(START + timedelta(days=first + lasts + draw(st.integers(1, 9))))
                one["roll_over"] = {"expires": until, "percent": plain(draw(st.integers(0, 1000)), 1)}
        found.append(one)
    return draw(st.permutations(found))


@st.composite
def bills(draw: st.DrawFn) -> list[PrepaidLine]:
    return [
        PrepaidLine(id=f"l{number}", line="x", sku=draw(st.sampled_from(SKUS)), minor=draw(st.integers(0, 120)))
        for number in range(draw(st.integers(0, 4)))
    ]


def opened(wallet: list[Plain]) -> tuple[list[PrepaidCredit], PrepaidState, dict[str, int]]:
    credits = credits_of(wallet)
    state = purchased(credits, PrepaidState(currency="EUR"))
    return credits, state, {balance.id: balance.purchased_minor for balance in state.balances}


@law(70)
@given(wallets(), bills(), DAYS)
def test_a_draw_is_what_paying_cent_by_cent_gives(wallet: list[Plain], bill: list[PrepaidLine], on: date) -> None:
    """Each credit pays of each line what the oracle finds, and no cent more than is there or due."""
    credits, state, bought = opened(wallet)
    paid, after = draw(credits, state, bill, on)
    left = [one | {"left": bought[one["id"]]} for one in wallet]
    plain_lines = [{"id": line.id, "line": line.line, "sku": line.sku, "minor": line.minor} for line in bill]
    assert oracle.drawn(left, plain_lines, str(on)) == {(part.credit, part.line): part.minor for part in paid.parts}
    assert paid.paid_minor == sum(part.minor for part in paid.parts) == sum(paid.paid_by(name) for name in bought)
    assert all(0 <= paid.paid_on(line.id) <= line.minor for line in bill)
    assert {one.id: one.drawn_minor for one in after.balances} == {name: paid.paid_by(name) for name in bought}


@law(60)
@given(wallets(), st.lists(st.tuples(st.sampled_from(["draw", "expire", "back"]), DAYS, bills()), max_size=8))
def test_drawn_expired_and_remaining_sum_to_the_purchase(wallet: list[Plain], events: list[Any]) -> None:
    """Whatever happens in whatever order, of each credit nothing is lost or made."""
    credits, state, bought = opened(wallet)
    parts: list[Any] = []
    for what, on, bill in events:
        if what == "expire":
            before = state
            found, state = expire(credits, state, on)
            lost = sum(one.minor for one in found.breakages)
            assert lost == sum(one.expired_minor for one in state.balances) - sum(
                one.expired_minor for one in before.balances
            )
            assert ((), ()) == (expire(credits, state, on)[0].breakages, expire(credits, state, on)[0].roll_overs)
        elif what == "draw":
            could = dict(drawable(credits, state, on, draw_down="payment"))
            paid, state = draw(credits, state, bill, on)
            assert all(paid.paid_by(name) <= could.get(name, 0) for name in bought)
            parts.extend(paid.parts)
        else:
            state = given_back(state, parts)
            parts = []
        assert is_conserved(state, bought)
        assert all(one.remaining_minor >= 0 for one in state.balances)


@law(60)
@given(wallets(), st.sampled_from(SKUS), st.integers(0, 150), st.integers(0, 150), DAYS)
def test_drawing_in_two_steps_is_drawing_at_once(wallet: list[Plain], sku: str, one: int, two: int, on: date) -> None:
    """The sum of two amounts takes from each credit what the two take after another."""
    credits, state, _ = opened(wallet)

    def pays(minor: int, before: PrepaidState) -> PrepaidState:
        return draw(credits, before, [PrepaidLine(id="l", line="x", sku=sku, minor=minor)], on)[1]

    assert pays(two, pays(one, state)) == pays(one + two, state)


@law(60)
@given(wallets(), bills(), DAYS, st.randoms(use_true_random=False))
def test_the_order_of_credits_does_not_matter(
    wallet: list[Plain], bill: list[PrepaidLine], on: date, random: Any
) -> None:
    """Priority, expiry, age and id decide; not the order in which credits are passed."""
    credits, state, _ = opened(wallet)
    shuffled = list(credits)
    random.shuffle(shuffled)
    assert draw(credits, state, bill, on) == draw(shuffled, state, bill, on)


MOMENTS = st.lists(st.integers(0, 700), max_size=10)
BOUNDS = st.lists(st.integers(1, 400), min_size=1, max_size=4, unique=True).map(sorted)


@law(70)
@given(BOUNDS, st.integers(0, 60), MOMENTS, st.integers(0, 500))
def test_points_are_what_walking_through_gives(amounts: list[int], every: int, rated: list[int], billed: int) -> None:
    """Each point is the oracle's; what the points bill, with what was billed, is the amount at the last of them."""
    thresholds = ProgressiveThresholds(
        amounts=[plain(one, 2) for one in amounts], recurring=plain(every, 2) if every else None
    )
    days = [(START + timedelta(days=number), amount) for number, amount in enumerate(rated)]
    found = billing_points(thresholds, days, currency="EUR", billed_minor=billed)
    told = [((one.at - START).days, one.threshold_minor, one.due_minor) for one in found]
    assert oracle.points(amounts, every, rated, billed) == told
    assert all(one.due_minor > 0 for one in found)
    if found:
        assert billed + sum(one.due_minor for one in found) == found[-1].rated_minor


@law(60)
@given(BOUNDS, st.integers(0, 60), MOMENTS.map(sorted), st.integers(0, 10))
def test_a_second_look_finds_no_point_again(amounts: list[int], every: int, rated: list[int], cut: int) -> None:
    """Looking at the first moments, and then at all with what was billed, gives the points of one look."""
    thresholds = ProgressiveThresholds(
        amounts=[plain(one, 2) for one in amounts], recurring=plain(every, 2) if every else None
    )
    days = [(START + timedelta(days=number), amount) for number, amount in enumerate(rated)]
    whole = billing_points(thresholds, days, currency="EUR")
    first = billing_points(thresholds, days[:cut], currency="EUR")
    billed = sum(one.due_minor for one in first)
    assert whole == (*first, *billing_points(thresholds, days, currency="EUR", billed_minor=billed))
