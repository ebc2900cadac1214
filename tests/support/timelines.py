"""Contracts whose timelines are worked out by hand: a stub, usage, milestones, a minimum, groups."""

from __future__ import annotations

from datetime import date
from typing import Any

import billcore as bc

Plain = dict[str, Any]
JANUARY = date(2026, 1, 1)


def line(name: str, billed: str = "in_advance", **more: Any) -> Plain:
    """A line at 310.00 a month, or what is written otherwise."""
    price = {"kind": "flat", "amount": "310"} if billed != "usage" else {"kind": "per_unit", "unit_price": "0.10"}
    billed = "in_arrears" if billed == "usage" else billed
    return {"id": name, "sku": name.upper(), "billed": billed, "price": price} | more


def deal(*lines: Plain, start: date = JANUARY, end: date = date(2026, 4, 1), **more: Any) -> bc.Contract:
    """A contract in dollars, billed by calendar months, named C-1."""
    return bc.Contract.read(
        {
            "id": "C-1",
            "customer": "acme",
            "entity": "US01",
            "currency": "USD",
            "term": {"start": start, "end": end},
            "billed_every": "month",
            "anchor": {"kind": "day_of_month", "day": 1},
            "stub": "short_first",
            "lines": list(lines),
        }
        | more
    )


def seats_and_calls(start: date = JANUARY) -> bc.Contract:
    """Seats in advance and calls in arrears."""
    return deal(line("seats"), line("calls", "usage"), start=start)


def project(**more: Any) -> bc.Contract:
    """1,000.00 in two milestones, 30 and 70 percent."""
    steps = [{"id": "design", "percent": "30"}, {"id": "go-live", "percent": "70"}]
    return deal(line("project", "on_milestone", price={"kind": "flat", "amount": "1000"}, milestones=steps), **more)
