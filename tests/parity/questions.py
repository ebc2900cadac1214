"""What a single rule of an engine gives: a count of packages, a conversion, a rounding, a split of free units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from billcore.core.exact import plain
from billcore.core.ratio import decimal_text, minus, ratio_of
from billcore.money.rounding import round_ratio
from billcore.pricing.details import with_maximum
from billcore.pricing.documents import Package, PerUnit
from billcore.pricing.modifiers import Modifiers
from billcore.pricing.progressive import details_between, priced_span
from billcore.pricing.quantities import converted
from billcore.pricing.rating import rate
from parity.amounts import currency_of, money
from parity.given import Given
from parity.presets import Convention
from parity.units import conversion_of


def answer(given: Given, convention: Convention) -> dict[str, Any]:
    """Answer what a case asks of one function."""
    asked: Callable[[Given, Convention], dict[str, Any]] = given.choice("question", _QUESTIONS)
    return asked(given, convention)


def _package_count(given: Given, convention: Convention) -> dict[str, Any]:
    package = Package(
        package_size=given.text("package_size"),
        package_price="1",
        package_rounding=convention.use("package_rounding"),
    )
    return {"packages": rate(package, given.text("quantity")).amount}


def _usage_discount_split(given: Given, convention: Convention) -> dict[str, Any]:
    quantity = given.text("quantity")
    before, left = priced_span(
        given.text("quantity_before_line", "0"), quantity, Modifiers(usage_discount=given.text("usage_discount"))
    )
    return {
        "net_quantity": left,
        "net_quantity_before_line": before,
        "discount_on_this_line": decimal_text(minus(ratio_of(quantity), ratio_of(left))),
    }


def _maximum_spend_discount(given: Given, convention: Convention) -> dict[str, Any]:
    currency, line = currency_of(given), given.inner("line")
    details = details_between(
        PerUnit(unit_price=line.text("unit_amount")),
        "0",
        line.text("quantity"),
        currency=currency,
        rounding=convention.use("rounding"),
    )
    most = money(given.text("maximum_spend"), currency, convention)
    before = money(given.text("amount_billed_before_line", "0"), currency, convention)
    (cut,) = with_maximum(details, most, before)
    return {"discount": cut.cut.text, "total": cut.total.text}


def _unit_conversion(given: Given, convention: Convention) -> dict[str, Any]:
    quantity = given.text("quantity")
    return {"quantity": converted(quantity, conversion_of(given.inner("unit_conversion"), quantity))}


def _round_to_currency(given: Given, convention: Convention) -> dict[str, Any]:
    given.text("currency", "")
    return {"amount": round_to(given.text("amount"), given.whole("scale"), convention)}


def round_to(amount: str, digits: int, convention: Convention) -> str:
    """Round an amount to digits after the point."""
    top, bottom = ratio_of(amount)
    return plain(round_ratio(top * 10**digits, bottom, convention.use("rounding")), digits)


_QUESTIONS: dict[str, Callable[[Given, Convention], dict[str, Any]]] = {
    "package_count": _package_count,
    "usage_discount_split": _usage_discount_split,
    "maximum_spend_discount": _maximum_spend_discount,
    "unit_conversion": _unit_conversion,
    "round_to_currency": _round_to_currency,
}
