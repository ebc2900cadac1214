"""Random contracts as plain data, with usage and deliveries that fit them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

Plain = dict[str, Any]
FREQUENCIES = ("month", "month", "quarter", "year", "2 months", "week", "2 weeks")
PER = {
    "month": (None, "month", "quarter", "year", "6 months", "term"),
    "quarter": (None, "month", "quarter", "year", "term"),
    "year": (None, "month", "quarter", "year", "2 years", "term"),
    "2 months": (None, "month", "4 months", "year", "term"),
    "week": (None, "week", "2 weeks", "term"),
    "2 weeks": (None, "week", "4 weeks", "term"),
    "term": (None, "term"),
}
SCALED = ["recurring", "discount", "maximum", "minimum", "commitment"]
STARTS = [
    date(2023, 12, 31),
    date(2024, 1, 29),
    date(2024, 1, 31),
    date(2024, 2, 29),
    date(2025, 2, 28),
    date(2025, 8, 30),
    date(2026, 1, 1),
    date(2026, 1, 15),
    date(2026, 10, 31),
]
days = st.sampled_from(STARTS) | st.dates(min_value=date(2023, 1, 1), max_value=date(2027, 12, 31))


def decimals(top: int, digits: int) -> st.SearchStrategy[str]:
    """Exact decimals as text, often with a half at the end."""
    whole = st.integers(0, top * 10**digits)
    return whole.map(
        lambda number: f"{number // 10**digits}.{number % 10**digits:0{digits}d}" if digits else str(number)
    )


amounts = st.sampled_from(["0", "0.005", "33.335", "100", "100.00", "120000.00", "0.01"]) | decimals(2_000, 3)


@st.composite
def tiers(draw: st.DrawFn) -> list[Plain]:
    bounds = sorted(draw(st.sets(st.integers(1, 40), max_size=3)))
    tops = [str(bound) + draw(st.sampled_from(["", ".5"])) for bound in bounds]
    return [
        {"unit_price": draw(decimals(3, 4)), "flat_amount": draw(st.sampled_from(["0", "0", "1.005"]))}
        | ({"up_to": top} if top else {})
        for top in [*tops, ""]
    ]


@st.composite
def prices(draw: st.DrawFn, kinds: tuple[str, ...], every: str, with_per: bool) -> Plain:
    kind = draw(st.sampled_from(kinds))
    price: Plain = {"kind": kind}
    if kind == "flat":
        price["amount"] = draw(amounts)
    elif kind in ("graduated", "volume"):
        price |= {"tiers": draw(tiers()), "charge_flat_at_zero": draw(st.booleans())}
    else:
        price["unit_price"] = draw(decimals(30, 3))
        if kind == "overage":
            price["included"] = draw(st.sampled_from(["0", "3", "7.5"]))
    per = draw(st.sampled_from(PER[every])) if with_per else None
    return price | ({"per": per} if per else {})


@st.composite
def discounts(draw: st.DrawFn) -> list[Plain]:
    found: list[Plain] = []
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2]))):
        if draw(st.booleans()):
            one: Plain = {"kind": "percent_off", "percent": draw(st.sampled_from(["0", "10", "33.333", "12.5", "100"]))}
        else:
            one = {"kind": "amount_off", "amount": draw(st.sampled_from(["0", "10", "0.005", "7.33"]))}
        end = draw(st.sampled_from(["", "until", "periods"]))
        if end == "until":
            one["until"] = draw(days).isoformat()
        elif end:
            one["periods"] = draw(st.integers(1, 4))
        found.append(one)
    return found


@st.composite
def milestones(draw: st.DrawFn) -> list[Plain]:
    percents = draw(
        st.sampled_from([["100"], ["30", "30", "40"], ["33.333", "33.333", "33.334"], ["0", "12.5", "87.5"]])
    )
    return [{"id": f"m{n}", "percent": percent} for n, percent in enumerate(percents)]


@st.composite
def lines(draw: st.DrawFn, name: str, every: str, term: Plain, recognized: bool) -> Plain:
    billed = draw(
        st.sampled_from(["in_advance", "in_advance", "in_arrears", "metered", "metered", "once", "on_milestone"])
    )
    line: Plain = {"id": name, "sku": name.upper(), "billed": billed}
    own = every
    if billed not in ("once", "on_milestone") and draw(st.integers(0, 3)) == 0:
        own = draw(st.sampled_from([*FREQUENCIES, "term"]))
        line["billed_every"] = own
    if billed == "metered":
        kinds = ("per_unit", "graduated", "volume", "overage")
        line |= {"billed": "in_arrears", "price": draw(prices(kinds, own, False))}
    else:
        kinds = ("flat", "flat", "per_unit", "graduated", "volume", "overage")
        line["price"] = draw(prices(kinds, own, billed in ("in_advance", "in_arrears")))
        line["quantity"] = draw(st.sampled_from(["0", "1", "3", "7.5", "12"]))
    if billed == "on_milestone":
        line["milestones"] = draw(milestones())
    line["discounts"] = draw(discounts())
    if draw(st.integers(0, 3)) == 0:
        start, end = date.fromisoformat(term["start"]), date.fromisoformat(term["end"])
        length = (end - start).days
        first = draw(st.integers(0, length - 1))
        last = draw(st.integers(first + 1, length))
        line["period"] = {
            "start": (start + timedelta(days=first)).isoformat(),
            "end": (start + timedelta(days=last)).isoformat(),
        }
    if recognized:
        line["revenue"] = draw(measures(billed, line.get("milestones")))
        line["ssp"] = {"amount": draw(st.sampled_from(["1", "100", "54000", "33"]))}
        line["judgement"] = {"is_distinct": True, "reason": "sold separately"}
    return line


@st.composite
def measures(draw: st.DrawFn, billed: str, steps: list[Plain] | None) -> Plain:
    if billed == "metered":
        return {"kind": "as_used"}
    kind = draw(st.sampled_from(["ratable", "ratable", "point_in_time", "milestones"]))
    if kind == "ratable":
        return {"kind": "ratable", "by": "day"}
    if kind == "milestones":
        return {"kind": "milestones", "steps": steps or draw(milestones())}
    return {"kind": kind}


@st.composite
def anchors(draw: st.DrawFn) -> Plain:
    kind = draw(st.sampled_from(["contract_start", "contract_start", "day_of_month", "month_end", "on_date"]))
    if kind == "day_of_month":
        return {"kind": kind, "day": draw(st.sampled_from([1, 15, 28, 29, 30, 31]))}
    return {"kind": kind} | ({"date": draw(days).isoformat()} if kind == "on_date" else {})


@st.composite
def contracts(draw: st.DrawFn, recognized: bool = True, currencies: tuple[str, ...] = ("USD", "JPY", "KWD")) -> Plain:
    """A contract as plain data, as files hold it."""
    start = draw(days)
    every = draw(st.sampled_from(FREQUENCIES))
    shortest, longest = (1, 120) if every in ("week", "2 weeks") else (1, 800)
    length = draw(st.sampled_from([28, 31, 59, 90, 181]) | st.integers(shortest, longest))
    whole = draw(st.sampled_from([0, 0, 1, 3, 12, 24] if longest > 200 else [0, 1, 3]))
    end = _months_later(start, whole) if whole else start + timedelta(days=length)
    term = {"start": start.isoformat(), "end": end.isoformat()}
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    contract: Plain = {
        "id": "C-1",
        "customer": "acme",
        "entity": "US01",
        "currency": draw(st.sampled_from(currencies)),
        "term": term,
        "billed_every": every,
        "anchor": draw(anchors()),
        "stub": draw(st.sampled_from(["short_first", "long_first", "short_last", "long_last", "to_anchor_day"])),
        "proration": {
            "unit": draw(st.sampled_from(["day", "day", "day", "month30e", "month_actual", "none"])),
            "denominator": draw(st.sampled_from(["full_period", "full_period", "price_period"])),
            "fraction_digits": draw(st.sampled_from([None, None, 0, 2, 9])),
            "scaled": draw(st.sampled_from([SCALED, SCALED, SCALED[1:], [*SCALED[:1], *SCALED[2:]], []])),
        },
        "rounding": draw(st.sampled_from(["half_up", "half_even"])),
        "lines": [draw(lines(name, every, term, recognized)) for name in names],
    }
    if contract["proration"]["unit"] == "month30e":
        # A 30th before a 31st counts nothing by this day count, and nothing is no base to share a term's price by.
        for line in contract["lines"]:
            if line["price"].get("per") == "term":
                del line["price"]["per"]
    if recognized:
        contract["enforceable"] = {"period": term, "reason": "non-cancellable, section 9.2"}
    return contract


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for wanted in range(day.day, 0, -1):
        try:
            return date(year, month + 1, wanted)
        except ValueError:
            continue
    raise AssertionError(day)


@st.composite
def quantities(draw: st.DrawFn, starts: dict[str, list[date]]) -> dict[str, dict[date, str]]:
    """Usage of every service period of the metered lines."""
    units = st.sampled_from(["0", "1", "3", "10", "10.5", "41", "60.25"]) | st.integers(0, 60).map(str)
    return {line: {day: draw(units) for day in mine} for line, mine in starts.items()}


@st.composite
def deliveries(draw: st.DrawFn, contract: Plain) -> dict[str, dict[str, date]]:
    """Days on which milestones and points in time were reached; some never are."""
    start = date.fromisoformat(contract["term"]["start"])
    found: dict[str, dict[str, date]] = {}
    for line in contract["lines"]:
        steps = [step["id"] for step in line.get("milestones", [])]
        measure = line.get("revenue") or {}
        steps += [step["id"] for step in measure.get("steps", []) if step["id"] not in steps]
        if measure.get("kind") == "point_in_time":
            steps.append("")
        mine = {}
        for step in steps:
            if draw(st.integers(0, 4)):
                mine[step] = start + timedelta(days=draw(st.integers(0, 500)))
        if mine:
            found[line["id"]] = mine
    return found
