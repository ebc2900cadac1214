"""What a contract with amendments says and costs on each day, worked out by asking every single day in fractions.

It reads plain data (``Contract.model_dump(mode="json")``) and imports nothing from billcore. Amendments are read in the
order in which they became known; then each day of each line is asked alone what holds on it, and days of equal answers
stand together. It knows changes that hold at once and are settled by their share, percentages off, and day counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from oracle import route
from oracle.pricing import amount as price_of

Plain = dict[str, Any]
DAY = timedelta(days=1)
# No billing period of the tests is longer: what lies behind it is never due.
FAR = timedelta(days=800)


def rows(contract: Plain, daily: Plain, through: date) -> list[Plain]:
    """Every row that is due by the end of a day, as known by then: line, component, start, end, invoice_date, net.

    Args:
        daily: (line, day) -> units used on it, as text; no unit where there is none.
    """
    found = []
    for book in books(contract, through).values():
        found += [row for row in _rows(contract, book, daily, through) if row["invoice_date"] <= through]
    return found


def answer(contract: Plain, known_by: date, name: str, day: date) -> Plain | None:
    """What a line says on a day, or None where it is not billed on it."""
    found = books(contract, known_by)
    return _state(contract, found[name], day)["terms"] if name in found else None


# What became known, in its order


def books(contract: Plain, through: date) -> dict[str, Plain]:
    """For each line: its first day, its billed days' first and end, and the events that change it."""
    world: Plain = {"books": {}, "cancelled": None, "notice": None, "end": _day(contract["term"]["end"])}
    for line in contract["lines"]:
        world["books"][line["id"]] = _book(contract, world, line, _day(contract["term"]["start"]), None)
    known = [one for one in contract["amendments"] if not one["held_for"]]
    order = 0
    for one in sorted(known, key=lambda one: datetime.fromisoformat(one["known_at"])):
        on = datetime.fromisoformat(one["known_at"]).astimezone(ZoneInfo(contract["zone"])).date()
        if on > through:
            continue
        for change in one["changes"]:
            order += 1
            _read(contract, world, change, _day(one["effective"]), on, order)
    last = _last_day(contract, world, through)
    for book in world["books"].values():
        if book["end"] is None:
            book["end"] = last
        for n, day in enumerate(_renewal_days(contract, world, book["end"])):
            if book["own_end"] is None and day > book["start"]:
                book["events"].append({"day": day, "order": n - 1_000_000, "on": None, "kind": "uplift"})
    return world["books"]


def _book(contract: Plain, world: Plain, line: Plain, first: date, on: date | None) -> Plain:
    if line["period"]:
        first = _day(line["period"]["start"])
    billed = first
    if line["trial"]:
        trial = line["trial"]
        billed = _day(trial["until"]) if trial["until"] else first + trial["days"] * DAY
    own_end = _day(line["period"]["end"]) if line["period"] else None
    counted = first if line["trial"] and line["trial"]["billing_from"] == "start" else billed
    if line["aligned_to"] == "contract":
        counted = _day(contract["term"]["start"])
    if line["aligned_to"] == "base" and line["base"]:
        counted = world["books"][line["base"]]["counted"]
    planned = own_end or _day(contract["term"]["end"])
    steps = [
        {"day": _day(step["period"]["start"]), "order": -2_000_000, "on": None, "kind": "step", "change": step}
        for step in line["ramp"]
    ]
    return {
        "line": line,
        "start": first,
        "billed": billed,
        "own_end": own_end,
        "end": own_end,
        "span": (billed, max(planned, billed + DAY)),
        "counted": counted,
        "on": on,
        "events": steps,
        "extended": [],
        "ended": None,
    }


def _read(contract: Plain, world: Plain, change: Plain, day: date, on: date, order: int) -> None:
    kind, lines = change["kind"], world["books"]
    event = {"day": day, "order": order, "on": on, "kind": kind, "change": change}
    if kind == "add_line":
        lines[change["line"]["id"]] = _book(contract, world, change["line"], day, on)
    elif kind == "notice":
        world["notice"] = min(day, world["notice"] or day)
    elif kind in ("cancel", "remove_line"):
        ended = _named(contract, world, [change["line"]], day) if kind == "remove_line" else list(lines.values())
        ends = [day]
        for book in ended:
            if _end(contract, world, book) > day:
                book["end"] = min(max(day, book["start"]), _end(contract, world, book))
                book["ended"] = on
                ends.append(book["end"])
        if kind == "cancel":
            world["cancelled"] = max(ends)
    elif kind == "dates" and change["line"] is None:
        for book in lines.values():
            follows = book["own_end"] is None and book["end"] in (None, world["end"])
            if follows and not contract["renewal"]:
                _move_end(contract, world, book, _day(change["end"]), on)
        world["end"], world["cancelled"] = _day(change["end"]), None
    elif kind == "dates":
        book = lines[change["line"]]
        # A start that is told again as it is moves nothing, and is no news.
        if change["start"] and _day(change["start"]) != book["start"]:
            had_a_trial = book["billed"] != book["start"]
            book["start"] = _day(change["start"])
            book["billed"] = max(book["start"], book["billed"]) if had_a_trial else book["start"]
            book["on"] = on
        if change["end"]:
            _move_end(contract, world, book, _day(change["end"]), on)
    elif kind in ("pause", "resume"):
        named = change["lines"] or [name for name, book in lines.items() if _is_there(contract, world, book, day)]
        for book in {book["line"]["id"]: book for book in _named(contract, world, named, day)}.values():
            book["events"].append(event)
            if change.get("until"):
                book["events"].append(event | {"day": _day(change["until"]), "kind": "resume"})
    elif kind == "billing" and change["line"] is None:
        for book in lines.values():
            is_own = book["line"]["billed_every"] or route.every_of(contract, book["line"]) is None
            if not is_own and _end(contract, world, book) > day:
                book["events"].append(event)
    else:
        lines[change["line"]]["events"].append(event)


def _move_end(contract: Plain, world: Plain, book: Plain, day: date, on: date) -> None:
    before = _end(contract, world, book)
    day = max(day, book["start"])
    if day > before:
        book["extended"].append((before, on))
    if book["own_end"] is not None or day != before:
        book["end"], book["ended"] = day, on if day < before else None


def _end(contract: Plain, world: Plain, book: Plain) -> date:
    """The exclusive end of a line, as far as amendments were read."""
    if book["end"] is not None:
        return book["end"]
    return date.max if contract["renewal"] else world["end"]


def _is_there(contract: Plain, world: Plain, book: Plain, day: date) -> bool:
    return book["start"] <= day < _end(contract, world, book)


def _named(contract: Plain, world: Plain, names: list[str], day: date) -> Iterator[Plain]:
    """Lines with their add-ons, and the add-ons of those."""
    for name in names:
        yield world["books"][name]
        for other in list(world["books"].values()):
            if other["line"]["base"] == name and _end(contract, world, other) > day:
                yield from _named(contract, world, [other["line"]["id"]], max(day, other["start"]))


# How far it runs


def _last_day(contract: Plain, world: Plain, through: date) -> date:
    """The exclusive end of a line that follows the term."""
    renewal, end = contract["renewal"], world["end"]
    if world["cancelled"] is not None:
        return world["cancelled"]
    if not renewal:
        return end
    if renewal["kind"] == "evergreen":
        if world["notice"] is None:
            return max(through, end) + FAR
        least = max(world["notice"] + renewal["notice_days"] * DAY, end)
        start, first_end = _day(contract["term"]["start"]), _day(contract["term"]["end"])
        edges = _edges(contract, start, first_end, contract["billed_every"])
        return min(edge for edge in edges if edge >= least)
    ends = _term_ends(renewal, end)
    if world["notice"] is not None:
        least = world["notice"] + renewal["notice_days"] * DAY
        return next(one for one in ends if one >= least)
    return end if through < end else next(one for one in ends if one > through)


def _term_ends(renewal: Plain, end: date) -> list[date]:
    most = renewal["most"] if renewal["most"] is not None else 400
    return route.stepped(end, end.day, renewal["term"], 0, most)


def _renewal_days(contract: Plain, world: Plain, end: date) -> list[date]:
    renewal = contract["renewal"]
    if not renewal or renewal["kind"] != "auto_renewal" or not Fraction(renewal["uplift"]):
        return []
    return [day for day in _term_ends(renewal, world["end"]) if day < min(end, world["cancelled"] or end)]


# What holds on a day


def _state(contract: Plain, book: Plain, day: date) -> Plain:
    """What a line says on one day: terms (None where it is not billed), cadence, and when that became known."""
    line = dict(book["line"])
    cadence = {
        "every": route.every_of(contract, line),
        "anchor": None,
        "since": book["billed"],
        "billed": line["billed"],
    }
    paused, on, since, is_told = False, book["on"], book["billed"], False
    happened = sorted(
        (event for event in book["events"] if max(event["day"], book["billed"]) <= day),
        key=lambda event: (event["day"], event["order"]),
    )
    by_day: dict[date, list[Plain]] = {}
    for event in happened:
        by_day.setdefault(max(event["day"], book["billed"]), []).append(event)
    for on_day, events in by_day.items():
        before = (line, cadence, paused)
        for event in events:
            line, cadence, paused = _after(contract, event, line, cadence, paused, on_day)
        if (line, cadence, paused) != before:
            told = [event["on"] for event in events if event["on"]]
            on, since = max([on, *told], key=lambda one: one or date.min) if told else on, on_day
            is_told = bool(told)
    billed = book["billed"] <= day < book["end"] and not paused
    return {"terms": line if billed else None, "cadence": cadence, "on": on, "since": since, "is_told": is_told}


def _after(contract: Plain, event: Plain, line: Plain, cadence: Plain, paused: bool, day: date) -> tuple[Any, ...]:
    kind, change = event["kind"], event.get("change", {})
    if kind in ("pause", "resume"):
        return line, cadence, kind == "pause"
    if kind == "billing":
        moved = change["anchor"] is not None or change["billed_every"] not in (None, cadence["every"])
        cadence = dict(cadence, billed=change["billed"] or cadence["billed"])
        if moved:
            anchor = change["anchor"] or cadence["anchor"]
            cadence |= {"every": change["billed_every"] or cadence["every"], "anchor": anchor, "since": day}
            cadence["is_cut"] = True
        return line, cadence, paused
    if kind == "uplift":
        return dict(line, price=_uplifted(line["price"], contract["renewal"])), cadence, paused
    if kind == "step":
        told = {name: change[name] for name in ("price", "quantity") if change[name] is not None}
        return dict(line, **told), cadence, paused
    if kind == "quantity":
        return dict(line, quantity=change["quantity"]), cadence, paused
    if kind == "discounts":
        return dict(line, discounts=change["discounts"]), cadence, paused
    changed = dict(line, price=change["price"])
    return (dict(changed, quantity=change["quantity"]) if change["quantity"] else changed), cadence, paused


def _uplifted(price: Plain, renewal: Plain) -> Plain:
    def risen(text: str) -> str:
        number = Fraction(text) * (100 + Fraction(renewal["uplift"])) / 100
        digits = 0
        while (number * 10**digits).denominator != 1:
            digits += 1
        whole = str(int(number * 10**digits)).rjust(digits + 1, "0")
        return f"{whole[: len(whole) - digits]}.{whole[len(whole) - digits :]}" if digits else whole

    found = dict(price)
    for name in ("amount", "unit_price"):
        if name in found:
            found[name] = risen(found[name])
    if "tiers" in found:
        found["tiers"] = [
            tier | {name: risen(tier[name]) for name in ("unit_price", "flat_amount") if tier[name] is not None}
            for tier in found["tiers"]
        ]
    return found


# What a row is


def _pieces(contract: Plain, book: Plain) -> Iterator[tuple[Plain, Plain, date, date]]:
    """(state, billing period, first day, exclusive end) of days that are billed together."""
    days = [
        (day, _state(contract, book, day)) for day in route.days_of(book["billed"], max(book["end"], book["billed"]))
    ]
    runs: list[list[Any]] = []
    for day, one in days:
        if one["terms"] is not None and (not runs or _cut(runs[-1][-1][1]) != _cut(one)):
            runs.append([])
        if one["terms"] is not None:
            runs[-1].append((day, one))
    for run in runs:
        is_last = run is runs[-1]
        until = max(run[-1][0] + DAY, book["span"][1]) if is_last else run[-1][0] + DAY
        for period in _periods(contract, book, run[0][1]["cadence"], until, is_last):
            inside = [one for one in days if max(period["start"], run[0][0]) <= one[0] < period["end"]]
            inside = [one for one in inside if one[0] <= run[-1][0]]
            for n, (day, one) in enumerate(inside):
                if one["terms"] is None or (n and _same(one, inside[n - 1][1])):
                    continue
                last = n
                while last + 1 < len(inside) and _same(inside[last + 1][1], one):
                    last += 1
                yield one, period, day, inside[last][0] + DAY


def _cut(state: Plain) -> Any:
    return {name: told for name, told in state["cadence"].items() if name != "billed"}


def _same(one: Plain, other: Plain) -> bool:
    return all(one[name] == other[name] for name in ("terms", "cadence", "since"))


def _edges(contract: Plain, start: date, end: date, every: str) -> list[date]:
    return route.edges_of(contract, start, end, every)


def _grid(contract: Plain, book: Plain, cadence: Plain) -> list[date]:
    """Boundaries as they were first agreed, or as the last change of billing says."""
    anchor = cadence["anchor"] or book["line"]["anchor"] or contract["anchor"]
    stub = contract["stub"]
    if anchor["kind"] == "contract_start" and (cadence.get("is_cut") or book["counted"] != book["span"][0]):
        anchor = {"kind": "on_date", "date": book["counted"].isoformat()}
    if cadence.get("is_cut") and stub in ("short_first", "long_first"):
        stub = "short_last"
    return _edges({"anchor": anchor, "stub": stub}, *book["span"], cadence["every"])


def _periods(contract: Plain, book: Plain, cadence: Plain, until: date, is_last: bool) -> list[Plain]:
    """Billing periods of one way of cutting: parts, each with its whole anchored period, and the place in the price's."""
    edges = _grid(contract, book, cadence)
    stub = contract["stub"]
    if cadence.get("is_cut") and stub in ("short_first", "long_first"):
        stub = "short_last"
    joined = _joined(edges, cadence["since"], until, "short_last" if stub == "long_last" and not is_last else stub)
    origin = cadence["since"] if cadence.get("is_cut") else book["span"][0]
    planned = book["span"][1]
    agreed = _joined(edges, origin, planned if planned > origin else until, stub)
    first = next((parts for parts in agreed if len(parts) == 1 and parts[0][0] == parts[0][1]), agreed[0])

    def place(parts: list[Any]) -> int:
        is_first_rest = stub == "long_first" and parts[0][0][0] == origin
        return edges.index(parts[-1 if is_first_rest else 0][1][0])

    return [
        {
            "start": parts[0][0][0],
            "end": parts[-1][0][1],
            "parts": parts,
            "number": place(parts) - place(first),
        }
        for parts in joined
    ]


def _joined(edges: list[date], start: date, end: date, stub: str) -> list[list[Any]]:
    parts: list[Any] = []
    for day in route.days_of(start, end):
        if parts and day not in edges:
            parts[-1] = ((parts[-1][0][0], day + DAY), parts[-1][1])
        else:
            parts.append(((day, day + DAY), route.around(edges, day)))
    found = [[part] for part in parts]
    if len(parts) > 1 and stub == "long_first" and parts[0][0] != parts[0][1]:
        found = [parts[:2], *found[2:]]
    elif len(parts) > 1 and stub == "long_last" and parts[-1][0] != parts[-1][1]:
        found = [*found[:-2], parts[-2:]]
    return found


# What a row costs


def _rows(contract: Plain, book: Plain, daily: Plain, through: date) -> Iterator[Plain]:
    """Agreed units are differences of rounded sums; metered units are priced window by window."""
    counted: Plain = {"window": None, "used": Fraction(0), "says": None, "touched": None}
    for state, period, start, end in _pieces(contract, book):
        line = state["terms"]
        if route.is_metered(line):
            net = _metered(contract, book, daily, (state, period, start, end), counted)
            if end <= through + DAY:
                yield _row(contract, book, (state, period, start, end), "usage", route.minor(contract, net))
        else:
            every = state["cadence"]["every"]
            before = route.minor(contract, _worth(contract, line, every, period, start))
            net = route.minor(contract, _worth(contract, line, every, period, end)) - before
            yield _row(contract, book, (state, period, start, end), "recurring", net)
        counted["touched"] = (_cut(state), end)


def _worth(contract: Plain, line: Plain, every: str, period: Plain, day: date) -> Fraction:
    """What all days from the start of the price period to a day come to, each by its own whole anchored period."""
    price = price_of(line["price"], line["quantity"] or "1")
    for discount in line["discounts"]:
        price = price * (100 - Fraction(discount["percent"])) / 100
    per = line["price"]["per"]
    ratio = Fraction(1) if per is None else route.length_of(every) / route.length_of(per)
    together = 1 if per is None or ratio >= 1 else int(1 / ratio)
    total, unit = Fraction(period["number"] % together), contract["proration"]["unit"]
    for number, (service, full) in enumerate(period["parts"]):
        first = full[0] if number == 0 else service[0]
        for one in route.days_of(first, min(day, service[1])):
            total += route.share_of_day(unit, one, full)
    return price * ratio * total


def _metered(contract: Plain, book: Plain, daily: Plain, piece: Any, counted: Plain) -> Fraction:
    """What the units of some days cost: behind those of the window before them, or from zero where the price changed."""
    state, period, start, end = piece
    line = state["terms"]
    window, says = (period["start"], period["end"]), line["price"]
    goes_on = says == counted["says"]
    if line["on_change"] == "continue" and counted["touched"] == (_cut(state), state["since"]):
        goes_on = True
    if not goes_on or counted["window"] != window:
        counted["used"] = Fraction(0)
    before = counted["used"]
    days = route.days_of(start, end)
    after = before + sum((Fraction(daily.get((book["line"]["id"], day), "0")) for day in days), Fraction(0))
    counted |= {"window": window, "says": says, "used": after}
    net = price_of(line["price"], _text(after)) - (price_of(line["price"], _text(before)) if before else 0)
    for discount in line["discounts"]:
        net = net * (100 - Fraction(discount["percent"])) / 100
    return net


def _row(contract: Plain, book: Plain, piece: Any, component: str, net: int) -> Plain:
    """A row with its invoice date: at its start or end, but not before anything that made it was known."""
    state, period, start, end = piece
    is_ahead = state["cadence"]["billed"] == "in_advance"
    known = [on for since, on in book["extended"] if end > since]
    known += [state["on"]] if state["on"] else []
    if end < period["parts"][-1][1][1] and not is_ahead:
        after = _state(contract, book, end)
        if end == book["end"]:
            known += [book["ended"]] if book["ended"] else []
        elif after["since"] == end and after["is_told"]:
            known.append(after["on"])
    return {
        "line": book["line"]["id"],
        "component": component,
        "start": start,
        "end": end,
        "invoice_date": max([start if is_ahead else end, *known]),
        "net": net,
    }


def _text(units: Fraction) -> str:
    """Tenths of a unit as plain text."""
    tenths = int(units * 10)
    return f"{tenths // 10}.{tenths % 10}"


def _day(text: str) -> date:
    return date.fromisoformat(text)
