"""Random books for lives: contracts of all kinds as plain data, drawn by a seeded generator.

The same ground as `support.contracts` covers by hypothesis, at a fraction of its cost: a soak draws a million.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from oracle.route import divmod_month, in_month
from support.books import ENTITIES
from support.contracts import FREQUENCIES, PER, STARTS, Plain

AMOUNTS = ("0", "0.005", "33.335", "100", "100.00", "120000.00", "0.01")
QUANTITIES = ("0", "1", "3", "10", "10.5", "41", "60.25")
PERCENTS = (["100"], ["30", "30", "40"], ["33.333", "33.333", "33.334"], ["0", "12.5", "87.5"])
TERMS = ({"kind": "net_days", "days": 30}, {"kind": "net_days", "days": 0}, {"kind": "end_of_month", "months": 1})
FIRST, DAYS = date(2023, 1, 1), 1_825
LONGEST_DELIVERY = 500


def day(chance: random.Random) -> date:
    """A start of terms: often one at which calendars go wrong."""
    return chance.choice(STARTS) if chance.random() < 0.4 else FIRST + timedelta(days=chance.randrange(DAYS))


def decimal(chance: random.Random, top: int, digits: int) -> str:
    """An exact decimal as text."""
    number = chance.randint(0, top * 10**digits)
    return f"{number // 10**digits}.{number % 10**digits:0{digits}d}"


def amount(chance: random.Random) -> str:
    return chance.choice(AMOUNTS) if chance.random() < 0.5 else decimal(chance, 2_000, 3)


def price(chance: random.Random, kinds: tuple[str, ...], every: str, with_per: bool) -> Plain:
    kind = chance.choice(kinds)
    found: Plain = {"kind": kind}
    if kind == "flat":
        found["amount"] = amount(chance)
    elif kind in ("graduated", "volume"):
        tops = sorted(chance.sample(range(1, 41), chance.randint(0, 3)))
        found["charge_flat_at_zero"] = chance.random() < 0.5
        found["tiers"] = [
            {"unit_price": decimal(chance, 3, 4), "flat_amount": chance.choice(["0", "0", "1.005"])}
            | ({"up_to": f"{top}{chance.choice(['', '.5'])}"} if top else {})
            for top in [*tops, 0]
        ]
    else:
        found["unit_price"] = decimal(chance, 30, 3)
        if kind == "overage":
            found["included"] = chance.choice(["0", "3", "7.5"])
    per = chance.choice(PER[every]) if with_per else None
    return found | ({"per": per} if per else {})


def discounts(chance: random.Random) -> list[Plain]:
    found: list[Plain] = []
    for _ in range(chance.choice([0, 0, 1, 1, 2])):
        if chance.random() < 0.5:
            one: Plain = {"kind": "percent_off", "percent": chance.choice(["0", "10", "33.333", "12.5", "100"])}
        else:
            one = {"kind": "amount_off", "amount": chance.choice(["0", "10", "0.005", "7.33"])}
        end = chance.choice(["", "until", "periods"])
        if end == "until":
            one["until"] = day(chance).isoformat()
        elif end:
            one["periods"] = chance.randint(1, 4)
        found.append(one)
    return found


def milestones(chance: random.Random) -> list[Plain]:
    return [{"id": f"m{n}", "percent": percent} for n, percent in enumerate(chance.choice(PERCENTS))]


def measure(chance: random.Random, billed: str, steps: list[Plain] | None, *, by_month: bool) -> Plain:
    if billed == "metered":
        return {"kind": "as_used"}
    kind = chance.choice(["ratable", "ratable", "point_in_time", "milestones"])
    if kind == "ratable":
        return {"kind": kind, "by": chance.choice(["day", "service_month_even"]) if by_month else "day"}
    return {"kind": kind} | ({"steps": steps or milestones(chance)} if kind == "milestones" else {})


def line(chance: random.Random, name: str, every: str, start: date, length: int, *, in_months: bool) -> Plain:
    billed = chance.choice(["in_advance", "in_arrears", "metered", "metered", "metered", "once", "on_milestone"])
    found: Plain = {"id": name, "sku": name.upper(), "billed": billed, "discounts": discounts(chance)}
    own = every
    if billed not in ("once", "on_milestone") and chance.random() < 0.25:
        own = found["billed_every"] = chance.choice([*FREQUENCIES, "term"])
    if billed == "metered":
        kinds: tuple[str, ...] = ("per_unit", "graduated", "volume", "overage")
        found |= {"billed": "in_arrears", "price": price(chance, kinds, own, False)}
    else:
        kinds = ("flat", "flat", "per_unit", "graduated", "volume", "overage")
        found["price"] = price(chance, kinds, own, billed in ("in_advance", "in_arrears"))
        found["quantity"] = chance.choice(["0", "1", "3", "7.5", "12"])
    if billed == "on_milestone":
        found["milestones"] = milestones(chance)
    if chance.random() < 0.25:
        first = chance.randint(0, length - 1)
        last = chance.randint(first + 1, length)
        found["period"] = {
            "start": (start + timedelta(days=first)).isoformat(),
            "end": (start + timedelta(days=last)).isoformat(),
        }
    judged = {"is_distinct": True, "reason": "sold separately"}
    return found | {
        "revenue": measure(chance, billed, found.get("milestones"), by_month=in_months and "period" not in found),
        "ssp": {"amount": chance.choice(["1", "100", "54000", "33"])},
        "judgement": judged,
    }


def contract(chance: random.Random, contract_id: str) -> Plain:
    """A contract as files hold it."""
    start, every = day(chance), chance.choice(FREQUENCIES)
    longest = 100 if every in ("week", "2 weeks") else 450
    months = chance.choice([0, 0, 1, 3, 12]) if longest > 100 else 0
    length = chance.choice([28, 31, 59, 90]) if chance.random() < 0.4 else chance.randint(1, longest)
    end = in_month(*divmod_month(start.year, start.month, months), start.day) if months else start + timedelta(length)
    length = (end - start).days
    term = {"start": start.isoformat(), "end": end.isoformat()}
    anchor: Plain = {
        "kind": chance.choice(["contract_start", "contract_start", "day_of_month", "month_end", "on_date"])
    }
    if anchor["kind"] == "day_of_month":
        anchor["day"] = chance.choice([1, 15, 28, 29, 30, 31])
    elif anchor["kind"] == "on_date":
        anchor["date"] = day(chance).isoformat()
    unit = chance.choice(["day", "day", "day", "month30e", "month_actual", "none"])
    names = "abc"[: chance.randint(1, 3)]
    lines = [line(chance, name, every, start, length, in_months=months > 0) for name in names]
    if unit == "month30e":
        # A 30th before a 31st counts nothing by this day count, and nothing is no base to share a term's price by.
        for one in lines:
            if one["price"].get("per") == "term":
                del one["price"]["per"]
    return {
        "id": contract_id,
        "customer": chance.choice(["acme", "umbrella"]),
        "entity": chance.choice(ENTITIES),
        "currency": "EUR",
        "term": term,
        "billed_every": every,
        "anchor": anchor,
        "stub": chance.choice(["short_first", "long_first", "short_last", "long_last", "to_anchor_day"]),
        "proration": {"unit": unit, "denominator": chance.choice(["full_period", "full_period", "price_period"])},
        "rounding": chance.choice(["half_up", "half_even"]),
        "payment_terms": chance.choice(TERMS),
        "lines": lines,
        "enforceable": {"period": term, "reason": "non-cancellable, section 9.2"},
    }


def contracts(chance: random.Random) -> list[Plain]:
    """One to three contracts; small books are the most: what goes wrong mostly goes wrong within one."""
    return [contract(chance, f"C-{number + 1}") for number in range(chance.choice([1, 1, 1, 2, 2, 3]))]


def quantity(chance: random.Random) -> str:
    return chance.choice(QUANTITIES) if chance.random() < 0.5 else str(chance.randint(0, 60))


def deliveries(chance: random.Random, written: Plain) -> dict[tuple[str, str], date]:
    """(line, milestone) -> the day it is reached; some never are."""
    start = date.fromisoformat(written["term"]["start"])
    found: dict[tuple[str, str], date] = {}
    for one in written["lines"]:
        steps = {step["id"] for step in (*one.get("milestones", ()), *one["revenue"].get("steps", ()))}
        if one["revenue"]["kind"] == "point_in_time":
            steps.add("")
        for step in sorted(steps):
            if chance.random() < 0.85:
                found[one["id"], step] = start + timedelta(days=chance.randint(0, LONGEST_DELIVERY))
    return found


def shuffled(chance: random.Random, things: list[Any]) -> list[Any]:
    """The same things in another order."""
    return chance.sample(things, len(things))
