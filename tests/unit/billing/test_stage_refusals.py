"""Unit tests of what the contract stage refuses, and of the documents that it reads."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from time import process_time
from typing import Any

import pytest

from billcore.billing.commitments import unit_true_up
from billcore.billing.contract_stage import apply_stage
from billcore.billing.stage_lines import StageLine
from billcore.billing.stage_state import CommitmentCounter, DiscountCounter, StageState
from billcore.billing.stage_window import StageWindow
from billcore.billing.window_commitments import commit_windows
from billcore.contract.commitments import WindowCommitment
from billcore.contract.scopes import Scope
from billcore.contract.stage_terms import MaximumCharge, MinimumCharge, StageTerms
from billcore.core.errors import BillcoreError
from billcore.money.units import Unit
from billcore.periods.period import Period
from billcore.pricing.documents import PerUnit
from billcore.pricing.lowering import lower
from hostile import HUGE

MAY = Period(start=date(2026, 5, 1), end=date(2026, 6, 1))
WINDOW = StageWindow(period=MAY, currency="EUR")
LINE = StageLine(id="1", line="a", sku="A", gross_minor=1_000, net_minor=1_000)
PERCENT = {"kind": "percent_off", "id": "d", "percent": "10"}
LARGE = {"commitments": [{"id": "c", "amount": "999999999999999999", "per": "period"}]}


def refusal(call: Any) -> BillcoreError:
    """The error of a call, which comes at once."""
    begun = process_time()
    with pytest.raises(BillcoreError) as caught:
        call()
    assert process_time() - begun < 0.1
    assert len(str(caught.value)) <= 1_000
    return caught.value


LINES = [
    ({"net_minor": -1}, "charge-negative"),
    ({"gross_minor": -HUGE}, "charge-negative"),
    ({"net_minor": HUGE}, "number-too-large"),
    ({"net_minor": 1.0}, "float-amount"),
    ({"net_minor": float("nan")}, "float-amount"),
    ({"net_minor": True}, "number-malformed"),
    ({"net_minor": None}, "number-malformed"),
    ({"gross_minor": Decimal(1)}, "number-malformed"),
    ({"invoiced_minor": "5"}, "number-malformed"),
    ({"id": 5}, "argument-wrong"),
    ({"meter": None}, "argument-wrong"),
]


@pytest.mark.parametrize(("wrong", "code"), LINES)
def test_a_charge_that_is_none_is_refused(wrong: dict[str, Any], code: str) -> None:
    """A line of wrong types, below zero or too large is refused where it is made."""
    fields: dict[str, Any] = {"id": "1", "line": "a", "sku": "A", "gross_minor": 1, "net_minor": 1} | wrong
    assert code == refusal(lambda: StageLine(**fields)).code


WINDOWS = [
    ({"period": (1, 2)}, "period-malformed"),
    ({"currency": "XYZ"}, "currency-unknown"),
    ({"currency": 5}, "currency-unknown"),
    ({"rounding": "nearest"}, "rounding-mode-unknown"),
    ({"ends": "year"}, "choice-unknown"),
    ({"scaled": ("discounts",)}, "choice-unknown"),
    ({"scaled": "discount"}, "choice-unknown"),
    ({"share": 0.5}, "ratio-malformed"),
    ({"share": (1, 0)}, "ratio-malformed"),
    ({"share": (-1, 2)}, "ratio-malformed"),
    ({"share": (True, 2)}, "ratio-malformed"),
    ({"share": (1, HUGE)}, "ratio-malformed"),
    ({"term_share": (1, 2, 3)}, "ratio-malformed"),
]


@pytest.mark.parametrize(("wrong", "code"), WINDOWS)
def test_a_window_that_is_none_is_refused(wrong: dict[str, Any], code: str) -> None:
    """A window says its period, currency, mode and shares exactly."""
    fields: dict[str, Any] = {"period": MAY, "currency": "EUR"} | wrong
    assert code == refusal(lambda: StageWindow(**fields)).code


STATES = [
    (lambda: DiscountCounter(id="d", periods=-1), "number-negative"),
    (lambda: DiscountCounter(id="d", carried_minor=HUGE), "number-too-large"),
    (lambda: DiscountCounter(id="d", used_minor=0.5), "float-amount"),  # type: ignore[arg-type]
    (lambda: CommitmentCounter(id="c", counted_minor=-1), "number-negative"),
    (lambda: CommitmentCounter(id=None), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: StageState(discounts=(DiscountCounter(id="d"),) * 2), "id-repeated"),
    (lambda: StageState(commitments=(DiscountCounter(id="d"),)), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: StageState(discounts=[]), "argument-wrong"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("make", "code"), STATES)
def test_a_counter_that_is_none_is_refused(make: Any, code: str) -> None:
    """Counters are whole numbers of 0 or more, each id once."""
    assert code == refusal(make).code


TERMS: list[tuple[dict[str, Any], str]] = [
    ({"discounts": [PERCENT | {"percent": "-1"}]}, "percent-out-of-range"),
    ({"discounts": [PERCENT | {"percent": 10.0}]}, "float-amount"),
    ({"discounts": [PERCENT | {"kind": "free"}]}, "kind-unknown"),
    ({"discounts": [{"kind": "percent_off", "percent": "10"}]}, "field-missing"),
    ({"discounts": [PERCENT | {"until": "2026-01-01", "periods": 2}]}, "discount-ends-twice"),
    ({"discounts": [PERCENT, PERCENT]}, "id-repeated"),
    ({"discounts": [PERCENT | {"id": "minimum"}], "minimum": {"amount": "1"}}, "id-repeated"),
    ({"discounts": [PERCENT | {"scope": {"lines": ["a", "a"]}}]}, "value-repeated"),
    ({"discounts": [PERCENT | {"scope": {"line": "a"}}]}, "field-unknown"),
    ({"discounts": [PERCENT | {"scope": {"skus": ["\u202e"]}}]}, "text-malformed"),
    ({"discounts": [PERCENT | {"id": f"d{number}"} for number in range(101)]}, "limit-exceeded"),
    ({"discounts": 5}, "list-malformed"),
    ({"stacking": "random"}, "choice-unknown"),
    ({"spread": "even"}, "choice-unknown"),
    ({"maximum": {"amount": "-1"}}, "number-negative"),
    ({"maximum": {"amount": "NaN"}}, "number-malformed"),
    ({"minimum": {"amount": True}}, "number-malformed"),
    ({"minimum": {"amount": "2"}, "maximum": {"amount": "1"}}, "minimum-above-maximum"),
    ({"commitments": [{"id": "c", "amount": "1"}]}, "field-missing"),
    ({"commitments": [{"id": "c", "amount": "1", "per": "week"}]}, "choice-unknown"),
    ({"commitments": [{"id": "c", "amount": HUGE, "per": "term"}]}, "number-too-large"),
    ({"commitments": [{"id": f"c{n}", "amount": "1", "per": "term"} for n in range(21)]}, "limit-exceeded"),
]


@pytest.mark.parametrize(("written", "code"), TERMS)
def test_terms_that_may_not_be_are_refused(written: dict[str, Any], code: str) -> None:
    """What a contract may not ask is refused where it is written, with its place."""
    error = refusal(lambda: StageTerms.read(written))
    assert code == error.code
    assert error.path


CALLS = [
    (lambda: apply_stage([LINE, LINE], StageTerms(), WINDOW), "id-repeated"),
    (lambda: StageTerms().check_scopes(None), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: StageTerms().check_scopes([("a", "A")]), "argument-wrong"),  # type: ignore[list-item]
    (lambda: StageTerms().check_scopes([("a", "A", None)]), "argument-wrong"),  # type: ignore[list-item]
    (lambda: apply_stage("ab", StageTerms(), WINDOW), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: apply_stage([5], StageTerms(), WINDOW), "argument-wrong"),  # type: ignore[list-item]
    (lambda: apply_stage([LINE], {}, WINDOW), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: apply_stage([LINE], StageTerms(), MAY), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: apply_stage([LINE], StageTerms(), WINDOW, {}), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: apply_stage([LINE] * 10_001, StageTerms(), WINDOW), "limit-exceeded"),
    (lambda: apply_stage([], StageTerms(minimum=MinimumCharge(amount="1")), WINDOW), "stage-line-missing"),
    (lambda: apply_stage([LINE], StageTerms.read(LARGE), WINDOW), "amount-too-large"),
    (
        lambda: apply_stage(
            [LINE],
            StageTerms.read({"commitments": [{"id": "c", "amount": "0", "per": "term", "overage_factor": "9" * 18}]}),
            WINDOW,
        ),
        "amount-too-large",
    ),
]


@pytest.mark.parametrize(("call", "code"), CALLS)
def test_a_call_that_may_not_be_is_refused(call: Any, code: str) -> None:
    """Arguments of the wrong kind, too many lines, nobody to bear a minimum, amounts beyond all money."""
    assert code == refusal(call).code


CREDITS = Unit(code="CREDITS", digits=2, worth="0.25", currency="EUR")
TABLE = lower(PerUnit(unit_price="2"))
OTHER_CALLS = [
    (lambda: unit_true_up("1", "1", "EUR"), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: unit_true_up(1.5, "1", CREDITS), "float-amount"),  # type: ignore[arg-type]
    (lambda: unit_true_up("1", "1", CREDITS, share=(1, 0)), "ratio-malformed"),
    (lambda: unit_true_up("9" * 18, "0", CREDITS), "amount-too-large"),
    (lambda: commit_windows(PerUnit(unit_price="2"), [], WindowCommitment(amount="1")), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: commit_windows(TABLE, "12", WindowCommitment(amount="1")), "argument-wrong"),
    (lambda: commit_windows(TABLE, [], MaximumCharge(amount="1")), "argument-wrong"),  # type: ignore[arg-type]
    (lambda: commit_windows(TABLE, [1.5], WindowCommitment(amount="1")), "float-amount"),  # type: ignore[list-item]
    (lambda: commit_windows(TABLE, [0] * 150_001, WindowCommitment(amount="1")), "limit-exceeded"),
    (lambda: commit_windows(lower(PerUnit(unit_price="-2")), [1], WindowCommitment(amount="1")), "charge-negative"),
    (lambda: WindowCommitment(amount="1", quantity="1"), "commitment-not-one-measure"),
    (lambda: WindowCommitment(amount="1", overage_factor="0.99"), "overage-factor-below-one"),
]


@pytest.mark.parametrize(("call", "code"), OTHER_CALLS)
def test_windows_and_units_refuse_too(call: Any, code: str) -> None:
    """Commitments of windows and in custom units refuse as the stage does."""
    assert code == refusal(call).code


KNOWN = [("a", "A", "calls"), ("b", "B", "")]


@pytest.mark.parametrize(
    ("scope", "code"),
    [({"lines": ["c"]}, "line-unknown"), ({"skus": ["C"]}, "scope-unknown"), ({"meters": ["x"]}, "scope-unknown")],
)
@pytest.mark.parametrize("place", ["discounts[0]", "maximum", "minimum", "commitments[0]"])
def test_a_scope_that_names_nothing_is_refused(place: str, scope: dict[str, Any], code: str) -> None:
    """A line, product or meter that the contract does not have is told with the term that names it."""
    written = {
        "discounts[0]": {"discounts": [PERCENT | {"scope": scope}]},
        "maximum": {"maximum": {"amount": "1", "scope": scope}},
        "minimum": {"minimum": {"amount": "1", "scope": scope}},
        "commitments[0]": {"commitments": [{"id": "c", "amount": "1", "per": "term", "scope": scope}]},
    }[place]
    error = refusal(lambda: StageTerms.read(written).check_scopes(KNOWN))
    assert (code, f"{place}.scope") == (error.code, error.path)


def test_a_scope_that_names_what_is_there_passes() -> None:
    """Lines, products and meters of the contract are known, one by one."""
    scope = Scope(lines=["a"], skus=["B"], meters=["calls"])
    StageTerms(minimum=MinimumCharge(amount="1", scope=scope)).check_scopes(KNOWN)
    assert not Scope(meters=["x"]).covers(line="a", sku="A")


def test_a_discount_that_ends_inside_a_period_is_split_by_name() -> None:
    """By default a period that began before the end takes it whole; split, it takes the share of its days."""
    lines = [StageLine(id="1", line="a", sku="A", gross_minor=31_00, net_minor=31_00)]
    nets = []
    for at in ("period_start", "split"):
        ends = {"until": "2026-05-11", "at": at}
        terms = StageTerms.read(
            {"discounts": [PERCENT | ends, {"kind": "amount_off", "id": "e", "amount": "3.10"} | ends]}
        )
        nets.append(apply_stage(lines, terms, WINDOW).net_minor)
    assert [31_00 - 3_10 - 3_10, 31_00 - 1_00 - 1_00] == nets
    over = StageTerms.read({"discounts": [PERCENT | {"until": "2026-05-01"}]})
    assert 31_00 == apply_stage(lines, over, WINDOW).net_minor


def test_what_was_carried_is_gone_when_a_discount_has_ended() -> None:
    """Past its last day a discount gives nothing, and past its last period what it carried."""
    state = StageState(discounts=(DiscountCounter(id="d", periods=1, carried_minor=300),))
    amount = {"kind": "amount_off", "id": "d", "amount": "5.00", "unused": "carry"}
    ended = StageTerms.read({"discounts": [amount | {"until": "2026-05-01"}]})
    last = StageTerms.read({"discounts": [amount | {"periods": 1}]})
    assert 10_00 == apply_stage([LINE], ended, WINDOW, state).net_minor
    assert 7_00 == apply_stage([LINE], last, WINDOW, state).net_minor


def test_the_workings_tell_the_numbers() -> None:
    """A true-up says the share, the rounding, what counted, and each line's part with its remainder."""
    lines = [
        StageLine(id="fee", line="fee", sku="F", gross_minor=85_71, net_minor=85_71),
        StageLine(id="use", line="use", sku="U", gross_minor=30_00, net_minor=30_00),
    ]
    window = StageWindow(period=MAY, currency="EUR", share=(6, 7))
    terms = StageTerms.read({"commitments": [{"id": "c", "amount": "10000.00", "per": "period"}]})
    amount = apply_stage(lines, terms, window).amounts[0]
    assert [
        "commitment 10000.00 x 6/7 = 60000/7, rounded half_up = EUR 8571.43",
        "EUR 8571.43 committed less EUR 115.71 counted net: EUR 8455.72",
    ] == [step.text for step in amount.steps[:2]]
    assert "use bears 219230 of 845572 minor units" in amount.steps_of("use")[-1].text
    assert 0 == amount.part_of("nobody").minor


def test_many_lines_and_discounts_take_little_time() -> None:
    """A contract of two thousand charges with overlapping scopes is done within seconds."""
    lines = [
        StageLine(id=str(number), line=f"l{number}", sku=f"S{number % 7}", gross_minor=number, net_minor=number)
        for number in range(2_000)
    ]
    scopes = [{"skus": [f"S{number % 7}", f"S{(number + 1) % 7}"]} for number in range(20)]
    written = [PERCENT | {"id": f"d{number}", "scope": scope} for number, scope in enumerate(scopes)]
    begun = process_time()
    apply_stage(lines, StageTerms.read({"discounts": written}), WINDOW)
    assert process_time() - begun < 10


def test_unrounded_shares_end_at_zero_where_scopes_overlap() -> None:
    """Half a cent unrounded is all that is left of a line whose rounded cent is taken; none falls below zero."""
    lines = [StageLine(id=name, line=name, sku="S", gross_minor=1, net_minor=1) for name in ("a", "b")]
    both = {"kind": "amount_off", "id": "both", "amount": "0.01", "scope": {"lines": ["a", "b"]}}
    one = {"kind": "amount_off", "id": "one", "amount": "0.01", "scope": {"lines": ["b"]}}
    staged = apply_stage(lines, StageTerms.read({"spread": "exact", "discounts": [both, one]}), WINDOW)
    assert (0, 0) == staged.nets
    assert [Fraction(1, 2), Fraction(0)] == [Fraction(*net) for net in staged.exact_nets]


def test_unrounded_shares_have_a_limit() -> None:
    """Many discounts on overlapping charges make fractions without end; past a size they are refused."""
    lines = [StageLine(id=name, line=name, sku="S", gross_minor=10**9 + 7, net_minor=10**9 + 9) for name in "abc"]
    scopes = [{"lines": [first, second]} for first, second in ("ab", "bc", "ca")] * 30
    written = [PERCENT | {"id": f"d{number}", "percent": "1.37", "scope": scope} for number, scope in enumerate(scopes)]
    apply_stage(lines, StageTerms.read({"discounts": written}), WINDOW)
    terms = StageTerms.read({"discounts": written, "spread": "exact"})
    assert "limit-exceeded" == refusal(lambda: apply_stage(lines, terms, WINDOW)).code


def test_an_instant_is_no_period() -> None:
    """The stage looks at dates."""
    instant = datetime(2026, 5, 1, tzinfo=UTC)
    assert "period-malformed" == refusal(lambda: StageWindow(period=instant, currency="EUR")).code  # type: ignore[arg-type]
