"""The rules of proration, case by case, from ``proration/*.toml``."""

from __future__ import annotations

from fractions import Fraction

import pytest
from pydantic import TypeAdapter

from billcore.money.amount import Amount
from billcore.periods.boundaries import tile
from billcore.periods.instants import InstantPeriod
from billcore.proration.convention import ProrationConvention
from billcore.proration.shares import instant_share, periods_in, share
from rules.test_period_rules import ANCHOR, period
from rules.toml_cases import check, parameters

INSTANTS = TypeAdapter(InstantPeriod)


def convention(given):
    return ProrationConvention.read(given.get("convention", {}))


def one_share(given):
    price_period = period(given["price_period"]) if "price_period" in given else None
    found = share(period(given["part"]), period(given["full"]), convention(given), price_period=price_period)
    if "amount" not in given:
        return str(found)
    exact = Fraction(given["amount"]) * found.fraction
    return f"{found} {Amount.rounded(exact.numerator, exact.denominator, given['currency']).text}"


def rows(given):
    """Amounts of a price for a full period over the rows of a tiling."""
    tiled = tile(
        period(given["span"]), given["frequency"], anchor=ANCHOR.validate_python(given["anchor"]), stub=given["stub"]
    )
    counts = [periods_in(row, convention(given)) for row in tiled]
    exact = [Fraction(given["amount"]) * count for count in counts]
    return [f"{n} {Amount.rounded(x.numerator, x.denominator, 'USD').text}" for n, x in zip(counts, exact, strict=True)]


def instants(given):
    part, full = (
        INSTANTS.validate_python(dict(zip(("start", "end"), given[name], strict=True))) for name in ("part", "full")
    )
    return str(instant_share(part, full).fraction)


RULES = {"shares": one_share, "rows": rows, "instants": instants}


@pytest.mark.parametrize(("rule", "given", "expect"), parameters("proration"))
def test_proration(rule, given, expect):
    """Each case of the proration rules comes out to the exact fraction and the cent."""
    check(RULES[rule], given, expect)
