"""The rules of proration, case by case, from ``proration/*.toml``."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from pydantic import TypeAdapter

import billcore as bc
from billcore.core.ratio import ratio_of
from billcore.money.amount import Amount
from billcore.periods.boundaries import tile
from billcore.periods.instants import InstantPeriod
from billcore.periods.period import Period
from billcore.proration.amounts import part_amount
from billcore.proration.convention import ProrationConvention
from billcore.proration.credits import unused_credit
from billcore.proration.named_days import end_of_service, parts_around_change
from billcore.proration.presets import preset
from billcore.proration.shares import instant_share, periods_in, share
from rules.test_period_rules import ANCHOR, period
from rules.toml_cases import check, parameters

INSTANTS = TypeAdapter(InstantPeriod)


def convention(given):
    """The named preset, or billcore's default, with what the case says otherwise."""
    base = preset(given["preset"]) if "preset" in given else ProrationConvention()
    return base.revised(**given.get("convention", {}))


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


def span(text):
    """A period of dates, or of instants where the text has a time of day."""
    start, end = text.split("..")
    if "T" in text:
        return INSTANTS.validate_python({"start": start, "end": end})
    return Period(start=date.fromisoformat(start), end=date.fromisoformat(end))


def parts(given):
    """What each part of a period costs, cut at the named days."""
    full = span(given["full"])
    cuts = [full.start, *(date.fromisoformat(day) for day in given.get("cuts", [])), full.end]
    pieces = [span(given["part"])] if "part" in given else [Period(start=a, end=b) for a, b in pairwise(cuts)]
    price, how = ratio_of(given["price"]), convention(given)
    mode = given.get("rounding", "half_up")
    price_period = span(given["price_period"]) if "price_period" in given else None
    return [
        part_amount(price, one, full, how, currency=given["currency"], rounding=mode, price_period=price_period).text
        for one in pieces
    ]


def credits(given):
    """What is given back, and what capped it."""
    currency = given["currency"]
    amounts = {name: Amount.of(given[name], currency) for name in ("credited", "list_price", "paid") if name in given}
    found = unused_credit(
        span(given["unused"]),
        span(given["line"]),
        convention(given),
        billed=Amount.of(given["billed"], currency),
        full=span(given["full"]) if "full" in given else None,
        unused_before=[span(one) for one in given.get("unused_before", [])],
        **amounts,
    )
    return f"{found.amount.text} {found.capped_by}".strip()


def named_days(given):
    """What a named day of change or of ending stands for."""
    if "ends" in given:
        return str(end_of_service(date.fromisoformat(given["ends"]), convention(given)))
    found = parts_around_change(span(given["period"]), date.fromisoformat(given["change"]), convention(given))
    return [str(one) for one in found]


def scaled(given):
    """What a contract bills, invoice by invoice, where a part of a period scales what is named."""
    written = {
        "id": "C-1",
        "customer": "acme",
        "entity": "US01",
        "currency": "USD",
        "term": {"start": "2026-01-15", "end": "2026-03-01"},
        "billed_every": "month",
        "anchor": {"kind": "day_of_month", "day": 1},
        "proration": given.get("convention", {}),
        **given["contract"],
    }
    usage = {
        line: {date.fromisoformat(day): n for day, n in one.items()} for line, one in given.get("usage", {}).items()
    }
    run = bc.bill(bc.Contract.read(written), usage=usage, through=date(2026, 3, 1))
    return [f"{one.invoice_date} {one.net.text}" for one in run.invoices]


RULES = {
    "shares": one_share,
    "presets": one_share,
    "leap_years": one_share,
    "rows": rows,
    "instants": instants,
    "parts": parts,
    "credits": credits,
    "named_days": named_days,
    "scaled": scaled,
    "refused": lambda given: str(convention(given)),
}


@pytest.mark.parametrize(("rule", "given", "expect"), parameters("proration"))
def test_proration(rule, given, expect):
    """Each case of the proration rules comes out to the exact fraction and the cent."""
    check(RULES[rule], given, expect)
