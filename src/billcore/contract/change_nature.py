"""What a change makes of a line's terms, and whether it goes up or down."""

from __future__ import annotations

from billcore.contract.change_policy import Nature
from billcore.contract.changes import ChangeDiscounts, ChangePrice, ChangeQuantity
from billcore.contract.line_book import Revise
from billcore.contract.lines import ContractLine


def revision(change: ChangeQuantity | ChangePrice | ChangeDiscounts) -> Revise:
    """What a line says once a change holds."""
    if isinstance(change, ChangeQuantity):
        return lambda line: line.revised(quantity=change.quantity)
    if isinstance(change, ChangeDiscounts):
        return lambda line: line.revised(discounts=change.discounts)
    fields: dict[str, object] = {"price": change.price, "price_origin": None}
    if change.quantity is not None:
        fields["quantity"] = change.quantity
    if change.modifiers is not None:
        fields["modifiers"] = change.modifiers
    return lambda line: line.revised(**fields)


def nature_of(change: ChangeQuantity | ChangePrice | ChangeDiscounts, line: ContractLine) -> Nature:
    """Up or down: as the change says, else by units, else by the amount of two flat or per-unit prices."""
    if isinstance(change, ChangeDiscounts):
        return "upgrade"
    if change.direction is not None:
        return change.direction
    if isinstance(change, ChangeQuantity):
        return "downgrade" if line.quantity is not None and change.quantity < line.quantity else "upgrade"
    old, new = line.price, change.price
    if old.kind == new.kind and getattr(old, "per", None) == getattr(new, "per", None):
        for name in ("amount", "unit_price"):
            before, after = getattr(old, name, None), getattr(new, name, None)
            if before is not None and after is not None:
                return "downgrade" if after < before else "upgrade"
    return "upgrade"
