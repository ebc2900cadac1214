"""Laws of the contract stage: what must hold whatever the charges and the terms are."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from billcore.billing.stage_discounts import is_exhausted
from billcore.contract.stage_terms import StageTerms
from billcore.core.exact import plain
from oracle import stage as oracle
from support.laws import law
from support.stages import staged_of

Plain = dict[str, Any]
NAMES = ["a", "b", "c", "d"]
CENTS = st.integers(0, 12_000) | st.integers(0, 9)
AMOUNTS = CENTS.map(lambda cents: plain(cents, 2))
FINE = st.integers(0, 12_000_000).map(lambda number: plain(number, 5))
SCOPES = st.just({}) | st.lists(st.sampled_from(NAMES), min_size=1, unique=True).map(lambda names: {"lines": names})
SHARES = st.tuples(st.integers(0, 40), st.integers(1, 31)).map(lambda pair: f"{pair[0]}/{pair[1]}")


@st.composite
def lines(draw: st.DrawFn) -> list[Plain]:
    found = []
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True)):
        gross = draw(CENTS)
        line = {"id": name, "gross": plain(gross, 2), "net": plain(draw(st.integers(0, gross)), 2)}
        found.append(line | draw(st.just({}) | st.fixed_dictionaries({"invoiced": AMOUNTS})))
    return found


@st.composite
def discounts(draw: st.DrawFn) -> list[Plain]:
    found: list[Plain] = []
    for number in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["percent_off", "amount_off"]))
        one: Plain = {"id": f"d{number}", "kind": kind, "scope": draw(SCOPES)}
        if kind == "percent_off":
            one["percent"] = plain(draw(st.integers(0, 10_000)), 2)
        else:
            one |= {"amount": draw(FINE), "unused": draw(st.sampled_from(["lose", "carry"]))}
        if draw(st.booleans()):
            one["periods"] = draw(st.integers(1, 3))
        found.append(one)
    return found


@st.composite
def commitments(draw: st.DrawFn, present: list[str]) -> list[Plain]:
    found: list[Plain] = []
    for number in range(draw(st.integers(0, 2))):
        found.append(
            {
                "id": f"c{number}",
                "amount": draw(FINE),
                "per": draw(st.sampled_from(["period", "term"])),
                "counts": draw(st.sampled_from(["net", "gross", "as_invoiced"])),
                "scope": draw(st.just({}) | st.just({"lines": present[:1]})),
                "is_trued_up": draw(st.booleans()),
            }
            | draw(st.just({}) | st.fixed_dictionaries({"overage_factor": st.just("1.5")}))
        )
    return found


@st.composite
def cases(draw: st.DrawFn, *, spread: str = "largest_remainder") -> Plain:
    """A whole billing period of a contract: charges, terms, shares, counters."""
    charges = draw(lines())
    terms: Plain = {
        "spread": spread,
        "stacking": draw(st.sampled_from(["as_listed", "percent_first", "additive"])),
        "discounts": draw(discounts()),
        "commitments": draw(commitments([line["id"] for line in charges])),
    }
    if draw(st.booleans()):
        terms["maximum"] = {"amount": draw(FINE), "scope": draw(SCOPES)}
    if draw(st.booleans()):
        terms["minimum"] = {"amount": draw(FINE)}
        low, high = terms["minimum"], terms.get("maximum")
        assume(not high or high["scope"] or Fraction(low["amount"]) <= Fraction(high["amount"]))
    return {
        "lines": charges,
        "terms": terms,
        "share": draw(SHARES),
        "term_share": draw(SHARES),
        "ends": draw(st.sampled_from(["nothing", "period", "term"])),
        "rounding": draw(st.sampled_from(["half_up", "half_even", "up", "down"])),
        "used": draw(st.just({}) | st.fixed_dictionaries({"d0": st.tuples(*[st.integers(0, 3)] * 3).map(list)})),
        "counted": draw(st.just({}) | st.fixed_dictionaries({"c0": CENTS})),
    }


@law(80)
@given(cases())
def test_the_stage_is_what_the_oracle_works_out(case: Plain) -> None:
    """Nets, amounts with their parts, and counters are those of the naive reading in fractions."""
    staged, judged = staged_of(case), oracle.Stage(case)
    assert judged.nets == list(staged.nets)
    assert [amount[:3] for amount in judged.amounts] == [(one.id, one.component, one.minor) for one in staged.amounts]
    if case["ends"] != "nothing":
        moved = {one.id: (one.periods, one.used_minor, one.carried_minor) for one in staged.state.discounts}
        assert judged.used == {name: moved[name] for name in judged.used}
        assert judged.counted == {
            one.id: one.counted_minor for one in staged.state.commitments if one.id in judged.counted
        }


@law(60)
@given(cases() | cases(spread="exact"))
def test_parts_sum_to_the_whole(case: Plain) -> None:
    """The parts of each amount sum to it, what the lines come to is their net with all parts, and none is below zero."""
    staged = staged_of(case)
    for amount in staged.amounts:
        assert amount.minor == sum(part.minor for part in amount.parts)
        assert (amount.component == "discount") == (amount.minor < 0)
    for line, net in zip(staged.lines, staged.nets, strict=True):
        assert net == line.net_minor + sum(amount.part_of(line.id).minor for amount in staged.amounts)
        assert net >= 0
    assert staged.net_minor == sum(line.net_minor for line in staged.lines) + sum(one.minor for one in staged.amounts)


@law(60)
@given(cases(spread="exact"))
def test_unrounded_shares_stay_near_and_never_fall_below_zero(case: Plain) -> None:
    """The unrounded nets are those of the oracle where no scope cuts another, and never below zero."""
    staged = staged_of(case)
    assert all(net[0] >= 0 for net in staged.exact_nets)
    scoped = [one for one in case["terms"]["discounts"] if one["scope"]]
    if not scoped and not case["terms"].get("maximum", {}).get("scope"):
        assert oracle.Stage(case).exact[: len(staged.nets)] == [Fraction(*net) for net in staged.exact_nets]
        assert sum(Fraction(*net) for net in staged.exact_nets) == staged.net_minor


@law(80)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_lines_moves_only_remainders(case: Plain, random: Any) -> None:
    """With one discount for all, another order of the lines changes no total and no line by more than a unit."""
    case["terms"]["discounts"] = [one | {"scope": {}} for one in case["terms"]["discounts"][:1]]
    case["terms"] |= {"commitments": [], "maximum": None, "minimum": None}
    shuffled = list(case["lines"])
    random.shuffle(shuffled)
    one, other = staged_of(case), staged_of(case | {"lines": shuffled})
    assert one.net_minor == other.net_minor
    nets = {line.id: net for line, net in zip(other.lines, other.nets, strict=True)}
    assert all(abs(net - nets[line.id]) <= 1 for line, net in zip(one.lines, one.nets, strict=True))


@law(80)
@given(cases())
def test_limits_hold(case: Plain) -> None:
    """Without commitments a contract comes to no less than its minimum and no more than its maximum."""
    case["terms"]["commitments"] = []
    case["ends"] = "period"
    case["terms"].setdefault("maximum", {"amount": "70", "scope": {}})["scope"] = {}
    if Fraction(case["terms"].get("minimum", {}).get("amount", "0")) > Fraction(case["terms"]["maximum"]["amount"]):
        del case["terms"]["minimum"]
    staged, judged = staged_of(case), oracle.Stage(case)
    least = judged.worth(case["terms"].get("minimum", {"amount": "0"})["amount"], "minimum")
    most = judged.worth(case["terms"]["maximum"]["amount"], "maximum")
    before = sum(line.net_minor for line in staged.lines)
    assert min(least, most) <= staged.net_minor <= max(most, least)
    assert staged.net_minor <= before or staged.net_minor == least


@law(80)
@given(st.lists(CENTS, min_size=1, max_size=8), CENTS)
def test_a_term_is_never_billed_below_its_commitment(charges: list[int], least: int) -> None:
    """Period by period with the counters passed on, a term comes to the greater of its charges and its commitment."""
    terms = {"commitments": [{"id": "c", "amount": plain(least, 2), "per": "term"}]}
    counted: dict[str, int] = {}
    billed = 0
    for number, cents in enumerate(charges):
        ends = "term" if number == len(charges) - 1 else "period"
        case = {"lines": [{"id": "a", "net": plain(cents, 2)}], "terms": terms, "ends": ends, "counted": counted}
        staged = staged_of(case)
        counted = {one.id: one.counted_minor for one in staged.state.commitments}
        billed += staged.net_minor
    assert billed == max(sum(charges), least)


@law(80)
@given(st.lists(CENTS, min_size=1, max_size=10), CENTS, st.integers(1, 4))
def test_what_is_carried_is_used_before_it_is_gone(charges: list[int], amount: int, periods: int) -> None:
    """A carried discount takes, over all periods, no more than it grants, and all of it once charges allow."""
    discount = {"id": "d", "kind": "amount_off", "amount": plain(amount, 2), "periods": periods, "unused": "carry"}
    terms = {"discounts": [discount]}
    used: dict[str, list[int]] = {}
    taken, granted, room = 0, 0, 0
    for cents in charges:
        staged = staged_of({"lines": [{"id": "a", "net": plain(cents, 2)}], "terms": terms, "used": used})
        used = {one.id: [one.periods, one.used_minor, one.carried_minor] for one in staged.state.discounts}
        if cents and granted < periods:
            granted, room = granted + 1, room + amount
        taken += cents - staged.net_minor
        step = min(cents, room)
        room -= step
        assert used.get("d", [0, 0, 0]) == [granted, taken, room]
    assert taken + room == granted * amount
    if used:
        state = staged_of({"lines": [{"id": "a", "net": "0"}], "terms": terms, "used": used}).state
        assert is_exhausted(StageTerms.read(terms).discounts[0], state) == (granted == periods and room == 0)
