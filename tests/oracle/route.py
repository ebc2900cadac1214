"""What a contract bills and earns, worked out in the most naive way: one day after the other, in fractions.

It reads the plain data of a contract (``Contract.model_dump(mode="json")``) and imports nothing from billcore. Periods
are found by asking every single day which period it lies in; a share of time is a sum over days.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

from oracle.pricing import amount as price_of

Plain = dict[str, Any]
DAY = timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "year": 12}
DAYS = {"day": 1, "week": 7}
# ISO 4217, the currencies that the tests use.
DIGITS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}


def charges(contract: Plain, usage: Plain, delivered: Plain, through: date) -> list[Plain]:
    """Every charge: all fixed ones of the term, and usage whose service is over by the end of a day and was passed.

    Args:
        usage: Line -> first day of the service period -> quantity as text.
        delivered: Line -> milestone id -> day; what lies after ``through`` is not known.
    """
    found = []
    for line in contract["lines"]:
        if line["billed"] == "on_milestone":
            found += milestone_charges(contract, line, delivered.get(line["id"], {}), through)
        elif is_metered(line):
            found += metered_charges(contract, line, usage.get(line["id"], {}), through)
        else:
            found += fixed_charges(contract, line)
    return found


def is_metered(line: Plain) -> bool:
    """Whether the quantity comes from usage."""
    return line["price"]["kind"] != "flat" and line["quantity"] is None


def fixed_charges(contract: Plain, line: Plain) -> list[Plain]:
    """Rows of an agreed quantity: each is the difference of two rounded sums, from the start of its price period.

    What lies before the line's first row in that period was never billed; it counts at the rate of that row.
    """
    price = price_of(line["price"], line["quantity"] or "1")
    rows = rows_of(contract, line)
    found, to_date, counted = [], {}, 0
    for row, gross in zip(rows, gross_of(contract, line, rows, price), strict=True):
        net = discounted(contract, line, row, gross, counted)
        counted += gross > 0
        skipped = position_of(contract, line, row, price)
        nothing = (skipped, skipped * net / gross if gross else Fraction(0))
        before = to_date.get(row["group"], nothing)
        after = (before[0] + gross, before[1] + net)
        to_date[row["group"]] = after
        found.append(charge(contract, line, row, gross, net, minor(contract, after[1]) - minor(contract, before[1])))
    return found


def position_of(contract: Plain, line: Plain, row: Plain, price: Fraction) -> Fraction:
    """What all days from the start of a row's price period to the row come to, day by day."""
    per, every, proration = line["price"]["per"], every_of(contract, line), contract["proration"]
    is_alone = proration["fraction_digits"] is not None or "recurring" not in proration["scaled"]
    is_alone = is_alone or proration["parts"] == "each" or proration["unit"] == "none"
    if "place" not in row or per == "term" or is_alone or proration["denominator"] != "full_period":
        return Fraction(0)
    ratio = Fraction(1) if per is None else length_of(every) / length_of(per)
    full = row["parts"][0][1]
    earlier = part_share(proration["unit"], (full[0], row["start"]), full) if full[0] < row["start"] else Fraction(0)
    return price * ratio * (row["place"] + earlier)


def metered_charges(contract: Plain, line: Plain, quantities: Plain, through: date) -> list[Plain]:
    """Rows of usage, each rounded alone; a part of a period prorates nothing but an amount off."""
    found, counted = [], 0
    for row in rows_of(contract, line):
        if row["start"] not in quantities or row["end"] > through + DAY:
            continue
        gross = price_of(line["price"], quantities[row["start"]])
        net = discounted(contract, line, row, gross, counted)
        counted += gross > 0
        made = charge(contract, line, row, gross, net, minor(contract, net))
        found.append(made | {"component": "usage"})
    return found


def milestone_charges(contract: Plain, line: Plain, delivered: Plain, through: date) -> list[Plain]:
    """The whole price, rounded once, in parts by largest remainder."""
    start, end = span_of(contract, line)
    row = {"start": start, "end": end, "parts": [((start, end), (start, end))], "invoice_date": None}
    gross = price_of(line["price"], line["quantity"] or "1")
    net = discounted(contract, line, row, gross, 0)
    weights = [Fraction(step["percent"]) for step in line["milestones"]]
    found = []
    for step, part in zip(line["milestones"], largest_remainder(minor(contract, net), weights), strict=True):
        day = delivered.get(step["id"])
        made = charge(contract, line, row, gross, net, part)
        known = day if day is not None and day <= through else None
        found.append(made | {"component": f"milestone:{step['id']}", "invoice_date": known})
    return found


def charge(contract: Plain, line: Plain, row: Plain, gross: Fraction, net: Fraction, amount: int) -> Plain:
    """One charge as plain data."""
    return {
        "line": line["id"],
        "component": "one_time" if line["billed"] == "once" else "recurring",
        "start": row["start"],
        "end": row["end"],
        "invoice_date": row["invoice_date"],
        "gross": gross,
        "exact": net,
        "net": amount,
    }


def gross_of(contract: Plain, line: Plain, rows: list[Plain], price: Fraction) -> list[Fraction]:
    """The exact amount of each row before discounts."""
    per, every = line["price"]["per"], every_of(contract, line)
    unit = contract["proration"]["unit"]
    if per == "term":
        lengths = [sum(part_share(unit, service, full) for service, full in row["parts"]) for row in rows]
        return [price * length / sum(lengths) for length in lengths]
    ratio = Fraction(1) if per is None or every is None or every == "term" else length_of(every) / length_of(per)
    scales, digits = "recurring" in scaled_of(contract), contract["proration"].get("fraction_digits")
    found = []
    for row in rows:
        total = Fraction(0)
        for service, full in row["parts"]:
            if service == full or unit == "none" or not scales:
                total += price * ratio
            elif per is None or contract["proration"]["denominator"] == "full_period":
                total += price * ratio * at_digits(part_share(unit, service, full), digits)
            else:
                share = sum(share_of_day(unit, day, row["price_period"](day)) for day in days_of(*service))
                total += price * at_digits(share, digits)
        found.append(total)
    return found


def scaled_of(contract: Plain) -> Any:
    """What a part of a period takes a share of; a contract that does not say it, of all that is shared."""
    return contract["proration"].get("scaled", ("recurring", "discount"))


def at_digits(share: Fraction, digits: int | None) -> Fraction:
    """A share of time, rounded half up to so many digits where some are named."""
    if digits is None:
        return share
    return Fraction((2 * share * 10**digits + 1) // 2, 10**digits)


def discounted(contract: Plain, line: Plain, row: Plain, gross: Fraction, counted: int) -> Fraction:
    """Take the discounts in order, each from the rest; an amount off is for a full billing period."""
    rest = gross
    for discount in line["discounts"]:
        if discount["until"] is not None and row["start"] >= date.fromisoformat(discount["until"]):
            continue
        if discount["periods"] is not None and counted >= discount["periods"]:
            continue
        if discount["kind"] == "percent_off":
            rest = rest * (100 - Fraction(discount["percent"])) / 100
        else:
            unit = contract["proration"]["unit"]
            periods: Any = sum(part_share(unit, service, full) for service, full in row["parts"])
            if "discount" not in scaled_of(contract):
                periods = 1
            rest = max(Fraction(0), rest - Fraction(discount["amount"]) * periods)
    return rest


# Days and periods


def rows_of(contract: Plain, line: Plain) -> list[Plain]:
    """Billing rows of a line, found by asking each of its days for its period."""
    start, end = span_of(contract, line)
    every = every_of(contract, line)
    if every in (None, "term"):
        day = start if line["billed"] in ("in_advance", "once") else end
        return [{"start": start, "end": end, "parts": [((start, end), (start, end))], "invoice_date": day, "group": 0}]
    edges = edges_of(contract, start, end, every)
    parts: list[Any] = []
    for day in days_of(start, end):
        if parts and day not in edges:
            parts[-1] = ((parts[-1][0][0], day + DAY), parts[-1][1])
        else:
            parts.append(((day, day + DAY), around(edges, day)))
    joined = [[part] for part in parts]
    if len(parts) > 1 and contract["stub"] == "long_first" and parts[0][0] != parts[0][1]:
        joined = [parts[:2], *joined[2:]]
    elif len(parts) > 1 and contract["stub"] == "long_last" and parts[-1][0] != parts[-1][1]:
        joined = [*joined[:-2], parts[-2:]]
    whole = [n for n, row in enumerate(joined) if len(row) == 1 and row[0][0] == row[0][1]]
    first = whole[0] if whole else 0
    found = []
    for number, row in enumerate(joined):
        row_start, row_end = row[0][0][0], row[-1][0][1]
        found.append(
            {
                "start": row_start,
                "end": row_end,
                "parts": row,
                "invoice_date": row_start if line["billed"] == "in_advance" else row_end,
                "group": group_of(line, every, number - first, number),
                "place": place_of(line, every, number - first),
                "price_period": price_periods(contract, line, start, end, every, joined[first][0][1][0]),
            }
        )
    return found


def group_of(line: Plain, every: str, place: int, number: int) -> Any:
    """Which rows share a price period, and with it the running sum that is rounded."""
    per = line["price"]["per"]
    if per == "term":
        return "term"
    if per is None or length_of(per) <= length_of(every):
        return number
    return place // int(length_of(per) / length_of(every))


def place_of(line: Plain, every: str, place: int) -> int:
    """How many billing periods of the same price period lie before one."""
    per = line["price"]["per"]
    if per in (None, "term") or length_of(per) <= length_of(every):
        return 0
    return place % int(length_of(per) / length_of(every))


def price_periods(contract: Plain, line: Plain, start: date, end: date, every: str, origin: date) -> Any:
    """A function from a day to its price period, counted from the first whole billing period of the line."""
    per = line["price"]["per"]
    if per in (None, "term"):
        return lambda day: None
    fine = edges_of(contract, start, end, every)
    if length_of(per) >= length_of(every):
        stride = int(length_of(per) / length_of(every))
        place = fine.index(origin)
        edges = [edge for n, edge in enumerate(fine) if (n - place) % stride == 0]
    else:
        edges = edges_of(contract, start, end, per, anchored=origin)
    return lambda day: around(edges, day)


def edges_of(contract: Plain, start: date, end: date, every: str, anchored: date | None = None) -> list[date]:
    """Boundaries from long before the span to long after it, each counted from one origin."""
    anchor, stub = contract["anchor"], contract["stub"]
    if anchor["kind"] == "contract_start":
        origin, wanted = start, start.day
        if stub in ("short_first", "long_first") and end not in stepped(start, start.day, every, 0, 500):
            origin, wanted = end, end.day
    elif anchor["kind"] == "on_date":
        origin = date.fromisoformat(anchor["date"])
        wanted = origin.day
    else:
        wanted = anchor["day"] if anchor["kind"] == "day_of_month" else 31
        origin = in_month(start.year, start.month, wanted)
        if stub == "to_anchor_day" and origin < start:
            origin = in_month(*divmod_month(start.year, start.month, 1), wanted)
    if anchored is not None:
        origin = anchored
        wanted = anchored.day if "month" not in units(every) else wanted
    near = max(start, anchored or start)
    return [edge for edge in stepped(origin, wanted, every, -400, 400) if abs((edge - near).days) < 3_000]


def units(every: str) -> str:
    """The kind of step: in months or in days."""
    unit = counted(every)[1]
    return "months" if unit in MONTHS else "days"


def counted(every: str) -> tuple[int, str]:
    """``3 months`` as 3 and ``month``."""
    first, _, rest = every.rpartition(" ")
    return (int(first), rest.removesuffix("s")) if first else (1, every)


def length_of(every: str) -> Fraction:
    """Length of a step in months, or in days; only ratios of like steps are taken."""
    count, unit = counted(every)
    return Fraction(count * (MONTHS.get(unit) or DAYS[unit]))


@cache
def stepped(origin: date, wanted: int, every: str, first: int, last: int) -> list[date]:
    """Boundaries ``first`` to ``last``: each the origin plus so many steps, the wanted day springing back."""
    count, unit = counted(every)
    found = []
    for n in range(first, last + 1):
        if unit in MONTHS:
            year, month = divmod_month(origin.year, origin.month, n * count * MONTHS[unit])
            if 2 <= year <= 9998:
                found.append(in_month(year, month, wanted))
        else:
            found.append(origin + timedelta(days=n * count * DAYS[unit]))
    return found


def divmod_month(year: int, month: int, more: int) -> tuple[int, int]:
    """Add months to a month, one year of twelve at a time."""
    month += more
    while month > 12:
        year, month = year + 1, month - 12
    while month < 1:
        year, month = year - 1, month + 12
    return year, month


def in_month(year: int, month: int, wanted: int) -> date:
    """The wanted day of a month, or the nearest one before it that the month has."""
    while True:
        try:
            return date(year, month, wanted)
        except ValueError:
            wanted -= 1


def around(edges: list[date], day: date) -> tuple[date, date]:
    """The pair of neighboring boundaries that a day lies between."""
    start = max(edge for edge in edges if edge <= day)
    return start, min(edge for edge in edges if edge > day)


def days_of(start: date, end: date) -> list[date]:
    """Every day of a half-open range."""
    return [start + timedelta(days=n) for n in range((end - start).days)]


def part_share(unit: str, service: tuple[date, date], full: tuple[date, date]) -> Fraction:
    """What part of a full period some days are."""
    if unit == "none" or service == full:
        return Fraction(1)
    return sum((share_of_day(unit, day, full) for day in days_of(*service)), Fraction(0))


def share_of_day(unit: str, day: date, full: tuple[date, date]) -> Fraction:
    """What part of a full period one day is."""
    return weight(unit, day) / whole_weight(unit, full)


@cache
def whole_weight(unit: str, full: tuple[date, date]) -> Fraction:
    """What all days of a period count."""
    return sum((weight(unit, day) for day in days_of(*full)), Fraction(0))


@cache
def weight(unit: str, day: date) -> Fraction:
    """What a day counts: one, or what it adds to a calendar of 30-day months, or its part of its month."""
    if unit == "day":
        return Fraction(1)
    if unit == "month_actual":
        return Fraction(1, in_month(day.year, day.month, 31).day)
    return Fraction(in_thirties(day + DAY) - in_thirties(day))


def in_thirties(day: date) -> int:
    """Days since year 0 where every month has 30 and a 31st is the 30th (ISDA 2006 Definitions 4.16(g))."""
    return 360 * day.year + 30 * day.month + min(day.day, 30)


def span_of(contract: Plain, line: Plain) -> tuple[date, date]:
    """The line's own dates, or the term."""
    period = line["period"] or contract["term"]
    return date.fromisoformat(period["start"]), date.fromisoformat(period["end"])


def every_of(contract: Plain, line: Plain) -> str | None:
    """The line's cadence; None where it is billed once."""
    every = line["billed_every"] or contract["billed_every"]
    return None if line["billed"] == "once" or every == "once" else every


# Rounding


def minor(contract: Plain, major: Fraction) -> int:
    """Round to minor units of the contract's currency by its mode."""
    return rounded(major * 10 ** DIGITS[contract["currency"]], contract["rounding"])


def rounded(number: Fraction, mode: str) -> int:
    """Round a fraction: half away from zero, or half to even."""
    whole = int(abs(number))
    rest = abs(number) - whole
    if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (mode == "half_up" or whole % 2 == 1)):
        whole += 1
    return whole if number >= 0 else -whole


def largest_remainder(total: int, weights: list[Fraction]) -> list[int]:
    """Hand out units one by one: the next goes where the most is still owed, the earlier of equals."""
    exact = [abs(total) * one / sum(weights) for one in weights]
    parts = [int(one) for one in exact]
    while sum(parts) < abs(total):
        owed = [one - part for one, part in zip(exact, parts, strict=True)]
        parts[owed.index(max(owed))] += 1
    return [part if total >= 0 else -part for part in parts]


# Revenue


def revenue(contract: Plain, usage: Plain, delivered: Plain, through: date) -> Plain:
    """Fixed price, allocation, revenue rows, and what waits for a delivery.

    Returns: ``price``, ``allocated`` by obligation, ``rows`` of (obligation, posting date, minor units), ``waiting``.
    """
    made = charges(contract, usage, delivered, through)
    lines: dict[str, list[Plain]] = {}
    for line in contract["lines"]:
        lines.setdefault(line["obligation"] or line["id"], []).append(line)
    stated = {name: stated_of(made, mine) for name, mine in lines.items() if not is_metered(mine[0])}
    shared = allocated(contract, stated, lines)
    rows: list[tuple[str, date, int]] = []
    waiting = {}
    for name, mine in lines.items():
        if name in shared:
            found = earned(contract, mine, shared[name], delivered, through)
            left = shared[name] - sum(amount for _, amount in found)
            if left:
                waiting[name] = left
        else:
            ids = [line["id"] for line in mine]
            found = [(month_end(one["end"] - DAY), one["net"]) for one in made if one["line"] in ids]
        rows += [(name, day, amount) for day, amount in found if amount]
    return {"price": sum(stated.values()), "allocated": shared, "rows": rows, "waiting": waiting}


def stated_of(made: list[Plain], lines: list[Plain]) -> int:
    """What some lines state: their charges over the whole term."""
    return sum(one["net"] for one in made if one["line"] in [line["id"] for line in lines])


def allocated(contract: Plain, stated: dict[str, int], lines: dict[str, list[Plain]]) -> dict[str, int]:
    """Share the fixed price by standalone prices."""
    if len(stated) < 2:
        return dict(stated)
    weights = []
    for name in stated:
        ssp = next(line["ssp"] for line in lines[name] if line["ssp"] is not None)
        whole = 10 ** DIGITS[contract["currency"]]
        weights.append(Fraction(stated[name]) if ssp["amount"] is None else Fraction(ssp["amount"]) * whole)
    return dict(zip(stated, largest_remainder(sum(stated.values()), weights), strict=True))


def earned(contract: Plain, lines: list[Plain], whole: int, delivered: Plain, through: date) -> list[tuple[date, int]]:
    """Dated steps of one obligation: rounded part of the whole to date, minus what came before."""
    measure = lines[0]["revenue"]
    spans = [span_of(contract, line) for line in lines]
    start, end = min(one[0] for one in spans), max(one[1] for one in spans)
    steps: list[tuple[date, Fraction]] = []
    if measure["kind"] == "ratable" and measure["by"] == "day":
        steps = [(month_end(day), Fraction(1, (end - start).days)) for day in days_of(start, end)]
    elif measure["kind"] == "ratable":
        starts = [day for day in stepped(start, start.day, "month", 0, 1_300) if day < end]
        steps = [(month_end(day), Fraction(1, len(starts))) for day in starts]
    else:
        percents = {"": Fraction(100)}
        if measure["kind"] == "milestones":
            percents = {step["id"]: Fraction(step["percent"]) for step in measure["steps"]}
        for line in lines:
            for name, day in delivered.get(line["id"], {}).items():
                if name in percents and day <= through:
                    steps.append((day, percents[name] / 100))
        steps.sort(key=lambda step: step[0])
    by_day: dict[date, Fraction] = {}
    for day, part in steps:
        by_day[day] = by_day.get(day, Fraction(0)) + part
    found, done, before = [], Fraction(0), 0
    for day, part in by_day.items():
        done += part
        to_date = rounded(whole * done, contract["rounding"])
        found.append((day, to_date - before))
        before = to_date
    return found


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return in_month(day.year, day.month, 31)


def position(contract: Plain, billed: list[Plain], rows: list[tuple[str, date, int]], day: date) -> tuple[int, int]:
    """Unbilled receivable, and billed + unbilled receivable - recognized, at the end of a day.

    Args:
        billed: Charges that stand billed, at their invoice dates.
    """
    asked = [one for one in billed if one["invoice_date"] is not None and one["invoice_date"] <= day]
    done = [row for row in rows if row[1] <= day]
    unbilled = 0
    metered = [line for line in contract["lines"] if is_metered(line)]
    for name in {line["obligation"] or line["id"] for line in metered}:
        ids = [line["id"] for line in metered if (line["obligation"] or line["id"]) == name]
        ahead = sum(row[2] for row in done if row[0] == name) - sum(one["net"] for one in asked if one["line"] in ids)
        unbilled += max(0, ahead)
    return unbilled, sum(one["net"] for one in asked) + unbilled - sum(row[2] for row in done)
