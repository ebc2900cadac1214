"""The rules of money, case by case, from ``money/*.toml``."""

from __future__ import annotations

from datetime import date

import pytest

from billcore.money.allocation import split_by_time, split_by_weight
from billcore.money.amount import Amount
from billcore.money.currency import check_currency
from billcore.money.rounding import round_ratio
from rules.toml_cases import check, parameters


def rounded(given):
    of, over = given["ratio"]
    return round_ratio(of, over, given.get("mode", "half_up"), increment=given.get("increment", 1))


def split(given):
    if given["by"] == "time":
        return list(split_by_time(given["total"], given["weights"]))
    return list(split_by_weight(given["total"], given["weights"], ties=given.get("ties")))


def amount(given):
    return str(Amount.of(given["amount"], given["currency"]))


RULES = {
    "rounding": rounded,
    "allocation": split,
    "amounts": amount,
    "currencies": lambda given: check_currency(given["currency"], date.fromisoformat(given["on"])),
}


@pytest.mark.parametrize(("rule", "given", "expect"), parameters("money"))
def test_money(rule, given, expect):
    """Each case of the money rules comes out to the unit."""
    check(RULES[rule], given, expect)
