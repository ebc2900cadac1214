"""What a price of the cases is called in billcore: models, tiers and their fields, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from billcore.core.ratio import Ratio, decimal_text, is_less, plus, ratio_of, times
from billcore.pricing.documents import (
    Capacity,
    CapacityLimit,
    CapacityTier,
    Dynamic,
    Flat,
    Graduated,
    GraduatedPercentage,
    GraduatedTimeWeighted,
    Grouped,
    Overage,
    Package,
    Percentage,
    PercentTier,
    PerUnit,
    Price,
    Tier,
    Volume,
    Windowed,
)
from parity.given import Given, NotKnown
from parity.presets import Convention

_TIERED = {
    "graduated": Graduated,
    "volume": Volume,
    "graduated_time_weighted": GraduatedTimeWeighted,
}
# What a unit, a package and a flat part are called: one of each may stand in a row.
_UNIT_PRICES = ("unit_price", "unit_amount", "price_per_block")
_FLAT_PARTS = ("flat_fee", "flat_amount")


class Priced:
    """A price of billcore, and the bound above which the case's own price says nothing."""

    def __init__(self, price: Price, highest: Ratio | None = None) -> None:
        self.price = price
        self.highest = highest

    def check(self, quantity: str) -> str:
        """Give a quantity back, or tell that the case's price has none for it."""
        if self.highest is not None and is_less(self.highest, ratio_of(quantity)):
            raise NotKnown(f"{quantity} units lie above the last tier, for which the case has no price")
        return quantity


def price_of(given: Given, convention: Convention, model: str | None = None) -> Priced:
    """Translate a price.

    Args:
        given: The object that says it.
        convention: Fills in what the case does not say.
        model: Where the object does not name it.
    """
    name = given.text("model", model or ("package" if "price_per_block" in given else None))
    if name in _TIERED:
        made = _tiered(name, given, convention)
    elif name in _SIMPLE:
        made = Priced(_SIMPLE[name](given, convention))
    else:
        raise NotKnown(f"{given.path}.model {name!r} is unknown")
    if given.raw("per_window", False) is True:
        convention.name("per_window", "true")
        made = Priced(Windowed(price=made.price), made.highest)
    if "group_by" in given:
        made = Priced(Grouped(by=given.texts("group_by"), price=made.price), made.highest)
    return made


def _tiered(name: str, given: Given, convention: Convention) -> Priced:
    rows = given.each("tiers")
    said = "volume_reading" if name == "volume" else "reading"
    if "tier_boundary" in given:
        choices = {"upper_inclusive": "upper_inclusive", "lower_inclusive": "lower_inclusive"}
        convention.replace(said, given.choice("tier_boundary", choices))
    elif any("from" in row for row in rows):
        raise NotKnown(f"{given.path}.tiers begin at from, and no tier_boundary says how that is read")
    reading = convention.use(said)
    bounds = _upper_bounds(rows, given.path)
    tiers = [_tier(row, bound) for row, bound in zip(rows, [*bounds[:-1], None], strict=True)]
    fields: dict[str, Any] = {"tiers": tiers, "reading": reading}
    if reading == "blocks" and all(tier.package_size is not None for tier in tiers):
        fields["reading"] = "upper_inclusive"  # started blocks are counted inside the tiers
    if any(tier.flat_amount for tier in tiers):
        fields["charge_flat_at_zero"] = convention.use("charge_flat_at_zero")
    last = bounds[-1]
    return Priced(_TIERED[name](**fields), None if last is None else ratio_of(last))


def _upper_bounds(rows: list[Given], path: str) -> list[str | None]:
    """Give the cumulative upper bound of each row, however the case says it."""
    if not rows:
        raise NotKnown(f"{path}.tiers is empty")
    if all("from" in row for row in rows) and not any("up_to" in row for row in rows):
        starts = [row.text("from") for row in rows]
        return [*starts[1:], None]
    found: list[str | None] = []
    before: Ratio | None = (0, 1)
    for row in rows:
        row.raw("from")
        by_blocks = _bound_by_blocks(row, before)
        if not row.has("up_to"):
            found.append(None if by_blocks is None or "up_to" in row else decimal_text(by_blocks))
            before = by_blocks
            continue
        bound = ratio_of(row.text("up_to"))
        if by_blocks is not None and (is_less(by_blocks, bound) or is_less(bound, by_blocks)):
            raise NotKnown(f"{row.path}.up_to {row.text('up_to')} is not what max_blocks come to")
        found.append(row.text("up_to"))
        before = bound
    return found


def _bound_by_blocks(row: Given, before: Ratio | None) -> Ratio | None:
    """Where a tier ends that is said to hold so many blocks."""
    if before is None or not (row.has("max_blocks") and row.has("block_size")):
        return None
    return plus(before, times(ratio_of(row.text("max_blocks")), ratio_of(row.text("block_size"))))


def _tier(row: Given, up_to: str | None) -> Tier:
    row.raw("max_blocks")
    return Tier(
        up_to=up_to,
        unit_price=_first(row, _UNIT_PRICES),
        flat_amount=_first(row, _FLAT_PARTS),
        package_size=row.text("block_size") if row.has("block_size") else None,
        maximum=row.text("amount_cap") if row.has("amount_cap") else None,
    )


def _first(row: Given, names: tuple[str, ...]) -> str:
    return next((row.text(name) for name in names if row.has(name)), "0")


def _amount(given: Given, *names: str) -> str:
    for name in names:
        if given.has(name):
            return given.text(name)
    raise NotKnown(f"{given.path} has none of {', '.join(names)}")


def _flat(given: Given, convention: Convention) -> Price:
    return Flat(amount=_amount(given, "amount", "price", "flat_fee"))


def _per_unit(given: Given, convention: Convention) -> Price:
    return PerUnit(unit_price=_amount(given, "amount", "unit_price", "unit_amount"))


def _package(given: Given, convention: Convention) -> Price:
    rounding = convention.use("package_rounding")
    if given.has("package_rounding"):
        choices = {"up": "up", "ceiling": "up", "down": "down", "floor": "down", "at_least_one": "at_least_one"}
        rounding = convention.replace("package_rounding", given.choice("package_rounding", choices))
    return Package(
        package_size=_amount(given, "package_size", "block_size"),
        package_price=_amount(given, "amount", "package_price", "price_per_block"),
        included=given.text("free_units") if given.has("free_units") else "0",
        package_rounding=rounding,
    )


def _percentage(given: Given, convention: Convention) -> Price:
    free = given.text("free_transactions") if given.has("free_transactions") else None
    if free is not None and not free.isdigit():
        raise NotKnown(f"{given.path}.free_transactions {free!r} is no count")
    return Percentage(
        percent=given.text("rate_percent"),
        fixed_fee=_optional(given, "fixed_fee_per_transaction") or "0",
        free_events=None if free is None else int(free),
        free_amount=_optional(given, "free_value"),
        minimum=_optional(given, "min_per_transaction"),
        maximum=_optional(given, "max_per_transaction"),
    )


def _optional(given: Given, name: str) -> str | None:
    return given.text(name) if given.has(name) else None


def _graduated_percentage(given: Given, convention: Convention) -> Price:
    rows = given.each("tiers")
    if given.text("tier_boundary", "upper_inclusive") != "upper_inclusive":
        raise NotKnown(f"{given.path}.tier_boundary: percentage tiers are upper inclusive")
    bounds = _upper_bounds(rows, given.path)
    if bounds[-1] is not None:
        raise NotKnown(f"{given.path}.tiers: the last is not open")
    tiers = [
        PercentTier(up_to=bound, percent=row.text("rate_percent"), flat_amount=_first(row, _FLAT_PARTS))
        for row, bound in zip(rows, bounds, strict=True)
    ]
    return GraduatedPercentage(tiers=tiers, charge_flat_at_zero=convention.use("charge_flat_at_zero"))


def _dynamic(given: Given, convention: Convention) -> Price:
    return Dynamic(multiplier=given.text("multiplier", "1"))


def _capacity(given: Given, convention: Convention) -> Price:
    return capacity_of(given, convention)[0]


def capacity_of(given: Given, convention: Convention) -> tuple[Price, Price, int]:
    """Translate a price of capacity.

    Returns: the price; the same with the numbers of its tiers in place of their amounts, which tells what tier a use
        falls into; and how many tiers have a price in the case.
    """
    rows = given.each("tiers")
    limits, amounts = [], []
    for row in rows:
        amounts.append(_amount(row, "price", "amount", "flat_amount"))
        held = row.inner("limits") if row.has("limits") else None
        named = [] if held is None else [name for name in held.data if held.has(name)]
        limits.append([CapacityLimit(meter=name, up_to=held.text(name)) for name in named])  # type: ignore[union-attr]
    if limits and limits[-1]:
        limits.append([])
        amounts.append("0")
    at_zero = convention.use("charge_capacity_at_zero")
    tiers = [CapacityTier(amount=amount, limits=held) for amount, held in zip(amounts, limits, strict=True)]
    numbers = [CapacityTier(amount=str(n + 1), limits=held) for n, held in enumerate(limits)]
    return (
        Capacity(tiers=tiers, charge_at_zero=at_zero),
        Capacity(tiers=numbers, charge_at_zero=True),
        len(rows),
    )


def overage_of(given: Given) -> tuple[Price, Price]:
    """Translate included units with overage: what is paid anyway, and what is paid beyond."""
    overage = Overage(included=given.text("included"), unit_price=given.text("overage_unit_price"))
    return Flat(amount=given.text("base", "0")), overage


_SIMPLE: dict[str, Callable[[Given, Convention], Price]] = {
    "flat": _flat,
    "unit": _per_unit,
    "per_unit": _per_unit,
    "standard": _per_unit,
    "package": _package,
    "percentage": _percentage,
    "graduated_percentage": _graduated_percentage,
    "dynamic": _dynamic,
    "preset_amount": _dynamic,
    "caller_computed": _dynamic,
    "capacity": _capacity,
}
