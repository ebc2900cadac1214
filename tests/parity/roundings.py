"""What amounts are rounded to, and how an amount is split by weights."""

from __future__ import annotations

from typing import Any

from billcore.core.exact import plain
from billcore.core.ratio import Ratio, ratio_of
from billcore.money.allocation import split_by_weight
from billcore.money.currency import minor_digits
from parity.given import Given, NotKnown
from parity.presets import Convention
from parity.questions import answer, round_to


def rounding(given: Given, convention: Convention) -> dict[str, Any]:
    """Round what the case lists, or answer its question."""
    if "question" in given:
        return answer(given, convention)
    if "values" not in given and "amount" not in given:
        raise NotKnown("a rounding of neither values nor an amount")
    digits = given.whole("minor_unit_digits" if "minor_unit_digits" in given else "scale", _digits(given))
    if "values" in given:
        return {"rounded": [round_to(value, digits, convention) for value in given.texts("values")]}
    found = round_to(given.text("amount"), digits, convention)
    return {"rounded": found, "amount": found}


def _digits(given: Given) -> int | None:
    return minor_digits(given.text("currency")) if "currency" in given else None


def allocation(given: Given, convention: Convention) -> dict[str, Any]:
    """Split an amount by weights, by largest remainder."""
    given.text("currency", "")
    if "weights" not in given:
        raise NotKnown("an allocation without weights: one of a transaction price is a later part")
    rows = given.each("weights")
    keys = [row.text("key") for row in rows]
    exact = [ratio_of(row.text("weight" if "weight" in row else "amount")) for row in rows]
    by_key = given.choice("tie_break", {"input order": False, "key": True}, "input order")
    convention.name("ties", "key" if by_key else "input order")
    digits = given.whole("scale")
    top, bottom = ratio_of(given.text("amount"))
    if top * 10**digits % bottom:
        raise NotKnown(f"an amount with more than {digits} digits is no whole number of units")
    parts = split_by_weight(top * 10**digits // bottom, _whole(exact), ties=keys if by_key else None)
    return {
        "shares": [{"key": key, "amount": plain(part, digits)} for key, part in zip(keys, parts, strict=True) if part]
    }


def _whole(exact: list[Ratio]) -> list[int]:
    """Bring weights to whole numbers in the same proportion."""
    one = max((bottom for _, bottom in exact), default=1)
    return [top * (one // bottom) for top, bottom in exact]
