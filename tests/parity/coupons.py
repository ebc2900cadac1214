"""What coupons take off the charges of an invoice, what each charge bears of it, and the tax on what is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from billcore.billing.contract_stage import apply_stage
from billcore.billing.stage_discounts import is_exhausted
from billcore.billing.stage_lines import Staged, StageLine
from billcore.billing.stage_state import DiscountCounter, StageState
from billcore.contract.scopes import Scope
from billcore.contract.stage_discounts import ScopedAmountOff, ScopedDiscount, ScopedPercentOff
from billcore.contract.stage_terms import StageTerms
from billcore.core.exact import plain
from billcore.core.ratio import Ratio, minus, plus
from billcore.money.amount import Amount
from billcore.money.rounding import round_ratio
from parity.amounts import currency_of, money
from parity.given import Given, NotKnown
from parity.presets import Convention
from parity.stages import stage_line, stage_lines, stage_window
from parity.taxes import line_taxes, tax_of

# Coupons of named charges come before those of a subscription, and these before those of all.
_RANKS = ("lines", "skus", "all")


class _Case:
    """The charges of a case and its coupons, taken."""

    def __init__(self, given: Given, convention: Convention) -> None:
        self.given, self.convention, self.currency = given, convention, currency_of(given)
        self.lines = _lines(given, self.currency, convention)
        self.discounts, self.state = _discounts(given, self.currency, convention)
        self.terms = StageTerms(
            discounts=self.discounts,
            stacking=self.convention.use("stacking"),
            spread=self.convention.use("spread"),
        )
        self.staged = apply_stage(self.lines, self.terms, stage_window(self.currency, convention, None), self.state)

    def text(self, minor: int) -> str:
        """Write minor units."""
        return Amount(minor=minor, currency=self.currency).text


def coupon(given: Given, convention: Convention) -> dict[str, Any]:
    """Take the coupons of a case."""
    case = _Case(given, convention)
    staged, lines = case.staged, case.lines
    taken = -sum(amount.minor for amount in staged.amounts)
    gross = sum(line.gross_minor for line in lines)
    net = case.text(gross - taken)
    found: dict[str, Any] = {
        "gross": case.text(gross),
        "coupon": case.text(taken),
        "discount": case.text(taken),
        "net": net,
        "net_after": net,
        "total": net,
        "coupons_used": str(len(staged.amounts)),
        "taxable_lines": [case.text(minor) for minor in staged.nets],
        "shares": {line.id: case.text(line.net_minor - left) for line, left in zip(lines, staged.nets, strict=True)},
        "coupon_shares_minor_units": [_shown(part, convention) for part in _shares(staged, convention)],
    }
    found |= _lasting(case)
    return found | _taxed(case, gross - taken)


def _lines(given: Given, currency: str, convention: Convention) -> list[StageLine]:
    """Read the charges: one sum, amounts by name, a list of amounts, or lines with a subscription."""
    for name in ("net", "subtotal"):
        if name in given:
            return [stage_line("all", given.text(name), currency, convention)]
    held = given.raw("lines")
    if isinstance(held, dict):
        return stage_lines({name: given.inner("lines").text(name) for name in held}, currency, convention)
    if isinstance(held, list) and all(isinstance(one, str) for one in held):
        return stage_lines({f"l{n}": text for n, text in enumerate(held)}, currency, convention)
    return [
        stage_line(one.text("line"), one.text("gross"), currency, convention, one.text("subscription", "all"))
        for one in given.each("lines")
    ]


def _discounts(given: Given, currency: str, convention: Convention) -> tuple[list[ScopedDiscount], StageState]:
    """Read the coupons, in the order in which they are taken."""
    if "invoice_discount" in given:
        return [ScopedAmountOff(id="c0", amount=given.text("invoice_discount"))], StageState()
    if "coupon" in given:
        found, counter = _lasting_coupon(given.inner("coupon"), currency, convention)
        return [found], StageState(discounts=(counter,))
    for name in ("coupons", "coupons_in_order", "coupons_in_any_order"):
        if name in given:
            ranked = [_ranked(one, f"c{n}") for n, one in enumerate(given.each(name))]
            ranked.sort(key=lambda pair: pair[0])
            return [discount for _, discount in ranked], StageState()
    raise NotKnown("neither a coupon, coupons nor an invoice_discount")


def _ranked(given: Given, name: str) -> tuple[int, ScopedDiscount]:
    given.raw("id")
    rank, scope = "all", Scope()
    if given.has("applies_to_lines"):
        rank, scope = "lines", Scope(lines=given.texts("applies_to_lines"))
    elif given.has("applies_to_subscription"):
        rank, scope = "skus", Scope(skus=[given.text("applies_to_subscription")])
    elif given.has("applies_to"):
        given.choice("applies_to", {"all": 1})
    return _RANKS.index(rank), _discount(given, name, scope=scope)


def _discount(given: Given, name: str, **fields: Any) -> ScopedDiscount:
    if given.has("percent"):
        return ScopedPercentOff(id=name, percent=given.text("percent"), **fields)
    if given.has("fixed"):
        return ScopedAmountOff(id=name, amount=given.text("fixed"), **fields)
    raise NotKnown(f"{given.path} is neither a percentage nor a fixed amount")


def _lasting_coupon(given: Given, currency: str, convention: Convention) -> tuple[ScopedDiscount, DiscountCounter]:
    """Read one coupon with what was used of it: a fixed one carries its rest, a recurring one loses it."""
    if given.has("invoices_remaining"):
        remaining = given.text("invoices_remaining")
        if not remaining.isdigit() or int(remaining) < 1:
            raise NotKnown(f"{given.path}.invoices_remaining {remaining!r} is no count")
        return _discount(given, "c0", periods=int(remaining)), DiscountCounter(id="c0")
    if given.has("percent") or not given.has("already_used"):
        carries = {} if given.has("percent") else {"unused": "carry"}
        return _discount(given, "c0", periods=1, **carries), DiscountCounter(id="c0")
    used = money(given.text("already_used"), currency, convention).minor
    whole = money(given.text("fixed"), currency, convention).minor
    counter = DiscountCounter(id="c0", periods=1, used_minor=used, carried_minor=whole - used)
    return _discount(given, "c0", periods=1, unused="carry"), counter


def _lasting(case: _Case) -> dict[str, Any]:
    """Tell what is left of a coupon that lasts."""
    if "coupon" not in case.given:
        return {}
    (discount,) = case.discounts
    counter = case.staged.state.discount(discount.id)
    found: dict[str, Any] = {"exhausted": is_exhausted(discount, case.staged.state)}
    if case.given.inner("coupon").has("invoices_remaining"):
        found["invoices_remaining_after"] = str((discount.periods or 0) - counter.periods)
    return found


def _shares(staged: Staged, convention: Convention) -> list[Ratio]:
    """What each charge bears of all coupons, in minor units; each coupon's share at the digits of the convention."""
    found = []
    for line in staged.lines:
        whole: Ratio = (0, 1)
        for amount in staged.amounts:
            whole = plus(whole, _cut(amount.part_of(line.id).exact, convention))
        found.append((-whole[0], whole[1]))
    return found


def _cut(exact: Ratio, convention: Convention) -> Ratio:
    digits = convention.use("share_digits")
    return round_ratio(exact[0] * 10**digits, exact[1], convention.use("rounding")), 10**digits


def _shown(part: Ratio, convention: Convention) -> str:
    return plain(part[0] * 10 ** convention.use("share_digits") // part[1], convention.use("share_digits"))


def _taxed(case: _Case, net: int) -> dict[str, Any]:
    """Tell the tax on what is left, where the case has a rate; rounded once over the unrounded shares."""
    percents = _percents(case)
    if percents is None:
        return {}
    shares = _shares(case.staged, case.convention)
    bases = [minus((line.gross_minor, 1), part) for line, part in zip(case.lines, shares, strict=True)]
    each = line_taxes(bases, percents, case.currency, case.convention)
    tax = tax_of(bases, percents, case.currency, case.convention)
    lines = [
        {
            "line": line.id,
            "gross": case.text(line.gross_minor),
            "tax_percent": percent,
            "coupon_share_minor_units": _shown(part, case.convention),
            "tax": one.text,
        }
        for line, percent, part, one in zip(case.lines, percents, shares, each, strict=True)
    ]
    return {
        "lines": lines,
        "tax": tax.text,
        "total": case.text(net + tax.minor),
        "sum_of_line_taxes": case.text(sum(one.minor for one in each)),
    }


def _percents(case: _Case) -> Sequence[str] | None:
    given = case.given
    if given.has("tax_percent"):
        return [given.text("tax_percent")] * len(case.lines)
    if isinstance(given.raw("lines"), list) and any(isinstance(one, dict) for one in given.raw("lines")):
        rows = given.each("lines")
        if any(row.has("tax_percent") for row in rows):
            return [row.text("tax_percent", "0") for row in rows]
    return None
