"""The rules of periods, case by case, from ``periods/*.toml``."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from pydantic import TypeAdapter

from billcore.periods.anchor import BillingAnchor, calendar
from billcore.periods.boundaries import boundary, period_of, tile
from billcore.periods.day_count import measure
from billcore.periods.instant_grid import instant_boundary, period_at, tile_instants
from billcore.periods.instants import InstantPeriod
from billcore.periods.period import Period
from billcore.periods.zones import local_date
from rules.toml_cases import check, parameters

ANCHOR = TypeAdapter(BillingAnchor)


def day(text):
    return date.fromisoformat(text)


def period(text):
    start, end = text.split("..")
    return Period(start=day(start), end=day(end))


def spell(part):
    whole = "" if part.is_whole else f" of {part.full.start}..{part.full.end}"
    return f"{part.service.start}..{part.service.end}{whole}"


def boundaries(given):
    return [str(boundary(day(given["anchor"]), given["frequency"], n)) for n in given["n"]]


def lookup(given):
    found = period_of(day(given["day"]), given["frequency"], day(given["anchor"]))
    return f"{found.start}..{found.end}"


def tiling(given):
    frequency, anchor = given["frequency"], given["anchor"]
    rows = tile(
        period(given["span"]),
        frequency,
        anchor=calendar(frequency) if anchor == "calendar" else ANCHOR.validate_python(anchor),
        stub=given.get("stub", "short_last"),
        limit=given.get("limit", 1200),
        rebase_month=given.get("rebase_month", False),
        leading=given.get("leading", "anchored"),
    )
    return [" + ".join(spell(part) for part in row.parts) for row in rows]


def moment(text):
    return datetime.fromisoformat(text)


def short(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def instant_boundaries(given):
    """Boundaries with a time of day, the period that holds an instant, or the rows of a span of instants."""
    anchor, frequency, zone_name = moment(given["anchor"]), given["frequency"], given.get("zone", "UTC")
    if "at" in given:
        found = period_at(moment(given["at"]), frequency, anchor, zone_name=zone_name)
        return f"{short(found.start)}..{short(found.end)}"
    if "span" in given:
        span = InstantPeriod(start=moment(given["span"][0]), end=moment(given["span"][1]))
        rows = tile_instants(span, frequency, anchor=anchor, zone_name=zone_name, limit=given.get("limit", 1200))
        return [
            f"{short(row.service.start)}..{short(row.service.end)}"
            + ("" if row.is_whole else f" of {short(row.full.start)}..{short(row.full.end)}")
            for row in rows
        ]
    return [short(instant_boundary(anchor, frequency, n, zone_name=zone_name)) for n in given["n"]]


RULES = {
    "instant_boundaries": instant_boundaries,
    "boundaries": boundaries,
    "lookup": lookup,
    "tiling": tiling,
    "day_count": lambda given: str(measure(given["unit"], period(given["period"]))),
    "zones": lambda given: str(local_date(datetime.fromisoformat(given["instant"]), given["zone"])),
}


@pytest.mark.parametrize(("rule", "given", "expect"), parameters("periods"))
def test_periods(rule, given, expect):
    """Each case of the period rules comes out to the day."""
    check(RULES[rule], given, expect)
