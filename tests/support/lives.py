"""Random lives of contracts: what is agreed, what changes when, when it becomes known, and when somebody bills.

A life is plain data drawn by a generator of chance, so that hypothesis may draw it (and shrink it) and a soak may draw
thousands by a seed. Nothing here says what a life should cost.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from oracle.route import divmod_month, in_month
from support.contracts import STARTS, Plain

ZONES = ("UTC", "Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles")
FREQUENCIES = ("month", "month", "month", "quarter", "year", "week", "2 months", "10 days")
PER = {
    "month": (None, None, "month", "quarter", "year"),
    "quarter": (None, "month", "quarter", "year"),
    "year": (None, "month", "year"),
    "2 months": (None, "month", "year"),
    "week": (None, "week", "2 weeks"),
    "10 days": (None, "10 days", "30 days"),
}
AMOUNTS = ("0", "0.005", "33.335", "100", "0.01", "1", "5", "120000.00", "17.77", "0.333")
QUANTITIES = ("0", "1", "3", "7.5", "12", "1000")
STUBS = ("short_last", "short_last", "short_first", "long_first", "long_last", "to_anchor_day")
CHANGES = (
    *("quantity", "quantity", "quantity", "price", "price", "price", "discounts", "add_line", "remove_line", "dates"),
    *("dates", "pause", "pause", "resume", "resume", "billing", "cancel", "notice"),
)
DAY = timedelta(days=1)


@dataclass(kw_only=True)
class Life:
    """What happens to one contract.

    Attributes:
        contract: As first agreed, plain.
        steps: In order of time: ("amend", amendment as plain data), ("use", line, first day, units a day, days) or
            ("run", day).
        end: A day after everything.
    """

    contract: Plain
    steps: list[tuple[Any, ...]] = field(default_factory=list)
    end: date = date.min


@dataclass(kw_only=True)
class Kinds:
    """What a life may hold: everything unless it is said.

    Attributes:
        conventions: Whether days are counted and credited in other ways than the default.
        policies: Whether changes are settled in other ways than at once by their share.
        metered, discounts, renewals, trials: Whether there are such.
    """

    conventions: bool = False
    policies: bool = False
    metered: bool = True
    discounts: bool = True
    renewals: bool = True
    trials: bool = True


def life(chance: random.Random, kinds: Kinds | None = None, *, most: int = 9) -> Life:
    """Draw a life of up to so many steps."""
    kinds = kinds or Kinds()
    contract = _contract(chance, kinds)
    start, end = (date.fromisoformat(contract["term"][side]) for side in ("start", "end"))
    found = Life(contract=contract)
    today = start - timedelta(days=chance.choice([0, 0, 1, 40]))
    names = [line["id"] for line in contract["lines"]]
    for number in range(chance.randint(1, most)):
        today += timedelta(days=chance.choice([0, 0, 1, 3, 15, 31, 60, 120]))
        what = chance.choice(["amend", "amend", "amend", "run", "run", "use"])
        if what == "amend":
            found.steps.append(("amend", _amendment(chance, contract, names, number, today, kinds)))
        elif what == "run":
            through = today if chance.random() < 0.8 else max(start, today - timedelta(days=chance.randint(1, 60)))
            found.steps.append(("run", through))
        else:
            line, first = chance.choice(names), day_near(chance, start, end)
            found.steps.append(("use", line, first, chance.choice(["0", "1", "2.5", "40"]), chance.randint(1, 40)))
    # Behind every day that a change, or the end of a pause, speaks of.
    found.end = max(end, today) + timedelta(days=80 if contract.get("renewal") else 400)
    return found


def amount(chance: random.Random) -> str:
    if chance.random() < 0.6:
        return chance.choice(AMOUNTS)
    number = chance.randint(0, 2_000_000)
    return f"{number // 1000}.{number % 1000:03d}"


def price(chance: random.Random, every: str) -> Plain:
    """A price of an agreed quantity."""
    kind = chance.choice(["flat", "flat", "per_unit", "per_unit", "graduated"])
    found: Plain = {"kind": kind}
    if kind == "flat":
        found["amount"] = amount(chance)
    elif kind == "per_unit":
        found["unit_price"] = amount(chance)
    else:
        found["tiers"] = [{"up_to": "5", "unit_price": "1.005"}, {"unit_price": amount(chance)}]
    per = chance.choice(PER[every])
    return found | ({"per": per} if per else {})


def metered_price(chance: random.Random) -> Plain:
    if chance.random() < 0.5:
        return {"kind": "per_unit", "unit_price": amount(chance)}
    tiers = [{"up_to": "50", "unit_price": "0.1"}, {"up_to": "200", "unit_price": "0.0333"}, {"unit_price": "0.01"}]
    return {"kind": chance.choice(["graduated", "volume"]), "tiers": tiers}


def discounts(chance: random.Random) -> list[Plain]:
    return [
        {"kind": "percent_off", "percent": chance.choice(["0", "10", "33.333", "100"])}
        for _ in range(chance.choice([0, 1, 1, 2]))
    ]


def day_near(chance: random.Random, start: date, end: date) -> date:
    """A day of a span, often its first, its last, or one at which months begin and end."""
    length = max(1, (end - start).days)
    kind = chance.randrange(6)
    if kind == 0:
        return start
    if kind == 1:
        return end - DAY
    day = start + timedelta(days=chance.randrange(length))
    if kind == 2:
        return max(start, in_month(day.year, day.month, start.day))
    if kind == 3:
        return max(start, in_month(day.year, day.month, chance.choice([1, 28, 29, 30, 31])))
    return day


def _contract(chance: random.Random, kinds: Kinds) -> Plain:
    start = (
        chance.choice(STARTS) if chance.random() < 0.6 else date(2023, 1, 1) + timedelta(days=chance.randrange(1500))
    )
    every = chance.choice(FREQUENCIES)
    is_short = every in ("week", "10 days")
    if chance.random() < 0.6:
        end = in_month(
            *divmod_month(start.year, start.month, chance.choice([1, 3] if is_short else [3, 12, 12, 24])), start.day
        )
    else:
        end = start + timedelta(days=chance.randint(2, 100 if is_short else 700))
    contract: Plain = {
        "id": "C-1",
        "customer": "acme",
        "entity": "US01",
        "currency": chance.choice(["USD", "USD", "JPY", "KWD"]),
        "term": {"start": start.isoformat(), "end": end.isoformat()},
        "billed_every": every,
        "anchor": _anchor(chance, start),
        "stub": chance.choice(STUBS),
        "rounding": chance.choice(["half_up", "half_up", "half_even"]),
        "zone": chance.choice(ZONES),
        "lines": [],
    }
    # With long_first a first term of a rest alone joins the period that a renewal adds: another row at each horizon.
    if kinds.renewals and contract["stub"] != "long_first" and chance.random() < 0.25:
        if chance.random() < 0.5:
            contract["renewal"] = {"kind": "evergreen", "notice_days": chance.choice([0, 30])}
        else:
            contract["renewal"] = {
                "kind": "auto_renewal",
                "term": chance.choice(["month", "year"]),
                "uplift": chance.choice(["0", "5", "3.333"]),
                "notice_days": chance.choice([0, 30]),
            }
    if kinds.conventions:
        contract["proration"] = _convention(chance)
    else:
        # Days that another frequency counts otherwise are billed anew: only then do all routes come to one total.
        contract["proration"] = {"settled_by": "amount"}
        if chance.random() < 0.15:
            contract["proration"]["unit"] = chance.choice(["month30e", "month_actual"])
    if kinds.policies:
        contract["changes"] = {nature: _policy(chance) for nature in ("upgrade", "downgrade", "cancellation")}
    for name in ["a", "b", "c"][: chance.choice([1, 1, 2, 3])]:
        contract["lines"].append(line(chance, name, contract, kinds))
    return contract


def _anchor(chance: random.Random, start: date) -> Plain:
    kind = chance.choice(["contract_start", "contract_start", "day_of_month", "month_end", "on_date"])
    if kind == "day_of_month":
        return {"kind": kind, "day": chance.choice([1, 15, 28, 29, 30, 31])}
    if kind == "on_date":
        return {"kind": kind, "date": (start + timedelta(days=chance.randint(-40, 40))).isoformat()}
    return {"kind": kind}


def _convention(chance: random.Random) -> Plain:
    return {
        "unit": chance.choice(["day", "day", "month30e", "month_actual", "none"]),
        "denominator": chance.choice(["full_period", "full_period", "price_period", "30", "365"]),
        "parts": chance.choice(["cumulative", "each"]),
        "change_day": chance.choice(["new", "old"]),
        "end_day": chance.choice(["excluded", "charged"]),
        "credit_basis": chance.choice(["as_billed", "as_billed", "as_paid"]),
        "credit_rounding": chance.choice(["cumulative", "each"]),
        "credit_cap": chance.choice(["rest", "paid"]),
        "fraction_digits": chance.choice([None, None, 2, 9]),
    }


def _policy(chance: random.Random) -> Plain:
    return {
        "timing": chance.choice(["now", "period_end"]),
        "credit": chance.choice(["credit", "credit", "refund_paid_part", "none"]),
        "invoice": chance.choice(["now", "next"]),
        "closing_usage": chance.choice(["bill", "bill", "waive"]),
    }


def line(chance: random.Random, name: str, contract: Plain, kinds: Kinds, start: date | None = None) -> Plain:
    """A line of a contract; one that is added later may begin on a day."""
    every = contract["billed_every"]
    found: Plain = {
        "id": name,
        "sku": name.upper(),
        "billed": chance.choice(["in_advance", "in_advance", "in_arrears"]),
    }
    if chance.random() < 0.25:
        every = found["billed_every"] = chance.choice(FREQUENCIES)
    if kinds.metered and chance.random() < 0.2:
        found |= {
            "billed": "in_arrears",
            "price": metered_price(chance),
            "on_change": chance.choice(["restart", "continue"]),
        }
    else:
        found |= {"price": price(chance, every), "quantity": chance.choice(QUANTITIES)}
    if kinds.discounts and chance.random() < 0.3:
        found["discounts"] = discounts(chance)
    first, last = (date.fromisoformat(contract["term"][side]) for side in ("start", "end"))
    first = start or first
    if first < last and chance.random() < 0.2:
        own = day_near(chance, first, last)
        found["period"] = {
            "start": own.isoformat(),
            "end": (own + timedelta(days=chance.randint(1, max(1, (last - own).days)))).isoformat(),
        }
    if kinds.trials and chance.random() < 0.15:
        found["trial"] = {
            "days": chance.choice([1, 7, 14, 30]),
            "billing_from": chance.choice(["trial_end", "start"]),
        }
    if kinds.trials and "trial" not in found and "period" not in found and start is None and chance.random() < 0.2:
        found["ramp"] = _ramp(chance, contract, found)
    if contract["lines"] and chance.random() < 0.25:
        found |= {"base": contract["lines"][0]["id"], "aligned_to": chance.choice(["line", "base", "contract"])}
    return found


def _ramp(chance: random.Random, contract: Plain, found: Plain) -> list[Plain]:
    """Two or three steps, where boundaries are easily told: monthly from the start."""
    every = found.get("billed_every") or contract["billed_every"]
    if (
        every != "month"
        or contract["anchor"]["kind"] != "contract_start"
        or contract["stub"] not in ("short_last", "long_last")
    ):
        return []
    start, end = _term(contract)
    days = [in_month(*divmod_month(start.year, start.month, months), start.day) for months in (0, 1, 3)]
    days = [*[day for day in days if day < end], end]
    is_agreed = "quantity" in found
    return [
        {"period": {"start": first.isoformat(), "end": last.isoformat()}}
        | ({"quantity": chance.choice(QUANTITIES)} if is_agreed and chance.random() < 0.7 else {})
        | ({"price": price(chance, every)} if is_agreed and chance.random() < 0.5 else {})
        for first, last in pairwise(days)
    ]


def _amendment(
    chance: random.Random, contract: Plain, names: list[str], number: int, today: date, kinds: Kinds
) -> Plain:
    start, end = (date.fromisoformat(contract["term"][side]) for side in ("start", "end"))
    effective = today if chance.random() < 0.3 else day_near(chance, start, max(end, today))
    known = datetime.combine(
        today, time(chance.choice([0, 11, 23]), chance.choice([0, 59])), ZoneInfo(contract["zone"])
    )
    many = chance.choice([1, 1, 1, 2])
    found = {
        "id": f"A-{number}",
        "effective": effective.isoformat(),
        "known_at": known.isoformat(),
        "actor": "sales",
        "reason": "agreed",
        "changes": [_change(chance, contract, names, f"{number}-{n}", effective, kinds) for n in range(many)],
    }
    if kinds.policies and chance.random() < 0.3:
        found["policy"] = _policy(chance)
    return found


def _change(
    chance: random.Random, contract: Plain, names: list[str], mark: str, effective: date, kinds: Kinds
) -> Plain:
    name = chance.choice(names)
    mine = next((one for one in contract["lines"] if one["id"] == name), contract["lines"][0])
    every = mine.get("billed_every") or contract["billed_every"]
    end = date.fromisoformat(contract["term"]["end"])
    kind = chance.choice(CHANGES)
    if kind == "quantity":
        return {"kind": kind, "line": name, "quantity": chance.choice(QUANTITIES)}
    if kind == "price":
        if "quantity" not in mine and mine["price"]["kind"] != "flat":
            return {"kind": kind, "line": name, "price": metered_price(chance)}
        return {"kind": kind, "line": name, "price": price(chance, every), "quantity": chance.choice(QUANTITIES)}
    if kind == "discounts" and kinds.discounts:
        return {"kind": kind, "line": name, "discounts": discounts(chance)}
    if kind == "add_line":
        added = line(chance, f"n{mark}", contract, kinds, effective)
        names.append(added["id"])
        return {"kind": kind, "line": added}
    if kind == "dates":
        found: Plain = {"kind": kind}
        if chance.random() < 0.6:
            found["line"] = name
        if "line" in found and chance.random() < 0.4:
            found["start"] = day_near(chance, *_term(contract)).isoformat()
        else:
            other = chance.choice([end, end, effective + DAY, end + timedelta(days=chance.choice([1, 31, 60]))])
            found["end"] = other.isoformat()
        return found
    if kind in ("pause", "resume"):
        found = {"kind": kind, "lines": chance.choice([[], [name]])}
        if kind == "pause" and chance.random() < 0.5:
            found["until"] = (effective + timedelta(days=chance.choice([1, 9, 31, 70]))).isoformat()
        return found
    if kind == "billing":
        found = {"kind": kind} | ({"line": name} if chance.random() < 0.7 else {})
        what = chance.choice(["billed_every", "anchor", "billed", "billed"])
        if what == "billed_every":
            return found | {what: chance.choice(FREQUENCIES)}
        if what == "anchor":
            return found | {what: _anchor(chance, effective)}
        return found | {what: chance.choice(["in_advance", "in_arrears"])}
    if kind == "remove_line":
        return {"kind": kind, "line": name}
    return {"kind": kind} if kind in ("cancel", "notice") else {"kind": "quantity", "line": name, "quantity": "3"}


def _term(contract: Plain) -> tuple[date, date]:
    start, end = (date.fromisoformat(contract["term"][side]) for side in ("start", "end"))
    return start, end
