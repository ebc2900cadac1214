"""The rules of the contract stage, case by case, from ``stage/*.toml``."""

from __future__ import annotations

from fractions import Fraction

import pytest

from billcore.billing.commitments import unit_true_up
from billcore.billing.window_commitments import commit_windows
from billcore.contract.commitments import WindowCommitment
from billcore.core.errors import BillcoreError
from billcore.core.exact import plain
from billcore.money.currency import minor_digits
from billcore.money.units import Unit
from billcore.pricing.documents import PerUnit
from billcore.pricing.lowering import lower
from oracle import stage as oracle
from rules.toml_cases import check, parameters
from support.stages import ratio, staged_of

CASES = parameters("stage")
STAGED = [case for case in CASES if case.values[0] not in ("windows", "units")]


def text(minor, given):
    return plain(minor, minor_digits(given.get("currency", "EUR")))


def stage(given):
    """What a case may ask for: nets, amounts, unrounded nets, and the counters that moved."""
    staged = staged_of(given)
    return {
        "nets": {line.id: text(net, given) for line, net in zip(staged.lines, staged.nets, strict=True)},
        "amounts": [f"{one.id} {one.component} {text(one.minor, given)}" for one in staged.amounts],
        "exact": {
            line.id: plain(round(Fraction(*net) * 10**5), 5)
            for line, net in zip(staged.lines, staged.exact_nets, strict=True)
        },
        "used": {one.id: [one.periods, one.used_minor, one.carried_minor] for one in staged.state.discounts},
        "counted": {one.id: one.counted_minor for one in staged.state.commitments},
    }


def windows(given):
    table = lower(PerUnit(unit_price=given["unit_price"]))
    found = commit_windows(table, given["quantities"], WindowCommitment.read(given["commitment"]))
    parts = {"within": found.within, "overage": found.overage, "true_up": found.true_up, "total": found.total}
    return {name: str(Fraction(*part)) for name, part in parts.items()}


def units(given):
    unit = Unit.read(given["unit"])
    found = unit_true_up(given["committed"], given["used"], unit, share=ratio(given.get("share", "1")))
    return {"units": found.units, "true_up": plain(found.minor, minor_digits(unit.currency))}


@pytest.mark.parametrize(("rule", "given", "expect"), CASES)
def test_stage(rule, given, expect):
    """Each case of the contract stage comes out to the minor unit, or is refused with its code."""
    if rule in ("windows", "units"):
        check({"windows": windows, "units": units}[rule], given, expect)
    elif set(expect) == {"error"}:
        check(stage, given, expect)
    else:
        found = stage(given)
        assert expect == {name: found[name] for name in expect}


@pytest.mark.parametrize(("rule", "given", "expect"), STAGED)
def test_the_oracle_agrees_with_the_case(rule, given, expect):
    """The naive reading in fractions gives the nets of the case too."""
    if "nets" in expect:
        judged = oracle.Stage(given)
        nets = {line["id"]: text(net, given) for line, net in zip(judged.lines, judged.nets, strict=True)}
        assert expect["nets"] == nets


@pytest.mark.parametrize(("rule", "given", "expect"), STAGED)
def test_every_amount_tells_how_it_was_reached(rule, given, expect):
    """Each result has steps that end in its spread, and each part's steps end in the part."""
    try:
        staged = staged_of(given)
    except BillcoreError:
        return
    for amount in staged.amounts:
        assert len(amount.steps) >= 2
        assert all(step.text and step.denominator > 0 for step in amount.steps)
        assert amount.minor == Fraction(amount.steps[-1].numerator, amount.steps[-1].denominator) * 10 ** minor_digits(
            given.get("currency", "EUR")
        )
        for part in amount.parts:
            assert part.minor == amount.steps_of(part.line)[-1].numerator
