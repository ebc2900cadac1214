"""The rules of progressive thresholds, case by case, from ``thresholds/*.toml``."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from billcore.billing.thresholds import billing_points
from billcore.contract.thresholds import ProgressiveThresholds
from billcore.core.exact import plain
from oracle import stage as oracle
from rules.toml_cases import check, parameters
from support.stages import minor

CASES = parameters("thresholds")


def moment(text):
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def rated_of(given):
    return [(moment(at), minor(amount, "EUR")) for at, amount in given["rated"]]


def points(given):
    thresholds = ProgressiveThresholds.read({name: given[name] for name in ("amounts", "recurring") if name in given})
    billed = minor(given.get("billed", "0"), "EUR")
    return billing_points(thresholds, rated_of(given), currency="EUR", billed_minor=billed)


def shown(given):
    return [f"{one.at.isoformat()} {plain(one.threshold_minor, 2)} {plain(one.due_minor, 2)}" for one in points(given)]


@pytest.mark.parametrize(("rule", "given", "expect"), CASES)
def test_thresholds(rule, given, expect):
    """Each case of progressive thresholds comes out, or is refused with its code."""
    if "error" in expect:
        check(points, given, expect)
        return
    assert expect["points"] == shown(given)
    found = points(given)
    assert all(one.steps[-1].numerator == one.due_minor for one in found)
    if "billed" in expect:
        assert expect["billed"] == plain(sum(one.due_minor for one in found), 2)


@pytest.mark.parametrize(("rule", "given", "expect"), [case for case in CASES if "points" in case.values[2]])
def test_the_oracle_agrees_with_the_case(rule, given, expect):
    """Walking through every threshold gives the points of the case."""
    steps = [minor(amount, "EUR") for amount in given.get("amounts", [])]
    rated = [amount for _, amount in rated_of(given)]
    walked = oracle.points(
        steps, minor(given.get("recurring", "0"), "EUR"), rated, minor(given.get("billed", "0"), "EUR")
    )
    told = [f"{given['rated'][place][0]} {plain(step, 2)} {plain(due, 2)}" for place, step, due in walked]
    assert expect["points"] == told
