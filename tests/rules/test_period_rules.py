"""The rules of periods, case by case, from ``periods/*.toml``."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from pydantic import TypeAdapter

from billcore.periods.anchor import BillingAnchor, calendar
from billcore.periods.boundaries import boundary, period_of, tile
from billcore.periods.day_count import measure
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
    )
    return [" + ".join(spell(part) for part in row.parts) for row in rows]


RULES = {
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
