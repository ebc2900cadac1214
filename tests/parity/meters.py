"""What one window of usage costs on one or more meters (Kill Bill's form)."""

from __future__ import annotations

from typing import Any

from billcore.core.ratio import ZERO, Ratio, plus, ratio_of
from billcore.money.amount import Amount, total
from billcore.pricing.rated import Rated
from billcore.pricing.rating import rate
from billcore.usage.measured import Measured
from parity.amounts import currency_of, money, rounded
from parity.given import Given, NotKnown
from parity.presets import Convention
from parity.prices import capacity_of, price_of


def window_of_meters(given: Given, convention: Convention) -> dict[str, Any]:
    """Rate one window."""
    currency = currency_of(given)
    given.raw("period")
    if given.text("model") == "capacity":
        return _capacity(given, currency, convention)
    lines: list[dict[str, Any]] = []
    exact: Ratio = ZERO
    meters = given.named("meters") if given.has("meters") else {"": given}
    for name, meter in meters.items():
        priced = price_of(meter, convention, given.text("model"))
        rated = rate(priced.price, priced.check(meter.text("quantity")))
        exact = plus(exact, (rated.numerator, rated.denominator))
        lines += [{**line, "meter": name} if name else line for line in _lines(rated, currency, convention)]
    due = rounded(exact, currency, convention)
    return {"lines": lines, "total": (due - _billed(given, currency, convention)).text}


def _lines(rated: Rated, currency: str, convention: Convention) -> list[dict[str, Any]]:
    return [
        {
            "tier": part.index + 1,
            "blocks": part.units,
            "quantity": part.units,
            "amount": rounded((part.numerator, part.denominator), currency, convention).text,
        }
        for part in rated.parts
    ]


def _billed(given: Given, currency: str, convention: Convention) -> Amount:
    """Add up what stands billed of the window."""
    nothing = Amount(minor=0, currency=currency)
    if not given.has("already_billed"):
        return nothing
    if isinstance(given.raw("already_billed"), str):
        return money(given.text("already_billed"), currency, convention)
    amounts = [money(one.text("amount"), currency, convention) for one in given.each("already_billed")]
    return total(amounts, currency)


def _capacity(given: Given, currency: str, convention: Convention) -> dict[str, Any]:
    price, numbered, tiers = capacity_of(given, convention)
    used = given.inner("usage")
    measured = Measured(meters=tuple((name, used.text(name)) for name in used.data))
    tier = rate(numbered, measured).amount
    if ratio_of(tier)[0] > tiers:
        raise NotKnown("usage above every limit, for which the case has no price")
    rated = rate(price, measured)
    due = rounded((rated.numerator, rated.denominator), currency, convention)
    return {"tier": tier, "total": (due - _billed(given, currency, convention)).text}
