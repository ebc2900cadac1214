"""What a line costs for a period, step by step in plain fractions: quantity steps, price, discounts, limits, rounding.

It reads a rule case as its file says it, and imports nothing from billcore.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from oracle import pricing
from oracle import pricing_members as members
from oracle.pricing import ZERO, Parts, Plain
from oracle.rounding import rounded

DIGITS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3, "CLF": 4}


class Refusal(Exception):
    """The line may not be charged, or not be rated."""


class Line:
    """What a case comes to: ``net``, ``gross`` and ``carried``; the first two rounded where it has a currency."""

    def __init__(self, case: Plain, price: Plain) -> None:
        groups = case.get("groups", []) if price["kind"] == "grouped" else []
        if len(groups) > 1 and has_line(case):
            # Each group is a charge of its own.
            lines = [Line({**case, "groups": [group]}, price) for group in groups]
            self.net, self.gross, self.carried = (
                sum((getattr(line, name) for line in lines), ZERO) for name in ("net", "gross", "carried")
            )
            return
        modifiers = case.get("modifiers", {})
        share = Fraction(case.get("share", "1"))
        found, sign = priced(case, price, modifiers)
        is_returned = sign < 0 or takes_back(case, price, modifiers)
        if modifiers.get("grain") == "segment":
            self.carried = ZERO
            self.gross, self.net = segments(found, sign, case, modifiers, share)
            return
        gross = sign * sum((units + flat for units, flat in found), ZERO)
        gross += Fraction(case.get("carried", "0"))
        net = gross
        self.carried = ZERO
        if net < 0 and has_line(case):
            refuse_below_zero(modifiers)
            if modifiers["negative"] == "carry":
                self.carried, net = net, ZERO
            elif is_returned:
                net = given_back(net, case, modifiers)
        elif has_line(case):
            first, second = discounted, limited
            if modifiers.get("order") == "limits_first":
                first, second = limited, discounted
            net = second(first(net, case, modifiers, share), case, modifiers, share)
        self.net, self.gross = net, max(gross, net)
        if "currency" in case:
            one = 10 ** DIGITS[case["currency"]]
            mode = case.get("rounding", "half_up")
            self.net, self.gross = (Fraction(rounded(value * one, mode), one) for value in (self.net, self.gross))


def given_back(money: Fraction, case: Plain, modifiers: Plain) -> Fraction:
    """What was charged less a percentage is given back less that percentage."""
    whole = money
    for discount in case.get("discounts", []):
        if "percent" in discount:
            base = whole if modifiers.get("stacking") == "additive" else money
            money = min(money - base * Fraction(discount["percent"]) / 100, ZERO)
    return money


def refuse_below_zero(modifiers: Plain) -> None:
    if modifiers.get("negative", "refuse") == "refuse":
        raise Refusal("a charge below zero")


def has_line(case: Plain) -> bool:
    """Whether more than the bare price is asked for."""
    return any(name in case for name in ("currency", "modifiers", "discounts", "rounding", "share", "carried"))


def priced(case: Plain, price: Plain, modifiers: Plain) -> tuple[Parts, int]:
    """Take the quantity steps, then the price: what each part adds, and the sign of it all."""
    if price["kind"] == "grouped":
        found: Parts = []
        sign = 1
        for group in case.get("groups", []):
            part, sign = priced(group, price["price"], modifiers)
            found.extend(part)
        return found, sign
    if price["kind"] == "cumulative" and modifiers.get("negative", "refuse") != "refuse":
        before, through = totals(case)
        return [(signed(price["price"], through) - signed(price["price"], before), ZERO)], 1
    use: dict[str, Any] = dict(case)
    counts = "amount" if price["kind"] == "dynamic" and "amount" in case else "quantity"
    sign = 1
    if counts in case and price["kind"] != "cumulative":
        number = Fraction(str(case[counts]))
        if number < 0 and modifiers.get("negative", "refuse") == "refuse":
            raise Refusal("less than nothing was used")
        if number < 0 and price["kind"] != "flat":
            sign, price = -1, units_alone(price)
        use[counts] = members.plain(abs(number))
        use.update(stepped(use, modifiers))
    elif "values" in case and modifiers:
        use.update(stepped({"quantity": members.quantity_of(price, use)}, modifiers))
    return members.parts(price, use), sign


def totals(case: Plain) -> tuple[Fraction, Fraction]:
    """The units since the start of the term, before the period and through it."""
    before = Fraction(str(case.get("before", "0")))
    return before, before + Fraction(str(case["quantity"]))


def signed(price: Plain, total: Fraction) -> Fraction:
    """What a total costs; below zero what its size would cost, without what is due whatever the units."""
    if total >= 0:
        return pricing.amount(price, members.plain(total))
    return -pricing.amount(units_alone(price), members.plain(-total))


def takes_back(case: Plain, price: Plain, modifiers: Plain) -> bool:
    """Whether a fall since the start of the term takes back what was charged."""
    if price["kind"] != "cumulative" or modifiers.get("negative", "refuse") == "refuse":
        return False
    return Fraction(str(case["quantity"])) < 0 or signed(price["price"], totals(case)[0]) > 0


def units_alone(price: Plain) -> Plain:
    """A price without what is due whatever the units."""
    kept = {name: item for name, item in price.items() if name not in ("flat_amount", "minimum")}
    if kept.get("package_rounding") == "at_least_one":
        kept["package_rounding"] = "up"
    if "tiers" in kept:
        kept["tiers"] = [units_alone(tier) for tier in kept["tiers"]]
    return kept


def segments(found: Parts, sign: int, case: Plain, modifiers: Plain, share: Fraction) -> tuple[Fraction, Fraction]:
    """Write the units and the flat part of each tier as lines of whole cents, and take everything line by line.

    Returns: the sum of the lines before and after discounts and limits.
    """
    one, mode = 10 ** DIGITS[case["currency"]], case.get("rounding", "half_up")
    amounts = [rounded(sign * money * one, mode) for part in found for money in part if money]
    left = list(amounts)
    if sum(amounts) < 0:
        refuse_below_zero(modifiers)
        shares = [discount for discount in case.get("discounts", []) if "percent" in discount]
        take_percentages(left, amounts, shares if sign < 0 else [], modifiers, mode)
        return Fraction(sum(amounts), one), Fraction(sum(left), one)
    order = ["discounts", "limits"]
    for step in order if modifiers.get("order", "discounts_first") == "discounts_first" else reversed(order):
        if step == "discounts":
            for discount in in_order(case, modifiers):
                if "amount" in discount:
                    purse = rounded(Fraction(discount["amount"]) * share * one, mode)
                    for place, cents in enumerate(left):
                        taken = min(max(cents, 0), purse)
                        left[place], purse = cents - taken, purse - taken
                    continue
                take_percentages(left, amounts, [discount], modifiers, mode)
        else:
            if "maximum" in modifiers:
                room = rounded(Fraction(modifiers["maximum"]) * share * one, mode)
                for place, cents in enumerate(left):
                    left[place] = min(cents, room)
                    room -= left[place]
            missing = rounded(Fraction(modifiers.get("minimum", "0")) * share * one, mode) - sum(left)
            if "minimum" in modifiers and missing > 0:
                amounts.append(missing)
                left.append(missing)
    return Fraction(sum(amounts), one), Fraction(sum(left), one)


def take_percentages(left: list[int], amounts: list[int], discounts: list[Plain], modifiers: Plain, mode: str) -> None:
    """Take percentages off each line; what is below zero gives its part of it up."""
    for discount in discounts:
        for place, cents in enumerate(left):
            base = amounts[place] if modifiers.get("stacking") == "additive" else cents
            off = rounded(Fraction(base) * Fraction(discount["percent"]) / 100, mode)
            left[place] = max(cents - off, 0) if base > 0 else min(cents - off, 0)


def in_order(case: Plain, modifiers: Plain) -> list[Plain]:
    """The discounts in the order in which they are taken."""
    discounts = list(case.get("discounts", []))
    if modifiers.get("stacking") == "percent_first":
        return [one for one in discounts if "percent" in one] + [one for one in discounts if "amount" in one]
    return discounts


def stepped(use: Plain, modifiers: Plain) -> Plain:
    """Convert and round, then take included and given units away."""
    if "quantity" not in use:
        return {}
    quantity = Fraction(str(use["quantity"]))
    convert = modifiers.get("convert")
    if convert:
        quantity *= Fraction(convert.get("multiply_by", "1")) / Fraction(convert.get("divide_by", "1"))
        one, mode = 10 ** int(convert.get("digits", 0)), convert.get("rounding", "none")
        if mode != "none":
            quantity = Fraction(rounded(quantity * one, mode), one)
    for name in ("included", "usage_discount"):
        quantity = max(quantity - Fraction(modifiers.get(name, "0")), min(quantity, ZERO))
    return {"quantity": members.plain(quantity)}


def discounted(money: Fraction, case: Plain, modifiers: Plain, share: Fraction) -> Fraction:
    """Take the discounts, each from what is left or from the whole, by the stacking."""
    whole = money
    for discount in in_order(case, modifiers):
        base = whole if modifiers.get("stacking") == "additive" else money
        off = (
            base * Fraction(discount["percent"]) / 100
            if "percent" in discount
            else Fraction(discount["amount"]) * share
        )
        money = max(money - off, ZERO)
    return money


def limited(money: Fraction, case: Plain, modifiers: Plain, share: Fraction) -> Fraction:
    """Cut to the most, raise to the least."""
    most, least = (Fraction(modifiers.get(name, default)) for name, default in (("maximum", 10**40), ("minimum", 0)))
    return max(min(money, most * share), least * share)


def steps_to_walk(case: Plain, price: Plain) -> int:
    """Tell about how many steps the oracle takes; a case of too many is not asked."""
    numbers = [str(number) for number in _numbers({**case, "price": price})]
    digits = max((len(number.partition(".")[2].rstrip("0")) for number in numbers), default=0)
    largest = max((abs(Fraction(number)) for number in _used(case)), default=ZERO)
    return math.ceil(largest * 10**digits)


def _used(node: Any, inside: bool = False) -> list[str]:
    names = ("quantity", "values", "windows", "before", "amount", "delta")
    if isinstance(node, dict):
        skipped = ("price", "prices", "modifiers", "discounts")
        return [one for name, item in node.items() if name not in skipped for one in _used(item, name in names)]
    if isinstance(node, list):
        return [one for item in node for one in _used(item, inside)]
    return [str(node)] if inside else []


def _numbers(node: Any, name: str = "") -> list[str]:
    """Every number that makes steps finer: what was used, and the bounds of tables."""
    names = ("quantity", "values", "windows", "before", "amount", "delta", "up_to", "included")
    if isinstance(node, dict):
        return [one for key, item in node.items() for one in _numbers(item, key)]
    if isinstance(node, list):
        return [one for item in node for one in _numbers(item, name)]
    return [str(node)] if name in names else []
