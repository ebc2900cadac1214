"""The rules of usage, case by case, from ``usage/*.toml``."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest

from billcore.usage import Metering, UsageRecord, explain_measured, late, measure, measure_all, standing
from rules.test_period_rules import period
from rules.toml_cases import check, parameters


def record(given, index):
    """A record as a case writes it: the id is its place, the instant ISO text."""
    names = {"id": f"r{index + 1}", "meter": "m"} | given
    instants = {name: datetime.fromisoformat(names[name]) for name in ("at", "known_at") if name in names}
    return UsageRecord(**(names | instants))


def records(given):
    return [record(one, index) for index, one in enumerate(given.get("records", []))]


def arguments(given):
    extra = {"level_at_start": given.get("level_at_start", "0")}
    if "as_known_at" in given:
        extra["as_known_at"] = datetime.fromisoformat(given["as_known_at"])
    return Metering.read(given["metering"]), records(given), given.get("zone", "UTC"), extra


def spell(measured, asked):
    """The parts of a measured period that a case asks for."""
    whole = {
        "quantity": measured.quantity,
        "values": list(measured.values),
        "amount": measured.amount,
        "windows": list(measured.windows),
        "changes": [f"{one.delta} {Fraction(one.numerator, one.denominator)}" for one in measured.changes],
        "groups": {"/".join(group.key): group.measured.quantity for group in measured.groups},
    }
    return {name: whole[name] for name in asked}


def one_period(given):
    metering, taken, zone, extra = arguments(given)
    full = period(given["full"]) if "full" in given else None
    measured = measure(metering, taken, period(given["period"]), zone, full=full, **extra)
    steps = explain_measured(metering, taken, period(given["period"]), zone, full=full, **extra)
    assert Fraction(measured.quantity) == Fraction(steps[-1].numerator, steps[-1].denominator)
    return spell(measured, given.get("asks", ["quantity"]))


def several_periods(given):
    metering, taken, zone, extra = arguments(given)
    found = measure_all(metering, taken, [period(one) for one in given["periods"]], zone, **extra)
    return {
        "quantities": {str(start): measured.quantity for start, measured in found.periods},
        "incomplete": [str(start) for start in found.incomplete],
        "outside": [one.id for one in found.outside],
        "codes": [finding.code for finding in found.findings],
    }


def known_late(given):
    since = datetime.fromisoformat(given["since"])
    return [one.id for one in late(records(given), period(given["period"]), given.get("zone", "UTC"), since)]


def what_stands(given):
    known = datetime.fromisoformat(given["as_known_at"]) if "as_known_at" in given else None
    found = standing(records(given), as_known_at=known)
    return {
        "stands": [one.id for one in found.records],
        "duplicates": found.duplicates,
        "findings": [f"{one.code} {one.subject}" for one in found.findings],
    }


RULES = {"measuring": one_period, "periods": several_periods, "late": known_late, "standing": what_stands}


def rule_of(file):
    return RULES.get(file, one_period)


@pytest.mark.parametrize(("file", "given", "expect"), parameters("usage"))
def test_usage(file, given, expect):
    """Each case of the usage rules comes out to the exact quantity, and its workings end in it."""
    check(rule_of(file), given, expect)


def test_there_are_cases_enough():
    """Every way of counting has cases."""
    cases = parameters("usage")
    aggregations = {one.values[1].get("metering", {}).get("aggregation") for one in cases} - {None}
    assert len(aggregations) == 7
    assert len(cases) >= 70
    assert date(2026, 1, 1) in period("2026-01-01..2026-01-02")
