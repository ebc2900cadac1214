"""The rules of prepaid credits, case by case, from ``prepaid/*.toml``."""

from __future__ import annotations

from datetime import date

import pytest

from billcore.billing.prepaid import draw
from billcore.billing.prepaid_expiry import expire
from billcore.billing.prepaid_state import PrepaidState, purchased
from billcore.core.exact import plain
from billcore.core.value import replaced
from oracle import stage as oracle
from rules.toml_cases import check, parameters
from support.stages import credits_of, draw_lines_of, is_conserved, minor

CASES = parameters("prepaid")
EMPTY = PrepaidState(currency="EUR")


def opened(given):
    credits = credits_of(given["credits"])
    state = purchased(credits, EMPTY)
    drawn = [replaced(state.balance(name), drawn_minor=cents) for name, cents in given.get("drawn", {}).items()]
    return credits, state.replaced(*drawn)


def draws(given):
    credits, state = opened(given)
    on = date.fromisoformat(given.get("on", "2026-06-15"))
    paid, after = draw(credits, state, draw_lines_of(given["lines"]), on, draw_down=given.get("draw_down", "payment"))
    assert len(paid.steps) == len(paid.parts)
    assert paid.paid_minor == sum(part.minor for part in paid.parts)
    return {
        "parts": [f"{part.credit} {part.line} {plain(part.minor, 2)}" for part in paid.parts],
        "rest": plain(paid.rest_minor, 2),
        "remaining": {balance.id: plain(balance.remaining_minor, 2) for balance in after.balances},
    }


def expiry(given):
    credits, state = opened(given)
    found, after = expire(credits, state, date.fromisoformat(given["on"]))
    rolled = [f"{row.credit} {row.on} rolled {plain(row.minor, 2)} {row.expires}" for row in found.roll_overs]
    lost = [f"{row.credit} {row.on} lost {plain(row.minor, 2)} {row.policy}" for row in found.breakages]
    assert len(found.steps) == len(rolled) + len(lost)
    assert is_conserved(after, {balance.id: balance.purchased_minor for balance in state.balances})
    assert ((), (), ()) == tuple(
        getattr(expire(credits, after, date.fromisoformat(given["on"]))[0], name)
        for name in ("breakages", "roll_overs", "steps")
    )
    return {
        "facts": rolled + lost,
        "remaining": {balance.id: plain(balance.remaining_minor, 2) for balance in after.balances},
    }


@pytest.mark.parametrize(("rule", "given", "expect"), CASES)
def test_prepaid(rule, given, expect):
    """Each case of prepaid credits comes out to the cent, or is refused with its code."""
    ask = {"draws": draws, "expiry": expiry}[rule]
    if "error" in expect:
        check(ask, given, expect)
    else:
        found = ask(given)
        assert expect == {name: found[name] for name in expect}


@pytest.mark.parametrize(("rule", "given", "expect"), [case for case in CASES if "parts" in case.values[2]])
def test_the_oracle_agrees_with_the_case(rule, given, expect):
    """Paying cent by cent gives the parts of the case."""
    credits = [
        {"left": int(opened(given)[1].balance(one["id"]).remaining_minor), "valid_from": "2026-01-01"} | one
        for one in given["credits"]
    ]
    lines = [
        {"line": one["id"], "sku": one["id"].upper(), "minor": minor(one["due"], "EUR")} | one for one in given["lines"]
    ]
    paid = oracle.drawn(credits, lines, given.get("on", "2026-06-15"), given.get("draw_down", "payment"))
    assert sorted(expect["parts"]) == sorted(f"{one} {line} {plain(cents, 2)}" for (one, line), cents in paid.items())
