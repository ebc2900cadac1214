"""What one line of a period costs when the period is billed in several lines (OpenMeter's form)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from billcore.money.amount import Amount, total
from billcore.pricing.details import Detail, minimum_detail, with_credits, with_maximum, with_percent_off
from billcore.pricing.discounts import PercentOff
from billcore.pricing.progressive import details_between, priced_span
from billcore.pricing.reductions import resolve_discount
from parity.amounts import added, currency_of, money
from parity.given import Given
from parity.presets import Convention
from parity.prices import price_of
from parity.units import modifiers_of

# (is the first line of the period, is the last one)
_POSITIONS = {
    "whole_period": (True, True),
    "start_of_period": (True, False),
    "middle_of_period": (False, False),
    "end_of_period": (False, True),
}
# What a line of units is called, by the price's model; every tiered model has one name.
_UNITS = {"unit": "usage", "per_unit": "usage", "dynamic": "usage", "package": "package", "flat": "flat"}


class Terms:
    """What stands beside a price: discounts and limits of its period."""

    def __init__(self, given: Given, price: Given, currency: str, convention: Convention) -> None:
        self.currency, self.convention = currency, convention
        self.percent = given.text("percentage_discount") if given.has("percentage_discount") else None
        self.maximum = _limit(price, "maximum_spend", currency, convention)
        self.minimum = _limit(price, "minimum_spend", currency, convention)

    def reduced(self, details: Iterable[Detail], billed_before: Amount) -> tuple[Detail, ...]:
        """Take the percentage, then the maximum, in the order of the lines."""
        found = tuple(details)
        if self.percent is not None:
            found = with_percent_off(found, resolve_discount(PercentOff(percent=self.percent)), self._rounding())
        if self.maximum is not None:
            found = with_maximum(found, self.maximum, billed_before)
        return found

    def raised(self, details: Sequence[Detail], billed_before: Amount) -> tuple[Detail, ...]:
        """Add what is missing to the minimum, at the period's end."""
        if self.minimum is None:
            return tuple(details)
        return (*details, *minimum_detail(details, self.minimum, billed_before))

    def _rounding(self) -> Any:
        return self.convention.use("rounding")


def _limit(price: Given, name: str, currency: str, convention: Convention) -> Amount | None:
    return money(price.text(name), currency, convention) if price.has(name) else None


def split_line(given: Given, convention: Convention) -> dict[str, Any]:
    """Rate one line of a period."""
    currency = currency_of(given)
    price = given.inner("price")
    priced = price_of(price, convention)
    is_first, is_last = given.choice("line_position", _POSITIONS, "whole_period")
    before, quantity = priced_span(
        given.text("quantity_before_line", "0"),
        given.text("quantity", "1" if price.text("model") == "flat" else None),
        modifiers_of(given),
    )
    priced.check(added([before, quantity]))
    given.raw("service_period")
    convention.name("step", "details_between")
    details = details_between(
        priced.price,
        before,
        quantity,
        currency=currency,
        is_first=is_first,
        is_last=is_last,
        billed=price.choice("payment_term", {"in_advance": "in_advance", "in_arrears": "in_arrears"}, "in_arrears"),
        rounding=convention.use("rounding"),
    )
    billed_before = money(given.text("amount_billed_before_line", "0"), currency, convention)
    terms = Terms(given, price, currency, convention)
    details = terms.reduced(details, billed_before)
    ignores_minimum = given.raw("ignore_minimum_spend", False) is True
    if is_last and not ignores_minimum:
        details = terms.raised(details, billed_before)
    if given.has("credits"):
        details = with_credits(details, [money(text, currency, convention) for text in given.texts("credits")])
    model = price.text("model")
    return {
        "lines": [line_of(detail, model) for detail in details],
        "totals": totals_of(details, currency),
        "total": _sum(details, currency, "total"),
    }


def line_of(detail: Detail, model: str) -> dict[str, Any]:
    """Write a line as the cases do."""
    discounts = [("percentage", detail.off), ("maximum_spend", detail.cut)]
    line = {
        "kind": name_of(detail, model),
        "quantity": detail.units,
        "unit_amount": detail.unit_price,
        "amount": detail.amount.text,
        "discounts": [{"reason": reason, "amount": taken.text} for reason, taken in discounts if taken.minor],
        "discount": (detail.off + detail.cut).text,
        "credits": detail.credited.text,
        "total": detail.total.text,
    }
    if line["kind"].startswith("tier_"):
        line["tier"] = detail.tier
    return line


def name_of(detail: Detail, model: str) -> str:
    """Give the kind of a line as the cases call it."""
    if detail.kind == "minimum":
        return "minimum_spend"
    if model in _UNITS:
        return _UNITS[model]
    return "tier_usage" if detail.kind == "units" else "tier_flat"


def totals_of(details: Sequence[Detail], currency: str) -> dict[str, str]:
    """Add lines up: usage and flat parts, what a minimum adds, what was taken, what is left."""
    usage = [detail for detail in details if detail.kind != "minimum"]
    added = [detail for detail in details if detail.kind == "minimum"]
    taken = [detail.off + detail.cut for detail in details]
    return {
        "amount": _sum(usage, currency, "amount"),
        "charges": _sum(added, currency, "amount"),
        "discounts": total(taken, currency).text,
        "credits": _sum(details, currency, "credited"),
        "total": _sum(details, currency, "total"),
    }


def _sum(details: Sequence[Detail], currency: str, name: str) -> str:
    return total([getattr(detail, name) for detail in details], currency).text
